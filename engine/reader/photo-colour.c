/* photo-colour.c - grey, CMYK and other people's RGB become sRGB
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * With a profile in the file, colours go through it (relative colorimetric). Without one,
 * RGB is sRGB, grey is sRGB's grey, and CMYK takes the profile that comes with libvips. A
 * profile that does not fit its picture (an RGB one in a grey file) is passed over, as in
 * every viewer.
 */
#include "engine/reader/photo.h"

#include <string.h>

static PhenoImage *
grey_to_rgb (PhenoImage *image, GError **error)
{
  g_autoptr (PhenoImage) grey = image;
  PhenoImage *rgb = pheno_image_new (grey->width, grey->height, 3, grey->type, error);
  gsize size = pheno_sample_size (grey->type), count = (gsize) grey->width * grey->height;

  if (rgb == NULL)
    return NULL;

  for (gsize i = 0; i < count; i++)
    for (gsize band = 0; band < 3; band++)
      memcpy ((guint8 *) rgb->pixels + (i * 3 + band) * size,
              (guint8 *) grey->pixels + i * size, size);
  rgb->mask = g_steal_pointer (&grey->mask);

  return rgb;
}

/* (nullable): the pixels as libvips sees them, with the profile of @source. */
static VipsImage *
wrap (const PhenoImage *image, VipsImage *source)
{
  gsize bytes = pheno_sample_size (image->type) * image->bands * (gsize) image->width
                * image->height;
  VipsBandFormat format
      = image->type == PHENO_SAMPLE_UINT16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR;
  VipsImage *wrapped = vips_image_new_from_memory (image->pixels, bytes, image->width,
                                                   image->height, image->bands, format);
  const void *profile;
  size_t length;

  if (wrapped == NULL)
    return NULL;

  wrapped->Type = source->Type;
  if (vips_image_get_typeof (source, VIPS_META_ICC_NAME)
      && vips_image_get_blob (source, VIPS_META_ICC_NAME, &profile, &length) == 0)
    vips_image_set_blob_copy (wrapped, VIPS_META_ICC_NAME, profile, length);

  return wrapped;
}

/* Whether the file's profile is for as many colours as the file has. */
static gboolean
profile_fits (VipsImage *source, int bands)
{
  const void *profile;
  size_t length;
  const char *wanted = bands == 1 ? "GRAY" : bands == 4 ? "CMYK" : "RGB ";

  if (!vips_image_get_typeof (source, VIPS_META_ICC_NAME)
      || vips_image_get_blob (source, VIPS_META_ICC_NAME, &profile, &length) != 0)
    return FALSE;

  /* ICC.1:2022, 7.2: bytes 16 to 19 of the header name the colour space, 36 to 39 are
   * “acsp” in every profile. */
  return length >= 128 && memcmp ((const char *) profile + 16, wanted, 4) == 0
         && memcmp ((const char *) profile + 36, "acsp", 4) == 0;
}

/* Rows of a region lie apart; those of a PhenoImage do not. */
static gboolean
copy_pixels (VipsImage *from, PhenoImage *to)
{
  g_autoptr (VipsRegion) region = vips_region_new (from);
  VipsRect all = { 0, 0, to->width, to->height };
  gsize row = pheno_sample_size (to->type) * to->bands * to->width;

  if (from->Bands != to->bands || vips_region_prepare (region, &all) != 0
      || VIPS_IMAGE_SIZEOF_LINE (from) != row)
    return FALSE;

  for (int y = 0; y < to->height; y++)
    memcpy ((guint8 *) to->pixels + y * row, VIPS_REGION_ADDR (region, 0, y), row);

  return TRUE;
}

/* (nullable): libvips' words are in its buffer. */
static VipsImage *
transform (VipsImage *wrapped, gboolean embedded, int depth)
{
  VipsImage *transformed = NULL;

  if (embedded)
    vips_icc_transform (wrapped, &transformed, "srgb", "embedded", TRUE, "depth", depth,
                        "intent", VIPS_INTENT_RELATIVE, NULL);
  else
    vips_icc_transform (wrapped, &transformed, "srgb", "input_profile", "cmyk", "depth",
                        depth, "intent", VIPS_INTENT_RELATIVE, NULL);

  return transformed;
}

static PhenoImage *
through_profile (PhenoImage *image, VipsImage *source, gboolean embedded,
                 const char *path, GError **error)
{
  g_autoptr (PhenoImage) from = image;
  g_autoptr (PhenoImage) rgb
      = pheno_image_new (from->width, from->height, 3, from->type, error);
  g_autoptr (VipsImage) wrapped = wrap (from, source);
  g_autoptr (VipsImage) transformed = NULL;

  if (rgb == NULL)
    return NULL;

  if (wrapped != NULL)
    transformed
        = transform (wrapped, embedded, from->type == PHENO_SAMPLE_UINT16 ? 16 : 8);
  if (transformed == NULL || !copy_pixels (transformed, rgb))
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” has a colour profile that cannot be used. Save it as sRGB "
                      "with an image "
                      "program, or take it out of the folder."),
                   name);
      return NULL;
    }
  rgb->mask = g_steal_pointer (&from->mask);

  return g_steal_pointer (&rgb);
}

PhenoImage *
pheno_photo_to_srgb (PhenoImage *image, VipsImage *source, const char *path,
                     GError **error)
{
  gboolean fits = profile_fits (source, image->bands);

  if (fits || image->bands == 4)
    return through_profile (image, source, fits, path, error);
  if (image->bands == 1)
    return grey_to_rgb (image, error);

  return image;
}
