/* map-stability.c - how much of a map is chance
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/map-work.h"

#include <string.h>

/* Lays each map on the first; what is left of the differences is the spread. */
static gboolean
measure_spread (GPtrArray *maps, float *spread, GError **error)
{
  const PhenoMatrix *first = maps->pdata[0];
  gsize rows = first->rows, axes = first->columns;
  g_autoptr (GPtrArray) laid
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_matrix_free);
  double all = 0;

  for (guint m = 0; m < maps->len; m++)
    {
      PhenoMatrix *fitted = NULL;

      if (!pheno_procrustes (first, maps->pdata[m], NULL, NULL, &fitted, error))
        return FALSE;
      g_ptr_array_add (laid, fitted);
    }
  for (gsize row = 0; row < rows; row++)
    {
      double square = 0;

      for (gsize axis = 0; axis < axes; axis++)
        {
          double mean = 0;

          for (guint m = 0; m < laid->len; m++)
            mean += pheno_matrix_row (laid->pdata[m], row)[axis] / laid->len;
          for (guint m = 0; m < laid->len; m++)
            square += pow (pheno_matrix_row (laid->pdata[m], row)[axis] - mean, 2)
                      / laid->len;
          /* Laid maps are centred. */
          all += mean * mean;
        }
      spread[row] = (float) sqrt (square);
    }
  all = sqrt (all / (double) rows);
  for (gsize row = 0; row < rows; row++)
    spread[row] = all > 0 ? (float) (spread[row] / all) : 0;
  return TRUE;
}

PhenoMap *
pheno_map_stability (const PhenoMatrix *matrix, const PhenoProjection *projection,
                     const PhenoProjectionOptions *options, guint n_seeds, float *spread,
                     PhenoProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) maps
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_matrix_free);
  g_autoptr (PhenoMap) first = NULL;
  PhenoProjectionOptions each = *options;

  for (guint seed = 0; seed < MAX (n_seeds, 2); seed++, each.seed++)
    {
      g_autoptr (PhenoMap) map
          = projection->project (matrix, &each, progress, user_data, cancellable, error);

      if (map == NULL)
        return NULL;
      g_ptr_array_add (maps, pheno_matrix_copy (map->coordinates));
      if (seed == 0)
        first = g_steal_pointer (&map);
    }
  if (!measure_spread (maps, spread, error))
    return NULL;
  return g_steal_pointer (&first);
}
