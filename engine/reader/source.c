/* source.c - parts of a file: some bands, some pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A reader of measured bands reads the part. One that can only decode a file as a whole,
 * as of photographs, does so once, and parts are taken from what it gave.
 */
#include "engine/reader/measured.h"
#include "engine/reader/reader-class.h"
#include "engine/reader/strided.h"

#include <string.h>

struct _PhenoSource
{
  char *path;
  const PhenoReaderClass *reader;
  PhenoImageHeader header;
  gpointer file;     /* of the reader */
  PhenoImage *whole; /* decoded at the first read */
  int *all;          /* 0 to bands - 1 */
};

PhenoSource *
pheno_source_open (const char *path, GError **error)
{
  g_autoptr (PhenoSource) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_new0 (PhenoSource, 1);
  self->path = g_strdup (path);
  if ((self->reader = pheno_reader_find (path, error)) == NULL)
    return NULL;

  for (int i = 0; i < 3; i++)
    self->header.default_bands[i] = -1;
  if (self->reader->open == NULL)
    {
      if (!self->reader->read_header (path, &self->header, error))
        return NULL;
    }
  else
    {
      if ((self->file = self->reader->open (path, &self->header, error)) == NULL)
        return NULL;
      self->header.modality = pheno_measured_modality (&self->header);
    }
  self->all = g_new (int, self->header.bands);
  for (int i = 0; i < self->header.bands; i++)
    self->all[i] = i;

  return g_steal_pointer (&self);
}

void
pheno_source_free (PhenoSource *source)
{
  if (source == NULL)
    return;

  if (source->file != NULL)
    source->reader->close (source->file);
  g_clear_pointer (&source->whole, pheno_image_free);
  pheno_image_header_clear (&source->header);
  g_free (source->all);
  g_free (source->path);
  g_free (source);
}

const PhenoImageHeader *
pheno_source_header (const PhenoSource *source)
{
  g_return_val_if_fail (source != NULL, NULL);

  return &source->header;
}

/* Fills @part, or says that the image has no such part. */
static gboolean
find_part (PhenoSource *self, const PhenoRegion *region, const int *bands, int n_bands,
           PhenoPart *part, GError **error)
{
  const PhenoImageHeader *header = &self->header;
  PhenoRegion *inner = &part->region;
  gboolean inside;

  *inner
      = region != NULL ? *region : (PhenoRegion){ 0, 0, header->width, header->height };
  part->bands = bands != NULL ? bands : self->all;
  part->n_bands = bands != NULL ? n_bands : header->bands;
  inside = inner->x >= 0 && inner->y >= 0 && inner->width > 0 && inner->height > 0
           && inner->width <= header->width - inner->x
           && inner->height <= header->height - inner->y && part->n_bands > 0;
  for (int i = 0; inside && i < part->n_bands; i++)
    inside = part->bands[i] >= 0 && part->bands[i] < header->bands;
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

static void
copy_part (const PhenoImage *whole, const PhenoPart *part, PhenoImage *image)
{
  gint64 size = (gint64) pheno_sample_size (whole->type);
  const PhenoRegion *region = &part->region;
  PhenoStrided strided = { .samples = whole->pixels,
                           .pixel = whole->bands * size,
                           .line = (gint64) whole->width * whole->bands * size,
                           .band = size,
                           .type = whole->type };

  pheno_strided_interleave (&strided, part, image->pixels);
  for (int y = 0; image->mask != NULL && y < region->height; y++)
    memcpy (image->mask + (gsize) y * region->width,
            whole->mask + (gsize) (region->y + y) * whole->width + region->x,
            region->width);
}

/* What the file says of the bands goes along with them. */
static void
describe (const PhenoSource *self, const PhenoPart *part, PhenoImage *image)
{
  const PhenoImageHeader *header = &self->header;

  if (header->wavelengths_nm != NULL)
    {
      image->wavelengths_nm = g_new (double, part->n_bands);
      for (int i = 0; i < part->n_bands; i++)
        image->wavelengths_nm[i] = header->wavelengths_nm[part->bands[i]];
    }
  if (header->band_names != NULL)
    {
      image->band_names = g_new0 (char *, part->n_bands + 1);
      for (int i = 0; i < part->n_bands; i++)
        image->band_names[i] = g_strdup (header->band_names[part->bands[i]]);
    }
}

static PhenoImage *
read_whole (PhenoSource *self, const PhenoPart *part, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;

  if (self->whole == NULL
      && (self->whole = self->reader->read (self->path, 0, error)) == NULL)
    return NULL;
  /* The file may be another one by now. */
  if (self->whole->width != self->header.width
      || self->whole->height != self->header.height
      || self->whole->bands != self->header.bands)
    {
      pheno_reader_fail (error, self->path,
                         _ ("it was replaced while it was read. Try again."));
      return NULL;
    }
  if ((image = pheno_image_new (part->region.width, part->region.height, part->n_bands,
                                self->whole->type, error))
      == NULL)
    return NULL;

  image->black = self->whole->black;
  image->white = self->whole->white;
  if (self->whole->mask != NULL)
    image->mask = g_malloc ((gsize) image->width * image->height);
  copy_part (self->whole, part, image);

  return g_steal_pointer (&image);
}

PhenoImage *
pheno_source_read (PhenoSource *source, const PhenoRegion *region, const int *bands,
                   int n_bands, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;
  PhenoPart part;

  g_return_val_if_fail (source != NULL, NULL);

  if (!find_part (source, region, bands, n_bands, &part, error))
    return NULL;
  if (source->file == NULL)
    return read_whole (source, &part, error);

  image = pheno_image_new (part.region.width, part.region.height, part.n_bands,
                           source->header.type, error);
  if (image == NULL)
    return NULL;
  if (source->header.has_mask)
    image->mask = g_malloc0 ((gsize) image->width * image->height);
  if (!source->reader->read_part (source->file, &part, image, error))
    return NULL;
  describe (source, &part, image);

  return g_steal_pointer (&image);
}

/* What was read interleaved, as planes. */
static void
split (const PhenoImage *image, float *values)
{
  gint64 size = (gint64) pheno_sample_size (image->type);
  g_autofree int *all = g_new (int, image->bands);
  PhenoPart part = { { 0, 0, image->width, image->height }, all, image->bands };
  PhenoStrided strided = { .samples = image->pixels,
                           .pixel = image->bands * size,
                           .line = (gint64) image->width * image->bands * size,
                           .band = size,
                           .type = image->type };

  for (int i = 0; i < image->bands; i++)
    all[i] = i;
  pheno_strided_planes (&strided, &part, values);
}

gboolean
pheno_source_read_planes (PhenoSource *source, const PhenoRegion *region,
                          const int *bands, int n_bands, float *values, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;
  PhenoPart part;

  g_return_val_if_fail (source != NULL && values != NULL, FALSE);

  if (!find_part (source, region, bands, n_bands, &part, error))
    return FALSE;
  if (source->file != NULL && source->reader->read_planes != NULL)
    return source->reader->read_planes (source->file, &part, values, error);

  image = pheno_source_read (source, region, bands, n_bands, error);
  if (image == NULL)
    return FALSE;
  split (image, values);

  return TRUE;
}
