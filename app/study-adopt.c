/* study-adopt.c - runs of the command line become a study
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/study-adopt.h"

#include <string.h>

#include "engine/training/training.h"

gboolean
pheno_study_has_only_runs (const char *path)
{
  g_autofree char *runs = g_build_filename (path, "runs", NULL);
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (!g_str_has_suffix (path, ".study") || pheno_study_is_one (path)
      || (folder = g_dir_open (runs, 0, NULL)) == NULL)
    return FALSE;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *ini = g_build_filename (runs, name, "run.ini", NULL);

      if (g_file_test (ini, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }
  return FALSE;
}

/* (nullable): of the newest run that has one; the error is that of the newest run. */
static PhenoRun *
newest_run (const char *path, GError **error)
{
  const PhenoStudy study = { .path = (char *) path };
  g_autoptr (GPtrArray) runs = pheno_study_runs (&study);
  g_autoptr (GError) first = NULL;

  for (guint i = runs->len; i > 0; i--)
    {
      g_autofree char *ini = g_build_filename (runs->pdata[i - 1], "run.ini", NULL);
      PhenoRun *run = pheno_run_load (ini, first == NULL ? &first : NULL);

      if (run != NULL)
        return run;
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

static void
take_exclusions (PhenoStudy *study, const PhenoRun *run)
{
  for (char **name = run->excluded; name != NULL && *name != NULL; name++)
    for (char **root = run->roots; *root != NULL; root++)
      {
        g_autofree char *path = g_path_is_absolute (*name)
                                    ? g_strdup (*name)
                                    : g_build_filename (*root, *name, NULL);

        if (run->roots[1] == NULL || g_file_test (path, G_FILE_TEST_EXISTS))
          pheno_study_set_excluded (study, path, TRUE);
      }
}

static void
take_text (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

static void
take_run (PhenoStudy *study, const PhenoRun *run)
{
  for (char **root = run->roots; *root != NULL; root++)
    pheno_study_add_root (study, *root);
  take_text (&study->species, run->species);
  take_text (&study->mask, run->mask);
  if (!g_str_equal (run->metadata, "auto"))
    take_text (&study->metadata, run->metadata);
  if (!g_str_equal (run->radiometry, "auto"))
    take_text (&study->radiometry, run->radiometry);
  take_exclusions (study, run);
}

PhenoStudy *
pheno_study_adopt (const char *path, const char *folder, GError **error)
{
  g_autoptr (GError) unread = NULL;
  g_autoptr (PhenoRun) run = newest_run (path, &unread);
  g_autoptr (PhenoStudy) study = NULL;

  if (run == NULL && folder == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&unread));
      return NULL;
    }
  if ((study = pheno_study_create (path, error)) == NULL)
    return NULL;

  if (run != NULL
      && (folder == NULL || g_strv_contains ((const char *const *) run->roots, folder)))
    take_run (study, run);
  else
    pheno_study_add_root (study, folder);
  if (!pheno_study_save (study, error))
    return NULL;
  return g_steal_pointer (&study);
}
