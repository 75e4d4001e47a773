/* test-resume.c - runs that were interrupted, killed or out of room go on exactly
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <sys/resource.h>

#include "tests/engine/training/small-run.h"

/* Interrupted in the middle of an epoch, at its end and at once: three ways to the same
 * end. */
static void
test_an_interrupted_run_goes_on_exactly (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 4);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  const guint64 stops[] = { 1, 5, 6, 11 };

  g_assert_true (pheno_run_set (run, "training.accumulate=1", NULL));
  train (run, whole, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_auto (Listener) listener = LISTENER_INIT;
      g_auto (PhenoTrainingResult) result = { 0 };
      g_autoptr (GError) error = NULL;

      listener.stop_at_step = stops[i];
      g_assert_false (pheno_train (run, fixture->run_folder, i > 0, &result, listen_cb,
                                   &listener, listener.cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_nonnull (strstr (error->message, "With --resume it goes on from there."));
    }

  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
}

/* This program, called with "--train PHOTOGRAPHS DIRECTORY", to be killed. */
static int
train_as_victim (const char *photographs, const char *directory)
{
  g_autoptr (PhenoRun) run = make_run (photographs, 6);
  g_autoptr (GError) error = NULL;

  if (pheno_train (run, directory, TRUE, NULL, NULL, NULL, NULL, &error))
    return 0;

  g_printerr ("%s\n", error->message);
  return 1;
}

static void
wait_for_rows (const char *directory, guint rows)
{
  g_autofree char *path = g_build_filename (directory, "last.safetensors", NULL);

  for (int i = 0; i < 6000; i++)
    {
      if (g_file_test (path, G_FILE_TEST_EXISTS) && count_rows (directory) >= rows)
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

static void
test_a_killed_run_goes_on_exactly (Fixture *fixture, gconstpointer program)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 6);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);

  train (run, whole, FALSE);

  /* After the second, third and fourth epoch, at three places of what follows: in the
   * next step, and while the checkpoint may be half written. */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) victim
          = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--train",
                              fixture->photographs, fixture->run_folder, NULL);

      g_assert_no_error (error);
      wait_for_rows (fixture->run_folder, 2 + i);
      g_usleep (7000 * i);
      g_subprocess_force_exit (victim); /* SIGKILL */
      g_assert_true (g_subprocess_wait (victim, NULL, &error));
    }

  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
  g_assert_cmpuint (test_folder_count (whole), ==,
                    test_folder_count (fixture->run_folder));
}

/* A limit on the size of files stands for a disk that is full: writing fails in the
 * middle. */
static void
test_a_full_disk_keeps_the_checkpoint (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, small;
  guint files;

  train (run, fixture->run_folder, FALSE);
  files = test_folder_count (fixture->run_folder);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = 3 << 20; /* the checkpoint has 130 MB */
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  run->epochs = 2;
  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "last.safetensors"));
  g_assert_cmpuint (test_folder_count (fixture->run_folder), ==,
                    files); /* no rest is left */

  /* With room again it goes on from the first epoch. */
  train (run, fixture->run_folder, TRUE);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 2);
}

/* A disk that loses half a file: the sentence names the way out, and the way works. */
static void
test_a_broken_checkpoint_has_a_way_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 3);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  g_autofree char *last
      = g_build_filename (fixture->run_folder, "last.safetensors", NULL);
  g_autofree char *best
      = g_build_filename (fixture->run_folder, "best.safetensors", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  train (run, whole, FALSE);
  train (run, fixture->run_folder, FALSE);
  g_assert_true (g_file_get_contents (last, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (last, bytes, (gssize) length / 2, NULL));

  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "last.safetensors” is broken. Copy best"));

  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (best, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (last, bytes, (gssize) length, NULL));
  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
}

/* Without roots a run goes on with what it began with; with more epochs, further. */
static void
test_a_finished_run_can_go_further (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autoptr (PhenoRun) nothing = pheno_run_new ();
  g_auto (PhenoTrainingResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_assert_true (pheno_train (nothing, fixture->run_folder, TRUE, &result, NULL, NULL,
                              NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.epochs, ==, 1);

  run->epochs = 3;
  train (run, fixture->run_folder, TRUE);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 3);
}

static void
test_changed_photographs_are_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_auto (Listener) stopped = LISTENER_INIT;
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  stopped.stop_at_step = 4;
  g_assert_false (pheno_train (run, fixture->run_folder, FALSE, NULL, listen_cb, &stopped,
                               stopped.cancellable, &error));
  g_clear_error (&error);
  add_photographs (fixture->photographs, PHOTOGRAPHS, 3);
  g_assert_true (pheno_train (run, fixture->run_folder, TRUE, NULL, listen_cb, &listener,
                              NULL, &error));
  g_assert_nonnull (strstr (listener.messages->str,
                            "The photographs have changed or were moved since the run "));
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 2);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--train"))
    return train_as_victim (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/resume/" path, Fixture, argv[0], set_up, function, tear_down)
  ADD ("an-interrupted-run-goes-on-exactly", test_an_interrupted_run_goes_on_exactly);
  ADD ("a-killed-run-goes-on-exactly", test_a_killed_run_goes_on_exactly);
  ADD ("a-full-disk-keeps-the-checkpoint", test_a_full_disk_keeps_the_checkpoint);
  ADD ("a-broken-checkpoint-has-a-way-out", test_a_broken_checkpoint_has_a_way_out);
  ADD ("a-finished-run-can-go-further", test_a_finished_run_can_go_further);
  ADD ("changed-photographs-are-told", test_changed_photographs_are_told);
  return g_test_run ();
}
