/* associations.c - how each column of an embedding goes with a label or a number
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Fisher's analysis of variance; Kruskal and Wallis 1952; Spearman 1904. Many columns are
 * many tests: p is given as it is and corrected for their number.
 */
#include "engine/analysis/distributions.h"
#include "engine/analysis/statistics.h"

int
pheno_groups_count (const int *groups, gsize rows, gsize *counted)
{
  int n = 0;

  *counted = 0;
  for (gsize row = 0; row < rows; row++)
    {
      n = MAX (n, groups[row] + 1);
      *counted += groups[row] >= 0;
    }
  return n;
}

/* Numbers from 0 without gaps: a group may have lost all its rows. */
int *
pheno_groups_compact (const int *groups, gsize rows, gsize *n_groups, gsize *counted,
                      GError **error)
{
  int n = pheno_groups_count (groups, rows, counted);
  g_autofree int *number = g_new (int, n + 1);
  g_autofree int *compact = g_new (int, rows + 1);

  *n_groups = 0;
  for (int g = 0; g < n; g++)
    number[g] = -1;
  for (gsize row = 0; row < rows; row++)
    {
      compact[row] = -1;
      if (groups[row] < 0)
        continue;
      if (number[groups[row]] < 0)
        number[groups[row]] = (int) (*n_groups)++;
      compact[row] = number[groups[row]];
    }
  if (*n_groups >= 2 && *counted > *n_groups)
    return g_steal_pointer (&compact);

  if (*n_groups < 2)
    g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                         _ ("A comparison of groups needs at least two of them. Choose "
                            "another column."));
  else
    g_set_error_literal (
        error, PHENO_ERROR, PHENO_ERROR_DATA,
        _ ("Each group has one image only, so nothing is known about how "
           "much images of one group differ. Choose another column."));
  return NULL;
}

static void
adjust (PhenoAssociation *results, gsize count)
{
  g_autofree double *p = g_new (double, count), *false_discovery = g_new (double, count);
  g_autofree double *holm = g_new (double, count);

  for (gsize i = 0; i < count; i++)
    p[i] = results[i].p;
  pheno_adjust_p (p, count, false_discovery, holm);
  for (gsize i = 0; i < count; i++)
    {
      results[i].p_adjusted = false_discovery[i];
      results[i].p_holm = holm[i];
    }
}

/* Sums of squares of one list of numbers, between groups and in all. */
static double
squares (const double *values, const int *groups, gsize rows, gsize n_groups,
         double *sums, double *sizes, double *all)
{
  double mean = 0, count = 0, between = 0;

  *all = 0;
  for (gsize g = 0; g < n_groups; g++)
    sums[g] = sizes[g] = 0;
  for (gsize row = 0; row < rows; row++)
    if (groups[row] >= 0)
      {
        mean += values[row];
        count++;
      }
  mean /= count;
  for (gsize row = 0; row < rows; row++)
    if (groups[row] >= 0)
      {
        double off = values[row] - mean;

        sums[groups[row]] += off;
        sizes[groups[row]]++;
        *all += off * off;
      }
  for (gsize g = 0; g < n_groups; g++)
    between += sums[g] * sums[g] / sizes[g];
  return between;
}

static void
column_of (const PhenoMatrix *matrix, gsize column, double *values)
{
  for (gsize row = 0; row < matrix->rows; row++)
    values[row] = pheno_matrix_row (matrix, row)[column];
}

gboolean
pheno_anova (const PhenoMatrix *matrix, const int *groups, PhenoAssociation *results,
             GError **error)
{
  gsize n_groups, counted;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree double *values = g_new (double, matrix->rows), *sums = NULL, *sizes = NULL;

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return FALSE;
  sums = g_new (double, n_groups);
  sizes = g_new (double, n_groups);
  for (gsize column = 0; column < matrix->columns; column++)
    {
      double all, between, degrees = (double) (n_groups - 1);
      double residual = (double) (counted - n_groups);

      column_of (matrix, column, values);
      between = squares (values, compact, matrix->rows, n_groups, sums, sizes, &all);
      results[column] = (PhenoAssociation){ NAN, NAN, NAN, NAN, NAN };
      if (!(all > 0))
        continue;
      results[column].effect = between / all;
      results[column].statistic = between / degrees / (MAX (all - between, 0) / residual);
      results[column].p = pheno_f_tail (results[column].statistic, degrees, residual);
    }
  adjust (results, matrix->columns);
  return TRUE;
}

/* The values of the rows that count, side by side. */
static gsize
gather (const PhenoMatrix *matrix, gsize column, const int *groups, const double *numbers,
        double *values)
{
  gsize n = 0;

  for (gsize row = 0; row < matrix->rows; row++)
    if (groups != NULL ? groups[row] >= 0 : isfinite (numbers[row]))
      values[n++] = pheno_matrix_row (matrix, row)[column];
  return n;
}

gboolean
pheno_kruskal_wallis (const PhenoMatrix *matrix, const int *groups,
                      PhenoAssociation *results, GError **error)
{
  gsize n_groups, counted;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree double *values = g_new (double, matrix->rows);
  g_autofree double *ranks = g_new (double, matrix->rows), *sums = NULL, *sizes = NULL;
  g_autofree int *order = g_new (int, matrix->rows);

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return FALSE;
  sums = g_new (double, n_groups);
  sizes = g_new (double, n_groups);
  for (gsize column = 0; column < matrix->columns; column++)
    {
      double n = (double) counted, ties, h = 0;
      gsize at = 0;

      gather (matrix, column, compact, NULL, values);
      ties = pheno_ranks (values, counted, order, ranks);
      for (gsize g = 0; g < n_groups; g++)
        sums[g] = sizes[g] = 0;
      for (gsize row = 0; row < matrix->rows; row++)
        if (compact[row] >= 0)
          {
            sums[compact[row]] += ranks[at++];
            sizes[compact[row]]++;
          }
      for (gsize g = 0; g < n_groups; g++)
        h += sums[g] * sums[g] / sizes[g];
      h = 12 / (n * (n + 1)) * h - 3 * (n + 1);
      results[column] = (PhenoAssociation){ NAN, NAN, NAN, NAN, NAN };
      if (!(ties < n * n * n - n))
        continue;
      h /= 1 - ties / (n * n * n - n);
      results[column].effect = h * (n + 1) / (n * n - 1);
      results[column].statistic = h;
      results[column].p = pheno_chi_square_tail (h, (double) (n_groups - 1));
    }
  adjust (results, matrix->columns);
  return TRUE;
}

static double
correlation (const double *a, const double *b, gsize n)
{
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;

  for (gsize i = 0; i < n; i++)
    {
      mean_a += a[i] / (double) n;
      mean_b += b[i] / (double) n;
    }
  for (gsize i = 0; i < n; i++)
    {
      ab += (a[i] - mean_a) * (b[i] - mean_b);
      aa += (a[i] - mean_a) * (a[i] - mean_a);
      bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
  /* Of ranks: all the same leave the rounding of their mean. */
  return aa > 1e-9 && bb > 1e-9 ? ab / sqrt (aa * bb) : NAN;
}

gboolean
pheno_spearman (const PhenoMatrix *matrix, const double *numbers,
                PhenoAssociation *results, GError **error)
{
  g_autofree double *values = g_new (double, matrix->rows);
  g_autofree double *ranks = g_new (double, matrix->rows);
  g_autofree double *wanted = g_new (double, matrix->rows);
  g_autofree int *order = g_new (int, matrix->rows);
  gsize n = 0;

  if (!pheno_analysis_check (matrix, error))
    return FALSE;
  for (gsize row = 0; row < matrix->rows; row++)
    if (isfinite (numbers[row]))
      values[n++] = numbers[row];
  if (n < 3)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("A correlation needs at least three images with a number, and there "
             "are %zu. Choose another column."),
          n);
      return FALSE;
    }
  pheno_ranks (values, n, order, wanted);
  for (gsize column = 0; column < matrix->columns; column++)
    {
      PhenoAssociation *result = results + column;

      gather (matrix, column, NULL, numbers, values);
      pheno_ranks (values, n, order, ranks);
      result->effect = correlation (ranks, wanted, n);
      result->statistic = result->effect
                          * sqrt ((double) (n - 2)
                                  / MAX ((1 - result->effect) * (1 + result->effect), 0));
      result->p = isnan (result->effect)
                      ? NAN
                      : pheno_t_two_tails (result->statistic, (double) (n - 2));
    }
  adjust (results, matrix->columns);
  return TRUE;
}

double
pheno_variance_between (const PhenoMatrix *matrix, const int *groups, double *within,
                        double *between, GError **error)
{
  gsize n_groups, counted;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree double *values = g_new (double, matrix->rows), *sums = NULL, *sizes = NULL;
  double all = 0, apart = 0;

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return NAN;
  sums = g_new (double, n_groups);
  sizes = g_new (double, n_groups);
  for (gsize column = 0; column < matrix->columns; column++)
    {
      double one;

      column_of (matrix, column, values);
      apart += squares (values, compact, matrix->rows, n_groups, sums, sizes, &one);
      all += one;
    }
  if (within != NULL)
    *within = (all - apart) / (double) (counted - n_groups);
  if (between != NULL)
    *between = apart / (double) (n_groups - 1);
  return all > 0 ? apart / all : 0;
}
