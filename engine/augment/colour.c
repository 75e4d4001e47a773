/* colour.c - operations that change values and leave pixels where they are
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Most add steps that run together in one pass with their neighbours (kernels/pixels.h);
 * a blur looks around, and is a job of its own.
 */
#include <math.h>

#include "engine/augment/work.h"

/* ---- Colour jitter ---- */

enum
{
  JITTER_BRIGHTNESS,
  JITTER_CONTRAST,
  JITTER_SATURATION,
  JITTER_HUE,
  JITTER_ORDER
};

static const PhenoParameterInfo jitter_parameters[] = {
  { "brightness", PHENO_PARAMETER_NUMBER, 0, 10, "0.4", NULL,
    N_ ("Values are multiplied by 1 minus to 1 plus this, and by no less than 0"),
    .title = N_ ("Brightness"), .usual = { 0, 1 } },
  { "contrast", PHENO_PARAMETER_NUMBER, 0, 10, "0.4", NULL,
    N_ ("Distances from the view's mean grey are multiplied by 1 minus to 1 plus this"),
    .title = N_ ("Contrast"), .usual = { 0, 1 } },
  { "saturation", PHENO_PARAMETER_NUMBER, 0, 10, "0.4", NULL,
    N_ ("Distances from each pixel's grey are multiplied by 1 minus to 1 plus this"),
    .title = N_ ("Saturation"), .usual = { 0, 1 }, .changes_colour = TRUE },
  { "hue", PHENO_PARAMETER_NUMBER, 0, 0.5, "0.1", NULL,
    N_ ("Hues turn by minus to plus this part of the colour wheel; this destroys the "
        "colour of "
        "specimens"),
    .title = N_ ("Hue"), .changes_colour = TRUE },
  { NULL },
};
static const char *const jitter_drawn[]
    = { N_ ("brightness"), N_ ("contrast"), N_ ("saturation"),
        N_ ("hue"),        N_ ("order"),    NULL };

static void
draw_jitter (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
             double *value)
{
  for (guint i = JITTER_BRIGHTNESS; i <= JITTER_SATURATION; i++)
    {
      double reach = setting->value[i].number[0];

      value[i] = pheno_stream_uniform (stream, 1 + i, MAX (0, 1 - reach), 1 + reach);
    }
  value[JITTER_HUE] = pheno_stream_uniform (stream, 1 + JITTER_HUE,
                                            -setting->value[JITTER_HUE].number[0],
                                            setting->value[JITTER_HUE].number[0]);
  /* One of the 24 orders of four steps; the top of the product is even to 1 in 10^8. */
  value[JITTER_ORDER]
      = (double) ((guint64) pheno_stream_word (stream, 1 + JITTER_ORDER) * 24 >> 32);
}

/* The permutation with a number, 0 to 23, in lexicographic order. */
static void
order_of (int number, int order[4])
{
  int left[4] = { 0, 1, 2, 3 }, n = 4, count = 6;

  for (int i = 0; i < 4; i++)
    {
      int pick = number / count;

      number %= count;
      order[i] = left[pick];
      for (int k = pick; k < n - 1; k++)
        left[k] = left[k + 1];
      n--;
      count /= MAX (n, 1);
    }
}

static void
apply_jitter (const PhenoDrawn *drawn, PhenoWork *work)
{
  static const pk_colour_kind kinds[]
      = { PK_COLOUR_BRIGHTNESS, PK_COLOUR_CONTRAST, PK_COLOUR_SATURATION, PK_COLOUR_HUE };
  static const double neutral[] = { 1, 1, 1, 0 };
  int order[4];

  order_of ((int) drawn->value[JITTER_ORDER], order);
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_CLAMP });
  for (int i = 0; i < 4; i++)
    {
      double factor = drawn->value[order[i]];

      if (factor != neutral[order[i]])
        pheno_work_add (
            work, (pk_colour_step){ .kind = kinds[order[i]], .factor = (float) factor });
    }
}

static gboolean
check_jitter (const PhenoSetting *setting, const PhenoBands *bands, GError **error)
{
  int n = bands->kernel.bands;

  if (pheno_bands_have_hue (bands) || setting->value[JITTER_HUE].number[0] == 0)
    return TRUE;

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      ngettext (
          "The key “hue” of [augment.colour-jitter] turns red, green and blue, but "
          "the images have %d band, and nothing says which colour it is. Set hue=0.",
          "The key “hue” of [augment.colour-jitter] turns red, green and blue, but "
          "the images have %d bands, and nothing says which of them these are. Set "
          "hue=0.",
          (gulong) n),
      n);
  return FALSE;
}

const PhenoOperationClass pheno_colour_jitter = {
  .info
  = { .name = "colour-jitter",
      .title = N_ ("Colour jitter"),
      .doc = N_ ("Brightness, contrast, saturation and hue change, in random order"),
      .stage = PHENO_STAGE_COLOUR,
      .random = TRUE,
      .probability = 0.8,
      .place = 10,
      .parameters = jitter_parameters,
      .drawn = jitter_drawn },
  .address = 6,
  .draw = draw_jitter,
  .apply = apply_jitter,
  .check_bands = check_jitter,
};

/* ---- Grayscale ---- */

static const PhenoParameterInfo no_parameters[] = { { NULL } };

static void
apply_grayscale (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_GREY });
}

const PhenoOperationClass pheno_grayscale = {
  .info = { .name = "grayscale",
            .title = N_ ("Grayscale"),
            .doc = N_ ("All bands become the grey of the pixel"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.2,
            .place = 20,
            .parameters = no_parameters,
            .changes_colour = TRUE },
  .address = 7,
  .apply = apply_grayscale,
};

/* ---- Gaussian blur ---- */

enum
{
  BLUR_SIGMA,
  BLUR_KERNEL_SIZE
};

static const PhenoParameterInfo blur_parameters[] = {
  { "sigma", PHENO_PARAMETER_RANGE, 0.01, 50, "0.1;2", NULL,
    N_ ("Standard deviation in pixels of the view"), .title = N_ ("Sigma"),
    .usual = { 0.1, 5 } },
  { "kernel-size", PHENO_PARAMETER_ODD, 0, 2 * PK_BLUR_RADIUS + 1, "0", NULL,
    N_ ("Pixels that are averaged in each direction; 0 takes a tenth of the view, as "
        "SimCLR "
        "does"),
    .title = N_ ("Kernel size") },
  { NULL },
};
static const char *const blur_drawn[] = { N_ ("sigma"), N_ ("kernel_size"), NULL };

static void
draw_blur (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
           double *value)
{
  const double *sigma = setting->value[BLUR_SIGMA].number;
  int kernel_size = (int) setting->value[BLUR_KERNEL_SIZE].number[0];

  if (kernel_size == 0)
    kernel_size = MIN (MAX (frame->size / 10, 2) | 1, 2 * PK_BLUR_RADIUS + 1);
  value[0] = pheno_stream_uniform (stream, 1, sigma[0], sigma[1]);
  value[1] = kernel_size;
}

/* Weights from the centre outwards. Returns the radius beyond which they are too small to
 * change a sum of floats: for a small sigma most of the kernel. */
static int
gaussian (double sigma, int radius, float *weight)
{
  double sum = 1;
  int used = 0;

  for (int t = 1; t <= radius; t++)
    sum += 2 * exp (-0.5 * t * t / (sigma * sigma));
  for (int t = 0; t <= radius; t++)
    {
      weight[t] = (float) (exp (-0.5 * t * t / (sigma * sigma)) / sum);
      if (weight[t] > 1e-8f)
        used = t;
    }
  return used;
}

static void
apply_blur (const PhenoDrawn *drawn, PhenoWork *work)
{
  int reach = ((int) drawn->value[1] - 1) / 2;
  float *weight = pheno_work_floats (work, (gsize) reach + 1);
  int radius = gaussian (drawn->value[0], reach, weight);

  if (radius > 0)
    pheno_work_add_job (
        work, (PhenoJob){ .kind = PHENO_JOB_BLUR, .weight = weight, .radius = radius });
}

const PhenoOperationClass pheno_gaussian_blur = {
  .info = { .name = "gaussian-blur",
            .title = N_ ("Gaussian blur"),
            .doc = N_ ("Fine detail is lost"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 30,
            .parameters = blur_parameters,
            .drawn = blur_drawn },
  .address = 8,
  .draw = draw_blur,
  .apply = apply_blur,
};

/* ---- Normalise ---- */

enum
{
  NORMALISE_MEAN,
  NORMALISE_STD
};

/* The defaults are the moments of ImageNet's photographs, which torchvision's weights
 * expect. */
static const PhenoParameterInfo normalise_parameters[] = {
  { "mean", PHENO_PARAMETER_LIST, -1e6, 1e6, "0.485;0.456;0.406", NULL,
    N_ ("What is subtracted from the values of each band"), .title = N_ ("Mean") },
  { "std", PHENO_PARAMETER_LIST, 1e-6, 1e6, "0.229;0.224;0.225", NULL,
    N_ ("What the values of each band are then divided by"),
    .title = N_ ("Standard deviation") },
  { NULL },
};

static double
of_band (const PhenoValue *value, int band)
{
  return value->list[MIN ((guint) band, value->n_list - 1)];
}

void
pheno_normalise_of_band (const PhenoSetting *setting, int band, float *mean, float *std)
{
  *mean = (float) of_band (&setting->value[NORMALISE_MEAN], band);
  *std = (float) of_band (&setting->value[NORMALISE_STD], band);
}

static void
apply_normalise (const PhenoDrawn *drawn, PhenoWork *work)
{
  const PhenoValue *value = drawn->setting->value;
  float *scale = pheno_work_floats (work, (gsize) work->frame->bands);
  float *shift = pheno_work_floats (work, (gsize) work->frame->bands);

  for (int band = 0; band < work->frame->bands; band++)
    {
      double std = of_band (&value[NORMALISE_STD], band);

      scale[band] = (float) (1 / std);
      shift[band] = (float) (-of_band (&value[NORMALISE_MEAN], band) / std);
    }
  pheno_work_add (
      work, (pk_colour_step){ .kind = PK_COLOUR_SCALE, .scale = scale, .shift = shift });
}

static gboolean
check_normalise (const PhenoSetting *setting, const PhenoBands *bands, GError **error)
{
  for (guint i = NORMALISE_MEAN; i <= NORMALISE_STD; i++)
    {
      guint n = setting->value[i].n_list;

      if (n == 1 || n == (guint) bands->kernel.bands)
        continue;
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The key “%s” of [augment.normalise] has %u values, but the images have %d "
             "bands. Give one value for all bands, or one for each."),
          normalise_parameters[i].name, n, bands->kernel.bands);
      return FALSE;
    }
  return TRUE;
}

const PhenoOperationClass pheno_normalise = {
  .info = { .name = "normalise",
            .title = N_ ("Normalise"),
            .doc = N_ ("Values are brought to the range that the encoder expects"),
            .stage = PHENO_STAGE_END,
            .random = FALSE,
            .probability = 1,
            .place = 0,
            .parameters = normalise_parameters },
  .address = 9,
  .apply = apply_normalise,
  .check_bands = check_normalise,
};
