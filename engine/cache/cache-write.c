/* cache-write.c - writes a file of prepared pixels, image after image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/cache/cache-file.h"

#include <errno.h>
#include <hdf5.h>
#include <string.h>
#include <unistd.h>

/* Pixels begin where a vector register may load them from. */
#define ALIGNMENT 64

struct _CacheWriter
{
  char *path;
  PhenoReplacement *replacement;
  hid_t file, creation; /* creation: how a dataset is laid out */
  gboolean failed;
  guint count;
  GByteArray *paths;
  GArray *numbers; /* gint64, CACHE_NUMBERS for each */
  GArray *levels;  /* double, CACHE_LEVELS for each */
};

/* Gives back the disk space of a file that could not be written. It stays open for ever:
 * the library cannot close what it cannot flush, and is left with half a file if it
 * tries. */
static void
give_up_file (CacheWriter *self)
{
  void *handle = NULL;

  if (H5Fget_vfd_handle (self->file, H5P_DEFAULT, &handle) >= 0 && handle != NULL
      && ftruncate (*(int *) handle, 0) != 0)
    g_debug ("%s: %s", self->path, g_strerror (errno));
}

static gboolean
close_file (CacheWriter *self)
{
  gboolean done = TRUE;

  pheno_hdf5_lock ();
  if (self->creation >= 0)
    H5Pclose (self->creation);
  if (self->file >= 0 && self->failed)
    give_up_file (self);
  else if (self->file >= 0)
    done = H5Fclose (self->file) >= 0;
  self->creation = self->file = -1;
  pheno_hdf5_unlock ();

  return done;
}

void
pheno_cache_writer_free (CacheWriter *writer)
{
  if (writer == NULL)
    return;

  close_file (writer);
  g_clear_pointer (&writer->replacement, pheno_replacement_free);
  g_byte_array_unref (writer->paths);
  g_array_unref (writer->numbers);
  g_array_unref (writer->levels);
  g_free (writer->path);
  g_free (writer);
}

/* The library keeps the reason of the system to itself; a full disk is by far the most
 * frequent, and errno is left from the write that failed. */
static gboolean
fail (CacheWriter *self, int reason, GError **error)
{
  self->failed = TRUE;
  pheno_set_file_error (error, self->path, reason != 0 ? reason : EIO);
  return FALSE;
}

static gboolean
write_attribute (hid_t file, const char *name, hid_t type, const void *value)
{
  hid_t space = H5Screate (H5S_SCALAR);
  hid_t attribute = H5Acreate2 (file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  gboolean done = attribute >= 0 && H5Awrite (attribute, type, value) >= 0;

  if (attribute >= 0)
    H5Aclose (attribute);
  H5Sclose (space);

  return done;
}

static gboolean
make_group (hid_t file, const char *name)
{
  hid_t group = H5Gcreate2 (file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

  return group >= 0 && H5Gclose (group) >= 0;
}

static gboolean
begin (CacheWriter *self, int shorter_side, const char *preparation)
{
  hid_t access = H5Pcreate (H5P_FILE_ACCESS);
  hid_t text = H5Tcopy (H5T_C_S1), words = H5Tcopy (H5T_C_S1);
  int version = CACHE_VERSION;
  gboolean done;

  H5Pset_file_locking (access, FALSE, TRUE);
  H5Pset_alignment (access, ALIGNMENT, ALIGNMENT);
  H5Pset_libver_bounds (access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  H5Tset_size (text, sizeof CACHE_FORMAT);
  H5Tset_size (words, strlen (preparation) + 1);
  self->creation = H5Pcreate (H5P_DATASET_CREATE);
  H5Pset_layout (self->creation, H5D_CONTIGUOUS);
  H5Pset_alloc_time (self->creation, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time (self->creation, H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times (self->creation, FALSE);

  self->file = H5Fcreate (pheno_replacement_path (self->replacement), H5F_ACC_TRUNC,
                          H5P_DEFAULT, access);
  done = self->file >= 0 && write_attribute (self->file, "format", text, CACHE_FORMAT)
         && write_attribute (self->file, "version", H5T_NATIVE_INT, &version)
         && write_attribute (self->file, "shorter_side", H5T_NATIVE_INT, &shorter_side)
         && write_attribute (self->file, "preparation", words, preparation)
         && make_group (self->file, "/image") && make_group (self->file, "/mask")
         && make_group (self->file, "/index");
  H5Tclose (text);
  H5Tclose (words);
  H5Pclose (access);

  return done;
}

CacheWriter *
pheno_cache_writer_new (const char *path, int shorter_side, const char *preparation,
                        GError **error)
{
  g_autoptr (CacheWriter) self = g_new0 (CacheWriter, 1);
  gboolean done;
  int reason;

  self->path = g_strdup (path);
  self->file = self->creation = -1;
  self->paths = g_byte_array_new ();
  self->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->levels = g_array_new (FALSE, FALSE, sizeof (double));
  if ((self->replacement = pheno_replacement_new (path, error)) == NULL)
    return NULL;

  pheno_hdf5_lock ();
  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);
  errno = 0;
  done = begin (self, shorter_side, preparation);
  reason = errno;
  pheno_hdf5_unlock ();
  if (!done)
    {
      fail (self, reason, error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/* Returns: where the values begin in the file; -1: failed */
static gint64
write_dataset (CacheWriter *self, const char *name, hid_t type, int dimensions,
               const hsize_t *shape, const void *values)
{
  hid_t space = H5Screate_simple (dimensions, shape, NULL);
  hid_t dataset = H5Dcreate2 (self->file, name, type, space, H5P_DEFAULT, self->creation,
                              H5P_DEFAULT);
  haddr_t offset = HADDR_UNDEF;

  if (dataset >= 0)
    {
      if (H5Dwrite (dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0)
        offset = H5Dget_offset (dataset);
      if (H5Dclose (dataset) < 0)
        offset = HADDR_UNDEF;
    }
  H5Sclose (space);

  return offset != HADDR_UNDEF ? (gint64) offset : -1;
}

/* A new type, to be closed. Binary16: a float of one sign, 5 and 10 bits. */
static hid_t
type_of (PhenoSampleType type)
{
  hid_t half;

  if (type != PHENO_SAMPLE_FLOAT16)
    return H5Tcopy (type == PHENO_SAMPLE_UINT8    ? H5T_NATIVE_UINT8
                    : type == PHENO_SAMPLE_UINT16 ? H5T_NATIVE_UINT16
                                                  : H5T_NATIVE_FLOAT);
  half = H5Tcopy (H5T_NATIVE_FLOAT);
  H5Tset_fields (half, 15, 10, 5, 0, 10);
  H5Tset_size (half, 2);
  H5Tset_ebias (half, 15);
  return half;
}

gboolean
pheno_cache_writer_add (CacheWriter *writer, const CacheEntry *source,
                        const PhenoImage *image, GError **error)
{
  const hsize_t shape[] = { image->height, image->width, image->bands };
  const double levels[CACHE_LEVELS]
      = { image->black, image->white, image->origin, image->step != 0 ? image->step : 1 };
  const PhenoSampleCounts *counts = &source->counts;
  g_autofree char *name = g_strdup_printf ("/image/%06u", writer->count);
  g_autofree char *mask_name = g_strdup_printf ("/mask/%06u", writer->count);
  gint64 offset, mask_offset = -1;
  hid_t type;
  int reason;

  pheno_hdf5_lock ();
  errno = 0;
  type = type_of (image->type);
  offset = write_dataset (writer, name, type, 3, shape, image->pixels);
  H5Tclose (type);
  if (offset >= 0 && image->mask != NULL)
    mask_offset
        = write_dataset (writer, mask_name, H5T_NATIVE_UINT8, 2, shape, image->mask);
  reason = errno;
  pheno_hdf5_unlock ();
  if (offset < 0 || (image->mask != NULL && mask_offset < 0))
    return fail (writer, reason, error);

  {
    const gint64 numbers[CACHE_NUMBERS]
        = { source->bytes,    source->modified_us,  image->width,     image->height,
            image->bands,     image->type,          offset,           mask_offset,
            counts->samples,  counts->not_a_number, counts->infinite, counts->ignored,
            counts->saturated };

    g_array_append_vals (writer->numbers, numbers, CACHE_NUMBERS);
  }
  g_array_append_vals (writer->levels, levels, CACHE_LEVELS);
  g_byte_array_append (writer->paths, (const guint8 *) source->path,
                       strlen (source->path) + 1);
  writer->count++;

  return TRUE;
}

gboolean
pheno_cache_writer_commit (CacheWriter *writer, GError **error)
{
  const hsize_t numbers[] = { writer->count, CACHE_NUMBERS },
                levels[] = { writer->count, CACHE_LEVELS };
  const hsize_t paths[] = { writer->paths->len };
  gboolean done;
  int reason;

  pheno_hdf5_lock ();
  errno = 0;
  done = write_dataset (writer, "/index/entry", H5T_NATIVE_INT64, 2, numbers,
                        writer->numbers->data)
             >= 0
         && write_dataset (writer, "/index/level", H5T_NATIVE_DOUBLE, 2, levels,
                           writer->levels->data)
                >= 0
         && write_dataset (writer, "/index/path", H5T_NATIVE_UINT8, 1, paths,
                           writer->paths->data)
                >= 0
         && H5Fflush (writer->file, H5F_SCOPE_LOCAL) >= 0;
  reason = errno;
  pheno_hdf5_unlock ();
  if (!done)
    return fail (writer, reason, error);
  errno = 0;
  if (!close_file (writer))
    return fail (writer, errno, error);

  return pheno_replacement_commit (writer->replacement, error);
}
