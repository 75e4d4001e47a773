/* cache.h - prepared pixels: every image once, small enough, mapped into memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One HDF5 file of contiguous datasets. It may be deleted at any time. An image is kept as
 * it was read (8 bits stay 8 bits), interleaved, its shorter side at most @shorter_side.
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
} PhenoCacheOptions;

/**
 * pheno_cache_open:
 * @records: PhenoRecord without ownership, as from pheno_collection_usable()
 * @problems: (inout): files that could not be decoded are appended, as PhenoProblem
 *
 * Takes from the file what is still valid (same path, size, time and side), decodes the
 * rest on all threads, and maps the result.
 *
 * Errors: %PHENO_ERROR_FILE when the disk is full, with the space that is needed;
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

G_END_DECLS
