/* strided.h - samples that lie in memory at even distances; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     BIL   line 0: band 0 | band 1 | ... ; line 1: ...     pixel = size, band < line
 *     BIP   pixel 0: all its bands; pixel 1: ...            band = size, pixel < line
 *     BSQ   band 0: line 0 | line 1 | ... ; band 1: ...     pixel = size, line < band
 *
 * Sample (x, y, band) stands at y * line + x * pixel + band * band bytes. ENVI cubes,
 * TIFFs that are not compressed and HDF5 datasets in one piece are all of this kind.
 */
#pragma once

#include "engine/reader/reader-class.h"

G_BEGIN_DECLS

/**
 * PhenoStrided:
 * @samples: of the first pixel and band; need not be aligned
 * @pixel, @line, @band: steps in bytes
 * @swapped: the bytes of each sample are the other way round than the processor's
 */
typedef struct
{
  const guint8 *samples;
  gint64 pixel, line, band;
  PhenoSampleType type;
  gboolean swapped;
} PhenoStrided;

/* (bands, height, width) floats. */
void pheno_strided_planes (const PhenoStrided *strided, const PhenoPart *part,
                           float *values);

/* (height, width, bands) samples of the same type. */
void pheno_strided_interleave (const PhenoStrided *strided, const PhenoPart *part,
                               void *pixels);

/* @count samples, one after the other, as floats. */
void pheno_samples_to_float (const void *samples, PhenoSampleType type, gboolean swapped,
                             gsize count, float *values);

G_END_DECLS
