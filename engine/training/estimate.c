/* estimate.c - what a run will cost in memory and time, before it begins
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory and time of a step grow with its batch as a straight line, so both are taken
 * from batches that are small enough to be tried at once and are carried over to the
 * batch of the run, however large.
 */
#include "engine/training/learner.h"
#include "engine/training/loader.h"
#include "engine/training/monitor.h"
#include "engine/training/resolve.h"
#include "engine/training/run.h"
#include "engine/training/schedule.h"

/* Images of the two plans; 16 views are enough to keep the cores of a desktop at work. */
#define SMALL_BATCH 4
#define LARGE_BATCH 8
/* Enough for the best of them to be one without an interruption, and over in seconds. */
#define MOST_STEPS 4
#define TIME_LIMIT_US (3 * G_USEC_PER_SEC)
/* Program, libraries and what the augmentation works with, measured with the smallest
 * run. */
#define BASE_BYTES (96ull << 20)
/* A pass that only embeds costs about a third of one that also goes back and updates. */
#define FORWARD_SHARE (1 / 3.0)
/* Views, files and measures beside the arithmetic: benchmarks.md has 1.3 %, small
 * networks have more. */
#define OTHER_SHARE 0.04
#define MOST_MEASURED 5000

double
pheno_run_learning_rate (const PhenoRun *run)
{
  return run->learning_rate > 0
             ? run->learning_rate
             : pheno_schedule_auto (run->optimiser,
                                    (guint) (run->batch * run->accumulate));
}

/* Nobody is there to be told that the batch is reduced: the trainer will say it. */
static void
say_nothing (const char *sentence, gpointer user_data)
{
}

static gboolean
open_learner (const PhenoRun *resolved, int batch, int bands, PhenoLearner **learner,
              GError **error)
{
  g_autoptr (PhenoRun) run = pheno_run_copy (resolved);
  pk_device *device = pheno_resolve_device (run, error);

  if (device == NULL)
    return FALSE;
  run->batch = batch;
  return (*learner = pheno_learner_new (run, bands, device, error)) != NULL;
}

/* A whole step with views of noise; the first makes what is made once and is not counted.
 */
static gboolean
time_steps (PhenoLearner *learner, double *seconds, GCancellable *cancellable,
            GError **error)
{
  gsize n = (gsize) 2 * learner->batch * learner->bands * learner->size * learner->size;
  g_autoptr (GRand) noise = g_rand_new_with_seed (1);
  float *views = pheno_learner_views (learner);
  gint64 began = g_get_monotonic_time ();

  for (gsize i = 0; i < n; i++)
    views[i] = (float) g_rand_double_range (noise, -1, 1);

  *seconds = INFINITY;
  for (guint i = 0; i <= MOST_STEPS; i++)
    {
      gint64 step_began = g_get_monotonic_time ();
      double loss, norm, took;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !pheno_learner_begin (learner, error)
          || !pheno_learner_add (learner, &loss, error)
          || !pheno_learner_update (learner, 1e-6, i + 1, &norm, error))
        return FALSE;

      took = (double) (g_get_monotonic_time () - step_began) / G_USEC_PER_SEC;
      if (i > 0)
        *seconds = MIN (*seconds, took);
      if (i > 0 && g_get_monotonic_time () - began > TIME_LIMIT_US)
        break;
    }

  return TRUE;
}

/* Weights, gradients and the optimiser's state; and the copy that a checkpoint writes. */
static guint64
parameter_bytes (const PhenoLearner *learner)
{
  guint64 weights = 0;
  int slots = pk_optimiser_slots (learner->optimiser.kind);

  for (int i = 0; i < pk_graph_parameter_count (learner->graph); i++)
    weights += (guint64) pk_shape_count (pk_graph_parameter (learner->graph, i)->shape)
               * sizeof (float);

  return weights * (guint64) (2 + slots) + weights * (guint64) (1 + slots);
}

static gboolean
try_plans (const PhenoRun *run, int bands, gboolean timed, guint64 *memory,
           double *seconds, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoLearner) small = NULL, large = NULL;
  double small_bytes, large_bytes, each;

  if (!open_learner (run, SMALL_BATCH, bands, &small, error))
    return FALSE;
  small_bytes = (double) pk_plan_memory (small->plan);
  g_clear_pointer (&small, pheno_learner_free);

  if (g_cancellable_set_error_if_cancelled (cancellable, error)
      || !open_learner (run, LARGE_BATCH, bands, &large, error))
    return FALSE;
  large_bytes = (double) pk_plan_memory (large->plan);
  each = MAX (large_bytes - small_bytes, 0) / (LARGE_BATCH - SMALL_BATCH);
  *memory = (guint64) (large_bytes + each * (run->batch - LARGE_BATCH))
            + parameter_bytes (large) + BASE_BYTES;

  return !timed || time_steps (large, seconds, cancellable, error);
}

/* Epochs after which kNN accuracy is measured, and the time before the first. */
static guint
count_measures (guint epochs)
{
  guint count = 1;

  for (guint epoch = 1; epoch <= epochs; epoch++)
    count += pheno_monitor_is_due (epoch, epochs);
  return count;
}

gboolean
pheno_run_estimate (const PhenoRun *run, guint images, int bands, double views_per_second,
                    PhenoRunEstimate *estimate, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoRun) resolved = pheno_run_copy (run);
  g_autoptr (PhenoLoader) loader = NULL;
  gboolean timed = views_per_second <= 0;
  double seconds = 0, views, measured;

  g_return_val_if_fail (images >= 2, FALSE);

  pheno_resolve_sizes (resolved, images, say_nothing, NULL);
  if (!try_plans (resolved, bands, timed, &estimate->memory, &seconds, cancellable,
                  error))
    return FALSE;
  if (timed)
    views_per_second = 2 * LARGE_BATCH / seconds / (1 + OTHER_SHARE);

  loader = pheno_loader_new (images, (guint) (resolved->batch * resolved->accumulate),
                             resolved->seed);
  estimate->steps = pheno_loader_steps (loader);
  estimate->views_per_second = views_per_second;
  views
      = 2.0 * resolved->batch * resolved->accumulate * estimate->steps * resolved->epochs;
  measured
      = (double) MIN (images, MOST_MEASURED) * count_measures ((guint) resolved->epochs);
  estimate->seconds = (views + FORWARD_SHARE * measured) / views_per_second;

  return TRUE;
}
