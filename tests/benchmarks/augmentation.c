/* augmentation.c - views a second of the full recipe, for 3, 7 and 408 bands
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     augmentation [CORES [BANDS]]
 *
 * CORES: threads of the batch, all unless told; with 1 the processor's time is measured
 * and not the clock's.
 *
 * The recipe has the twelve operations of the reference pipeline at their probabilities;
 * for other than three bands the eight that Kornia has for them, and Gaussian noise.
 * Sources are 512 x 512, views 224 x 224. 3 and 7 bands are bytes; 408 bands are 16-bit
 * integers, and floats once more, as that is what the peers are given. Lines are the same
 * as augmentation_peer.py prints.
 *
 * Beside the views stands what the memory does: copying as many bytes as the views of one
 * pass hold, and what share of that speed the recipe reaches when only the pixels of the
 * crop, read once, and the view, written once, are counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/augment/augment.h"
#include "kernels/body/half.h"
#include "kernels/isa.h"

#define SIDE 512
#define SIZE 224

#define SHAPES                                                                           \
  "[augment.resized-crop]\nscale=0.2;1\n"                                                \
  "[augment.horizontal-flip]\nprobability=0.5\n[augment.vertical-flip]\n"                \
  "probability=0.5\n[augment.rotation]\nprobability=0.5\ndegrees=15\n"                   \
  "[augment.perspective]\nprobability=0.5\ndistortion=0.2\n"                             \
  "[augment.thin-plate-spline]\nprobability=0.5\nscale=0.1\n"                            \
  "[augment.erasing]\nprobability=0.5\n"                                                 \
  "[augment.gaussian-blur]\nprobability=0.5\nsigma=0.1;2\nkernel-size=23\n"

static const char full[]
    = SHAPES "[augment.colour-jitter]\nprobability=0.8\nbrightness=0.4\ncontrast=0.4\n"
             "saturation=0.4\nhue=0.1\n[augment.grayscale]\nprobability=0.2\n"
             "[augment.posterise]\nprobability=0.5\nbits=3;8\n"
             "[augment.sharpness]\nprobability=0.5\nfactor=0;0.5\n";
static const char of_bands[]
    = SHAPES "[augment.gaussian-noise]\nprobability=0.5\nstd=0.05;0.05\n";

typedef struct
{
  const char *name, *text;
} Case;

/* Each alone after a crop; "crop" is the crop alone, "simclr" what the three peers have.
 */
static const Case cases[] = {
  { "crop", "[augment.resized-crop]\nscale=0.2;1\n" },
  { "horizontal-flip",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.horizontal-flip]\nprobability=1\n" },
  { "rotation",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.rotation]\nprobability=1\n" },
  { "perspective",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.perspective]\nprobability=1\n" },
  { "affine", "[augment.resized-crop]\nscale=0.2;1\n[augment.affine]\nprobability=1\n" },
  { "spline",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.thin-plate-spline]\nprobability=1\n" },
  { "colour-jitter",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.colour-jitter]\nprobability=1\n" },
  { "grayscale",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.grayscale]\nprobability=1\n" },
  { "posterise",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.posterise]\nprobability=1\n" },
  { "solarise",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.solarise]\nprobability=1\n" },
  { "sharpness",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.sharpness]\nprobability=1\n" },
  { "blur",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.gaussian-blur]\nprobability=1\n"
    "kernel-size=23\n" },
  { "noise",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.gaussian-noise]\nprobability=1\n" },
  { "erasing",
    "[augment.resized-crop]\nscale=0.2;1\n[augment.erasing]\nprobability=1\n" },
  { "gamma", "[augment.resized-crop]\nscale=0.2;1\n[augment.gamma]\nprobability=1\n" },
};

static PhenoRecipe *
recipe_of (const char *text)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe;

  g_key_file_load_from_data (key_file, text, strlen (text), 0, &error);
  g_assert_no_error (error);
  recipe = pheno_recipe_new_from_key_file (NULL, key_file, &error);
  g_assert_no_error (error);
  return recipe;
}

/* Smooth waves with noise: what a codec leaves of a photograph. */
static PhenoImage *
make_image (int bands, PhenoSampleType type)
{
  g_autoptr (GError) error = NULL;
  PhenoImage *image = pheno_image_new (SIDE, SIDE, bands, type, &error);
  gsize count = (gsize) SIDE * SIDE * (gsize) bands;
  guint32 noise = 5;

  g_assert_no_error (error);
  image->black = 0;
  image->white = type == PHENO_SAMPLE_UINT16  ? 65535
                 : type == PHENO_SAMPLE_UINT8 ? 255
                                              : 1;
  for (gsize i = 0; i < count; i++)
    {
      gsize pixel = i / (gsize) bands;
      guint value = (guint) (pixel % SIDE + pixel / SIDE + i % (gsize) bands * 40);

      noise = noise * 1664525u + 1013904223u;
      value = (value + (noise >> 28)) & 255;
      if (type == PHENO_SAMPLE_UINT8)
        ((guint8 *) image->pixels)[i] = (guint8) value;
      else if (type == PHENO_SAMPLE_UINT16)
        ((guint16 *) image->pixels)[i] = (guint16) (value * 257);
      else if (type == PHENO_SAMPLE_FLOAT16)
        ((guint16 *) image->pixels)[i] = pk_to_half ((float) value / 255);
      else
        ((float *) image->pixels)[i] = (float) value / 255;
    }
  return image;
}

/* Of one thread what it computed; of more the time by the clock. */
static gint64
now_us (int threads)
{
  struct timespec at;

  if (threads > 1)
    return g_get_monotonic_time ();
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &at);
  return at.tv_sec * (gint64) 1000000 + at.tv_nsec / 1000;
}

static double
best_of (const PhenoRecipe *recipe, const PhenoImage *image, guint views, int rounds,
         int threads, float *out)
{
  const PhenoImage **images = g_newa (const PhenoImage *, views);
  PhenoViewKey *keys = g_newa (PhenoViewKey, views);
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < views; i++)
    {
      images[i] = image;
      keys[i] = (PhenoViewKey){ .seed = 1, .image = i };
    }
  for (int round = 0; round < rounds; round++)
    {
      gint64 start = now_us (threads);

      pheno_augment_batch (recipe, images, keys, views, SIZE, threads, out);
      best = MIN (best, (double) (now_us (threads) - start));
    }
  return best / 1e3 / views;
}

static void
print_line (const char *name, const char *what, double ms)
{
  printf ("phenoscape  %-16s %-10s %9.4f ms  %8.1f views/s\n", name, what, ms, 1e3 / ms);
  fflush (stdout);
}

/* Bytes a second of a copy by one thread, both ways counted. */
static double
copy_speed (void)
{
  gsize size = (gsize) 192 << 20;
  g_autofree char *from = g_malloc (size), *to = g_malloc (size);
  double best = G_MAXDOUBLE;

  memset (from, 1, size);
  memset (to, 2, size);
  for (int round = 0; round < 7; round++)
    {
      gint64 start = g_get_monotonic_time ();

      memcpy (to, from, size);
      best = MIN (best, (double) (g_get_monotonic_time () - start));
    }
  return 2 * (double) size / best * 1e6;
}

/* What must be moved for a view: 0.6 of the image is the mean crop, read once, and the
 * view written once. */
static double
needed_bytes (int bands, PhenoSampleType type)
{
  return bands
         * (0.6 * SIDE * SIDE * (double) pheno_sample_size (type) + 4.0 * SIZE * SIZE);
}

static void
run (int bands, PhenoSampleType type, int threads, double speed)
{
  guint views = bands > 100 ? 8 : 128;
  g_autoptr (PhenoRecipe) recipe = recipe_of (bands == 3 ? full : of_bands);
  g_autoptr (PhenoImage) image = make_image (bands, type);
  g_autofree float *out = g_malloc0 ((gsize) MAX (views, 16) * (gsize) bands * SIZE * SIZE
                                     * sizeof (float));
  g_autofree char *what = g_strdup_printf ("%d %s", bands, pheno_sample_type_name (type));
  double ms = best_of (recipe, image, views, bands > 100 ? 5 : 12, threads, out);
  double one
      = threads == 1 ? ms : best_of (recipe, image, views, bands > 100 ? 3 : 6, 1, out);

  print_line ("full", what, ms);
  print_line ("full, 1 thread", what, one);
  printf ("# a view needs %.1f MB moved, %.3f ms at the speed of a copy: %.0f %% of it\n",
          needed_bytes (bands, type) / 1e6, needed_bytes (bands, type) / speed * 1e3,
          100 * needed_bytes (bands, type) / speed * 1e3 / one);
  printf ("# redraw of 8 pairs, %s: %.1f ms\n", what,
          16 * best_of (recipe, image, 16, bands > 100 ? 5 : 20, threads, out));
  if (bands > 100)
    {
      g_autoptr (PhenoImage) fewer = pheno_augment_fewer_bands (image, 48, NULL);

      printf ("# redraw of 8 pairs, %s averaged to 48 bands: %.1f ms\n", what,
              16 * best_of (recipe, fewer, 16, 20, threads, out));
    }
  if (bands == 3)
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autoptr (PhenoRecipe) alone = recipe_of (cases[i].text);

        print_line (cases[i].name, what, best_of (alone, image, views, 12, threads, out));
      }
  if (bands == 3)
    {
      g_autoptr (PhenoRecipe) simclr = pheno_recipe_load ("simclr", NULL);

      print_line ("simclr", what, best_of (simclr, image, views, 12, threads, out));
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "generic", "v3", "v4" };
  static const struct
  {
    int bands;
    PhenoSampleType type;
  } sources[] = { { 3, PHENO_SAMPLE_UINT8 },     { 7, PHENO_SAMPLE_UINT8 },
                  { 7, PHENO_SAMPLE_UINT16 },    { 408, PHENO_SAMPLE_UINT16 },
                  { 408, PHENO_SAMPLE_FLOAT16 }, { 408, PHENO_SAMPLE_FLOAT32 } };
  int threads = argc > 1 ? atoi (argv[1]) : (int) g_get_num_processors ();
  double speed = copy_speed ();

  printf ("# instructions %s, %d thread(s); one thread copies at %.1f GB/s\n",
          names[pk_isa_detect ()], threads, speed / 1e9);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (argc < 3 || atoi (argv[2]) == sources[i].bands)
      run (sources[i].bands, sources[i].type, threads, speed);
  return 0;
}
