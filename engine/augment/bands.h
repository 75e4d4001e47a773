/* bands.h - what the bands of an image are to colour: groups, hues, wavelengths
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/augment.h"
#include "kernels/pixels.h"

G_BEGIN_DECLS

/* Memory that only ever grows, so that after the largest image nothing is allocated. */
typedef struct
{
  void *data;
  gsize size;
} PhenoRoom;

/* Room for @count elements of @size bytes; what it held is lost when it grows. */
void *pheno_room_get (PhenoRoom *room, gsize count, gsize size);

typedef enum
{
  PHENO_REGION_VISIBLE,
  PHENO_REGION_UV,
  PHENO_REGION_INFRARED,   /* 700 to 1400 nm */
  PHENO_REGION_SHORT_WAVE, /* beyond */
  PHENO_REGION_MASK,
  PHENO_REGION_UNKNOWN
} PhenoSpectralRegion;

/**
 * PhenoBands:
 * @kernel: for the passes
 * @region: (array): of each band
 * @wavelength_nm: (array): of each band; that of a usual camera where the image does not
 *   say, 0 where none can be told
 * @spectrum: wavelengths are the image's own and rise, or fall, from band to band
 * @mask: band that holds the specimen's mask; -1: none
 */
typedef struct
{
  pk_bands kernel;
  const guint8 *region;
  const float *wavelength_nm;
  gboolean spectrum;
  int mask;
} PhenoBands;

typedef struct
{
  PhenoRoom group, region, weight, wavelength, primary, share;
} PhenoBandsRoom;

/* By the image's wavelengths, else the names of its bands, else their number: 3 are red,
 * green and blue; 7 those, the same under ultraviolet light, and the mask. */
void pheno_bands_find (PhenoBands *bands, const PhenoImage *image, PhenoBandsRoom *room);
void pheno_bands_room_clear (PhenoBandsRoom *room);

/* Whether there is something that hue can turn. */
gboolean pheno_bands_have_hue (const PhenoBands *bands);

G_END_DECLS
