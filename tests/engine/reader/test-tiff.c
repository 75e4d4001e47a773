/* test-tiff.c - scientific TIFF as tifffile and GDAL read it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/reader/cube.h"

static void
test_every_layout_codec_and_type (void)
{
  g_auto (GStrv) paths = cube_files ("tiff-", ".tif");

  g_assert_cmpuint (g_strv_length (paths), >, 50);
  for (gsize i = 0; paths[i] != NULL; i++)
    if (strstr (paths[i], "12bit") == NULL)
      cube_check (paths[i]);
}

static void
test_bits_that_fill_no_bytes (void)
{
  g_autoptr (PhenoSource) source = cube_open ("tiff-12bit.tif");
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = pheno_source_read (source, NULL, NULL, 0, &error);

  g_assert_no_error (error);
  g_assert_true (image->type == PHENO_SAMPLE_UINT16);
  for (int i = 0; i < CUBE_WIDTH * CUBE_HEIGHT * CUBE_BANDS; i++)
    g_assert_cmpint (((guint16 *) image->pixels)[i], ==,
                     (int) cube_value (PHENO_SAMPLE_UINT16, i / CUBE_BANDS % CUBE_WIDTH,
                                       i / CUBE_BANDS / CUBE_WIDTH, i % CUBE_BANDS)
                         % 4096);
}

static void
test_bands_have_their_names (void)
{
  static const char *const files[]
      = { "tiff-imagej-u2.tif", "tiff-imagej-f4.tif", "tiff-imagej-one-directory.tif",
          "tiff-pages.tif", "tiff-gdal.tif" };
  static const char *const names[] = { "vR", "vG", "vB", "uB", "uR", "mask", NULL };
  const int two[] = { 4, 3 };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (PhenoSource) source = cube_open (files[i]);
      g_autoptr (PhenoImage) image = pheno_source_read (source, NULL, two, 2, NULL);
      const PhenoImageHeader *header = pheno_source_header (source);

      g_assert_nonnull (header->band_names);
      g_assert_true (g_strv_equal ((const char *const *) header->band_names, names));
      g_assert_cmpstr (image->band_names[0], ==, "uR");
      g_assert_cmpstr (image->band_names[1], ==, "uB");
    }
}

static void
test_gdal_says_wavelengths_and_no_data (void)
{
  g_autoptr (PhenoSource) source = cube_open ("tiff-gdal.tif");
  const PhenoImageHeader *header = pheno_source_header (source);

  g_assert_nonnull (header->wavelengths_nm);
  g_assert_nonnull (header->widths_nm);
  g_assert_cmpfloat (header->wavelengths_nm[0], ==, 400.5);
  g_assert_cmpfloat (header->wavelengths_nm[5], ==, 450.5);
  g_assert_cmpfloat (header->widths_nm[2], ==, 5);
  g_assert_true (header->has_ignored);
  g_assert_cmpfloat_with_epsilon (header->ignored_value, -3.4e38, 1e30);
}

/* Half of the bytes of each: what is gone is said, and nothing is made up. */
static void
test_cut_short (void)
{
  g_autofree char *folder = test_folder_new ();
  g_auto (GStrv) paths = cube_files ("tiff-", ".tif");

  for (gsize i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *bytes = NULL, *path = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoImage) image = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (paths[i], &bytes, &length, NULL));
      path = test_folder_add (folder, "short.tif", bytes, length / 2);
      image = pheno_reader_read (path, 0, &error);
      g_test_message ("%s: %s", paths[i], error != NULL ? error->message : "read");
      g_assert_true ((image == NULL) == (error != NULL));
      if (image == NULL)
        g_assert_nonnull (strstr (error->message, "short.tif"));
      else /* all samples stand in the first half */
        cube_check (path);
    }
  test_folder_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/tiff/every-layout-codec-and-type", test_every_layout_codec_and_type);
  g_test_add_func ("/tiff/bits-that-fill-no-bytes", test_bits_that_fill_no_bytes);
  g_test_add_func ("/tiff/bands-have-their-names", test_bands_have_their_names);
  g_test_add_func ("/tiff/gdal-says-wavelengths-and-no-data",
                   test_gdal_says_wavelengths_and_no_data);
  g_test_add_func ("/tiff/cut-short", test_cut_short);

  return g_test_run ();
}
