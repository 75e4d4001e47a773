/* pca.c - principal components, exactly
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The components are the eigenvectors of the covariance (D, D) of the centred rows X;
 * where there are fewer rows than columns, they come from the smaller Gram matrix (N, N):
 *
 *     X^T X v = s v        directly, or
 *     X X^T u = s u        and v = X^T u / sqrt (s)
 *
 * Everything is summed in double: the eigenvalues of a product of float32 numbers are
 * known to the square root of float's precision only, and whitening divides by them.
 */
#include "engine/analysis/parallel.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#define CHUNK 512  /* rows or columns turned into double at a time: 4 MB at D = 1,000 */
#define STRIPE 128 /* rows of the product that one task computes */

/* Components weaker than this share of the strongest are the rounding of float32 inputs,
 * and whitening would blow it up. */
#define WEAKEST 1e-12

typedef struct
{
  const double *block; /* (depth, size) or (size, depth): centred values */
  gboolean by_rows;    /* size runs along the block's rows: the Gram matrix */
  gsize size, depth;
  double *product; /* (size, size), upper triangle */
} Product;

/* Adds one stripe of block^T block (or block block^T) to the product's upper triangle. */
static void
add_stripe (gsize task, gpointer data)
{
  Product *self = data;
  gsize from = task * STRIPE;
  gsize count = MIN (STRIPE, self->size - from), rest = self->size - from;
  double *target = self->product + from * self->size + from;

  if (self->by_rows)
    cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) count, (int) rest,
                 (int) self->depth, 1, self->block + from * self->depth,
                 (int) self->depth, self->block + from * self->depth, (int) self->depth,
                 1, target, (int) self->size);
  else
    cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) count, (int) rest,
                 (int) self->depth, 1, self->block + from, (int) self->size,
                 self->block + from, (int) self->size, 1, target, (int) self->size);
}

static double *
column_means (const PhenoMatrix *matrix)
{
  double *mean = g_new0 (double, matrix->columns);

  for (gsize i = 0; i < matrix->rows; i++)
    for (gsize j = 0; j < matrix->columns; j++)
      mean[j] += pheno_matrix_row (matrix, i)[j];
  for (gsize j = 0; j < matrix->columns; j++)
    mean[j] /= (double) matrix->rows;

  return mean;
}

/* (size, size): the upper triangle of X^T X, or of X X^T when @gram, of X minus @mean. */
static double *
centred_product (const PhenoMatrix *matrix, const double *mean, gboolean gram,
                 GError **error)
{
  gsize size = gram ? matrix->rows : matrix->columns;
  gsize length = gram ? matrix->columns : matrix->rows;
  g_autofree double *product
      = pheno_analysis_allocate (size * size, sizeof (double), error);
  g_autofree double *block = NULL;

  if (product == NULL
      || (block = pheno_analysis_allocate (size * CHUNK, sizeof (double), error)) == NULL)
    return NULL;

  for (gsize from = 0; from < length; from += CHUNK)
    {
      gsize depth = MIN (CHUNK, length - from);
      Product self = { block, gram, size, depth, product };

      for (gsize i = 0; i < (gram ? size : depth); i++)
        for (gsize j = 0; j < (gram ? depth : size); j++)
          {
            gsize column = gram ? from + j : j;
            block[i * (gram ? depth : size) + j]
                = (double) pheno_matrix_row (matrix, gram ? i : from + i)[column]
                  - mean[column];
          }
      if (!pheno_analysis_run ((size + STRIPE - 1) / STRIPE, 0, add_stripe, &self, NULL,
                               error))
        return NULL;
    }

  return g_steal_pointer (&product);
}

/* The @count largest eigenvalues of the upper triangle @product (destroyed), smallest
 * first, and their vectors, (count, size) row after row. */
static gboolean
largest_eigenvectors (double *product, gsize size, gsize count, double *values,
                      double *vectors, GError **error)
{
  g_autofree lapack_int *support = g_new (lapack_int, 2 * count);
  g_autofree double *all_values = g_new (double, size);
  lapack_int found = 0;
  /* Row-major upper is column-major lower; the columns of the result are our rows. */
  lapack_int status = LAPACKE_dsyevr (
      LAPACK_COL_MAJOR, 'V', 'I', 'L', (lapack_int) size, product, (lapack_int) size, 0,
      0, (lapack_int) (size - count + 1), (lapack_int) size, 0, &found, all_values,
      vectors, (lapack_int) size, support);

  if (status != 0 || (gsize) found != count)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("The principal components did not converge (LAPACK code %d). Look "
                      "for columns "
                      "with enormous values in the embeddings."),
                   (int) status);
      return FALSE;
    }
  memcpy (values, all_values, count * sizeof (double));
  return TRUE;
}

/* v = X^T u in double. */
static void
from_gram_vector (const PhenoMatrix *matrix, const double *mean, const double *u,
                  double *v)
{
  memset (v, 0, matrix->columns * sizeof (double));
  for (gsize i = 0; i < matrix->rows; i++)
    {
      const float *row = pheno_matrix_row (matrix, i);

      for (gsize j = 0; j < matrix->columns; j++)
        v[j] += u[i] * (row[j] - mean[j]);
    }
}

/* Length 1, entry of largest size positive. */
static void
store_component (const double *vector, gsize length, float *component)
{
  double sum = 0, largest = 0;

  for (gsize j = 0; j < length; j++)
    {
      sum += vector[j] * vector[j];
      /* Entries that differ in the last bits only count as equal, so that the sign does
       * not hang on the rounding of one machine. */
      if (fabs (vector[j]) > fabs (largest) * (1 + 1e-9))
        largest = vector[j];
    }
  for (gsize j = 0; j < length; j++)
    component[j] = (float) (vector[j] / copysign (sqrt (sum), largest));
}

static PhenoPca *
pca_from_eigenvectors (const PhenoMatrix *matrix, const double *mean, gboolean gram,
                       gsize count, const double *values, const double *vectors)
{
  PhenoPca *pca = g_new0 (PhenoPca, 1);
  g_autofree double *column = g_new (double, matrix->columns);
  gsize size = gram ? matrix->rows : matrix->columns, kept = 0;

  while (kept < count && values[count - 1 - kept] > WEAKEST * values[count - 1])
    kept++;

  pca->mean = g_new (float, matrix->columns);
  pca->components = pheno_matrix_new (kept, matrix->columns);
  pca->variance = g_new (double, kept);
  for (gsize j = 0; j < matrix->columns; j++)
    pca->mean[j] = (float) mean[j];
  for (gsize k = 0; k < kept; k++)
    {
      const double *vector = vectors + (count - 1 - k) * size;

      if (gram)
        from_gram_vector (matrix, mean, vector, column);
      store_component (gram ? column : vector, matrix->columns,
                       pheno_matrix_row (pca->components, k));
      pca->variance[k] = values[count - 1 - k] / (double) (matrix->rows - 1);
    }

  return pca;
}

PhenoPca *
pheno_pca (const PhenoMatrix *matrix, gsize n_components, GError **error)
{
  gboolean gram = matrix->rows < matrix->columns;
  gsize size = MIN (matrix->rows, matrix->columns);
  gsize count
      = MIN (MAX (n_components, 1), gram ? size - 1 : MIN (size, matrix->rows - 1));
  g_autofree double *mean = NULL, *product = NULL, *values = NULL, *vectors = NULL;
  double trace = 0;
  PhenoPca *pca;

  if (!pheno_analysis_check (matrix, error))
    return NULL;

  mean = column_means (matrix);
  if ((product = centred_product (matrix, mean, gram, error)) == NULL)
    return NULL;
  for (gsize i = 0; i < size; i++)
    trace += product[i * size + i];
  if (!(trace > 0))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("All %zu embeddings are the same, so there is nothing to draw a "
                      "map of. Train longer, or choose another layer."),
                   matrix->rows);
      return NULL;
    }

  values = g_new (double, count);
  if ((vectors = pheno_analysis_allocate (count * size, sizeof (double), error)) == NULL
      || !largest_eigenvectors (product, size, count, values, vectors, error))
    return NULL;

  pca = pca_from_eigenvectors (matrix, mean, gram, count, values, vectors);
  pca->total_variance = trace / (double) (matrix->rows - 1);
  return pca;
}

typedef struct
{
  const PhenoPca *pca;
  const PhenoMatrix *matrix;
  gboolean whiten;
  PhenoMatrix *scores;
} Projection;

static void
project_chunk (gsize task, gpointer data)
{
  Projection *self = data;
  gsize columns = self->matrix->columns, kept = self->pca->components->rows;
  gsize from = task * CHUNK, count = MIN (CHUNK, self->matrix->rows - from);
  g_autofree float *centred = g_new (float, count *columns);
  float *scores = pheno_matrix_row (self->scores, from);

  for (gsize i = 0; i < count; i++)
    for (gsize j = 0; j < columns; j++)
      centred[i * columns + j]
          = pheno_matrix_row (self->matrix, from + i)[j] - self->pca->mean[j];
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) count, (int) kept,
               (int) columns, 1, centred, (int) columns, self->pca->components->values,
               (int) columns, 0, scores, (int) kept);
  if (self->whiten)
    for (gsize i = 0; i < count; i++)
      for (gsize k = 0; k < kept; k++)
        scores[i * kept + k]
            = (float) (scores[i * kept + k] / sqrt (self->pca->variance[k]));
}

PhenoMatrix *
pheno_pca_project (const PhenoPca *pca, const PhenoMatrix *matrix, gboolean whiten)
{
  Projection self = { pca, matrix, whiten, NULL };

  g_return_val_if_fail (matrix->columns == pca->components->columns, NULL);

  self.scores = pheno_matrix_new (matrix->rows, pca->components->rows);
  pheno_analysis_run ((matrix->rows + CHUNK - 1) / CHUNK, 0, project_chunk, &self, NULL,
                      NULL);
  return self.scores;
}

void
pheno_pca_free (PhenoPca *pca)
{
  if (pca == NULL)
    return;
  g_free (pca->mean);
  pheno_matrix_free (pca->components);
  g_free (pca->variance);
  g_free (pca);
}
