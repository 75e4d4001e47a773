/* run-folder-move.c - a run whose photographs lie in another folder now
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/training.h"

#include <string.h>

/* Replaces @path by where it is below @to, if it lay below @from. */
static gboolean
follow (char **path, const char *from, const char *to)
{
  gsize length = strlen (from);
  char *moved;

  if (strncmp (*path, from, length) != 0
      || ((*path)[length] != '\0' && (*path)[length] != '/'))
    return FALSE;

  moved = g_strconcat (to, *path + length, NULL);
  g_free (*path);
  *path = moved;
  return TRUE;
}

gboolean
pheno_run_folder_move_root (const char *directory, const char *from, const char *to,
                            GError **error)
{
  g_autofree char *ini = g_build_filename (directory, "run.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PhenoRun) run = pheno_run_load (ini, error);
  gboolean moved = FALSE;

  if (run == NULL)
    return FALSE;

  for (char **root = run->roots; root != NULL && *root != NULL; root++)
    moved |= follow (root, from, to);
  for (char **file = run->excluded; file != NULL && *file != NULL; file++)
    moved |= follow (file, from, to);
  if (run->metadata != NULL)
    moved |= follow (&run->metadata, from, to);
  if (!moved)
    return TRUE;

  text = pheno_run_to_text (run);
  return pheno_write_file (ini, text, strlen (text), error);
}
