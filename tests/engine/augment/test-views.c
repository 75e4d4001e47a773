/* test-views.c - views as a whole, right at the edges
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "tests/engine/augment/picture.h"

/* The same picture in 8 bits, 16 bits and float, with other ends of the range, gives the
 * same view. */
static void
test_types (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("colour", NULL);
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (32, 3);
  PhenoImage bytes = noise (70, 80, 3, 2), words = bytes, floats = bytes;
  gsize count = 70 * 80 * 3;
  g_autofree guint16 *word = g_new (guint16, count);
  g_autofree float *number = g_new (float, count);
  float view[3][3 * 32 * 32];

  for (gsize i = 0; i < count; i++)
    {
      guint8 value = ((guint8 *) bytes.pixels)[i];

      word[i] = (guint16) (1000 + 200 * value);
      number[i] = -1 + 2 * (value / 255.0f);
    }
  words.type = PHENO_SAMPLE_UINT16;
  words.pixels = word;
  words.black = 1000;
  words.white = 52000;
  floats.type = PHENO_SAMPLE_FLOAT32;
  floats.pixels = number;
  floats.black = -1;
  floats.white = 1;
  for (guint32 key = 0; key < 10; key++)
    {
      PhenoViewKey view_key = { .seed = key };

      pheno_augment (recipe, &bytes, view_key, 32, scratch, view[0]);
      pheno_augment (recipe, &words, view_key, 32, scratch, view[1]);
      pheno_augment (recipe, &floats, view_key, 32, scratch, view[2]);
      for (guint i = 0; i < 3 * 32 * 32; i++)
        {
          g_assert_cmpfloat_with_epsilon (view[1][i], view[0][i], 1e-4);
          g_assert_cmpfloat_with_epsilon (view[2][i], view[0][i], 1e-4);
        }
    }
  g_free (bytes.pixels);
}

/* A chequered board of single pixels, seen at a fifth of its size, is grey: bilinear
 * sampling alone would show squares that are not there. */
static void
test_antialias (void)
{
  static const char *const recipes[] = {
    "[augment.resized-crop]\nscale=1;1\nratio=1;1\n",
    "[augment.resize-and-pad]\n",
    "[augment.resized-crop]\nscale=1;1\nratio=1;1\n[augment.rotation]\nprobability=1\n"
    "degrees=45\noutside=edge\n",
  };
  static guint8 board[200 * 200 * 3];
  PhenoImage image
      = { .width = 200, .height = 200, .bands = 3, .pixels = board, .white = 255 };

  for (int i = 0; i < 200 * 200 * 3; i++)
    board[i] = ((i / 3) % 200 + (i / 3) / 200) % 2 ? 255 : 0;
  for (guint r = 0; r < G_N_ELEMENTS (recipes); r++)
    {
      g_autoptr (PhenoRecipe) recipe = recipe_from (recipes[r]);
      g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (40, 3);
      float view[3 * 40 * 40];

      pheno_augment (recipe, &image, (PhenoViewKey){ 1, 0, 0, 0 }, 40, scratch, view);
      for (int y = 2; y < 38; y++)
        for (int x = 2; x < 38; x++)
          g_assert_cmpfloat_with_epsilon (view[y * 40 + x], 0.5, 0.03);
    }
}

/* Flips and quarter turns that stand in one map: turning by 180 degrees is both flips. */
static void
test_composition (void)
{
  g_autoptr (PhenoRecipe) flips
      = recipe_from ("[augment.resized-crop]\n[augment.horizontal-flip]\nprobability=1\n"
                     "[augment.vertical-flip]\nprobability=1\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (48, 3);
  PhenoImage image = noise (90, 60, 3, 9);
  PhenoFrame frame = { 48, 90, 60, 3 };
  PhenoViewKey key = { 8, 0, 0, 0 };
  float flipped[3 * 48 * 48], turned[3 * 48 * 48], upright[3 * 48 * 48];
  PhenoDraw draw;

  /* a crop of at most 48 pixels, or the turned one would be smoothed twice */
  pheno_recipe_set (flips, "resized-crop", "scale", "0.05;0.2", NULL);
  pheno_augment (flips, &image, key, 48, scratch, flipped);
  pheno_draw (flips, &frame, key, &draw);
  g_assert_cmpfloat (MAX (draw.step[0].value[2], draw.step[0].value[3]), <=, 48);

  draw.n = 1;
  pheno_apply (&draw, &image, 48, scratch, upright);
  draw.step[1] = (PhenoDrawn){ .operation = PHENO_ROTATION,
                               .setting = &flips->setting[PHENO_ROTATION],
                               .happens = TRUE,
                               .value = { 180 } };
  draw.n = 2;
  pheno_apply (&draw, &image, 48, scratch, turned);

  for (int band = 0; band < 3; band++)
    for (int y = 0; y < 48; y++)
      for (int x = 0; x < 48; x++)
        {
          float there = upright[(band * 48 + 47 - y) * 48 + 47 - x];

          g_assert_cmpfloat_with_epsilon (flipped[(band * 48 + y) * 48 + x], there, 1e-6);
          g_assert_cmpfloat_with_epsilon (turned[(band * 48 + y) * 48 + x], there, 1e-5);
        }
  g_free (image.pixels);
}

/* Nothing is read or written beyond its place (the sanitizers look), and every pixel of
 * the view is written, however small, large, narrow or banded the image. */
static void
test_edges (void)
{
  static const int shapes[][3]
      = { { 1, 1, 3 }, { 1, 300, 3 },  { 300, 1, 3 },  { 2, 2, 1 },
          { 5, 4, 7 }, { 2000, 3, 3 }, { 33, 47, 12 }, { 16, 16, 3 } };
  static const char *const outsides[] = { "zeros", "edge", "background" };
  static const int sizes[] = { 1, 2, 5, 16, 33 };

  for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
    for (guint o = 0; o < G_N_ELEMENTS (outsides); o++)
      {
        g_autofree char *text = g_strdup_printf (
            "[augment.resized-crop]\nprobability=0.5\n[augment.resize-and-pad]\noutside=%"
            "s\n"
            "[augment.horizontal-flip]\n[augment.vertical-flip]\n[augment.rotation]\n"
            "degrees=180\noutside=%s\n[augment.colour-jitter]\nprobability=0.8\nhue=0.5\n"
            "[augment.grayscale]\n[augment.gaussian-blur]\nkernel-size=23\nsigma=0.1;8\n"
            "[augment.normalise]\nmean=0.5\nstd=0.5\n",
            outsides[o], outsides[o]);
        g_autoptr (PhenoRecipe) recipe = recipe_from (text);
        PhenoImage image = noise (shapes[s][0], shapes[s][1], shapes[s][2], s);

        for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
          {
            gsize count = (gsize) sizes[k] * (gsize) sizes[k] * (gsize) image.bands;
            g_autoptr (PhenoAugmentScratch) scratch
                = pheno_augment_scratch_new (sizes[k], image.bands);
            g_autofree float *view = g_new (float, count);

            for (guint32 key = 0; key < 20; key++)
              {
                memset (view, 0xff, count * sizeof *view);
                pheno_augment (recipe, &image, (PhenoViewKey){ .view = key }, sizes[k],
                               scratch, view);
                for (gsize i = 0; i < count; i++)
                  g_assert_true (view[i] >= -1.0001f && view[i] <= 1.0001f);
              }
          }
        g_free (image.pixels);
      }
}

/* A recipe in which nothing happens gives the image itself. */
static void
test_nothing (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (30, 3);
  PhenoImage image = noise (30, 30, 3, 6);
  float view[3 * 30 * 30];

  pheno_augment (recipe, &image, (PhenoViewKey){ 0 }, 30, scratch, view);
  for (int band = 0; band < 3; band++)
    for (int i = 0; i < 900; i++)
      g_assert_cmpfloat_with_epsilon (
          view[band * 900 + i], ((guint8 *) image.pixels)[3 * i + band] / 255.0, 1e-6);
  g_free (image.pixels);
}

/* Where colour is the signal, a specimen of one colour keeps its hue: the middle band
 * stays a third of the way from the least to the most. Where shape is, it does not. */
static void
test_hue_of_recipes (void)
{
  static const char *const names[] = { "colour", "shape" };
  guint8 pixels[20 * 20 * 3];
  PhenoImage image
      = { .width = 20, .height = 20, .bands = 3, .pixels = pixels, .white = 255 };

  for (int i = 0; i < 400; i++)
    memcpy (pixels + 3 * i, "\x96\x64\x4b", 3); /* 150, 100, 75 */
  for (guint r = 0; r < G_N_ELEMENTS (names); r++)
    {
      g_autoptr (PhenoRecipe) recipe = pheno_recipe_load (names[r], NULL);
      g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (16, 3);
      guint kept = 0;

      g_assert_true (pheno_recipe_set (recipe, "normalise", "enabled", "false", NULL));
      for (guint32 key = 0; key < 200; key++)
        {
          float view[3 * 16 * 16];

          pheno_augment (recipe, &image, (PhenoViewKey){ .view = key }, 16, scratch,
                         view);
          kept += fabsf ((view[300] - view[600]) - (view[100] - view[600]) / 3) < 1e-3f
                  && view[100] - view[600] > 0.1f;
        }
      if (r == 0)
        g_assert_cmpuint (kept, ==, 200);
      else
        g_assert_cmpuint (kept, <, 20);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/views/8-and-16-bits-and-float-alike", test_types);
  g_test_add_func ("/augment/views/small-views-do-not-alias", test_antialias);
  g_test_add_func ("/augment/views/half-a-turn-is-both-flips", test_composition);
  g_test_add_func ("/augment/views/images-of-any-shape", test_edges);
  g_test_add_func ("/augment/views/nothing-drawn-is-the-image", test_nothing);
  g_test_add_func ("/augment/views/hue-stays-where-colour-is-the-signal",
                   test_hue_of_recipes);
  return g_test_run ();
}
