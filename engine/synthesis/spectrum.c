/* spectrum.c - light, pigments and sensors, band by band
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/synthesis/spectrum.h"

#include <math.h>

/* A bell: @width is its standard deviation. */
static double
bell (double nm, double peak, double width)
{
  double z = (nm - peak) / width;

  return exp (-0.5 * z * z);
}

double
pheno_spectrum_wavelength_nm (int band)
{
  return PHENO_SPECTRUM_FIRST_NM
         + band * (PHENO_SPECTRUM_LAST_NM - PHENO_SPECTRUM_FIRST_NM)
               / (PHENO_SPECTRUM_BANDS - 1);
}

const char *
pheno_pigment_name (PhenoPigment pigment)
{
  static const char *const names[PHENO_N_PIGMENTS] = {
    "melanin",       "carotenoid", "xanthopterin",  "leucopterin",
    "erythropterin", "ommochrome", "papiliochrome", "bilin",
  };

  return names[pigment];
}

/* Extinction, 1 at its peak. Peaks are those of the absorption spectra that are known of
 * each pigment; widths are chosen so that the colour is the animal's. */
static double
extinction (PhenoPigment pigment, double nm)
{
  switch (pigment)
    {
    case PHENO_PIGMENT_MELANIN: /* no peak: falls from the ultraviolet to the red */
      return exp (-(nm - PHENO_SPECTRUM_FIRST_NM) / 380);
    case PHENO_PIGMENT_CAROTENOID: /* three fingers, as lutein has */
      return MIN (1, 0.7 * bell (nm, 425, 14) + bell (nm, 450, 14)
                         + 0.85 * bell (nm, 481, 14) + 0.35 * bell (nm, 345, 25));
    case PHENO_PIGMENT_XANTHOPTERIN:
      return bell (nm, 388, 36);
    case PHENO_PIGMENT_LEUCOPTERIN: /* white to us, black to a bee */
      return bell (nm, 345, 22);
    case PHENO_PIGMENT_ERYTHROPTERIN:
      return MIN (1, bell (nm, 478, 48) + 0.8 * bell (nm, 370, 45));
    case PHENO_PIGMENT_OMMOCHROME:
      return MIN (1, bell (nm, 500, 58) + 0.7 * bell (nm, 390, 50));
    case PHENO_PIGMENT_PAPILIOCHROME:
      return bell (nm, 380, 48);
    case PHENO_PIGMENT_BILIN:
      return MIN (1, bell (nm, 382, 30) + 0.75 * bell (nm, 668, 42));
    case PHENO_N_PIGMENTS:
      break;
    }
  g_return_val_if_reached (0);
}

void
pheno_material_reflectance (const PhenoMaterial *material, float *reflectance)
{
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    {
      double nm = pheno_spectrum_wavelength_nm (band);
      double depth = 0, r;

      for (int p = 0; p < PHENO_N_PIGMENTS; p++)
        if (material->amount[p] > 0)
          depth += material->amount[p] * extinction (p, nm);
      r = material->scatter * exp (-depth);
      if (material->structural_height > 0)
        r += (1 - r) * material->structural_height
             * bell (nm, material->structural_nm, material->structural_width_nm);
      r += (1 - r) * material->ultraviolet * bell (nm, 358, 14);
      reflectance[band] = r;
    }
}

/* One lobe of the analytic matching functions: its two sides differ in width. */
static double
lobe (double nm, double peak, double width_below, double width_above)
{
  return bell (nm, peak, nm < peak ? width_below : width_above);
}

/* CIE 1931 X, Y, Z of one wavelength: Wyman et al. 2013, table 1. */
static void
match (double nm, double xyz[3])
{
  xyz[0] = 1.056 * lobe (nm, 599.8, 37.9, 31.0) + 0.362 * lobe (nm, 442.0, 16.0, 26.7)
           - 0.065 * lobe (nm, 501.1, 20.4, 26.2);
  xyz[1] = 0.821 * lobe (nm, 568.8, 46.9, 40.5) + 0.286 * lobe (nm, 530.9, 16.3, 31.1);
  xyz[2] = 1.217 * lobe (nm, 437.0, 11.8, 36.0) + 0.681 * lobe (nm, 459.0, 26.0, 13.8);
}

double
pheno_spectrum_radiance (double nm, double kelvin)
{
  double x = 1.438777e7 / (nm * kelvin); /* h c / k in nm K */

  return pow (560 / nm, 5) * (exp (1.438777e7 / (560 * kelvin)) - 1) / (exp (x) - 1);
}

/* The sensor's red, green and blue behind a filter for 320 to 400 nm: peak and standard
 * deviation, nm. */
static const double ultraviolet_filter[3][2] = { { 360, 16 }, { 371, 12 }, { 366, 19 } };

/* Sums of light x reflectance x sensitivity: X, Y, Z and the ultraviolet channels. */
static void
integrate (const float *reflectance, double kelvin, double sum[6])
{
  for (int i = 0; i < 6; i++)
    sum[i] = 0;
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    {
      double nm = pheno_spectrum_wavelength_nm (band);
      double light
          = pheno_spectrum_radiance (nm, kelvin) * (reflectance ? reflectance[band] : 1);
      double xyz[3];

      match (nm, xyz);
      for (int i = 0; i < 3; i++)
        sum[i] += light * xyz[i];
      for (int i = 0; i < 3; i++)
        sum[3 + i]
            += light * bell (nm, ultraviolet_filter[i][0], ultraviolet_filter[i][1]);
    }
}

void
pheno_spectrum_respond (const float *reflectance, double kelvin,
                        float response[PHENO_N_CHANNELS])
{
  static const double to_rgb[3][3] = { { 3.2406, -1.5372, -0.4986 },
                                       { -0.9689, 1.8758, 0.0415 },
                                       { 0.0557, -0.2040, 1.0570 } };
  static const double d65[3] = { 0.9505, 1, 1.089 };
  double sum[6], white[6];

  integrate (reflectance, kelvin, sum);
  integrate (NULL, kelvin, white);
  for (int c = 0; c < 3; c++)
    {
      response[c] = 0;
      for (int i = 0; i < 3; i++) /* white-balanced in XYZ, then to the primaries */
        response[c] += to_rgb[c][i] * d65[i] * sum[i] / white[i];
    }
  for (int i = 0; i < 3; i++)
    response[PHENO_CHANNEL_ULTRAVIOLET_RED + i] = sum[3 + i] / white[3 + i];
}
