/* epoch.c - what is done after the steps of an epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order matters when the power fails in between: first the line in the history, then
 * the checkpoint, then the names of the best. A run that goes on drops lines that lie
 * behind its checkpoint and makes names that are missing.
 */
#include <math.h>

#include "engine/analysis/analysis.h"
#include "engine/training/trainer.h"

#define NEIGHBOURS 5
/* Accuracy is measured on at most this many images, evenly taken: the curve needs no
 * more. */
#define MOST_IMAGES 5000
/* Less is noise between batches; the monitor counts alike. */
#define IMPROVEMENT_SHARE 0.001
/* Pictures that are looked at before the memory of large ones is given back: some steps
 * of the embedder. */
#define SLICE 256

typedef struct
{
  const PhenoImage **images;
  int *groups, *units;
  guint n;
} Sample;

static void
take_sample (const PhenoMaterial *material, Sample *sample)
{
  sample->n = MIN (material->n, MOST_IMAGES);
  sample->images = g_new (const PhenoImage *, sample->n);
  sample->groups = g_new (int, sample->n);
  sample->units = material->units != NULL ? g_new (int, sample->n) : NULL;

  for (guint i = 0; i < sample->n; i++)
    {
      guint from = (guint) ((guint64) i * material->n / sample->n);

      sample->images[i] = material->images[from];
      sample->groups[i] = material->groups[from];
      if (sample->units != NULL)
        sample->units[i] = material->units[from];
    }
}

static void
clear_sample (Sample *sample)
{
  g_free (sample->images);
  g_free (sample->groups);
  g_free (sample->units);
}

/* (transfer full) (nullable): what the encoder sees in the sample. */
static PhenoMatrix *
embed_sample (PhenoTrainer *self, const Sample *sample, GError **error)
{
  g_autoptr (PhenoMatrix) all = NULL;

  for (guint begin = 0; begin < sample->n; begin += SLICE)
    {
      guint count = MIN (SLICE, sample->n - begin);
      g_autoptr (PhenoMatrix) part
          = pheno_learner_embed (self->learner, self->run->recipe, sample->images + begin,
                                 count, NULL, error);

      if (part == NULL)
        return NULL;
      if (all == NULL)
        all = pheno_matrix_new (sample->n, part->columns);
      memcpy (pheno_matrix_row (all, begin), part->values,
              (gsize) count * part->columns * sizeof (float));
      for (guint i = begin; i < begin + count; i++)
        pheno_material_release (self->material,
                                (guint) ((guint64) i * self->material->n / sample->n));
    }
  return g_steal_pointer (&all);
}

/* How many nearest neighbours of plain views are of the same species; pictures of the
 * same specimen do not count. A collection whose labels turn out useless is no reason to
 * stop. */
static gboolean
measure_knn (PhenoTrainer *self, PhenoAccuracy *accuracy, gboolean *measured,
             GError **error)
{
  g_autoptr (PhenoMatrix) features = NULL;
  g_autoptr (GError) reason = NULL;
  Sample sample = { 0 };

  take_sample (self->material, &sample);
  features = embed_sample (self, &sample, error);
  *measured = features != NULL
              && pheno_knn_accuracy (features, sample.groups, sample.units, NEIGHBOURS,
                                     PHENO_METRIC_COSINE, sample.units, self->run->seed,
                                     accuracy, &reason);
  clear_sample (&sample);

  if (reason != NULL)
    {
      pheno_trainer_say (reason->message, self);
      g_clear_pointer (&self->material->groups, g_free);
    }

  return features != NULL;
}

static gboolean
add_knn (PhenoTrainer *self, PhenoHistoryRow *row, GError **error)
{
  PhenoAccuracy accuracy;
  gboolean measured;

  if (!measure_knn (self, &accuracy, &measured, error))
    return FALSE;

  if (measured)
    {
      row->knn_accuracy = accuracy.accuracy;
      row->knn_balanced_accuracy = accuracy.balanced_accuracy;
      self->knn_accuracy = accuracy.accuracy;
    }

  return TRUE;
}

gboolean
pheno_trainer_say_start (PhenoTrainer *trainer, GError **error)
{
  PhenoAccuracy accuracy;
  gboolean measured;

  if (trainer->material->groups == NULL)
    return TRUE;
  if (!measure_knn (trainer, &accuracy, &measured, error))
    return FALSE;

  if (measured)
    {
      g_autofree char *sentence
          = g_strdup_printf (_ ("Before training the encoder has a kNN accuracy of %.1f "
                                "%% (balanced %.1f %%, "
                                "chance %.1f %%): this is what training has to beat."),
                             100 * accuracy.accuracy, 100 * accuracy.balanced_accuracy,
                             100 * accuracy.chance);

      pheno_trainer_say (sentence, trainer);
      if (!pheno_run_folder_set_untrained (trainer->directory, accuracy.accuracy, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
measure (PhenoTrainer *self, PhenoHistoryRow *row, GError **error)
{
  g_autoptr (PhenoMatrix) projections = pheno_learner_projections (self->learner, error);

  if (projections == NULL)
    return FALSE;

  pheno_monitor_measure (projections, row);
  if (self->material->groups != NULL
      && pheno_monitor_is_due (row->epoch, (guint) self->run->epochs)
      && !add_knn (self, row, error))
    return FALSE;

  row->note = pheno_monitor_judge (&self->monitor, row);
  if (row->note != NULL)
    pheno_trainer_say (row->note, self);

  return TRUE;
}

static void
sum_up (const PhenoTrainer *self, double rate, PhenoHistoryRow *row)
{
  const PhenoPosition *position = &self->position;
  double steps = position->step_in_epoch;
  double views = steps * 2 * self->run->batch * self->run->accumulate;

  row->epoch = position->epoch + 1;
  row->step = position->step;
  row->loss = position->loss_sum / steps;
  row->gradient_norm = position->norm_sum / steps;
  row->learning_rate = rate;
  row->seconds = position->seconds;
  row->views_per_second = position->seconds > 0 ? views / position->seconds : 0;
  row->data_share
      = position->seconds > 0 ? position->data_seconds / position->seconds : 0;
  row->knn_accuracy = row->knn_balanced_accuracy = NAN;
}

/* The position after the epoch of @row. */
static void
advance (PhenoPosition *position, const PhenoHistoryRow *row)
{
  pheno_best_insert (position->best, row->epoch, row->loss);
  if (row->loss < position->best_loss * (1 - IMPROVEMENT_SHARE)
      || position->best_epoch == 0)
    {
      position->best_loss = row->loss;
      position->best_epoch = row->epoch;
    }

  position->epoch = row->epoch;
  position->step_in_epoch = 0;
  position->loss_sum = position->norm_sum = 0;
  position->seconds = position->data_seconds = 0;
}

gboolean
pheno_trainer_end_epoch (PhenoTrainer *trainer, double rate, GError **error)
{
  PhenoHistoryRow row = { 0 };
  g_autofree char *note = NULL;

  sum_up (trainer, rate, &row);
  trainer->last_loss = row.loss;
  trainer->last_views_per_second = row.views_per_second;
  trainer->last_data_share = row.data_share;

  if (!measure (trainer, &row, error))
    return FALSE;
  note = row.note;

  advance (&trainer->position, &row);
  return pheno_history_append (trainer->history, &row, error)
         && pheno_trainer_save (trainer, error)
         && pheno_best_update_files (trainer->directory, trainer->position.best,
                                     trainer->position.epoch, error);
}
