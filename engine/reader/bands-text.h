/* bands-text.h - what a text about bands says; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

typedef enum
{
  BANDS_ALL,
  BANDS_EVERY,
  BANDS_RGB,
  BANDS_UV,
  BANDS_CIE,
  BANDS_LIST,
  BANDS_UNIFORM,
  BANDS_RANDOM,
  BANDS_IMPORTANT,
  BANDS_RECEPTORS
} BandsKind;

typedef struct
{
  enum
  {
    ITEM_NUMBERS,    /* @low to @high, from 1 */
    ITEM_WAVELENGTH, /* the band nearest to @low nm */
    ITEM_REGION,     /* @low to @high nm */
    ITEM_NAME
  } kind;
  double low, high;
  char *name;
} BandItem;

struct _PhenoBandSelection
{
  char *text;
  BandsKind kind;
  int k;         /* of uniform, random and pca */
  GArray *items; /* BandItem: the list, or what uniform, random and pca choose from */
  PhenoViewer *viewer;
};

G_END_DECLS
