/* distributions.c - tails of the distributions that tests need, and ranks
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Incomplete beta and gamma functions by continued fractions and series: Press,
 * Teukolsky, Vetterling and Flannery 2007, chapter 6; Lentz's method.
 */
#include "engine/analysis/distributions.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>

#define TINY 1e-300
#define ENOUGH 1e-15
#define MOST_TERMS 10000

static double
beta_fraction (double a, double b, double x)
{
  double c = 1, d = 1 - (a + b) * x / (a + 1), value;

  d = 1 / (fabs (d) < TINY ? TINY : d);
  value = d;
  for (int m = 1; m < MOST_TERMS; m++)
    {
      for (int half = 0; half < 2; half++)
        {
          double term
              = half == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                          : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

          d = 1 + term * d;
          c = 1 + term / c;
          d = 1 / (fabs (d) < TINY ? TINY : d);
          c = fabs (c) < TINY ? TINY : c;
          value *= d * c;
        }
      if (fabs (d * c - 1) < ENOUGH)
        break;
    }
  return value;
}

/* I_x (a, b) */
static double
incomplete_beta (double a, double b, double x)
{
  double front;

  if (x <= 0 || x >= 1)
    return x <= 0 ? 0 : 1;
  front = exp (lgamma (a + b) - lgamma (a) - lgamma (b) + a * log (x) + b * log1p (-x));
  return x < (a + 1) / (a + b + 2) ? front * beta_fraction (a, b, x) / a
                                   : 1 - front * beta_fraction (b, a, 1 - x) / b;
}

/* Q (a, x) */
static double
incomplete_gamma_tail (double a, double x)
{
  double front = exp (a * log (x) - x - lgamma (a)), b, c, d, value;

  if (x < a + 1)
    {
      double term = 1 / a, sum = term;

      for (int n = 1; n < MOST_TERMS && term > sum * ENOUGH; n++)
        {
          term *= x / (a + n);
          sum += term;
        }
      return 1 - sum * front;
    }
  b = x + 1 - a;
  c = 1 / TINY;
  d = 1 / b;
  value = d;
  for (int n = 1; n < MOST_TERMS; n++)
    {
      double by = -n * (n - a);

      b += 2;
      d = by * d + b;
      c = b + by / c;
      d = 1 / (fabs (d) < TINY ? TINY : d);
      c = fabs (c) < TINY ? TINY : c;
      value *= d * c;
      if (fabs (d * c - 1) < ENOUGH)
        break;
    }
  return front * value;
}

double
pheno_f_tail (double f, double degrees, double residual_degrees)
{
  if (!(degrees > 0) || !(residual_degrees > 0) || isnan (f))
    return NAN;
  if (f <= 0)
    return 1;
  return incomplete_beta (residual_degrees / 2, degrees / 2,
                          residual_degrees / (residual_degrees + degrees * f));
}

double
pheno_chi_square_tail (double value, double degrees)
{
  if (!(degrees > 0) || isnan (value))
    return NAN;
  return value <= 0 ? 1 : incomplete_gamma_tail (degrees / 2, value / 2);
}

double
pheno_t_two_tails (double t, double degrees)
{
  return pheno_f_tail (t * t, 1, degrees);
}

static int
compare_at (const void *a, const void *b, void *data)
{
  const double *values = data;
  int i = *(const int *) a, j = *(const int *) b;

  if (values[i] != values[j])
    return values[i] < values[j] ? -1 : 1;
  return (i > j) - (i < j);
}

double
pheno_ranks (const double *values, size_t count, int *order, double *ranks)
{
  double ties = 0;

  for (size_t i = 0; i < count; i++)
    order[i] = (int) i;
  qsort_r (order, count, sizeof *order, compare_at, (void *) values);
  for (size_t from = 0, to; from < count; from = to)
    {
      double same;

      for (to = from + 1; to < count && values[order[to]] == values[order[from]];)
        to++;
      for (size_t i = from; i < to; i++)
        ranks[order[i]] = (double) (from + 1 + to) / 2;
      same = (double) (to - from);
      ties += same * same * same - same;
    }
  return ties;
}

void
pheno_adjust_p (const double *p, size_t count, double *false_discovery, double *holm)
{
  g_autofree double *known = g_new (double, count + 1);
  g_autofree int *where = g_new (int, count + 1), *order = g_new (int, count + 1);
  size_t n = 0;
  double last = 1;

  for (size_t i = 0; i < count; i++)
    if (isnan (p[i]))
      false_discovery[i] = holm[i] = NAN;
    else
      {
        known[n] = p[i];
        where[n++] = (int) i;
      }
  for (size_t i = 0; i < n; i++)
    order[i] = (int) i;
  qsort_r (order, n, sizeof *order, compare_at, known);
  for (size_t rank = n; rank > 0; rank--)
    {
      int at = order[rank - 1];

      last = fmin (last, known[at] * (double) n / (double) rank);
      false_discovery[where[at]] = last;
    }
  last = 0;
  for (size_t rank = 0; rank < n; rank++)
    {
      int at = order[rank];

      last = fmax (last, fmin (1, known[at] * (double) (n - rank)));
      holm[where[at]] = last;
    }
}
