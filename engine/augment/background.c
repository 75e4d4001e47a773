/* background.c - the colour of what surrounds a specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The median of the outermost pixels is the card or cloth that a specimen lies on, as
 * long as the specimen and its labels touch less than half of the border.
 */
#include "engine/augment/recipe.h"
#include "engine/augment/scratch.h"

#include <string.h>

/* Number of the border's pixel i: along the top, the bottom, the left, the right. */
static gsize
border_pixel (const PhenoImage *image, gsize i)
{
  gsize width = (gsize) image->width, height = (gsize) image->height;

  if (i < width)
    return i;
  i -= width;
  if (i < width)
    return (height - 1) * width + i;
  i -= width;
  if (i < height)
    return i * width;
  return (i - height) * width + width - 1;
}

static float
median_of_bytes (const PhenoImage *image, int band, gsize n)
{
  const guint8 *pixels = image->pixels;
  guint32 histogram[256] = { 0 };
  gsize below = 0;
  int level = 0;

  for (gsize i = 0; i < n; i++)
    histogram[pixels[border_pixel (image, i) * (gsize) image->bands + (gsize) band]]++;
  for (; level < 255; level++)
    if ((below += histogram[level]) > n / 2)
      break;
  return (float) level;
}

/* Hoare's quickselect: the value that would stand at @k if the values were sorted. */
static float
select_value (float *value, gssize n, gssize k)
{
  gssize low = 0, high = n - 1;

  while (low < high)
    {
      float pivot = value[(low + high) / 2];
      gssize i = low, j = high;

      while (i <= j)
        {
          while (value[i] < pivot)
            i++;
          while (pivot < value[j])
            j--;
          if (i <= j)
            {
              float held = value[i];

              value[i++] = value[j];
              value[j--] = held;
            }
        }
      if (k <= j)
        high = j;
      else if (k >= i)
        low = i;
      else
        break;
    }
  return value[k];
}

static float
median_of_samples (const PhenoImage *image, int band, gsize n, float *sample)
{
  gsize used = 0;

  for (gsize i = 0; i < n; i++)
    {
      gsize at = border_pixel (image, i) * (gsize) image->bands + (gsize) band;
      float value = (float) pheno_image_sample (image, at);

      if (value == value) /* a NaN would have no place in the order */
        sample[used++] = value;
    }
  return used > 0 ? select_value (sample, (gssize) used, (gssize) (used / 2)) : 0;
}

const float *
pheno_background_colour (const PhenoImage *image, PhenoAugmentScratch *scratch)
{
  gsize n = 2 * ((gsize) image->width + (gsize) image->height);
  float *fill = pheno_room_get (&scratch->background, (gsize) image->bands, sizeof *fill);
  float *sample = NULL;

  if (image->type != PHENO_SAMPLE_UINT8)
    sample = pheno_room_get (&scratch->border, n, sizeof *sample);
  for (int band = 0; band < image->bands; band++)
    {
      float median = image->type == PHENO_SAMPLE_UINT8
                         ? median_of_bytes (image, band, n)
                         : median_of_samples (image, band, n, sample);

      fill[band] = (float) ((median - pheno_image_black (image, band))
                            / (pheno_image_white (image, band)
                               - pheno_image_black (image, band)));
    }
  return fill;
}

/* ---- Backgrounds of other images ---- */

PhenoBackgrounds *
pheno_backgrounds_new (const PhenoImage *const *images, guint n)
{
  g_autoptr (PhenoAugmentScratch) scratch = NULL;
  PhenoBackgrounds *self = g_new0 (PhenoBackgrounds, 1);

  self->references = 1;
  if (n == 0)
    return self;
  scratch = pheno_augment_scratch_new (1, images[0]->bands);
  self->bands = images[0]->bands;
  self->colours = g_new (float, (gsize) n *(gsize) self->bands);
  for (guint i = 0; i < n; i++)
    if (images[i]->bands == self->bands)
      memcpy (self->colours + (gsize) self->n++ * (gsize) self->bands,
              pheno_background_colour (images[i], scratch),
              (gsize) self->bands * sizeof *self->colours);
  return self;
}

PhenoBackgrounds *
pheno_backgrounds_ref (PhenoBackgrounds *backgrounds)
{
  g_atomic_int_inc (&backgrounds->references);
  return backgrounds;
}

void
pheno_backgrounds_unref (PhenoBackgrounds *backgrounds)
{
  if (backgrounds == NULL || !g_atomic_int_dec_and_test (&backgrounds->references))
    return;
  g_free (backgrounds->colours);
  g_free (backgrounds);
}
