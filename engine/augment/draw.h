/* draw.h - what happens to one view
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/recipe.h"

G_BEGIN_DECLS

/* The enabled operations in the order in which they are done. */
typedef struct
{
  PhenoDrawn step[PHENO_N_OPERATIONS];
  guint n;
  PhenoViewKey key;                    /* of the random numbers of pixels */
  const PhenoBackgrounds *backgrounds; /* (nullable) */
} PhenoDraw;

/* Draws for one view. @recipe must outlive @draw. */
void pheno_draw (const PhenoRecipe *recipe, const PhenoFrame *frame, PhenoViewKey key,
                 PhenoDraw *draw);

/* The view that shows the whole image: letterbox on the background, normalised, nothing
 * random. */
void pheno_draw_plain (const PhenoRecipe *recipe, PhenoDraw *draw);

/* All geometry of a view in one map; where nothing says which part is seen, the whole
 * image. */
void pheno_draw_compose (const PhenoDraw *draw, const PhenoFrame *frame,
                         PhenoGeometry *geometry);

/* A value of a band is (value - @mean) / @std after normalisation. */
void pheno_normalise_of_band (const PhenoSetting *setting, int band, float *mean,
                              float *std);

/* Does what was drawn; the view is (C, size, size). */
void pheno_apply (const PhenoDraw *draw, const PhenoImage *image, int size,
                  PhenoAugmentScratch *scratch, float *view);

/* As pheno_augment_scratch_new(), with the passes of one instruction set: for tests. */
PhenoAugmentScratch *pheno_augment_scratch_new_for (pk_isa isa);

G_END_DECLS
