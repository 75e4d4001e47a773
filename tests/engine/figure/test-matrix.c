/* test-matrix.c - tables of colours say their numbers; pictures are written as TIFF
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <tiffio.h>

#include "engine/figure/figure.h"
#include "tests/support/folder.h"

static const double value[] = { 100, 0, NAN, 25, 50, 25 };
static const char *const rows[] = { "erato <1>", "b\xff" }, *const columns[]
                                                            = { "one", "two", "three" };

static PhenoFigureMatrix
example (void)
{
  return (PhenoFigureMatrix){
    .value = value,
    .rows = 2,
    .columns = 3,
    .row_names = rows,
    .column_names = columns,
    .title = "A table",
    .x_label = "told",
    .y_label = "species",
    .value_label = "%",
  };
}

static void
test_formats (void)
{
  static const char *const files[] = { "m.svg", "m.pdf", "m.png", "m.tif" };
  g_autofree char *folder = test_folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL);
      PhenoFigureFile file = { .path = path, .width_mm = 89, .dots_per_inch = 100 };
      PhenoFigureMatrix matrix = example ();
      g_autoptr (GError) error = NULL;

      g_assert_true (pheno_figure_matrix (&matrix, &file, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
  test_folder_remove (folder);
}

/* 89 mm at 100 dots per inch are 350.4 pixels, of which none is cut off. */
static void
test_tiff (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "m.tif", NULL);
  g_autoptr (GHashTable) provenance = g_hash_table_new (g_str_hash, g_str_equal);
  PhenoFigureFile file
      = { .path = path, .width_mm = 89, .dots_per_inch = 100, .provenance = provenance };
  PhenoFigureMatrix matrix = example ();
  guint32 width = 0;
  guint16 bands = 0;
  float resolution = 0;
  char *description = NULL;
  guint8 pixels[351 * 3];
  TIFF *tiff;

  g_hash_table_insert (provenance, "seed", "7");
  g_hash_table_insert (provenance, "run", "resnet18");
  g_assert_true (pheno_figure_matrix (&matrix, &file, NULL));
  tiff = TIFFOpen (path, "r");
  g_assert_nonnull (tiff);
  g_assert_true (TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &width));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_SAMPLESPERPIXEL, &bands));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_XRESOLUTION, &resolution));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_IMAGEDESCRIPTION, &description));
  g_assert_cmpuint (width, ==, 351);
  g_assert_cmpint (bands, ==, 3);
  g_assert_cmpfloat_with_epsilon (resolution, 100, 1e-3);
  g_assert_cmpstr (description, ==, "run: resnet18\nseed: 7\n");
  g_assert_cmpint (TIFFReadScanline (tiff, pixels, 0, 0), ==, 1);
  g_assert_cmpint (pixels[0], ==, 255); /* the margin is white */
  g_assert_cmpint (pixels[351 * 3 - 1], ==, 255);
  TIFFClose (tiff);
  test_folder_remove (folder);
}

static void
test_what_does_not_fit (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "m.svg", NULL);
  PhenoFigureFile file = { .path = path, .height_mm = 20 };
  PhenoFigureMatrix matrix = example ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_figure_matrix (&matrix, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  matrix.rows = 0;
  file.height_mm = 0;
  g_assert_false (pheno_figure_matrix (&matrix, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
  file.path = "m.gif";
  matrix = example ();
  g_assert_false (pheno_figure_matrix (&matrix, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/matrix/formats", test_formats);
  g_test_add_func ("/matrix/tiff", test_tiff);
  g_test_add_func ("/matrix/what-does-not-fit", test_what_does_not_fit);
  return g_test_run ();
}
