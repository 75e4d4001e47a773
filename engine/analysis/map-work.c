/* map-work.c - what the projections share: parameters, beginnings, reports
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/map-work.h"

#include "kernels/pk.h"

#define LEAST_ROWS 4       /* of a map of neighbours */
#define EXACT_UP_TO 100000 /* rows; beyond, HNSW finds nearly all neighbours sooner */
#define BETWEEN_REPORTS_US 50000

gboolean
pheno_map_parameter (const PhenoProjection *projection,
                     const PhenoProjectionOptions *options, gsize which, double *value,
                     GError **error)
{
  const PhenoParameter *parameter = projection->parameters + which;
  g_autofree char *least = NULL, *most = NULL;

  *value = options->values != NULL && !isnan (options->values[which])
               ? options->values[which]
               : parameter->usual;
  if (*value >= parameter->least && *value <= parameter->most
      && (!parameter->whole || *value == floor (*value)))
    return TRUE;

  least = g_strdup_printf ("%g", parameter->least);
  most = g_strdup_printf ("%g", parameter->most);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               parameter->whole ? _ ("“%s” is out of range: a whole number, %s to %s.")
                                : _ ("“%s” is out of range: %s to %s."),
               parameter->name, least, most);
  return FALSE;
}

gboolean
pheno_map_check (const PhenoMatrix *matrix, GError **error)
{
  if (matrix->rows >= LEAST_ROWS)
    return pheno_analysis_check (matrix, error);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("A map of neighbours needs at least 4 images, and there are %zu. Choose "
         "the principal components."),
      matrix->rows);
  return FALSE;
}

PhenoNeighbours *
pheno_map_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric, int threads,
                      GCancellable *cancellable, GError **error)
{
  return matrix->rows > EXACT_UP_TO
             ? pheno_nearly_all_neighbours (matrix, k, metric, threads, cancellable,
                                            error)
             : pheno_neighbours (matrix, k, metric, NULL, threads, cancellable, error);
}

/* Two normal numbers of an address (Box and Muller). */
static void
normal_pair (guint64 seed, gsize row, guint axis, float pair[2])
{
  pk_random4 counter
      = { { (guint32) row, (guint32) (row >> 32), axis, 0x6d617073 /* "maps" */ } };
  pk_random4 random = pk_philox (counter, seed);
  float size = sqrtf (-2 * logf (1 - pk_uniform (random.word[0])));
  float turn = 2 * (float) G_PI * pk_uniform (random.word[1]);

  pair[0] = size * cosf (turn);
  pair[1] = size * sinf (turn);
}

/* Axes that the components could not fill are not left flat: points on a line would
 * never leave it. */
PhenoMatrix *
pheno_map_begin (const PhenoMatrix *matrix, gsize n_axes, gboolean at_random,
                 guint64 seed, double wide, GError **error)
{
  g_autoptr (PhenoPca) pca = pheno_pca (matrix, n_axes, error);
  g_autoptr (PhenoMatrix) scores = NULL, begin = NULL;
  double scale;

  if (pca == NULL)
    return NULL;
  scores = pheno_pca_project (pca, matrix, FALSE);
  scale = wide / sqrt (pca->variance[0]);
  begin = pheno_matrix_new (matrix->rows, n_axes);
  for (gsize row = 0; row < matrix->rows; row++)
    for (gsize axis = 0; axis < n_axes; axis++)
      {
        float pair[2];
        gboolean has = !at_random && axis < scores->columns;

        normal_pair (seed, row, (guint) axis, pair);
        pheno_matrix_row (begin, row)[axis]
            = has ? (float) (pheno_matrix_row (scores, row)[axis] * scale
                             + 1e-3 * wide * pair[0])
                  : (float) wide * pair[1];
      }
  return g_steal_pointer (&begin);
}

gboolean
pheno_map_report (PhenoMapReport *report, guint64 done, double loss,
                  const PhenoMatrix *coordinates)
{
  gint64 now_us = g_get_monotonic_time ();

  if (g_cancellable_is_cancelled (report->cancellable))
    return FALSE;
  if (now_us - report->last_us < BETWEEN_REPORTS_US && done < report->total)
    return TRUE;
  report->last_us = now_us;

  if (report->progress != NULL)
    {
      PhenoProgress progress = PHENO_PROGRESS_INIT;

      progress.phase = report->phase;
      progress.done = done;
      progress.total = report->total;
      progress.loss = loss;
      pheno_progress_estimate (&progress, report->started_us);
      report->progress (&progress, report->user_data);
    }
  return report->options->moving == NULL
         || report->options->moving (coordinates, report->options->moving_data);
}
