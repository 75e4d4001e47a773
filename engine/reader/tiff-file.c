/* tiff-file.c - libtiff on a mapped file
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * libtiff's handles are not made for threads, so each thread opens its own; all of them
 * look at one map. What libtiff has to say is kept with the handle and not printed.
 */
#include "engine/reader/tiff.h"

#include <string.h>

/* libtiff takes no more than this at once; a tile or strip that large is refused anyway.
 */
#define MOST_BYTES ((tmsize_t) 1 << 30)

static tmsize_t
read_cb (thandle_t data, void *buffer, tmsize_t bytes)
{
  PhenoTiffHandle *handle = data;
  gsize length = handle->mapped->length, count;

  if (bytes <= 0 || handle->position >= length)
    return 0;
  count = MIN ((gsize) bytes, length - handle->position);
  memcpy (buffer, handle->mapped->bytes + handle->position, count);
  handle->position += count;

  return (tmsize_t) count;
}

static tmsize_t
write_cb (thandle_t data, void *buffer, tmsize_t bytes)
{
  return -1;
}

static toff_t
seek_cb (thandle_t data, toff_t offset, int whence)
{
  PhenoTiffHandle *handle = data;

  handle->position = offset
                     + (whence == SEEK_CUR   ? handle->position
                        : whence == SEEK_END ? handle->mapped->length
                                             : 0);
  return handle->position;
}

static toff_t
size_cb (thandle_t data)
{
  return ((PhenoTiffHandle *) data)->mapped->length;
}

static int
close_cb (thandle_t data)
{
  return 0;
}

static int
map_cb (thandle_t data, void **base, toff_t *size)
{
  PhenoTiffHandle *handle = data;

  *base = (void *) handle->mapped->bytes;
  *size = handle->mapped->length;
  return 1;
}

static void
unmap_cb (thandle_t data, void *base, toff_t size)
{
}

static int G_GNUC_PRINTF (4, 0) error_cb (TIFF *tiff, void *data, const char *module,
                                          const char *format, va_list arguments)
{
  PhenoTiffHandle *handle = data;
  g_autofree char *words = g_strdup_vprintf (format, arguments);

  g_free (handle->words);
  handle->words = g_utf8_make_valid (words, -1);
  g_strdelimit (handle->words, "\n\r\t", ' ');
  g_strstrip (handle->words);
  if (*handle->words != '\0' && handle->words[strlen (handle->words) - 1] == '.')
    handle->words[strlen (handle->words) - 1] = '\0';

  return 1;
}

static int
warning_cb (TIFF *tiff, void *data, const char *module, const char *format,
            va_list arguments)
{
  return 1;
}

PhenoTiffHandle *
pheno_tiff_handle_new (const PhenoMapped *mapped)
{
  g_autoptr (PhenoTiffHandle) handle = g_new0 (PhenoTiffHandle, 1);
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();

  handle->mapped = mapped;
  TIFFOpenOptionsSetMaxSingleMemAlloc (options, MOST_BYTES);
  TIFFOpenOptionsSetErrorHandlerExtR (options, error_cb, handle);
  TIFFOpenOptionsSetWarningHandlerExtR (options, warning_cb, handle);
  handle->tiff = TIFFClientOpenExt ("", "r", handle, read_cb, write_cb, seek_cb, close_cb,
                                    size_cb, map_cb, unmap_cb, options);
  TIFFOpenOptionsFree (options);

  return handle->tiff != NULL ? g_steal_pointer (&handle) : NULL;
}

void
pheno_tiff_handle_free (PhenoTiffHandle *handle)
{
  if (handle == NULL)
    return;

  g_clear_pointer (&handle->tiff, TIFFClose);
  g_free (handle->words);
  g_free (handle->scratch);
  g_free (handle);
}
