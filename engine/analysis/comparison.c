/* comparison.c - two embeddings of the same rows: Mantel, Procrustes, shared neighbours
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/distributions.h"
#include "engine/analysis/statistics.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

typedef struct
{
  gsize rows;
  const float *a, *b; /* (N, N), centred and of length 1 above the diagonal */
  guint64 seed;
  double *correlation; /* (permutations) */
} Mantel;

/* Distances above the diagonal, or their ranks, less their mean, with squared sum 1; on
 * both sides, so that rows can be read in any order. */
static float *
standardised (const PhenoMatrix *distances, gboolean by_ranks, GError **error)
{
  gsize rows = distances->rows, pairs = rows * (rows - 1) / 2, at = 0;
  g_autofree float *table = pheno_analysis_allocate (rows * rows, sizeof (float), error);
  g_autofree double *values = NULL;
  double mean = 0, square = 0;

  if (table == NULL
      || (values = pheno_analysis_allocate (pairs, sizeof (double), error)) == NULL)
    return NULL;
  for (gsize i = 0; i < rows; i++)
    for (gsize j = i + 1; j < rows; j++)
      values[at++] = pheno_matrix_row (distances, i)[j];
  if (by_ranks)
    {
      g_autofree double *ranks = pheno_analysis_allocate (pairs, sizeof (double), error);
      g_autofree int *order = pheno_analysis_allocate (pairs, sizeof (int), error);

      if (ranks == NULL || order == NULL)
        return NULL;
      pheno_ranks (values, pairs, order, ranks);
      memcpy (values, ranks, pairs * sizeof (double));
    }
  for (at = 0; at < pairs; at++)
    mean += values[at] / (double) pairs;
  for (at = 0; at < pairs; at++)
    square += (values[at] - mean) * (values[at] - mean);
  at = 0;
  for (gsize i = 0; i < rows; i++)
    for (gsize j = i + 1; j < rows; j++, at++)
      table[i * rows + j] = table[j * rows + i]
          = (float) ((values[at] - mean) / sqrt (MAX (square, 1e-300)));
  return g_steal_pointer (&table);
}

static double
mantel_with (const Mantel *self, const int *order)
{
  double all = 0;

  for (gsize i = 0; i < self->rows; i++)
    {
      const float *a = self->a + (gsize) order[i] * self->rows;
      const float *b = self->b + i * self->rows;
      double sum[4] = { 0 };
      gsize j = i + 1;

      for (; j + 4 <= self->rows; j += 4)
        for (int l = 0; l < 4; l++)
          sum[l] += (double) a[order[j + (gsize) l]] * b[j + (gsize) l];
      for (; j < self->rows; j++)
        sum[0] += (double) a[order[j]] * b[j];
      all += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
  return all;
}

static void
permute_mantel (gsize task, gpointer data)
{
  Mantel *self = data;
  g_autofree int *order = g_new (int, self->rows);

  pheno_permutation (order, self->rows, NULL, (guint) task + 1, self->seed);
  self->correlation[task] = fabs (mantel_with (self, order));
}

static gboolean
check_partners (gsize a, gsize b, GError **error)
{
  if (a == b && a >= 3)
    return TRUE;
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("A comparison needs at least three images that both embeddings have, and "
         "they have %zu and %zu."),
      a, b);
  return FALSE;
}

gboolean
pheno_mantel (const PhenoMatrix *a, const PhenoMatrix *b, gboolean by_ranks,
              guint permutations, guint64 seed, int threads, double *correlation,
              double *p, GCancellable *cancellable, GError **error)
{
  g_autofree float *table_a = NULL, *table_b = NULL;
  g_autofree double *permuted = g_new (double, permutations + 1);
  g_autofree int *order = g_new (int, a->rows);
  Mantel self = { .rows = a->rows, .seed = seed, .correlation = permuted };

  if (!check_partners (a->rows, b->rows, error)
      || (table_a = standardised (a, by_ranks, error)) == NULL
      || (table_b = standardised (b, by_ranks, error)) == NULL)
    return FALSE;
  self.a = table_a;
  self.b = table_b;
  for (gsize row = 0; row < a->rows; row++)
    order[row] = (int) row;
  *correlation = mantel_with (&self, order);
  if (!pheno_analysis_run (permutations, threads, permute_mantel, &self, cancellable,
                           error))
    return FALSE;
  *p = pheno_permutation_p (permuted, permutations, fabs (*correlation));
  return TRUE;
}

/* (N, columns) centred, with squared size 1; columns beyond its own are 0. Returns: its
 * size. */
static double
normalised (const PhenoMatrix *matrix, gsize columns, double *out)
{
  double size = 0;

  memset (out, 0, matrix->rows * columns * sizeof (double));
  for (gsize d = 0; d < matrix->columns; d++)
    {
      double mean = 0;

      for (gsize row = 0; row < matrix->rows; row++)
        mean += (double) pheno_matrix_row (matrix, row)[d] / (double) matrix->rows;
      for (gsize row = 0; row < matrix->rows; row++)
        {
          double value = pheno_matrix_row (matrix, row)[d] - mean;

          out[row * columns + d] = value;
          size += value * value;
        }
    }
  size = sqrt (size);
  for (gsize i = 0; size > 0 && i < matrix->rows * columns; i++)
    out[i] /= size;
  return size;
}

/* The turn that lays b onto a: U V^T of a^T b = U S V^T. Returns: sum of S, negative when
 * it did not converge. @turn: (columns, columns): a ~ b turn */
static double
best_turn (const double *a, const double *b, gsize rows, gsize columns, double *turn)
{
  g_autofree double *product = g_new (double, columns *columns);
  g_autofree double *u = g_new (double, columns *columns);
  g_autofree double *vt = g_new (double, columns *columns);
  g_autofree double *s = g_new (double, columns);
  double sum = 0;

  cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) columns, (int) columns,
               (int) rows, 1, b, (int) columns, a, (int) columns, 0, product,
               (int) columns);
  if (LAPACKE_dgesdd (LAPACK_ROW_MAJOR, 'A', (lapack_int) columns, (lapack_int) columns,
                      product, (lapack_int) columns, s, u, (lapack_int) columns, vt,
                      (lapack_int) columns)
      != 0)
    return -1;
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) columns, (int) columns,
               (int) columns, 1, u, (int) columns, vt, (int) columns, 0, turn,
               (int) columns);
  for (gsize i = 0; i < columns; i++)
    sum += s[i];
  return sum;
}

gboolean
pheno_procrustes (const PhenoMatrix *a, const PhenoMatrix *b, double *disparity,
                  float *residual, PhenoMatrix **fitted, GError **error)
{
  gsize rows = a->rows, columns = MAX (a->columns, b->columns);
  g_autofree double *from = g_new (double, rows *columns);
  g_autofree double *to = g_new (double, rows *columns);
  g_autofree double *laid = g_new (double, rows *columns);
  g_autofree double *turn = g_new (double, columns *columns);
  double size_a, size_b, scale;

  if (!check_partners (a->rows, b->rows, error) || !pheno_analysis_check (a, error)
      || !pheno_analysis_check (b, error))
    return FALSE;
  pheno_analysis_use_one_blas_thread ();
  size_a = normalised (a, columns, to);
  size_b = normalised (b, columns, from);
  if (!(size_a > 0) || !(size_b > 0)
      || (scale = best_turn (to, from, rows, columns, turn)) < 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("All rows of one of the embeddings are the same, so it "
                              "cannot be laid onto the other."));
      return FALSE;
    }
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, (int) columns,
               (int) columns, scale, from, (int) columns, turn, (int) columns, 0, laid,
               (int) columns);
  if (disparity != NULL)
    *disparity = 1 - scale * scale;
  if (fitted != NULL)
    *fitted = pheno_matrix_new (rows, columns);
  for (gsize row = 0; row < rows; row++)
    {
      double square = 0;

      for (gsize d = 0; d < columns; d++)
        {
          double off = laid[row * columns + d] - to[row * columns + d];

          square += off * off;
          if (fitted != NULL)
            pheno_matrix_row (*fitted, row)[d]
                = (float) (laid[row * columns + d] * size_a);
        }
      if (residual != NULL)
        residual[row] = (float) sqrt (square);
    }
  return TRUE;
}

double
pheno_neighbour_overlap (const PhenoMatrix *a, const PhenoMatrix *b, gsize k,
                         PhenoMetric metric, float *shares, int threads,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) in_a = NULL, in_b = NULL;
  gsize all = 0;

  if (!check_partners (a->rows, b->rows, error))
    return NAN;
  k = MIN (k, a->rows - 1);
  if ((in_a = pheno_neighbours (a, k, metric, NULL, threads, cancellable, error)) == NULL
      || (in_b = pheno_neighbours (b, k, metric, NULL, threads, cancellable, error))
             == NULL)
    return NAN;
  for (gsize row = 0; row < a->rows; row++)
    {
      gsize same = 0;

      for (gsize i = row * k; i < (row + 1) * k; i++)
        for (gsize j = row * k; j < (row + 1) * k; j++)
          same += in_a->index[i] == in_b->index[j];
      if (shares != NULL)
        shares[row] = (float) same / (float) k;
      all += same;
    }
  return (double) all / (double) (k * a->rows);
}
