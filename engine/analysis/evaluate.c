/* evaluate.c - how well near rows share a label
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/analysis.h"

#include <string.h>

/* Rows of groups with fewer than @least individuals become -1. Returns: how many rows
 * have no group then. */
static guint
drop_small_groups (int *groups, const int *unit, gsize rows, guint least)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autofree gint64 *key = g_new0 (gint64, rows);
  g_autofree guint *count = NULL;
  int n_groups = 0;
  guint left_out = 0;

  for (gsize row = 0; row < rows; row++)
    n_groups = MAX (n_groups, groups[row] + 1);
  count = g_new0 (guint, n_groups + 1);
  for (gsize row = 0; row < rows; row++)
    if (groups[row] >= 0)
      {
        /* A row without an individual is one of its own. */
        gint64 individual
            = unit != NULL && unit[row] >= 0 ? unit[row] : (gint64) row + G_MAXINT;

        key[row] = individual * (n_groups + 1) + groups[row];
        if (g_hash_table_add (seen, &key[row]))
          count[groups[row]]++;
      }
  for (gsize row = 0; row < rows; row++)
    {
      if (groups[row] >= 0 && count[groups[row]] < least)
        groups[row] = -1;
      left_out += groups[row] < 0;
    }
  return left_out;
}

static void
report (const char *phase, guint64 done, PhenoProgressFunc progress, gpointer user_data)
{
  PhenoProgress now = PHENO_PROGRESS_INIT;

  now.phase = phase;
  now.done = done;
  now.total = 2;
  if (progress != NULL)
    progress (&now, user_data);
}

/* What somebody who learns on other individuals can tell. */
static gboolean
probe (const PhenoMatrix *matrix, const int *groups, const PhenoEvaluateOptions *options,
       PhenoEvaluation *evaluation, GCancellable *cancellable, GError **error)
{
  evaluation->centroid = evaluation->linear = (PhenoAccuracy){ .rows = 0 };
  return options->folds == 0
         || (pheno_probe (matrix, groups, options->unit, PHENO_PROBE_CENTROID,
                          options->folds, options->seed, NULL, &evaluation->centroid,
                          cancellable, error)
             && pheno_probe (matrix, groups, options->unit, PHENO_PROBE_LINEAR,
                             options->folds, options->seed, NULL, &evaluation->linear,
                             cancellable, error));
}

gboolean
pheno_evaluate (const PhenoMatrix *matrix, const PhenoEvaluateOptions *options,
                PhenoEvaluation *evaluation, PhenoProgressFunc progress,
                gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree int *groups = g_memdup2 (options->groups, matrix->rows * sizeof (int));
  g_autoptr (GError) flat = NULL;
  gboolean done;

  evaluation->left_out
      = drop_small_groups (groups, options->unit, matrix->rows, options->at_least);

  if (cancellable != NULL)
    g_cancellable_push_current (cancellable);
  report ("neighbours", 0, progress, user_data);
  done
      = pheno_knn_accuracy (matrix, groups, options->exclude, options->k, options->metric,
                            options->unit, options->seed, &evaluation->accuracy, error);
  if (done)
    {
      report ("silhouette", 1, progress, user_data);
      evaluation->silhouette = pheno_silhouette (matrix, groups, NULL, &flat);
      if (g_error_matches (flat, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&flat));
          done = FALSE;
        }
    }
  if (cancellable != NULL)
    g_cancellable_pop_current (cancellable);
  return done && probe (matrix, groups, options, evaluation, cancellable, error);
}
