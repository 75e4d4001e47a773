/* test-interruption.c - SIGINT, SIGTERM and kill -9: the run goes on with the same
 * numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>

#include "tests/cli/run.h"

#define EPOCHS "5"

static GSubprocess *
start_training (const char *root, const char *run)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
      PHENOSCAPE_CLI, "train", root, "--set=model.size=32",
      "--set=training.epochs=" EPOCHS, "--set=training.batch=4",
      "--set=training.warm-up=1", "--progress=json", "-o", run, NULL);

  g_assert_no_error (error);
  return process;
}

/* Reads progress until epoch @epoch is under way; FALSE when the run ended before. */
static gboolean
wait_for_epoch (GSubprocess *process, int epoch)
{
  g_autoptr (GDataInputStream) lines
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_autoptr (JsonNode) node = line != NULL ? parse_json (line) : NULL;

      if (node == NULL)
        return FALSE;
      if (json_object_get_int_member_with_default (json_node_get_object (node), "epoch",
                                                   0)
          >= epoch)
        return TRUE;
    }
}

/* Epoch, step and loss of each line: what must not depend on an interruption. */
static char *
losses_of (const char *run)
{
  g_autofree char *path = g_build_filename (run, "history.csv", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;
  GString *losses = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines + 1; *line != NULL && **line != '\0'; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, ",", 4);

      g_string_append_printf (losses, "%s %s %s\n", cells[0], cells[1], cells[2]);
    }
  return g_string_free (losses, FALSE);
}

/* Trains without and with an interruption by @signal_number, and compares. */
static void
interrupt (int signal_number, int expected)
{
  g_autofree char *folder = test_folder_new (),
                  *collection = make_specimens (folder, 2, 16);
  g_autofree char *root = g_strconcat ("--collection=", collection, NULL);
  g_autofree char *whole = g_build_filename (folder, "whole", NULL);
  g_autofree char *cut = g_build_filename (folder, "cut", NULL);
  g_autoptr (GSubprocess) first = start_training (root, whole), second = NULL;
  g_autofree char *wanted = NULL, *got = NULL;

  while (wait_for_epoch (first, G_MAXINT))
    ;
  g_assert_true (g_subprocess_wait (first, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (first), ==, 0);

  second = start_training (root, cut);
  g_assert_true (wait_for_epoch (second, 3));
  g_subprocess_send_signal (second, signal_number);
  g_assert_true (g_subprocess_wait (second, NULL, NULL));
  if (expected >= 0)
    g_assert_cmpint (g_subprocess_get_exit_status (second), ==, expected);
  else
    g_assert_true (g_subprocess_get_if_signaled (second));
  {
    g_auto (Run) again = run_cli ("train", root, "-o", cut, NULL);
    g_auto (Run) resumed = run_cli ("train", "--resume", "-o", cut, NULL);

    assert_fails (&again, 2, "--resume"); /* a run is never written over */
    assert_done (&resumed);
  }
  wanted = losses_of (whole);
  got = losses_of (cut);
  g_assert_cmpstr (got, ==, wanted);
  g_assert_true (g_str_has_prefix (strrchr (g_strchomp (wanted), '\n'), "\n" EPOCHS " "));
  test_folder_remove (folder);
}

static void
test_sigint (void)
{
  interrupt (SIGINT, 3);
}

static void
test_sigterm (void)
{
  interrupt (SIGTERM, 3);
}

static void
test_kill (void)
{
  interrupt (SIGKILL, -1);
}

/* The window that reads the progress is closed: the pipe breaks, the run goes on. */
static void
test_reader_goes_away (void)
{
  g_autofree char *folder = test_folder_new (),
                  *collection = make_specimens (folder, 2, 16);
  g_autofree char *root = g_strconcat ("--collection=", collection, NULL);
  g_autofree char *run = g_build_filename (folder, "run", NULL), *losses = NULL;
  g_autoptr (GSubprocess) process = start_training (root, run);
  GInputStream *output = g_subprocess_get_stdout_pipe (process);

  g_assert_true (wait_for_epoch (process, 2));
  g_assert_true (g_input_stream_close (output, NULL, NULL));
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  losses = losses_of (run);
  g_assert_true (g_str_has_prefix (strrchr (g_strchomp (losses), '\n'), "\n" EPOCHS " "));
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interruption/sigint-saves-and-resumes-exactly", test_sigint);
  g_test_add_func ("/interruption/sigterm-saves-and-resumes-exactly", test_sigterm);
  g_test_add_func ("/interruption/kill-9-resumes-exactly", test_kill);
  g_test_add_func ("/interruption/goes-on-when-its-reader-goes-away",
                   test_reader_goes_away);
  return g_test_run ();
}
