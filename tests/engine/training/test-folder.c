/* test-folder.c - a run's folder: what it leaves out, what it is in, who holds it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"
#include "engine/training/lock.h"
#include "tests/engine/training/small-run.h"

#include <signal.h>
#include <sys/wait.h>

static void
set_list (char ***list, const char *names)
{
  g_strfreev (*list);
  *list = g_strsplit (names, "|", -1);
}

/* One by its name, one by its path, and one that is not there. */
static void
test_excluded_files_are_left_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *names = g_strdup_printf ("stripes/photograph-00.png|"
                                            "%s/discs/photograph-03.png|gone.png",
                                            fixture->photographs);
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  PhenoEmbedOptions options = { .source = fixture->run_folder, .threads = 1 };
  g_autoptr (PhenoEmbedding) embedding = NULL;
  g_autofree char *left_out = NULL;
  g_autoptr (GError) error = NULL;

  set_list (&run->excluded, names);
  pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb, &listener, NULL,
               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.images, ==, PHOTOGRAPHS - 2);
  left_out = read_text (fixture->run_folder, "left-out.csv");
  g_assert_nonnull (
      strstr (left_out, "\nstripes/photograph-00.png,Excluded by the user.\n"));
  g_assert_nonnull (
      strstr (left_out, "\ndiscs/photograph-03.png,Excluded by the user.\n"));
  g_assert_nonnull (strstr (listener.messages->str,
                            "1 file that is to be left out is not in the collection."));

  embedding = pheno_embed (&options, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (embedding->files->len, ==, PHOTOGRAPHS - 2);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "stripes/photograph-00.png"), ==,
                   -1);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "discs/photograph-01.png"), >=,
                   0);
}

/* The edited table lies elsewhere than the photographs, and its species count. */
static void
test_embeddings_have_the_edited_values (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autoptr (GString) table = g_string_new ("filename,species,wing\n");
  g_autofree char *path = NULL;
  PhenoEmbedOptions options = { .source = fixture->run_folder, .threads = 1 };
  g_autoptr (PhenoEmbedding) embedding = NULL;
  g_autoptr (GError) error = NULL;
  int row;

  for (int i = 0; i < PHOTOGRAPHS; i++)
    g_string_append_printf (table, "%s/photograph-%02d.png,edited %d,%d\n",
                            i % 2 ? "discs" : "stripes", i, i / 4, i);
  path = test_folder_add (fixture->folder, "a.study/metadata.csv", table->str, -1);
  g_free (run->metadata);
  run->metadata = g_strdup (path);
  g_free (run->species);
  run->species = g_strdup ("metadata");
  train (run, fixture->run_folder, FALSE);

  embedding = pheno_embed (&options, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  row = pheno_embedding_find_file (embedding, "discs/photograph-07.png");
  g_assert_cmpint (row, >=, 0);
  g_assert_cmpstr (pheno_embedding_column (embedding, "species")[row], ==, "edited 1");
  g_assert_cmpstr (pheno_embedding_column (embedding, "wing")[row], ==, "7");
}

static void
test_the_state_is_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 3);
  g_auto (Listener) listener = LISTENER_INIT;
  g_autofree char *message = NULL, *ini = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = NULL;

  ini = test_folder_add (fixture->run_folder, "run.ini", "", 0);
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, NULL), ==,
                   PHENO_RUN_PREPARED);

  listener.stop_at_step = 4;
  g_assert_false (pheno_train (run, fixture->run_folder, FALSE, NULL, listen_cb,
                               &listener, listener.cancellable, &error));
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, &message), ==,
                   PHENO_RUN_PAUSED);
  g_assert_null (message);
  g_assert_cmpfloat (pheno_run_folder_untrained (fixture->run_folder), >=, 0);
  rows = pheno_history_load (fixture->run_folder);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (g_array_index (rows, PhenoHistoryRow, 0).step, ==, 3);

  /* Refused without --resume: the state stays that of the run. */
  g_clear_error (&error);
  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, NULL), ==,
                   PHENO_RUN_PAUSED);

  g_assert_true (pheno_run_folder_set_state (fixture->run_folder, PHENO_RUN_KEPT,
                                             "line\nbreak", NULL));
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, &message), ==,
                   PHENO_RUN_KEPT);
  g_assert_cmpstr (message, ==, "line\nbreak");

  train (run, fixture->run_folder, TRUE);
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, NULL), ==,
                   PHENO_RUN_DONE);
}

static void
test_a_failure_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nothing = g_build_filename (fixture->folder, "nothing", NULL);
  g_autoptr (PhenoRun) run = make_run (nothing, 3);
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, &message), ==,
                   PHENO_RUN_FAILED);
  g_assert_cmpstr (message, ==, error->message);
}

/* A process that holds the folder, and is then killed: nothing is left to clean up. */
static void
test_who_holds_it_is_asked (Fixture *fixture, gconstpointer data)
{
  int ready[2];
  char byte;
  pid_t child;

  g_assert_cmpint (g_mkdir_with_parents (fixture->run_folder, 0755), ==, 0);
  g_assert_cmpint (pheno_run_folder_holder (fixture->run_folder), ==, 0);

  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      int lock = pheno_lock_folder (fixture->run_folder, NULL);

      if (lock < 0 || write (ready[1], "!", 1) != 1)
        _exit (1);
      pause ();
      _exit (0);
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  g_assert_true (
      pheno_run_folder_set_state (fixture->run_folder, PHENO_RUN_RUNNING, NULL, NULL));
  g_assert_cmpint (pheno_run_folder_holder (fixture->run_folder), ==, child);
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, NULL), ==,
                   PHENO_RUN_RUNNING);

  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_cmpint (pheno_run_folder_holder (fixture->run_folder), ==, 0);
  g_assert_cmpint (pheno_run_folder_state (fixture->run_folder, NULL), ==,
                   PHENO_RUN_INTERRUPTED);
  close (ready[0]);
  close (ready[1]);
}

/* Who only asks has the lock for a moment; a trainer that begins just then is not sent
 * away. */
static void
test_asking_refuses_no_trainer (Fixture *fixture, gconstpointer data)
{
  pid_t child;

  g_assert_cmpint (g_mkdir_with_parents (fixture->run_folder, 0755), ==, 0);
  close (pheno_lock_folder (fixture->run_folder, NULL));
  child = fork ();
  if (child == 0)
    for (;;)
      pheno_run_folder_holder (fixture->run_folder);

  for (int i = 0; i < 200; i++)
    {
      g_autoptr (GError) error = NULL;
      int lock = pheno_lock_folder (fixture->run_folder, &error);

      g_assert_no_error (error);
      close (lock);
    }
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

static void
test_an_estimate_grows_with_the_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 10);
  PhenoRunEstimate small, large, timed;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_run_estimate (run, 12, 3, 100, &small, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (small.steps, ==, 3);
  /* 10 epochs of 3 steps with 8 views; accuracy of 12 images after each and before the
   * first, at a third of a view's cost */
  g_assert_cmpfloat_with_epsilon (small.seconds, (240 + 11 * 12 / 3.0) / 100, 1e-9);

  run->batch = 400;
  g_assert_true (pheno_run_estimate (run, 1000, 3, 100, &large, NULL, NULL));
  g_assert_cmpuint (large.steps, ==, 2);
  g_assert_cmpfloat (large.memory, >, 1.2 * small.memory);
  g_assert_cmpfloat (large.seconds, >, 50 * small.seconds);

  g_assert_true (pheno_run_estimate (run, 1000, 3, 0, &timed, NULL, NULL));
  g_assert_cmpuint (timed.memory, ==, large.memory);
  g_assert_cmpfloat (timed.views_per_second, >, 0);

  g_free (run->device);
  run->device = g_strdup ("abacus");
  g_assert_false (pheno_run_estimate (run, 1000, 3, 0, &timed, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DEVICE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/run-folder/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("excluded-files-are-left-out", test_excluded_files_are_left_out);
  ADD ("embeddings-have-the-edited-values", test_embeddings_have_the_edited_values);
  ADD ("the-state-is-told", test_the_state_is_told);
  ADD ("a-failure-is-kept", test_a_failure_is_kept);
  ADD ("who-holds-it-is-asked", test_who_holds_it_is_asked);
  ADD ("asking-refuses-no-trainer", test_asking_refuses_no_trainer);
  ADD ("an-estimate-grows-with-the-run", test_an_estimate_grows_with_the_run);
  return g_test_run ();
}
