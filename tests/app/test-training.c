/* test-training.c - runs of a study: begun, stopped, lost, found again, and what they
 * learn from
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The worker is the real phenoscape-cli, except where it is to fail.
 */
#include "app/application.h"
#include "app/train-settings-private.h"
#include "app/training.h"

#include "tests/support/folder.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#define PATIENCE_S 240

typedef struct
{
  char *folder, *images;
  PhenoSession *session;
  PhenoTraining *training;
  guint n_ended, n_embedded, n_failed;
  char *failure;
} Fixture;

static void
ended_cb (PhenoTraining *training, PhenoRunItem *item, Fixture *self)
{
  self->n_ended++;
}

static void
embedded_cb (PhenoTraining *training, PhenoRunItem *item, gboolean wanted, Fixture *self)
{
  self->n_embedded++;
}

static void
failed_cb (PhenoTraining *training, PhenoRunItem *item, const char *message,
           Fixture *self)
{
  self->n_failed++;
  g_free (self->failure);
  self->failure = g_strdup (message);
}

static void
opened_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  pheno_session_open_finish (PHENO_SESSION (session), result, &error);
  g_assert_no_error (error);
}

static void
wait_for_number (const guint *number, guint wanted)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  while (*number < wanted)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (2000);
    }
}

static void
iterate (guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
}

static void
open_study (Fixture *self)
{
  self->session = pheno_session_new ();
  self->training = pheno_training_new (self->session);
  g_signal_connect (self->training, "ended", G_CALLBACK (ended_cb), self);
  g_signal_connect (self->training, "embedded", G_CALLBACK (embedded_cb), self);
  g_signal_connect (self->training, "failed", G_CALLBACK (failed_cb), self);
  pheno_session_open_async (self->session, self->images, NULL, opened_cb, NULL);
  while (pheno_session_get_study (self->session) == NULL
         || pheno_session_get_loading (self->session))
    g_main_context_iteration (NULL, TRUE);
  iterate (200); /* the list of runs is read on a thread */
}

static void
close_study (Fixture *self)
{
  g_signal_handlers_disconnect_by_data (self->training, self);
  pheno_training_leave (self->training);
  pheno_session_close (self->session);
  iterate (100);
  g_assert_finalize_object (self->training);
  g_assert_finalize_object (self->session);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;

  g_setenv ("PHENOSCAPE_CLI", PHENOSCAPE_CLI, TRUE);
  self->folder = test_folder_new ();
  self->images = g_build_filename (self->folder, "images", NULL);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, PHENOSCAPE_CLI,
                              "specimens", self->images, "--species=2", "--specimens=16",
                              "--size=40", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  open_study (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  close_study (self);
  test_folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->images);
  g_free (self->failure);
}

static PhenoRun *
make_run (Fixture *self, int epochs)
{
  PhenoRun *run = pheno_run_new ();

  pheno_training_fill (self->training, run);
  run->size = 32;
  run->batch = 4;
  run->epochs = epochs;
  run->warm_up = 1;
  return run;
}

static PhenoRunItem *
start (Fixture *self, int epochs)
{
  g_autoptr (PhenoRun) run = make_run (self, epochs);
  g_autoptr (GError) error = NULL;

  pheno_training_start (self->training, run, &error);
  g_assert_no_error (error);
  return pheno_training_get_current (self->training);
}

static void
wait_for_epoch (PhenoRunItem *item, guint epoch)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;

  while (pheno_run_item_get_epoch (item) < epoch)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      iterate (20);
    }
}

/* What the user left out and edited is what the run learns from, and what its embeddings
 * say. While it trains on all cores no turn of the main loop takes long. */
static void
test_to_the_map (Fixture *self, gconstpointer data)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  g_autoptr (GPtrArray) some = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *left_out = NULL, *path = NULL;
  const PhenoEmbedding *embedding;
  PhenoRunItem *item;
  double longest = 0;
  guint n = g_list_model_get_n_items (specimens);

  g_ptr_array_add (some, g_list_model_get_item (specimens, 0));
  pheno_session_exclude (self->session, some, TRUE);
  g_ptr_array_insert (some, 0, g_list_model_get_item (specimens, 1));
  g_ptr_array_remove_index (some, 1);
  pheno_session_edit (self->session, some, "museum", "Paris");

  item = g_object_ref (start (self, 2));
  g_assert_true (pheno_training_is_own (self->training));
  while (self->n_embedded == 0)
    {
      gint64 began = g_get_monotonic_time ();

      g_assert_cmpuint (self->n_failed, ==, 0);
      if (g_main_context_iteration (NULL, FALSE))
        longest = MAX (longest, (double) (g_get_monotonic_time () - began) / 1000);
      else
        g_usleep (1000);
    }
  g_test_message ("longest turn of the main loop: %.1f ms", longest);
  g_assert_cmpfloat (longest, <, 50);

  g_assert_cmpint (pheno_run_item_get_state (item), ==, PHENO_RUN_DONE);
  g_assert_cmpuint (pheno_run_item_get_epoch (item), ==, 2);
  g_assert_cmpuint (self->n_ended, ==, 1);
  path = g_build_filename (pheno_run_item_get_path (item), "left-out.csv", NULL);
  g_assert_true (g_file_get_contents (path, &left_out, NULL, NULL));
  g_assert_nonnull (strstr (left_out, "Excluded by the user."));

  embedding = pheno_session_get_embedding (self->session);
  g_assert_nonnull (embedding);
  g_assert_cmpuint (embedding->files->len, ==, n - 1);
  {
    char **museum = pheno_embedding_column (embedding, "museum");
    int row = pheno_embedding_find_file (embedding,
                                         pheno_specimen_get_relative (some->pdata[0]));

    g_assert_nonnull (museum);
    g_assert_cmpstr (museum[row], ==, "Paris");
  }
  g_object_unref (item);
}

static void
test_paused_resumed_and_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (PhenoRunItem) item = g_object_ref (start (self, 1000));
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRun) second = make_run (self, 1);
  guint paused_at;

  g_assert_false (pheno_training_start (self->training, second, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);

  wait_for_epoch (item, 2);
  pheno_training_stop (self->training, FALSE);
  wait_for_number (&self->n_ended, 1);
  g_assert_cmpint (pheno_run_item_get_state (item), ==, PHENO_RUN_PAUSED);
  g_assert_null (pheno_training_get_failure (self->training, item));
  paused_at = pheno_run_item_get_epoch (item);

  g_assert_true (pheno_training_resume (self->training, item, &error));
  wait_for_epoch (item, paused_at + 2);
  pheno_training_stop (self->training, TRUE);
  wait_for_number (&self->n_embedded, 1);
  g_assert_cmpint (pheno_run_item_get_state (item), ==, PHENO_RUN_KEPT);
}

static void
test_killed_is_never_done (Fixture *self, gconstpointer data)
{
  g_autoptr (PhenoRunItem) item = g_object_ref (start (self, 1000));
  const char *failure;

  wait_for_epoch (item, 1);
  g_assert_cmpint (
      kill (pheno_run_folder_holder (pheno_run_item_get_path (item)), SIGKILL), ==, 0);
  wait_for_number (&self->n_ended, 1);
  g_assert_cmpint (pheno_run_item_get_state (item), ==, PHENO_RUN_INTERRUPTED);
  failure = pheno_training_get_failure (self->training, item);
  g_assert_nonnull (failure);
  g_assert_nonnull (strstr (failure, "memory was full"));
  iterate (300);
  g_assert_cmpuint (self->n_embedded, ==, 0);
}

/* The window is closed while it trains, and the study is opened again. */
static void
test_found_again (Fixture *self, gconstpointer data)
{
  PhenoRunItem *item = start (self, 1000);
  g_autofree char *path = g_strdup (pheno_run_item_get_path (item));
  int holder;

  wait_for_epoch (item, 1);
  holder = pheno_run_folder_holder (path);
  close_study (self);
  g_assert_cmpint (kill (holder, 0), ==, 0);

  open_study (self);
  item = pheno_training_get_current (self->training);
  g_assert_nonnull (item);
  g_assert_cmpstr (pheno_run_item_get_path (item), ==, path);
  g_assert_false (pheno_training_is_own (self->training));
  wait_for_epoch (item, pheno_run_item_get_epoch (item) + 1);
  g_assert_cmpstr (pheno_training_get_status (self->training), !=, "");

  g_object_ref (item);
  pheno_training_stop (self->training, TRUE);
  wait_for_number (&self->n_embedded, 1);
  g_assert_cmpint (pheno_run_item_get_state (item), ==, PHENO_RUN_KEPT);
  g_object_unref (item);
}

static void
deleted_cb (GObject *training, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  pheno_training_delete_finish (PHENO_TRAINING (training), result, &error);
  g_assert_no_error (error);
  *(guint *) user_data = 1;
}

static void
test_failed_and_deleted (Fixture *self, gconstpointer data)
{
  g_autofree char *script = test_folder_add (
      self->folder, "fails",
      "#!/bin/sh\necho 'phenoscape-cli train: “a.png” is broken.' >&2\nexit 1\n", -1);
  g_autofree char *path = NULL;
  PhenoRunItem *item;
  guint deleted = 0;

  g_assert_cmpint (g_chmod (script, 0755), ==, 0);
  g_setenv ("PHENOSCAPE_CLI", script, TRUE);
  item = start (self, 3);
  path = g_strdup (pheno_run_item_get_path (item));
  wait_for_number (&self->n_ended, 1);
  g_assert_cmpstr (pheno_training_get_failure (self->training, item), ==,
                   "“a.png” is broken.");
  g_assert_cmpuint (self->n_embedded, ==, 0);
  g_assert_null (pheno_training_get_current (self->training));

  pheno_training_delete_async (self->training, item, TRUE, deleted_cb, &deleted);
  wait_for_number (&deleted, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (g_list_model_get_n_items (pheno_training_get_runs (self->training)),
                    ==, 0);
}

/* Every preset is allowed for any number of images, and is known again. */
static void
test_presets (void)
{
  static const guint counts[] = { 2, 5, 48, 300, 996, 100000 };
  g_auto (GStrv) names = pheno_train_preset_names ();
  guint n = g_strv_length (names) - 1;

  for (guint preset = 0; preset < n; preset++)
    for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
      {
        g_autoptr (PhenoRun) run = pheno_run_new ();
        g_autoptr (GError) error = NULL;

        g_strfreev (run->roots);
        run->roots = g_strsplit ("/images", "|", -1);
        pheno_train_preset_apply (preset, counts[i], run);
        pheno_run_check (run, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (pheno_train_preset_find (counts[i], run), ==, preset);
        run->epochs++;
        g_assert_cmpuint (pheno_train_preset_find (counts[i], run), ==, n);
      }
}

static void
test_durations (void)
{
  g_autofree char *soon = pheno_duration_words (20), *later = pheno_duration_words (190);
  g_autofree char *late = pheno_duration_words (2 * 3600 + 601);

  g_assert_cmpstr (soon, ==, "less than a minute");
  g_assert_cmpstr (later, ==, "3 min");
  g_assert_cmpstr (late, ==, "2 h 10 min");
}

int
main (int argc, char **argv)
{
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/presets", test_presets);
  g_test_add_func ("/train/durations", test_durations);
#define ADD(path, function)                                                              \
  g_test_add ("/training/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("to-the-map", test_to_the_map);
  ADD ("paused-resumed-and-kept", test_paused_resumed_and_kept);
  ADD ("killed-is-never-done", test_killed_is_never_done);
  ADD ("found-again", test_found_again);
  ADD ("failed-and-deleted", test_failed_and_deleted);
  return g_test_run ();
}
