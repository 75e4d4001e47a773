/* move-root.c - photographs that lie in another folder now
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Study and photographs that are moved together find each other, as paths below the same
 * folder are relative. This is for the others: a disk with another name, a folder that
 * was renamed.
 */
#include "engine/study/study.h"

#include <errno.h>
#include <string.h>

/* (transfer full) (nullable): @path below @to, where it lay below @from. */
static char *
follow (const char *path, const char *from, const char *to)
{
  gsize length = strlen (from);

  if (strncmp (path, from, length) != 0 || (path[length] != '\0' && path[length] != '/'))
    return NULL;
  return g_strconcat (to, path + length, NULL);
}

static void
follow_exclusions (PhenoStudy *study, const char *from, const char *to)
{
  g_autoptr (GHashTable) before = study->excluded;
  GHashTableIter iter;
  gpointer file;

  study->excluded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &file, NULL))
    {
      char *moved = follow (file, from, to);

      g_hash_table_add (study->excluded, moved != NULL ? moved : g_strdup (file));
    }
}

/* The study's own table names files of several roots by their whole path, at the
 * beginning of the line. */
static gboolean
follow_names (const PhenoStudy *study, const char *from, const char *to, GError **error)
{
  g_autofree char *path = pheno_study_metadata_path (study);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean changed = FALSE;

  if (study->metadata == NULL || strcmp (study->metadata, path) != 0
      || !g_file_get_contents (path, &contents, NULL, NULL))
    return TRUE;

  lines = g_strsplit (contents, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      gboolean quoted = lines[i][0] == '"';
      g_autofree char *moved = NULL;
      const char *name = lines[i] + quoted;

      if (g_path_is_absolute (name) && g_str_has_prefix (name, from)
          && name[strlen (from)] == '/')
        moved = follow (name, from, to);
      changed |= moved != NULL;
      g_string_append_printf (text, "%s%s%s", i > 0 ? "\n" : "", quoted ? "\"" : "",
                              moved != NULL ? moved : name);
    }

  return !changed || pheno_write_file (path, text->str, text->len, error);
}

static gboolean
move_root (PhenoStudy *study, guint root, const char *to, GError **error)
{
  g_autofree char *from = g_strdup (study->roots->pdata[root]);
  char *metadata;

  if (!follow_names (study, from, to, error))
    return FALSE;

  follow_exclusions (study, from, to);
  if (study->metadata != NULL && (metadata = follow (study->metadata, from, to)) != NULL)
    {
      g_free (study->metadata);
      study->metadata = metadata;
    }
  g_free (study->roots->pdata[root]);
  study->roots->pdata[root] = g_strdup (to);
  return TRUE;
}

/* Cuts off the last parts that both paths have alike: /a/x/wings and /b/y/wings were
 * moved from /a/x to /b/y. */
static void
cut_same_end (char *from, char *to)
{
  char *from_slash, *to_slash;

  while ((from_slash = strrchr (from, '/')) != NULL
         && (to_slash = strrchr (to, '/')) != NULL && strcmp (from_slash, to_slash) == 0
         && from_slash != from && to_slash != to)
    *from_slash = *to_slash = '\0';
}

static gboolean
move_others (PhenoStudy *study, const char *from, const char *to, GError **error)
{
  g_autofree char *old = g_strdup (from), *moved_to = g_strdup (to);

  cut_same_end (old, moved_to);
  for (guint i = 0; i < study->roots->len; i++)
    {
      g_autofree char *moved = follow (study->roots->pdata[i], old, moved_to);

      if (moved != NULL && !g_file_test (study->roots->pdata[i], G_FILE_TEST_EXISTS)
          && g_file_test (moved, G_FILE_TEST_EXISTS)
          && !move_root (study, i, moved, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pheno_study_move_root (PhenoStudy *study, const char *from, const char *to,
                       GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (to, NULL);
  g_autofree char *base = g_path_get_basename (from);
  g_autofree char *below = g_build_filename (folder, base, NULL);
  g_autofree char *same = g_path_get_basename (folder);
  guint root;

  if (!g_ptr_array_find_with_equal_func (study->roots, from, g_str_equal, &root))
    {
      g_autofree char *name = pheno_display_name (from);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("The study has no folder “%s”. Choose one that it has."), name);
      return FALSE;
    }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      pheno_set_file_error (error, folder, ENOENT);
      return FALSE;
    }

  /* Whoever shows the folder above, where there is one of that name in it, means that. */
  if (!g_str_equal (same, base) && g_file_test (below, G_FILE_TEST_IS_DIR))
    {
      g_free (folder);
      folder = g_steal_pointer (&below);
    }

  return move_root (study, root, folder, error)
         && move_others (study, from, folder, error);
}
