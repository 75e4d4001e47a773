/* resample.h - a view's pixels out of the image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/scratch.h"
#include "kernels/body/warp.h"

G_BEGIN_DECLS

/* Fills the view, (C, size, size), by the geometry's map; values are (sample - black) /
 * (white - black). */
void pheno_resample (const PhenoGeometry *geometry, const PhenoImage *image, int size,
                     PhenoAugmentScratch *scratch, float *view);

G_END_DECLS
