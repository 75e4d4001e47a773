/* scratch.h - working memory of one thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/draw.h"

G_BEGIN_DECLS

typedef struct
{
  PhenoRoom start, count, first, weight;
} PhenoTapsRoom;

struct _PhenoAugmentScratch
{
  const pk_pixels *passes;
  PhenoBandsRoom bands;
  PhenoRoom line;              /* one line of the source, or some of the blur */
  PhenoRoom stage;             /* upright pixels before a warp */
  PhenoRoom column, row, x, y; /* places of a view's pixels */
  PhenoRoom plane;             /* of the blur */
  PhenoRoom share, gain; /* planes of a mask, and of what values are multiplied by */
  PhenoRoom greys, mix;  /* planes of greys, bands copied aside */
  PhenoRoom border;      /* samples of an image's border */
  PhenoRoom fill, background, black, slope; /* one value for each band */
  PhenoRoom view;                           /* of which only a summary is wanted */
  PhenoRoom tables;                         /* of the colour steps */
  PhenoTapsRoom across, down, shift, smoothing;
  pk_taps mixes[2]; /* of the view under work: spectral shift, spectral smoothing */
  guint n_mixes;
};

/* Median of each band along the outermost pixels, as values, to @scratch's background. */
const float *pheno_background_colour (const PhenoImage *image,
                                      PhenoAugmentScratch *scratch);

/* Arrays of taps of at least @length, and @weights in all. */
pk_taps pheno_taps_room_get (PhenoTapsRoom *room, int length, gsize weights);

G_END_DECLS
