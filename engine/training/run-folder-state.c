/* run-folder-state.c - what a run's folder is in: state.ini, its lock and its files
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     [run]
 *     state=failed        running, paused, failed, kept or done
 *     message=...         why it failed, or ended before its last epoch
 *     untrained-knn-accuracy=0.43
 *
 * The trainer writes “running” when it begins and another word when it ends. Where the
 * word is still “running” and nobody holds the folder, the process was killed.
 */
#include "engine/training/checkpoint.h"
#include "engine/training/run.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const words[] = {
  [PHENO_RUN_PREPARED] = "prepared", [PHENO_RUN_RUNNING] = "running",
  [PHENO_RUN_PAUSED] = "paused",     [PHENO_RUN_INTERRUPTED] = "interrupted",
  [PHENO_RUN_FAILED] = "failed",     [PHENO_RUN_KEPT] = "kept",
  [PHENO_RUN_DONE] = "done",
};

#define UNTRAINED "untrained-knn-accuracy"

static char *
state_path (const char *directory)
{
  return g_build_filename (directory, "state.ini", NULL);
}

static gboolean
has_file (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Of a folder that says nothing itself. */
static PhenoRunState
state_of_files (const char *directory)
{
  g_autofree char *ini = g_build_filename (directory, "run.ini", NULL);
  g_autoptr (PhenoRun) run = NULL;
  g_autoptr (GArray) rows = pheno_history_load (directory);

  if (rows->len == 0 && !has_file (directory, PHENO_LAST_NAME))
    return PHENO_RUN_PREPARED;

  run = pheno_run_load (ini, NULL);
  if (run != NULL && rows->len > 0
      && g_array_index (rows, PhenoHistoryRow, rows->len - 1).epoch
             >= (guint) run->epochs)
    return PHENO_RUN_DONE;
  return PHENO_RUN_INTERRUPTED;
}

static PhenoRunState
state_of_word (const char *word, const char *directory)
{
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i], word))
      return (PhenoRunState) i;

  return state_of_files (directory);
}

PhenoRunState
pheno_run_folder_state (const char *directory, char **message)
{
  g_autofree char *path = state_path (directory);
  g_autofree char *word = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  PhenoRunState state;

  if (message != NULL)
    *message = NULL;
  if (pheno_run_folder_holder (directory) != 0)
    return PHENO_RUN_RUNNING;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return state_of_files (directory);

  word = g_key_file_get_string (file, "run", "state", NULL);
  state = state_of_word (word, directory);
  if (state == PHENO_RUN_RUNNING)
    return PHENO_RUN_INTERRUPTED;

  if (message != NULL)
    *message = g_key_file_get_string (file, "run", "message", NULL);
  return state;
}

/* What stands there already, so that one writer keeps what another has written. */
static GKeyFile *
open_state (const char *directory)
{
  g_autofree char *path = state_path (directory);
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static gboolean
write_state (const char *directory, GKeyFile *file, GError **error)
{
  g_autofree char *path = state_path (directory), *text = NULL;
  gsize length;

  text = g_key_file_to_data (file, &length, NULL);
  return pheno_write_file (path, text, length, error);
}

gboolean
pheno_run_folder_set_state (const char *directory, PhenoRunState state,
                            const char *message, GError **error)
{
  g_autoptr (GKeyFile) file = open_state (directory);

  g_return_val_if_fail (state < G_N_ELEMENTS (words), FALSE);

  g_key_file_set_string (file, "run", "state", words[state]);
  g_key_file_remove_key (file, "run", "message", NULL);
  if (message != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (message, -1);

      g_key_file_set_string (file, "run", "message", valid);
    }
  return write_state (directory, file, error);
}

gboolean
pheno_run_folder_set_untrained (const char *directory, double accuracy, GError **error)
{
  g_autoptr (GKeyFile) file = open_state (directory);

  g_key_file_set_double (file, "run", UNTRAINED, accuracy);
  return write_state (directory, file, error);
}

double
pheno_run_folder_untrained (const char *directory)
{
  g_autoptr (GKeyFile) file = open_state (directory);

  return g_key_file_has_key (file, "run", UNTRAINED, NULL)
             ? g_key_file_get_double (file, "run", UNTRAINED, NULL)
             : NAN;
}

char *
pheno_run_folder_study (const char *directory)
{
  g_autofree char *path = g_canonicalize_filename (directory, NULL);

  while (!g_str_has_suffix (path, ".study"))
    {
      g_autofree char *parent = g_path_get_dirname (path);

      if (g_str_equal (parent, path))
        return NULL;
      g_free (path);
      path = g_steal_pointer (&parent);
    }

  return g_steal_pointer (&path);
}

char *
pheno_run_folder_catalogue (const char *directory)
{
  g_autofree char *study = pheno_run_folder_study (directory);
  g_autofree char *folder
      = study != NULL ? g_strdup (study) : pheno_cache_folder (directory);
  g_autofree char *path = g_build_filename (folder, "catalogue.db", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}
