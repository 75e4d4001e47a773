/* diffusion.c - diffusion maps
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Coifman and Lafon 2006, "Diffusion maps", doi:10.1016/j.acha.2006.04.006. A random walk
 * goes from row to near rows; two rows are near on the map when walks from both arrive at
 * the same places. Weights are exp (-d^2 / (s_i s_j)) with s the distance of a row's last
 * neighbour but half (Zelnik-Manor and Perona 2004), over the neighbours of either row;
 * each is divided by (q_i q_j)^alpha, q the sums of rows, so that with alpha 1 where many
 * specimens were collected does not shape the map. Axes are eigenvectors times eigenvalue
 * to the power of the walk's steps.
 */
#include "engine/analysis/map-work.h"

#define MOST_AXES 10

enum
{
  NEIGHBOURS,
  ALPHA,
  TIME,
  METRIC
};

static PhenoGraph *
walk_graph (const PhenoMatrix *matrix, const double *values, int threads,
            GCancellable *cancellable, GError **error)
{
  gsize rows = matrix->rows, k = MIN ((gsize) values[NEIGHBOURS], rows - 1);
  g_autoptr (PhenoNeighbours) found = pheno_map_neighbours (
      matrix, k, (PhenoMetric) values[METRIC], threads, cancellable, error);
  g_autofree float *weight = NULL;
  g_autofree double *sum = NULL;
  PhenoGraph *graph;

  if (found == NULL
      || (weight = pheno_analysis_allocate (rows * k, sizeof (float), error)) == NULL)
    return NULL;
  for (gsize row = 0; row < rows; row++)
    for (gsize i = 0; i < k; i++)
      {
        int other = found->index[row * k + i];
        double scale, d = found->distance[row * k + i];

        if (other < 0)
          continue;
        scale = (double) found->distance[row * k + k / 2]
                * found->distance[(gsize) other * k + k / 2];
        weight[row * k + i]
            = d > 0 ? (float) MAX (exp (-d * d / MAX (scale, 1e-30)), 1e-12) : 1;
      }
  if ((graph = pheno_graph_new (found, weight, PHENO_UNION_MOST, error)) == NULL)
    return NULL;

  sum = g_new0 (double, rows);
  for (gsize row = 0; row < rows; row++)
    for (gsize e = graph->start[row]; e < graph->start[row + 1]; e++)
      sum[row] += graph->weight[e];
  for (gsize row = 0; row < rows; row++)
    for (gsize e = graph->start[row]; e < graph->start[row + 1]; e++)
      graph->weight[e] = (float) (graph->weight[e]
                                  / pow (sum[row] * sum[graph->index[e]], values[ALPHA]));
  return graph;
}

static PhenoMap *
project (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
         PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
         GError **error)
{
  gsize axes = CLAMP (options->n_axes, 1, MOST_AXES);
  double values[4], eigenvalues[MOST_AXES];
  g_autoptr (PhenoGraph) graph = NULL;
  PhenoMatrix *places = NULL;
  PhenoMap *map;

  for (gsize i = 0; i < 4; i++)
    if (!pheno_map_parameter (&pheno_projection_diffusion, options, i, &values[i], error))
      return NULL;
  if (!pheno_map_check (matrix, error))
    return NULL;
  axes = MIN (axes, matrix->rows - 1);
  if ((graph = walk_graph (matrix, values, options->threads, cancellable, error)) == NULL
      || !pheno_graph_eigenvectors (graph, axes, options->seed, options->threads, &places,
                                    eigenvalues, cancellable, error))
    return NULL;
  for (gsize row = 0; row < matrix->rows; row++)
    for (gsize axis = 0; axis < axes; axis++)
      pheno_matrix_row (places, row)[axis]
          *= (float) pow (MAX (eigenvalues[axis], 0), values[TIME]);

  map = g_new0 (PhenoMap, 1);
  map->coordinates = places;
  map->loss = NAN;
  return map;
}

static const char *const metric_words[] = { "cosine", "euclidean", NULL };

static const PhenoParameter parameters[] = {
  [NEIGHBOURS] = { "neighbours", N_ ("Neighbours"), N_ ("A walk goes to in one step"), 30,
                   2, 500, TRUE, NULL },
  [ALPHA] = { "alpha", N_ ("Density"),
              N_ ("1: how densely specimens were collected does not count; 0: it does"),
              1, 0, 1, FALSE, NULL },
  [TIME] = { "time", N_ ("Steps of the walk"),
             N_ ("More steps leave the large picture alone"), 1, 0, 1000, FALSE, NULL },
  [METRIC] = { "metric", N_ ("Distance"), N_ ("Between rows of the embedding"),
               PHENO_METRIC_EUCLIDEAN, 0, 1, TRUE, metric_words },
};

const PhenoProjection pheno_projection_diffusion = {
  .name = "diffusion",
  .title = N_ ("Gradual change (diffusion map)"),
  .axis = N_ ("diffusion component"),
  .meaning
  = N_ ("Near on this map are specimens between which many short steps lead from "
        "look-alike to look-alike: it shows gradual change. Groups without a "
        "bridge between them lie on single points."),
  .usual_axes = 4,
  .most_axes = MOST_AXES,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .project = project,
};
