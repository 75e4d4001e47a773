/* permdisp.c - whether groups differ in their spread
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Distances of rows from the middle of their group, and the F of these; the labels are
 * permuted, and middles are found anew each time. Anderson 2006.
 */
#include "engine/analysis/statistics.h"

#include <math.h>
#include <string.h>

#define STEPS 200
#define SETTLED 1e-7

typedef struct
{
  const PhenoMatrix *rows; /* those with a group */
  const int *groups;
  gsize n_groups;
  gboolean to_median;
  guint64 seed;
  double *f; /* (permutations + 1) */
} Permdisp;

/* Centroids (groups, D) in double. */
static void
fill_centroids (const Permdisp *self, const int *groups, double *middle, double *size)
{
  gsize columns = self->rows->columns;

  memset (middle, 0, self->n_groups * columns * sizeof (double));
  memset (size, 0, self->n_groups * sizeof (double));
  for (gsize row = 0; row < self->rows->rows; row++)
    {
      const float *values = pheno_matrix_row (self->rows, row);
      double *own = middle + (gsize) groups[row] * columns;

      size[groups[row]]++;
      for (gsize d = 0; d < columns; d++)
        own[d] += values[d];
    }
  for (gsize g = 0; g < self->n_groups; g++)
    for (gsize d = 0; d < columns; d++)
      middle[g * columns + d] /= size[g];
}

static double
distance_to (const float *row, const double *middle, gsize columns)
{
  double square = 0;

  for (gsize d = 0; d < columns; d++)
    square += (row[d] - middle[d]) * (row[d] - middle[d]);
  return sqrt (square);
}

/* Weiszfeld's steps for all groups at once, from the centroids on. */
static void
fill_medians (const Permdisp *self, const int *groups, double *middle)
{
  gsize columns = self->rows->columns, size = self->n_groups * columns;
  g_autofree double *next = g_new (double, size),
                    *weight = g_new (double, self->n_groups);

  for (int step = 0; step < STEPS; step++)
    {
      double moved = 0, length = 0;

      memset (next, 0, size * sizeof (double));
      memset (weight, 0, self->n_groups * sizeof (double));
      for (gsize row = 0; row < self->rows->rows; row++)
        {
          const float *values = pheno_matrix_row (self->rows, row);
          gsize at = (gsize) groups[row] * columns;
          double by = 1 / MAX (distance_to (values, middle + at, columns), 1e-12);

          weight[groups[row]] += by;
          for (gsize d = 0; d < columns; d++)
            next[at + d] += by * values[d];
        }
      for (gsize i = 0; i < size; i++)
        {
          next[i] /= weight[i / columns];
          moved += (next[i] - middle[i]) * (next[i] - middle[i]);
          length += next[i] * next[i];
        }
      memcpy (middle, next, size * sizeof (double));
      if (moved <= SETTLED * SETTLED * length)
        return;
    }
}

/* @mean: (out) (nullable): of each group's distances */
static double
f_of (const Permdisp *self, const int *groups, double *mean, double *between,
      double *inside)
{
  gsize columns = self->rows->columns, rows = self->rows->rows;
  g_autofree double *middle = g_new (double, self->n_groups *columns);
  g_autofree double *size = g_new (double, self->n_groups);
  g_autofree double *sum = g_new0 (double, self->n_groups);
  g_autofree double *distance = g_new (double, rows);
  double all = 0;

  *between = *inside = 0;
  fill_centroids (self, groups, middle, size);
  if (self->to_median)
    fill_medians (self, groups, middle);
  for (gsize row = 0; row < rows; row++)
    {
      distance[row] = distance_to (pheno_matrix_row (self->rows, row),
                                   middle + (gsize) groups[row] * columns, columns);
      sum[groups[row]] += distance[row];
      all += distance[row] / (double) rows;
    }
  for (gsize g = 0; g < self->n_groups; g++)
    {
      sum[g] /= size[g];
      *between += size[g] * (sum[g] - all) * (sum[g] - all);
      if (mean != NULL)
        mean[g] = sum[g];
    }
  for (gsize row = 0; row < rows; row++)
    *inside += (distance[row] - sum[groups[row]]) * (distance[row] - sum[groups[row]]);
  return *between / (double) (self->n_groups - 1)
         / (*inside / (double) (rows - self->n_groups));
}

static void
permute (gsize task, gpointer data)
{
  Permdisp *self = data;
  gsize rows = self->rows->rows;
  g_autofree int *order = g_new (int, rows), *groups = g_new (int, rows);
  double between, inside;

  pheno_permutation (order, rows, NULL, (guint) task + 1, self->seed);
  for (gsize row = 0; row < rows; row++)
    groups[row] = self->groups[order[row]];
  self->f[task] = f_of (self, groups, NULL, &between, &inside);
}

gboolean
pheno_permdisp (const PhenoMatrix *matrix, const int *groups, gboolean to_median,
                guint permutations, guint64 seed, int threads, PhenoTerm *term,
                double *dispersion, GCancellable *cancellable, GError **error)
{
  gsize n_groups, counted;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree int *taken = g_new (int, matrix->rows + 1);
  g_autoptr (PhenoMatrix) rows = NULL;
  g_autofree double *f = g_new (double, permutations + 1), *mean = NULL;
  Permdisp self = { .n_groups = n_groups, .to_median = to_median, .seed = seed, .f = f };
  double between, inside, observed;

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return FALSE;
  mean = g_new (double, n_groups);
  rows = pheno_groups_take (matrix, compact, counted, taken);
  self.rows = rows;
  self.groups = taken;
  observed = f_of (&self, taken, mean, &between, &inside);
  if (!pheno_analysis_run (permutations, threads, permute, &self, cancellable, error))
    return FALSE;
  *term = (PhenoTerm){ (double) (n_groups - 1), between, between / (between + inside),
                       observed, pheno_permutation_p (f, permutations, observed) };
  for (gsize row = 0; dispersion != NULL && row < matrix->rows; row++)
    if (compact[row] >= 0)
      dispersion[groups[row]] = mean[compact[row]];
  return TRUE;
}
