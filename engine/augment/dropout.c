/* dropout.c - operations that take bands away
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/augment/work.h"

/* ---- Channel dropout ---- */

#define MOST_CHANNELS 4

static const PhenoParameterInfo channel_parameters[] = {
  { "channels", PHENO_PARAMETER_INTEGER, 1, MOST_CHANNELS, "1", NULL,
    N_ ("How many bands are taken away; one always stays"), .title = N_ ("Bands") },
  { "value", PHENO_PARAMETER_NUMBER, 0, 1, "0", NULL,
    N_ ("What stands in their place: 0 is black, 1 white"), .title = N_ ("Value") },
  { NULL },
};
static const char *const channel_drawn[]
    = { N_ ("band1"), N_ ("band2"), N_ ("band3"), N_ ("band4"), NULL };

/* Different bands, every choice equally likely; -1 beyond those that are drawn. */
static void
draw_channels (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
               double *value)
{
  int wanted = (int) setting->value[0].number[0], n = MIN (wanted, frame->bands - 1);

  for (int i = 0; i < MOST_CHANNELS; i++)
    value[i] = -1;
  for (int i = 0; i < n; i++)
    {
      double sorted[MOST_CHANNELS];
      int band = (int) pheno_stream_uniform (stream, 1 + (guint) i, 0, frame->bands - i);

      /* The band with this number among those that are left. */
      for (int k = 0; k < i; k++)
        {
          int at = k;

          for (; at > 0 && sorted[at - 1] > value[k]; at--)
            sorted[at] = sorted[at - 1];
          sorted[at] = value[k];
        }
      for (int k = 0; k < i; k++)
        band += band >= (int) sorted[k];
      value[i] = band;
    }
}

static void
add_dropout (PhenoWork *work, const float *dropped, double value)
{
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_SET,
                                          .factor = (float) value,
                                          .scale = dropped });
}

static void
apply_channels (const PhenoDrawn *drawn, PhenoWork *work)
{
  int bands = work->frame->bands;
  float *dropped = pheno_work_floats (work, (gsize) bands);

  for (int band = 0; band < bands; band++)
    dropped[band] = 0;
  for (int i = 0; i < MOST_CHANNELS; i++)
    if (drawn->value[i] >= 0 && drawn->value[i] < bands
        && (int) drawn->value[i] != work->bands->mask)
      dropped[(int) drawn->value[i]] = 1;
  add_dropout (work, dropped, drawn->setting->value[1].number[0]);
}

const PhenoOperationClass pheno_channel_dropout = {
  .info = { .name = "channel-dropout",
            .title = N_ ("Channel dropout"),
            .doc = N_ ("Single bands are taken away"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.2,
            .place = 42,
            .parameters = channel_parameters,
            .drawn = channel_drawn,
            .changes_colour = TRUE },
  .address = 20,
  .draw = draw_channels,
  .apply = apply_channels,
};

/* ---- Band dropout ---- */

static const PhenoParameterInfo band_parameters[] = {
  { "width", PHENO_PARAMETER_RANGE, 0, 1, "0.02;0.1", NULL,
    N_ ("How much of the spectrum is taken away, as a part of all bands"),
    .title = N_ ("Width"), .usual = { 0, 0.5 } },
  { "value", PHENO_PARAMETER_NUMBER, 0, 1, "0", NULL,
    N_ ("What stands in their place: 0 is black, 1 white"), .title = N_ ("Value") },
  { NULL },
};
static const char *const band_drawn[] = { N_ ("first"), N_ ("bands"), NULL };

static void
draw_bands (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
            double *value)
{
  const double *width = setting->value[0].number;
  double n = rint (pheno_stream_uniform (stream, 1, width[0], width[1]) * frame->bands);

  n = CLAMP (n, MIN (1, frame->bands - 1), frame->bands - 1);
  value[0] = floor (pheno_stream_uniform (stream, 2, 0, frame->bands - n + 1));
  value[1] = n;
}

static void
apply_bands (const PhenoDrawn *drawn, PhenoWork *work)
{
  int bands = work->frame->bands;
  float *dropped = pheno_work_floats (work, (gsize) bands);

  for (int band = 0; band < bands; band++)
    dropped[band] = band >= drawn->value[0] && band < drawn->value[0] + drawn->value[1]
                            && band != work->bands->mask
                        ? 1
                        : 0;
  add_dropout (work, dropped, drawn->setting->value[1].number[0]);
}

const PhenoOperationClass pheno_band_dropout = {
  .info = { .name = "band-dropout",
            .title = N_ ("Band dropout"),
            .doc = N_ ("A stretch of neighbouring bands is taken away"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.2,
            .place = 44,
            .parameters = band_parameters,
            .drawn = band_drawn,
            .changes_colour = TRUE },
  .address = 21,
  .draw = draw_bands,
  .apply = apply_bands,
};
