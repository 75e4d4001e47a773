/* run.h - runs phenoscape-cli as a user does, and looks at what it says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/base/base.h"
#include "tests/support/folder.h"

typedef struct
{
  int status;
  char *output, *errors;
} Run;

static inline void
run_clear (Run *run)
{
  g_free (run->output);
  g_free (run->errors);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* Words after the program's name, up to NULL. A signal is status 128 + its number. */
static inline Run G_GNUC_NULL_TERMINATED
run_cli (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Run run = { 0 };
  va_list rest;

  g_ptr_array_add (words, (char *) PHENOSCAPE_CLI);
  va_start (rest, first);
  for (const char *word = first; word != NULL; word = va_arg (rest, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (rest);
  g_ptr_array_add (words, NULL);
  process = g_subprocess_newv (
      (const char *const *) words->pdata,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run.output, &run.errors, &error);
  g_assert_no_error (error);
  run.status = g_subprocess_get_if_exited (process)
                   ? g_subprocess_get_exit_status (process)
                   : 128 + g_subprocess_get_term_sig (process);
  return run;
}

static inline void
assert_done (const Run *run)
{
  if (run->status != 0)
    g_test_message ("status %d: %s", run->status, run->errors);
  g_assert_cmpint (run->status, ==, 0);
}

/* One line on standard error that holds @words, and this status. */
static inline void
assert_fails (const Run *run, int status, const char *words)
{
  if (strstr (run->errors, words) == NULL || run->status != status)
    g_test_message ("status %d: %s", run->status, run->errors);
  g_assert_cmpint (run->status, ==, status);
  g_assert_nonnull (strstr (run->errors, words));
  g_assert_true (g_str_has_prefix (run->errors, "phenoscape-cli"));
  g_assert_true (strchr (run->errors, '\n') == run->errors + strlen (run->errors) - 1);
}

static inline JsonNode *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return node;
}

/* A few small specimens; (transfer full): their folder. */
static inline char *
make_specimens (const char *folder, int species, int specimens)
{
  char *path = g_build_filename (folder, "specimens", NULL);
  g_autofree char *n_species = g_strdup_printf ("--species=%d", species);
  g_autofree char *n_specimens = g_strdup_printf ("--specimens=%d", specimens);
  g_auto (Run) run
      = run_cli ("specimens", path, n_species, n_specimens, "--size=40", NULL);

  assert_done (&run);
  return path;
}
