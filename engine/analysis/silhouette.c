/* silhouette.c - how much nearer rows lie to their own group than to the next one
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * For a row, a is its mean distance to the others of its group and b the smallest of its
 * mean distances to the other groups; its width is (b - a) / max (a, b). Rousseeuw 1987.
 *
 * Rows are taken group by group, so that a group's distances stand side by side and are
 * summed in one run.
 *
 * Distances come from matrix products in double: near neighbours lose digits in |x|^2 +
 * |y|^2 - 2 xy, and in float32 too many.
 */
#include "engine/analysis/parallel.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#define BLOCK 256 /* rows of a task, and columns of a tile: 512 kB */

typedef struct
{
  const PhenoMatrix *matrix;
  const double *mean;
  const int *row, *group; /* of the rows counted, in order */
  gsize count, n_groups;
  const gsize *size; /* rows of each group */
  double *width;     /* of the rows counted */
} Silhouette;

/* Rows @from ... of those counted, centred, and their squared lengths. */
static void
load_block (const Silhouette *self, gsize from, gsize n, double *block, double *square)
{
  gsize columns = self->matrix->columns;

  for (gsize i = 0; i < n; i++)
    {
      const float *row = pheno_matrix_row (self->matrix, self->row[from + i]);
      double sum = 0;

      for (gsize j = 0; j < columns; j++)
        {
          double value = row[j] - self->mean[j];

          block[i * columns + j] = value;
          sum += value * value;
        }
      square[i] = sum;
    }
}

static double
width_of (const Silhouette *self, const double *sums, int group)
{
  double own, next = INFINITY;

  if (self->size[group] < 2)
    return 0;
  own = sums[group] / (double) (self->size[group] - 1);
  for (gsize g = 0; g < self->n_groups; g++)
    if ((int) g != group && self->size[g] > 0)
      next = MIN (next, sums[g] / (double) self->size[g]);

  /* All at one place: neither nearer nor farther. */
  return MAX (own, next) > 0 ? (next - own) / MAX (own, next) : 0;
}

/* From -2 xy to |x - y|. Always a whole block: what stands behind the last column is not
 * used, and a loop of constant length is computed several at a time. */
static void
distances_of_row (double *tile, double row_square, const double *square)
{
  for (int j = 0; j < BLOCK; j++)
    {
      double sum = row_square + square[j] + tile[j];

      tile[j] = sqrt (sum > 0 ? sum : 0);
    }
}

static void
add_by_group (const double *distance, const int *group, gsize count, double *sums)
{
  for (gsize j = 0; j < count;)
    {
      double sum[4] = { 0, 0, 0, 0 };
      gsize end = j + 1;

      while (end < count && group[end] == group[j])
        end++;
      for (; j + 4 <= end; j += 4)
        for (int i = 0; i < 4; i++)
          sum[i] += distance[j + i];
      for (; j < end; j++)
        sum[0] += distance[j];
      sums[group[end - 1]] += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}

static void
silhouette_block (gsize task, gpointer data)
{
  Silhouette *self = data;
  gsize columns = self->matrix->columns, from = task * BLOCK,
        n = MIN (BLOCK, self->count - from);
  g_autofree double *rows = g_new (double, BLOCK *columns),
                    *others = g_new (double, BLOCK *columns);
  g_autofree double *tile = g_new0 (double, BLOCK *BLOCK),
                    *sums = g_new0 (double, n * self->n_groups);
  double row_square[BLOCK], square[BLOCK] = { 0 };

  load_block (self, from, n, rows, row_square);
  for (gsize start = 0; start < self->count; start += BLOCK)
    {
      gsize m = MIN (BLOCK, self->count - start);

      load_block (self, start, m, others, square);
      cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n, (int) m,
                   (int) columns, -2, rows, (int) columns, others, (int) columns, 0, tile,
                   BLOCK);
      for (gsize i = 0; i < n; i++)
        {
          distances_of_row (tile + i * BLOCK, row_square[i], square);
          if (from + i >= start && from + i < start + m)
            tile[i * BLOCK + from + i - start] = 0; /* a row and itself */
          add_by_group (tile + i * BLOCK, self->group + start, m,
                        sums + i * self->n_groups);
        }
    }

  for (gsize i = 0; i < n; i++)
    self->width[from + i]
        = width_of (self, sums + i * self->n_groups, self->group[from + i]);
}

static gboolean
check_groups (const gsize *size, gsize n_groups, GError **error)
{
  gsize there = 0, shared = 0;

  for (gsize g = 0; g < n_groups; g++)
    {
      there += size[g] > 0;
      shared += size[g] > 1;
    }
  if (there >= 2 && shared > 0)
    return TRUE;

  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      there < 2
          ? _ ("The silhouette needs at least two groups, and there are fewer. Choose "
               "another column.")
          : _ ("Each group has one row only, so no row has another of its own group. "
               "Choose a column with larger groups."));
  return FALSE;
}

/* Fills @row and @group with the rows that have one, group by group; (transfer full): the
 * groups' sizes. */
static gsize *
sort_by_group (gsize rows, const int *groups, gsize n_groups, int *row, int *group)
{
  gsize *size = g_new0 (gsize, n_groups + 1);
  g_autofree gsize *next = g_new0 (gsize, n_groups + 1);

  for (gsize i = 0; i < rows; i++)
    if (groups[i] >= 0)
      size[groups[i]]++;
  for (gsize g = 1; g < n_groups; g++)
    next[g] = next[g - 1] + size[g - 1];
  for (gsize i = 0; i < rows; i++)
    if (groups[i] >= 0)
      {
        gsize at = next[groups[i]]++;

        row[at] = (int) i;
        group[at] = groups[i];
      }
  return size;
}

double
pheno_silhouette (const PhenoMatrix *matrix, const int *groups, float *widths,
                  GError **error)
{
  g_autofree int *row = g_new (int, matrix->rows), *group = g_new (int, matrix->rows);
  g_autofree double *mean = NULL, *width = NULL;
  g_autofree gsize *size = NULL;
  Silhouette self = { .matrix = matrix, .row = row, .group = group };
  double sum = 0;

  if (!pheno_analysis_check (matrix, error))
    return NAN;

  for (gsize i = 0; i < matrix->rows; i++)
    {
      if (widths != NULL)
        widths[i] = NAN;
      self.count += groups[i] >= 0;
      self.n_groups = MAX (self.n_groups, (gsize) MAX (groups[i] + 1, 0));
    }
  size = sort_by_group (matrix->rows, groups, self.n_groups, row, group);
  if (!check_groups (size, self.n_groups, error))
    return NAN;

  mean = g_new0 (double, matrix->columns);
  for (gsize i = 0; i < self.count; i++)
    for (gsize j = 0; j < matrix->columns; j++)
      mean[j] += pheno_matrix_row (matrix, row[i])[j] / (double) self.count;
  width = g_new (double, self.count);
  self.mean = mean;
  self.size = size;
  self.width = width;
  if (!pheno_analysis_run ((self.count + BLOCK - 1) / BLOCK, 0, silhouette_block, &self,
                           g_cancellable_get_current (), error))
    return NAN;

  for (gsize i = 0; i < self.count; i++)
    {
      sum += width[i];
      if (widths != NULL)
        widths[row[i]] = (float) width[i];
    }
  return sum / (double) self.count;
}
