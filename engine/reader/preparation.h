/* preparation.h - from the samples of a file to the pixels that a network learns from;
 * part of the reader's door
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     file ─► bands ─► calibrated ─► mixed ─► cropped ─► shrunk ─► filled ─► levels
 *             (which)  (white, dark)  (cie, receptors)   (area)    (mask)   (black,
 * white)
 *
 * Strips of a few megabytes go through all of this one after the other, so that a cube is
 * never in memory as a whole.
 */
#pragma once

#include "engine/reader/bands.h"

G_BEGIN_DECLS

/**
 * PhenoPreparationOptions: the settings of [collection] in a run, as text
 * @bands: see bands.h
 * @radiometry: what becomes 0 and 1:
 *   "type" (the range of the number type), "reflectance" (0 and the file's scale factor,
 *   or 1 after calibration), "percentile" or "percentile:P" (P and 100 - P % of each band
 *   over the collection, 1 when not said), "image" (the least and largest of each image),
 *   "auto" (as "type" until pheno_preparation_resolve())
 * @mask: which pixels are specimen: "auto", "none", "alpha", "border" (what stands out
 * from a plain background, see docs/methods.md), "band:NUMBER" or "band:NAME",
 * "file:PATTERN" with {name} for the image's name without extension, relative to its
 * folder, "colour:#RRGGBB" or "colour:#RRGGBB:TOLERANCE" (0 to 1) of the background;
 * "inverted:" before it turns it round
 * @fill: what background becomes: "keep", "zero" (samples of 0), "grey"
 *   (half way from black to white) or "mean" (of the
 *   specimen in each band)
 * @crop: "none", or "specimen": the mask's bounding box and 5 % around
 * @white_reference, @dark_reference: "none", a file, or "region:X,Y,WIDTH,HEIGHT"
 * @reference_reflectance: of the white reference, 0 to 1
 */
typedef struct
{
  const char *bands, *radiometry, *mask, *fill, *crop;
  const char *white_reference, *dark_reference;
  double reference_reflectance;
} PhenoPreparationOptions;

#define PHENO_PREPARATION_DEFAULTS                                                       \
  {                                                                                      \
    "all", "auto", "auto", "keep", "none", "none", "none", 1                             \
  }

/* Prepares files one by one, on any number of threads at once. */
typedef struct _PhenoPreparation PhenoPreparation;

/* Errors: %PHENO_ERROR_SETTING naming the setting, its value and what is allowed */
PhenoPreparation *pheno_preparation_new (const PhenoPreparationOptions *options,
                                         GError **error);
void pheno_preparation_free (PhenoPreparation *preparation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoPreparation, pheno_preparation_free)

/* Whether @text is allowed as the value of @setting ("bands", "mask" ...). */
gboolean pheno_preparation_check (const char *setting, const char *text, GError **error);

const PhenoBandSelection *pheno_preparation_bands (const PhenoPreparation *preparation);

/* Whether photographs come through it as pheno_reader_read() gives them. */
gboolean pheno_preparation_is_plain (const PhenoPreparation *preparation);

/* What the pixels depend on, as one line: two preparations with the same text give the
 * same pixels. Levels that the collection decides are no part of it. */
const char *pheno_preparation_text (const PhenoPreparation *preparation);

/* Whether the file is the white or dark reference, and no specimen. */
gboolean pheno_preparation_is_reference (const PhenoPreparation *preparation,
                                         const char *path);

/**
 * PhenoSampleCounts: what was found among the samples of a file
 * @saturated: at the largest value that the camera has: 255, 1023, 4095, 16383 or 65535
 */
typedef struct
{
  guint64 samples, not_a_number, infinite, ignored, saturated;
} PhenoSampleCounts;

void pheno_sample_counts_add (PhenoSampleCounts *counts, const PhenoSampleCounts *more);

/* (transfer full) (nullable): a sentence about what is not as it should be; %NULL when
 * all samples are good. */
char *pheno_sample_counts_describe (const PhenoSampleCounts *counts);

/**
 * pheno_preparation_read:
 * @shorter_side: at which the shorter side is delivered when the image is larger (area
 *   average); 0: full size
 * @counts: (out) (optional): of the chosen bands; of photographs that come through as
 *   they are nothing is counted
 *
 * Samples that are no number, infinite or to be ignored take no part in averages; where
 * nothing else is left they are the band's mean.
 *
 * Returns: (transfer full): pixels of 8 or 16 bits, or half floats, with band names,
 *   wavelengths, levels and mask
 * Errors: those of pheno_source_open() and pheno_source_read(); %PHENO_ERROR_SETTING for
 *   bands, mask or references that this file does not have; %PHENO_ERROR_DATA for a mask
 *   that is empty, or not one good sample
 */
PhenoImage *pheno_preparation_read (const PhenoPreparation *preparation, const char *path,
                                    int shorter_side, PhenoSampleCounts *counts,
                                    GError **error);

/* What the selection of bands comes to for a file, without reading its pixels; errors as
 * of pheno_preparation_read(). */
gboolean pheno_preparation_choose (const PhenoPreparation *preparation,
                                   const PhenoImageHeader *header, const char *path,
                                   PhenoBandChoice *choice, GError **error);

/**
 * PhenoLevels: what becomes 0 and 1 in each band, in samples of the file
 */
typedef struct
{
  int n;
  double *black, *white;
} PhenoLevels;

PhenoLevels *pheno_levels_new (int n);
void pheno_levels_free (PhenoLevels *levels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoLevels, pheno_levels_free)
/* "black:white" of each band, with blanks between: as it stands in a run file. */
char *pheno_levels_to_text (const PhenoLevels *levels);
PhenoLevels *pheno_levels_from_text (const char *text, GError **error);

/* Sets them in place of those that the image has; its bands are as many. */
void pheno_image_set_levels (PhenoImage *image, const PhenoLevels *levels);

/* The share in per cent that radiometry=percentile leaves below black; negative for
 * another radiometry. */
double pheno_preparation_percentile (const PhenoPreparation *preparation);

/* (nullable) (transfer none): set on every image that is read from now on. Not while a
 * thread reads. */
void pheno_preparation_set_levels (PhenoPreparation *preparation,
                                   const PhenoLevels *levels);
const PhenoLevels *pheno_preparation_levels (const PhenoPreparation *preparation);

G_END_DECLS
