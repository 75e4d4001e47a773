/* test-bands.c - prepared bands: kept as they were prepared, and made again when they are
 * to be others
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/cache/cache.h"
#include "tests/support/folder.h"

#include <math.h>

#define SIDE 5
#define BANDS 3
#define CUBES 3

/* Floats of very different sizes, one of them none. */
static void
write_cubes (const char *folder)
{
  for (int cube = 0; cube < CUBES; cube++)
    {
      float samples[SIDE][BANDS][SIDE];
      g_autofree char *name = g_strdup_printf ("cube-%d.bil", cube);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *header = g_strconcat (path, ".hdr", NULL);
      g_autofree char *text = g_strdup_printf (
          "ENVI\nsamples = %d\nlines = %d\nbands = %d\nheader offset = 0\ndata type = 4\n"
          "interleave = bil\nbyte order = 0\nwavelength = {400,500,600}\n"
          "wavelength units = nm\n",
          SIDE, SIDE, BANDS);

      for (int y = 0; y < SIDE; y++)
        for (int band = 0; band < BANDS; band++)
          for (int x = 0; x < SIDE; x++)
            samples[y][band][x] = (float) (pow (10, band) * (1 + 0.1 * x + y + cube));
      samples[2][1][2] = cube == 1 ? NAN : samples[2][1][2];
      g_assert_true (
          g_file_set_contents (path, (const char *) samples, sizeof samples, NULL));
      g_assert_true (g_file_set_contents (header, text, -1, NULL));
    }
}

static PhenoCollection *
scan (const char *root)
{
  const char *const roots[] = { root, NULL };
  PhenoScanOptions options = { .species = "folder" };

  return pheno_collection_scan (roots, &options, NULL, NULL, NULL, NULL);
}

static PhenoCache *
open_cache (PhenoCollection *collection, const char *path, const char *bands)
{
  PhenoPreparationOptions settings = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (PhenoPreparation) preparation = NULL;
  PhenoCacheOptions options = { .path = path, .shorter_side = 8, .threads = 2 };
  g_autoptr (GError) error = NULL;
  PhenoCache *cache;

  settings.bands = bands;
  options.preparation = preparation = pheno_preparation_new (&settings, &error);
  cache
      = pheno_cache_open (collection->records, &options, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pheno_cache_length (cache), ==, CUBES);
  return cache;
}

static double
sample_at (const PhenoImage *image, int x, int y, int band)
{
  return image->origin
         + image->step
               * pheno_image_sample (image, ((gsize) y * SIDE + x) * image->bands + band);
}

static void
test_kept (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = NULL;

  write_cubes (folder);
  collection = scan (folder);
  for (int round = 0; round < 2; round++) /* made, and from the disk */
    {
      g_autoptr (PhenoCache) cache = open_cache (collection, path, "all");
      g_autoptr (PhenoLevels) levels = NULL;
      const PhenoImage *image = pheno_cache_image (cache, 2);

      g_assert_cmpint (image->type, ==, PHENO_SAMPLE_FLOAT16);
      g_assert_cmpstr (image->band_names[1], ==, "500 nm");
      g_assert_cmpfloat (image->wavelengths_nm[2], ==, 600);
      for (int band = 0; band < BANDS; band++)
        {
          double expected = pow (10, band) * (1 + 0.3 + 4 + 2);

          g_assert_cmpfloat_with_epsilon (sample_at (image, 3, 4, band), expected,
                                          expected * 5e-4);
        }
      g_assert_cmpuint (pheno_cache_counts (cache, 0)->not_a_number, ==, 0);
      g_assert_cmpuint (pheno_cache_counts (cache, 1)->not_a_number, ==, 1);
      g_assert_cmpuint (pheno_cache_counts (cache, 1)->samples, ==, SIDE * SIDE * BANDS);

      /* The least is 1, the largest 7.4 times the power of ten. */
      levels = pheno_cache_percentiles (cache, 0, NULL, NULL);
      for (int band = 0; band < BANDS; band++)
        {
          g_assert_cmpfloat_with_epsilon (levels->black[band], pow (10, band),
                                          pow (10, band) * 0.01);
          g_assert_cmpfloat_with_epsilon (levels->white[band], 7.4 * pow (10, band),
                                          pow (10, band) * 0.1);
        }
      pheno_cache_set_levels (cache, levels);
      g_assert_cmpfloat_with_epsilon (image->origin
                                          + image->step * pheno_image_white (image, 2),
                                      levels->white[2], 1e-6);
    }
  test_folder_remove (folder);
}

static void
test_other_bands (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "prepared.h5", NULL);
  g_autoptr (PhenoCollection) collection = NULL;
  g_autoptr (PhenoCache) all = NULL, some = NULL;

  write_cubes (folder);
  collection = scan (folder);
  all = open_cache (collection, path, "all");
  g_assert_cmpint (pheno_cache_image (all, 0)->bands, ==, 3);
  g_clear_pointer (&all, pheno_cache_free);
  some = open_cache (collection, path, "600nm,400nm");
  g_assert_cmpint (pheno_cache_image (some, 0)->bands, ==, 2);
  g_assert_cmpfloat_with_epsilon (sample_at (pheno_cache_image (some, 0), 0, 0, 0), 100,
                                  0.05);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache-bands/kept-with-counts-and-levels", test_kept);
  g_test_add_func ("/cache-bands/other-bands-are-made-again", test_other_bands);
  return g_test_run ();
}
