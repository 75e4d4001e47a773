/* test-files.c - a file is the old one or the new one; names and errors for people
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"
#include "tests/support/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_write_creates_and_replaces (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "a file, ü.txt", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_write_file (path, "first", 5, &error));
  g_assert_no_error (error);
  g_assert_true (pheno_write_file (path, "second", 6, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "second");
  g_assert_cmpuint (test_folder_count (folder), ==, 1);

  test_folder_remove (folder);
}

static void
test_write_keeps_permissions_and_links (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "real.txt", NULL);
  g_autofree char *link_path = g_build_filename (folder, "link.txt", NULL);
  g_autofree char *text = NULL;
  GStatBuf status;

  g_assert_true (pheno_write_file (path, "one", 3, NULL));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  g_assert_cmpint (symlink ("real.txt", link_path), ==, 0);
  g_assert_true (pheno_write_file (link_path, "two", 3, NULL));

  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "two");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);

  test_folder_remove (folder);
}

static void
test_replacement_without_commit_leaves_the_old_file (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "weights.safetensors", NULL);
  g_autofree char *text = NULL;
  PhenoReplacement *replacement;

  g_assert_true (pheno_write_file (path, "old", 3, NULL));
  replacement = pheno_replacement_new (path, NULL);
  g_assert_nonnull (replacement);
  g_assert_true (g_str_has_suffix (pheno_replacement_path (replacement), ".safetensors"));
  g_assert_true (
      g_file_set_contents (pheno_replacement_path (replacement), "half", 4, NULL));
  pheno_replacement_free (replacement);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_assert_cmpuint (test_folder_count (folder), ==, 1);

  test_folder_remove (folder);
}

/* A killed program leaves its temporary file; a day later the next writer removes it, but
 * never one that somebody may still be writing. */
static void
test_abandoned_files_are_removed (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "cache.h5", NULL);
  g_autofree char *old = g_build_filename (folder, ".cache.h5~abcdef.h5", NULL);
  g_autofree char *fresh = g_build_filename (folder, ".cache.h5~ghijkl.h5", NULL);
  struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

  g_assert_true (g_file_set_contents (old, "x", 1, NULL));
  g_assert_true (g_file_set_contents (fresh, "x", 1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, old, times, 0), ==, 0);
  g_assert_true (pheno_write_file (path, "new", 3, NULL));

  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (fresh, G_FILE_TEST_EXISTS));

  test_folder_remove (folder);
}

static void
test_full_disk_names_the_file_and_the_way_out (void)
{
  g_autoptr (GError) error = NULL;

  pheno_set_file_error (&error, "runs/history.csv", ENOSPC);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_cmpstr (
      error->message, ==,
      "There is no space left for “runs/history.csv”. Free some space, or choose "
      "another disk.");
}

static void
test_missing_folder_is_an_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_write_file ("/nowhere/at/all.txt", "x", 1, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_cmpstr (
      error->message, ==,
      "“/nowhere/at/all.txt” does not exist. Check the name, and whether its disk "
      "is connected.");
}

static void
test_folder_in_the_way_is_an_error (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_write_file (folder, "x", 1, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "is a folder"));

  test_folder_remove (folder);
}

/* Every reason has one sentence with the name in it and a way out after it. */
static void
test_each_reason_names_the_file (void)
{
  for (int reason = 1; reason < 134; reason++)
    {
      g_autoptr (GError) error = NULL;

      pheno_set_file_error (&error, "wings/a\nb.png", reason);
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, "“wings/a\\nb.png”"));
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_display_names (void)
{
  static const char *const names[][2] = {
    { "plain name.jpg", "plain name.jpg" },
    { "Schön 🦋.png", "Schön 🦋.png" },
    { "two\nlines\ttab\r", "two\\nlines\\ttab\\r" },
    { "red\033[31m", "red\\x1b[31m" },
    { "latin-\xe9t\xe9.tif", "latin-\\xe9t\\xe9.tif" },
    { "cut \xf0\x9f\xa6", "cut \\xf0\\x9f\\xa6" },
    { "gpj.\u202egnp", "gpj.\\u202egnp" },
    { "next\xc2\x85line", "next\\u0085line" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *shown = pheno_display_name (names[i][0]);

      g_assert_cmpstr (shown, ==, names[i][1]);
      g_assert_true (g_utf8_validate (shown, -1, NULL));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/write/creates-and-replaces", test_write_creates_and_replaces);
  g_test_add_func ("/files/write/keeps-permissions-and-links",
                   test_write_keeps_permissions_and_links);
  g_test_add_func ("/files/write/missing-folder", test_missing_folder_is_an_error);
  g_test_add_func ("/files/write/folder-in-the-way", test_folder_in_the_way_is_an_error);
  g_test_add_func ("/files/replacement/without-commit-leaves-the-old-file",
                   test_replacement_without_commit_leaves_the_old_file);
  g_test_add_func ("/files/replacement/abandoned-files-are-removed",
                   test_abandoned_files_are_removed);
  g_test_add_func ("/files/error/full-disk",
                   test_full_disk_names_the_file_and_the_way_out);
  g_test_add_func ("/files/error/each-reason-names-the-file",
                   test_each_reason_names_the_file);
  g_test_add_func ("/files/display-names", test_display_names);

  return g_test_run ();
}
