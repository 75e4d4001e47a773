/* distances.c - the table of all distances
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * From products in double of centred rows; a tile at a time, so that the second table in
 * double never is as large as the first.
 */
#include "engine/analysis/parallel.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#define BLOCK 256

typedef struct
{
  gsize rows, columns;
  double *points; /* (N, D) */
  double *square; /* (N) */
  PhenoMatrix *distances;
} Table;

static gboolean
prepare (Table *self, const PhenoMatrix *matrix, PhenoMetric metric, GError **error)
{
  g_autofree double *mean = g_new0 (double, matrix->columns);

  self->rows = matrix->rows;
  self->columns = matrix->columns;
  self->square = g_new (double, matrix->rows);
  if ((self->points
       = pheno_analysis_allocate (matrix->rows * matrix->columns, sizeof (double), error))
      == NULL)
    return FALSE;
  if (metric == PHENO_METRIC_EUCLIDEAN)
    for (gsize row = 0; row < matrix->rows; row++)
      for (gsize d = 0; d < matrix->columns; d++)
        mean[d] += (double) pheno_matrix_row (matrix, row)[d] / (double) matrix->rows;
  for (gsize row = 0; row < matrix->rows; row++)
    {
      const float *values = pheno_matrix_row (matrix, row);
      double *point = self->points + row * matrix->columns, sum = 0;
      double length = sqrt (pheno_analysis_dot (values, values, matrix->columns));
      double by = metric == PHENO_METRIC_EUCLIDEAN ? 1 : length > 0 ? 1 / length : 0;

      for (gsize d = 0; d < matrix->columns; d++)
        {
          point[d] = (values[d] - mean[d]) * by;
          sum += point[d] * point[d];
        }
      self->square[row] = sum;
    }
  return TRUE;
}

static void
fill_rows (gsize task, gpointer data)
{
  Table *self = data;
  gsize from = task * BLOCK, n = MIN (BLOCK, self->rows - from);
  g_autofree double *tile = g_new (double, BLOCK *BLOCK);

  for (gsize start = 0; start < self->rows; start += BLOCK)
    {
      gsize m = MIN (BLOCK, self->rows - start);

      cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n, (int) m,
                   (int) self->columns, -2, self->points + from * self->columns,
                   (int) self->columns, self->points + start * self->columns,
                   (int) self->columns, 0, tile, BLOCK);
      for (gsize i = 0; i < n; i++)
        for (gsize j = 0; j < m; j++)
          {
            double square
                = self->square[from + i] + self->square[start + j] + tile[i * BLOCK + j];

            pheno_matrix_row (self->distances, from + i)[start + j]
                = from + i == start + j || square <= 0 ? 0 : (float) sqrt (square);
          }
    }
}

/* Which of two products a pair is computed by depends on its place: both halves are made
 * the same. */
static void
mirror (PhenoMatrix *distances)
{
  for (gsize i = 0; i < distances->rows; i++)
    for (gsize j = 0; j < i; j++)
      pheno_matrix_row (distances, i)[j] = pheno_matrix_row (distances, j)[i];
}

PhenoMatrix *
pheno_distances (const PhenoMatrix *matrix, PhenoMetric metric, int threads,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoMatrix) distances = NULL;
  Table self = { 0 };
  float *values;
  gboolean done;

  if (!pheno_analysis_check (matrix, error)
      || (values
          = pheno_analysis_allocate (matrix->rows * matrix->rows, sizeof (float), error))
             == NULL)
    return NULL;
  distances = g_new0 (PhenoMatrix, 1);
  *distances = (PhenoMatrix){ matrix->rows, matrix->rows, values };
  self.distances = distances;
  done = prepare (&self, matrix, metric, error)
         && pheno_analysis_run ((matrix->rows + BLOCK - 1) / BLOCK, threads, fill_rows,
                                &self, cancellable, error);
  g_free (self.points);
  g_free (self.square);
  if (!done)
    return NULL;
  mirror (distances);
  return g_steal_pointer (&distances);
}
