/* light.c - daylight, and the colours that people see
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tables are those of CIE 15: colour matching functions of the 2-degree observer of
 * 1931 every 5 nm, and the three components of daylight every 10 nm, between which it
 * asks for straight lines.
 */
#include <string.h>

#include "engine/reader/receptors.h"

#define MATCHING_FIRST 360.0
#define MATCHING_STEP 5.0
#define DAYLIGHT_FIRST 300.0
#define DAYLIGHT_STEP 10.0

static const float matching[][3] = {
  { 0.000130f, 0.000004f, 0.000606f }, { 0.000232f, 0.000007f, 0.001086f },
  { 0.000415f, 0.000012f, 0.001946f }, { 0.000742f, 0.000022f, 0.003486f },
  { 0.001368f, 0.000039f, 0.006450f }, { 0.002236f, 0.000064f, 0.010550f },
  { 0.004243f, 0.000120f, 0.020050f }, { 0.007650f, 0.000217f, 0.036210f },
  { 0.014310f, 0.000396f, 0.067850f }, { 0.023190f, 0.000640f, 0.110200f },
  { 0.043510f, 0.001210f, 0.207400f }, { 0.077630f, 0.002180f, 0.371300f },
  { 0.134380f, 0.004000f, 0.645600f }, { 0.214770f, 0.007300f, 1.039050f },
  { 0.283900f, 0.011600f, 1.385600f }, { 0.328500f, 0.016840f, 1.622960f },
  { 0.348280f, 0.023000f, 1.747060f }, { 0.348060f, 0.029800f, 1.782600f },
  { 0.336200f, 0.038000f, 1.772110f }, { 0.318700f, 0.048000f, 1.744100f },
  { 0.290800f, 0.060000f, 1.669200f }, { 0.251100f, 0.073900f, 1.528100f },
  { 0.195360f, 0.090980f, 1.287640f }, { 0.142100f, 0.112600f, 1.041900f },
  { 0.095640f, 0.139020f, 0.812950f }, { 0.057950f, 0.169300f, 0.616200f },
  { 0.032010f, 0.208020f, 0.465180f }, { 0.014700f, 0.258600f, 0.353300f },
  { 0.004900f, 0.323000f, 0.272000f }, { 0.002400f, 0.407300f, 0.212300f },
  { 0.009300f, 0.503000f, 0.158200f }, { 0.029100f, 0.608200f, 0.111700f },
  { 0.063270f, 0.710000f, 0.078250f }, { 0.109600f, 0.793200f, 0.057250f },
  { 0.165500f, 0.862000f, 0.042160f }, { 0.225750f, 0.914850f, 0.029840f },
  { 0.290400f, 0.954000f, 0.020300f }, { 0.359700f, 0.980300f, 0.013400f },
  { 0.433450f, 0.994950f, 0.008750f }, { 0.512050f, 1.000000f, 0.005750f },
  { 0.594500f, 0.995000f, 0.003900f }, { 0.678400f, 0.978600f, 0.002750f },
  { 0.762100f, 0.952000f, 0.002100f }, { 0.842500f, 0.915400f, 0.001800f },
  { 0.916300f, 0.870000f, 0.001650f }, { 0.978600f, 0.816300f, 0.001400f },
  { 1.026300f, 0.757000f, 0.001100f }, { 1.056700f, 0.694900f, 0.001000f },
  { 1.062200f, 0.631000f, 0.000800f }, { 1.045600f, 0.566800f, 0.000600f },
  { 1.002600f, 0.503000f, 0.000340f }, { 0.938400f, 0.441200f, 0.000240f },
  { 0.854450f, 0.381000f, 0.000190f }, { 0.751400f, 0.321000f, 0.000100f },
  { 0.642400f, 0.265000f, 0.000050f }, { 0.541900f, 0.217000f, 0.000030f },
  { 0.447900f, 0.175000f, 0.000020f }, { 0.360800f, 0.138200f, 0.000010f },
  { 0.283500f, 0.107000f, 0.000000f }, { 0.218700f, 0.081600f, 0.000000f },
  { 0.164900f, 0.061000f, 0.000000f }, { 0.121200f, 0.044580f, 0.000000f },
  { 0.087400f, 0.032000f, 0.000000f }, { 0.063600f, 0.023200f, 0.000000f },
  { 0.046770f, 0.017000f, 0.000000f }, { 0.032900f, 0.011920f, 0.000000f },
  { 0.022700f, 0.008210f, 0.000000f }, { 0.015840f, 0.005723f, 0.000000f },
  { 0.011359f, 0.004102f, 0.000000f }, { 0.008111f, 0.002929f, 0.000000f },
  { 0.005790f, 0.002091f, 0.000000f }, { 0.004109f, 0.001484f, 0.000000f },
  { 0.002899f, 0.001047f, 0.000000f }, { 0.002049f, 0.000740f, 0.000000f },
  { 0.001440f, 0.000520f, 0.000000f }, { 0.001000f, 0.000361f, 0.000000f },
  { 0.000690f, 0.000249f, 0.000000f }, { 0.000476f, 0.000172f, 0.000000f },
  { 0.000332f, 0.000120f, 0.000000f }, { 0.000235f, 0.000085f, 0.000000f },
  { 0.000166f, 0.000060f, 0.000000f }, { 0.000117f, 0.000042f, 0.000000f },
  { 0.000083f, 0.000030f, 0.000000f }, { 0.000059f, 0.000021f, 0.000000f },
  { 0.000042f, 0.000015f, 0.000000f }, { 0.000029f, 0.000011f, 0.000000f },
  { 0.000021f, 0.000007f, 0.000000f }, { 0.000015f, 0.000005f, 0.000000f },
  { 0.000010f, 0.000004f, 0.000000f }, { 0.000007f, 0.000003f, 0.000000f },
  { 0.000005f, 0.000002f, 0.000000f }, { 0.000004f, 0.000001f, 0.000000f },
  { 0.000003f, 0.000001f, 0.000000f }, { 0.000002f, 0.000001f, 0.000000f },
  { 0.000001f, 0.000000f, 0.000000f },
};

static const float daylight_parts[][3] = {
  { 0.04f, 0.02f, 0.00f },     { 6.00f, 4.50f, 2.00f },     { 29.60f, 22.40f, 4.00f },
  { 55.30f, 42.00f, 8.50f },   { 57.30f, 40.60f, 7.80f },   { 61.80f, 41.60f, 6.70f },
  { 61.50f, 38.00f, 5.30f },   { 68.80f, 42.40f, 6.10f },   { 63.40f, 38.50f, 3.00f },
  { 65.80f, 35.00f, 1.20f },   { 94.80f, 43.40f, -1.10f },  { 104.80f, 46.30f, -0.50f },
  { 105.90f, 43.90f, -0.70f }, { 96.80f, 37.10f, -1.20f },  { 113.90f, 36.70f, -2.60f },
  { 125.60f, 35.90f, -2.90f }, { 125.50f, 32.60f, -2.80f }, { 121.30f, 27.90f, -2.60f },
  { 121.30f, 24.30f, -2.60f }, { 113.50f, 20.10f, -1.80f }, { 113.10f, 16.20f, -1.50f },
  { 110.80f, 13.20f, -1.30f }, { 106.50f, 8.60f, -1.20f },  { 108.80f, 6.10f, -1.00f },
  { 105.30f, 4.20f, -0.50f },  { 104.40f, 1.90f, -0.30f },  { 100.00f, 0.00f, 0.00f },
  { 96.00f, -1.60f, 0.20f },   { 95.10f, -3.50f, 0.50f },   { 89.10f, -3.50f, 2.10f },
  { 90.50f, -5.80f, 3.20f },   { 90.30f, -7.20f, 4.10f },   { 88.40f, -8.60f, 4.70f },
  { 84.00f, -9.50f, 5.10f },   { 85.10f, -10.90f, 6.70f },  { 81.90f, -10.70f, 7.30f },
  { 82.60f, -12.00f, 8.60f },  { 84.90f, -14.00f, 9.80f },  { 81.30f, -13.60f, 10.20f },
  { 71.90f, -12.00f, 8.30f },  { 74.30f, -13.30f, 9.60f },  { 76.40f, -12.90f, 8.50f },
  { 63.30f, -10.60f, 7.00f },  { 71.70f, -11.60f, 7.60f },  { 77.00f, -12.20f, 8.00f },
  { 65.20f, -10.20f, 6.70f },  { 47.70f, -7.80f, 5.20f },   { 68.60f, -11.20f, 7.40f },
  { 65.00f, -10.40f, 6.80f },  { 66.00f, -10.60f, 7.00f },  { 61.00f, -9.70f, 6.40f },
  { 53.30f, -8.30f, 5.50f },   { 58.90f, -9.30f, 6.10f },   { 61.90f, -9.80f, 6.50f },
};

/* (n, 3) values every @step from @first; those at its ends beyond them. */
static void
interpolate (const float (*table)[3], gsize n, double first, double step, double nm,
             double values[3])
{
  double place = CLAMP ((nm - first) / step, 0, (double) (n - 1));
  gsize i = MIN ((gsize) place, n - 2);
  double rest = place - (double) i;

  for (int k = 0; k < 3; k++)
    values[k] = table[i][k] * (1 - rest) + table[i + 1][k] * rest;
}

void
pheno_colour_matching (double nm, double xyz[3])
{
  double last = MATCHING_FIRST + MATCHING_STEP * (G_N_ELEMENTS (matching) - 1);

  interpolate (matching, G_N_ELEMENTS (matching), MATCHING_FIRST, MATCHING_STEP, nm, xyz);
  if (!(nm >= MATCHING_FIRST && nm <= last))
    xyz[0] = xyz[1] = xyz[2] = 0;
}

static const struct
{
  const char *name;
  double kelvin; /* 0: equal energy */
} lights[] = {
  { "equal-energy", 0 }, { "d50", 5002.78 }, { "d55", 5502.78 },
  { "d65", 6503.62 },    { "d75", 7504.17 },
};

/* The colour temperature; 0: equal energy; -1: there is no such light. Names like d65
 * mean the temperature after the constant of Planck's law was corrected. */
static double
find_kelvin (const char *light)
{
  char *end;
  double kelvin;

  for (gsize i = 0; i < G_N_ELEMENTS (lights); i++)
    if (g_ascii_strcasecmp (light, lights[i].name) == 0)
      return lights[i].kelvin;

  kelvin = g_ascii_strtod (light, &end);
  return end != light && g_ascii_strcasecmp (end, "K") == 0 && kelvin >= 4000
                 && kelvin <= 25000
             ? kelvin
             : -1;
}

gboolean
pheno_light_check (const char *light, GError **error)
{
  if (find_kelvin (light) >= 0)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("There is no light “%s”. Choose equal-energy, d50, d55, d65, d75, or "
                  "daylight of a temperature from 4000K to 25000K."),
               light);
  return FALSE;
}

double
pheno_light_power (const char *light, double nm)
{
  double kelvin = find_kelvin (light), t = kelvin > 0 ? 1000 / kelvin : 0;
  double x, y, m, m1, m2, s[3];

  if (kelvin <= 0)
    return 1;

  x = kelvin <= 7000 ? ((-4.6070 * t + 2.9678) * t + 0.09911) * t + 0.244063
                     : ((-2.0064 * t + 1.9018) * t + 0.24748) * t + 0.237040;
  y = -3.000 * x * x + 2.870 * x - 0.275;
  m = 0.0241 + 0.2562 * x - 0.7341 * y;
  m1 = (-1.3515 - 1.7703 * x + 5.9114 * y) / m;
  m2 = (0.0300 - 31.4424 * x + 30.0717 * y) / m;
  interpolate (daylight_parts, G_N_ELEMENTS (daylight_parts), DAYLIGHT_FIRST,
               DAYLIGHT_STEP, nm, s);
  return MAX (s[0] + m1 * s[1] + m2 * s[2], 0) / 100;
}
