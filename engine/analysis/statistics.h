/* statistics.h - what the tests share: groups, permutations
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/analysis/parallel.h"

G_BEGIN_DECLS

/* The largest number and one; @counted: rows that have a group */
int pheno_groups_count (const int *groups, gsize rows, gsize *counted);

/* (transfer full): the same groups with numbers from 0 without gaps. Errors:
 * %PHENO_ERROR_DATA for fewer than two groups, or no group with two rows. */
int *pheno_groups_compact (const int *groups, gsize rows, gsize *n_groups, gsize *counted,
                           GError **error);

/* The rows with a group, and their groups. */
PhenoMatrix *pheno_groups_take (const PhenoMatrix *matrix, const int *groups,
                                gsize counted, int *taken);

/* @order: 0 to @count - 1 in the order of permutation @which of that seed; with @strata
 * (nullable) only inside of each (Fisher and Yates). */
void pheno_permutation (int *order, gsize count, const int *strata, guint which,
                        guint64 seed);

/* (as large + 1) / (permutations + 1) */
double pheno_permutation_p (const double *values, guint permutations, double observed);

/* Accuracies and their interval. @group: from 0; @unit: (nullable): -1: one of its own */
void pheno_accuracy_fill (const int *group, const int *unit, const gboolean *right,
                          gsize count, guint64 seed, PhenoAccuracy *accuracy);

G_END_DECLS
