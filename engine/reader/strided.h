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

/**
 * PhenoTarget:
 * @first: of the first pixel and band of the part
 * @pixel, @line, @band: steps in bytes
 * @bands: (nullable): the place of each band of the part among those of the target;
 *   %NULL: as they come
 * @floats: samples become float32; else they keep their type, in the processor's order
 *
 * Where a part goes, which may lie in a larger whole.
 */
typedef struct
{
  void *first;
  gsize pixel, line, band;
  const int *bands;
  gboolean floats;
} PhenoTarget;

/* On this thread. */
void pheno_strided_copy (const PhenoStrided *strided, const PhenoPart *part,
                         const PhenoTarget *target);

/* The targets of the two below. */
PhenoTarget pheno_target_planes (const PhenoRegion *region, float *values);
PhenoTarget pheno_target_interleaved (const PhenoRegion *region, int n_bands,
                                      PhenoSampleType type, void *pixels);

/* (bands, height, width) floats. */
void pheno_strided_planes (const PhenoStrided *strided, const PhenoPart *part,
                           float *values);

/* (height, width, bands) samples of the same type. */
void pheno_strided_interleave (const PhenoStrided *strided, const PhenoPart *part,
                               void *pixels);

/* Rounded to whole numbers where the type has no others, and kept within its range. */
void pheno_sample_store (void *samples, PhenoSampleType type, gsize at, double value);
void pheno_samples_fill (void *samples, PhenoSampleType type, gsize count, double value);

G_END_DECLS
