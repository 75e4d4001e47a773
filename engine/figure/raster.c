/* raster.c - a figure of pixels as a TIFF
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * libtiff writes into memory, as all figures are files only when they are whole.
 */
#include "engine/figure/raster.h"

#include <stdio.h>
#include <string.h>
#include <tiffio.h>

typedef struct
{
  GByteArray *bytes;
  guint64 at;
} Memory;

static tmsize_t
read_cb (thandle_t handle, void *buffer, tmsize_t size)
{
  Memory *memory = handle;
  tmsize_t there = memory->at < memory->bytes->len
                       ? (tmsize_t) (memory->bytes->len - memory->at)
                       : 0;

  size = MIN (size, there);
  if (size > 0)
    memcpy (buffer, memory->bytes->data + memory->at, (gsize) size);
  memory->at += (guint64) size;
  return size;
}

static tmsize_t
write_cb (thandle_t handle, void *buffer, tmsize_t size)
{
  Memory *memory = handle;
  guint64 end = memory->at + (guint64) size;

  if (end > G_MAXUINT / 2)
    return -1;
  if (end > memory->bytes->len)
    g_byte_array_set_size (memory->bytes, (guint) end);
  memcpy (memory->bytes->data + memory->at, buffer, (gsize) size);
  memory->at = end;
  return size;
}

static toff_t
seek_cb (thandle_t handle, toff_t offset, int from)
{
  Memory *memory = handle;

  memory->at = from == SEEK_SET   ? offset
               : from == SEEK_CUR ? memory->at + offset
                                  : memory->bytes->len + offset;
  return memory->at;
}

static int
close_cb (thandle_t handle)
{
  return 0;
}

static toff_t
size_cb (thandle_t handle)
{
  return ((Memory *) handle)->bytes->len;
}

/* (transfer full): ASCII is all that the tag may hold by the letter of TIFF 6; UTF-8 is
 * what everyone reads in it. */
static char *
describe (GHashTable *provenance)
{
  g_autoptr (GList) keys
      = provenance != NULL
            ? g_list_sort (g_hash_table_get_keys (provenance), (GCompareFunc) strcmp)
            : NULL;
  GString *text = g_string_new (NULL);

  for (GList *at = keys; at != NULL; at = at->next)
    {
      g_autofree char *value
          = g_utf8_make_valid (g_hash_table_lookup (provenance, at->data), -1);

      g_string_append_printf (text, "%s: %s\n", (const char *) at->data, value);
    }
  return g_string_free (text, FALSE);
}

static gboolean
write_rows (TIFF *tiff, cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface),
      height = cairo_image_surface_get_height (surface),
      stride = cairo_image_surface_get_stride (surface);
  const guint8 *pixels = cairo_image_surface_get_data (surface);
  g_autofree guint8 *row = g_malloc ((gsize) width * 3);

  for (int y = 0; y < height; y++)
    {
      const guint32 *from = (const void *) (pixels + (gsize) y * (gsize) stride);

      for (int x = 0; x < width; x++)
        {
          row[3 * x] = (guint8) (from[x] >> 16);
          row[3 * x + 1] = (guint8) (from[x] >> 8);
          row[3 * x + 2] = (guint8) from[x];
        }
      if (TIFFWriteScanline (tiff, row, (guint32) y, 0) < 0)
        return FALSE;
    }
  return TIFFWriteDirectory (tiff) != 0;
}

gboolean
pheno_raster_write_tiff (cairo_surface_t *surface, double dots_per_inch,
                         GHashTable *provenance, GByteArray *bytes)
{
  Memory memory = { bytes, 0 };
  TIFF *tiff = TIFFClientOpen ("figure", "wm", &memory, read_cb, write_cb, seek_cb,
                               close_cb, size_cb, NULL, NULL);
  g_autofree char *description = describe (provenance);
  gboolean done;

  if (tiff == NULL)
    return FALSE;
  TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, cairo_image_surface_get_width (surface));
  TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, cairo_image_surface_get_height (surface));
  TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField (tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
  TIFFSetField (tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 64);
  TIFFSetField (tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  TIFFSetField (tiff, TIFFTAG_XRESOLUTION, dots_per_inch);
  TIFFSetField (tiff, TIFFTAG_YRESOLUTION, dots_per_inch);
  TIFFSetField (tiff, TIFFTAG_SOFTWARE, "Phenoscape " PHENO_VERSION);
  if (*description != '\0')
    TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION, description);
  done = write_rows (tiff, surface);
  TIFFClose (tiff);
  return done;
}
