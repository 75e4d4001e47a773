/* probe.c - what somebody who learns on other individuals can tell from an embedding
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Folds hold whole individuals, dealt out group by group so that each fold has some of
 * each group. Two learners: the nearest mean, and ridge regression to a column of -1 and
 * 1 for each group (as scikit-learn's RidgeClassifier with alpha 1), on columns that are
 * standardised by the rows learned from alone.
 */
#include "engine/analysis/statistics.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RIDGE 1.0

typedef struct
{
  const PhenoMatrix *rows; /* those with a group */
  const int *group;
  gsize n_groups;
  PhenoProbe probe;
  const int *fold; /* of each row */
  int *predicted;
} Probe;

/* Mean and deviation of the columns of the rows that are learned from. */
static gsize
standards (const Probe *self, int fold, double *mean, double *deviation)
{
  gsize columns = self->rows->columns, n = 0;

  memset (mean, 0, columns * sizeof (double));
  memset (deviation, 0, columns * sizeof (double));
  for (gsize row = 0; row < self->rows->rows; row++)
    if (self->fold[row] != fold)
      {
        n++;
        for (gsize d = 0; d < columns; d++)
          mean[d] += pheno_matrix_row (self->rows, row)[d];
      }
  for (gsize d = 0; d < columns; d++)
    mean[d] /= (double) MAX (n, 1);
  for (gsize row = 0; row < self->rows->rows; row++)
    for (gsize d = 0; self->fold[row] != fold && d < columns; d++)
      deviation[d] += pow (pheno_matrix_row (self->rows, row)[d] - mean[d], 2);
  for (gsize d = 0; d < columns; d++)
    {
      deviation[d] = sqrt (deviation[d] / (double) MAX (n, 1));
      if (!(deviation[d] > 1e-12 * fabs (mean[d])))
        deviation[d] = INFINITY; /* a constant column counts as 0 */
    }
  return n;
}

/* (groups, D + 1): the weights of each group and its constant; the largest sum wins. For
 * means: x.m - m.m / 2, which is largest where the distance is smallest. */
static void
learn_means (const Probe *self, int fold, double *weights)
{
  gsize columns = self->rows->columns, stride = columns + 1;
  g_autofree double *size = g_new0 (double, self->n_groups);

  memset (weights, 0, self->n_groups * stride * sizeof (double));
  for (gsize row = 0; row < self->rows->rows; row++)
    if (self->fold[row] != fold)
      {
        double *own = weights + (gsize) self->group[row] * stride;

        size[self->group[row]]++;
        for (gsize d = 0; d < columns; d++)
          own[d] += pheno_matrix_row (self->rows, row)[d];
      }
  for (gsize g = 0; g < self->n_groups; g++)
    {
      double *own = weights + g * stride;

      for (gsize d = 0; d < columns; d++)
        {
          own[d] /= MAX (size[g], 1);
          own[columns] -= own[d] * own[d] / 2;
        }
      if (size[g] == 0)
        own[columns] = -INFINITY;
    }
}

static gboolean
learn_ridge (const Probe *self, int fold, double *weights, GError **error)
{
  gsize columns = self->rows->columns, stride = columns + 1, groups = self->n_groups;
  g_autofree double *mean = g_new (double, columns), *deviation = g_new (double, columns);
  gsize n = standards (self, fold, mean, deviation), at = 0;
  g_autofree double *x = pheno_analysis_allocate (n * columns, sizeof (double), error);
  g_autofree double *y = g_new (double, (n + 1) * groups),
                    *middle = g_new0 (double, groups);
  g_autofree double *square = g_new0 (double, columns *columns);
  g_autofree double *target = g_new0 (double, columns *groups);

  if (x == NULL)
    return FALSE;
  for (gsize row = 0; row < self->rows->rows; row++)
    if (self->fold[row] != fold)
      {
        for (gsize d = 0; d < columns; d++)
          x[at * columns + d]
              = (pheno_matrix_row (self->rows, row)[d] - mean[d]) / deviation[d];
        for (gsize g = 0; g < groups; g++)
          {
            y[at * groups + g] = self->group[row] == (int) g ? 1 : -1;
            middle[g] += y[at * groups + g] / (double) n;
          }
        at++;
      }
  cblas_dsyrk (CblasRowMajor, CblasUpper, CblasTrans, (int) columns, (int) n, 1, x,
               (int) columns, 0, square, (int) columns);
  cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) columns, (int) groups,
               (int) n, 1, x, (int) columns, y, (int) groups, 0, target, (int) groups);
  for (gsize d = 0; d < columns; d++)
    square[d * columns + d] += RIDGE;
  if (LAPACKE_dposv (LAPACK_ROW_MAJOR, 'U', (lapack_int) columns, (lapack_int) groups,
                     square, (lapack_int) columns, target, (lapack_int) groups)
      != 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("The linear probe did not converge. Look for columns with "
                              "enormous values in the embeddings."));
      return FALSE;
    }
  for (gsize g = 0; g < groups; g++)
    {
      weights[g * stride + columns] = middle[g];
      for (gsize d = 0; d < columns; d++)
        {
          weights[g * stride + d] = target[d * groups + g] / deviation[d];
          weights[g * stride + columns] -= weights[g * stride + d] * mean[d];
        }
    }
  return TRUE;
}

static void
predict_fold (const Probe *self, int fold, const double *weights)
{
  gsize columns = self->rows->columns;

  for (gsize row = 0; row < self->rows->rows; row++)
    {
      double best = -INFINITY;

      if (self->fold[row] != fold)
        continue;
      self->predicted[row] = 0;
      for (gsize g = 0; g < self->n_groups; g++)
        {
          const double *own = weights + g * (columns + 1);
          double sum = own[columns];

          for (gsize d = 0; d < columns; d++)
            sum += own[d] * pheno_matrix_row (self->rows, row)[d];
          if (sum > best)
            {
              best = sum;
              self->predicted[row] = (int) g;
            }
        }
    }
}

/* Whole individuals, in a drawn order, each to the fold that has least of its group. An
 * individual counts for the group of its first row. */
static int *
deal_folds (const int *group, const int *unit, gsize count, gsize n_groups, guint folds,
            guint64 seed)
{
  int *fold = g_new (int, count + 1);
  g_autofree int *order = g_new (int, count + 1);
  g_autofree guint *there = g_new0 (guint, n_groups * folds),
                   *all = g_new0 (guint, folds);
  g_autoptr (GHashTable) known = g_hash_table_new (g_direct_hash, g_direct_equal);

  pheno_permutation (order, count, NULL, 0, seed);
  for (gsize i = 0; i < count; i++)
    {
      gsize row = (gsize) order[i];
      gpointer key = GINT_TO_POINTER (unit != NULL ? unit[row] : -1), value;
      guint best = 0, *own = there + (gsize) group[row] * folds;

      if (GPOINTER_TO_INT (key) >= 0
          && g_hash_table_lookup_extended (known, key, NULL, &value))
        best = GPOINTER_TO_UINT (value);
      else
        for (guint f = 1; f < folds; f++)
          if (own[f] < own[best] || (own[f] == own[best] && all[f] < all[best]))
            best = f;
      if (GPOINTER_TO_INT (key) >= 0)
        g_hash_table_insert (known, key, GUINT_TO_POINTER (best));
      own[best]++;
      all[best]++;
      fold[row] = (int) best;
    }
  return fold;
}

static gboolean
run_folds (Probe *self, guint folds, GCancellable *cancellable, GError **error)
{
  g_autofree double *weights = g_new0 (double, self->n_groups *(self->rows->columns + 1));

  for (guint fold = 0; fold < folds; fold++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (self->probe == PHENO_PROBE_CENTROID)
        learn_means (self, (int) fold, weights);
      else if (!learn_ridge (self, (int) fold, weights, error))
        return FALSE;
      predict_fold (self, (int) fold, weights);
    }
  return TRUE;
}

gboolean
pheno_probe (const PhenoMatrix *matrix, const int *groups, const int *unit,
             PhenoProbe probe, guint folds, guint64 seed, int *predicted,
             PhenoAccuracy *accuracy, GCancellable *cancellable, GError **error)
{
  gsize n_groups, counted, at = 0;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree int *taken = g_new (int, matrix->rows + 1);
  g_autofree int *units = g_new (int, matrix->rows + 1), *fold = NULL, *guess = NULL;
  g_autofree int *names = NULL;
  g_autofree gboolean *right = NULL;
  g_autoptr (PhenoMatrix) rows = NULL;
  Probe self = { .n_groups = n_groups, .probe = probe };

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return FALSE;
  pheno_analysis_use_one_blas_thread ();
  folds = (guint) CLAMP (folds, 2, counted);
  names = g_new (int, n_groups);
  for (gsize row = 0; row < matrix->rows; row++)
    if (compact[row] >= 0)
      {
        units[at++] = unit != NULL ? unit[row] : -1;
        names[compact[row]] = groups[row];
      }
  rows = pheno_groups_take (matrix, compact, counted, taken);
  fold = deal_folds (taken, units, counted, n_groups, folds, seed);
  guess = g_new (int, counted);
  self.rows = rows;
  self.group = taken;
  self.fold = fold;
  self.predicted = guess;
  if (!run_folds (&self, folds, cancellable, error))
    return FALSE;

  right = g_new (gboolean, counted);
  for (gsize i = 0; i < counted; i++)
    right[i] = guess[i] == taken[i];
  pheno_accuracy_fill (taken, units, right, counted, seed, accuracy);
  at = 0;
  for (gsize row = 0; predicted != NULL && row < matrix->rows; row++)
    predicted[row] = compact[row] < 0 ? -1 : names[guess[at++]];
  return TRUE;
}
