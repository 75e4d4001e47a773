/* test-bands.c - what a run makes of images with many bands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "engine/training/material.h"
#include "tests/engine/training/small-run.h"

#define CUBES 4
#define BANDS 6
#define PIXELS 40 /* a side; not made smaller for views of 32 */

static guint16
sample_of (int cube, int y, int x, int band)
{
  return (guint16) (100 * band + 50 * cube + y + (x * 7 + y * 3) % 11);
}

/* Unnamed bands, the last of which is 0 and 1 where @masked. */
static void
write_stacks (const char *folder, gboolean masked)
{
  g_autofree guint16 *samples = g_new (guint16, PIXELS * BANDS * PIXELS);

  for (int cube = 0; cube < CUBES; cube++)
    {
      g_autofree char *name = g_strdup_printf ("stack-%d.bil", cube);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *header_path = g_strconcat (path, ".hdr", NULL);
      g_autofree char *header
          = g_strdup_printf ("ENVI\nsamples = %d\nlines = %d\nbands = %d\nheader offset "
                             "= 0\ndata type = 12\n"
                             "interleave = bil\nbyte order = 0\n",
                             PIXELS, PIXELS, BANDS);
      guint16 *to = samples;

      for (int y = 0; y < PIXELS; y++)
        for (int band = 0; band < BANDS; band++)
          for (int x = 0; x < PIXELS; x++)
            *to++ = masked && band == BANDS - 1 ? x > 10 && y > 10
                                                : sample_of (cube, y, x, band);
      g_assert_true (g_file_set_contents (path, (const char *) samples,
                                          PIXELS * BANDS * PIXELS * 2, NULL));
      g_assert_true (g_file_set_contents (header_path, header, -1, NULL));
    }
}

static PhenoMaterial *
prepare (Fixture *fixture, const char *const *settings, PhenoRun **run, GError **error)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "stacks", NULL);

  *run = make_run (folder, 1);
  for (; settings != NULL && *settings != NULL; settings++)
    g_assert_true (pheno_run_set (*run, *settings, NULL));
  return pheno_material_new (*run, fixture->run_folder, NULL, NULL, NULL, error);
}

static char *
make_stacks (Fixture *fixture, gboolean masked)
{
  char *folder = g_build_filename (fixture->folder, "stacks", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  write_stacks (folder, masked);
  return folder;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return *(const guint16 *) a - *(const guint16 *) b;
}

/* numpy's quantile() of all samples of a band. */
static double
quantile (int band, double share)
{
  const int n = CUBES * PIXELS * PIXELS;
  g_autofree guint16 *all = g_new (guint16, n);
  double place = share * (n - 1);
  int i = 0, below = (int) place;

  for (int cube = 0; cube < CUBES; cube++)
    for (int y = 0; y < PIXELS; y++)
      for (int x = 0; x < PIXELS; x++)
        all[i++] = sample_of (cube, y, x, band);
  qsort (all, n, sizeof *all, compare_values);
  return all[below] + (place - below) * (all[below + 1] - all[below]);
}

static void
test_percentiles (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = make_stacks (fixture, FALSE);
  g_autoptr (PhenoRun) run = NULL, again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = prepare (fixture, NULL, &run, &error);
  g_autoptr (PhenoLevels) levels = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (material->n, ==, CUBES);
  g_assert_cmpint (material->bands, ==, BANDS);
  g_assert_cmpstr (run->modality, ==, "multispectral");
  g_assert_cmpstr (run->radiometry, ==, "percentile");
  g_assert_cmpstr (run->mask, ==, "auto");
  levels = pheno_levels_from_text (run->levels, &error);
  g_assert_no_error (error);
  for (int band = 0; band < BANDS; band++)
    {
      g_assert_cmpfloat_with_epsilon (levels->black[band], quantile (band, 0.01), 1e-6);
      g_assert_cmpfloat_with_epsilon (levels->white[band], quantile (band, 0.99), 1e-6);
      g_assert_cmpfloat_with_epsilon (pheno_image_white (material->images[1], band),
                                      levels->white[band], 1e-9);
    }

  /* Whoever has run.ini has the levels. */
  text = pheno_run_to_text (run);
  again = pheno_run_parse (text, "run.ini", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->levels, ==, run->levels);
}

static void
test_last_band_is_mask (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *folder = make_stacks (fixture, TRUE);
  g_autoptr (PhenoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = prepare (fixture, NULL, &run, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (run->mask, ==, "band:6");
  g_assert_cmpint (material->bands, ==, BANDS - 1);
  g_assert_nonnull (material->images[0]->mask);
  g_assert_cmpint (material->images[0]->mask[11 * PIXELS + 11], ==, 255);
}

static void
test_important_bands (Fixture *fixture, gconstpointer unused)
{
  static const char *const settings[] = { "collection.bands=pca:2", NULL };
  g_autofree char *folder = make_stacks (fixture, FALSE);
  g_autoptr (PhenoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = prepare (fixture, settings, &run, &error);

  g_assert_no_error (error);
  g_assert_cmpint (material->bands, ==, 2);
  g_assert_false (g_str_has_prefix (run->bands, "pca:"));
}

/* The bands of a view depend on what it is of, and on nothing else. */
static void
test_random_bands (Fixture *fixture, gconstpointer unused)
{
  static const char *const settings[]
      = { "augment.recipe=none", "collection.bands=random:2", NULL };
  g_autofree char *folder = make_stacks (fixture, FALSE);
  g_autoptr (PhenoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = prepare (fixture, settings, &run, &error);
  const gsize count = 2 * 32 * 32;
  float first[2 * CUBES * 2 * 32 * 32], again[2 * CUBES * 2 * 32 * 32];
  guint others = 0;

  g_assert_no_error (error);
  g_assert_cmpint (material->bands, ==, 2);
  g_assert_cmpint (material->images[0]->bands, ==, BANDS);
  pheno_views_draw (run->recipe, material->images, material->numbers, CUBES, 1, 0, 32, 2,
                    2, first);
  pheno_views_draw (run->recipe, material->images, material->numbers, CUBES, 1, 0, 32, 2,
                    1, again);
  g_assert_cmpmem (first, sizeof first, again, sizeof again);
  for (guint i = 0; i < CUBES; i++)
    others
        += memcmp (first + i * count, first + (CUBES + i) * count, count * sizeof (float))
           != 0;
  g_assert_cmpuint (others, >, 0);
  g_assert_cmpint (pheno_run_input_bands (run, BANDS), ==, 2);
}

static void
test_two_kinds (Fixture *fixture, gconstpointer unused)
{
  static const char *const settings[] = { "collection.modality=rgb", NULL };
  g_autofree char *folder = make_stacks (fixture, FALSE);
  g_autoptr (PhenoRun) run = NULL, chosen = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = NULL;

  add_photographs (folder, 0, 3);
  material = prepare (fixture, NULL, &run, &error);
  g_assert_null (material);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "3 photographs, 4 multispectral"));
  g_assert_nonnull (strstr (error->message, "modality="));
  g_clear_error (&error);

  material = prepare (fixture, settings, &chosen, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (material->n, ==, 3);
  g_assert_cmpuint (material->left_out->len, ==, CUBES);
  g_assert_cmpstr (chosen->radiometry, ==, "type");
  g_assert_cmpstr (chosen->levels, ==, "auto");
}

static void
test_limit (Fixture *fixture, gconstpointer unused)
{
  static const char *const settings[] = { "collection.cache-limit=0.00001", NULL };
  g_autofree char *folder = make_stacks (fixture, FALSE);
  g_autoptr (PhenoRun) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMaterial) material = prepare (fixture, settings, &run, &error);

  g_assert_null (material);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "cache-limit"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/bands/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("percentiles-over-the-collection", test_percentiles);
  ADD ("a-last-band-of-two-values-is-the-mask", test_last_band_is_mask);
  ADD ("important-bands-become-numbers", test_important_bands);
  ADD ("random-bands-of-each-view", test_random_bands);
  ADD ("two-kinds-of-image-need-a-choice", test_two_kinds);
  ADD ("limit-of-the-cache", test_limit);
  return g_test_run ();
}
