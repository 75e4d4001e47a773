/* cache.c - prepared pixels: every image once, small enough, mapped into memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     old file ──────── still valid ──┐
 *                                     ├─► new file ─► renamed over the old one ─► mapped
 *     photographs ─► decoded ─────────┘
 *
 * When nothing is to be added the old file is mapped as it is. The new one keeps entries
 * of files that are not asked for now but still there: an exclusion taken back costs
 * nothing.
 */
#include "engine/cache/cache-file.h"
#include "engine/cache/prepare.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Smaller files may stay in memory. */
#define RELEASED_BYTES ((gsize) 1 << 30)

struct _PhenoCache
{
  CacheFile *file;   /* %NULL: in memory */
  GPtrArray *images; /* PhenoImage; pixels borrowed from the file where there is one */
  GPtrArray *records;
  GArray *counts; /* PhenoSampleCounts */
};

/* What is needed while a cache is made. */
typedef struct
{
  const PhenoCacheOptions *options;
  PhenoPreparation *plain; /* where the options have none */
  const PhenoPreparation *preparation;
  GPtrArray *records;
  CacheFile *old;
  GPtrArray *missing;   /* records to decode */
  GPtrArray *in_memory; /* (nullable): images of the missing */
  GArray *counts;       /* PhenoSampleCounts of the missing */
  CacheWriter *writer;  /* made with the first image */
} Making;

static void
making_clear (Making *making)
{
  g_clear_pointer (&making->old, pheno_cache_file_free);
  g_clear_pointer (&making->missing, g_ptr_array_unref);
  g_clear_pointer (&making->in_memory, g_ptr_array_unref);
  g_clear_pointer (&making->counts, g_array_unref);
  g_clear_pointer (&making->plain, pheno_preparation_free);
  g_clear_pointer (&making->writer, pheno_cache_writer_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

void
pheno_cache_free (PhenoCache *cache)
{
  if (cache == NULL)
    return;

  for (guint i = 0; cache->file != NULL && i < cache->images->len; i++)
    {
      PhenoImage *image = cache->images->pdata[i];

      image->pixels = NULL; /* the file's, not the image's */
      image->mask = NULL;
    }
  g_ptr_array_unref (cache->images);
  g_ptr_array_unref (cache->records);
  g_array_unref (cache->counts);
  pheno_cache_file_free (cache->file);
  g_free (cache);
}

static guint64
bytes_when_prepared (const Making *making, const GPtrArray *records)
{
  guint64 bytes = 0;

  /* And what HDF5 writes about each. */
  for (guint i = 0; i < records->len; i++)
    bytes += pheno_prepare_bytes (making->preparation, records->pdata[i],
                                  making->options->shorter_side)
             + 1024;
  return bytes;
}

static void
find_preparation (Making *making)
{
  const PhenoPreparationOptions defaults = PHENO_PREPARATION_DEFAULTS;

  making->preparation = making->options->preparation;
  if (making->preparation == NULL)
    making->preparation = making->plain = pheno_preparation_new (&defaults, NULL);
}

guint64
pheno_cache_estimate (const GPtrArray *records, const PhenoCacheOptions *options)
{
  g_auto (Making) making = { .options = options };

  find_preparation (&making);
  return bytes_when_prepared (&making, records);
}

static gboolean
check_limit (const Making *making, guint64 needed, GError **error)
{
  guint64 limit = making->options->limit;
  g_autofree char *wanted = g_format_size (needed), *allowed = g_format_size (limit);

  if (limit == 0 || needed <= limit)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("The prepared pixels need %s, and cache-limit allows %s. Choose fewer "
                  "bands, such as bands=uniform:32, or a smaller size, or raise "
                  "cache-limit."),
               wanted, allowed);
  return FALSE;
}

/* Before an hour of decoding: is there space for it? */
static gboolean
check_space (const Making *making, GError **error)
{
  const char *path = making->options->path;
  g_autofree char *folder = g_path_get_dirname (path);
  guint64 needed = 0, available;
  struct statvfs disk;

  needed = bytes_when_prepared (making, making->missing);
  if (making->old != NULL)
    needed += g_mapped_file_get_length (making->old->map);
  if (!check_limit (making, needed, error))
    return FALSE;
  if (statvfs (folder, &disk) != 0)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }

  available = (guint64) disk.f_bavail * disk.f_frsize;
  if (needed > available)
    {
      g_autofree char *name = pheno_display_name (path);
      g_autofree char *wanted = g_format_size (needed), *has = g_format_size (available);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("The prepared pixels “%s” need %s, but its disk has %s left. Free "
                      "some space, "
                      "or choose another disk."),
                   name, wanted, has);
      return FALSE;
    }

  return TRUE;
}

static gboolean
is_unchanged (const CacheEntry *entry)
{
  GStatBuf status;

  return g_stat (entry->path, &status) == 0 && (guint64) status.st_size == entry->bytes
         && (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC
                    + status.st_mtim.tv_nsec / 1000
                == entry->modified_us;
}

/* Opens the new file and takes over what is valid in the old one. */
static gboolean
begin_file (Making *making, GError **error)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);

  making->writer
      = pheno_cache_writer_new (making->options->path, making->options->shorter_side,
                                pheno_preparation_text (making->preparation), error);
  if (making->writer == NULL)
    return FALSE;

  for (guint i = 0; making->old != NULL && i < making->records->len; i++)
    g_hash_table_add (wanted, (gpointer) pheno_cache_file_find (
                                  making->old, making->records->pdata[i]));
  for (guint i = 0; making->old != NULL && i < making->old->entries->len; i++)
    {
      const CacheEntry *entry = &g_array_index (making->old->entries, CacheEntry, i);
      PhenoImage image = { 0 };

      if (!g_hash_table_contains (wanted, entry) && !is_unchanged (entry))
        continue;
      pheno_cache_file_image (making->old, entry, &image);
      if (!pheno_cache_writer_add (making->writer, entry, &image, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
take_cb (guint index, PhenoImage *image, const PhenoSampleCounts *counts,
         gpointer user_data, GError **error)
{
  g_autoptr (PhenoImage) owned = image;
  Making *making = user_data;
  const PhenoRecord *record = making->missing->pdata[index];
  CacheEntry source = { .path = record->path,
                        .bytes = record->bytes,
                        .modified_us = record->modified_us,
                        .counts = *counts };

  g_array_index (making->counts, PhenoSampleCounts, index) = *counts;
  if (making->in_memory != NULL)
    {
      making->in_memory->pdata[index] = g_steal_pointer (&owned);
      return TRUE;
    }

  return (making->writer != NULL || begin_file (making, error))
         && pheno_cache_writer_add (making->writer, &source, owned, error);
}

/* The old file, unless it was prepared for another size. */
static gboolean
open_old (Making *making, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (making->options->path == NULL)
    return TRUE;

  making->old = pheno_cache_file_open (making->options->path, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (making->old != NULL
      && (making->old->shorter_side != making->options->shorter_side
          || g_strcmp0 (making->old->preparation,
                        pheno_preparation_text (making->preparation))
                 != 0))
    g_clear_pointer (&making->old, pheno_cache_file_free);

  return TRUE;
}

static void
find_missing (Making *making)
{
  making->missing = g_ptr_array_new ();
  for (guint i = 0; i < making->records->len; i++)
    if (making->old == NULL
        || pheno_cache_file_find (making->old, making->records->pdata[i]) == NULL)
      g_ptr_array_add (making->missing, making->records->pdata[i]);

  making->counts = g_array_new (FALSE, TRUE, sizeof (PhenoSampleCounts));
  g_array_set_size (making->counts, making->missing->len);
  if (making->options->path == NULL)
    {
      making->in_memory
          = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_image_free);
      g_ptr_array_set_size (making->in_memory, making->missing->len);
    }
}

static void
add_problems (const Making *making, char **reasons, GPtrArray *problems)
{
  for (guint i = 0; i < making->missing->len; i++)
    {
      const PhenoRecord *record = making->missing->pdata[i];

      if (reasons[i] != NULL && problems != NULL)
        g_ptr_array_add (problems, pheno_problem_new (record->file, reasons[i]));
      g_free (reasons[i]);
    }
}

/* Decodes what is missing and brings the new file in place. */
static gboolean
make (Making *making, GPtrArray *problems, PhenoProgressFunc progress, gpointer user_data,
      GCancellable *cancellable, GError **error)
{
  g_autofree char **reasons = g_new0 (char *, making->missing->len + 1);
  gboolean done;

  if (making->missing->len == 0)
    return TRUE;
  if (making->options->path != NULL && !check_space (making, error))
    return FALSE;

  done = pheno_prepare (making->missing, making->preparation,
                        making->options->shorter_side, making->options->threads, take_cb,
                        making, reasons, progress, user_data, cancellable, error);
  add_problems (making, reasons, problems);
  if (!done || making->writer == NULL)
    return done;
  if (!pheno_cache_writer_commit (making->writer, error))
    return FALSE;

  g_clear_pointer (&making->old, pheno_cache_file_free);

  return open_old (making, error);
}

/* Names and wavelengths of the bands, which the file of pixels does not have. */
static void
name_bands (const Making *making, const PhenoRecord *record, PhenoImage *image)
{
  g_auto (PhenoBandChoice) choice = { 0 };

  if (!pheno_prepare_choose (making->preparation, record, &choice)
      || choice.n != image->bands)
    return;
  if (image->wavelengths_nm == NULL)
    image->wavelengths_nm = g_steal_pointer (&choice.wavelengths_nm);
  if (image->band_names == NULL)
    image->band_names = g_steal_pointer (&choice.names);
}

static void
add_image (PhenoCache *cache, const Making *making, PhenoRecord *record,
           PhenoImage *image, const PhenoSampleCounts *counts)
{
  const PhenoLevels *levels = pheno_preparation_levels (making->preparation);

  name_bands (making, record, image);
  if (levels != NULL && levels->n == image->bands)
    pheno_image_set_levels (image, levels);
  g_ptr_array_add (cache->images, image);
  g_ptr_array_add (cache->records, record);
  g_array_append_val (cache->counts, *counts);
}

/* What could be prepared, in the order of the records. */
static PhenoCache *
collect (Making *making)
{
  PhenoCache *cache = g_new0 (PhenoCache, 1);

  cache->images = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_image_free);
  cache->records = g_ptr_array_new ();
  cache->counts = g_array_new (FALSE, FALSE, sizeof (PhenoSampleCounts));
  cache->file = g_steal_pointer (&making->old);

  for (guint i = 0; i < making->records->len; i++)
    {
      PhenoRecord *record = making->records->pdata[i];
      const CacheEntry *entry
          = cache->file != NULL ? pheno_cache_file_find (cache->file, record) : NULL;
      PhenoImage *image;

      if (making->in_memory != NULL)
        {
          if (making->in_memory->pdata[i] != NULL)
            add_image (cache, making, record,
                       g_steal_pointer (&making->in_memory->pdata[i]),
                       &g_array_index (making->counts, PhenoSampleCounts, i));
          continue;
        }
      if (entry == NULL)
        continue;
      image = g_new0 (PhenoImage, 1);
      pheno_cache_file_image (cache->file, entry, image);
      add_image (cache, making, record, image, &entry->counts);
    }

  return cache;
}

PhenoCache *
pheno_cache_open (GPtrArray *records, const PhenoCacheOptions *options,
                  GPtrArray *problems, PhenoProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  g_auto (Making) making = { .options = options, .records = records };
  g_autoptr (PhenoCache) cache = NULL;

  g_return_val_if_fail (records != NULL && options != NULL && options->shorter_side >= 0,
                        NULL);

  find_preparation (&making);
  if (!open_old (&making, error))
    return NULL;
  find_missing (&making);
  if (!make (&making, problems, progress, user_data, cancellable, error))
    return NULL;

  cache = collect (&making);
  if (cache->images->len == 0)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          ngettext ("%u image was to be prepared, but it cannot be decoded. See what is "
                    "said about it, and copy it again.",
                    "%u images were to be prepared, but none of them can be decoded. See "
                    "what is said about each, and copy them again.",
                    records->len),
          records->len);
      return NULL;
    }

  return g_steal_pointer (&cache);
}

guint
pheno_cache_length (const PhenoCache *cache)
{
  g_return_val_if_fail (cache != NULL, 0);

  return cache->images->len;
}

const PhenoRecord *
pheno_cache_record (const PhenoCache *cache, guint index)
{
  g_return_val_if_fail (cache != NULL && index < cache->records->len, NULL);

  return cache->records->pdata[index];
}

const PhenoImage *
pheno_cache_image (const PhenoCache *cache, guint index)
{
  g_return_val_if_fail (cache != NULL && index < cache->images->len, NULL);

  return cache->images->pdata[index];
}

const PhenoSampleCounts *
pheno_cache_counts (const PhenoCache *cache, guint index)
{
  g_return_val_if_fail (cache != NULL && index < cache->counts->len, NULL);

  return &g_array_index (cache->counts, PhenoSampleCounts, index);
}

void
pheno_cache_set_levels (PhenoCache *cache, const PhenoLevels *levels)
{
  g_return_if_fail (cache != NULL && levels != NULL);

  for (guint i = 0; i < cache->images->len; i++)
    {
      PhenoImage *image = cache->images->pdata[i];

      if (image->bands == levels->n)
        pheno_image_set_levels (image, levels);
    }
}

void
pheno_cache_release (const PhenoCache *cache, guint index)
{
  const PhenoImage *image = pheno_cache_image (cache, index);
  gsize page = (gsize) sysconf (_SC_PAGESIZE), bytes;
  guintptr from, to;

  if (cache->file == NULL || g_mapped_file_get_length (cache->file->map) < RELEASED_BYTES)
    return;

  bytes = pheno_sample_size (image->type) * image->bands * image->width * image->height;
  from = ((guintptr) image->pixels + page - 1) / page * page;
  to = ((guintptr) image->pixels + bytes) / page * page;
  if (to > from)
    madvise ((void *) from, to - from, MADV_DONTNEED);
}
