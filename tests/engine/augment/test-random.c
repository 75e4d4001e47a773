/* test-random.c - random recipes on random images: ranges, and nothing but numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * 3,000 of them; 100,000 with the environment variable PHENO_TEST_WHOLE=1.
 */
#include <math.h>
#include <stdlib.h>

#include "kernels/body/half.h"
#include "tests/engine/augment/picture.h"

static const char *
number_text (GRand *random, const PhenoParameterInfo *info, double *number)
{
  static char text[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean usual = info->usual[0] < info->usual[1] && g_rand_boolean (random);
  double low = usual ? info->usual[0] : info->minimum;
  double high = usual ? info->usual[1] : info->maximum;

  /* the ends of a range are where things go wrong */
  *number = g_rand_int_range (random, 0, 8) == 0 ? low
            : g_rand_int_range (random, 0, 7) == 0
                ? high
                : low + (high - low) * g_rand_double (random);
  if (info->kind == PHENO_PARAMETER_INTEGER)
    *number = rint (*number);
  else if (info->kind == PHENO_PARAMETER_ODD)
    *number = *number < 1 ? 0 : 2 * floor (*number / 2) + (*number < high ? 1 : -1);
  return g_ascii_dtostr (text, sizeof text, *number);
}

static void
set_at_random (GRand *random, PhenoRecipe *recipe, const PhenoOperation *operation,
               const PhenoParameterInfo *info)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  double one, other;

  switch (info->kind)
    {
    case PHENO_PARAMETER_LIST:
      return;
    case PHENO_PARAMETER_SWITCH:
      value = g_strdup (g_rand_boolean (random) ? "true" : "false");
      break;
    case PHENO_PARAMETER_CHOICE:
      value = g_strdup (info->choices[g_rand_int_range (
          random, 0, (gint32) g_strv_length ((char **) info->choices))]);
      break;
    case PHENO_PARAMETER_RANGE:
      {
        g_autofree char *a = g_strdup (number_text (random, info, &one));
        g_autofree char *b = g_strdup (number_text (random, info, &other));

        value = one <= other ? g_strconcat (a, ";", b, NULL)
                             : g_strconcat (b, ";", a, NULL);
        break;
      }
    default:
      value = g_strdup (number_text (random, info, &one));
    }
  pheno_recipe_set (recipe, operation->name, info->name, value, &error);
  g_assert_no_error (error);
}

static PhenoRecipe *
random_recipe (GRand *random)
{
  PhenoRecipe *recipe = pheno_recipe_new ();

  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);
      g_autofree char *place = g_strdup_printf ("%d", g_rand_int_range (random, 0, 100));

      if (i == PHENO_NORMALISE || g_rand_int_range (random, 0, 3) > 0)
        continue;
      pheno_recipe_set (recipe, operation->name, "enabled", "true", NULL);
      pheno_recipe_set (recipe, operation->name, "place", place, NULL);
      if (operation->random)
        pheno_recipe_set (recipe, operation->name, "probability", "1", NULL);
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        set_at_random (random, recipe, operation, &operation->parameters[k]);
    }
  return recipe;
}

/* What the recipe has and the image cannot take goes off, one after the other. */
static void
fit (PhenoRecipe *recipe, const PhenoImage *image)
{
  static const char *const needy[]
      = { "colour-jitter", "spectral-shift", "spectral-smoothing", "uv-intensity" };

  for (guint i = 0; i < G_N_ELEMENTS (needy); i++)
    if (!pheno_recipe_check_image (recipe, image, NULL))
      pheno_recipe_set (recipe, needy[i], "enabled", "false", NULL);
  g_assert_true (pheno_recipe_check_image (recipe, image, NULL));
}

static void
put_sample (PhenoImage *image, gsize i, double value)
{
  switch (image->type)
    {
    case PHENO_SAMPLE_UINT8:
      ((guint8 *) image->pixels)[i] = (guint8) (value * 255);
      break;
    case PHENO_SAMPLE_UINT16:
      ((guint16 *) image->pixels)[i] = (guint16) (value * 65535);
      break;
    case PHENO_SAMPLE_FLOAT16:
      ((guint16 *) image->pixels)[i] = pk_to_half ((float) value);
      break;
    default:
      ((float *) image->pixels)[i] = (float) value;
    }
}

static PhenoImage *
random_image (GRand *random)
{
  static const int counts[] = { 1, 2, 3, 3, 5, 7, 7, 16, 17, 40, 70 };
  static const PhenoSampleType types[] = { PHENO_SAMPLE_UINT8, PHENO_SAMPLE_UINT16,
                                           PHENO_SAMPLE_FLOAT32, PHENO_SAMPLE_FLOAT16 };
  int bands = counts[g_rand_int_range (random, 0, G_N_ELEMENTS (counts))];
  PhenoSampleType type = types[g_rand_int_range (random, 0, 4)];
  PhenoImage *image
      = pheno_image_new (g_rand_int_range (random, 1, 40),
                         g_rand_int_range (random, 1, 40), bands, type, NULL);
  gsize pixels = (gsize) image->width * (gsize) image->height;
  gboolean rises = g_rand_boolean (random);

  image->black = 0;
  image->white = type == PHENO_SAMPLE_UINT8    ? 255
                 : type == PHENO_SAMPLE_UINT16 ? 65535
                                               : 1;
  for (gsize i = 0; i < pixels * (gsize) bands; i++)
    put_sample (image, i, g_rand_int_range (random, 0, 9) / 8.0);
  if (g_rand_boolean (random))
    {
      image->mask = g_malloc (pixels);
      for (gsize i = 0; i < pixels; i++)
        image->mask[i] = g_rand_boolean (random) ? 255 : 0;
    }
  if (bands > 7 && g_rand_boolean (random))
    {
      image->wavelengths_nm = g_new (double, bands);
      for (int i = 0; i < bands; i++)
        image->wavelengths_nm[i] = 350 + 1000.0 / bands * (rises ? i : bands - 1 - i);
    }
  return image;
}

/* Operations after which values may lie beyond 0 to 1. */
static gboolean
goes_beyond (const PhenoRecipe *recipe)
{
  static const guint beyond[] = { PHENO_GAUSSIAN_NOISE, PHENO_SENSOR_NOISE,
                                  PHENO_UV_INTENSITY, PHENO_ILLUMINANT };

  for (guint i = 0; i < G_N_ELEMENTS (beyond); i++)
    if (recipe->setting[beyond[i]].enabled)
      return TRUE;
  return FALSE;
}

static void
test_random (void)
{
  static const int sizes[] = { 1, 2, 3, 7, 16, 33 };
  const char *whole = g_getenv ("PHENO_TEST_WHOLE");
  guint rounds = whole != NULL && *whole == '1' ? 100000 : 3000;
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);

  for (guint round = 0; round < rounds; round++)
    {
      g_autoptr (PhenoRecipe) recipe = random_recipe (random);
      g_autoptr (PhenoImage) image = random_image (random);
      int size = sizes[g_rand_int_range (random, 0, G_N_ELEMENTS (sizes))];
      gsize count = (gsize) image->bands * (gsize) size * (gsize) size;
      g_autoptr (PhenoAugmentScratch) scratch
          = pheno_augment_scratch_new (size, image->bands);
      g_autofree float *view = g_new (float, count);
      float limit;

      fit (recipe, image);
      limit = goes_beyond (recipe) ? 2e4f : 1.0001f;
      memset (view, 0xff, count * sizeof *view); /* NANs, should one be left out */
      pheno_augment (recipe, image, (PhenoViewKey){ .seed = 7, .image = round }, size,
                     scratch, view);
      for (gsize i = 0; i < count; i++)
        if (!(fabsf (view[i]) <= limit && (limit > 2 || view[i] >= -0.0001f)))
          {
            g_autofree char *text = pheno_recipe_to_text (recipe);

            g_error ("round %u: value %" G_GSIZE_FORMAT
                     " of %d bands, size %d, is %g:\n%s",
                     round, i, image->bands, size, (double) view[i], text);
          }
    }
}

/* A NaN in is a NaN reported, whatever recipe: never one that is passed on in silence. */
static void
test_nan (void)
{
  g_autoptr (PhenoRecipe) recipe = recipe_from ("[augment.resized-crop]\nscale=1;1\n"
                                                "[augment.colour-jitter]\n");
  g_autofree float *views = g_new (float, 3 * 3 * 16 * 16);
  g_autofree float *pixels = g_new0 (float, 20 * 20 * 3);
  g_autofree float *broken = g_new0 (float, 20 * 20 * 3);
  PhenoImage good = { .width = 20,
                      .height = 20,
                      .bands = 3,
                      .type = PHENO_SAMPLE_FLOAT32,
                      .pixels = pixels,
                      .white = 1 };
  PhenoImage bad = good;
  const PhenoImage *images[3] = { &good, &good, &good };
  const PhenoViewKey keys[3] = { { .image = 0 }, { .image = 1 }, { .image = 2 } };

  bad.pixels = broken;
  broken[3 * (10 * 20 + 10)] = NAN;
  g_assert_cmpint (pheno_augment_batch (recipe, images, keys, 3, 16, 2, views), ==, -1);
  images[1] = &bad;
  g_assert_cmpint (pheno_augment_batch (recipe, images, keys, 3, 16, 2, views), ==, 1);
  broken[3 * (10 * 20 + 10)] = INFINITY;
  images[0] = &bad;
  g_assert_cmpint (pheno_augment_batch (recipe, images, NULL, 3, 16, 2, views), ==, 0);
}

/* The mean of the views' random numbers is as Kornia's Gaussian noise has it: mean and
 * standard deviation as set, thin tails, no two bands or views alike. */
static void
test_noise (void)
{
  g_autoptr (PhenoRecipe) recipe = recipe_from (
      "[augment.gaussian-noise]\nprobability=1\nstd=0.25;0.25\nmean=0.1\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (101, 3);
  g_autofree guint8 *pixels = g_malloc0 (3);
  PhenoImage image
      = { .width = 1, .height = 1, .bands = 3, .pixels = pixels, .white = 255 };
  const gsize n = 3 * 101 * 101;
  g_autofree float *view = g_new (float, n), *next = g_new (float, n);
  double sum = 0, square = 0, fourth = 0, bands = 0, views = 0;

  pheno_augment (recipe, &image, (PhenoViewKey){ .seed = 3 }, 101, scratch, view);
  pheno_augment (recipe, &image, (PhenoViewKey){ .seed = 3, .view = 1 }, 101, scratch,
                 next);
  for (gsize i = 0; i < n; i++)
    {
      double z = ((double) view[i] - 0.1) / 0.25;

      sum += z / n;
      square += z * z / n;
      fourth += z * z * z * z / n;
      bands += z * ((double) view[(i + 101 * 101) % n] - 0.1) / 0.25 / n;
      views += z * ((double) next[i] - 0.1) / 0.25 / n;
    }
  g_assert_cmpfloat_with_epsilon (sum, 0, 5 / sqrt (n));
  g_assert_cmpfloat_with_epsilon (square, 1, 5 * sqrt (2.0 / n));
  g_assert_cmpfloat_with_epsilon (fourth, 3, 5 * sqrt (96.0 / n));
  g_assert_cmpfloat_with_epsilon (bands, 0, 5 / sqrt (n));
  g_assert_cmpfloat_with_epsilon (views, 0, 5 / sqrt (n));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/random/recipes-and-images", test_random);
  g_test_add_func ("/augment/random/no-number-is-reported", test_nan);
  g_test_add_func ("/augment/random/noise-is-normal", test_noise);
  return g_test_run ();
}
