/* spectral.c - operations along the wavelengths: spectra that are shifted or smoothed
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Both are sums over neighbouring bands with weights by wavelength, the same for every
 * pixel. Cameras differ by some nanometres in where their bands lie, and by how wide they
 * are.
 */
#include <math.h>

#include "engine/augment/work.h"

/* Weights beyond so many standard deviations are too small to be seen. */
#define REACH 3.5

/* Bands have wavelengths in @bands; a mask, and what has none, stays as it is. */
static gboolean
takes_part (const PhenoBands *bands, int band)
{
  return bands->spectrum && bands->wavelength_nm[band] > 0 && band != bands->mask;
}

static gboolean
check_spectrum (const char *operation, const PhenoBands *bands, GError **error)
{
  if (bands->spectrum)
    return TRUE;
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("[augment.%s] moves along wavelengths, but the images have none, or they "
         "do not rise or fall from band to band. Set enabled=false."),
      operation);
  return FALSE;
}

/* Adds the job, with the weights that were filled in. */
static void
add_mix (PhenoWork *work, pk_taps taps)
{
  pk_taps *kept = &work->scratch->mixes[work->scratch->n_mixes++];

  *kept = taps;
  kept->low = taps.length;
  kept->high = 0;
  for (int band = 0; band < taps.length; band++)
    if (taps.count[band] > 0)
      {
        kept->low = MIN (kept->low, taps.start[band]);
        kept->high = MAX (kept->high, taps.start[band] + taps.count[band]);
      }
  pheno_work_add_job (work, (PhenoJob){ .kind = PHENO_JOB_MIX, .taps = kept });
}

/* ---- Spectral shift ---- */

static const PhenoParameterInfo shift_parameters[] = {
  { "nanometres", PHENO_PARAMETER_NUMBER, 0, 200, "5", NULL,
    N_ ("The largest shift; drawn evenly from minus to plus this"),
    .title = N_ ("Nanometres"), .usual = { 0, 30 } },
  { NULL },
};
static const char *const shift_drawn[] = { N_ ("nanometres"), NULL };

static void
draw_shift (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
            double *value)
{
  double reach = setting->value[0].number[0];

  value[0] = pheno_stream_uniform (stream, 1, -reach, reach);
}

/* The lower one of the two bands between which a wavelength lies, and how far from it
 * towards the next, 0 to 1. */
static int
find_between (const float *wavelength, int bands, float wanted, float *rest)
{
  gboolean rises = wavelength[bands - 1] > wavelength[0];
  int low = 0, high = bands - 1;

  while (high - low > 1)
    {
      int middle = (low + high) / 2;

      if ((wavelength[middle] <= wanted) == rises)
        low = middle;
      else
        high = middle;
    }
  *rest = CLAMP ((wanted - wavelength[low]) / (wavelength[high] - wavelength[low]), 0, 1);
  return low;
}

/* A spectrum moved to longer wavelengths by the shift: a band takes what stood there,
 * linear between bands; beyond the ends the outermost band goes on. */
static void
apply_shift (const PhenoDrawn *drawn, PhenoWork *work)
{
  const float *wavelength = work->bands->wavelength_nm;
  int bands = work->frame->bands;
  pk_taps taps;

  if (!work->bands->spectrum)
    return;
  taps = pheno_taps_room_get (&work->scratch->shift, bands, 2 * (gsize) bands);
  for (int band = 0; band < bands; band++)
    {
      float rest;

      taps.first[band] = 2 * band;
      taps.count[band] = takes_part (work->bands, band) ? 2 : 0;
      if (taps.count[band] == 0)
        continue;
      taps.start[band] = find_between (wavelength, bands,
                                       wavelength[band] - (float) drawn->value[0], &rest);
      taps.weight[2 * band] = 1 - rest;
      taps.weight[2 * band + 1] = rest;
    }
  add_mix (work, taps);
}

static gboolean
check_shift (const PhenoSetting *setting, const PhenoBands *bands, GError **error)
{
  return check_spectrum ("spectral-shift", bands, error);
}

const PhenoOperationClass pheno_spectral_shift = {
  .info = { .name = "spectral-shift",
            .title = N_ ("Spectral shift"),
            .doc = N_ ("The spectrum moves along the wavelengths"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 3,
            .parameters = shift_parameters,
            .drawn = shift_drawn },
  .address = 25,
  .draw = draw_shift,
  .apply = apply_shift,
  .check_bands = check_shift,
};

/* ---- Spectral smoothing ---- */

static const PhenoParameterInfo smoothing_parameters[] = {
  { "sigma", PHENO_PARAMETER_RANGE, 0, 200, "0;10", NULL,
    N_ ("Standard deviation in nanometres"), .title = N_ ("Nanometres"),
    .usual = { 0, 30 } },
  { NULL },
};
static const char *const smoothing_drawn[] = { N_ ("sigma"), NULL };

static void
draw_smoothing (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
                double *value)
{
  const double *sigma = setting->value[0].number;

  value[0] = pheno_stream_uniform (stream, 1, sigma[0], sigma[1]);
}

static double
weight_of (double distance, double sigma)
{
  return sigma > 0 ? exp (-0.5 * distance * distance / (sigma * sigma)) : distance == 0;
}

/* Bands on either side of @band that are near enough to count; one step at a time, as
 * wavelengths rise or fall. */
static int
find_neighbours (const PhenoBands *bands, int band, double sigma, int step)
{
  const float *wavelength = bands->wavelength_nm;
  int n = bands->kernel.bands, at = band;

  while (at + step >= 0 && at + step < n && takes_part (bands, at + step)
         && fabs ((double) wavelength[at + step] - (double) wavelength[band])
                <= REACH * sigma)
    at += step;
  return at;
}

static void
apply_smoothing (const PhenoDrawn *drawn, PhenoWork *work)
{
  const float *wavelength = work->bands->wavelength_nm;
  int bands = work->frame->bands, next = 0;
  double sigma = drawn->value[0];
  pk_taps taps;

  if (!work->bands->spectrum)
    return;
  taps = pheno_taps_room_get (&work->scratch->smoothing, bands,
                              (gsize) bands * (gsize) bands);
  for (int band = 0; band < bands; band++)
    {
      double sum = 0;
      int last;

      taps.first[band] = next;
      taps.count[band] = 0;
      if (!takes_part (work->bands, band))
        continue;
      taps.start[band] = find_neighbours (work->bands, band, sigma, -1);
      last = find_neighbours (work->bands, band, sigma, 1);
      taps.count[band] = last - taps.start[band] + 1;
      for (int other = taps.start[band]; other <= last; other++)
        sum += weight_of ((double) wavelength[other] - (double) wavelength[band], sigma);
      for (int other = taps.start[band]; other <= last; other++)
        taps.weight[next++]
            = (float) (weight_of ((double) wavelength[other] - (double) wavelength[band],
                                  sigma)
                       / sum);
    }
  add_mix (work, taps);
}

static gboolean
check_smoothing (const PhenoSetting *setting, const PhenoBands *bands, GError **error)
{
  return check_spectrum ("spectral-smoothing", bands, error);
}

const PhenoOperationClass pheno_spectral_smoothing = {
  .info = { .name = "spectral-smoothing",
            .title = N_ ("Spectral smoothing"),
            .doc = N_ ("Fine structure of the spectrum is lost, as with wider bands"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 4,
            .parameters = smoothing_parameters,
            .drawn = smoothing_drawn },
  .address = 26,
  .draw = draw_smoothing,
  .apply = apply_smoothing,
  .check_bands = check_smoothing,
};
