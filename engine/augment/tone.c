/* tone.c - operations on values alone, and sharpness
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Formulas and distributions are Kornia's (0.9).
 */
#include <math.h>

#include "engine/augment/work.h"

/* ---- Gamma ---- */

enum
{
  GAMMA_GAMMA,
  GAMMA_GAIN
};

static const PhenoParameterInfo gamma_parameters[] = {
  { "gamma", PHENO_PARAMETER_RANGE, 0, 10, "0.7;1.5", NULL,
    N_ ("Values are raised to this power: above 1 the middle becomes darker"),
    .title = N_ ("Gamma"), .usual = { 0.3, 3 }, .changes_colour = TRUE },
  { "gain", PHENO_PARAMETER_RANGE, 0, 10, "1;1", NULL,
    N_ ("What values are then multiplied by"), .title = N_ ("Gain"),
    .usual = { 0.5, 1.5 } },
  { NULL },
};
static const char *const gamma_drawn[] = { N_ ("gamma"), N_ ("gain"), NULL };

static void
draw_two (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
          double *value)
{
  for (guint i = 0; i < 2; i++)
    {
      const double *range = setting->value[i].number;

      value[i] = pheno_stream_uniform (stream, 1 + i, range[0], range[1]);
    }
}

static void
apply_gamma (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_GAMMA,
                                          .factor = (float) drawn->value[GAMMA_GAMMA],
                                          .other = (float) drawn->value[GAMMA_GAIN] });
}

const PhenoOperationClass pheno_gamma = {
  .info = { .name = "gamma",
            .title = N_ ("Gamma"),
            .doc = N_ ("The middle of the range becomes darker or lighter"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 15,
            .parameters = gamma_parameters,
            .drawn = gamma_drawn },
  .address = 13,
  .draw = draw_two,
  .apply = apply_gamma,
};

/* ---- Posterise ---- */

static const PhenoParameterInfo posterise_parameters[] = {
  { "bits", PHENO_PARAMETER_RANGE, 0, 8, "3;8", NULL,
    N_ ("Bits that are left of eight; drawn evenly and rounded"), .title = N_ ("Bits") },
  { NULL },
};
static const char *const posterise_drawn[] = { N_ ("bits"), NULL };

static void
draw_posterise (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
                double *value)
{
  const double *bits = setting->value[0].number;

  value[0] = rint (pheno_stream_uniform (stream, 1, bits[0], bits[1]));
}

static void
apply_posterise (const PhenoDrawn *drawn, PhenoWork *work)
{
  int bits = (int) drawn->value[0];

  if (bits == 8)
    pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_CLAMP });
  else
    pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_POSTERISE,
                                            .factor = (float) (1 << (8 - bits)) });
}

const PhenoOperationClass pheno_posterise = {
  .info = { .name = "posterise",
            .title = N_ ("Posterise"),
            .doc = N_ ("Values become fewer levels"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 22,
            .parameters = posterise_parameters,
            .drawn = posterise_drawn,
            .changes_colour = TRUE },
  .address = 14,
  .draw = draw_posterise,
  .apply = apply_posterise,
};

/* ---- Solarise ---- */

static const PhenoParameterInfo solarise_parameters[] = {
  { "threshold", PHENO_PARAMETER_RANGE, 0, 1, "0.4;0.6", NULL,
    N_ ("Values from this on are turned round"), .title = N_ ("Threshold") },
  { "addition", PHENO_PARAMETER_RANGE, -0.5, 0.5, "-0.1;0.1", NULL,
    N_ ("What is added to values before"), .title = N_ ("Addition") },
  { NULL },
};
static const char *const solarise_drawn[] = { N_ ("threshold"), N_ ("addition"), NULL };

static void
apply_solarise (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_SOLARISE,
                                          .factor = (float) drawn->value[0],
                                          .other = (float) drawn->value[1] });
}

const PhenoOperationClass pheno_solarise = {
  .info = { .name = "solarise",
            .title = N_ ("Solarise"),
            .doc = N_ ("Bright values become dark ones"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.2,
            .place = 24,
            .parameters = solarise_parameters,
            .drawn = solarise_drawn,
            .changes_colour = TRUE },
  .address = 15,
  .draw = draw_two,
  .apply = apply_solarise,
};

/* ---- Sharpness ---- */

static const PhenoParameterInfo sharpness_parameters[] = {
  { "factor", PHENO_PARAMETER_RANGE, 0, 20, "0;2", NULL,
    N_ ("0 is smoothed, 1 as it is, more is sharper"), .title = N_ ("Factor"),
    .usual = { 0, 4 } },
  { NULL },
};
static const char *const sharpness_drawn[] = { N_ ("factor"), NULL };

static void
draw_sharpness (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
                double *value)
{
  const double *factor = setting->value[0].number;

  value[0] = pheno_stream_uniform (stream, 1, factor[0], factor[1]);
}

static void
apply_sharpness (const PhenoDrawn *drawn, PhenoWork *work)
{
  pheno_work_add_job (
      work, (PhenoJob){ .kind = PHENO_JOB_SHARPEN, .factor = (float) drawn->value[0] });
}

const PhenoOperationClass pheno_sharpness = {
  .info = { .name = "sharpness",
            .title = N_ ("Sharpness"),
            .doc = N_ ("Edges become sharper or softer"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 28,
            .parameters = sharpness_parameters,
            .drawn = sharpness_drawn },
  .address = 16,
  .draw = draw_sharpness,
  .apply = apply_sharpness,
};
