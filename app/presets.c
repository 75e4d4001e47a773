/* presets.c - recipes with a name: those of the program, and the user's own
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/presets.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define ENDING ".recipe"
#define LONGEST_NAME 60 /* letters: what a menu shows on one line */

static char *
folder_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "phenoscape", "recipes", NULL);
}

char *
pheno_presets_path (const char *name)
{
  g_autofree char *folder = folder_path ();
  g_autofree char *file = g_strconcat (name, ENDING, NULL);

  return g_build_filename (folder, file, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

char **
pheno_presets_own (void)
{
  g_autofree char *folder = folder_path ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ENDING) && *file != '.'
        && g_utf8_validate (file, -1, NULL))
      g_ptr_array_add (names, g_strndup (file, strlen (file) - strlen (ENDING)));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

gboolean
pheno_presets_has (const char *name)
{
  g_autofree char *path = pheno_presets_path (name);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

char *
pheno_presets_title (const char *name)
{
  const char *title = pheno_recipe_title (name);

  return title != NULL ? g_strdup (title) : pheno_display_name (name);
}

PhenoRecipe *
pheno_presets_load (const char *name, GError **error)
{
  g_autofree char *path = pheno_presets_path (name);

  return pheno_recipe_load (pheno_recipe_title (name) != NULL ? name : path, error);
}

gboolean
pheno_presets_check_name (const char *name, GError **error)
{
  if (g_utf8_strlen (name, -1) > LONGEST_NAME)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 ngettext ("The name is longer than %d letter. Give a shorter one.",
                           "The name is longer than %d letters. Give a shorter one.",
                           LONGEST_NAME),
                 LONGEST_NAME);
  else if (*name == '\0' || *name == '.')
    g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                         _ ("Give a name that begins with a letter or a number."));
  else if (strpbrk (name, "/\\:*?\"<>|\n\r\t") != NULL)
    g_set_error_literal (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("The name becomes a file name: leave out / \\ : * ? \" < > and |."));
  else if (pheno_recipe_title (name) != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is the name of a built-in recipe. Give another one."), name);
  else
    return TRUE;
  return FALSE;
}

gboolean
pheno_presets_save (const char *name, const PhenoRecipe *recipe, GError **error)
{
  g_autofree char *folder = folder_path ();
  g_autofree char *path = pheno_presets_path (name);
  g_autofree char *text = pheno_recipe_to_text (recipe);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pheno_set_file_error (error, folder, errno);
      return FALSE;
    }
  return pheno_write_file (path, text, strlen (text), error);
}

gboolean
pheno_presets_delete (const char *name, GError **error)
{
  g_autofree char *path = pheno_presets_path (name);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  pheno_set_file_error (error, path, errno);
  return FALSE;
}

/* The first of "wings", "wings 2", ... that is free, or holds the same recipe. */
static char *
free_name (const char *wanted, const PhenoRecipe *recipe)
{
  g_autofree char *name = g_strdup (wanted);

  for (int number = 2;; number++)
    {
      g_autoptr (PhenoRecipe) other = NULL;

      if (pheno_recipe_title (name) == NULL)
        {
          if (!pheno_presets_has (name))
            break;
          other = pheno_presets_load (name, NULL);
          if (other != NULL && pheno_recipe_equal (other, recipe))
            break;
        }
      g_free (name);
      name = g_strdup_printf ("%s %d", wanted, number);
    }
  return g_steal_pointer (&name);
}

char *
pheno_presets_import (const char *path, GError **error)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load (path, error);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *wanted = g_utf8_make_valid (base, -1);
  g_autofree char *name = NULL;

  if (recipe == NULL)
    return NULL;
  if (g_str_has_suffix (wanted, ENDING))
    wanted[strlen (wanted) - strlen (ENDING)] = '\0';
  if (!pheno_presets_check_name (wanted, NULL) && pheno_recipe_title (wanted) == NULL)
    {
      g_free (wanted);
      wanted = g_strdup (_ ("Recipe"));
    }
  name = free_name (wanted, recipe);
  if (!pheno_presets_save (name, recipe, error))
    return NULL;
  return g_steal_pointer (&name);
}
