/* training.c - the run that is under way
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "app/application.h"

#include "app/training-private.h"

#include <signal.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (PhenoTraining, pheno_training, G_TYPE_OBJECT)

enum
{
  CHANGED,
  ENDED,
  EMBEDDED,
  FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

char *
pheno_duration_words (double seconds)
{
  int minutes = (int) CLAMP (seconds / 60 + 0.5, 0, 1e8);

  if (minutes < 1)
    return g_strdup (_ ("less than a minute"));
  if (minutes < 90)
    return g_strdup_printf (_ ("%d min"), minutes);
  /* Translators: hours and minutes. */
  return g_strdup_printf (_ ("%d h %d min"), minutes / 60, minutes % 60);
}

/* ---- what is told ---- */

void
pheno_training_emit_changed (PhenoTraining *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
pheno_training_emit_ended (PhenoTraining *self, PhenoRunItem *item)
{
  g_signal_emit (self, signals[ENDED], 0, item);
}

void
pheno_training_emit_embedded (PhenoTraining *self, PhenoRunItem *item, gboolean wanted)
{
  g_signal_emit (self, signals[EMBEDDED], 0, item, wanted);
}

void
pheno_training_emit_failed (PhenoTraining *self, PhenoRunItem *item, const char *message)
{
  g_signal_emit (self, signals[FAILED], 0, item, message);
}

/* @status: (transfer full) (nullable) */
void
pheno_training_set_status (PhenoTraining *self, double fraction, char *status)
{
  self->fraction = fraction;
  g_free (self->status);
  self->status = status;
  pheno_training_emit_changed (self);
}

void
pheno_training_set_current (PhenoTraining *self, PhenoRunItem *item)
{
  if (!g_set_object (&self->current, item))
    return;

  self->stopping = self->keep = FALSE;
  self->fraction = 0;
  g_clear_pointer (&self->status, g_free);
  g_clear_pointer (&self->words, g_free);
  pheno_training_emit_changed (self);
}

/* ---- the settings that are not on the page ---- */

/* Names as the collection has them; whole paths where a name would say too little. */
static char **
excluded_names (PhenoTraining *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GListModel *specimens = pheno_session_get_specimens (self->session);
  guint n = g_list_model_get_n_items (specimens);
  gboolean one_root = pheno_session_get_study (self->session)->roots->len == 1;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);
      const char *file = pheno_specimen_get_relative (specimen);

      if (pheno_specimen_get_excluded (specimen))
        g_strv_builder_add (names, one_root && g_utf8_validate (file, -1, NULL)
                                       ? file
                                       : pheno_specimen_get_path (specimen));
    }
  return g_strv_builder_end (names);
}

static void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

void
pheno_training_fill (PhenoTraining *self, PhenoRun *run)
{
  const PhenoStudy *study = pheno_session_get_study (self->session);

  g_return_if_fail (study != NULL);

  pheno_session_save (self->session); /* makes the table of edited values, if any */
  g_strfreev (run->roots);
  run->roots = g_new0 (char *, study->roots->len + 1);
  for (guint i = 0; i < study->roots->len; i++)
    run->roots[i] = g_strdup (study->roots->pdata[i]);
  g_strfreev (run->excluded);
  run->excluded = excluded_names (self);
  set_text (&run->species, study->species);
  set_text (&run->metadata, study->metadata != NULL ? study->metadata : "auto");

  set_text (&run->recipe_name, pheno_session_get_recipe_name (self->session));
  /* A preset of the user's own is written out whole over a built-in one. */
  if (!g_strv_contains (pheno_recipe_names (), run->recipe_name))
    set_text (&run->recipe_name, "none");
  g_clear_pointer (&run->recipe, pheno_recipe_free);
  run->recipe = pheno_recipe_copy (pheno_session_get_recipe (self->session));
  run->seed = pheno_session_get_seed (self->session);
  run->size = pheno_session_get_input_size (self->session);
}

/* ---- the worker ---- */

static char *
train_status (const PhenoProgress *progress)
{
  g_autofree char *left = NULL;

  if (progress->seconds_left < 0 || progress->rate <= 0)
    return g_strdup_printf (_ ("Epoch %d of %d"), progress->epoch, progress->epochs);

  left = pheno_duration_words (progress->seconds_left);
  /* Translators: epoch, epochs in all, views a second, a time such as “3 min”. */
  return g_strdup_printf (_ ("Epoch %d of %d · %.0f views/s · %s left"), progress->epoch,
                          progress->epochs, progress->rate, left);
}

static char *
describe_progress (PhenoTraining *self, const PhenoProgress *progress)
{
  if (self->stopping)
    return g_strdup (_ ("Saving and stopping…"));
  if (g_str_equal (progress->phase, "train"))
    return train_status (progress);
  if (g_str_equal (progress->phase, "scan"))
    return g_strdup_printf (ngettext ("Looking at files: %" PRIu64,
                                      "Looking at files: %" PRIu64, progress->done),
                            progress->done);
  return g_strdup_printf (_ ("Preparing images: %" PRIu64 " of %" PRIu64), progress->done,
                          progress->total);
}

static void
progress_cb (PhenoWorker *worker, const PhenoProgress *progress, PhenoTraining *self)
{
  gboolean trains = g_str_equal (progress->phase, "train");
  double fraction = trains && progress->total > 0
                        ? (double) progress->done / progress->total
                        : self->fraction;

  if (progress->message != NULL)
    {
      set_text (&self->words, progress->message);
      pheno_training_emit_changed (self);
      return;
    }
  pheno_training_set_status (self, CLAMP (fraction, 0, 1),
                             describe_progress (self, progress));
}

/* A run that was killed says nothing in its folder; the worker's end says it then. */
static void
note_loss (PhenoTraining *self, PhenoWorker *worker, PhenoRunItem *item)
{
  const char *message = pheno_worker_get_message (worker);

  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->failed, g_free);
  if (message == NULL)
    return;
  self->failure = g_strdup (message);
  self->failed = g_strdup (pheno_run_item_get_path (item));
}

void
pheno_training_settle (PhenoTraining *self, PhenoRunItem *item)
{
  g_autoptr (PhenoRunItem) alive = g_object_ref (item);
  gboolean keep = self->keep;
  PhenoRunState state = pheno_run_item_get_state (item);
  g_autoptr (GError) error = NULL;

  pheno_training_set_current (self, NULL);
  if (keep && state == PHENO_RUN_PAUSED && !pheno_training_keep (self, item, &error))
    pheno_session_toast (self->session, error->message, NULL, NULL);
  state = pheno_run_item_get_state (item);

  pheno_training_emit_ended (self, item);
  if ((state == PHENO_RUN_DONE || state == PHENO_RUN_KEPT)
      && pheno_run_item_get_facts (item)->has_weights)
    pheno_training_embed (self, item, FALSE);
}

static void
ended_cb (PhenoWorker *worker, PhenoTraining *self)
{
  g_autoptr (PhenoWorker) ended = g_steal_pointer (&self->trainer);
  g_autoptr (PhenoRunItem) item = g_object_ref (self->current);

  note_loss (self, ended, item);
  pheno_training_read_again (self, item);
  pheno_training_settle (self, item);
}

static gboolean
launch (PhenoTraining *self, PhenoRunItem *item, const char *const *arguments,
        GError **error)
{
  g_autoptr (PhenoWorker) worker = pheno_worker_new ();

  g_signal_connect_object (worker, "progress", G_CALLBACK (progress_cb), self, 0);
  g_signal_connect_object (worker, "ended", G_CALLBACK (ended_cb), self, 0);
  if (!pheno_worker_start (worker, arguments, error))
    return FALSE;

  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->failed, g_free);
  self->trainer = g_steal_pointer (&worker);
  pheno_training_set_current (self, item);
  pheno_training_set_status (self, 0, g_strdup (_ ("Starting…")));
  pheno_training_poll (self);
  return TRUE;
}

static gboolean
refuse_second (PhenoTraining *self, GError **error)
{
  if (self->current == NULL)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("The run “%s” is being trained. Pause it or wait until it has ended; "
                  "two at once would be slower than one after the other."),
               pheno_run_item_get_name (self->current));
  return FALSE;
}

gboolean
pheno_training_start (PhenoTraining *self, const PhenoRun *run, GError **error)
{
  g_autofree char *folder = NULL, *ini = NULL, *text = NULL;
  g_autoptr (PhenoRunItem) item = NULL;
  PhenoStudy *study = pheno_session_get_study (self->session);

  g_return_val_if_fail (study != NULL, FALSE);

  if (!refuse_second (self, error) || !pheno_run_check (run, error))
    return FALSE;

  if ((folder = pheno_study_new_run (study, error)) == NULL)
    return FALSE;
  ini = g_build_filename (folder, "run.ini", NULL);
  text = pheno_run_to_text (run);
  if (!pheno_write_file (ini, text, strlen (text), error))
    return FALSE;

  item = pheno_run_item_new (pheno_run_facts_read (folder));
  g_list_store_insert (self->runs, 0, item);
  return launch (self, item, (const char *const[]){ "train", ini, "-o", folder, NULL },
                 error);
}

gboolean
pheno_training_resume (PhenoTraining *self, PhenoRunItem *item, GError **error)
{
  g_autofree char *device = g_settings_get_string (pheno_settings (), "device");
  g_autofree char *device_setting = g_strconcat ("--device=", device, NULL);
  g_autofree char *threads = g_strdup_printf (
      "--set=training.threads=%d", g_settings_get_int (pheno_settings (), "threads"));
  const char *folder = pheno_run_item_get_path (item);

  if (!refuse_second (self, error) || !pheno_training_follow_roots (self, item, error))
    return FALSE;

  pheno_session_save (self->session);
  return launch (self, item,
                 (const char *const[]){ "train", "--resume", device_setting, threads,
                                        "-o", folder, NULL },
                 error);
}

void
pheno_training_stop (PhenoTraining *self, gboolean keep)
{
  int holder;

  if (self->current == NULL)
    return;

  self->keep = keep;
  self->stopping = TRUE;
  if (self->trainer != NULL)
    pheno_worker_stop (self->trainer);
  else if ((holder = pheno_run_folder_holder (pheno_run_item_get_path (self->current)))
           > 0)
    kill (holder, SIGTERM);
  pheno_training_set_status (self, self->fraction, g_strdup (_ ("Saving and stopping…")));
}

void
pheno_training_leave (PhenoTraining *self)
{
  if (self->trainer != NULL)
    pheno_worker_leave (self->trainer);
  if (self->embedder != NULL)
    pheno_worker_leave (self->embedder);
  g_clear_object (&self->trainer);
  g_clear_object (&self->embedder);
  g_clear_object (&self->embedding);
  g_clear_handle_id (&self->poll_source, g_source_remove);
  pheno_training_set_current (self, NULL);
}

gboolean
pheno_training_keep (PhenoTraining *self, PhenoRunItem *item, GError **error)
{
  if (!pheno_run_folder_set_state (pheno_run_item_get_path (item), PHENO_RUN_KEPT, NULL,
                                   error))
    return FALSE;

  pheno_training_read_again (self, item);
  return TRUE;
}

/* ---- what is asked ---- */

GListModel *
pheno_training_get_runs (PhenoTraining *self)
{
  return G_LIST_MODEL (self->runs);
}

PhenoRunItem *
pheno_training_get_current (PhenoTraining *self)
{
  return self->current;
}

gboolean
pheno_training_is_own (PhenoTraining *self)
{
  return self->trainer != NULL;
}

gboolean
pheno_training_is_stopping (PhenoTraining *self)
{
  return self->stopping;
}

double
pheno_training_get_fraction (PhenoTraining *self)
{
  return self->fraction;
}

const char *
pheno_training_get_status (PhenoTraining *self)
{
  return self->status != NULL ? self->status : "";
}

const char *
pheno_training_get_words (PhenoTraining *self)
{
  return self->words;
}

const char *
pheno_training_get_failure (PhenoTraining *self, PhenoRunItem *item)
{
  const PhenoRunFacts *facts = pheno_run_item_get_facts (item);

  if (facts->state == PHENO_RUN_FAILED && facts->message != NULL)
    return facts->message;
  return g_strcmp0 (self->failed, facts->path) == 0 ? self->failure : NULL;
}

/* ---- the object ---- */

/* Another study: what is under way in the old one goes on by itself. */
static void
study_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoTraining *self)
{
  const char *path = pheno_session_get_study_path (session);

  if (g_strcmp0 (self->study_path, path) == 0)
    return;

  if (self->current != NULL)
    pheno_session_toast (
        session, _ ("The training goes on by itself. Open its study again to follow it."),
        NULL, NULL);
  pheno_training_leave (self);
  set_text (&self->study_path, path);
  pheno_training_open_study (self);
  pheno_training_emit_changed (self);
}

PhenoTraining *
pheno_training_new (PhenoSession *session)
{
  PhenoTraining *self = g_object_new (PHENO_TYPE_TRAINING, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, 0);
  study_changed_cb (session, NULL, self);
  return self;
}

static void
pheno_training_dispose (GObject *object)
{
  PhenoTraining *self = PHENO_TRAINING (object);

  pheno_training_leave (self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_training_parent_class)->dispose (object);
}

static void
pheno_training_finalize (GObject *object)
{
  PhenoTraining *self = PHENO_TRAINING (object);

  g_object_unref (self->runs);
  g_free (self->study_path);
  g_free (self->status);
  g_free (self->words);
  g_free (self->failure);
  g_free (self->failed);

  G_OBJECT_CLASS (pheno_training_parent_class)->finalize (object);
}

static void
pheno_training_class_init (PhenoTrainingClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_training_dispose;
  G_OBJECT_CLASS (class)->finalize = pheno_training_finalize;

  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, PHENO_TYPE_RUN_ITEM);
  signals[EMBEDDED]
      = g_signal_new ("embedded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, PHENO_TYPE_RUN_ITEM, G_TYPE_BOOLEAN);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, PHENO_TYPE_RUN_ITEM, G_TYPE_STRING);
}

static void
pheno_training_init (PhenoTraining *self)
{
  self->runs = g_list_store_new (PHENO_TYPE_RUN_ITEM);
}
