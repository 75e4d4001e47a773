/* spectrum.h - light, pigments and sensors, band by band
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All spectra stand on one grid: 408 bands from 348 to 810 nm, as the camera of the
 * hyperspectral cubes has them. A scale scatters white light, pigments in it take light
 * away (Beer and Lambert), thin layers add some back:
 *
 *     R = scatter * exp (- sum of amount * extinction)          pigment colour
 *     R = R + (1 - R) * height * exp (- (nm - peak)^2 / 2 width^2)   structural colour
 */
#pragma once

#include <glib.h>

#define PHENO_SPECTRUM_BANDS 408
#define PHENO_SPECTRUM_FIRST_NM 348.0
#define PHENO_SPECTRUM_LAST_NM 810.0

typedef enum
{
  PHENO_PIGMENT_MELANIN,
  PHENO_PIGMENT_CAROTENOID,
  PHENO_PIGMENT_XANTHOPTERIN,
  PHENO_PIGMENT_LEUCOPTERIN,
  PHENO_PIGMENT_ERYTHROPTERIN,
  PHENO_PIGMENT_OMMOCHROME,
  PHENO_PIGMENT_PAPILIOCHROME,
  PHENO_PIGMENT_BILIN,
  PHENO_N_PIGMENTS
} PhenoPigment;

/* What the camera's filters let through: those of the photograph, and the same sensor's
 * behind a filter for the ultraviolet, where its three dyes are leaky and nearly alike.
 */
typedef enum
{
  PHENO_CHANNEL_RED,
  PHENO_CHANNEL_GREEN,
  PHENO_CHANNEL_BLUE,
  PHENO_CHANNEL_ULTRAVIOLET_RED,
  PHENO_CHANNEL_ULTRAVIOLET_GREEN,
  PHENO_CHANNEL_ULTRAVIOLET_BLUE,
  PHENO_N_CHANNELS
} PhenoChannel;

/**
 * PhenoMaterial: what a patch of wing is made of
 * @scatter: reflectance of the bare scale, 0 to 1
 * @amount: optical depth of each pigment at its peak, there and back
 * @structural_nm: peak of the interference colour; @structural_height 0 is none
 * @ultraviolet: height of the ultraviolet scattering at 358 nm, too narrow to be seen by
 * us
 */
typedef struct
{
  float scatter;
  float amount[PHENO_N_PIGMENTS];
  float structural_nm, structural_width_nm, structural_height;
  float ultraviolet;
} PhenoMaterial;

double pheno_spectrum_wavelength_nm (int band);

/* Radiance of a glowing body of @kelvin, 1 at 560 nm: Planck 1901. */
double pheno_spectrum_radiance (double wavelength_nm, double kelvin);
const char *pheno_pigment_name (PhenoPigment pigment);

/* @reflectance: (out caller-allocates): 408 values, 0 to 1 */
void pheno_material_reflectance (const PhenoMaterial *material, float *reflectance);

/**
 * pheno_spectrum_respond:
 * @reflectance: 408 values
 * @kelvin: colour temperature of the light
 * @response: (out caller-allocates): linear, a white standard gives 1 in each channel;
 *   red, green and blue are those of sRGB (linear, may leave 0 to 1 a little)
 *
 * Sources: Wyman, Sloan and Shirley 2013, "Simple analytic approximations to the CIE XYZ
 * color matching functions", JCGT 2(2); IEC 61966-2-1 for the matrix; Planck for the
 * light.
 */
void pheno_spectrum_respond (const float *reflectance, double kelvin,
                             float response[PHENO_N_CHANNELS]);
