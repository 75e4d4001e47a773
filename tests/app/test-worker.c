/* test-worker.c - programs that end in every way a worker can end
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each test writes a little program in place of phenoscape-cli.
 */
#include "app/worker.h"

#include "tests/support/folder.h"

#include <math.h>
#include <signal.h>

#define PATIENCE_MS 20000

typedef struct
{
  char *folder, *program;
  GMainLoop *loop;
  PhenoWorker *worker;
  guint n_progress, n_ended;
  PhenoProgress last;
  char *message;
} Fixture;

static void
progress_cb (PhenoWorker *worker, const PhenoProgress *progress, Fixture *self)
{
  self->n_progress++;
  self->last = *progress;
  if (progress->message != NULL)
    {
      g_free (self->message);
      self->message = g_strdup (progress->message);
    }
}

static void
ended_cb (PhenoWorker *worker, Fixture *self)
{
  self->n_ended++;
  g_assert_false (pheno_worker_is_running (worker));
  g_main_loop_quit (self->loop);
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_error ("the worker did not end");
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = test_folder_new ();
  self->program = g_build_filename (self->folder, "program", NULL);
  self->loop = g_main_loop_new (NULL, FALSE);
  self->worker = pheno_worker_new ();
  g_setenv ("PHENOSCAPE_CLI", self->program, TRUE);
  g_signal_connect (self->worker, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect (self->worker, "ended", G_CALLBACK (ended_cb), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_handlers_disconnect_by_data (self->worker, self);
  g_assert_finalize_object (self->worker);
  g_main_loop_unref (self->loop);
  test_folder_remove (self->folder);
  g_free (self->folder);
  g_free (self->program);
  g_free (self->message);
}

static void
start (Fixture *self, const char *script)
{
  static const char *const arguments[] = { "train", "a b", NULL };
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);
  g_autofree char *path = test_folder_add (self->folder, "program", text, -1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  pheno_worker_start (self->worker, arguments, &error);
  g_assert_no_error (error);
  g_assert_true (pheno_worker_is_running (self->worker));
}

static void
wait_for_end (Fixture *self)
{
  guint source = g_timeout_add (PATIENCE_MS, too_late_cb, NULL);

  g_main_loop_run (self->loop);
  g_source_remove (source);
  g_assert_cmpuint (self->n_ended, ==, 1);
}

static void
run (Fixture *self, const char *script, PhenoOutcome outcome, const char *words)
{
  const char *message;

  start (self, script);
  wait_for_end (self);
  message = pheno_worker_get_message (self->worker);
  g_assert_cmpint (pheno_worker_get_outcome (self->worker), ==, outcome);
  if (words == NULL)
    g_assert_null (message);
  else if (message == NULL || strstr (message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, message);
}

static void
test_done (Fixture *self, gconstpointer data)
{
  run (self,
       "test \"$1 $2 $3\" = 'train --progress=json a b' || exit 1\n"
       "echo '{\"phase\":\"train\",\"done\":3,\"total\":9,\"seconds_left\":2.5,"
       "\"rate\":40,\"epoch\":2,\"epochs\":5,\"loss\":3.5,\"knn_accuracy\":null}'\n"
       "echo 'something of a library' >&2\n"
       "printf '{\"phase\":\"result\",\"result\":{\"epochs\":5}}'",
       PHENO_OUTCOME_DONE, NULL);
  g_assert_cmpuint (self->n_progress, ==, 1);
  g_assert_cmpuint (self->last.done, ==, 3);
  g_assert_cmpuint (self->last.total, ==, 9);
  g_assert_cmpfloat (self->last.seconds_left, ==, 2.5);
  g_assert_cmpint (self->last.epochs, ==, 5);
  g_assert_cmpfloat (self->last.loss, ==, 3.5);
  g_assert_true (isnan (self->last.knn_accuracy));
  g_assert_cmpint (
      json_object_get_int_member (pheno_worker_get_result (self->worker), "epochs"), ==,
      5);
}

static void
test_fails_with_a_sentence (Fixture *self, gconstpointer data)
{
  run (self,
       "echo 'phenoscape-cli train: “a.png”: it is broken.' >&2\n"
       "echo 'some warning at exit' >&2\nexit 1",
       PHENO_OUTCOME_FAILED, "“a.png”: it is broken.");
}

static void
test_fails_without_a_word (Fixture *self, gconstpointer data)
{
  run (self, "exit 7", PHENO_OUTCOME_LOST, "ended with status 7 and did not say why");
}

static void
test_fails_with_a_foreign_word (Fixture *self, gconstpointer data)
{
  run (self, "echo 'error while loading shared libraries: libx.so' >&2\nexit 127",
       PHENO_OUTCOME_LOST, "Its last line was: error while loading shared libraries");
}

/* The process and nobody else: its shell is replaced by what is killed. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  run (self, "kill -KILL $$", PHENO_OUTCOME_LOST, "memory was full");
}

static void
test_crashed (Fixture *self, gconstpointer data)
{
  run (self, "kill -SEGV $$", PHENO_OUTCOME_LOST, "The worker crashed (");
}

static void
test_out_of_memory (Fixture *self, gconstpointer data)
{
  run (self,
       "echo 'GLib-ERROR: gmem.c:136: failed to allocate 4294967296 bytes' >&2\n"
       "kill -TRAP $$",
       PHENO_OUTCOME_LOST, "memory was full");
}

static void
test_interrupted (Fixture *self, gconstpointer data)
{
  start (self, "trap 'exit 3' TERM\n"
               "echo '{\"phase\":\"train\",\"done\":1,\"total\":2}'\n"
               "while :; do sleep 0.05; done");
  while (self->n_progress == 0)
    g_main_context_iteration (NULL, TRUE);
  pheno_worker_stop (self->worker);
  wait_for_end (self);
  g_assert_cmpint (pheno_worker_get_outcome (self->worker), ==, PHENO_OUTCOME_STOPPED);
}

static void
test_does_not_listen (Fixture *self, gconstpointer data)
{
  start (self, "trap '' TERM\n"
               "echo '{\"phase\":\"train\",\"done\":1,\"total\":2}'\n"
               "while :; do sleep 0.05; done");
  while (self->n_progress == 0)
    g_main_context_iteration (NULL, TRUE);
  pheno_worker_stop (self->worker);
  pheno_worker_stop (self->worker);
  wait_for_end (self);
  g_assert_cmpint (pheno_worker_get_outcome (self->worker), ==, PHENO_OUTCOME_STOPPED);
  g_assert_null (pheno_worker_get_message (self->worker));
}

static void
test_garbage (Fixture *self, gconstpointer data)
{
  run (self,
       "echo '[1,2]'; echo '{\"phase\":7}'; echo '{'; echo null; echo; echo '{}'\n"
       "echo '{\"phase\":\"train\",\"done\":\"many\",\"total\":-4,\"epoch\":1e300,"
       "\"message\":[]}'\n"
       "printf '\\377\\376\\000\\n'\n"
       "head -c 3000000 /dev/zero | tr '\\0' x; echo\n"
       "echo '{\"phase\":\"result\",\"result\":4}'\n"
       "printf 'caf\\351\\n' >&2; exit 1",
       PHENO_OUTCOME_LOST, "Its last line was: caf");
  g_assert_cmpuint (self->n_progress, ==, 1);
  g_assert_cmpuint (self->last.done, ==, 0);
  g_assert_cmpuint (self->last.total, ==, 0);
  g_assert_cmpint (self->last.epoch, ==, G_MAXINT);
  g_assert_null (self->message);
  g_assert_null (pheno_worker_get_result (self->worker));
}

/* A child of the worker that lives on must not keep the window waiting. */
static void
test_pipes_stay_open (Fixture *self, gconstpointer data)
{
  run (self, "sleep 60 &\necho $! > \"$(dirname \"$0\")/child\"\nexit 0",
       PHENO_OUTCOME_DONE, NULL);
  {
    g_autofree char *path = g_build_filename (self->folder, "child", NULL), *pid = NULL;

    g_assert_true (g_file_get_contents (path, &pid, NULL, NULL));
    kill (atoi (pid), SIGKILL);
  }
}

/* The window closes: nothing is told any more, and the program goes on to its end. */
static void
test_goes_on_alone (Fixture *self, gconstpointer data)
{
  g_autofree char *sign = g_build_filename (self->folder, "went-on", NULL);
  gint64 until;

  start (self, "trap '' PIPE\n"
               "echo '{\"phase\":\"train\",\"done\":1,\"total\":2}'\nsleep 0.4\n"
               "echo '{\"phase\":\"train\",\"done\":2,\"total\":2}' 2>/dev/null\n"
               "touch \"$(dirname \"$0\")/went-on\"");
  while (self->n_progress == 0)
    g_main_context_iteration (NULL, TRUE);
  pheno_worker_leave (self->worker);
  g_assert_false (pheno_worker_is_running (self->worker));

  until = g_get_monotonic_time () + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  while (!g_file_test (sign, G_FILE_TEST_EXISTS) && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_true (g_file_test (sign, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (self->n_progress, ==, 1);
  g_assert_cmpuint (self->n_ended, ==, 0);
}

/* It is the system's first choice when the memory is full, and the last for the cores. */
static void
test_the_window_goes_first (Fixture *self, gconstpointer data)
{
  run (self,
       "test \"$(cat /proc/self/oom_score_adj)\" -ge 500 || exit 1\n"
       "test \"$(nice)\" -ge 10 || exit 1\n"
       "test \"$(ps -o sid= -p $$ 2>/dev/null || echo $$)\" -eq $$ || exit 1",
       PHENO_OUTCOME_DONE, NULL);
}

static void
test_program_is_missing (Fixture *self, gconstpointer data)
{
  static const char *const arguments[] = { "train", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_worker_start (self->worker, arguments, &error));
  g_assert_nonnull (error);
  g_assert_false (pheno_worker_is_running (self->worker));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/worker/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("done", test_done);
  ADD ("fails-with-a-sentence", test_fails_with_a_sentence);
  ADD ("fails-without-a-word", test_fails_without_a_word);
  ADD ("fails-with-a-foreign-word", test_fails_with_a_foreign_word);
  ADD ("killed", test_killed);
  ADD ("crashed", test_crashed);
  ADD ("out-of-memory", test_out_of_memory);
  ADD ("interrupted", test_interrupted);
  ADD ("does-not-listen", test_does_not_listen);
  ADD ("garbage", test_garbage);
  ADD ("pipes-stay-open", test_pipes_stay_open);
  ADD ("goes-on-alone", test_goes_on_alone);
  ADD ("the-window-goes-first", test_the_window_goes_first);
  ADD ("program-is-missing", test_program_is_missing);
  return g_test_run ();
}
