/* nearly-all-neighbours.c - neighbours of sets that are too large to look at all pairs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/map-work.h"

#include <math.h>

#include "engine/analysis/hnsw.h"

#ifdef PHENO_HAVE_HNSW

static int
is_cancelled (void *cancellable)
{
  return g_cancellable_is_cancelled (cancellable);
}

/* Rows of length 1: their squared distance is twice 1 - cos. */
static PhenoMatrix *
directions (const PhenoMatrix *matrix)
{
  PhenoMatrix *rows = pheno_matrix_copy (matrix);

  for (gsize row = 0; row < rows->rows; row++)
    {
      float *values = pheno_matrix_row (rows, row);
      double length = sqrt (pheno_analysis_dot (values, values, rows->columns));

      for (gsize d = 0; length > 0 && d < rows->columns; d++)
        values[d] = (float) (values[d] / length);
    }
  return rows;
}

PhenoNeighbours *
pheno_nearly_all_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                             int threads, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) found = g_new0 (PhenoNeighbours, 1);
  g_autoptr (PhenoMatrix) rows = NULL;
  int status;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  found->rows = matrix->rows;
  found->k = k;
  if ((found->index = pheno_analysis_allocate (matrix->rows * k, sizeof (int), error))
          == NULL
      || (found->distance
          = pheno_analysis_allocate (matrix->rows * k, sizeof (float), error))
             == NULL)
    return NULL;
  if (metric == PHENO_METRIC_COSINE)
    rows = directions (matrix);
  status = pheno_hnsw_search ((rows != NULL ? rows : matrix)->values, matrix->rows,
                              matrix->columns, k, pheno_thread_count (threads),
                              found->index, found->distance, is_cancelled, cancellable);
  if (status == 2)
    {
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return NULL;
    }
  if (status != 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("The graph of neighbours needs more memory than there is. "
                              "Use fewer images, or fewer dimensions."));
      return NULL;
    }
  for (gsize i = 0; i < matrix->rows * k; i++)
    {
      float square = found->distance[i];

      found->distance[i] = square < 0                      ? NAN
                           : metric == PHENO_METRIC_COSINE ? square / 2
                                                           : sqrtf (square);
    }
  return g_steal_pointer (&found);
}

#else

PhenoNeighbours *
pheno_nearly_all_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                             int threads, GCancellable *cancellable, GError **error)
{
  return pheno_neighbours (matrix, k, metric, NULL, threads, cancellable, error);
}

#endif
