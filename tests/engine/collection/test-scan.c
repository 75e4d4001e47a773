/* test-scan.c - what a scan finds, and what it says about the rest
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/collection.h"
#include "tests/support/picture.h"

#include <fcntl.h>
#include <json-glib/json-glib.h>

static PhenoCollection *
scan (const char *root, const char *species, const char *catalogue)
{
  const char *const roots[] = { root, NULL };
  PhenoScanOptions options = { .species = species, .catalogue = catalogue, .threads = 2 };
  g_autoptr (GError) error = NULL;
  PhenoCollection *collection
      = pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (collection);

  return collection;
}

static const PhenoRecord *
find (const PhenoCollection *collection, const char *file)
{
  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];

      if (strcmp (record->file, file) == 0)
        return record;
    }

  g_test_message ("%s is not in the collection", file);
  g_assert_not_reached ();
}

static const PhenoProblem *
find_problem (const PhenoCollection *collection, const char *file)
{
  for (guint i = 0; i < collection->problems->len; i++)
    {
      const PhenoProblem *problem = collection->problems->pdata[i];

      if (strcmp (problem->file, file) == 0)
        return problem;
    }

  return NULL;
}

static void
add (const char *folder, const char *file)
{
  g_free (test_picture_add (folder, file, 4, 3, 10, 20, 30));
}

static void
test_folders_are_species (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "deep/er/Morpho/2.png");
  add (folder, "Heliconius/b.PNG");
  add (folder, "Heliconius/a.png");
  add (folder, "loose.png");
  add (folder, ".hidden/x.png");
  add (folder, "old.study/runs/figure.png");
  g_free (test_folder_add (folder, "Heliconius/notes.txt", "hello", 5));
  collection = scan (folder, "folder", NULL);

  g_assert_cmpuint (collection->records->len, ==, 4);
  g_assert_cmpuint (collection->problems->len, ==, 0);
  g_assert_cmpstr (((PhenoRecord *) collection->records->pdata[0])->file, ==,
                   "Heliconius/a.png");
  g_assert_cmpstr (((PhenoRecord *) collection->records->pdata[1])->file, ==,
                   "Heliconius/b.PNG");
  g_assert_cmpstr (find (collection, "Heliconius/a.png")->species, ==, "Heliconius");
  g_assert_cmpstr (find (collection, "deep/er/Morpho/2.png")->species, ==, "Morpho");
  g_assert_null (find (collection, "loose.png")->species);
  g_assert_cmpint (find (collection, "loose.png")->width, ==, 4);
  g_assert_cmpint (find (collection, "loose.png")->height, ==, 3);

  test_folder_remove (folder);
}

static void
test_broken_files_are_problems (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *fifo = g_build_filename (folder, "pipe.jpg", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "nowhere.png", NULL);
  g_autofree char *closed = g_build_filename (folder, "closed", NULL);
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "good.png");
  g_free (test_folder_add (folder, "empty.jpg", "", 0));
  g_free (test_folder_add (folder, "text.jpg", "Dear diary,\nwings!\n", -1));
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  g_assert_cmpint (symlink ("not-there.png", nowhere), ==, 0);
  g_assert_cmpint (g_mkdir (closed, 0), ==, 0);
  collection = scan (folder, NULL, NULL);

  g_assert_cmpuint (collection->records->len, ==, 1);
  g_assert_nonnull (
      strstr (find_problem (collection, "empty.jpg")->reason, "is empty (0 bytes)"));
  g_assert_nonnull (strstr (find_problem (collection, "text.jpg")->reason, "is a text"));
  g_assert_nonnull (strstr (find_problem (collection, "pipe.jpg")->reason, "pipe"));
  g_assert_nonnull (
      strstr (find_problem (collection, "nowhere.png")->reason, "does not exist"));
  if (geteuid () != 0)
    g_assert_nonnull (
        strstr (find_problem (collection, "closed")->reason, "not open to you"));

  test_folder_remove (folder);
}

static void
test_links_in_a_circle_end (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *up = g_build_filename (folder, "a", "up", NULL);
  g_autofree char *itself = g_build_filename (folder, "itself", NULL);
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "a/1.png");
  g_assert_cmpint (symlink ("..", up), ==, 0);
  g_assert_cmpint (symlink ("itself", itself), ==, 0);
  collection = scan (folder, NULL, NULL);

  g_assert_cmpuint (collection->records->len, ==, 1);
  g_assert_cmpuint (collection->problems->len, ==, 0);

  test_folder_remove (folder);
}

/* A root within another, or given twice, does not count its files twice. */
static void
test_overlapping_roots (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *inner = g_build_filename (folder, "inner", NULL);
  g_autofree char *single = g_build_filename (folder, "inner", "1.png", NULL);
  const char *const roots[] = { folder, inner, single, folder, NULL };
  PhenoScanOptions options = { 0 };
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "inner/1.png");
  add (folder, "2.png");
  collection = pheno_collection_scan (roots, &options, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (collection->records->len, ==, 2);

  test_folder_remove (folder);
}

static void
test_names_may_be_anything (void)
{
  static const char *const names[]
      = { "with space.png", "Zürich é.png", "🦋🦋.png", "two\nlines.png",
          "latin-\xe9.png", "[a=b].png",    "100%s.png" };
  g_autofree char *folder = test_folder_new ();
  g_autofree char *json = NULL;
  g_autoptr (PhenoCollection) collection = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    add (folder, names[i]);
  collection = scan (folder, "{species}", NULL);

  g_assert_cmpuint (collection->records->len, ==, G_N_ELEMENTS (names));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (find (collection, names[i])->width, ==, 4);
  json = pheno_collection_to_json (collection);
  g_assert_true (g_utf8_validate (json, -1, NULL));
  g_assert_nonnull (strstr (json, "two\\\\nlines.png"));

  test_folder_remove (folder);
}

static void
test_missing_root_is_an_error (void)
{
  const char *const roots[] = { "/nowhere/at/all", NULL };
  PhenoScanOptions options = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "“/nowhere/at/all” does not exist"));
}

static void
test_cancelled_scan_says_so (void)
{
  g_autofree char *folder = test_folder_new ();
  const char *const roots[] = { folder, NULL };
  PhenoScanOptions options = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  add (folder, "1.png");
  g_cancellable_cancel (cancellable);
  g_assert_null (
      pheno_collection_scan (roots, &options, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  test_folder_remove (folder);
}

/* Unchanged files come from the catalogue; to prove it, one is changed behind its back
 * without a new time or size. */
static void
test_catalogue_remembers (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *catalogue = g_build_filename (folder, "catalogue.db", NULL);
  g_autofree char *path = test_picture_add (folder, "a/1.png", 4, 3, 1, 2, 3);
  g_autofree char *broken = test_folder_add (folder, "a/broken.jpg", "no picture", -1);
  g_autofree char *contents = NULL;
  struct timespec times[2] = { { .tv_sec = 1600000000 }, { .tv_sec = 1600000000 } };
  gsize length;

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (PhenoCollection) collection = scan (folder, "folder", catalogue);

      g_assert_cmpuint (collection->records->len, ==, 1);
      g_assert_cmpint (find (collection, "a/1.png")->width, ==, 4);
      g_assert_cmpstr (find (collection, "a/1.png")->species, ==, "a");
      g_assert_nonnull (
          strstr (find_problem (collection, "a/broken.jpg")->reason, "is a text"));

      g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
      memset (contents, 'x', length);
      g_assert_true (g_file_set_contents (path, contents, length, NULL));
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
      g_clear_pointer (&contents, g_free);
    }

  /* A new time: now it is read, and is seen to be broken. */
  times[1].tv_sec++;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  {
    g_autoptr (PhenoCollection) collection = scan (folder, "folder", catalogue);

    g_assert_cmpuint (collection->records->len, ==, 0);
    g_assert_nonnull (find_problem (collection, "a/1.png"));
  }

  test_folder_remove (folder);
}

/* A file that is no catalogue is never written, and the scan goes on without. */
static void
test_other_files_are_no_catalogue (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *text
      = test_folder_add (folder, "thesis.db", "my thesis, and nothing but my thesis", -1);
  g_autofree char *contents = NULL;
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "1.png");
  collection = scan (folder, "folder", text);
  g_assert_cmpuint (collection->records->len, ==, 1);
  g_assert_nonnull (
      strstr (find_problem (collection, "thesis.db")->reason, "is no catalogue"));
  g_assert_true (g_file_get_contents (text, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "my thesis, and nothing but my thesis");

  test_folder_remove (folder);
}

static void
test_digest_follows_the_files (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *first = NULL, *same = NULL, *less = NULL;
  g_autoptr (PhenoCollection) collection = NULL, again = NULL;
  g_autoptr (GPtrArray) usable = NULL;

  add (folder, "1.png");
  add (folder, "2.png");
  collection = scan (folder, NULL, NULL);
  again = scan (folder, NULL, NULL);
  first = pheno_collection_digest (collection);
  same = pheno_collection_digest (again);
  ((PhenoRecord *) again->records->pdata[0])->excluded = TRUE;
  less = pheno_collection_digest (again);
  usable = pheno_collection_usable (again, PHENO_MODALITY_RGB);

  g_assert_cmpuint (strlen (first), ==, 64);
  g_assert_cmpstr (first, ==, same);
  g_assert_cmpstr (first, !=, less);
  g_assert_cmpuint (usable->len, ==, 1);

  test_folder_remove (folder);
}

static void
test_json_is_the_contract (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *json = NULL;
  g_autoptr (PhenoCollection) collection = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root, *image, *problem;

  add (folder, "Morpho/1.png");
  g_free (test_folder_add (folder, "empty.jpg", "", 0));
  collection = scan (folder, NULL, NULL);
  json = pheno_collection_to_json (collection);
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  image
      = json_array_get_object_element (json_object_get_array_member (root, "images"), 0);
  problem = json_array_get_object_element (
      json_object_get_array_member (root, "problems"), 0);

  g_assert_cmpstr (json_object_get_string_member (image, "file"), ==, "Morpho/1.png");
  g_assert_cmpstr (json_object_get_string_member (image, "modality"), ==, "rgb");
  g_assert_cmpint (json_object_get_int_member (image, "width"), ==, 4);
  g_assert_cmpint (json_object_get_int_member (image, "height"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (image, "bands"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (image, "type"), ==, "uint8");
  g_assert_true (json_object_get_null_member (image, "wavelengths_nm"));
  g_assert_cmpstr (json_object_get_string_member (image, "species"), ==, "Morpho");
  g_assert_cmpstr (json_object_get_string_member (problem, "file"), ==, "empty.jpg");
  g_assert_true (json_object_has_member (problem, "reason"));
  g_assert_true (json_object_has_member (root, "unmatched_rows"));
  g_assert_true (json_object_has_member (root, "unmatched_files"));

  test_folder_remove (folder);
}

static void
test_real_butterflies (void)
{
  g_autofree char *folder = test_data ("heliconius_wings_rgb");
  g_autoptr (PhenoCollection) collection = NULL;
  const PhenoRecord *record;

  if (folder == NULL)
    return;

  collection = scan (folder, NULL, NULL);
  g_assert_cmpuint (collection->records->len, ==, 996);
  g_assert_cmpuint (collection->problems->len, ==, 0);
  g_assert_cmpuint (collection->unmatched_rows->len, ==, 0);
  g_assert_cmpuint (collection->unmatched_files->len, ==, 0);
  record = find (collection, "images/10427967_D_lowres.png");
  g_assert_cmpstr (record->species, ==, "Heliconius melpomene");
  g_assert_cmpstr (pheno_record_value (collection, record, "subspecies"), ==, "rosina");
  g_assert_cmpstr (pheno_record_value (collection, record, "specimen"), ==, "10427967");
  g_assert_null (pheno_record_value (collection, record, "latitude"));
  g_assert_cmpint (pheno_collection_find_column (collection, "filename"), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/scan/folders-are-species", test_folders_are_species);
  g_test_add_func ("/scan/broken-files-are-problems", test_broken_files_are_problems);
  g_test_add_func ("/scan/links-in-a-circle-end", test_links_in_a_circle_end);
  g_test_add_func ("/scan/overlapping-roots", test_overlapping_roots);
  g_test_add_func ("/scan/names-may-be-anything", test_names_may_be_anything);
  g_test_add_func ("/scan/missing-root-is-an-error", test_missing_root_is_an_error);
  g_test_add_func ("/scan/cancelled-scan-says-so", test_cancelled_scan_says_so);
  g_test_add_func ("/scan/catalogue-remembers", test_catalogue_remembers);
  g_test_add_func ("/scan/other-files-are-no-catalogue",
                   test_other_files_are_no_catalogue);
  g_test_add_func ("/scan/digest-follows-the-files", test_digest_follows_the_files);
  g_test_add_func ("/scan/json-is-the-contract", test_json_is_the_contract);
  g_test_add_func ("/scan/real-butterflies", test_real_butterflies);

  return g_test_run ();
}
