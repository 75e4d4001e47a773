/* test-photo.c - photographs as Pillow reads them, and those that are none
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The pictures and expected values are from tests/golden/reader.
 */
#include "engine/reader/reader.h"
#include "tests/support/picture.h"

#include <tiffio.h>
#include <vips/vips.h>

static PhenoImage *
read_golden (const char *name, int shorter_side)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "reader", name, NULL);
  g_autoptr (GError) error = NULL;
  PhenoImage *image = pheno_reader_read (path, shorter_side, &error);

  g_assert_no_error (error);
  g_assert_nonnull (image);
  g_assert_cmpint (image->bands, ==, 3);

  return image;
}

static const guint8 *
at (const PhenoImage *image, int x, int y)
{
  return (const guint8 *) image->pixels + ((gsize) y * image->width + x) * image->bands;
}

static void
assert_colour (const PhenoImage *image, int x, int y, int red, int green, int blue,
               int tolerance)
{
  const guint8 *pixel = at (image, x, y);

  if (ABS (pixel[0] - red) > tolerance || ABS (pixel[1] - green) > tolerance
      || ABS (pixel[2] - blue) > tolerance)
    {
      g_test_message ("%d, %d: %d %d %d and not %d %d %d", x, y, pixel[0], pixel[1],
                      pixel[2], red, green, blue);
      g_test_fail ();
    }
}

static void
assert_same (const PhenoImage *image, const PhenoImage *expected, int tolerance)
{
  g_assert_cmpint (image->width, ==, expected->width);
  g_assert_cmpint (image->height, ==, expected->height);
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      {
        const guint8 *wanted = at (expected, x, y);

        assert_colour (image, x, y, wanted[0], wanted[1], wanted[2], tolerance);
      }
}

static void
test_lossless_formats_agree (void)
{
  g_autoptr (PhenoImage) png = read_golden ("wing.png", 0);
  g_autoptr (PhenoImage) tiff = read_golden ("wing.tif", 0);
  g_autoptr (PhenoImage) webp = read_golden ("wing.webp", 0);

  assert_same (png, tiff, 0);
  assert_same (webp, tiff, 0);
  /* x * 6, y * 8, x * y of the script */
  assert_colour (tiff, 30, 7, 180, 56, 210, 0);
  assert_colour (tiff, 0, 29, 255, 0, 255, 0);
  g_assert_null (tiff->mask);
}

/* (x - 10) * 25 of the script, 0 to 255. */
static void
test_alpha_is_the_mask (void)
{
  g_autoptr (PhenoImage) image = read_golden ("wing.png", 0);

  g_assert_nonnull (image->mask);
  for (int x = 0; x < image->width; x++)
    g_assert_cmpint (image->mask[5 * image->width + x], ==,
                     CLAMP ((x - 10) * 25, 0, 255));
}

static void
test_area_average_is_exact (void)
{
  g_autoptr (PhenoImage) half = read_golden ("wing.tif", 15);
  g_autoptr (PhenoImage) half_expected = read_golden ("wing-rgb-20x15.png", 0);
  g_autoptr (PhenoImage) image = read_golden ("wing.tif", 7);
  g_autoptr (PhenoImage) expected = read_golden ("wing-rgb-9x7.png", 0);

  assert_same (half, half_expected, 1); /* Pillow cuts where we round */
  assert_same (image, expected, 0);
}

/* The magenta under transparent ground must not bleed into the border of the specimen. */
static void
test_hidden_colours_stay_hidden (void)
{
  g_autoptr (PhenoImage) image = read_golden ("wing.png", 7);
  g_autoptr (PhenoImage) expected = read_golden ("wing-9x7.png", 0);

  assert_same (image, expected, 1); /* 223.5 is rounded either way */
  g_assert_cmpmem (image->mask, 63, expected->mask, 63);
  g_assert_cmpint (image->mask[0], ==, 0);
  g_assert_cmpint (image->mask[8], ==, 255);
}

static void
test_grey_is_three_equal_bands (void)
{
  g_autoptr (PhenoImage) grey = read_golden ("wing-grey.png", 0);
  g_autoptr (PhenoImage) with_alpha = read_golden ("wing-grey-alpha.png", 0);
  g_autoptr (PhenoImage) colours = read_golden ("wing.tif", 0);

  g_assert_null (grey->mask);
  g_assert_nonnull (with_alpha->mask);
  for (int x = 0; x < grey->width; x++)
    {
      /* ITU-R 601 luma, as Pillow's "L" */
      const guint8 *c = at (colours, x, 9);
      int luma = (int) (c[0] * 0.299 + c[1] * 0.587 + c[2] * 0.114 + 0.5);

      assert_colour (grey, x, 9, luma, luma, luma, 1);
      assert_colour (with_alpha, x, 9, luma, luma, luma, 1);
    }
}

static void
test_palette_is_colours (void)
{
  g_autoptr (PhenoImage) palette = read_golden ("wing-palette.png", 0);

  g_assert_null (palette->mask);
  g_assert_cmpint (palette->width, ==, 40);
  /* the hidden magenta is one of the 16 colours */
  assert_colour (palette, 2, 15, 255, 0, 255, 12);
}

static void
test_sixteen_bits_stay (void)
{
  g_autoptr (PhenoImage) image = read_golden ("wing-16bit.png", 0);
  g_autofree float *values = g_new (float, 3 * 40 * 30);
  const guint16 *pixels = image->pixels;

  g_assert_cmpint (image->type, ==, PHENO_SAMPLE_UINT16);
  g_assert_cmpfloat (image->white, ==, 65535);
  for (int y = 0; y < 30; y++)
    for (int x = 0; x < 40; x++)
      g_assert_cmpuint (pixels[(y * 40 + x) * 3 + 1], ==, x * 1500 + y);

  pheno_image_to_float (image, values);
  g_assert_cmpfloat_with_epsilon (values[2 * 1200 + 3 * 40 + 7], 10503 / 65535., 1e-6);
}

static void
test_every_orientation_is_upright (void)
{
  for (int orientation = 1; orientation <= 8; orientation++)
    for (int side = 0; side <= 8; side += 8)
      {
        g_autofree char *name = g_strdup_printf ("quarters-%d.jpg", orientation);
        g_autoptr (PhenoImage) image = read_golden (name, side);
        int width = image->width, height = image->height;

        g_assert_cmpint (width, ==, side == 0 ? 48 : 12);
        g_assert_cmpint (height, ==, side == 0 ? 32 : 8);
        assert_colour (image, width / 4, height / 4, 255, 0, 0, 4);
        assert_colour (image, 3 * width / 4, height / 4, 0, 255, 0, 4);
        assert_colour (image, width / 4, 3 * height / 4, 0, 0, 255, 4);
        assert_colour (image, 3 * width / 4, 3 * height / 4, 255, 255, 255, 4);
      }
}

static void
test_header_knows_the_orientation (void)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "reader", "quarters-6.jpg", NULL);
  g_auto (PhenoImageHeader) header = { 0 };

  g_assert_true (pheno_reader_read_header (path, &header, NULL));
  g_assert_cmpstr (header.format, ==, "jpeg");
  g_assert_cmpint (header.width, ==, 48);
  g_assert_cmpint (header.height, ==, 32);
  g_assert_cmpint (header.bands, ==, 3);
  g_assert_false (header.has_mask);
}

/* Any CMYK profile prints cyan as a blue without red. */
static void
test_cmyk_becomes_rgb (void)
{
  g_autoptr (PhenoImage) image = read_golden ("cyan.jpg", 0);
  const guint8 *pixel = at (image, 8, 8);

  g_assert_cmpint (pixel[0], <, 60);
  g_assert_cmpint (pixel[1], >, 120);
  g_assert_cmpint (pixel[2], >, 190);
}

/* Display P3, worked by hand from its primaries (0.680, 0.320) (0.265, 0.690)
 * (0.150, 0.060) and sRGB's, both with D65 and sRGB's curve: 160 120 90 is 167.4
 * 117.9 84.9, and 90 140 110 is 72.8 141.6 107.5. */
static void
test_profiles_are_applied (void)
{
  static const guint8 pixels[] = { 160, 120, 90, 90, 140, 110 };
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "p3.png", NULL);
  g_autoptr (PhenoImage) image = NULL;
  VipsImage *picture;
  VipsBlob *profile = NULL;
  const void *data;
  size_t length;

  g_assert_cmpint (vips_init ("test"), ==, 0);
  picture = vips_image_new_from_memory_copy (pixels, sizeof pixels, 2, 1, 3,
                                             VIPS_FORMAT_UCHAR);
  picture->Type = VIPS_INTERPRETATION_sRGB;
  g_assert_cmpint (vips_profile_load ("p3", &profile, NULL), ==, 0);
  data = vips_blob_get (profile, &length);
  vips_image_set_blob_copy (picture, VIPS_META_ICC_NAME, data, length);
  g_assert_cmpint (vips_pngsave (picture, path, NULL), ==, 0);
  vips_area_unref (VIPS_AREA (profile));
  g_object_unref (picture);

  image = pheno_reader_read (path, 0, NULL);
  g_assert_nonnull (image);
  assert_colour (image, 0, 0, 167, 118, 85, 2);
  assert_colour (image, 1, 0, 73, 142, 108, 2);

  test_folder_remove (folder);
}

static void
check_refused (const char *path, const char *words)
{
  g_autofree char *base = g_path_get_basename (path);

  for (int side = 0; side <= 8; side += 8)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pheno_reader_read (path, side, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, base));
      g_assert_nonnull (strstr (error->message, words));
    }
}

/* The last fifth is gone, as after a broken copy: an error and not a picture half grey.
 */
static void
test_files_cut_short_are_errors (void)
{
  static const char *const names[]
      = { "wing.png", "wing.tif", "wing.webp", "quarters-1.jpg", "cyan.jpg" };
  g_autofree char *folder = test_folder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *whole
          = g_test_build_filename (G_TEST_DIST, "golden", "reader", names[i], NULL);
      g_autofree char *contents = NULL, *path = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (whole, &contents, &length, NULL));
      path = test_folder_add (folder, names[i], contents, length * 4 / 5);
      check_refused (path, "");
    }

  test_folder_remove (folder);
}

static void
test_what_is_no_image_is_said (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *empty = test_folder_add (folder, "empty.jpg", "", 0);
  g_autofree char *text = test_folder_add (folder, "text.jpg", "Dear Søren,\n", -1);
  g_autofree char *noise
      = test_folder_add (folder, "noise.png", "\x01\x02\x03\x00\xff", 5);
  g_autoptr (GError) missing = NULL, directory = NULL;

  check_refused (empty, "is empty (0 bytes)");
  check_refused (text, "is a text and not an image");
  check_refused (noise, "is of no image format known here");
  g_assert_null (pheno_reader_read ("/nowhere/1.jpg", 0, &missing));
  g_assert_error (missing, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_null (pheno_reader_read (folder, 0, &directory));
  g_assert_error (directory, PHENO_ERROR, PHENO_ERROR_FILE);

  test_folder_remove (folder);
}

/* A PNG that somebody called .jpg is still a PNG. */
static void
test_content_decides_not_the_name (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *whole
      = g_test_build_filename (G_TEST_DIST, "golden", "reader", "wing.png", NULL);
  g_autofree char *contents = NULL, *path = NULL;
  g_auto (PhenoImageHeader) header = { 0 };
  gsize length;

  g_assert_true (g_file_get_contents (whole, &contents, &length, NULL));
  path = test_folder_add (folder, "wing.jpg", contents, length);
  g_assert_true (pheno_reader_read_header (path, &header, NULL));
  g_assert_cmpstr (header.format, ==, "png");

  test_folder_remove (folder);
}

/* @pages of 6 x 4, @bands of @bits; @extra: meaning of the last band, -1 for none. */
static char *
add_tiff (const char *folder, const char *name, int pages, int bands, int bits, int extra)
{
  char *path = g_build_filename (folder, name, NULL);
  TIFF *tiff = TIFFOpen (path, "w");
  guint8 row[6 * 8 * 4];

  for (int page = 0; page < pages; page++)
    {
      TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, 6);
      TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, 4);
      TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, bands);
      TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, bits);
      TIFFSetField (tiff, TIFFTAG_SAMPLEFORMAT,
                    bits == 32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
      TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
      TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC,
                    bands >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
      if (bands > 3)
        {
          guint16 meanings[8] = { 0 };

          meanings[bands - 4] = MAX (extra, 0);
          TIFFSetField (tiff, TIFFTAG_EXTRASAMPLES, bands - 3, meanings);
        }
      memset (row, 100, sizeof row);
      for (int y = 0; y < 4; y++)
        TIFFWriteScanline (tiff, row, y, 0);
      TIFFWriteDirectory (tiff);
    }
  TIFFClose (tiff);

  return path;
}

static void
check_measured (const char *path, int bands, PhenoSampleType type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = pheno_reader_read (path, 0, &error);
  g_auto (PhenoImageHeader) header = { 0 };

  g_assert_no_error (error);
  g_assert_cmpint (image->bands, ==, bands);
  g_assert_true (image->type == type);
  g_assert_null (image->mask);
  g_assert_true (pheno_reader_read_header (path, &header, NULL));
  g_assert_true (header.modality == PHENO_MODALITY_MULTISPECTRAL);
}

/* Bands that are no colours stay bands; a fourth one is a mask only where it says so. */
static void
test_measurements_are_no_photographs (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *seven = add_tiff (folder, "seven.tif", 1, 7, 16, -1);
  g_autofree char *stack = add_tiff (folder, "stack.tif", 7, 1, 16, -1);
  g_autofree char *infrared
      = add_tiff (folder, "nir.tif", 1, 4, 8, EXTRASAMPLE_UNSPECIFIED);
  g_autofree char *reflectance = add_tiff (folder, "float.tif", 1, 3, 32, -1);
  g_autofree char *alpha
      = add_tiff (folder, "alpha.tif", 1, 4, 8, EXTRASAMPLE_UNASSALPHA);
  g_autofree char *grey = add_tiff (folder, "grey.tif", 1, 1, 16, -1);
  g_autoptr (PhenoImage) image = NULL, photograph = NULL;

  check_measured (seven, 7, PHENO_SAMPLE_UINT16);
  check_measured (stack, 7, PHENO_SAMPLE_UINT16);
  check_measured (infrared, 4, PHENO_SAMPLE_UINT8);
  check_measured (reflectance, 3, PHENO_SAMPLE_FLOAT32);
  image = pheno_reader_read (alpha, 0, NULL);
  g_assert_nonnull (image);
  g_assert_cmpint (image->mask[0], ==, 100);
  photograph = pheno_reader_read (grey, 0, NULL);
  g_assert_cmpint (photograph->bands, ==, 3);

  test_folder_remove (folder);
}

static void
test_saved_images_come_back (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "out.png", NULL);

  for (PhenoSampleType type = PHENO_SAMPLE_UINT8; type <= PHENO_SAMPLE_UINT16; type++)
    {
      g_autoptr (PhenoImage) image = pheno_image_new (5, 3, 3, type, NULL);
      g_autoptr (PhenoImage) again = NULL;
      gsize bytes = 45 * pheno_sample_size (type);

      for (gsize i = 0; i < bytes; i++)
        ((guint8 *) image->pixels)[i] = i * 37;
      image->mask = g_malloc (15);
      for (guint8 i = 0; i < 15; i++)
        image->mask[i] = i * 17;

      g_assert_true (pheno_image_save (image, path, NULL));
      again = pheno_reader_read (path, 0, NULL);
      g_assert_nonnull (again);
      g_assert_cmpmem (again->pixels, bytes, image->pixels, bytes);
      g_assert_cmpmem (again->mask, 15, image->mask, 15);
    }

  test_folder_remove (folder);
}

static void
test_sizes_are_checked (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      pheno_image_new (G_MAXINT, G_MAXINT, G_MAXINT, PHENO_SAMPLE_FLOAT32, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (pheno_image_new (0, 5, 3, PHENO_SAMPLE_UINT8, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
}

/* The same photograph stored lying and standing: once turned they are alike. The pair was
 * compressed twice, so single pixels differ. */
static void
test_real_pair_with_orientation (void)
{
  g_autofree char *folder = test_data ("animal_specimens_rgb/images/cameratrapai");
  g_autofree char *plain = NULL, *turned = NULL;
  g_autoptr (PhenoImage) first = NULL, second = NULL;
  double sum = 0;

  if (folder == NULL)
    return;

  plain = g_build_filename (folder, "african_elephants.jpg", NULL);
  turned = g_build_filename (folder, "african_elephants_with_exif_orientation.jpg", NULL);
  first = pheno_reader_read (plain, 96, NULL);
  second = pheno_reader_read (turned, 96, NULL);
  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_cmpint (first->width, ==, second->width);
  g_assert_cmpint (first->height, ==, second->height);
  for (int i = 0; i < first->width * first->height * 3; i++)
    sum += ABS (((guint8 *) first->pixels)[i] - ((guint8 *) second->pixels)[i]);
  g_assert_cmpfloat (sum / (first->width * first->height * 3), <, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/photo/lossless-formats-agree", test_lossless_formats_agree);
  g_test_add_func ("/photo/alpha-is-the-mask", test_alpha_is_the_mask);
  g_test_add_func ("/photo/area-average-is-exact", test_area_average_is_exact);
  g_test_add_func ("/photo/hidden-colours-stay-hidden", test_hidden_colours_stay_hidden);
  g_test_add_func ("/photo/grey-is-three-equal-bands", test_grey_is_three_equal_bands);
  g_test_add_func ("/photo/palette-is-colours", test_palette_is_colours);
  g_test_add_func ("/photo/sixteen-bits-stay", test_sixteen_bits_stay);
  g_test_add_func ("/photo/every-orientation-is-upright",
                   test_every_orientation_is_upright);
  g_test_add_func ("/photo/header-knows-the-orientation",
                   test_header_knows_the_orientation);
  g_test_add_func ("/photo/cmyk-becomes-rgb", test_cmyk_becomes_rgb);
  g_test_add_func ("/photo/profiles-are-applied", test_profiles_are_applied);
  g_test_add_func ("/photo/files-cut-short-are-errors", test_files_cut_short_are_errors);
  g_test_add_func ("/photo/what-is-no-image-is-said", test_what_is_no_image_is_said);
  g_test_add_func ("/photo/content-decides-not-the-name",
                   test_content_decides_not_the_name);
  g_test_add_func ("/photo/measurements-are-no-photographs",
                   test_measurements_are_no_photographs);
  g_test_add_func ("/photo/saved-images-come-back", test_saved_images_come_back);
  g_test_add_func ("/photo/sizes-are-checked", test_sizes_are_checked);
  g_test_add_func ("/photo/real-pair-with-orientation", test_real_pair_with_orientation);

  return g_test_run ();
}
