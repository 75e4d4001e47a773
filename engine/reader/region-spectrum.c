/* region-spectrum.c - mean and deviation of each band over a part of an image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"

#define STRIP_BYTES (8u << 20)

void
pheno_spectrum_free (PhenoSpectrum *spectrum)
{
  if (spectrum == NULL)
    return;

  g_free (spectrum->mean);
  g_free (spectrum->deviation);
  g_free (spectrum->least);
  g_free (spectrum->largest);
  g_free (spectrum);
}

/* Welford's running mean and sum of squares, in @deviation. */
static void
add_pixels (PhenoSpectrum *self, guint64 *used, const PhenoImage *image,
            const float *values, gboolean only_specimen)
{
  gsize count = (gsize) image->width * image->height;

  for (gsize i = 0; i < count; i++, values += self->n)
    {
      if (only_specimen && image->mask != NULL && image->mask[i] < 128)
        continue;
      self->pixels++;
      for (int band = 0; band < self->n; band++)
        if (values[band] == values[band])
          {
            double away = values[band] - self->mean[band];

            self->mean[band] += away / (double) ++used[band];
            self->deviation[band] += away * (values[band] - self->mean[band]);
            self->least[band] = fmin (self->least[band], values[band]);
            self->largest[band] = fmax (self->largest[band], values[band]);
          }
    }
}

PhenoSpectrum *
pheno_spectrum_read (PhenoSource *source, const PhenoRegion *region,
                     gboolean only_specimen, GError **error)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  const PhenoRegion all = { 0, 0, header->width, header->height };
  g_autoptr (PhenoSpectrum) self = g_new0 (PhenoSpectrum, 1);
  g_autofree guint64 *used = g_new0 (guint64, header->bands);
  PhenoRegion part = region != NULL ? *region : all;
  double top = 0; /* for what is saturated */
  int rows;

  self->n = header->bands;
  self->mean = g_new0 (double, self->n);
  self->deviation = g_new0 (double, self->n);
  self->least = g_new (double, self->n);
  self->largest = g_new (double, self->n);
  for (int band = 0; band < self->n; band++)
    self->least[band] = self->largest[band] = NAN; /* fmin() and fmax() pass it over */
  rows = (int) CLAMP (STRIP_BYTES
                          / ((guint64) MAX (part.width, 1) * (guint64) self->n * 4),
                      1, (guint64) MAX (part.height, 1));
  for (int y = 0; y == 0 || y < part.height; y += rows)
    {
      PhenoRegion strip = { part.x, part.y + y, part.width, MIN (rows, part.height - y) };
      g_autoptr (PhenoImage) image = pheno_source_read (source, &strip, NULL, 0, error);
      g_autofree float *values = NULL;

      if (image == NULL)
        return NULL;
      values = g_new (float, (gsize) strip.width *strip.height * self->n);
      pheno_samples_examine (image, header->has_ignored, header->ignored_value, values,
                             &self->counts, &top);
      add_pixels (self, used, image, values, only_specimen);
    }
  for (int band = 0; band < self->n; band++)
    {
      self->deviation[band]
          = used[band] > 1 ? sqrt (self->deviation[band] / (double) (used[band] - 1)) : 0;
      if (used[band] == 0)
        self->mean[band] = self->deviation[band] = NAN;
    }
  return g_steal_pointer (&self);
}
