/* projection.c - the ways to lay embeddings on a map: one table for all who offer them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/map-work.h"

void
pheno_map_free (PhenoMap *map)
{
  if (map == NULL)
    return;
  pheno_matrix_free (map->coordinates);
  g_free (map->shares);
  g_free (map);
}

static PhenoMap *
project_pca (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
             PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PhenoPca) pca = NULL;
  PhenoMap *map;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  pca = pheno_pca (matrix, options->n_axes, error);
  if (pca == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  map = g_new0 (PhenoMap, 1);
  map->loss = NAN;
  map->coordinates = pheno_pca_project (pca, matrix, FALSE);
  map->shares = g_new (double, pca->components->rows);
  for (gsize k = 0; k < pca->components->rows; k++)
    map->shares[k] = pca->variance[k] / pca->total_variance;
  return map;
}

static const PhenoProjection pca = {
  .name = "pca",
  .title = N_ ("Principal components"),
  .axis = N_ ("component"),
  .meaning
  = N_ ("Far apart on this map is far apart in the embedding. What lies together "
        "may still differ in directions that the map does not show: the "
        "look-alikes are measured in all of them."),
  .usual_axes = 10,
  .most_axes = 50,
  .project = project_pca,
};

const PhenoProjection *const *
pheno_projections (void)
{
  static const PhenoProjection *const all[]
      = { &pca, &pheno_projection_tsne, &pheno_projection_umap,
          &pheno_projection_diffusion, NULL };

  return all;
}

const PhenoProjection *
pheno_projection_find (const char *name)
{
  for (const PhenoProjection *const *each = pheno_projections (); *each != NULL; each++)
    if (g_str_equal ((*each)->name, name))
      return *each;
  return NULL;
}
