/* scratch.h - working memory of one thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/draw.h"

G_BEGIN_DECLS

/* Memory that only ever grows, so that after the largest image nothing is allocated. */
typedef struct
{
  void *data;
  gsize size;
} PhenoRoom;

/* Room for @count elements of @size bytes; what it held is lost when it grows. */
void *pheno_room_get (PhenoRoom *room, gsize count, gsize size);

typedef struct
{
  PhenoRoom start, count, first, weight;
} PhenoTapsRoom;

struct _PhenoAugmentScratch
{
  const pk_pixels *passes;
  PhenoRoom line;               /* one line of the source, or of the blur */
  PhenoRoom stage;              /* upright pixels before a warp */
  PhenoRoom plane;              /* of the blur */
  PhenoRoom border;             /* samples of an image's border */
  PhenoRoom fill, scale, shift; /* one value for each band */
  PhenoRoom levels;             /* black and gain of each band */
  PhenoTapsRoom across, down;
  float weight[PK_BLUR_RADIUS + 1];
};

/* Median of each band along the outermost pixels, as values, to @scratch's fill. */
const float *pheno_background (const PhenoImage *image, PhenoAugmentScratch *scratch);

G_END_DECLS
