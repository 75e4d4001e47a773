/* preparation-parts.h - what a preparation is made of; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/* Which pixels are specimen. */
typedef enum
{
  MASK_AUTO,
  MASK_NONE,
  MASK_ALPHA,
  MASK_BAND,
  MASK_FILE,
  MASK_COLOUR,
  MASK_BORDER
} MaskKind;

typedef struct
{
  MaskKind kind;
  gboolean inverted;
  char *name; /* of the band, or the pattern of the file */
  double colour[3], tolerance;
} MaskRule;

gboolean pheno_mask_rule_read (const char *text, MaskRule *rule, GError **error);
void pheno_mask_rule_clear (MaskRule *rule);

/* The band that is the mask and no data, from 0; -1: none; -2 with @error: the file has
 * no such band. */
int pheno_mask_rule_band (const MaskRule *rule, const PhenoImageHeader *header,
                          const char *path, GError **error);

/**
 * pheno_mask_read:
 * @source: (nullable): the file, where it is read in parts
 * @image: (nullable): the file, where it is read as a whole
 * @shorter_side: at which @image was read
 * @mask: (out) (nullable): 0 to 255 for each pixel; %NULL: all is specimen
 */
gboolean pheno_mask_read (const MaskRule *rule, PhenoSource *source,
                          const PhenoImage *image, const char *path, int shorter_side,
                          guint8 **mask, GError **error);

/* What of the image is specimen, with some room around. */
PhenoRegion pheno_mask_box (const guint8 *mask, int width, int height);

/* Where a reference is found: in the image itself, or in a file. */
typedef struct
{
  char *path; /* (nullable) */
  PhenoRegion region;
  gboolean is_there;
} Reference;

gboolean pheno_reference_read (const char *setting, const char *text,
                               Reference *reference, GError **error);
void pheno_reference_clear (Reference *reference);

/**
 * Calibration: reflectance = (sample - dark) * gain
 * @columns: 1: the same for all columns; else one for each column of the image, as the
 *   pixels of a line camera differ
 * @dark, @gain: (columns, n)
 */
typedef struct
{
  int columns, n;
  float *dark, *gain;
} Calibration;

void pheno_calibration_free (Calibration *calibration);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Calibration, pheno_calibration_free)

/* (nullable) with *done: %NULL where there is no reference. */
Calibration *pheno_calibration_new (const Reference *white, const Reference *dark,
                                    double reflectance, PhenoSource *source,
                                    const char *path, const int *bands, int n,
                                    gboolean *done, GError **error);

/* A row of @width pixels from column @left, interleaved, in place. */
void pheno_calibration_apply (const Calibration *calibration, int left, int width,
                              float *row);

/**
 * Average: of areas, row by row
 *
 * Input that is no number takes no part.
 */
typedef struct _Average Average;
Average *pheno_average_new (int width, int height, int bands, int shorter_side,
                            GError **error);
void pheno_average_free (Average *shrink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Average, pheno_average_free)
void pheno_average_add (Average *shrink, const float *row);
int pheno_average_width (const Average *shrink);
int pheno_average_height (const Average *shrink);
/* (height, width, bands), after the last row; NAN where there was nothing to average. */
float *pheno_average_values (Average *shrink);

/* Samples as float, those that are none or ignored as NAN; counted in @counts. */
void pheno_samples_examine (const PhenoImage *image, gboolean has_ignored, double ignored,
                            float *values, PhenoSampleCounts *counts, double *largest);

/* The radiometries. */
typedef enum
{
  RADIOMETRY_AUTO,
  RADIOMETRY_TYPE,
  RADIOMETRY_REFLECTANCE,
  RADIOMETRY_PERCENTILE,
  RADIOMETRY_IMAGE
} RadiometryKind;

gboolean pheno_radiometry_read (const char *text, RadiometryKind *kind,
                                double *percentile, GError **error);

typedef enum
{
  FILL_KEEP,
  FILL_ZERO,
  FILL_MEAN,
  FILL_GREY
} FillKind;

struct _PhenoPreparation
{
  char *text;
  PhenoBandSelection *bands;
  RadiometryKind radiometry;
  double percentile;
  MaskRule mask;
  FillKind fill;
  gboolean crop;
  Reference white, dark;
  double reflectance;
  PhenoLevels *levels;
};

G_END_DECLS
