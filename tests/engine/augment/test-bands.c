/* test-bands.c - what operations of colour mean for other bands than red, green and blue
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/augment/bands.h"
#include "tests/engine/augment/picture.h"

#define SIZE 8
#define COUNT (SIZE * SIZE)

static void
run (const char *text, const PhenoImage *image, float *view)
{
  g_autoptr (PhenoRecipe) recipe = recipe_from (text);
  g_autoptr (PhenoAugmentScratch) scratch
      = pheno_augment_scratch_new (SIZE, image->bands);
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_recipe_check_image (recipe, image, &error));
  g_assert_no_error (error);
  pheno_augment (recipe, image, (PhenoViewKey){ .seed = 4 }, SIZE, scratch, view);
}

/* One colour everywhere. */
static PhenoImage
flat (float *pixels, const float *colour, int bands, double *nm)
{
  for (int i = 0; i < COUNT * bands; i++)
    pixels[i] = colour[i % bands];
  return (PhenoImage){ .width = SIZE,
                       .height = SIZE,
                       .bands = bands,
                       .type = PHENO_SAMPLE_FLOAT32,
                       .pixels = pixels,
                       .white = 1,
                       .wavelengths_nm = nm };
}

/* Seven bands: luma in visible light, the plain mean under ultraviolet, the mask as it
 * is. */
static void
test_grey_of_seven (void)
{
  static const float colour[7] = { 0.8f, 0.4f, 0.2f, 0.1f, 0.2f, 0.6f, 1 };
  float pixels[7 * COUNT], view[7 * COUNT];
  PhenoImage image = flat (pixels, colour, 7, NULL);
  const float visible = 0.299f * 0.8f + 0.587f * 0.4f + 0.114f * 0.2f, uv = 0.3f;

  run ("[augment.grayscale]\nprobability=1\n", &image, view);
  for (int band = 0; band < 7; band++)
    g_assert_cmpfloat_with_epsilon (view[band * COUNT + 5],
                                    band < 3   ? visible
                                    : band < 6 ? uv
                                               : 1,
                                    1e-6);
}

/* Each triple keeps its own highest and lowest value when its hue turns. */
static void
test_hue_of_seven (void)
{
  static const float colour[7] = { 0.8f, 0.4f, 0.2f, 0.1f, 0.2f, 0.6f, 1 };
  float pixels[7 * COUNT], view[7 * COUNT];
  PhenoImage image = flat (pixels, colour, 7, NULL);

  run ("[augment.colour-jitter]\nprobability=1\nbrightness=0\ncontrast=0\nsaturation=0\n"
       "hue=0.5\n",
       &image, view);
  for (int triple = 0; triple < 2; triple++)
    {
      const float *to = view + 3 * triple * COUNT, *from = colour + 3 * triple;
      float high = fmaxf (fmaxf (to[0], to[COUNT]), to[2 * COUNT]);
      float low = fminf (fminf (to[0], to[COUNT]), to[2 * COUNT]);

      g_assert_cmpfloat_with_epsilon (high, fmaxf (fmaxf (from[0], from[1]), from[2]),
                                      1e-6);
      g_assert_cmpfloat_with_epsilon (low, fminf (fminf (from[0], from[1]), from[2]),
                                      1e-6);
      g_assert_true (fabsf (to[0] - from[0]) + fabsf (to[COUNT] - from[1]) > 1e-3f);
    }
  g_assert_cmpfloat (view[6 * COUNT], ==, 1);
}

/* Spectra: every region becomes flat at its own mean. */
static void
test_grey_of_spectra (void)
{
  double nm[] = { 350, 380, 450, 550, 650, 800, 900, 1600 };
  static const float colour[8] = { 0.1f, 0.3f, 0.2f, 0.5f, 0.8f, 0.4f, 0.6f, 0.9f };
  static const float expected[8] = { 0.2f, 0.2f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.9f };
  float pixels[8 * COUNT], view[8 * COUNT];
  PhenoImage image = flat (pixels, colour, 8, nm);

  run ("[augment.grayscale]\nprobability=1\n", &image, view);
  for (int band = 0; band < 8; band++)
    g_assert_cmpfloat_with_epsilon (view[band * COUNT], expected[band], 1e-6);
}

/* A line in the wavelengths moves by the slope times the shift; smoothing leaves it. */
static void
test_spectral (void)
{
  double nm[40];
  float colour[40], pixels[40 * COUNT], view[40 * COUNT];
  PhenoImage image;
  double shift;

  for (int band = 0; band < 40; band++)
    {
      nm[band] = 400 + 10 * band;
      colour[band] = 0.1f + 0.02f * (float) band;
    }
  image = flat (pixels, colour, 40, nm);
  run ("[augment.spectral-shift]\nprobability=1\nnanometres=25\n", &image, view);
  shift = (double) (colour[20] - view[20 * COUNT]) / 0.002;
  g_assert_cmpfloat (fabs (shift), <=, 25);
  g_assert_cmpfloat (fabs (shift), >, 0.1);
  for (int band = 5; band < 35; band++)
    g_assert_cmpfloat_with_epsilon ((double) (colour[band] - view[band * COUNT]) / 0.002,
                                    shift, 1e-2);

  run ("[augment.spectral-smoothing]\nprobability=1\nsigma=12;12\n", &image, view);
  for (int band = 5; band < 35; band++)
    g_assert_cmpfloat_with_epsilon (view[band * COUNT], colour[band], 1e-5);
  g_assert_cmpfloat (view[0], >, colour[0]); /* at the end there is only one side */
}

/* Light of another colour changes every band by a smooth gain of mean 1; daylight of
 * D65 and no tilt changes nothing. */
static void
test_illuminant (void)
{
  double nm[40], sum = 0;
  float colour[40], pixels[40 * COUNT], view[40 * COUNT];
  PhenoImage image;

  for (int band = 0; band < 40; band++)
    {
      nm[band] = 400 + 10 * band;
      colour[band] = 0.5f;
    }
  image = flat (pixels, colour, 40, nm);
  run ("[augment.illuminant]\nprobability=1\ntemperature=6504;6504\ntilt=0\n", &image,
       view);
  for (int band = 0; band < 40; band++)
    g_assert_cmpfloat_with_epsilon (view[band * COUNT], 0.5, 1e-5);

  run ("[augment.illuminant]\nprobability=1\ntemperature=4000;4000\ntilt=0\n", &image,
       view);
  for (int band = 0; band < 40; band++)
    sum += (double) view[band * COUNT] / 0.5 / 40;
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  g_assert_cmpfloat (view[0], <, 0.8f * view[39 * COUNT]); /* 4000 K is redder */
  for (int band = 1; band < 40; band++)
    g_assert_cmpfloat (fabsf (view[band * COUNT] - view[(band - 1) * COUNT]), <, 0.05f);
}

/* Where the mask is 0 stands the fill, where it is 255 the specimen. */
static void
test_background (void)
{
  static const float colour[3] = { 0.2f, 0.4f, 0.6f };
  float pixels[3 * COUNT], view[3 * COUNT];
  guint8 mask[COUNT];
  PhenoImage image = flat (pixels, colour, 3, NULL);

  for (int i = 0; i < COUNT; i++)
    mask[i] = i % SIZE < SIZE / 2 ? 255 : 0;
  image.mask = mask;
  run ("[augment.background]\nfill=constant\nvalue=0.9\n", &image, view);
  for (int i = 0; i < COUNT; i++)
    g_assert_cmpfloat_with_epsilon (view[i], mask[i] ? 0.2 : 0.9, 1e-6);
  run ("[augment.background]\nfill=mean\n", &image, view);
  for (int i = 0; i < COUNT; i++)
    g_assert_cmpfloat_with_epsilon (view[i], 0.2, 1e-6);
  image.mask = NULL;
  run ("[augment.background]\nfill=constant\nvalue=0.9\n", &image, view);
  for (int i = 0; i < COUNT; i++)
    g_assert_cmpfloat_with_epsilon (view[i], 0.2, 1e-6);
}

/* Another image's background colour, each of the collection's as likely. */
static void
test_other_background (void)
{
  static const float colours[2][3] = { { 0.1f, 0.2f, 0.3f }, { 0.9f, 0.8f, 0.7f } };
  float pixels[2][3 * COUNT], view[3 * COUNT];
  guint8 mask[COUNT] = { 0 };
  PhenoImage image[2];
  const PhenoImage *images[2] = { &image[0], &image[1] };
  g_autoptr (PhenoRecipe) recipe = recipe_from ("[augment.background]\nfill=other\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (SIZE, 3);
  g_autoptr (PhenoBackgrounds) backgrounds = NULL;
  guint second = 0;

  for (int i = 0; i < 2; i++)
    image[i] = flat (pixels[i], colours[i], 3, NULL);
  image[0].mask = mask;
  backgrounds = pheno_backgrounds_new (images, 2);
  pheno_recipe_set_backgrounds (recipe, backgrounds);
  for (guint32 key = 0; key < 200; key++)
    {
      gboolean other;

      pheno_augment (recipe, &image[0], (PhenoViewKey){ .view = key }, SIZE, scratch,
                     view);
      other = view[0] > 0.5f;
      g_assert_cmpfloat_with_epsilon (view[0], colours[other][0], 1e-5);
      g_assert_cmpfloat_with_epsilon (view[COUNT], colours[other][1], 1e-5);
      second += other;
    }
  g_assert_cmpuint (second, >, 65);
  g_assert_cmpuint (second, <, 135);
}

/* Chunks of bands are no different from all at once: bands of a large cube, and of a cube
 * of those bands alone. */
static void
test_chunks (void)
{
  enum
  {
    MANY = 150,
    FEW = 5
  };
  PhenoImage many = noise (30, 25, MANY, 3), few = noise (30, 25, FEW, 3);
  g_autofree float *one = g_new (float, MANY *COUNT), *other = g_new (float, FEW *COUNT);
  static const char text[]
      = "[augment.resized-crop]\n[augment.rotation]\nprobability=1\n"
        "[augment.thin-plate-spline]\nprobability=1\n[augment.gaussian-blur]\n"
        "probability=1\n[augment.sharpness]\nprobability=1\n[augment.gamma]\n"
        "probability=1\n[augment.erasing]\nprobability=1\nfill=mean\n";

  for (int i = 0; i < 30 * 25; i++)
    for (int band = 0; band < FEW; band++)
      ((guint8 *) few.pixels)[i * FEW + band]
          = ((guint8 *) many.pixels)[i * MANY + 30 * band];
  run (text, &many, one);
  run (text, &few, other);
  for (int band = 0; band < FEW; band++)
    for (int i = 0; i < COUNT; i++)
      g_assert_cmpfloat_with_epsilon (one[30 * band * COUNT + i], other[band * COUNT + i],
                                      1e-6);
  g_free (many.pixels);
  g_free (few.pixels);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/bands/grey-of-seven", test_grey_of_seven);
  g_test_add_func ("/augment/bands/hue-of-seven", test_hue_of_seven);
  g_test_add_func ("/augment/bands/grey-of-spectra", test_grey_of_spectra);
  g_test_add_func ("/augment/bands/spectra-move-and-are-smoothed", test_spectral);
  g_test_add_func ("/augment/bands/illuminant", test_illuminant);
  g_test_add_func ("/augment/bands/background-by-mask", test_background);
  g_test_add_func ("/augment/bands/background-of-another", test_other_background);
  g_test_add_func ("/augment/bands/many-as-few", test_chunks);
  return g_test_run ();
}
