/* map-place.c - where new rows belong on a map that is there
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The weighted geometric median of the places of the nearest rows, by Weiszfeld's steps
 * (Weiszfeld 1937; Vardi and Zhang 2000, doi:10.1073/pnas.97.4.1423).
 */
#include "engine/analysis/map-work.h"

#include <string.h>

#define STEPS 50
#define MOST_AXES 50

typedef struct
{
  const PhenoMatrix *coordinates;
  const PhenoNeighbours *found; /* of the new rows, among those of the map */
  PhenoMatrix *places;
} Placing;

static gsize
weights_of (const Placing *self, gsize row, double *weight)
{
  gsize k = self->found->k, n = 0;
  const float *distance = self->found->distance + row * k;
  double mean = 0;

  while (n < k && self->found->index[row * k + n] >= 0)
    n++;
  for (gsize i = 0; i < n; i++)
    mean += (distance[i] - distance[0]) / (double) n;
  for (gsize i = 0; i < n; i++)
    weight[i] = mean > 0 ? exp (-(distance[i] - distance[0]) / mean) : 1;
  return n;
}

static void
place_row (Placing *self, gsize row, double *weight)
{
  gsize axes = self->coordinates->columns, n = weights_of (self, row, weight);
  const int *index = self->found->index + row * self->found->k;
  double at[MOST_AXES] = { 0 }, next[MOST_AXES], all = 0;

  for (gsize i = 0; i < n; i++)
    all += weight[i];
  for (gsize i = 0; i < n; i++)
    for (gsize axis = 0; axis < axes; axis++)
      at[axis] += weight[i] / all
                  * pheno_matrix_row (self->coordinates, (gsize) index[i])[axis];
  for (int step = 0; step < STEPS; step++)
    {
      double sum = 0;

      memset (next, 0, sizeof next);
      for (gsize i = 0; i < n; i++)
        {
          const float *there = pheno_matrix_row (self->coordinates, (gsize) index[i]);
          double square = 1e-12, by;

          for (gsize axis = 0; axis < axes; axis++)
            square += (at[axis] - there[axis]) * (at[axis] - there[axis]);
          by = weight[i] / sqrt (square);
          sum += by;
          for (gsize axis = 0; axis < axes; axis++)
            next[axis] += by * there[axis];
        }
      for (gsize axis = 0; axis < axes; axis++)
        at[axis] = next[axis] / sum;
    }
  for (gsize axis = 0; axis < axes; axis++)
    pheno_matrix_row (self->places, row)[axis] = (float) at[axis];
}

static void
place_rows (gsize task, gpointer data)
{
  Placing *self = data;
  g_autofree double *weight = g_new (double, self->found->k);

  for (gsize row = task * PHENO_MAP_TASK;
       row < MIN ((task + 1) * PHENO_MAP_TASK, self->places->rows); row++)
    place_row (self, row, weight);
}

PhenoMatrix *
pheno_map_place (const PhenoMatrix *matrix, const PhenoMatrix *coordinates,
                 const PhenoMatrix *others, gsize k, PhenoMetric metric, int threads,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) found = NULL;
  g_autoptr (PhenoMatrix) places = NULL;
  Placing self = { coordinates, NULL, NULL };

  g_return_val_if_fail (coordinates->rows == matrix->rows, NULL);
  g_return_val_if_fail (coordinates->columns <= MOST_AXES, NULL);

  found = pheno_nearest_to (matrix, others, MIN (k, matrix->rows), metric, NULL, threads,
                            cancellable, error);
  if (found == NULL)
    return NULL;
  places = pheno_matrix_new (others->rows, coordinates->columns);
  self.found = found;
  self.places = places;
  if (!pheno_analysis_run ((others->rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK, threads,
                           place_rows, &self, cancellable, error))
    return NULL;
  return g_steal_pointer (&places);
}
