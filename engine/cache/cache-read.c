/* cache-read.c - the mapped file of prepared pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/cache/cache-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <hdf5.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Larger than any index that there is memory for: 64 million images. */
#define MOST_ENTRIES (1 << 26)

gsize
pheno_cache_entry_pixels (const CacheEntry *entry)
{
  return pheno_sample_size (entry->type) * entry->bands * (gsize) entry->width
         * entry->height;
}

gsize
pheno_cache_entry_mask (const CacheEntry *entry)
{
  return entry->mask_offset >= 0 ? (gsize) entry->width * entry->height : 0;
}

void
pheno_cache_file_free (CacheFile *file)
{
  if (file == NULL)
    return;

  g_clear_pointer (&file->map, g_mapped_file_unref);
  g_clear_pointer (&file->by_path, g_hash_table_unref);
  g_clear_pointer (&file->entries, g_array_unref);
  g_free (file->paths);
  g_free (file->preparation);
  g_free (file);
}

static gboolean
fail (const char *path, GError **error)
{
  g_autofree char *name = pheno_display_name (path);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” is no cache of prepared pixels, or damaged. Delete it, and it is made "
         "again, or choose another name."),
      name);
  return FALSE;
}

/* (transfer full) (nullable): a whole dataset of as many dimensions as wanted. */
static void *
read_dataset (hid_t file, const char *name, hid_t type, int dimensions, hsize_t *shape)
{
  hid_t dataset = H5Dopen2 (file, name, H5P_DEFAULT), space;
  gsize bytes = H5Tget_size (type);
  void *values = NULL;

  if (dataset < 0)
    return NULL;

  space = H5Dget_space (dataset);
  if (H5Sget_simple_extent_ndims (space) == dimensions
      && H5Sget_simple_extent_dims (space, shape, NULL) == dimensions)
    {
      for (int i = 0; i < dimensions; i++)
        if (!g_size_checked_mul (&bytes, bytes, shape[i]))
          bytes = G_MAXSIZE;
      /* Not more than the file can hold: the size in a damaged header could be anything.
       */
      if (bytes <= H5Dget_storage_size (dataset) && bytes > 0)
        values = g_try_malloc (bytes);
    }
  if (values != NULL
      && H5Dread (dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
    g_clear_pointer (&values, g_free);
  H5Sclose (space);
  H5Dclose (dataset);

  return values;
}

static gboolean
read_int (hid_t file, const char *name, int *value)
{
  hid_t attribute;
  gboolean done;

  if (H5Aexists (file, name) <= 0)
    return FALSE;

  attribute = H5Aopen (file, name, H5P_DEFAULT);
  done = attribute >= 0 && H5Aread (attribute, H5T_NATIVE_INT, value) >= 0;
  if (attribute >= 0)
    H5Aclose (attribute);

  return done;
}

/* An entry may point only at what the file has. */
static gboolean
is_sound (const CacheEntry *entry, gsize file_bytes)
{
  gsize pixels;

  if (entry->width < 1 || entry->height < 1 || entry->bands < 1
      || ((guint) entry->type > PHENO_SAMPLE_FLOAT32
          && entry->type != PHENO_SAMPLE_FLOAT16)
      || entry->offset < 0 || !(entry->white > entry->black) || !(entry->step > 0))
    return FALSE;

  pixels = pheno_sample_size (entry->type);
  if (!g_size_checked_mul (&pixels, pixels, entry->width)
      || !g_size_checked_mul (&pixels, pixels, entry->height)
      || !g_size_checked_mul (&pixels, pixels, entry->bands))
    return FALSE;
  if (pixels > file_bytes || (guint64) entry->offset > file_bytes - pixels
      || entry->offset % pheno_sample_size (entry->type) != 0)
    return FALSE;

  return entry->mask_offset < 0
         || ((gsize) entry->width * entry->height <= file_bytes
             && (guint64) entry->mask_offset
                    <= file_bytes - (gsize) entry->width * entry->height);
}

static int
to_int (gint64 value)
{
  return value >= 0 && value <= G_MAXINT ? (int) value : -1;
}

/* The index as entries; what is not sound is left out and made again. */
static void
take_entries (CacheFile *self, const gint64 *numbers, const double *levels, gsize count,
              gsize paths_length)
{
  const char *path = self->paths, *end = self->paths + paths_length;

  for (gsize i = 0; i < count && path < end; i++, path += strlen (path) + 1)
    {
      const gint64 *n = numbers + i * CACHE_NUMBERS;
      CacheEntry entry = { .path = path,
                           .bytes = n[0],
                           .modified_us = n[1],
                           .width = to_int (n[2]),
                           .height = to_int (n[3]),
                           .bands = to_int (n[4]),
                           .type = to_int (n[5]),
                           .offset = n[6],
                           .mask_offset = n[7],
                           .counts = { n[8], n[9], n[10], n[11], n[12] },
                           .black = levels[i * CACHE_LEVELS],
                           .white = levels[i * CACHE_LEVELS + 1],
                           .origin = levels[i * CACHE_LEVELS + 2],
                           .step = levels[i * CACHE_LEVELS + 3] };

      if (is_sound (&entry, g_mapped_file_get_length (self->map)))
        g_array_append_val (self->entries, entry);
    }
  for (guint i = 0; i < self->entries->len; i++)
    {
      CacheEntry *entry = &g_array_index (self->entries, CacheEntry, i);

      g_hash_table_insert (self->by_path, (char *) entry->path, entry);
    }
}

static gboolean
read_index (CacheFile *self, hid_t file)
{
  hsize_t shape[2], levels_shape[2], paths_length;
  g_autofree gint64 *numbers = NULL;
  g_autofree double *levels = NULL;

  numbers = read_dataset (file, "/index/entry", H5T_NATIVE_INT64, 2, shape);
  levels = read_dataset (file, "/index/level", H5T_NATIVE_DOUBLE, 2, levels_shape);
  self->paths = read_dataset (file, "/index/path", H5T_NATIVE_UINT8, 1, &paths_length);
  if (numbers == NULL || levels == NULL || self->paths == NULL
      || shape[1] != CACHE_NUMBERS || shape[0] > MOST_ENTRIES
      || levels_shape[0] != shape[0] || levels_shape[1] != CACHE_LEVELS
      || self->paths[paths_length - 1] != '\0')
    return FALSE;

  take_entries (self, numbers, levels, shape[0], paths_length);

  return TRUE;
}

/* (transfer full) (nullable) */
static char *
read_words (hid_t file, const char *name)
{
  hid_t attribute, type;
  char *words = NULL;

  if (H5Aexists (file, name) <= 0)
    return NULL;

  attribute = H5Aopen (file, name, H5P_DEFAULT);
  type = attribute >= 0 ? H5Aget_type (attribute) : -1;
  if (type >= 0 && H5Tget_class (type) == H5T_STRING && H5Tis_variable_str (type) == 0
      && H5Tget_size (type) > 0 && H5Tget_size (type) < 1 << 20)
    {
      words = g_malloc0 (H5Tget_size (type) + 1);
      if (H5Aread (attribute, type, words) < 0)
        g_clear_pointer (&words, g_free);
    }
  if (type >= 0)
    H5Tclose (type);
  if (attribute >= 0)
    H5Aclose (attribute);
  return words;
}

static gboolean
is_cache (hid_t file)
{
  char format[sizeof CACHE_FORMAT] = "";
  hid_t attribute, type;
  gboolean same = FALSE;

  if (H5Aexists (file, "format") <= 0)
    return FALSE;

  attribute = H5Aopen (file, "format", H5P_DEFAULT);
  type = attribute >= 0 ? H5Aget_type (attribute) : -1;
  if (type >= 0 && H5Tget_class (type) == H5T_STRING && H5Tis_variable_str (type) == 0
      && H5Tget_size (type) == sizeof format && H5Aread (attribute, type, format) >= 0)
    same = memcmp (format, CACHE_FORMAT, sizeof format) == 0;
  if (type >= 0)
    H5Tclose (type);
  if (attribute >= 0)
    H5Aclose (attribute);

  return same;
}

/* Through HDF5; FALSE: no cache, or damaged. An older version leaves no entries. */
static gboolean
read_through_library (CacheFile *self, const char *path)
{
  hid_t access = H5Pcreate (H5P_FILE_ACCESS), file;
  int version = 0;
  gboolean done = FALSE;

  H5Pset_file_locking (access, FALSE, TRUE);
  file = H5Fopen (path, H5F_ACC_RDONLY, access);
  H5Pclose (access);
  if (file < 0)
    return FALSE;

  if (is_cache (file) && read_int (file, "version", &version))
    done = version != CACHE_VERSION
           || (read_int (file, "shorter_side", &self->shorter_side)
               && (self->preparation = read_words (file, "preparation")) != NULL
               && read_index (self, file));
  H5Fclose (file);

  return done;
}

/* Maps @path; whether it is still the same file after the library has read it. */
static gboolean
map_and_read (CacheFile *self, const char *path, GError **error)
{
  struct stat before, after;
  int descriptor = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean done;

  if (descriptor < 0 || fstat (descriptor, &before) != 0)
    {
      pheno_set_file_error (error, path, errno);
      if (descriptor >= 0)
        close (descriptor);
      return FALSE;
    }
  self->map = g_mapped_file_new_from_fd (descriptor, FALSE, NULL);
  close (descriptor);
  if (self->map == NULL)
    return fail (path, error);

  pheno_hdf5_lock ();
  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);
  done = read_through_library (self, path);
  pheno_hdf5_unlock ();

  return (done && stat (path, &after) == 0 && before.st_ino == after.st_ino)
         || fail (path, error);
}

CacheFile *
pheno_cache_file_open (const char *path, GError **error)
{
  g_autoptr (CacheFile) self = g_new0 (CacheFile, 1);
  GStatBuf status;

  if (g_stat (path, &status) != 0 && errno == ENOENT)
    return NULL;

  self->entries = g_array_new (FALSE, FALSE, sizeof (CacheEntry));
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  if (!map_and_read (self, path, error))
    return NULL;

  return g_steal_pointer (&self);
}

const CacheEntry *
pheno_cache_file_find (const CacheFile *file, const PhenoRecord *record)
{
  const CacheEntry *entry = g_hash_table_lookup (file->by_path, record->path);

  if (entry == NULL || entry->bytes != record->bytes
      || entry->modified_us != record->modified_us)
    return NULL;

  return entry;
}

void
pheno_cache_file_image (const CacheFile *file, const CacheEntry *entry, PhenoImage *image)
{
  char *contents = g_mapped_file_get_contents (file->map);

  image->width = entry->width;
  image->height = entry->height;
  image->bands = entry->bands;
  image->type = entry->type;
  image->pixels = contents + entry->offset;
  image->mask = entry->mask_offset >= 0 ? (guint8 *) contents + entry->mask_offset : NULL;
  image->black = entry->black;
  image->white = entry->white;
  image->origin = entry->origin;
  image->step = entry->step;
  image->wavelengths_nm = NULL;
}
