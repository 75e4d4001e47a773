/* nearest-to.c - the nearest rows of rows from elsewhere, and Mahalanobis' distance
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/statistics.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

typedef struct
{
  const PhenoMatrix *matrix, *others;
  PhenoMetric metric;
  const guint8 *left_out;
  double *length; /* of the rows */
  PhenoNeighbours *found;
} Search;

static void
search_row (gsize row, gpointer data)
{
  Search *self = data;
  gsize k = self->found->k, count = 0, columns = self->matrix->columns;
  const float *query = pheno_matrix_row (self->others, row);
  double length = sqrt (pheno_analysis_dot (query, query, columns));
  int *index = self->found->index + row * k;
  g_autofree double *distance = g_new (double, k + 1);

  for (gsize other = 0; other < self->matrix->rows; other++)
    {
      const float *values = pheno_matrix_row (self->matrix, other);
      double d = 1;
      gsize at = count;

      if (self->left_out != NULL && self->left_out[other])
        continue;
      if (self->metric == PHENO_METRIC_EUCLIDEAN)
        d = sqrt (pheno_analysis_squared_distance (query, values, columns));
      else if (length > 0 && self->length[other] > 0)
        d = 1
            - CLAMP (pheno_analysis_dot (query, values, columns)
                         / (length * self->length[other]),
                     -1, 1);
      while (at > 0 && distance[at - 1] > d)
        at--;
      if (at == k)
        continue;
      count = MIN (count + 1, k);
      memmove (distance + at + 1, distance + at, (count - at - 1) * sizeof *distance);
      memmove (index + at + 1, index + at, (count - at - 1) * sizeof *index);
      distance[at] = d;
      index[at] = (int) other;
    }
  for (gsize i = 0; i < k; i++)
    {
      self->found->distance[row * k + i] = i < count ? (float) distance[i] : NAN;
      if (i >= count)
        index[i] = -1;
    }
}

static gboolean
check_queries (const PhenoMatrix *matrix, const PhenoMatrix *others, GError **error)
{
  if (!pheno_analysis_check (matrix, error))
    return FALSE;
  if (matrix->columns != others->columns)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("The embeddings have %zu numbers a row, and what is looked for has "
                      "%zu. Embed both with the same run and read-out."),
                   matrix->columns, others->columns);
      return FALSE;
    }
  for (gsize i = 0; i < others->rows * others->columns; i++)
    if (!isfinite (others->values[i]))
      {
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                     _ ("Row %zu of what is looked for has a value that is no finite "
                        "number."),
                     i / others->columns + 1);
        return FALSE;
      }
  return TRUE;
}

PhenoNeighbours *
pheno_nearest_to (const PhenoMatrix *matrix, const PhenoMatrix *others, gsize k,
                  PhenoMetric metric, const guint8 *left_out, int threads,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) found = g_new0 (PhenoNeighbours, 1);
  g_autofree double *length = NULL;
  Search self = { .matrix = matrix,
                  .others = others,
                  .metric = metric,
                  .left_out = left_out,
                  .found = found };

  found->rows = others->rows;
  found->k = MAX (k, 1);
  if (!check_queries (matrix, others, error)
      || (found->index
          = pheno_analysis_allocate (others->rows * found->k, sizeof (int), error))
             == NULL
      || (found->distance
          = pheno_analysis_allocate (others->rows * found->k, sizeof (float), error))
             == NULL)
    return NULL;
  length = g_new (double, matrix->rows);
  for (gsize row = 0; row < matrix->rows; row++)
    length[row] = sqrt (pheno_analysis_dot (
        pheno_matrix_row (matrix, row), pheno_matrix_row (matrix, row), matrix->columns));
  self.length = length;
  if (!pheno_analysis_run (others->rows, threads, search_row, &self, cancellable, error))
    return NULL;
  return g_steal_pointer (&found);
}

/* Rows less the mean of all, or of their group: (N, D) in double. */
static double *
centred_rows (const PhenoMatrix *matrix, const int *groups, double *mean)
{
  gsize columns = matrix->columns, counted;
  gsize n
      = groups != NULL ? (gsize) pheno_groups_count (groups, matrix->rows, &counted) : 0;
  g_autofree double *middle = g_new0 (double, (n + 1) * columns);
  g_autofree double *size = g_new0 (double, n + 1);
  double *rows = g_new (double, matrix->rows *columns);

  for (gsize row = 0; row < matrix->rows; row++)
    {
      gsize own = groups != NULL && groups[row] >= 0 ? (gsize) groups[row] : n;

      size[own]++;
      for (gsize d = 0; d < columns; d++)
        {
          middle[own * columns + d] += pheno_matrix_row (matrix, row)[d];
          mean[d] += (double) pheno_matrix_row (matrix, row)[d] / (double) matrix->rows;
        }
    }
  for (gsize row = 0; row < matrix->rows; row++)
    {
      gsize own = groups != NULL && groups[row] >= 0 ? (gsize) groups[row] : n;

      for (gsize d = 0; d < columns; d++)
        rows[row * columns + d]
            = pheno_matrix_row (matrix, row)[d] - middle[own * columns + d] / size[own];
    }
  return rows;
}

/* Ledoit and Wolf 2004, doi:10.1016/S0047-259X(03)00096-4: how much of the mean variance
 * is mixed in, from how much the products of single rows scatter. */
static double
shrink (double *covariance, const double *rows, gsize n, gsize columns)
{
  double mean = 0, off = 0, scatter = 0, share;

  for (gsize d = 0; d < columns; d++)
    mean += covariance[d * columns + d] / (double) columns;
  for (gsize i = 0; i < columns; i++)
    for (gsize j = 0; j < columns; j++)
      off += pow (covariance[i * columns + j] - (i == j ? mean : 0), 2);
  for (gsize row = 0; row < n; row++)
    {
      double square = 0;

      for (gsize d = 0; d < columns; d++)
        square += rows[row * columns + d] * rows[row * columns + d];
      scatter += square * square;
    }
  scatter /= (double) n * (double) n;
  for (gsize i = 0; i < columns * columns; i++)
    scatter -= covariance[i] * covariance[i] / (double) n;
  share = off > 0 ? CLAMP (scatter / off, 0, 1) : 1;
  for (gsize i = 0; i < columns; i++)
    for (gsize j = 0; j < columns; j++)
      covariance[i * columns + j]
          = (1 - share) * covariance[i * columns + j] + (i == j ? share * mean : 0);
  return mean;
}

/* With the covariance L L^T, rows of x L^-T have the distances of Mahalanobis. */
PhenoMatrix *
pheno_mahalanobis (const PhenoMatrix *matrix, const int *groups, GError **error)
{
  gsize columns = matrix->columns, n = matrix->rows;
  g_autofree double *mean = g_new0 (double, columns);
  g_autofree double *rows = NULL, *covariance = NULL;
  PhenoMatrix *turned;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  pheno_analysis_use_one_blas_thread ();
  rows = centred_rows (matrix, groups, mean);
  covariance = g_new0 (double, columns *columns);
  cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) columns, (int) columns,
               (int) n, 1.0 / (double) n, rows, (int) columns, rows, (int) columns, 0,
               covariance, (int) columns);
  if (!(shrink (covariance, rows, n, columns) > 0)
      || LAPACKE_dpotrf (LAPACK_ROW_MAJOR, 'L', (lapack_int) columns, covariance,
                         (lapack_int) columns)
             != 0)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("The embeddings do not vary in all directions, so they have "
             "no distance of Mahalanobis. Take the Euclidean one."));
      return NULL;
    }
  for (gsize row = 0; row < n; row++)
    for (gsize d = 0; d < columns; d++)
      rows[row * columns + d] = pheno_matrix_row (matrix, row)[d] - mean[d];
  cblas_dtrsm (CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, (int) n,
               (int) columns, 1, covariance, (int) columns, rows, (int) columns);
  turned = pheno_matrix_new (n, columns);
  for (gsize i = 0; i < n * columns; i++)
    turned->values[i] = (float) rows[i];
  return turned;
}
