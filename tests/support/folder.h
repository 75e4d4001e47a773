/* folder.h - folders for tests: empty ones that vanish, and the real photographs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* (transfer full): a fresh empty folder. */
static inline char *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("phenoscape-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

/* With all that is in it; links are not followed. */
static inline void
test_folder_remove (const char *path)
{
  GStatBuf status;

  if (g_lstat (path, &status) != 0)
    return;
  if (S_ISDIR (status.st_mode))
    {
      g_autoptr (GDir) entries = NULL;
      const char *name;

      if ((status.st_mode & 0700) != 0700)
        g_assert_cmpint (g_chmod (path, 0700), ==, 0);
      entries = g_dir_open (path, 0, NULL);
      while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
        {
          g_autofree char *entry = g_build_filename (path, name, NULL);

          test_folder_remove (entry);
        }
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Entries of a folder, hidden ones too. */
static inline guint
test_folder_count (const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  guint count = 0;

  while (entries != NULL && g_dir_read_name (entries) != NULL)
    count++;

  return count;
}

/* Writes @contents to FOLDER/@file, with the folders on the way; (transfer full): its
 * path. */
static inline char *
test_folder_add (const char *folder, const char *file, const void *contents,
                 gssize length)
{
  char *path = g_build_filename (folder, file, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, contents, length, &error);
  g_assert_no_error (error);

  return path;
}

/* (transfer full) (nullable): @name among the real files that lie beside the checkout;
 * where it is missing the test is skipped aloud and must return. */
static inline char *
test_data (const char *name)
{
  const char *data = g_getenv ("PHENO_TEST_DATA");
  g_autofree char *path = g_build_filename (data != NULL ? data : "", name, NULL);
  g_autofree char *reason = NULL;

  if (data != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  reason = g_strdup_printf ("the real files “%s” are not here (PHENO_TEST_DATA=%s)", name,
                            data != NULL ? data : "");
  g_test_skip (reason);
  return NULL;
}
