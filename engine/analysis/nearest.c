/* nearest.c - the nearest rows of one row
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The search for all rows (neighbours.c) prepares tiles first, which does not pay for a
 * single query: here each row is measured once, in double, and the best k are kept in a
 * sorted list. Both give the same answer.
 */
#include "engine/analysis/parallel.h"

#include <math.h>
#include <string.h>

#define ROWS_BETWEEN_LOOKS 4096 /* at the cancellable */

typedef struct
{
  const PhenoMatrix *matrix;
  PhenoMetric metric;
  const float *query;
  double length; /* of the query */
} Query;

static double
distance_to (const Query *self, gsize row)
{
  const float *other = pheno_matrix_row (self->matrix, row);
  gsize columns = self->matrix->columns;
  double length, cosine;

  if (self->metric == PHENO_METRIC_EUCLIDEAN)
    return sqrt (pheno_analysis_squared_distance (self->query, other, columns));

  length = sqrt (pheno_analysis_dot (other, other, columns));
  if (self->length == 0 || length == 0)
    return 1;
  cosine = pheno_analysis_dot (self->query, other, columns) / (self->length * length);
  return 1 - CLAMP (cosine, -1, 1);
}

static PhenoNeighbours *
neighbours_of_one (gsize k, GError **error)
{
  g_autoptr (PhenoNeighbours) found = g_new0 (PhenoNeighbours, 1);

  found->rows = 1;
  found->k = k;
  if ((found->index = pheno_analysis_allocate (k, sizeof (int), error)) == NULL
      || (found->distance = pheno_analysis_allocate (k, sizeof (float), error)) == NULL)
    return NULL;
  for (gsize i = 0; i < k; i++)
    {
      found->index[i] = -1;
      found->distance[i] = NAN;
    }
  return g_steal_pointer (&found);
}

/* Rows come in order, so that one at the same distance stays behind those before it. */
static void
insert (PhenoNeighbours *found, double *distance, gsize *count, int row, double at)
{
  gsize place = *count;

  while (place > 0 && distance[place - 1] > at)
    place--;
  if (place == found->k)
    return;

  *count = MIN (*count + 1, found->k);
  memmove (distance + place + 1, distance + place,
           (*count - place - 1) * sizeof *distance);
  memmove (found->index + place + 1, found->index + place,
           (*count - place - 1) * sizeof *found->index);
  distance[place] = at;
  found->index[place] = row;
}

static gboolean
check_query (const PhenoMatrix *matrix, gsize row, gsize k, GError **error)
{
  if (!pheno_analysis_check (matrix, error))
    return FALSE;
  if (row < matrix->rows && k > 0)
    return TRUE;
  g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       k == 0 ? _ ("The number of neighbours must be at least 1.")
                              : _ ("There is no such row among the embeddings."));
  return FALSE;
}

PhenoNeighbours *
pheno_nearest (const PhenoMatrix *matrix, gsize row, gsize k, PhenoMetric metric,
               const guint8 *left_out, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) found = NULL;
  g_autofree double *distance = NULL;
  Query query = { .matrix = matrix, .metric = metric };
  gsize count = 0;

  if (!check_query (matrix, row, k, error)
      || (found = neighbours_of_one (k, error)) == NULL)
    return NULL;

  query.query = pheno_matrix_row (matrix, row);
  query.length = sqrt (pheno_analysis_dot (query.query, query.query, matrix->columns));
  distance = g_new (double, k + 1);
  for (gsize other = 0; other < matrix->rows; other++)
    {
      if (other % ROWS_BETWEEN_LOOKS == 0
          && g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (other != row && (left_out == NULL || !left_out[other]))
        insert (found, distance, &count, (int) other, distance_to (&query, other));
    }
  for (gsize i = 0; i < count; i++)
    found->distance[i] = (float) distance[i];
  return g_steal_pointer (&found);
}
