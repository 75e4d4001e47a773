/* test-preparation.c - from the samples of files to the pixels that a network learns from
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/reader/reader.h"
#include "tests/support/folder.h"

typedef struct
{
  char *folder, *path;
} Files;

static void
set_up (Files *files, gconstpointer unused)
{
  files->folder = g_dir_make_tmp ("phenoscape-XXXXXX", NULL);
  files->path = g_build_filename (files->folder, "cube.bil", NULL);
}

static void
tear_down (Files *files, gconstpointer unused)
{
  g_autoptr (GDir) folder = g_dir_open (files->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (files->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (files->folder);
  g_free (files->folder);
  g_free (files->path);
}

/* A cube (height, bands, width) of ENVI's @type with more lines for its header. */
static void
write_cube (const char *path, const void *samples, gsize bytes, int width, int height,
            int bands, int type, const char *more)
{
  g_autofree char *header = g_strconcat (path, ".hdr", NULL);
  g_autofree char *text
      = g_strdup_printf ("ENVI\nsamples = %d\nlines = %d\nbands = %d\nheader offset = 0\n"
                         "data type = %d\ninterleave = bil\nbyte order = 0\n%s",
                         width, height, bands, type, more);

  g_assert_true (g_file_set_contents (path, samples, bytes, NULL));
  g_assert_true (g_file_set_contents (header, text, -1, NULL));
}

#define W 6
#define H 4
#define B 5

/* sample = 1000 band + 100 row + column, uint16 */
static void
write_plain (Files *files, const char *more)
{
  guint16 samples[H][B][W];

  for (int y = 0; y < H; y++)
    for (int b = 0; b < B; b++)
      for (int x = 0; x < W; x++)
        samples[y][b][x] = (guint16) (1000 * b + 100 * y + x);
  write_cube (files->path, samples, sizeof samples, W, H, B, 12, more);
}

static PhenoImage *
prepare (const PhenoPreparationOptions *options, const char *path, int side,
         PhenoSampleCounts *counts, GError **error)
{
  g_autoptr (PhenoPreparation) preparation = pheno_preparation_new (options, error);

  return preparation != NULL
             ? pheno_preparation_read (preparation, path, side, counts, error)
             : NULL;
}

/* The value that a pixel has after its levels. */
static double
value_at (const PhenoImage *image, int x, int y, int band)
{
  double sample
      = pheno_image_sample (image, ((gsize) y * image->width + x) * image->bands + band);
  double black = pheno_image_black (image, band);

  return (sample - black) / (pheno_image_white (image, band) - black);
}

static void
test_bands_and_type (Files *files, gconstpointer unused)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  PhenoSampleCounts counts;

  write_plain (files, "wavelength = {400,500,600,700,800}\n");
  options.bands = "5,2";
  options.radiometry = "type";
  image = prepare (&options, files->path, 0, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->bands, ==, 2);
  g_assert_cmpint (image->type, ==, PHENO_SAMPLE_UINT16);
  g_assert_cmpfloat (image->wavelengths_nm[0], ==, 800);
  g_assert_cmpstr (image->band_names[1], ==, "500 nm");
  g_assert_cmpuint (counts.samples, ==, W * H * 2);
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      {
        g_assert_cmpfloat_with_epsilon (value_at (image, x, y, 0),
                                        (4000 + 100 * y + x) / 65535.0, 1e-9);
        g_assert_cmpfloat_with_epsilon (value_at (image, x, y, 1),
                                        (1000 + 100 * y + x) / 65535.0, 1e-9);
      }
}

/* Each pixel of 3 x 2 is the mean of 2 x 2. */
static void
test_shrink (Files *files, gconstpointer unused)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  write_plain (files, "");
  image = prepare (&options, files->path, 2, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->width, ==, 3);
  g_assert_cmpint (image->height, ==, 2);
  /* 50.5 and its like are rounded up. */
  g_assert_cmpfloat (pheno_image_sample (image, 0), ==, 51);
  g_assert_cmpfloat (pheno_image_sample (image, (1 * 3 + 2) * B + 3), ==,
                     3000 + 250 + 4 + 1);
}

static void
test_percentile_levels (Files *files, gconstpointer unused)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_autoptr (PhenoLevels) levels = pheno_levels_new (B), again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  g_autofree char *text = NULL;

  write_plain (files, "");
  options.radiometry = "percentile";
  preparation = pheno_preparation_new (&options, &error);
  g_assert_cmpfloat (pheno_preparation_percentile (preparation), ==, 1);
  for (int b = 0; b < B; b++)
    {
      levels->black[b] = 1000 * b;
      levels->white[b] = 1000 * b + 300;
    }
  text = pheno_levels_to_text (levels);
  g_assert_true (g_str_has_prefix (text, "0:300 1000:1300 "));
  again = pheno_levels_from_text (text, &error);
  g_assert_no_error (error);
  pheno_preparation_set_levels (preparation, again);
  image = pheno_preparation_read (preparation, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  for (int b = 0; b < B; b++)
    g_assert_cmpfloat_with_epsilon (value_at (image, 5, 3, b), 305 / 300.0, 1e-9);

  g_clear_pointer (&again, pheno_levels_free);
  again = pheno_levels_from_text ("1:2 3:3", &error);
  g_assert_null (again);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

/* Negative numbers of signed integers stay what they are. */
static void
test_signed (Files *files, gconstpointer unused)
{
  const gint16 samples[4] = { -32768, -5, 0, 32767 };
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  write_cube (files->path, samples, sizeof samples, 2, 2, 1, 2, "");
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 4; i++)
    {
      g_assert_cmpfloat (image->origin + image->step * pheno_image_sample (image, i), ==,
                         samples[i]);
      g_assert_cmpfloat_with_epsilon (value_at (image, i % 2, i / 2, 0),
                                      samples[i] / 32767.0, 1e-9);
    }
}

static void
test_floats (Files *files, gconstpointer unused)
{
  const float samples[6] = { 1e-3f, 0.25f, 1234.5f, NAN, -INFINITY, -9999 };
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  PhenoSampleCounts counts;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  g_autofree char *sentence = NULL;
  double mean = (1e-3 + 0.25 + 1234.5) / 3;

  write_cube (files->path, samples, sizeof samples, 6, 1, 1, 4,
              "data ignore value = -9999\n");
  image = prepare (&options, files->path, 0, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->type, ==, PHENO_SAMPLE_FLOAT16);
  for (int i = 0; i < 6; i++)
    {
      double expected = i < 3 ? samples[i] : mean;

      g_assert_cmpfloat_with_epsilon (value_at (image, i, 0, 0), expected,
                                      fabs (expected) * 5e-4);
    }
  g_assert_cmpuint (counts.not_a_number, ==, 1);
  g_assert_cmpuint (counts.infinite, ==, 1);
  g_assert_cmpuint (counts.ignored, ==, 1);
  sentence = pheno_sample_counts_describe (&counts);
  g_assert_nonnull (strstr (sentence, "no numbers"));
}

static void
test_nothing_usable (Files *files, gconstpointer unused)
{
  const float samples[2] = { NAN, NAN };
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;

  write_cube (files->path, samples, sizeof samples, 2, 1, 1, 4, "");
  g_assert_null (prepare (&options, files->path, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

static void
test_saturation (Files *files, gconstpointer unused)
{
  const guint16 samples[6] = { 4095, 17, 4095, 4000, 4095, 0 };
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  PhenoSampleCounts counts;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  write_cube (files->path, samples, sizeof samples, 3, 2, 1, 12, "");
  image = prepare (&options, files->path, 0, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.saturated, ==, 3);
}

static void
test_reflectance (Files *files, gconstpointer unused)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  write_plain (files, "reflectance scale factor = 10000\n");
  options.radiometry = "reflectance";
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (value_at (image, 1, 2, 3), 0.3201, 1e-9);

  write_plain (files, "");
  g_assert_null (prepare (&options, files->path, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "radiometry=percentile"));
}

/* Four bands from 0 to 255 in one image. */
static void
test_image_range (Files *files, gconstpointer unused)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  write_plain (files, "");
  options.radiometry = "image";
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (value_at (image, 0, 0, 0), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (value_at (image, W - 1, H - 1, B - 1), 1, 1e-9);
}

/* Each column has a gain of its own, as the pixels of a line camera. */
static void
test_references (Files *files, gconstpointer unused)
{
  guint16 scene[H][1][W], white[2][1][W], dark[3][1][W];
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autofree char *white_path = g_build_filename (files->folder, "white.bil", NULL);
  g_autofree char *dark_path = g_build_filename (files->folder, "dark.bil", NULL);
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;

  for (int x = 0; x < W; x++)
    {
      guint16 gain = (guint16) (1000 + 100 * x), offset = (guint16) (10 * x);

      for (int y = 0; y < H; y++)
        scene[y][0][x] = (guint16) (offset + gain * y / 10);
      for (int y = 0; y < 2; y++)
        white[y][0][x] = (guint16) (offset + gain + (y == 0 ? 5 : -5));
      for (int y = 0; y < 3; y++)
        dark[y][0][x] = offset;
    }
  write_cube (files->path, scene, sizeof scene, W, H, 1, 12, "");
  write_cube (white_path, white, sizeof white, W, 2, 1, 12, "");
  write_cube (dark_path, dark, sizeof dark, W, 3, 1, 12, "");
  options.white_reference = "white.bil";
  options.dark_reference = dark_path;
  options.reference_reflectance = 0.5;
  preparation = pheno_preparation_new (&options, &error);
  g_assert_no_error (error);
  g_assert_true (pheno_preparation_is_reference (preparation, white_path));
  g_assert_true (pheno_preparation_is_reference (preparation, dark_path));
  g_assert_false (pheno_preparation_is_reference (preparation, files->path));
  image = pheno_preparation_read (preparation, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      g_assert_cmpfloat_with_epsilon (value_at (image, x, y, 0), 0.05 * y, 2e-4);

  /* The brightest corner as its own standard. */
  g_clear_pointer (&image, pheno_image_free);
  options.white_reference = "region:5,3,1,1";
  options.dark_reference = "none";
  options.reference_reflectance = 1;
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (value_at (image, 0, 3, 0), 300 / 500.0, 1e-3);

  g_clear_pointer (&image, pheno_image_free);
  options.white_reference = dark_path;
  options.dark_reference = white_path;
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_null (image);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

/* A mask of 0 and 1 as the last band; the rest of the band's values are data. */
static void
test_mask_band (Files *files, gconstpointer unused)
{
  guint16 samples[H][2][W];
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL, filled = NULL, inverted = NULL, grey = NULL;

  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      {
        samples[y][0][x] = (guint16) (100 + x);
        samples[y][1][x] = x >= 2 && x < 4 && y >= 1 && y < 3;
      }
  write_cube (files->path, samples, sizeof samples, W, H, 2, 12,
              "band names = { light, Mask }\n");
  image = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->bands, ==, 1);
  g_assert_nonnull (image->mask);
  g_assert_cmpint (image->mask[1 * W + 2], ==, 255);
  g_assert_cmpint (image->mask[0], ==, 0);

  options.mask = "band:2";
  options.fill = "mean";
  options.crop = "specimen";
  filled = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (filled->width, ==, 4);
  g_assert_cmpint (filled->height, ==, 4);
  g_assert_cmpfloat (pheno_image_sample (filled, 0), ==, 103); /* 102.5 */
  g_assert_cmpfloat (pheno_image_sample (filled, 1 * 4 + 1), ==, 102);

  options.mask = "inverted:band:Mask";
  options.crop = "none";
  options.fill = "zero";
  inverted = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pheno_image_sample (inverted, 1 * W + 2), ==, 0);
  g_assert_cmpfloat (pheno_image_sample (inverted, 0), ==, 100);

  options.fill = "grey";
  grey = prepare (&options, files->path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (pheno_image_sample (grey, 1 * W + 2),
                                  (grey->black + grey->white) / 2, 0.51);
  g_assert_cmpfloat (pheno_image_sample (grey, 0), ==, 100);

  options.mask = "band:3";
  g_assert_null (prepare (&options, files->path, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);

  memset (samples, 0, sizeof samples);
  write_cube (files->path, samples, sizeof samples, W, H, 2, 12, "");
  options.mask = "band:2";
  g_assert_null (prepare (&options, files->path, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

/* A photograph on a blue card, and one with a mask beside it. */
static void
test_mask_of_photographs (Files *files, gconstpointer unused)
{
  g_autoptr (PhenoImage) photograph = pheno_image_new (8, 4, 3, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (PhenoImage) drawn = pheno_image_new (8, 4, 3, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (PhenoImage) by_colour = NULL, by_file = NULL;
  g_autofree char *path = g_build_filename (files->folder, "wing.png", NULL);
  g_autofree char *mask = g_build_filename (files->folder, "wing-mask.png", NULL);
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  guint8 *pixels = photograph->pixels;

  for (int i = 0; i < 32; i++)
    {
      gboolean inside = i % 8 >= 4;

      pixels[3 * i] = inside ? 200 : 0;
      pixels[3 * i + 1] = inside ? 180 : 10;
      pixels[3 * i + 2] = inside ? 20 : 250;
      memset ((guint8 *) drawn->pixels + 3 * i, i % 8 < 2 ? 1 : 0, 3);
    }
  g_assert_true (pheno_image_save (photograph, path, NULL));
  g_assert_true (pheno_image_save (drawn, mask, NULL));
  options.mask = "colour:#0000ff";
  by_colour = prepare (&options, path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (by_colour->mask[0], ==, 0);
  g_assert_cmpint (by_colour->mask[7], ==, 255);
  g_assert_cmpint (by_colour->type, ==, PHENO_SAMPLE_UINT8);
  g_assert_cmpfloat_with_epsilon (value_at (by_colour, 7, 0, 0), 200 / 255.0, 1e-9);

  options.mask = "file:{name}-mask.png";
  options.bands = "1";
  by_file = prepare (&options, path, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (by_file->bands, ==, 1);
  g_assert_cmpint (by_file->mask[1], ==, 255);
  g_assert_cmpint (by_file->mask[2], ==, 0);

  options.mask = "file:{name}-no.png";
  g_assert_null (prepare (&options, path, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
}

static void
test_settings (void)
{
  const struct
  {
    const char *setting, *good, *bad;
  } cases[] = { { "bands", "pca:3", "best:3" },
                { "radiometry", "percentile:0.5", "percentile:50" },
                { "radiometry", "image", "picture" },
                { "mask", "colour:#aabbcc:0.2", "colour:red" },
                { "mask", "inverted:file:m/{name}.png", "inverted:auto" },
                { "fill", "grey", "red" },
                { "crop", "specimen", "yes" },
                { "white-reference", "region:0,0,5,5", "region:0,0,5" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s, %s", cases[i].good, cases[i].bad);
      g_assert_true (pheno_preparation_check (cases[i].setting, cases[i].good, &error));
      g_assert_no_error (error);
      g_assert_false (pheno_preparation_check (cases[i].setting, cases[i].bad, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_assert_nonnull (strstr (error->message, cases[i].bad));
    }
}

/* The real cubes of a corn kernel with white and dark references of the same camera. */
static void
test_corn_kernel (void)
{
  g_autofree char *folder = test_data ("hyperspectral_corn_kernel_envi");
  g_autofree char *path = NULL;
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  PhenoSampleCounts counts;

  if (folder == NULL)
    return;
  path = g_build_filename (folder, "4-22-22_right_same_B73_top_00.raw", NULL);
  options.bands = "450nm,550nm,650nm,900nm";
  options.white_reference = "white_reference_crop.raw";
  options.dark_reference = "dark_reference_crop.raw";
  image = prepare (&options, path, 0, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->width, ==, 43);
  g_assert_cmpint (image->height, ==, 31);
  g_assert_cmpuint (counts.not_a_number, ==, 0);
  for (int band = 0; band < 4; band++)
    {
      double mean = 0;

      for (int i = 0; i < 43 * 31; i++)
        mean += value_at (image, i % 43, i / 43, band) / (43 * 31);
      g_assert_cmpfloat (mean, >, 0);
      g_assert_cmpfloat (mean, <, 1.2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/preparation/" path, Files, NULL, set_up, function, tear_down)
  ADD ("bands-in-the-order-asked-for", test_bands_and_type);
  ADD ("shrinks-by-areas", test_shrink);
  ADD ("levels-of-each-band", test_percentile_levels);
  ADD ("negative-integers", test_signed);
  ADD ("floats-and-what-is-none", test_floats);
  ADD ("nothing-usable", test_nothing_usable);
  ADD ("saturation-of-twelve-bits", test_saturation);
  ADD ("reflectance", test_reflectance);
  ADD ("range-of-the-image", test_image_range);
  ADD ("white-and-dark-references", test_references);
  ADD ("mask-as-a-band", test_mask_band);
  ADD ("mask-by-colour-and-file", test_mask_of_photographs);
  g_test_add_func ("/preparation/settings", test_settings);
  g_test_add_func ("/preparation/corn-kernel", test_corn_kernel);
  return g_test_run ();
}
