/* cache.h - prepared pixels: every image once, small enough, mapped into memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One HDF5 file of contiguous datasets. It may be deleted at any time. An image is kept as
 * its preparation gives it (8 and 16 bits stay what they are, all else are half floats),
 * interleaved, its shorter side at most @shorter_side.
 */
#pragma once

#include "engine/collection/collection.h"

G_BEGIN_DECLS

typedef struct _PhenoCache PhenoCache;

typedef struct
{
  const char *path;  /* (type filename): the HDF5 file, or NULL: kept in memory only */
  int shorter_side;  /* pixels */
  int threads;       /* 0: one per core */
  const PhenoPreparation *preparation; /* (nullable): plain photographs */
  guint64 limit;     /* bytes that the file may have; 0: what the disk has */
} PhenoCacheOptions;

/* Bytes that all records take when they are prepared, at most. */
guint64 pheno_cache_estimate (const GPtrArray *records, const PhenoCacheOptions *options);

/**
 * pheno_cache_open:
 * @records: PhenoRecord without ownership, as from pheno_collection_usable()
 * @problems: (inout): files that could not be decoded are appended, as PhenoProblem
 *
 * Takes from the file what is still valid (same path, size, time and side), decodes the
 * rest on all threads, and maps the result.
 *
 * Errors: %PHENO_ERROR_FILE when the disk is full, with the space that is needed;
 * %PHENO_ERROR_SETTING when that is more than the limit;
 * %PHENO_ERROR_DATA when no file could be decoded
 */
PhenoCache *pheno_cache_open (GPtrArray *records, const PhenoCacheOptions *options,
                              GPtrArray *problems, PhenoProgressFunc progress,
                              gpointer user_data, GCancellable *cancellable, GError **error);
void pheno_cache_free (PhenoCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoCache, pheno_cache_free)

/* Images that could be prepared, in the order of the records. */
guint pheno_cache_length (const PhenoCache *cache);
const PhenoRecord *pheno_cache_record (const PhenoCache *cache, guint index);

/* (transfer none): borrowed pixels, valid as long as the cache. Do not free or change. */
const PhenoImage *pheno_cache_image (const PhenoCache *cache, guint index);

/* What was found among the samples of the file. */
const PhenoSampleCounts *pheno_cache_counts (const PhenoCache *cache, guint index);

/**
 * pheno_cache_percentiles:
 * @share: per cent below black and above white, 0 to below 50
 *
 * Quantiles of each band over all images, of the specimen alone where an image has a mask;
 * in samples of the files. Of a large collection evenly spread pixels are counted.
 *
 * Errors: %PHENO_ERROR_DATA when the images do not have as many bands
 */
PhenoLevels *pheno_cache_percentiles (const PhenoCache *cache, double share,
                                      GCancellable *cancellable, GError **error);

/* Sets the levels of all images with as many bands. */
void pheno_cache_set_levels (PhenoCache *cache, const PhenoLevels *levels);

/* Lets the system take the memory of an image back: its pixels are read from the file
 * again when they are used again. Of small files nothing is given back. */
void pheno_cache_release (const PhenoCache *cache, guint index);

G_END_DECLS
