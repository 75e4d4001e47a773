/* test-meter.c - spectra, strengths, distances, and two recipes side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "tests/engine/augment/picture.h"
#include "tests/support/folder.h"

static void
test_spectrum (void)
{
  g_autoptr (PhenoRecipe) recipe
      = recipe_from ("[augment.gamma]\nprobability=1\ngamma=2;2\n[augment.normalise]\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (8, 3);
  guint8 pixels[3] = { 51, 102, 255 }; /* 0.2, 0.4, 1 */
  PhenoImage image
      = { .width = 1, .height = 1, .bands = 3, .pixels = pixels, .white = 255 };
  float before[3], after[3];

  pheno_augment_spectrum (recipe, &image, (PhenoViewKey){ 0 }, 8, scratch, before, after);
  g_assert_cmpfloat_with_epsilon (before[0], 0.2, 1e-6);
  g_assert_cmpfloat_with_epsilon (before[2], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[0], 0.04, 1e-6);
  g_assert_cmpfloat_with_epsilon (after[1], 0.16, 1e-6);
}

static void
test_fewer_bands (void)
{
  guint8 pixels[5] = { 0, 51, 102, 153, 255 };
  double nm[5] = { 400, 410, 420, 430, 440 };
  PhenoImage image = { .width = 1,
                       .height = 1,
                       .bands = 5,
                       .pixels = pixels,
                       .white = 255,
                       .wavelengths_nm = nm };
  g_autoptr (PhenoImage) fewer = pheno_augment_fewer_bands (&image, 2, NULL);
  g_autoptr (PhenoImage) same = pheno_augment_fewer_bands (&image, 9, NULL);

  g_assert_cmpint (fewer->bands, ==, 2);
  g_assert_cmpfloat_with_epsilon (((float *) fewer->pixels)[0], 0.1, 1e-6);
  g_assert_cmpfloat_with_epsilon (fewer->wavelengths_nm[1], 430, 1e-6);
  g_assert_cmpint (same->bands, ==, 5);
  g_assert_cmpfloat_with_epsilon (((float *) same->pixels)[3], 0.6, 1e-6);
}

static void
test_strength (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRecipe) strong
      = pheno_recipe_at_strength (recipe, "gaussian-blur", "sigma", 1, &error);
  g_autofree char *sigma = NULL, *probability = NULL;
  g_autoptr (PhenoImage) strip = NULL;
  PhenoImage image = noise (40, 40, 3, 1);

  g_assert_no_error (error);
  sigma = pheno_recipe_get (strong, "gaussian-blur", "sigma");
  probability = pheno_recipe_get (strong, "gaussian-blur", "probability");
  g_assert_cmpstr (sigma, ==, "5;5");
  g_assert_cmpstr (probability, ==, "1");

  strip = pheno_augment_strip (recipe, &image, (PhenoViewKey){ 0 }, "rotation", "degrees",
                               5, 16, &error);
  g_assert_no_error (error);
  g_assert_cmpint (strip->width, ==, 5 * 20 + 4);
  g_assert_cmpint (strip->height, ==, 24);

  g_assert_null (pheno_recipe_at_strength (recipe, "rotation", "outside", 1, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_null (pheno_recipe_at_strength (recipe, "rotation", "degree", 1, &error));
  g_assert_nonnull (strstr (error->message, "Did you mean “degrees”?"));
  g_clear_error (&error);
  g_assert_null (pheno_recipe_at_strength (recipe, "rotatoin", "degrees", 1, &error));
  g_assert_nonnull (strstr (error->message, "Did you mean “rotation”?"));
  g_free (image.pixels);
}

/* Two images on a line at 0 and 1, views 0.1 apart: own 0.1, others 1.1 and 0.9. */
static void
test_spread (void)
{
  const float near[4] = { 0, 1, 0.1f, 1.1f }, mixed[4] = { 0, 1, 1.1f, 0.1f };
  PhenoViewSpread spread;

  pheno_view_spread (near, 2, 1, FALSE, &spread);
  g_assert_cmpfloat_with_epsilon (spread.within, 0.1, 1e-6);
  g_assert_cmpfloat_with_epsilon (spread.between, 1.0, 1e-6);
  g_assert_cmpfloat (spread.found, ==, 1);
  pheno_view_spread (mixed, 2, 1, FALSE, &spread);
  g_assert_cmpfloat_with_epsilon (spread.within, 1.0, 1e-6);
  g_assert_cmpfloat (spread.found, ==, 0);
  pheno_view_spread (near, 1, 1, FALSE, &spread);
  g_assert_true (isnan (spread.between) && isnan (spread.found));
}

static void
test_compare (void)
{
  g_autoptr (PhenoRecipe) simclr = pheno_recipe_load ("simclr", NULL);
  g_autoptr (PhenoRecipe) changed = pheno_recipe_copy (simclr);
  g_autoptr (GPtrArray) none = pheno_recipe_compare (simclr, changed);
  g_autoptr (GPtrArray) some = NULL;
  const PhenoRecipeDifference *difference;

  g_assert_cmpuint (none->len, ==, 0);
  pheno_recipe_set (changed, "colour-jitter", "hue", "0.05", NULL);
  pheno_recipe_set (changed, "rotation", "enabled", "true", NULL);
  pheno_recipe_set (changed, "gamma", "gain", "1;2", NULL); /* off in both */
  some = pheno_recipe_compare (simclr, changed);
  g_assert_cmpuint (some->len, ==, 2);
  difference = some->pdata[0];
  g_assert_cmpstr (difference->operation->name, ==, "rotation");
  g_assert_cmpstr (difference->key, ==, "enabled");
  difference = some->pdata[1];
  g_assert_cmpstr (difference->key, ==, "hue");
  g_assert_cmpstr (difference->one, ==, "0.2");
  g_assert_cmpstr (difference->other, ==, "0.05");
}

static void
test_save (void)
{
  static const struct
  {
    const char *name, *begins;
  } files[]
      = { { "sheet.png", "\x89PNG" }, { "sheet.pdf", "%PDF" }, { "sheet.svg", "<?xml" } };
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("colour", NULL);
  PhenoImage image = noise (40, 40, 3, 1);
  g_autoptr (PhenoImage) sheet = pheno_augment_sheet (recipe, &image, 1, 3, 16, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i].name, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (pheno_augment_sheet_save (sheet, path, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_true (g_str_has_prefix (text, files[i].begins));
    }
  g_free (image.pixels);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/meter/spectrum-before-and-after", test_spectrum);
  g_test_add_func ("/augment/meter/fewer-bands", test_fewer_bands);
  g_test_add_func ("/augment/meter/strength", test_strength);
  g_test_add_func ("/augment/meter/spread", test_spread);
  g_test_add_func ("/augment/meter/recipes-differ", test_compare);
  g_test_add_func ("/augment/meter/sheet-as-png-pdf-svg", test_save);
  return g_test_run ();
}
