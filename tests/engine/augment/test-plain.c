/* test-plain.c - the view that is embedded
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/augment/picture.h"

/* The plain view: a wide image between bars of the colour that most of its border has,
 * whatever lies in the middle or touches the border here and there. */
static void
test_plain (void)
{
  static guint8 pixels[40 * 80 * 3];
  g_autoptr (PhenoRecipe) recipe
      = recipe_from ("[augment.normalise]\nmean=0.5\nstd=0.25\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (20, 3);
  PhenoImage image
      = { .width = 80, .height = 40, .bands = 3, .pixels = pixels, .white = 255 };
  float view[3 * 20 * 20];

  for (int i = 0; i < 40 * 80; i++)
    {
      int x = i % 80, y = i / 80;
      gboolean label = x < 30 && y<8, wing = x> 20 && x < 60 && y > 10 && y < 30;

      pixels[3 * i] = label ? 0 : (wing ? 255 : 204);
      pixels[3 * i + 1] = label ? 0 : (wing ? 10 : 102);
      pixels[3 * i + 2] = label ? 0 : (wing ? 90 : 51);
    }
  pheno_augment_plain (recipe, &image, 20, scratch, view);
  for (int band = 0; band < 3; band++)
    for (int y = 0; y < 20; y++)
      if (y < 5 || y >= 15)
        {
          static const float card[] = { 0.8f, 0.4f, 0.2f };

          for (int x = 0; x < 20; x++)
            g_assert_cmpfloat_with_epsilon (view[(band * 20 + y) * 20 + x],
                                            (card[band] - 0.5f) / 0.25f, 1e-5);
        }
  g_assert_cmpfloat_with_epsilon (view[10 * 20 + 10], (1 - 0.5) / 0.25, 1e-5);
  g_assert_cmpfloat_with_epsilon (view[5 * 20], (0 - 0.5) / 0.25, 1e-5);
}

/* The background of 16-bit and float images, against a sorted border. */
static void
test_background_of_words (void)
{
  static guint16 pixels[9 * 3];
  g_autoptr (PhenoRecipe) recipe = recipe_from ("[augment.resize-and-pad]\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (9, 1);
  PhenoImage image = { .width = 9,
                       .height = 3,
                       .bands = 1,
                       .type = PHENO_SAMPLE_UINT16,
                       .pixels = pixels,
                       .white = 1000 };
  float view[9 * 9];

  for (int i = 0; i < 27; i++)
    pixels[i] = i % 3 == 0 ? 100 : (i % 3 == 1 ? 700 : 250);
  pheno_augment (recipe, &image, (PhenoViewKey){ 0 }, 9, scratch, view);
  /* of 24 border samples, corners twice, 8 are 100, 8 are 250 and 8 are 700 */
  g_assert_cmpfloat_with_epsilon (view[0], 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (view[8 * 9 + 4], 0.25, 1e-6);
}

/* A real photograph: its letterbox has the median colour of its border. */
static void
test_photograph (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("PHENO_TEST_DATA") ?: "",
                                              "heliconius_wings_rgb", "images", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (64, 3);
  const char *name = files != NULL ? g_dir_read_name (files) : NULL;
  g_autofree char *path = name != NULL ? g_build_filename (folder, name, NULL) : NULL;
  g_autoptr (PhenoImage) image = NULL;
  g_autoptr (GError) error = NULL;
  float view[3 * 64 * 64];

  if (path == NULL)
    {
      g_autofree char *words = g_strdup_printf ("there are no photographs in %s", folder);

      g_test_skip (words);
      return;
    }
  image = pheno_reader_read (path, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->type, ==, PHENO_SAMPLE_UINT8);
  g_assert_cmpint (image->width, >, image->height); /* so that there are bars */

  pheno_augment_plain (recipe, image, 64, scratch, view);
  for (int band = 0; band < 3; band++)
    {
      float level = view[band * 4096] * 255;
      guint below = 0, above = 0, n = 0;

      for (int i = 0; i < image->width * image->height; i++)
        {
          int x = i % image->width, y = i / image->width;
          int value = ((guint8 *) image->pixels)[3 * i + band];

          if (x > 0 && y > 0 && x < image->width - 1 && y < image->height - 1)
            continue;
          n++;
          below += value < level - 0.5f;
          above += value > level + 0.5f;
        }
      g_assert_cmpuint (2 * below, <=, n + 4);
      g_assert_cmpuint (2 * above, <=, n + 4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/plain/stands-on-its-background", test_plain);
  g_test_add_func ("/augment/plain/background-of-16-bits", test_background_of_words);
  g_test_add_func ("/augment/plain/photograph", test_photograph);
  return g_test_run ();
}
