/* run-folder.c - a folder for each run: runs/2026-11-23-a
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/study/study.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* a ... z, aa ... zz: more runs a day than a machine can make. */
#define MOST_RUNS (26 + 26 * 26)

static char *
letters (guint number)
{
  if (number < 26)
    return g_strdup_printf ("%c", 'a' + number);

  number -= 26;
  return g_strdup_printf ("%c%c", 'a' + number / 26, 'a' + number % 26);
}

char *
pheno_study_new_run (const PhenoStudy *study, GError **error)
{
  g_autofree char *runs = NULL, *day = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  g_return_val_if_fail (study != NULL, NULL);

  runs = g_build_filename (study->path, "runs", NULL);
  day = g_date_time_format (now, "%Y-%m-%d");
  if (g_mkdir_with_parents (runs, 0777) != 0)
    {
      pheno_set_file_error (error, runs, errno);
      return NULL;
    }

  for (guint i = 0; i < MOST_RUNS; i++)
    {
      g_autofree char *suffix = letters (i);
      g_autofree char *name = g_strdup_printf ("%s-%s", day, suffix);
      g_autofree char *path = g_build_filename (runs, name, NULL);

      if (g_mkdir (path, 0777) == 0)
        return g_steal_pointer (&path);
      if (errno != EEXIST)
        {
          pheno_set_file_error (error, path, errno);
          return NULL;
        }
    }

  pheno_set_file_error (error, runs, EEXIST);
  return NULL;
}

/* By day, then by number of letters: z before aa. */
static int
compare_runs (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_path_get_basename (*(char *const *) a);
  g_autofree char *second = g_path_get_basename (*(char *const *) b);
  int day = strncmp (first, second, strlen ("2026-11-23"));

  if (day != 0)
    return day;
  if (strlen (first) != strlen (second))
    return strlen (first) < strlen (second) ? -1 : 1;

  return strcmp (first, second);
}

GPtrArray *
pheno_study_runs (const PhenoStudy *study)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *runs = NULL;
  g_autoptr (GDir) entries = NULL;
  const char *name;

  g_return_val_if_fail (study != NULL, paths);

  runs = g_build_filename (study->path, "runs", NULL);
  entries = g_dir_open (runs, 0, NULL);
  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (runs, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_ptr_array_sort (paths, compare_runs);

  return paths;
}
