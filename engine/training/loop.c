/* loop.c - step after step, epoch after epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/trainer.h"

/* A long epoch is saved on its way too, so that a power cut never costs more than this.
 */
#define SAVE_EVERY (10 * 60 * G_USEC_PER_SEC)
#define REPORT_EVERY (G_USEC_PER_SEC / 20)

void
pheno_trainer_say (const char *sentence, gpointer trainer)
{
  PhenoTrainer *self = trainer;
  PhenoProgress report = PHENO_PROGRESS_INIT;

  if (self->progress == NULL)
    return;

  report.phase = "train";
  report.done = self->position.step;
  report.total = self->schedule.total;
  report.epoch = (int) self->position.epoch;
  report.epochs = self->run->epochs;
  report.message = sentence;
  self->progress (&report, self->user_data);
}

/* Views a second and seconds left, from what this process has done so far. */
static void
report_step (PhenoTrainer *self, double rate)
{
  PhenoProgress report = PHENO_PROGRESS_INIT;
  gint64 now = g_get_monotonic_time ();
  guint64 done = self->position.step - self->first_step;
  double seconds = (double) (now - self->began) / G_USEC_PER_SEC;
  gboolean is_last = self->position.step == self->schedule.total;

  if (self->progress == NULL || (now - self->reported < REPORT_EVERY && !is_last))
    return;

  self->reported = now;
  report.phase = "train";
  report.done = self->position.step;
  report.total = self->schedule.total;
  report.epoch = (int) self->position.epoch + 1;
  report.epochs = self->run->epochs;
  report.loss = self->position.loss_sum / self->position.step_in_epoch;
  report.learning_rate = rate;
  report.knn_accuracy = self->knn_accuracy;
  if (done > 0 && seconds > 0)
    {
      report.rate
          = (double) done * 2 * self->run->batch * self->run->accumulate / seconds;
      report.seconds_left
          = seconds / (double) done * (double) (report.total - report.done);
    }
  self->progress (&report, self->user_data);
}

/* The two images of each pair: the same one, or two of one specimen. */
static void
choose_images (PhenoTrainer *self, const guint32 *order, guint n, guint32 *chosen)
{
  const PhenoMaterial *material = self->material;

  for (guint i = 0; i < n; i++)
    {
      guint32 picked[2] = { order[i], order[i] };

      if (material->partners != NULL)
        pheno_partners_pick (material->partners, order[i], self->run->seed,
                             self->position.epoch, picked);
      self->batch_groups[i]
          = material->groups != NULL ? material->groups[picked[0]] : -1;
      for (guint k = 0; k < 2; k++)
        {
          chosen[k * n + i] = picked[k];
          self->images[k * n + i] = material->images[picked[k]];
          self->numbers[k * n + i] = material->numbers[picked[k]];
        }
    }
}

static gboolean
make_views (PhenoTrainer *self, const guint32 *order, GError **error)
{
  guint n = (guint) self->run->batch;
  g_autofree guint32 *chosen = g_new (guint32, 2 * n);
  gint64 began = g_get_monotonic_time ();
  const PhenoRecord *record;
  int bad;

  choose_images (self, order, n, chosen);
  pheno_learner_set_labels (self->learner, self->batch_groups);
  bad = pheno_views_draw_pairs (self->run->recipe, self->images, self->numbers, n,
                                self->run->seed, self->position.epoch, self->run->size,
                                self->material->bands, self->learner->threads,
                                pheno_learner_views (self->learner));
  for (guint i = 0; i < 2 * n; i++)
    pheno_material_release (self->material, chosen[i]);
  self->position.data_seconds
      += (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;
  if (bad < 0)
    return TRUE;

  record = self->material->usable->pdata[self->numbers[bad]];
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("“%s” holds values that are no numbers (NaN or infinite), and after one "
         "step so would the encoder. Exclude it, or mend the file."),
      record->file);
  return FALSE;
}

static gboolean
train_step (PhenoTrainer *self, double rate, GError **error)
{
  const guint32 *order = pheno_loader_step (self->loader, self->position.step_in_epoch);
  gint64 began = g_get_monotonic_time ();
  double sum = 0, loss, norm;

  if (!pheno_learner_begin (self->learner, error))
    return FALSE;
  if (g_str_equal (self->run->temperature_rule, "cosine"))
    pheno_learner_set_temperature (
        self->learner, pheno_schedule_between (
                           self->run->temperature, self->run->temperature_end,
                           (double) self->position.step / (double) self->schedule.total));

  for (int i = 0; i < self->run->accumulate; i++)
    {
      if (!make_views (self, order + i * self->run->batch, error)
          || !pheno_learner_add (self->learner, &loss, error))
        return FALSE;
      sum += loss;
    }

  if (!pheno_learner_update (self->learner, rate, self->position.step + 1, &norm, error))
    return FALSE;

  self->position.step++;
  self->position.step_in_epoch++;
  self->position.loss_sum += sum / self->run->accumulate;
  self->position.norm_sum += norm;
  self->position.seconds += (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC;

  return TRUE;
}

gboolean
pheno_trainer_save (PhenoTrainer *trainer, GError **error)
{
  g_autofree char *path = g_build_filename (trainer->directory, PHENO_LAST_NAME, NULL);
  g_autoptr (PhenoTensors) tensors = NULL;

  tensors = pheno_checkpoint_new (trainer->learner, &trainer->position, trainer->run_text,
                                  trainer->material->digest, error);
  if (tensors == NULL || !pheno_tensors_save (tensors, path, error))
    return FALSE;

  trainer->saved = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
save_and_leave (PhenoTrainer *self, GError **error)
{
  g_autofree char *shown = pheno_display_name (self->directory);

  if (!pheno_trainer_save (self, error))
    return FALSE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
      _ ("Training was interrupted in epoch %u of %d and is saved in “%s”. With --resume "
         "it goes on from there."),
      self->position.epoch + 1, self->run->epochs, shown);
  return FALSE;
}

static gboolean
train_epoch (PhenoTrainer *self, GError **error)
{
  guint steps = pheno_loader_steps (self->loader);
  double rate = 0;

  pheno_loader_begin (self->loader, self->position.epoch);
  while (self->position.step_in_epoch < steps)
    {
      if (g_cancellable_is_cancelled (self->cancellable))
        return save_and_leave (self, error);
      if (g_get_monotonic_time () - self->saved > SAVE_EVERY
          && !pheno_trainer_save (self, error))
        return FALSE;

      rate = pheno_schedule_rate (&self->schedule, self->position.step);
      if (!train_step (self, rate, error))
        return FALSE;
      report_step (self, rate);
    }

  return pheno_trainer_end_epoch (self, rate, error);
}

static gboolean
is_out_of_patience (PhenoTrainer *self)
{
  guint patience = (guint) self->run->patience;

  if (patience == 0 || self->position.epoch < self->position.best_epoch + patience)
    return FALSE;

  self->stopped = g_strdup_printf (
      ngettext ("The loss has not improved for %u epoch (patience=%u).",
                "The loss has not improved for %u epochs (patience=%u).",
                self->position.epoch - self->position.best_epoch),
      self->position.epoch - self->position.best_epoch, patience);
  return TRUE;
}

gboolean
pheno_trainer_loop (PhenoTrainer *trainer, GError **error)
{
  trainer->began = trainer->saved = g_get_monotonic_time ();
  trainer->first_step = trainer->position.step;

  while (trainer->position.epoch < (guint) trainer->run->epochs
         && !is_out_of_patience (trainer))
    if (!train_epoch (trainer, error))
      return FALSE;

  return TRUE;
}
