/* measured.h - what all formats of measured bands share; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader-class.h"

G_BEGIN_DECLS

/* More bands than any spectrometer has: above this a header is not believed. */
#define PHENO_MOST_BANDS 65536

/**
 * pheno_measured_set_spectrum:
 * @centres: (array length=header.bands) (transfer full): as in the file
 * @widths: (array length=header.bands) (transfer full) (nullable)
 * @unit: (nullable): the word of the file: "nm", "Micrometers", "cm-1" ...
 *
 * Turns both into nanometres. Where no unit is said, numbers below 100 are micrometres:
 * no spectrometer sees 100 nm. Wavenumbers w become 1e7 / w.
 *
 * Errors: %PHENO_ERROR_FORMAT for numbers that are no wavelengths, and for more than 30
 *   bands that go up and down; a few turns are the seams between the detectors of one
 *   spectrometer, and cameras with filters have their bands in any order
 */
gboolean pheno_measured_set_spectrum (PhenoImageHeader *header, double *centres,
                                      double *widths, const char *unit, const char *path,
                                      GError **error);

/* rgb is for photographs: bands that were measured are multispectral, and hyperspectral
 * with more than 30 of them, or from 16 on with wavelengths. */
PhenoModality pheno_measured_modality (const PhenoImageHeader *header);

G_END_DECLS
