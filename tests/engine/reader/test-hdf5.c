/* test-hdf5.c - cubes in HDF5 and MATLAB 7.3 as h5py reads them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/reader/cube.h"

#include <hdf5.h>

static void
test_every_layout_and_type (void)
{
  g_auto (GStrv) paths = cube_files ("hdf5-", ".h5");

  g_assert_cmpuint (g_strv_length (paths), ==, 13 + 9 + 2);
  for (gsize i = 0; paths[i] != NULL; i++)
    cube_check (paths[i]);
}

static void
test_matlab_turns_the_axes_round (void)
{
  g_auto (GStrv) paths = cube_files ("hdf5-", ".mat");

  g_assert_cmpuint (g_strv_length (paths), ==, 2);
  for (gsize i = 0; paths[i] != NULL; i++)
    cube_check (paths[i]);
}

static void
test_bands_are_described (void)
{
  static const char *const files[]
      = { "hdf5-bip.h5", "hdf5-bsq-gzip.h5", "hdf5-bil-chunked.h5", "hdf5-matlab.mat" };

  for (gsize k = 0; k < G_N_ELEMENTS (files); k++)
    {
      g_autoptr (PhenoSource) source = cube_open (files[k]);
      const PhenoImageHeader *header = pheno_source_header (source);

      g_assert_cmpstr (header->dataset, ==, "site/Reflectance");
      for (int i = 0; i < CUBE_BANDS; i++)
        {
          g_assert_cmpfloat_with_epsilon (header->wavelengths_nm[i], 400.5 + 10 * i,
                                          1e-9);
          g_assert_cmpfloat_with_epsilon (header->widths_nm[i], 5, 1e-9);
        }
      g_assert_cmpstr (header->band_names[4], ==, "uR");
      g_assert_cmpfloat (header->scale_factor, ==, 10000);
      g_assert_true (header->has_ignored);
      g_assert_cmpfloat (header->ignored_value, ==, -9999);
    }
}

/* A dataset of @rank axes in a file of its own; (transfer full): its path. */
static char *
add_dataset (const char *folder, int rank, const hsize_t *shape, hid_t creation)
{
  char *path = g_build_filename (folder, "x.h5", NULL);
  hid_t file = H5Fcreate (path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple (rank, shape, NULL);
  hid_t set = H5Dcreate2 (file, "data", H5T_STD_U16LE, space, H5P_DEFAULT, creation,
                          H5P_DEFAULT);

  g_assert_true (set >= 0);
  H5Dclose (set);
  H5Sclose (space);
  H5Fclose (file);

  return path;
}

static void
test_what_is_no_cube (void)
{
  const hsize_t table[] = { 10, 20 }, vast[] = { 100000, 100000, 400 },
                chunk[] = { 10, 10, 10 };
  g_autofree char *folder = test_folder_new ();
  g_autofree char *old
      = test_folder_add (folder, "old.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64", -1);
  g_autofree char *text = test_folder_add (folder, "text.h5", "one, two", -1);
  g_autofree char *flat = add_dataset (folder, 2, table, H5P_DEFAULT), *claim = NULL;
  hid_t chunked = H5Pcreate (H5P_DATASET_CREATE);

  g_autofree char *newest = g_test_build_filename (G_TEST_DIST, "golden", "reader",
                                                   "cubes", "newest-hdf5.h5", NULL);

  if (!H5_VERSION_GE (1, 14, 0))
    cube_check_refused (newest, "“site/Reflectance” cannot be opened");
  cube_check_refused (old, "-v7.3");
  cube_check_refused (text, "no HDF5 file");
  cube_check_refused (flat, "no cube in it");
  H5Pset_chunk (chunked, 3, chunk);
  claim = add_dataset (folder, 3, vast, chunked);
  H5Pclose (chunked);
  cube_check_refused (claim, "which do not fit into its 0 bytes");
  test_folder_remove (folder);
}

/* Half of the bytes of each: an error, or all values where they stand in that half. */
static void
test_cut_short (void)
{
  g_autofree char *folder = test_folder_new ();
  g_auto (GStrv) paths = cube_files ("hdf5-b", ".h5");

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *bytes = NULL, *path = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (paths[i], &bytes, &length, NULL));
      path = test_folder_add (folder, "short.h5", bytes, length / 2);
      cube_check_refused (path, "short.h5");
    }
  test_folder_remove (folder);
}

/* CVE files and files of other programs' tests: a header or one sentence, and reading
 * what the header says, too. */
static void
test_real_folder (gconstpointer name)
{
  g_autofree char *folder = test_data (name);
  g_autoptr (GDir) entries = NULL;
  const char *entry;
  guint opened = 0, refused = 0;

  if (folder == NULL)
    return;
  entries = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (entries);
  while ((entry = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoImage) image = NULL;

      if (g_str_has_suffix (entry, ".md") || g_str_has_suffix (entry, ".csv"))
        continue;
      image = pheno_reader_read (path, 0, &error);
      if (image != NULL)
        {
          g_test_message ("%s: %d × %d × %d", entry, image->width, image->height,
                          image->bands);
          opened++;
          continue;
        }
      g_test_message ("%s", error->message);
      g_assert_true (error->domain == PHENO_ERROR);
      g_assert_null (strchr (error->message, '\n'));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      refused++;
    }
  g_test_message ("%u opened, %u refused", opened, refused);
  g_assert_cmpuint (opened + refused, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);
  g_test_add_func ("/hdf5/every-layout-and-type", test_every_layout_and_type);
  g_test_add_func ("/hdf5/matlab-turns-the-axes-round", test_matlab_turns_the_axes_round);
  g_test_add_func ("/hdf5/bands-are-described", test_bands_are_described);
  g_test_add_func ("/hdf5/what-is-no-cube", test_what_is_no_cube);
  g_test_add_func ("/hdf5/cut-short", test_cut_short);
  g_test_add_data_func ("/hdf5/files-of-many-makers", "hdf5_interop", test_real_folder);
  g_test_add_data_func ("/hdf5/files-that-crash-the-library", "malformed/hdf5_cve",
                        test_real_folder);

  return g_test_run ();
}
