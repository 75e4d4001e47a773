/* noise.c - operations that add noise, or cover a part
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/augment/work.h"

/* ---- Gaussian noise ---- */

enum
{
  ADDRESS_GAUSSIAN = 17,
  ADDRESS_SENSOR = 18,
  ADDRESS_ERASING = 19
};

static const PhenoParameterInfo gaussian_parameters[] = {
  { "std", PHENO_PARAMETER_RANGE, 0, 10, "0;0.05", NULL,
    N_ ("Standard deviation; the range from black to white is 1"),
    .title = N_ ("Strength"), .usual = { 0, 0.3 } },
  { "mean", PHENO_PARAMETER_NUMBER, -1, 1, "0", NULL, N_ ("What is added everywhere"),
    .title = N_ ("Mean") },
  { NULL },
};
static const char *const gaussian_drawn[] = { N_ ("std"), NULL };

static void
draw_gaussian (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
               double *value)
{
  const double *std = setting->value[0].number;

  value[0] = pheno_stream_uniform (stream, 1, std[0], std[1]);
}

static void
apply_gaussian (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add (work,
                  (pk_colour_step){ .kind = PK_COLOUR_NOISE,
                                    .factor = (float) drawn->value[0],
                                    .other = (float) drawn->setting->value[1].number[0],
                                    .noise = pheno_work_noise (work, ADDRESS_GAUSSIAN) });
}

const PhenoOperationClass pheno_gaussian_noise = {
  .info = { .name = "gaussian-noise",
            .title = N_ ("Gaussian noise"),
            .doc = N_ ("A random number is added to each value"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 38,
            .parameters = gaussian_parameters,
            .drawn = gaussian_drawn },
  .address = ADDRESS_GAUSSIAN,
  .draw = draw_gaussian,
  .apply = apply_gaussian,
};

/* ---- Sensor noise ---- */

static const PhenoParameterInfo sensor_parameters[] = {
  { "electrons", PHENO_PARAMETER_RANGE, 10, 1e6, "500;20000", NULL,
    N_ ("Electrons that make white; fewer are noisier. Drawn evenly on a logarithmic "
        "scale"),
    .title = N_ ("Electrons"), .usual = { 100, 20000 } },
  { "read", PHENO_PARAMETER_NUMBER, 0, 1000, "5", NULL,
    N_ ("Noise of the read-out, in electrons"), .title = N_ ("Read-out noise"),
    .usual = { 0, 50 } },
  { NULL },
};
static const char *const sensor_drawn[] = { N_ ("electrons"), NULL };

static void
draw_sensor (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
             double *value)
{
  const double *electrons = setting->value[0].number;

  value[0]
      = exp (pheno_stream_uniform (stream, 1, log (electrons[0]), log (electrons[1])));
}

static void
apply_sensor (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add (work,
                  (pk_colour_step){ .kind = PK_COLOUR_SENSOR,
                                    .factor = (float) drawn->value[0],
                                    .other = (float) drawn->setting->value[1].number[0],
                                    .noise = pheno_work_noise (work, ADDRESS_SENSOR) });
}

const PhenoOperationClass pheno_sensor_noise = {
  .info
  = { .name = "sensor-noise",
      .title = N_ ("Sensor noise"),
      .doc = N_ ("Light is counted photon by photon: bright parts are noisier, dark "
                 "ones are noisy for their brightness"),
      .stage = PHENO_STAGE_COLOUR,
      .random = TRUE,
      .probability = 0.5,
      .place = 36,
      .parameters = sensor_parameters,
      .drawn = sensor_drawn },
  .address = ADDRESS_SENSOR,
  .draw = draw_sensor,
  .apply = apply_sensor,
};

/* ---- Erasing ---- */

enum
{
  ERASING_SCALE,
  ERASING_RATIO,
  ERASING_FILL,
  ERASING_VALUE
};

static const char *const fill_words[] = { "constant", "mean", "noise", NULL };
static const char *const fill_titles[]
    = { N_ ("One value"), N_ ("Mean of the view"), N_ ("Noise"), NULL };

static const PhenoParameterInfo erasing_parameters[] = {
  { "scale", PHENO_PARAMETER_RANGE, 0, 1, "0.02;0.33", NULL,
    N_ ("Area that is erased, as a part of the view"), .title = N_ ("Area"),
    .usual = { 0, 0.5 } },
  { "ratio", PHENO_PARAMETER_RANGE, 0.01, 100, "0.3;3.3", NULL,
    N_ ("Height of the part divided by its width"), .title = N_ ("Height to width"),
    .usual = { 0.2, 5 } },
  { "fill", PHENO_PARAMETER_CHOICE, 0, 0, "constant", fill_words,
    N_ ("What stands there: one value, the mean of each band, or noise from 0 to 1"),
    .title = N_ ("Fill"), .choice_titles = fill_titles },
  { "value", PHENO_PARAMETER_NUMBER, 0, 1, "0", NULL,
    N_ ("The one value: 0 is black, 1 white"), .title = N_ ("Value") },
  { NULL },
};
static const char *const erasing_drawn[]
    = { N_ ("x"), N_ ("y"), N_ ("width"), N_ ("height"), NULL };

/* A range about 1 is drawn in two halves, below and above, each as often as the other, as
 * Kornia does. */
static double
draw_ratio (const double range[2], PhenoStream *stream)
{
  if (range[0] < 1 && range[1] > 1)
    return pheno_stream_uniform (stream, 4, 0, 1) < 0.5
               ? pheno_stream_uniform (stream, 2, range[0], 1)
               : pheno_stream_uniform (stream, 3, 1, range[1]);
  return pheno_stream_uniform (stream, 2, range[0], range[1]);
}

static void
draw_erasing (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
              double *value)
{
  const double *scale = setting->value[ERASING_SCALE].number;
  double side = frame->size;
  double area = pheno_stream_uniform (stream, 1, scale[0], scale[1]) * side * side;
  double ratio = draw_ratio (setting->value[ERASING_RATIO].number, stream);
  double width = CLAMP (rint (sqrt (area / ratio)), 1, side);
  double height = CLAMP (rint (sqrt (area * ratio)), 1, side);

  value[0] = floor (pheno_stream_uniform (stream, 5, 0, side - width + 1));
  value[1] = floor (pheno_stream_uniform (stream, 6, 0, side - height + 1));
  value[2] = width;
  value[3] = height;
}

static void
apply_erasing (const PhenoDrawn *drawn, PhenoWork *work)
{
  const PhenoValue *value = drawn->setting->value;

  pheno_work_add_job (work,
                      (PhenoJob){ .kind = PHENO_JOB_ERASE,
                                  .left = (int) drawn->value[0],
                                  .top = (int) drawn->value[1],
                                  .width = (int) drawn->value[2],
                                  .height = (int) drawn->value[3],
                                  .fill = (PhenoFill) value[ERASING_FILL].number[0],
                                  .value = (float) value[ERASING_VALUE].number[0],
                                  .noise = pheno_work_noise (work, ADDRESS_ERASING) });
}

const PhenoOperationClass pheno_erasing = {
  .info = { .name = "erasing",
            .title = N_ ("Erasing"),
            .doc = N_ ("A rectangle is covered"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 50,
            .parameters = erasing_parameters,
            .drawn = erasing_drawn },
  .address = ADDRESS_ERASING,
  .draw = draw_erasing,
  .apply = apply_erasing,
};
