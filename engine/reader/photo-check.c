/* photo-check.c - is it a photograph, and of a size that can be?
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A header is a claim. Before anything is allocated for it, the claim is held against the
 * length of the file: no decoder makes a picture of 60,000 × 60,000 out of 200 bytes.
 */
#include "engine/reader/photo.h"

#include <glib/gstdio.h>

/* A little more than 30,000 × 30,000, the largest stitched photographs of drawers. */
#define MOST_PIXELS ((gint64) 1 << 30)

/* Where the whole picture has to be in memory: 16,384 × 16,384, some 1.6 GB while
 * decoding. */
#define MOST_PIXELS_SCRAMBLED ((gint64) 1 << 28)

/* Pixels that a byte of a file can hold at the very most. Deflate packs 1032 bytes in
 * one, so 8 × 1032 pixels of one bit; a block of 64 pixels takes at least a bit of a
 * JPEG; the TIFF codecs and WebP have runs of any length, so this only stops what is
 * absurd. */
static const gint64 most_pixels_per_byte[] = {
  [PHOTO_JPEG] = 1024,    [PHOTO_PNG] = 8256,     [PHOTO_TIFF] = 65536,
  [PHOTO_WEBP] = 1 << 20, [PHOTO_HEIF] = 1 << 20,
};

gboolean
pheno_photo_is_scrambled (PhotoFormat format, VipsImage *image)
{
  int flag = 0;

  if (format == PHOTO_WEBP || format == PHOTO_HEIF)
    return TRUE;
  if (vips_image_get_typeof (image, "jpeg-multiscan") == G_TYPE_INT
      && vips_image_get_int (image, "jpeg-multiscan", &flag) == 0 && flag)
    return TRUE;
  if (vips_image_get_typeof (image, "interlaced") == G_TYPE_INT
      && vips_image_get_int (image, "interlaced", &flag) == 0 && flag)
    return TRUE;

  return FALSE;
}

gboolean
pheno_photo_has_mask (VipsImage *image)
{
  int colours = image->Type == VIPS_INTERPRETATION_CMYK ? 4 : image->Bands < 3 ? 1 : 3;

  return image->Bands == colours + 1;
}

static gboolean
check_size (const char *path, PhotoFormat format, VipsImage *image, GError **error)
{
  gint64 pixels = (gint64) image->Xsize * image->Ysize;
  gboolean scrambled = pheno_photo_is_scrambled (format, image);
  g_autofree char *name = pheno_display_name (path);
  g_autofree char *size = g_strdup_printf ("%d × %d", image->Xsize, image->Ysize);
  GStatBuf status;

  if (g_stat (path, &status) == 0
      && pixels / most_pixels_per_byte[format] > status.st_size)
    {
      g_autofree char *has
          = g_format_size_full (status.st_size, G_FORMAT_SIZE_LONG_FORMAT);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” says that it has %s pixels, which do not fit into its %s. Copy the "
             "file again, or take it out of the folder."),
          name, size, has);
      return FALSE;
    }
  if (pixels > MOST_PIXELS)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” has %s pixels, more than the 1,073,741,824 that a photograph may have "
             "here. Cut it into its specimens, or save it smaller."),
          name, size);
      return FALSE;
    }
  if (scrambled && pixels > MOST_PIXELS_SCRAMBLED)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” has %s pixels and can only be decoded as a whole, which takes too "
             "much "
             "memory. Save it without “progressive” or “interlaced”, as JPEG or TIFF."),
          name, size);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_samples (const char *path, VipsImage *image, GError **error)
{
  g_autofree char *name = pheno_display_name (path);
  g_autofree char *bands = g_strdup_printf ("%d", image->Bands);
  int most = image->Type == VIPS_INTERPRETATION_CMYK ? 5 : 4;

  if (image->Bands > most)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” has %s bands and is a multispectral image, which cannot be read as a "
             "photograph. Save its red, green and blue bands as a TIFF or PNG."),
          name, bands);
      return FALSE;
    }
  if (image->Coding != VIPS_CODING_NONE
      || (image->BandFmt != VIPS_FORMAT_UCHAR && image->BandFmt != VIPS_FORMAT_USHORT))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” has measured values (%s) and not the 8 or 16 bits of a "
                      "photograph. Save "
                      "it with 16 bits as TIFF or PNG."),
                   name,
                   image->Coding != VIPS_CODING_NONE
                       ? vips_enum_nick (VIPS_TYPE_CODING, image->Coding)
                       : vips_enum_nick (VIPS_TYPE_BAND_FORMAT, image->BandFmt));
      return FALSE;
    }

  return TRUE;
}

gboolean
pheno_photo_check (const char *path, PhotoFormat format, VipsImage *image, GError **error)
{
  if (!check_size (path, format, image, error) || !check_samples (path, image, error))
    return FALSE;

  return format != PHOTO_TIFF
         || pheno_photo_check_tiff (path, image->Bands, pheno_photo_has_mask (image),
                                    error);
}
