/* photo-tiff.c - what only the tags tell about a TIFF: pages, and the extra band
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Cameras with filters write their bands as pages of one size, or as a fourth band beside
 * red, green and blue. Taken for a photograph, all pages but the first would be lost, and
 * the near infrared would become transparency. Both are refused in words. A smaller
 * second page is the thumbnail of a photograph, or its pyramid.
 */
#include "engine/reader/photo.h"

#include <tiffio.h>

/* Largest piece (tile, or strip that cannot be read by row) that is decoded at once. */
#define MOST_PIECE_BYTES ((guint64) 1 << 30)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TIFF, TIFFClose)

typedef struct
{
  guint32 width, height;
} PageSize;

static PageSize
page_size (TIFF *tiff)
{
  PageSize size = { 0, 0 };

  TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &size.width);
  TIFFGetField (tiff, TIFFTAG_IMAGELENGTH, &size.height);

  return size;
}

static gboolean
check_extra_band (TIFF *tiff, const char *name, GError **error)
{
  guint16 count = 0, *meanings = NULL;

  if (TIFFGetField (tiff, TIFFTAG_EXTRASAMPLES, &count, &meanings) && count > 0
      && meanings[count - 1] != EXTRASAMPLE_UNSPECIFIED)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("“%s” has one band more than a photograph, and does not say that it is "
                  "transparency. Save its red, green and blue bands as a TIFF or PNG."),
               name);
  return FALSE;
}

static gboolean
check_pieces (TIFF *tiff, const char *name, GError **error)
{
  guint64 bytes = TIFFIsTiled (tiff) ? TIFFTileSize64 (tiff) : TIFFScanlineSize64 (tiff);
  g_autofree char *size = g_format_size (bytes);

  if (bytes <= MOST_PIECE_BYTES)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("“%s” comes in pieces of %s, which cannot be decoded one by one. Save "
                  "it as TIFF "
                  "with tiles of 256 × 256 pixels, or see whether it is damaged."),
               name, size);
  return FALSE;
}

static gboolean
check_pages (TIFF *tiff, const char *name, GError **error)
{
  PageSize first = page_size (tiff), second;
  g_autofree char *pages = NULL;
  guint32 kind = 0;

  if (TIFFLastDirectory (tiff) || !TIFFReadDirectory (tiff))
    return TRUE;

  TIFFGetFieldDefaulted (tiff, TIFFTAG_SUBFILETYPE, &kind);
  if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0)
    return TRUE;

  second = page_size (tiff);
  if (first.width != second.width || first.height != second.height)
    return TRUE;

  pages = g_strdup_printf ("%u", (guint) TIFFNumberOfDirectories (tiff));
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("“%s” is a stack of %s pages of one size and not a photograph. Save "
                  "each page, or "
                  "the red, green and blue ones together, as a TIFF or PNG."),
               name, pages);
  return FALSE;
}

static gboolean
check_compression (TIFF *tiff, const char *name, GError **error)
{
  guint16 compression = COMPRESSION_NONE;

  TIFFGetFieldDefaulted (tiff, TIFFTAG_COMPRESSION, &compression);
  if (TIFFIsCODECConfigured (compression))
    return TRUE;

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” has a compression (%d) that is not known to libtiff. Save it with "
         "Deflate, LZW or without compression."),
      name, compression);
  return FALSE;
}

gboolean
pheno_photo_check_tiff (const char *path, int bands, gboolean has_mask, GError **error)
{
  g_autofree char *name = pheno_display_name (path);
  g_autoptr (TIFF) tiff
      = TIFFOpen (path, "rm"); /* m: read, not mapped, as it may shrink */

  if (tiff == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” cannot be read as %s (%s). Copy the file again, save it anew with an "
             "image program, or take it out of the folder."),
          name, "TIFF", _ ("its tags are damaged"));
      return FALSE;
    }

  return (!has_mask || check_extra_band (tiff, name, error))
         && check_compression (tiff, name, error) && check_pieces (tiff, name, error)
         && check_pages (tiff, name, error);
}
