/* mix.h - output bands as functions of input bands; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/receptors.h"

G_BEGIN_DECLS

/* Bands in one product: those of micaToolbox have three at most. */
#define MIX_POWERS 4

/**
 * pheno_mix_new_polynomial:
 * @bands: (array zero-terminated=1): names of the inputs
 * @texts: (array zero-terminated=1): one for each output, such as
 *   "0.01 + 0.4*vR - 0.2*vR*uB + 0.1*vR^2"
 * @wrong: (out): the text that cannot be understood, where %NULL is returned
 */
PhenoMix *pheno_mix_new_polynomial (const char *const *bands, const char *const *texts,
                                    int *wrong);

/* Where each of @n bands begins and ends: half-way to its neighbours, in whatever order
 * they are; the outermost are as wide on both sides. */
void pheno_band_edges (const double *wavelengths_nm, int n, double *low, double *high);

G_END_DECLS
