/* matrix.c - rows of float32: embeddings, projections, distances
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <string.h>

PhenoMatrix *
pheno_matrix_new (gsize rows, gsize columns)
{
  PhenoMatrix *matrix = g_new (PhenoMatrix, 1);
  gsize count;

  if (!g_size_checked_mul (&count, rows, columns))
    g_error ("a matrix of %" G_GSIZE_FORMAT " x %" G_GSIZE_FORMAT " has no size", rows,
             columns);

  matrix->rows = rows;
  matrix->columns = columns;
  matrix->values = g_new0 (float, MAX (count, 1));

  return matrix;
}

PhenoMatrix *
pheno_matrix_copy (const PhenoMatrix *matrix)
{
  PhenoMatrix *copy;

  g_return_val_if_fail (matrix != NULL, NULL);

  copy = pheno_matrix_new (matrix->rows, matrix->columns);
  memcpy (copy->values, matrix->values, matrix->rows * matrix->columns * sizeof (float));

  return copy;
}

void
pheno_matrix_free (PhenoMatrix *matrix)
{
  if (matrix == NULL)
    return;

  g_free (matrix->values);
  g_free (matrix);
}
