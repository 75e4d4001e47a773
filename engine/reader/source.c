/* source.c - parts of a file: some bands, some pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A reader that can only decode a file as a whole does so once, and parts are taken from
 * what it gave.
 */
#include "engine/reader/reader.h"

#include <string.h>

struct _PhenoSource
{
  char *path;
  PhenoImageHeader header;
  PhenoImage *whole; /* decoded at the first read */
};

PhenoSource *
pheno_source_open (const char *path, GError **error)
{
  g_autoptr (PhenoSource) self = g_new0 (PhenoSource, 1);

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_strdup (path);
  if (!pheno_reader_read_header (path, &self->header, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
pheno_source_free (PhenoSource *source)
{
  if (source == NULL)
    return;

  g_clear_pointer (&source->whole, pheno_image_free);
  pheno_image_header_clear (&source->header);
  g_free (source->path);
  g_free (source);
}

const PhenoImageHeader *
pheno_source_header (const PhenoSource *source)
{
  return &source->header;
}

/* Fills @part and @numbers, or says that the image has no such part. */
static gboolean
find_part (PhenoSource *self, const PhenoRegion *region, const int *bands, int *n_bands,
           PhenoRegion *part, GError **error)
{
  const PhenoImageHeader *header = &self->header;
  gboolean inside;

  *part = region != NULL ? *region : (PhenoRegion){ 0, 0, header->width, header->height };
  if (bands == NULL)
    *n_bands = header->bands;
  inside = part->x >= 0 && part->y >= 0 && part->width > 0 && part->height > 0
           && part->width <= header->width - part->x
           && part->height <= header->height - part->y && *n_bands > 0;
  for (int i = 0; inside && bands != NULL && i < *n_bands; i++)
    inside = bands[i] >= 0 && bands[i] < header->bands;
  if (!inside)
    {
      g_autofree char *name = pheno_display_name (self->path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” has %d × %d pixels and %d bands, and not the part that was "
                      "asked for. Choose a part that lies inside."),
                   name, header->width, header->height, header->bands);
    }
  return inside;
}

static gboolean
decode (PhenoSource *self, GError **error)
{
  if (self->whole == NULL)
    self->whole = pheno_reader_read (self->path, 0, error);

  return self->whole != NULL;
}

static void
copy_part (const PhenoImage *whole, const PhenoRegion *part, const int *bands,
           PhenoImage *image)
{
  gsize bytes = pheno_sample_size (whole->type);
  guint8 *to = image->pixels;

  for (int y = 0; y < part->height; y++)
    for (int x = 0; x < part->width; x++)
      {
        gsize at = (gsize) (part->y + y) * whole->width + part->x + x;
        const guint8 *from = (const guint8 *) whole->pixels + at * whole->bands * bytes;

        for (int i = 0; i < image->bands; i++, to += bytes)
          memcpy (to, from + (bands != NULL ? bands[i] : i) * bytes, bytes);
        if (image->mask != NULL)
          image->mask[(gsize) y * part->width + x] = whole->mask[at];
      }
}

PhenoImage *
pheno_source_read (PhenoSource *source, const PhenoRegion *region, const int *bands,
                   int n_bands, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;
  PhenoRegion part;

  g_return_val_if_fail (source != NULL, NULL);

  if (!find_part (source, region, bands, &n_bands, &part, error)
      || !decode (source, error)
      || (image = pheno_image_new (part.width, part.height, n_bands, source->whole->type,
                                   error))
             == NULL)
    return NULL;

  image->black = source->whole->black;
  image->white = source->whole->white;
  if (source->whole->mask != NULL)
    image->mask = g_malloc ((gsize) part.width * part.height);
  copy_part (source->whole, &part, bands, image);

  return g_steal_pointer (&image);
}

gboolean
pheno_source_read_planes (PhenoSource *source, const PhenoRegion *region,
                          const int *bands, int n_bands, float *values, GError **error)
{
  g_autoptr (PhenoImage) image
      = pheno_source_read (source, region, bands, n_bands, error);
  gsize plane;

  if (image == NULL)
    return FALSE;

  plane = (gsize) image->width * image->height;
  for (gsize band = 0; band < (gsize) image->bands; band++)
    for (gsize i = 0; i < plane; i++)
      values[band * plane + i]
          = (float) pheno_image_sample (image, i * image->bands + band);
  return TRUE;
}
