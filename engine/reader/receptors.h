/* receptors.h - what an eye makes of a spectrum; part of the reader's door
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A viewer is a set of receptors. Of a file with wavelengths their catches come from the
 * spectrum,
 *
 *     q = sum R(nm) S(nm) I(nm) w(nm) / sum S(nm) I(nm) w(nm)
 *
 * with reflectance R, sensitivity S, light I and the width w of each band: a white
 * surface gives 1 (von Kries). Of a few camera bands they come from a model that the user
 * brings, linear or with products of bands, as micaToolbox fits them.
 *
 * VIEWER is human, bird-uv, bird-violet, honeybee or a file (docs/formats.md); @LIGHT is
 * equal-energy, d50, d55, d65, d75 or a temperature such as 4500K of daylight; d65 when
 * nothing is said.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoMix: output bands as functions of input bands
 *
 * Each output is a constant and a sum of terms, a term a factor times a product of
 * powers of inputs.
 */
typedef struct _PhenoMix PhenoMix;

/* @weights: (n_out, n_in), copied. */
PhenoMix *pheno_mix_new_linear (int n_in, int n_out, const double *weights);
void pheno_mix_free (PhenoMix *mix);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMix, pheno_mix_free)
int pheno_mix_outputs (const PhenoMix *mix);

/* @in: (count, n_in), @out: (count, n_out); an input that is no number makes an output
 * that is none. */
void pheno_mix_apply (const PhenoMix *mix, const float *in, gsize count, float *out);

/**
 * pheno_pigment_sensitivity:
 * @peak_nm: wavelength of the largest absorption, 300 to 700
 * @beta: with the second band in the ultraviolet
 *
 * Vitamin A1 visual pigment, not scaled to a largest value of 1.
 *
 * Source: Govardovskii et al. 2000, doi:10.1017/S0952523800174036
 */
double pheno_pigment_sensitivity (double peak_nm, double nm, gboolean beta);

/**
 * pheno_droplet_transmittance:
 * @type: oil droplet: 'T' (clear), 'C', 'Y', 'R' or 'P'
 *
 * Source: Hart and Vorobyev 2005, doi:10.1007/s00359-004-0595-3
 */
double pheno_droplet_transmittance (char type, double cut_nm, double nm);

/* Relative power of @light (as above) at a wavelength, 1 at 560 nm; equal energy beyond
 * the tables of CIE 15 is what stands at their end. */
double pheno_light_power (const char *light, double nm);
gboolean pheno_light_check (const char *light, GError **error);

/* CIE 1931 colour matching functions of the 2-degree observer; 0 beyond 360 to 830 nm. */
void pheno_colour_matching (double nm, double xyz[3]);

typedef struct _PhenoViewer PhenoViewer;

/**
 * pheno_viewer_new:
 * @text: VIEWER or VIEWER\@LIGHT
 *
 * Errors: %PHENO_ERROR_SETTING for a name that does not exist, with the nearest;
 * %PHENO_ERROR_FILE; %PHENO_ERROR_FORMAT with the line of the file
 */
PhenoViewer *pheno_viewer_new (const char *text, GError **error);
void pheno_viewer_free (PhenoViewer *viewer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoViewer, pheno_viewer_free)

const char *const *pheno_viewer_names (void); /* built-in ones */
int pheno_viewer_receptors (const PhenoViewer *viewer);
const char *pheno_viewer_receptor_name (const PhenoViewer *viewer, int receptor);
/* (array zero-terminated=1) (nullable): the bands that its camera model needs, by name or
 * number; %NULL: it looks at spectra. */
const char *const *pheno_viewer_bands (const PhenoViewer *viewer);

/* Relative sensitivity, at most 1, without the light. */
double pheno_viewer_sensitivity (const PhenoViewer *viewer, int receptor, double nm);

/**
 * pheno_viewer_mix:
 * @wavelengths_nm: (array length=n) (nullable): of the bands of the spectrum; %NULL where
 *   the viewer has a camera model, whose bands they are
 *
 * Errors: %PHENO_ERROR_SETTING when the spectrum does not reach a receptor
 */
PhenoMix *pheno_viewer_mix (const PhenoViewer *viewer, const double *wavelengths_nm,
                            int n, GError **error);

/**
 * PhenoTetrahedral: a colour in the space of four receptors
 * @u, @s, @m, @l: catches that sum to 1
 * @theta, @phi: hue angles in radians
 * @r: distance from the achromatic centre; @r_max: the largest with that hue
 *
 * Source: Endler and Mielke 2005, doi:10.1111/j.1095-8312.2005.00540.x; Stoddard and Prum
 * 2008, doi:10.1086/587526
 */
typedef struct
{
  double u, s, m, l;
  double x, y, z;
  double theta, phi, r, r_max;
} PhenoTetrahedral;

/* @catches: u, s, m, l. All 0: all members NAN. */
PhenoTetrahedral pheno_tetrahedral (const double catches[4]);

G_END_DECLS
