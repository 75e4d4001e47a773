/* augment.c - milliseconds for a view: each operation alone, and the recipe of SimCLR
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     augment [CORES]      threads of the batch, 1 unless told
 *
 * Sources are 8-bit photographs as the cache holds them: 320 x 256 pixels for views of 96
 * and 128, 512 x 512 for views of 224, as the peer's measurement takes them. The result
 * is checked before anything is timed. Each figure is the best of many rounds over views
 * with different keys, so that what is drawn is averaged. The column after the
 * milliseconds is views a second; augment_peer.py prints the same lines for Kornia and
 * torchvision.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/augment/augment.h"
#include "kernels/isa.h"

#define VIEWS 64
#define ROUNDS 12

typedef struct
{
  const char *name; /* of the line */
  const char *text; /* the recipe */
} Case;

static const Case cases[] = {
  { "resized-crop", "[augment.resized-crop]\n" },
  { "horizontal-flip",
    "[augment.resized-crop]\n[augment.horizontal-flip]\nprobability=1\n" },
  { "rotation", "[augment.resized-crop]\n[augment.rotation]\nprobability=1\n" },
  { "colour-jitter", "[augment.resized-crop]\n[augment.colour-jitter]\nprobability=1\n" },
  { "grayscale", "[augment.resized-crop]\n[augment.grayscale]\nprobability=1\n" },
  { "gaussian-blur", "[augment.resized-crop]\n[augment.gaussian-blur]\nprobability=1\n" },
  { "normalise", "[augment.resized-crop]\n[augment.normalise]\n" },
};

/* Smooth waves with noise: what a codec leaves of a photograph. */
static void
fill (PhenoImage *image, guint8 *pixels, int width, int height)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (int i = 0; i < width * height * 3; i++)
    pixels[i] = (guint8) (((i / 3) % width + (i / 3) / width + i % 3 * 40
                           + g_rand_int_range (random, 0, 16))
                          & 255);
  *image = (PhenoImage){
    .width = width, .height = height, .bands = 3, .pixels = pixels, .white = 255
  };
}

static void
check (const float *views, gsize count)
{
  for (gsize i = 0; i < count; i++)
    if (!(views[i] > -20 && views[i] < 20))
      g_error ("value %" G_GSIZE_FORMAT " of the views is %g", i, (double) views[i]);
}

static double
time_views (const PhenoRecipe *recipe, const PhenoImage *image, int size, int threads,
            gboolean plain)
{
  gsize count = (gsize) VIEWS * 3 * (gsize) size * (gsize) size;
  g_autofree float *views = g_new0 (float, count);
  const PhenoImage *images[VIEWS];
  PhenoViewKey keys[VIEWS];
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < VIEWS; i++)
    {
      images[i] = image;
      keys[i] = (PhenoViewKey){ .seed = 1, .image = i };
    }
  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();

      pheno_augment_batch (recipe, images, plain ? NULL : keys, VIEWS, size, threads,
                           views);
      best = MIN (best, (double) (g_get_monotonic_time () - start));
      if (round == 0)
        check (views, count);
    }
  return best / 1e3 / VIEWS;
}

static void
print_line (const char *name, int size, double ms)
{
  printf ("augment %-16s %3d px  %8.4f ms  %8.0f views/s\n", name, size, ms, 1e3 / ms);
  fflush (stdout);
}

static void
run (const PhenoImage *image, int size, int threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRecipe) simclr = pheno_recipe_load ("simclr", &error);

  g_assert_no_error (error);
  print_line ("simclr", size, time_views (simclr, image, size, threads, FALSE));
  print_line ("plain", size, time_views (simclr, image, size, threads, TRUE));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GKeyFile) key_file = g_key_file_new ();
      g_autoptr (PhenoRecipe) recipe = NULL;

      g_key_file_load_from_data (key_file, cases[i].text, strlen (cases[i].text), 0,
                                 &error);
      g_assert_no_error (error);
      recipe = pheno_recipe_new_from_key_file (NULL, key_file, &error);
      g_assert_no_error (error);
      print_line (cases[i].name, size, time_views (recipe, image, size, threads, FALSE));
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "generic", "v3", "v4" };
  g_autofree guint8 *small = g_malloc (320 * 256 * 3), *large = g_malloc (512 * 512 * 3);
  int threads = argc > 1 ? atoi (argv[1]) : 1;
  PhenoImage image;

  printf ("# instructions %s, %d thread(s); all but plain start with resized-crop\n",
          names[pk_isa_detect ()], threads);
  fill (&image, small, 320, 256);
  run (&image, 96, threads);
  run (&image, 128, threads);
  fill (&image, large, 512, 512);
  run (&image, 224, threads);
  return 0;
}
