/* resample.h - a view's pixels out of the image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/scratch.h"

G_BEGIN_DECLS

/* A resampling of which the weights, and the places, are found. */
typedef struct
{
  const PhenoImage *image;
  int size;
  PhenoGeometry geometry;
  gboolean upright;
  pk_taps across, down;
  pk_places places; /* unless upright, and the stage that they are on */
  pk_stage stage;
  const float *fill, *black, *slope; /* of each band; three more can be read */
} PhenoResampling;

/* @scratch must not be used for another one before this is done. */
void pheno_resampling_begin (PhenoResampling *self, const PhenoGeometry *geometry,
                             const PhenoImage *image, int size,
                             PhenoAugmentScratch *scratch);

/* Fills planes (n, size, size) with bands @first to @first + @n - 1, at most PK_CHUNK;
 * values are (sample - black) / (white - black). */
void pheno_resampling_run (PhenoResampling *self, int first, int n,
                           PhenoAugmentScratch *scratch, float *planes);

G_END_DECLS
