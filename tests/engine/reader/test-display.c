/* test-display.c - pictures for eyes, and spectra of regions
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/reader/reader.h"
#include "tests/support/folder.h"

/* Values 0 to 99 in the first band, ten times these in the second, 7 in the third. */
static PhenoImage *
ramp (void)
{
  PhenoImage *image = pheno_image_new (10, 10, 3, PHENO_SAMPLE_UINT16, NULL);
  guint16 *pixels = image->pixels;

  for (int i = 0; i < 100; i++)
    {
      pixels[3 * i] = (guint16) i;
      pixels[3 * i + 1] = (guint16) (10 * i);
      pixels[3 * i + 2] = 7;
    }
  image->white = 255;
  return image;
}

static void
test_stretches (void)
{
  const int shown[3] = { 0, 1, 2 };
  g_autoptr (PhenoImage) image = ramp ();
  guint8 pixels[300];

  pheno_display_render (image, shown, PHENO_STRETCH_FULL, FALSE, pixels);
  g_assert_cmpint (pixels[3 * 42], ==, 42);
  g_assert_cmpint (pixels[3 * 42 + 1], ==, 255); /* 420 */
  g_assert_cmpint (pixels[3 * 42 + 2], ==, 7);

  /* Each colour from black to white, but the one that never changes. */
  pheno_display_render (image, shown, PHENO_STRETCH_BANDS, FALSE, pixels);
  g_assert_cmpint (pixels[0], ==, 0);
  g_assert_cmpint (pixels[3 * 99], ==, 255);
  g_assert_cmpint (ABS (pixels[3 * 50] - pixels[3 * 50 + 1]), <=, 3);
  g_assert_cmpint (ABS (pixels[3 * 50] - 128), <=, 5);

  /* All together: 99 is a tenth of the second's largest. */
  pheno_display_render (image, shown, PHENO_STRETCH_PERCENTILE, FALSE, pixels);
  g_assert_cmpint (pixels[3 * 99 + 1], ==, 255);
  g_assert_cmpint (pixels[3 * 99], <, 35);

  pheno_display_render (image, shown, PHENO_STRETCH_ROOT, FALSE, pixels);
  g_assert_cmpint (pixels[3 * 99], >, 70);
}

static void
test_mask (void)
{
  const int shown[3] = { 0, 0, 0 };
  g_autoptr (PhenoImage) image = ramp ();
  guint8 pixels[300];

  image->mask = g_malloc (100);
  memset (image->mask, 0, 100);
  image->mask[99] = 255;
  pheno_display_render (image, shown, PHENO_STRETCH_FULL, TRUE, pixels);
  g_assert_cmpint (pixels[3 * 99], ==, 99);
  g_assert_cmpint (pixels[3 * 98], <, 30);
  g_assert_cmpint (pixels[3 * 98 + 2], >, pixels[3 * 98]);
  pheno_display_render (image, shown, PHENO_STRETCH_FULL, FALSE, pixels);
  g_assert_cmpint (pixels[3 * 98], ==, 98);
}

/* A cube of 2 x 2 pixels and 5 bands from 350 to 750 nm. */
static char *
write_cube (const char *folder)
{
  const guint16 samples[2][5][2]
      = { { { 1, 2 }, { 10, 20 }, { 5, 5 }, { 7, 9 }, { 0, 0 } },
          { { 3, 4 }, { 30, 99 }, { 5, 5 }, { 7, 9 }, { 0, 0 } } };
  char *path = g_build_filename (folder, "cube.bil", NULL);
  g_autofree char *header = g_strconcat (path, ".hdr", NULL);

  g_assert_true (
      g_file_set_contents (path, (const char *) samples, sizeof samples, NULL));
  g_assert_true (g_file_set_contents (
      header,
      "ENVI\nsamples = 2\nlines = 2\nbands = 5\nheader offset = 0\ndata type = 12\n"
      "interleave = bil\nbyte order = 0\ndata ignore value = 99\n"
      "wavelength = {350,450,550,650,750}\nwavelength units = nm\n",
      -1, NULL));
  return path;
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("phenoscape-XXXXXX", NULL);
  g_autofree char *path = write_cube (folder);
  PhenoDisplayOptions options = { .bands = "1", .stretch = PHENO_STRETCH_PERCENTILE };
  g_autoptr (PhenoImage) picture = NULL, grey = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *pixels;

  picture = pheno_display_read (path, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (picture->bands, ==, 3);
  g_assert_cmpint (picture->type, ==, PHENO_SAMPLE_UINT8);

  grey = pheno_display_read (path, &options, 0, &error);
  g_assert_no_error (error);
  pixels = grey->pixels;
  g_assert_cmpint (pixels[0], ==, 0);
  g_assert_cmpint (pixels[9], ==, 255);
  g_assert_cmpint (pixels[9], ==, pixels[11]);

  g_clear_pointer (&grey, pheno_image_free);
  options.bands = "900nm";
  grey = pheno_display_read (path, &options, 0, &error);
  g_assert_null (grey);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

static void
test_spectra (void)
{
  g_autofree char *folder = g_dir_make_tmp ("phenoscape-XXXXXX", NULL);
  g_autofree char *path = write_cube (folder);
  g_autoptr (PhenoSource) source = pheno_source_open (path, NULL);
  const PhenoRegion pixel = { 1, 0, 1, 1 }, outside = { 2, 0, 1, 1 };
  g_autoptr (PhenoSpectrum) all = NULL, one = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  all = pheno_spectrum_read (source, NULL, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (all->n, ==, 5);
  g_assert_cmpuint (all->pixels, ==, 4);
  g_assert_cmpfloat_with_epsilon (all->mean[0], 2.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (all->deviation[0], sqrt (5 / 3.0), 1e-9);
  g_assert_cmpfloat_with_epsilon (all->mean[1], 20, 1e-9); /* 99 is no data */
  g_assert_cmpfloat_with_epsilon (all->deviation[1], 10, 1e-9);
  g_assert_cmpfloat (all->deviation[2], ==, 0);

  one = pheno_spectrum_read (source, &pixel, FALSE, &error);
  g_assert_cmpfloat (one->mean[3], ==, 9);
  g_assert_cmpfloat (one->deviation[3], ==, 0);
  none = pheno_spectrum_read (source, &outside, FALSE, &error);
  g_assert_null (none);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/display/stretches", test_stretches);
  g_test_add_func ("/display/mask-dims-the-background", test_mask);
  g_test_add_func ("/display/files", test_files);
  g_test_add_func ("/display/spectra-of-regions", test_spectra);
  return g_test_run ();
}
