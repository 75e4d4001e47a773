/* shrink.c - measured bands at a smaller size, by area average
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows come in blocks, as many as fit into some memory, and each pixel of the result is
 * the mean over its square of the image, of which pixels at the edge count by the share
 * that lies inside. Samples of no data do not count; a square of nothing else stays no
 * data. NaN stays NaN: a hole in the measurement is not painted over.
 */
#include "engine/reader/reader-class.h"
#include "engine/reader/strided.h"

#include <string.h>

/* Of floats at once: 76 lines of a cube of 512 samples and 408 bands. */
#define BLOCK_BYTES ((gsize) 64 << 20)

typedef struct
{
  const PhenoImageHeader *header;
  PhenoImage *image;
  double scale_x, scale_y; /* pixels of the file for one of the image */
  const float *values;     /* (bands, n_rows, width) of rows first_row and on */
  const guint8 *mask;      /* (n_rows, width) */
  int first_row, n_rows;
} Shrink;

/* How much of pixel @at lies between @from and @to. */
static double
share (double from, double to, int at)
{
  return MIN (to, at + 1.0) - MAX (from, at);
}

static double
mean_of (const Shrink *self, int x, int y, int band)
{
  const PhenoImageHeader *header = self->header;
  double left = x * self->scale_x, right = MIN (left + self->scale_x, header->width);
  double top = y * self->scale_y, bottom = MIN (top + self->scale_y, header->height);
  float ignored = (float) header->ignored_value;
  double sum = 0, weight = 0;

  for (int row = (int) top; row < bottom; row++)
    {
      const float *line
          = self->values
            + ((gsize) band * self->n_rows + row - self->first_row) * header->width;
      double high = share (top, bottom, row);

      for (int column = (int) left; column < right; column++)
        if (!header->has_ignored || line[column] != ignored)
          {
            double area = high * share (left, right, column);

            sum += area * line[column];
            weight += area;
          }
    }

  return weight > 0 ? sum / weight : header->ignored_value;
}

static guint8
mask_of (const Shrink *self, int x, int y)
{
  const PhenoImageHeader *header = self->header;
  double left = x * self->scale_x, right = MIN (left + self->scale_x, header->width);
  double top = y * self->scale_y, bottom = MIN (top + self->scale_y, header->height);
  double sum = 0, weight = 0;

  for (int row = (int) top; row < bottom; row++)
    for (int column = (int) left; column < right; column++)
      {
        double area = share (top, bottom, row) * share (left, right, column);

        sum += area
               * self->mask[(gsize) (row - self->first_row) * header->width + column];
        weight += area;
      }

  return (guint8) (sum / weight + 0.5);
}

/* Output rows @first to @end - 1, of which the source is at hand. */
static void
fill_rows (const Shrink *self, int first, int end)
{
  PhenoImage *image = self->image;

  for (int y = first; y < end; y++)
    for (int x = 0; x < image->width; x++)
      {
        gsize at = (gsize) y * image->width + x;

        for (int band = 0; band < image->bands; band++)
          pheno_sample_store (image->pixels, image->type, at * image->bands + band,
                              mean_of (self, x, y, band));
        if (image->mask != NULL)
          image->mask[at] = mask_of (self, x, y);
      }
}

/* The first row of the file that output row @y needs, and the one after its last. */
static int
row_of (const Shrink *self, int y)
{
  return (int) (y * self->scale_y);
}

static int
row_after (const Shrink *self, int y)
{
  return MIN (self->header->height, (int) ceil ((y + 1) * self->scale_y));
}

static gboolean
read_rows (PhenoSource *source, Shrink *self, PhenoImage *block, GError **error)
{
  PhenoRegion rows = { 0, self->first_row, self->header->width, self->n_rows };
  const int first = 0;
  g_autoptr (PhenoImage) masked = NULL;

  self->values = block->pixels;
  if (!pheno_source_read_planes (source, &rows, NULL, 0, block->pixels, error))
    return FALSE;
  if (!self->header->has_mask)
    return TRUE;

  if ((masked = pheno_source_read (source, &rows, &first, 1, error)) == NULL)
    return FALSE;
  g_free (block->mask);
  self->mask = block->mask = g_steal_pointer (&masked->mask);

  return self->mask != NULL;
}

static gboolean
fill (PhenoSource *source, Shrink *self, GError **error)
{
  const PhenoImageHeader *header = self->header;
  gsize row_bytes = (gsize) header->width * header->bands * sizeof (float);
  int most = (int) CLAMP (BLOCK_BYTES / row_bytes, 1, (gsize) header->height);
  g_autoptr (PhenoImage) block = NULL; /* only memory: what is in it are planes */

  most = MAX (most, MIN (header->height, (int) self->scale_y + 2));
  block
      = pheno_image_new (header->width, most, header->bands, PHENO_SAMPLE_FLOAT32, error);
  if (block == NULL)
    return FALSE;

  for (int y = 0, end; y < self->image->height; y = end)
    {
      self->first_row = row_of (self, y);
      for (end = y + 1;
           end < self->image->height && row_after (self, end) - self->first_row <= most;)
        end++;
      self->n_rows = row_after (self, end - 1) - self->first_row;
      if (!read_rows (source, self, block, error))
        return FALSE;
      fill_rows (self, y, end);
    }

  return TRUE;
}

PhenoImage *
pheno_source_shrink (PhenoSource *source, int shorter_side, GError **error)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  int shorter = MIN (header->width, header->height);
  g_autoptr (PhenoImage) image = NULL;
  Shrink self = { .header = header };
  int width, height;

  if (shorter <= shorter_side)
    return pheno_source_read (source, NULL, NULL, 0, error);

  width = MAX (1, (int) rint ((double) header->width * shorter_side / shorter));
  height = MAX (1, (int) rint ((double) header->height * shorter_side / shorter));
  image = pheno_image_new (width, height, header->bands, header->type, error);
  if (image == NULL)
    return NULL;

  if (header->has_mask)
    image->mask = g_malloc0 ((gsize) width * height);
  if (header->wavelengths_nm != NULL)
    image->wavelengths_nm
        = g_memdup2 (header->wavelengths_nm, header->bands * sizeof (double));
  image->band_names = g_strdupv (header->band_names);
  self.image = image;
  self.scale_x = (double) header->width / width;
  self.scale_y = (double) header->height / height;
  if (!fill (source, &self, error))
    return NULL;

  return g_steal_pointer (&image);
}
