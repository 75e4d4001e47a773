/* spread.c - alignment, uniformity and effective rank: is training going well?
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Views of one image should lie close together (alignment), and images should fill the
 * sphere (uniformity) in many directions (rank). A collapse shows in the last two long
 * before the loss.
 */
#include "engine/analysis/parallel.h"

#include <lapacke.h>
#include <math.h>

double
pheno_alignment (const PhenoMatrix *views)
{
  gsize images = views->rows / 2;
  double sum = 0;

  for (gsize i = 0; i < images; i++)
    sum += pheno_analysis_squared_distance (pheno_matrix_row (views, i),
                                            pheno_matrix_row (views, i + images),
                                            views->columns);

  return images > 0 ? sum / (double) images : NAN;
}

static double
half_uniformity (const PhenoMatrix *views, gsize from, gsize images)
{
  double sum = 0;

  for (gsize i = 1; i < images; i++)
    for (gsize j = 0; j < i; j++)
      sum += exp (-2
                  * pheno_analysis_squared_distance (pheno_matrix_row (views, from + i),
                                                     pheno_matrix_row (views, from + j),
                                                     views->columns));

  return log (sum / ((double) images * (double) (images - 1) / 2));
}

/* Over pairs of images within the first views and within the second ones, and the mean of
 * both: the two views of an image are no independent pair. */
double
pheno_uniformity (const PhenoMatrix *views)
{
  gsize images = views->rows / 2;

  if (images < 2)
    return NAN;
  return (half_uniformity (views, 0, images) + half_uniformity (views, images, images))
         / 2;
}

/* (size, size): X^T X or X X^T, the smaller one, lower triangle row after row. */
static double *
small_product (const PhenoMatrix *matrix, gsize size)
{
  gboolean by_rows = matrix->rows <= matrix->columns;
  double *product = g_new0 (double, size *size);

  if (by_rows)
    for (gsize i = 0; i < size; i++)
      for (gsize j = 0; j <= i; j++)
        product[i * size + j] = pheno_analysis_dot (
            pheno_matrix_row (matrix, i), pheno_matrix_row (matrix, j), matrix->columns);
  else
    for (gsize n = 0; n < matrix->rows; n++)
      for (gsize i = 0; i < size; i++)
        for (gsize j = 0; j <= i; j++)
          product[i * size + j] += (double) pheno_matrix_row (matrix, n)[i]
                                   * pheno_matrix_row (matrix, n)[j];

  return product;
}

/* The squares of the singular values are the eigenvalues of the product: those below
 * 1e-14 of the largest are its rounding, and their roots would not be small. */
double
pheno_effective_rank (const PhenoMatrix *matrix)
{
  gsize size = MIN (matrix->rows, matrix->columns);
  g_autofree double *product = NULL, *values = NULL;
  double sum = 0, entropy = 0;

  for (gsize i = 0; i < matrix->rows * matrix->columns; i++)
    if (!isfinite (matrix->values[i]))
      return NAN;
  if (size == 0)
    return NAN;

  product = small_product (matrix, size);
  values = g_new (double, size);
  pheno_analysis_use_one_blas_thread ();
  if (LAPACKE_dsyevd (LAPACK_ROW_MAJOR, 'N', 'L', (lapack_int) size, product,
                      (lapack_int) size, values)
      != 0)
    return NAN;

  for (gsize i = 0; i < size; i++)
    {
      values[i] = values[i] > 1e-14 * values[size - 1] ? sqrt (values[i]) : 0;
      sum += values[i];
    }
  if (!(sum > 0))
    return NAN;
  for (gsize i = 0; i < size; i++)
    if (values[i] > 0)
      entropy -= values[i] / sum * log (values[i] / sum);

  return exp (entropy);
}
