/* train.c - a run from its settings to its end
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/training/lock.h"
#include "engine/training/resolve.h"
#include "engine/training/run.h"
#include "engine/training/trainer.h"

void
pheno_training_result_clear (PhenoTrainingResult *result)
{
  g_clear_pointer (&result->stopped, g_free);
}

static void
trainer_clear (PhenoTrainer *self)
{
  g_free (self->directory);
  g_clear_pointer (&self->run, pheno_run_free);
  g_free (self->run_text);
  g_clear_pointer (&self->learner, pheno_learner_free);
  g_clear_pointer (&self->loader, pheno_loader_free);
  g_clear_pointer (&self->history, pheno_history_free);
  g_clear_pointer (&self->material, pheno_material_free);
  g_free (self->images);
  g_free (self->numbers);
  g_free (self->batch_groups);
  g_free (self->stopped);
  if (self->lock >= 0)
    close (self->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoTrainer, trainer_clear)

/* A run that is there is never written over. */
static gboolean
may_begin (const PhenoTrainer *self, gboolean resume, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, PHENO_LAST_NAME, NULL);
  g_autofree char *shown = pheno_display_name (self->directory);

  if (resume || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“%s” already holds a run. Add --resume to go on with it, or choose another "
         "folder."),
      shown);
  return FALSE;
}

/* The checkpoint to go on from; none is no error. */
static gboolean
find_checkpoint (const PhenoTrainer *self, PhenoTensors **checkpoint, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, PHENO_LAST_NAME, NULL);
  g_autoptr (GError) reason = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  if ((*checkpoint = pheno_tensors_load (path, &reason)) != NULL)
    return TRUE;

  if (g_error_matches (reason, PHENO_ERROR, PHENO_ERROR_FORMAT))
    {
      g_autofree char *shown = pheno_display_name (path);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("The checkpoint “%s” is broken. Copy best.safetensors, which is beside "
             "it, over it: the run goes on from that epoch."),
          shown);
    }
  else
    g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}

/* The run that the checkpoint began with; %NULL with @error when it is none of ours. */
static PhenoRun *
run_of_checkpoint (const PhenoTrainer *self, const PhenoTensors *checkpoint,
                   GError **error)
{
  const char *text = pheno_checkpoint_run (checkpoint);
  g_autofree char *path = g_build_filename (self->directory, PHENO_LAST_NAME, NULL);
  g_autofree char *shown = pheno_display_name (path);

  if (text == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” holds no run to go on with. Begin another run in another folder; "
             "weights=FILE takes these weights with it."),
          shown);
      return NULL;
    }

  return pheno_run_parse (text, path, error);
}

/* Temporary files of a training that was killed while it wrote a checkpoint. The folder
 * is locked, so nobody else can be writing one now. */
static void
remove_left_behind (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (*name == '.' && strstr (name, ".safetensors~") != NULL)
      {
        g_autofree char *path = g_build_filename (directory, name, NULL);

        g_unlink (path);
      }
}

static gboolean
open_folder (PhenoTrainer *self, GError **error)
{
  if (g_mkdir_with_parents (self->directory, 0777) != 0)
    {
      pheno_set_file_error (error, self->directory, errno);
      return FALSE;
    }

  if ((self->lock = pheno_lock_folder (self->directory, error)) < 0)
    return FALSE;

  remove_left_behind (self->directory);
  return TRUE;
}

static gboolean
report_weights (PhenoTrainer *self, const PhenoWeightsReport *report)
{
  const char *first = report->mismatched->len > 0 ? report->mismatched->pdata[0] : NULL;
  g_autofree char *sentence = NULL;
  guint missing = 0;

  for (guint i = 0; i < report->missing->len; i++)
    if (!pheno_model_is_surrounding (report->missing->pdata[i]))
      {
        missing++;
        first = first != NULL ? first : report->missing->pdata[i];
      }

  if (first == NULL)
    return TRUE;

  sentence = g_strdup_printf (
      _ ("Of the weights, %u parameters were taken; %u of the encoder are "
         "not in the file and %u have another shape (%s …): these begin "
         "at random."),
      report->matched->len, missing, report->mismatched->len, first);
  pheno_trainer_say (sentence, self);
  return TRUE;
}

static gboolean
take_weights (PhenoTrainer *self, GError **error)
{
  g_autoptr (PhenoTensors) tensors = NULL;
  g_autoptr (PhenoWeightsReport) report = NULL;

  if (g_str_equal (self->run->weights, "random"))
    return TRUE;

  if ((tensors = pheno_tensors_load (self->run->weights, error)) == NULL)
    return FALSE;

  report = pheno_model_take_weights (self->learner->graph, self->learner->parameters,
                                     tensors, error);
  if (report == NULL)
    {
      g_autofree char *shown = pheno_display_name (self->run->weights);

      g_prefix_error (error, "“%s”: ", shown);
      return FALSE;
    }

  return report_weights (self, report);
}

static gboolean
restore (PhenoTrainer *self, const PhenoTensors *checkpoint, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, PHENO_LAST_NAME, NULL);

  if (!pheno_checkpoint_restore (self->learner, checkpoint, path, &self->position, error))
    return FALSE;

  if (g_strcmp0 (pheno_checkpoint_digest (checkpoint), self->material->digest) != 0)
    {
      pheno_trainer_say (_ ("The photographs have changed or were moved since the run "
                            "began: it goes on, but its numbers are no longer those of "
                            "a run that was never interrupted."),
                         self);
      /* Half an epoch of other images is no half of this one: it begins again. */
      self->position.step_in_epoch = 0;
      self->position.loss_sum = self->position.norm_sum = 0;
      self->position.seconds = self->position.data_seconds = 0;
    }

  return pheno_best_update_files (
      self->directory, self->position.best,
      self->position.step_in_epoch == 0 ? self->position.epoch : 0, error);
}

static void
open_history (PhenoTrainer *self)
{
  g_autofree char *path = g_build_filename (self->directory, "history.csv", NULL);

  self->history = pheno_history_open (path, self->position.epoch);
  pheno_monitor_init (&self->monitor, (guint) self->run->epochs,
                      (guint) self->run->batch);
  for (guint i = 0; i < self->history->rows->len; i++)
    {
      const PhenoHistoryRow *row
          = &g_array_index (self->history->rows, PhenoHistoryRow, i);

      g_free (pheno_monitor_judge (&self->monitor, row));
      self->last_loss = row->loss;
      self->last_views_per_second = row->views_per_second;
      self->last_data_share = row->data_share;
      if (!isnan (row->knn_accuracy))
        self->knn_accuracy = row->knn_accuracy;
    }
}

static gboolean
write_run (PhenoTrainer *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, "run.ini", NULL);

  self->run_text = pheno_run_to_text (self->run);
  return pheno_write_file (path, self->run_text, strlen (self->run_text), error)
         && pheno_material_write_left_out (self->material, self->directory, error)
         && pheno_material_write_samples (self->material, self->directory, error);
}

static void
say_what_is_special (PhenoTrainer *self)
{
  guint n = self->material->left_out->len;

  if (n > 0)
    {
      g_autofree char *sentence = g_strdup_printf (
          ngettext ("%u file is left out; left-out.csv in the run's folder "
                    "says why.",
                    "%u files are left out; left-out.csv in the run's folder "
                    "says why.",
                    n),
          n);
      pheno_trainer_say (sentence, self);
    }

  {
    g_autofree char *sentence = pheno_sample_counts_describe (&self->material->counts);

    if (sentence != NULL)
      {
        g_autofree char *all
            = g_strconcat (sentence, " ",
                           _ ("samples.csv in the run's folder has the counts of each "
                              "image."),
                           NULL);
        pheno_trainer_say (all, self);
      }
  }

  n = self->material->n_not_found;
  if (n > 0)
    {
      g_autofree char *sentence = g_strdup_printf (
          ngettext ("%u file that is to be left out is not in the collection.",
                    "%u files that are to be left out are not in the collection.", n),
          n);
      pheno_trainer_say (sentence, self);
    }

  if (self->material->why_no_groups != NULL)
    pheno_trainer_say (self->material->why_no_groups, self);
}

/* The recipe must make sense for the images, and may need the backgrounds of others. */
static gboolean
prepare_recipe (PhenoTrainer *self, GError **error)
{
  const PhenoMaterial *material = self->material;
  PhenoImage seen = *material->images[0]; /* nothing of it is freed */
  g_autofree char *enabled = NULL, *fill = NULL;
  g_autoptr (PhenoBackgrounds) backgrounds = NULL;
  gboolean changed;

  if (material->bands != seen.bands) /* random ones: none is known by name */
    seen = (PhenoImage){ .bands = material->bands };
  if (!pheno_recipe_fit (&self->run->recipe, &seen, &changed, error))
    return FALSE;
  if (changed)
    pheno_trainer_say (_ ("The recipe was made for three colours: for these bands "
                          "normalise has one mean and deviation for all, or hue and "
                          "saturation stay as they are. run.ini has what is used."),
                       self);

  enabled = pheno_recipe_get (self->run->recipe, "background", "enabled");
  fill = pheno_recipe_get (self->run->recipe, "background", "fill");
  if (!g_str_equal (enabled, "true") || !g_str_equal (fill, "other"))
    return TRUE;
  backgrounds = pheno_backgrounds_new (material->images, material->n);
  pheno_recipe_set_backgrounds (self->run->recipe, backgrounds);
  return TRUE;
}

/* Everything from the photographs to the model, with "auto" resolved on the way. */
static gboolean
prepare (PhenoTrainer *self, const PhenoRun *began, GError **error)
{
  pk_device *device;
  guint per_step;

  self->material = pheno_material_new (self->run, self->directory, self->progress,
                                       self->user_data, self->cancellable, error);
  if (self->material == NULL
      || (device = pheno_resolve_device (self->run, error)) == NULL)
    return FALSE;

  if (pheno_model_loss_needs_labels (self->run->loss) && self->material->groups == NULL)
    {
      pk_device_close (device);
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“loss.kind” is “%s”, which learns from species names, and the "
                      "collection has none. Give it names with species=, or use "
                      "kind=nt-xent."),
                   self->run->loss);
      return FALSE;
    }

  if (!prepare_recipe (self, error))
    {
      pk_device_close (device);
      return FALSE;
    }

  pheno_resolve_sizes (self->run, pheno_material_items (self->material),
                       pheno_trainer_say, self);
  if (began != NULL && !pheno_run_check_resume (began, self->run, error))
    {
      pk_device_close (device);
      return FALSE;
    }

  self->learner = pheno_learner_new (self->run, self->material->bands, device, error);
  if (self->learner == NULL)
    return FALSE;

  per_step = (guint) (self->run->batch * self->run->accumulate);
  self->loader = pheno_loader_new (pheno_material_items (self->material), per_step,
                                   self->run->seed);
  self->schedule.kind = pheno_schedule_kind (self->run->schedule);
  self->schedule.base = self->run->learning_rate;
  self->schedule.warm_up
      = (guint64) self->run->warm_up * pheno_loader_steps (self->loader);
  self->schedule.total = (guint64) self->run->epochs * pheno_loader_steps (self->loader);
  self->images = g_new0 (const PhenoImage *, 2 * self->run->batch);
  self->numbers = g_new0 (guint32, 2 * self->run->batch);
  self->batch_groups = g_new0 (int, self->run->batch);

  return TRUE;
}

static void
fill_result (const PhenoTrainer *self, PhenoTrainingResult *result)
{
  if (result == NULL)
    return;

  result->epochs = (int) self->position.epoch;
  result->loss = self->last_loss;
  result->knn_accuracy = self->knn_accuracy;
  result->views_per_second = self->last_views_per_second;
  result->data_share = self->last_data_share;
  if (self->material != NULL)
    {
      result->images = self->material->n;
      result->left_out = self->material->left_out->len;
    }
  result->stopped = g_strdup (self->stopped);
}

static gboolean
train (PhenoTrainer *self, GError **error)
{
  g_autoptr (PhenoTensors) checkpoint = NULL;
  g_autoptr (PhenoRun) began = NULL;

  if (!find_checkpoint (self, &checkpoint, error))
    return FALSE;

  if (checkpoint != NULL)
    {
      if ((began = run_of_checkpoint (self, checkpoint, error)) == NULL)
        return FALSE;
      if (self->run->roots[0] == NULL)
        {
          pheno_run_free (self->run);
          self->run = pheno_run_copy (began);
        }
    }

  pheno_resolve_paths (self->run);
  if (began != NULL)
    pheno_resolve_as_before (self->run, began);
  if (!pheno_run_check (self->run, error) || !prepare (self, began, error)
      || (checkpoint != NULL ? !restore (self, checkpoint, error)
                             : !take_weights (self, error)))
    return FALSE;

  say_what_is_special (self);
  open_history (self);
  if (!write_run (self, error) || !pheno_history_write (self->history, error))
    return FALSE;

  if (checkpoint == NULL && !pheno_trainer_say_start (self, error))
    return FALSE;

  return pheno_trainer_loop (self, error);
}

/* How it ended stands in the folder for whoever looks later: the process may be alone. A
 * state that cannot be written is no reason to lose a training. */
static void
note_state (const PhenoTrainer *self, PhenoRunState state, const char *message)
{
  g_autoptr (GError) error = NULL;

  if (!pheno_run_folder_set_state (self->directory, state, message, &error))
    pheno_trainer_say (error->message, (gpointer) self);
}

static void
note_end (const PhenoTrainer *self, gboolean done, const GError *error)
{
  if (done)
    note_state (self, PHENO_RUN_DONE, self->stopped);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    note_state (self, PHENO_RUN_PAUSED, NULL);
  else
    note_state (self, PHENO_RUN_FAILED, error->message);
}

static gboolean
train_in_folder (PhenoTrainer *self, gboolean resume, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean done;

  /* A folder whose run is not to be gone on with keeps its state, too. */
  if (!may_begin (self, resume, error))
    return FALSE;

  note_state (self, PHENO_RUN_RUNNING, NULL);
  done = train (self, &reason);
  note_end (self, done, reason);
  if (!done)
    g_propagate_error (error, g_steal_pointer (&reason));
  return done;
}

gboolean
pheno_train (const PhenoRun *run, const char *directory, gboolean resume,
             PhenoTrainingResult *result, PhenoProgressFunc progress, gpointer user_data,
             GCancellable *cancellable, GError **error)
{
  PhenoPosition start = PHENO_POSITION_INIT;
  g_auto (PhenoTrainer) self = { .lock = -1 };
  gboolean done;

  self.directory = g_canonicalize_filename (directory, NULL);
  self.run = pheno_run_copy (run);
  self.position = start;
  self.knn_accuracy = self.last_loss = NAN;
  self.progress = progress;
  self.user_data = user_data;
  self.cancellable = cancellable;

  done = (resume || pheno_run_check (run, error)) && open_folder (&self, error)
         && train_in_folder (&self, resume, error);
  fill_result (&self, result);

  return done;
}
