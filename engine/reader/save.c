/* save.c - an image to a PNG file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/reader.h"
#include "engine/reader/vips-words.h"

#include <string.h>

/* (transfer full): (H, W, bands + 1), the mask as last band. */
static void *
with_mask (const PhenoImage *image)
{
  gsize size = pheno_sample_size (image->type), pixel = size * image->bands;
  gsize count = (gsize) image->width * image->height;
  guint8 *all = g_malloc_n (count, pixel + size), *to = all;
  const guint8 *from = image->pixels;

  for (gsize i = 0; i < count; i++, from += pixel, to += pixel + size)
    {
      guint16 wide = image->mask[i] * 257;

      memcpy (to, from, pixel);
      if (size == 1)
        to[pixel] = image->mask[i];
      else
        memcpy (to + pixel, &wide, sizeof wide);
    }

  return all;
}

static gboolean
write_png (const PhenoImage *image, const char *path)
{
  g_autofree void *interleaved = image->mask != NULL ? with_mask (image) : NULL;
  g_autoptr (VipsImage) picture = NULL;
  gboolean wide = image->type == PHENO_SAMPLE_UINT16;
  int bands = image->bands + (image->mask != NULL);
  gsize bytes
      = pheno_sample_size (image->type) * bands * (gsize) image->width * image->height;

  picture = vips_image_new_from_memory (interleaved != NULL ? interleaved : image->pixels,
                                        bytes, image->width, image->height, bands,
                                        wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR);
  if (picture == NULL)
    return FALSE;

  if (image->bands == 1)
    picture->Type = wide ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
  else
    picture->Type = wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;

  return vips_pngsave (picture, path, NULL) == 0;
}

static gboolean
check (const PhenoImage *image, const char *path, GError **error)
{
  g_autofree char *name = pheno_display_name (path);

  if ((image->bands == 1 || image->bands == 3) && image->type != PHENO_SAMPLE_FLOAT32)
    return TRUE;

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” cannot be written, as a PNG holds grey or RGB with 8 or 16 bits only. "
         "Choose three bands and a range first."),
      name);
  return FALSE;
}

gboolean
pheno_image_save (const PhenoImage *image, const char *path, GError **error)
{
  g_autoptr (PhenoReplacement) replacement = NULL;
  g_autofree char *name = NULL, *words = NULL;
  gboolean written;

  g_return_val_if_fail (image != NULL && path != NULL, FALSE);

  if (!check (image, path, error) || !pheno_vips_start (error))
    return FALSE;
  if ((replacement = pheno_replacement_new (path, error)) == NULL)
    return FALSE;

  pheno_vips_listen (FALSE);
  written = write_png (image, pheno_replacement_path (replacement));
  pheno_vips_done (FALSE);
  if (!written)
    {
      pheno_vips_listen (TRUE);
      written = write_png (image, pheno_replacement_path (replacement));
      words = pheno_vips_done (TRUE);
    }
  if (written)
    return pheno_replacement_commit (replacement, error);

  name = pheno_display_name (path);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FILE,
      _ ("“%s” cannot be written (%s). Free some space, or choose another disk."), name,
      words != NULL ? words : _ ("no reason given"));
  return FALSE;
}
