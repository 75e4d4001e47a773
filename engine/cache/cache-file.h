/* cache-file.h - the HDF5 file of prepared pixels; the cache's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     /                attributes: format "phenoscape-cache", version, shorter_side,
 *                      preparation
 *     /image/000000    (H, W, C) uint8, uint16 or binary16, contiguous
 *     /mask/000000     (H, W) uint8, where there is one
 *     /index/path      uint8: the paths of the photographs, each with a 0 behind it
 *     /index/entry     (N, 13) int64: bytes, modified_us, width, height, bands, type,
 * where pixels and mask begin in the file (-1: no mask), samples, and how many of them
 * are no number, infinite, no data, saturated /index/level     (N, 4) float64: black,
 * white, origin, step
 *
 * The index makes one read of what else would be a call of the library for each image.
 */
#pragma once

#include "engine/cache/cache.h"

G_BEGIN_DECLS

typedef struct
{
  const char *path;
  guint64 bytes;
  gint64 modified_us;
  double black, white, origin, step;
  PhenoSampleCounts counts;
  int width, height, bands;
  PhenoSampleType type;
  gint64 offset, mask_offset;
} CacheEntry;

/* Sizes in bytes; checked for overflow when an entry is read. */
gsize pheno_cache_entry_pixels (const CacheEntry *entry);
gsize pheno_cache_entry_mask (const CacheEntry *entry);

typedef struct
{
  GMappedFile *map;
  char *paths; /* what the entries' paths point into */
  GArray *entries;
  GHashTable *by_path; /* to CacheEntry */
  int shorter_side;
  char *preparation; /* pheno_preparation_text() */
} CacheFile;

/**
 * pheno_cache_file_open:
 *
 * Returns: (nullable): %NULL without @error when there is no file, or one of an older
 *   version; %NULL with @error when it cannot be read, or is no cache and must not be
 *   overwritten
 */
CacheFile *pheno_cache_file_open (const char *path, GError **error);
void pheno_cache_file_free (CacheFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CacheFile, pheno_cache_file_free)

/* (nullable): the entry of an unchanged file. */
const CacheEntry *pheno_cache_file_find (const CacheFile *file,
                                         const PhenoRecord *record);

/* Borrowed pixels of the mapped file. */
void pheno_cache_file_image (const CacheFile *file, const CacheEntry *entry,
                             PhenoImage *image);

/* A new file beside the old one, which it replaces when it is committed. */
typedef struct _CacheWriter CacheWriter;
CacheWriter *pheno_cache_writer_new (const char *path, int shorter_side,
                                     const char *preparation, GError **error);
/* @source: path, size, time and counts of the file. */
gboolean pheno_cache_writer_add (CacheWriter *writer, const CacheEntry *source,
                                 const PhenoImage *image, GError **error);
gboolean pheno_cache_writer_commit (CacheWriter *writer, GError **error);
void pheno_cache_writer_free (CacheWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CacheWriter, pheno_cache_writer_free)

#define CACHE_FORMAT "phenoscape-cache"
#define CACHE_VERSION 2
#define CACHE_NUMBERS 13 /* columns of /index/entry */
#define CACHE_LEVELS 4   /* and of /index/level */

G_END_DECLS
