/* light.c - operations on the light: its colour, its ultraviolet part, and the lens
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/augment/work.h"

/* ---- Illuminant ---- */

enum
{
  ILLUMINANT_TEMPERATURE,
  ILLUMINANT_TILT
};

/* The daylight that a picture is taken to have been made in: D65. */
#define USUAL_TEMPERATURE 6504.0

static const PhenoParameterInfo illuminant_parameters[] = {
  { "temperature", PHENO_PARAMETER_RANGE, 4000, 25000, "5000;10000", NULL,
    N_ ("Colour temperature of the daylight in kelvin; 6504 changes nothing. Drawn "
        "evenly "
        "in mired, which is how eyes tell them apart"),
    .title = N_ ("Daylight"), .changes_colour = TRUE },
  { "tilt", PHENO_PARAMETER_NUMBER, 0, 2, "0.1", NULL,
    N_ ("How much more light may fall at the long end than at the short one, or the "
        "other "
        "way round: a smooth slope over the wavelengths"),
    .title = N_ ("Tilt"), .usual = { 0, 0.5 }, .changes_colour = TRUE },
  { NULL },
};
static const char *const illuminant_drawn[] = { N_ ("temperature"), N_ ("tilt"), NULL };

/* The components of daylight from 300 to 830 nm, every 10 nm: its mean, and the two ways
 * in which it varies most. CIE 015:2018, Colorimetry, table 6; Judd, MacAdam and Wyszecki
 * 1964, doi:10.1364/JOSA.54.001031. */
#define DAYLIGHT_FIRST 300
#define DAYLIGHT_STEP 10
static const float phase[][3] = {
  { 0.04f, 0.02f, 0.0f },   { 6.0f, 4.5f, 2.0f },     { 29.6f, 22.4f, 4.0f },
  { 55.3f, 42.0f, 8.5f },   { 57.3f, 40.6f, 7.8f },   { 61.8f, 41.6f, 6.7f },
  { 61.5f, 38.0f, 5.3f },   { 68.8f, 42.4f, 6.1f },   { 63.4f, 38.5f, 3.0f },
  { 65.8f, 35.0f, 1.2f },   { 94.8f, 43.4f, -1.1f },  { 104.8f, 46.3f, -0.5f },
  { 105.9f, 43.9f, -0.7f }, { 96.8f, 37.1f, -1.2f },  { 113.9f, 36.7f, -2.6f },
  { 125.6f, 35.9f, -2.9f }, { 125.5f, 32.6f, -2.8f }, { 121.3f, 27.9f, -2.6f },
  { 121.3f, 24.3f, -2.6f }, { 113.5f, 20.1f, -1.8f }, { 113.1f, 16.2f, -1.5f },
  { 110.8f, 13.2f, -1.3f }, { 106.5f, 8.6f, -1.2f },  { 108.8f, 6.1f, -1.0f },
  { 105.3f, 4.2f, -0.5f },  { 104.4f, 1.9f, -0.3f },  { 100.0f, 0.0f, 0.0f },
  { 96.0f, -1.6f, 0.2f },   { 95.1f, -3.5f, 0.5f },   { 89.1f, -3.5f, 2.1f },
  { 90.5f, -5.8f, 3.2f },   { 90.3f, -7.2f, 4.1f },   { 88.4f, -8.6f, 4.7f },
  { 84.0f, -9.5f, 5.1f },   { 85.1f, -10.9f, 6.7f },  { 81.9f, -10.7f, 7.3f },
  { 82.6f, -12.0f, 8.6f },  { 84.9f, -14.0f, 9.8f },  { 81.3f, -13.6f, 10.2f },
  { 71.9f, -12.0f, 8.3f },  { 74.3f, -13.3f, 9.6f },  { 76.4f, -12.9f, 8.5f },
  { 63.3f, -10.6f, 7.0f },  { 71.7f, -11.6f, 7.6f },  { 77.0f, -12.2f, 8.0f },
  { 65.2f, -10.2f, 6.7f },  { 47.7f, -7.8f, 5.2f },   { 68.6f, -11.2f, 7.4f },
  { 65.0f, -10.4f, 6.8f },  { 66.0f, -10.6f, 7.0f },  { 61.0f, -9.7f, 6.4f },
  { 53.3f, -8.3f, 5.5f },   { 58.9f, -9.3f, 6.1f },   { 61.9f, -9.8f, 6.5f },
};

/* How much of the two variations a daylight of a temperature has. */
static void
find_shares (double kelvin, double share[2])
{
  double t = 1000 / kelvin, x, y, divisor;

  if (kelvin <= 7000)
    x = -4.6070 * t * t * t + 2.9678 * t * t + 0.09911 * t + 0.244063;
  else
    x = -2.0064 * t * t * t + 1.9018 * t * t + 0.24748 * t + 0.237040;
  y = -3 * x * x + 2.870 * x - 0.275;
  divisor = 0.0241 + 0.2562 * x - 0.7341 * y;
  share[0] = (-1.3515 - 1.7703 * x + 5.9114 * y) / divisor;
  share[1] = (0.0300 - 31.4424 * x + 30.0717 * y) / divisor;
}

/* Light at a wavelength, linear between those of the table; beyond them that at its ends.
 */
static double
daylight_at (double wavelength_nm, const double share[2])
{
  double last = G_N_ELEMENTS (phase) - 1;
  double at = CLAMP ((wavelength_nm - DAYLIGHT_FIRST) / DAYLIGHT_STEP, 0, last);
  int low = (int) MIN (floor (at), last - 1);
  double light[2];

  for (int i = 0; i < 2; i++)
    light[i] = (double) phase[low + i][0] + share[0] * (double) phase[low + i][1]
               + share[1] * (double) phase[low + i][2];
  return light[0] + (light[1] - light[0]) * (at - low);
}

static void
draw_illuminant (const PhenoSetting *setting, const PhenoFrame *frame,
                 PhenoStream *stream, double *value)
{
  const double *range = setting->value[ILLUMINANT_TEMPERATURE].number;
  double tilt = setting->value[ILLUMINANT_TILT].number[0];

  value[0] = 1e6 / pheno_stream_uniform (stream, 1, 1e6 / range[1], 1e6 / range[0]);
  value[1] = pheno_stream_uniform (stream, 2, -tilt, tilt);
}

/* The gain of a band: the new light divided by the usual one, on a slope of which the
 * ends of the image's own bands are plus and minus half the tilt. The mean gain is 1: how
 * much light there is is another operation's matter. */
static void
apply_illuminant (const PhenoDrawn *drawn, PhenoWork *work)
{
  const float *wavelength = work->bands->wavelength_nm;
  int bands = work->frame->bands, known = 0;
  float *gain = pheno_work_floats (work, (gsize) bands);
  float *shift = pheno_work_floats (work, (gsize) bands);
  double usual[2], now[2], low = INFINITY, high = 0, sum = 0;

  find_shares (USUAL_TEMPERATURE, usual);
  find_shares (drawn->value[0], now);
  for (int band = 0; band < bands; band++)
    if (wavelength[band] > 0)
      {
        low = MIN (low, (double) wavelength[band]);
        high = MAX (high, (double) wavelength[band]);
      }
  for (int band = 0; band < bands; band++)
    {
      double at = (double) wavelength[band];

      gain[band] = 1;
      shift[band] = 0;
      if (!(at > 0))
        continue;
      gain[band] = (float) (daylight_at (at, now) / daylight_at (at, usual));
      if (high > low)
        gain[band] *= (float) exp (drawn->value[1] * ((at - low) / (high - low) - 0.5));
      sum += (double) gain[band];
      known++;
    }
  for (int band = 0; band < bands && known > 0; band++)
    if (wavelength[band] > 0)
      gain[band] = (float) ((double) gain[band] * known / sum);
  pheno_work_add (
      work, (pk_colour_step){ .kind = PK_COLOUR_SCALE, .scale = gain, .shift = shift });
}

const PhenoOperationClass pheno_illuminant = {
  .info = { .name = "illuminant",
            .title = N_ ("Illuminant"),
            .doc = N_ ("Another daylight, bluer or redder, and a slope over wavelengths"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 5,
            .parameters = illuminant_parameters,
            .drawn = illuminant_drawn },
  .address = 22,
  .draw = draw_illuminant,
  .apply = apply_illuminant,
};

/* ---- UV intensity ---- */

static const PhenoParameterInfo uv_parameters[] = {
  { "factor", PHENO_PARAMETER_RANGE, 0.01, 100, "0.7;1.4", NULL,
    N_ ("What the bands under ultraviolet light are multiplied by; drawn evenly on a "
        "logarithmic scale"),
    .title = N_ ("Factor"), .usual = { 0.25, 4 } },
  { NULL },
};
static const char *const uv_drawn[] = { N_ ("factor"), NULL };

static void
draw_uv (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
         double *value)
{
  const double *factor = setting->value[0].number;

  value[0] = exp (pheno_stream_uniform (stream, 1, log (factor[0]), log (factor[1])));
}

static void
apply_uv (const PhenoDrawn *drawn, PhenoWork *work)
{
  int bands = work->frame->bands;
  float *gain = pheno_work_floats (work, (gsize) bands);
  float *shift = pheno_work_floats (work, (gsize) bands);

  for (int band = 0; band < bands; band++)
    {
      gboolean uv = work->bands->region[band] == PHENO_REGION_UV;

      gain[band] = uv ? (float) drawn->value[0] : 1;
      shift[band] = 0;
    }
  pheno_work_add (
      work, (pk_colour_step){ .kind = PK_COLOUR_SCALE, .scale = gain, .shift = shift });
}

/* Without such a band it would seem to do something, and do nothing. */
static gboolean
check_uv (const PhenoSetting *setting, const PhenoBands *bands, GError **error)
{
  for (int band = 0; band < bands->kernel.bands; band++)
    if (bands->region[band] == PHENO_REGION_UV)
      return TRUE;
  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("[augment.uv-intensity] changes bands under ultraviolet light, but the images "
         "have none below 400 nm and none with a name such as “UV-R”. Set "
         "enabled=false."));
  return FALSE;
}

const PhenoOperationClass pheno_uv_intensity = {
  .info = { .name = "uv-intensity",
            .title = N_ ("UV intensity"),
            .doc = N_ ("The ultraviolet lamp is brighter or darker than the other light"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 6,
            .parameters = uv_parameters,
            .drawn = uv_drawn },
  .address = 23,
  .draw = draw_uv,
  .apply = apply_uv,
  .check_bands = check_uv,
};

/* ---- Vignetting ---- */

static const PhenoParameterInfo vignetting_parameters[] = {
  { "strength", PHENO_PARAMETER_RANGE, 0, 1, "0;0.4", NULL,
    N_ ("How much light is lost in the corners"), .title = N_ ("Strength") },
  { NULL },
};
static const char *const vignetting_drawn[] = { N_ ("strength"), NULL };

static void
draw_vignetting (const PhenoSetting *setting, const PhenoFrame *frame,
                 PhenoStream *stream, double *value)
{
  const double *strength = setting->value[0].number;

  value[0] = pheno_stream_uniform (stream, 1, strength[0], strength[1]);
}

/* Light falls with the square of the distance from the middle, to the corners. */
static void
apply_vignetting (const PhenoDrawn *drawn, PhenoWork *work)
{
  int size = work->frame->size;
  float centre = (float) (size - 1) / 2, strength = (float) drawn->value[0];
  float unit = size > 1 ? 1 / (2 * centre * centre) : 0;
  float *gain = pheno_work_plane (work);

  for (int y = 0; y < size; y++)
    {
      float down = (float) y - centre;

      for (int x = 0; x < size; x++)
        {
          float across = (float) x - centre;

          gain[y * size + x] = 1 - strength * (across * across + down * down) * unit;
        }
    }
  pheno_work_add (work, (pk_colour_step){ .kind = PK_COLOUR_TIMES, .plane = gain });
}

const PhenoOperationClass pheno_vignetting = {
  .info = { .name = "vignetting",
            .title = N_ ("Vignetting"),
            .doc = N_ ("Corners are darker, as behind a lens"),
            .stage = PHENO_STAGE_COLOUR,
            .random = TRUE,
            .probability = 0.5,
            .place = 8,
            .parameters = vignetting_parameters,
            .drawn = vignetting_drawn },
  .address = 24,
  .draw = draw_vignetting,
  .apply = apply_vignetting,
};
