/* stack.h - the specimen as a stack of seven bands: colours, ultraviolet, mask
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"
#include "engine/synthesis/specimen.h"

enum
{
  PHENO_STACK_MASK = PHENO_N_CHANNELS, /* the band after the camera's */
  PHENO_STACK_BANDS
};

/* The sample that a reflectance of 1 in even light has: highlights keep their place. */
#define PHENO_STACK_WHITE 50000

/* "R", "G", "B", "UV-R", "UV-G", "UV-B", "mask" */
const char *pheno_stack_band_name (int band);

/* @pixels: (out caller-allocates): (size, size, 7), linear; mask 0 or 65535 */
void pheno_stack_take (const PhenoSpecimen *specimen, int size, guint16 *pixels);

/* Writes one as TIFF: 16 bits, interleaved, deflated, bands named. */
gboolean pheno_stack_write (const guint16 *pixels, int size, const char *path,
                            GError **error);
