/* test-cache.c - prepared pixels are those of the reader, kept, and never half written
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/cache/cache.h"
#include "tests/support/picture.h"

#include <fcntl.h>
#include <hdf5.h>
#include <signal.h>
#include <sys/resource.h>

static PhenoCollection *
scan (const char *root)
{
  const char *const roots[] = { root, NULL };
  PhenoScanOptions options = { .species = "folder" };
  g_autoptr (GError) error = NULL;
  PhenoCollection *collection
      = pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);

  return collection;
}

static PhenoCache *
open_cache (PhenoCollection *collection, const char *path, int side, GPtrArray *problems)
{
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  PhenoCacheOptions options = { .path = path, .shorter_side = side, .threads = 3 };
  g_autoptr (GError) error = NULL;
  PhenoCache *cache
      = pheno_cache_open (usable, &options, problems, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (cache);

  return cache;
}

/* Each image is what the reader gives, in the order of the records. */
static void
assert_as_read (const PhenoCache *cache, int side)
{
  for (guint i = 0; i < pheno_cache_length (cache); i++)
    {
      const PhenoRecord *record = pheno_cache_record (cache, i);
      const PhenoImage *image = pheno_cache_image (cache, i);
      g_autoptr (PhenoImage) read = pheno_reader_read (record->path, side, NULL);
      gsize bytes
          = pheno_sample_size (read->type) * read->width * read->height * read->bands;

      g_assert_cmpint (image->width, ==, read->width);
      g_assert_cmpint (image->height, ==, read->height);
      g_assert_cmpint (image->bands, ==, read->bands);
      g_assert_true (image->type == read->type);
      g_assert_cmpfloat (image->white, ==, read->white);
      g_assert_cmpmem (image->pixels, bytes, read->pixels, bytes);
      g_assert_true ((image->mask != NULL) == (read->mask != NULL));
      if (read->mask != NULL)
        g_assert_cmpmem (image->mask, read->width * read->height, read->mask,
                         read->width * read->height);
    }
}

/* 8 and 16 bits, with mask and without, small and to be made smaller. */
static char *
make_photographs (void)
{
  g_autofree char *folder = test_folder_new ();
  static const char *const names[] = { "wing.png", "wing.tif", "wing-16bit.png",
                                       "wing-grey-alpha.png", "quarters-6.jpg" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from
          = g_test_build_filename (G_TEST_DIST, "golden", "reader", names[i], NULL);
      g_autofree char *file = g_strconcat ("photographs/", names[i], NULL);
      g_autofree char *contents = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (from, &contents, &length, NULL));
      g_free (test_folder_add (folder, file, contents, length));
    }
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *file = g_strdup_printf ("photographs/more/%02u.png", i);

      g_free (test_picture_add (folder, file, 30 + i, 40, i * 10, 5, 7));
    }

  return g_steal_pointer (&folder);
}

static void
test_cached_is_as_read (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (PhenoCache) cache = open_cache (collection, path, 16, NULL);

      g_assert_cmpuint (pheno_cache_length (cache), ==, 25);
      assert_as_read (cache, 16);
    }
  {
    g_autoptr (PhenoCache) in_memory = open_cache (collection, NULL, 16, NULL);

    g_assert_cmpuint (pheno_cache_length (in_memory), ==, 25);
    assert_as_read (in_memory, 16);
  }

  test_folder_remove (folder);
}

/* The second run does not look into the photographs: they may even be unreadable by then.
 */
static void
test_second_run_decodes_nothing (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) problems
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  GStatBuf before, after;
  guint8 red;

  {
    g_autoptr (PhenoCache) cache = open_cache (collection, path, 16, NULL);

    red = *(const guint8 *) pheno_cache_image (cache, 3)->pixels;
  }
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  for (guint i = 0; i < collection->records->len; i++)
    g_assert_cmpint (g_remove (((PhenoRecord *) collection->records->pdata[i])->path), ==,
                     0);
  {
    g_autoptr (PhenoCache) cache = open_cache (collection, path, 16, problems);

    g_assert_cmpuint (pheno_cache_length (cache), ==, 25);
    g_assert_cmpuint (problems->len, ==, 0);
    g_assert_cmpuint (*(const guint8 *) pheno_cache_image (cache, 3)->pixels, ==, red);
  }
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);

  test_folder_remove (folder);
}

/* A changed file is decoded again, the others are taken over; so with another size. */
static void
test_changes_are_followed (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) first = scan (folder), second = NULL;

  pheno_cache_free (open_cache (first, path, 16, NULL));
  g_free (test_picture_add (folder, "photographs/more/03.png", 50, 60, 99, 98, 97));
  g_free (test_picture_add (folder, "photographs/more/new.png", 50, 60, 1, 2, 3));
  second = scan (folder);
  for (int side = 16; side >= 8; side -= 8)
    {
      g_autoptr (PhenoCache) cache = open_cache (second, path, side, NULL);

      g_assert_cmpuint (pheno_cache_length (cache), ==, 26);
      assert_as_read (cache, side);
    }

  test_folder_remove (folder);
}

/* What is excluded now is kept for when it is taken back. */
static void
test_exclusions_cost_nothing (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);
  PhenoRecord *record = collection->records->pdata[7];
  GStatBuf before, after;

  pheno_cache_free (open_cache (collection, path, 16, NULL));
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (PhenoCache) cache = NULL;

      record->excluded = !record->excluded;
      cache = open_cache (collection, path, 16, NULL);
      g_assert_cmpuint (pheno_cache_length (cache), ==, record->excluded ? 24 : 25);
      assert_as_read (cache, 16);
    }
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);

  test_folder_remove (folder);
}

/* A photograph that broke after the scan: told, left out, and the cache is still used. */
static void
test_broken_photographs_are_left_out (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autofree char *file = g_build_filename (folder, "photographs", "wing.tif", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);

  g_assert_true (g_file_set_contents (file, "gone wrong", -1, NULL));
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GPtrArray) problems
          = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
      g_autoptr (PhenoCache) cache = open_cache (collection, path, 16, problems);

      g_assert_cmpuint (pheno_cache_length (cache), ==, 24);
      g_assert_cmpuint (problems->len, ==, 1);
      g_assert_cmpstr (((PhenoProblem *) problems->pdata[0])->file, ==,
                       "photographs/wing.tif");
      g_assert_nonnull (
          strstr (((PhenoProblem *) problems->pdata[0])->reason, "is a text"));
    }

  test_folder_remove (folder);
}

static void
test_nothing_decodable_is_an_error (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *file = test_picture_add (folder, "a/1.png", 4, 4, 1, 2, 3);
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  PhenoCacheOptions options = { .path = path, .shorter_side = 4 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_null (pheno_cache_open (usable, &options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  test_folder_remove (folder);
}

/* Somebody's results are not overwritten because of a mistyped name. */
static void
test_other_files_are_not_overwritten (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *text = test_folder_add (folder, "thesis.h5", "chapter one", -1);
  g_autofree char *other = g_build_filename (folder, "results.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  const char *const paths[] = { text, other };

  g_assert_cmpint (H5Fclose (H5Fcreate (other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)),
                   >=, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      PhenoCacheOptions options = { .path = paths[i], .shorter_side = 4 };
      g_autoptr (GError) error = NULL;
      g_autofree char *before = NULL, *after = NULL;
      gsize before_length, after_length;

      g_assert_true (g_file_get_contents (paths[i], &before, &before_length, NULL));
      g_assert_null (pheno_cache_open (usable, &options, NULL, NULL, NULL, NULL, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
      g_assert_nonnull (
          strstr (error->message, "is no cache of prepared pixels, or damaged"));
      g_assert_true (g_file_get_contents (paths[i], &after, &after_length, NULL));
      g_assert_cmpmem (before, before_length, after, after_length);
    }

  test_folder_remove (folder);
}

/* Every byte of the file may be damaged: an error or a cache, never a crash. */
static void
test_damage_is_survived (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  PhenoCacheOptions options = { .path = path, .shorter_side = 16 };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  gsize length;

  pheno_cache_free (open_cache (collection, path, 16, NULL));
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (guint round = 0; round < 60; round++)
    {
      g_autofree char *damaged = g_memdup2 (contents, length);
      g_autoptr (PhenoCache) cache = NULL;
      gsize kept = round % 3 == 0 ? (gsize) g_rand_int_range (random, 0, length) : length;

      for (guint i = 0; i < 200; i++)
        damaged[g_rand_int_range (random, 0, length)] = g_rand_int (random);
      g_assert_true (g_file_set_contents (path, damaged, kept, NULL));
      cache = pheno_cache_open (usable, &options, NULL, NULL, NULL, NULL, NULL);
      for (guint i = 0; cache != NULL && i < pheno_cache_length (cache); i++)
        {
          const PhenoImage *image = pheno_cache_image (cache, i);
          gsize bytes = pheno_sample_size (image->type) * image->bands * image->width
                        * (gsize) image->height;
          g_autofree void *copy = g_memdup2 (image->pixels, bytes);

          g_assert_nonnull (copy);
        }
    }

  test_folder_remove (folder);
}

static void
cancel_cb (const PhenoProgress *progress, gpointer user_data)
{
  g_assert_cmpstr (progress->phase, ==, "prepare");
  g_assert_cmpuint (progress->total, ==, 25);
  g_cancellable_cancel (user_data);
}

static void
test_cancelling_leaves_the_old_file (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "cache", "prepared.h5", NULL);
  g_autofree char *cache_folder = g_path_get_dirname (path);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  PhenoCacheOptions options = { .path = path, .shorter_side = 8 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gsize before_length, after_length;

  g_assert_cmpint (g_mkdir (cache_folder, 0755), ==, 0);
  pheno_cache_free (open_cache (collection, path, 16, NULL));
  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  g_assert_null (pheno_cache_open (usable, &options, NULL, cancel_cb, cancellable,
                                   cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
  g_assert_cmpuint (test_folder_count (cache_folder), ==, 1);

  test_folder_remove (folder);
}

/* A file cannot grow over 64 KiB for this child, as on a full disk: the write fails in
 * the middle. The old file is still whole, and nothing is left beside it. */
static void
test_a_failed_write_leaves_the_old_file (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "cache", "prepared.h5", NULL);
  g_autofree char *cache_folder = g_path_get_dirname (path);
  g_autofree char *before = NULL, *after = NULL;
  gsize before_length, after_length;

  g_assert_cmpint (g_mkdir (cache_folder, 0755), ==, 0);
  {
    g_autoptr (PhenoCollection) collection = scan (folder);

    pheno_cache_free (open_cache (collection, path, 4, NULL));
  }
  g_assert_true (g_file_get_contents (path, &before, &before_length, NULL));
  g_setenv ("PHENO_TEST_FULL", folder, TRUE);
  g_test_trap_subprocess ("/cache/failed-write/subprocess/child", 0, 0);
  g_test_trap_assert_passed ();
  g_assert_true (g_file_get_contents (path, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
  g_assert_cmpuint (test_folder_count (cache_folder), ==, 1);

  test_folder_remove (folder);
}

static void
test_failed_write_child (void)
{
  const char *folder = g_getenv ("PHENO_TEST_FULL");
  g_autofree char *path = NULL;
  g_autoptr (PhenoCollection) collection = NULL;
  g_autoptr (GPtrArray) usable = NULL;
  struct rlimit limit = { 65536, 65536 };
  PhenoCacheOptions options = { .shorter_side = 40 };
  g_autoptr (GError) error = NULL;

  if (folder == NULL)
    return;

  path = g_build_filename (folder, "cache", "prepared.h5", NULL);
  collection = scan (folder);
  usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  options.path = path;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_null (pheno_cache_open (usable, &options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "prepared.h5"));
  g_assert_nonnull (strstr (error->message, "grew too large for its disk"));
}

/* A disk without room is told before an hour of decoding, with the space that it takes.
 */
static void
test_space_is_checked_first (void)
{
  g_autofree char *folder = make_photographs ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = scan (folder);
  g_autoptr (GPtrArray) usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  PhenoCacheOptions options = { .path = path, .shorter_side = 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];

      record->width = record->height = 30000000;
    }
  g_assert_null (pheno_cache_open (usable, &options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "PB, but its disk has"));

  test_folder_remove (folder);
}

/* Anybody's HDF5 reader sees the images as arrays. */
static void
test_the_file_is_plain_hdf5 (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = NULL;
  guint8 pixels[4 * 5 * 3];
  hsize_t shape[3];
  hid_t file, dataset, space;

  g_free (test_picture_add (folder, "a/1.png", 5, 4, 11, 22, 33));
  collection = scan (folder);
  pheno_cache_free (open_cache (collection, path, 16, NULL));

  file = H5Fopen (path, H5F_ACC_RDONLY, H5P_DEFAULT);
  dataset = H5Dopen2 (file, "/image/000000", H5P_DEFAULT);
  space = H5Dget_space (dataset);
  g_assert_cmpint (H5Sget_simple_extent_dims (space, shape, NULL), ==, 3);
  g_assert_cmpuint (shape[0], ==, 4);
  g_assert_cmpuint (shape[1], ==, 5);
  g_assert_cmpuint (shape[2], ==, 3);
  g_assert_cmpint (
      H5Dread (dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, pixels), >=, 0);
  g_assert_cmpuint (pixels[57], ==, 11);
  g_assert_cmpuint (pixels[59], ==, 33);
  H5Sclose (space);
  H5Dclose (dataset);
  H5Fclose (file);

  test_folder_remove (folder);
}

static void
test_real_butterflies (void)
{
  g_autofree char *data = test_data ("heliconius_wings_rgb");
  g_autofree char *folder = NULL, *path = NULL;
  g_autoptr (PhenoCollection) collection = NULL;

  if (data == NULL)
    return;

  folder = test_folder_new ();
  path = g_build_filename (folder, "prepared.h5", NULL);
  collection = scan (data);
  for (guint round = 0; round < 2; round++)
    {
      gint64 started = g_get_monotonic_time ();
      g_autoptr (PhenoCache) cache = open_cache (collection, path, 64, NULL);

      g_test_message ("%u images in %.3f s", pheno_cache_length (cache),
                      (g_get_monotonic_time () - started) / (double) G_USEC_PER_SEC);
      g_assert_cmpuint (pheno_cache_length (cache), ==, 996);
      for (guint i = 0; i < 996; i++)
        g_assert_cmpint (MIN (pheno_cache_image (cache, i)->width,
                              pheno_cache_image (cache, i)->height),
                         <=, 64);
    }

  test_folder_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/cache/cached-is-as-read", test_cached_is_as_read);
  g_test_add_func ("/cache/second-run-decodes-nothing", test_second_run_decodes_nothing);
  g_test_add_func ("/cache/changes-are-followed", test_changes_are_followed);
  g_test_add_func ("/cache/exclusions-cost-nothing", test_exclusions_cost_nothing);
  g_test_add_func ("/cache/broken-photographs-are-left-out",
                   test_broken_photographs_are_left_out);
  g_test_add_func ("/cache/nothing-decodable-is-an-error",
                   test_nothing_decodable_is_an_error);
  g_test_add_func ("/cache/other-files-are-not-overwritten",
                   test_other_files_are_not_overwritten);
  g_test_add_func ("/cache/damage-is-survived", test_damage_is_survived);
  g_test_add_func ("/cache/cancelling-leaves-the-old-file",
                   test_cancelling_leaves_the_old_file);
  g_test_add_func ("/cache/failed-write/leaves-the-old-file",
                   test_a_failed_write_leaves_the_old_file);
  g_test_add_func ("/cache/failed-write/subprocess/child", test_failed_write_child);
  g_test_add_func ("/cache/space-is-checked-first", test_space_is_checked_first);
  g_test_add_func ("/cache/the-file-is-plain-hdf5", test_the_file_is_plain_hdf5);
  g_test_add_func ("/cache/real-butterflies", test_real_butterflies);

  return g_test_run ();
}
