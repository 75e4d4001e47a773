/* read-out.c - from maps to rows, and from rows to comparable rows
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a network saw is worth more when the few directions in which all images differ
 * most do not drown the others: see docs/methods-analysis.md.
 */
#include <math.h>

#include "engine/analysis/analysis.h"
#include "engine/embedding/extractor.h"

void
pheno_average_pool (const float *map, gsize channels, gsize height, gsize width, int rows,
                    int columns, float *cells)
{
  for (gsize c = 0; c < channels; c++)
    for (int r = 0; r < rows; r++)
      for (int k = 0; k < columns; k++)
        {
          gsize top = (gsize) r * height / rows,
                bottom = (((gsize) r + 1) * height + rows - 1) / rows;
          gsize left = (gsize) k * width / columns,
                right = (((gsize) k + 1) * width + columns - 1) / columns;
          double sum = 0;

          for (gsize y = top; y < bottom; y++)
            for (gsize x = left; x < right; x++)
              sum += map[(c * height + y) * width + x];
          *cells++ = (float) (sum / (double) ((bottom - top) * (right - left)));
        }
}

PhenoMatrix *
pheno_whiten (const PhenoMatrix *matrix, gsize components, gsize *kept, GError **error)
{
  g_autoptr (PhenoPca) pca = pheno_pca (matrix, components, error);
  PhenoMatrix *scores;

  if (pca == NULL)
    return NULL;
  scores = pheno_pca_project (pca, matrix, TRUE);
  *kept = scores->columns;
  for (gsize i = 0; i < scores->rows; i++)
    {
      float *row = pheno_matrix_row (scores, i);
      double sum = 0;

      for (gsize j = 0; j < scores->columns; j++)
        sum += (double) row[j] * row[j];
      for (gsize j = 0; j < scores->columns && sum > 0; j++)
        row[j] = (float) (row[j] / sqrt (sum));
    }
  return scores;
}
