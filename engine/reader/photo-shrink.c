/* photo-shrink.c - from rows in order to the size that is wanted, by area average
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pixel of the result is the mean over the rectangle that it covers in the file,
 * with pixels on the border counted by the part that lies inside:
 *
 *     rows of the file     |----|----|----|----|----|----|----|
 *     rows of the result   |-----------|-----------|----------|
 *
 * Rows are first summed as they come (long vectors), columns once for each row of the
 * result. Memory: one row of sums and a strip of the file.
 */
#include "engine/reader/photo.h"

#include <string.h>

/* A strip that fits the second-level cache, and no more calls than needed. */
#define STRIP_BYTES (1 << 20)

typedef struct
{
  VipsImage *image;
  VipsRegion *region;
  PhenoImage *result;
  int bands; /* of the file, with alpha */
  gboolean has_mask;
  float *row;  /* (width, bands) of the file, colours times alpha where there is one */
  float *sums; /* the same, over the rows of one row of the result */
} Shrink;

static void
shrink_clear (Shrink *self)
{
  g_clear_object (&self->region);
  g_clear_pointer (&self->result, pheno_image_free);
  g_clear_pointer (&self->row, g_free);
  g_clear_pointer (&self->sums, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shrink, shrink_clear)

static inline void
to_float (float *to, const void *from, PhenoSampleType type, gsize count)
{
  const guint8 *bytes = from;
  const guint16 *words = from;

  if (type == PHENO_SAMPLE_UINT8)
    for (gsize i = 0; i < count; i++)
      to[i] = bytes[i];
  else
    for (gsize i = 0; i < count; i++)
      to[i] = words[i];
}

/* A colour counts by its alpha, which makes the sum of alphas the weight to divide by. */
static void
multiply_by_alpha (float *row, int width, int bands)
{
  for (int x = 0; x < width; x++, row += bands)
    for (int band = 0; band < bands - 1; band++)
      row[band] *= row[bands - 1];
}

/* 255 for full, of 8 and of 16 bits. */
static guint8
mask_value (float alpha, PhenoSampleType type)
{
  float full = type == PHENO_SAMPLE_UINT8 ? 1 : 257;

  return (guint8) CLAMP (alpha / full + 0.5f, 0, 255);
}

static void
store (Shrink *self, const float *means, gsize pixel)
{
  PhenoImage *result = self->result;
  float most = result->white;

  for (int band = 0; band < result->bands; band++)
    {
      float value = means[band];

      if (self->has_mask)
        value = means[result->bands] > 0 ? value / means[result->bands] : 0;
      value = CLAMP (value + 0.5f, 0, most);
      if (result->type == PHENO_SAMPLE_UINT8)
        ((guint8 *) result->pixels)[pixel * result->bands + band] = (guint8) value;
      else
        ((guint16 *) result->pixels)[pixel * result->bands + band] = (guint16) value;
    }
  if (self->has_mask)
    result->mask[pixel] = mask_value (means[result->bands], result->type);
}

/* The row of sums is complete: average its columns. @area is that of one result pixel. */
static void
finish_row (Shrink *self, int y, double height)
{
  int width = self->image->Xsize;
  double step = (double) width / self->result->width;
  double area = step * height;

  for (int x = 0; x < self->result->width; x++)
    {
      double from = x * step, to = MIN ((x + 1) * step, width);
      double means[5] = { 0 };
      float rounded[5];

      for (int i = (int) from; i < width && i < to; i++)
        {
          double part = MIN (i + 1, to) - MAX (i, from);

          for (int band = 0; band < self->bands; band++)
            means[band] += part * self->sums[(gsize) i * self->bands + band];
        }
      for (int band = 0; band < self->bands; band++)
        rounded[band] = means[band] / area;
      store (self, rounded, (gsize) y * self->result->width + x);
    }
}

/* Row @y of the file covers @y to @y + 1; gives each row of the result its part. */
static void
add_row (Shrink *self, const void *samples, int y)
{
  gsize count = (gsize) self->image->Xsize * self->bands;
  double step = (double) self->image->Ysize / self->result->height;
  int last;

  to_float (self->row, samples, self->result->type, count);
  if (self->has_mask)
    multiply_by_alpha (self->row, self->image->Xsize, self->bands);

  last = MIN ((int) ((y + 1) / step + 1e-9), self->result->height);
  for (int to = (int) (y / step); to <= last && to < self->result->height; to++)
    {
      double end
          = (to + 1 == self->result->height) ? self->image->Ysize : (to + 1) * step;
      float part = MIN (y + 1, end) - MAX (y, to * step);

      if (part > 0)
        for (gsize i = 0; i < count; i++)
          self->sums[i] += part * self->row[i];
      if (end <= y + 1 + 1e-9 && end > y + 1e-9)
        {
          finish_row (self, to, step);
          memset (self->sums, 0, count * sizeof (float));
        }
    }
}

/* Same size: nothing is averaged, and no value may change. */
static void
copy_row (Shrink *self, const void *samples, int y)
{
  PhenoImage *result = self->result;
  gsize size = pheno_sample_size (result->type), pixel = size * result->bands;
  const guint8 *from = samples;
  guint8 *to = (guint8 *) result->pixels + (gsize) y * result->width * pixel;

  if (!self->has_mask)
    {
      memcpy (to, from, result->width * pixel);
      return;
    }

  for (int x = 0; x < result->width; x++, from += pixel + size, to += pixel)
    {
      guint16 alpha;

      memcpy (to, from, pixel);
      if (result->type == PHENO_SAMPLE_UINT8)
        alpha = from[pixel];
      else
        memcpy (&alpha, from + pixel, sizeof alpha);
      result->mask[(gsize) y * result->width + x] = mask_value (alpha, result->type);
    }
}

static gboolean
shrink_init (Shrink *self, VipsImage *image, int width, int height, GError **error)
{
  gsize row = (gsize) image->Xsize * image->Bands;
  PhenoSampleType type
      = image->BandFmt == VIPS_FORMAT_USHORT ? PHENO_SAMPLE_UINT16 : PHENO_SAMPLE_UINT8;

  self->image = image;
  self->bands = image->Bands;
  self->has_mask = pheno_photo_has_mask (image);
  self->region = vips_region_new (image);
  self->result
      = pheno_image_new (width, height, self->bands - self->has_mask, type, error);
  if (self->result == NULL)
    return FALSE;

  if (self->has_mask)
    self->result->mask = g_malloc0 ((gsize) width * height);
  self->row = g_new (float, row);
  self->sums = g_new0 (float, row);

  return TRUE;
}

PhenoImage *
pheno_photo_shrink (VipsImage *image, int width, int height, int *rows_read,
                    GError **error)
{
  g_auto (Shrink) self = { 0 };
  gsize row_bytes = VIPS_IMAGE_SIZEOF_LINE (image);
  int strip = CLAMP (STRIP_BYTES / row_bytes, 8, 256);
  gboolean same = width == image->Xsize && height == image->Ysize;

  *rows_read = 0;
  if (!shrink_init (&self, image, width, height, error))
    return NULL;

  for (int top = 0; top < image->Ysize; top += strip)
    {
      VipsRect area = { 0, top, image->Xsize, MIN (strip, image->Ysize - top) };

      if (vips_region_prepare (self.region, &area) != 0)
        return NULL;
      for (int y = top; y < top + area.height; y++)
        if (same)
          copy_row (&self, VIPS_REGION_ADDR (self.region, 0, y), y);
        else
          add_row (&self, VIPS_REGION_ADDR (self.region, 0, y), y);
      *rows_read = top + area.height;
    }

  return g_steal_pointer (&self.result);
}
