/* distributions.h - tails of the distributions that tests need, and ranks
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <stddef.h>

/* Probability of a larger value; NAN for no degrees of freedom. */
double pheno_f_tail (double f, double degrees, double residual_degrees);
double pheno_chi_square_tail (double value, double degrees);
double pheno_t_two_tails (double t, double degrees);

/* Ranks from 1, ties the mean of theirs. @order: room for @count numbers. Returns: the
 * sum of t^3 - t over ties. */
double pheno_ranks (const double *values, size_t count, int *order, double *ranks);

/* Benjamini and Hochberg 1995, and Holm 1979; NAN stays. */
void pheno_adjust_p (const double *p, size_t count, double *false_discovery,
                     double *holm);
