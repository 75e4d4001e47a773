/* mask-border.c - the specimen on a plain background, found from the picture's border
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Museums photograph on a card, and the card's shade tells the camera, the light and the
 * day: a network that sees it learns these. What touches the border, and is as the border
 * is, is background. Where the border is of many colours there is no card, and no mask is
 * better than a wrong one.
 */
#include "engine/reader/mask-border.h"

#include <string.h>

/* Shares of the range from black to white. */
#define LEAST_TOLERANCE 0.09 /* the grain and the shading of a card */
#define MOST_TOLERANCE 0.14  /* more would take pale specimens along */
#define SPREADS 4.0          /* tolerance, in median deviations of the border */
#define MOST_SPREAD 0.06     /* of a border that is one card */

/* Of all pixels: a specimen smaller or larger than this is none. */
#define LEAST_SPECIMEN 0.005
#define MOST_SPECIMEN 0.97

/* Of all pixels: specks of dust are smaller. */
#define SPECK 0.001

typedef struct
{
  const PhenoImage *image;
  gsize width, height, count;
  float *card;      /* (bands): the border's median */
  double tolerance; /* of the largest difference of a band */
  guint8 *mask;
  guint32 *queue;
} Border;

static float
share_at (const Border *self, gsize pixel, int band)
{
  double black = pheno_image_black (self->image, band);

  return (float) ((pheno_image_sample (self->image,
                                       pixel * (gsize) self->image->bands + (gsize) band)
                   - black)
                  / (pheno_image_white (self->image, band) - black));
}

/* The number of the @index-th pixel of the border, clockwise from the upper left. */
static gsize
border_pixel (const Border *self, gsize index)
{
  gsize w = self->width, h = self->height;

  if (index < w)
    return index;
  index -= w;
  if (index < w)
    return (h - 1) * w + index;
  index -= w;
  if (index < h)
    return index * w;
  return (index - h) * w + w - 1;
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

static float
median (float *values, gsize n)
{
  qsort (values, n, sizeof *values, compare_floats);
  return values[n / 2];
}

/* The card's colour, and how even it is: the largest of the bands' median deviations. */
static double
find_card (Border *self)
{
  gsize n = 2 * (self->width + self->height);
  g_autofree float *values = g_new (float, n);
  double spread = 0;

  for (int band = 0; band < self->image->bands; band++)
    {
      for (gsize i = 0; i < n; i++)
        values[i] = share_at (self, border_pixel (self, i), band);
      self->card[band] = median (values, n);
      for (gsize i = 0; i < n; i++)
        values[i] = fabsf (values[i] - self->card[band]);
      spread = MAX (spread, median (values, n));
    }
  return spread;
}

static gboolean
is_card (const Border *self, gsize pixel)
{
  for (int band = 0; band < self->image->bands; band++)
    if (!(fabsf (share_at (self, pixel, band) - self->card[band]) <= self->tolerance))
      return FALSE;
  return TRUE;
}

static gsize
push (Border *self, gsize end, gsize pixel, guint8 value)
{
  self->mask[pixel] = value;
  self->queue[end] = (guint32) pixel;
  return end + 1;
}

/* From @begin to @end of the queue, and to all neighbours that are @from and, where @card
 * says so, look like the card. Returns: the new end. */
static gsize
spread_out (Border *self, gsize begin, gsize end, guint8 from, guint8 to, gboolean card)
{
  for (; begin < end; begin++)
    {
      gsize pixel = self->queue[begin], x = pixel % self->width, y = pixel / self->width;
      const gsize next[]
          = { x > 0 ? pixel - 1 : pixel, x + 1 < self->width ? pixel + 1 : pixel,
              y > 0 ? pixel - self->width : pixel,
              y + 1 < self->height ? pixel + self->width : pixel };

      for (gsize i = 0; i < G_N_ELEMENTS (next); i++)
        if (self->mask[next[i]] == from && (!card || is_card (self, next[i])))
          end = push (self, end, next[i], to);
    }
  return end;
}

static void
take_card (Border *self)
{
  gsize end = 0;

  memset (self->mask, 255, self->count);
  for (gsize i = 0; i < 2 * (self->width + self->height); i++)
    {
      gsize pixel = border_pixel (self, i);

      if (self->mask[pixel] == 255 && is_card (self, pixel))
        end = push (self, end, pixel, 0);
    }
  spread_out (self, 0, end, 255, 0, TRUE);
}

/* Dust on the card is no specimen: patches too small go. Returns: pixels that are left.
 */
static gsize
drop_specks (Border *self)
{
  gsize least = (gsize) (SPECK * (double) self->count), left = 0;

  for (gsize pixel = 0; pixel < self->count; pixel++)
    if (self->mask[pixel] == 255)
      {
        gsize end = spread_out (self, 0, push (self, 0, pixel, 254), 255, 254, FALSE);

        left += end;
        for (gsize i = 0; i < end && end <= least; i++)
          self->mask[self->queue[i]] = 0;
        left -= end <= least ? end : 0;
      }
  for (gsize pixel = 0; pixel < self->count; pixel++)
    if (self->mask[pixel] == 254)
      self->mask[pixel] = 255;
  return left;
}

gboolean
pheno_mask_from_border (const PhenoImage *image, guint8 *mask)
{
  Border self = { .image = image,
                  .width = (gsize) image->width,
                  .height = (gsize) image->height,
                  .count = (gsize) image->width * (gsize) image->height,
                  .mask = mask };
  g_autofree float *card = g_new0 (float, image->bands);
  g_autofree guint32 *queue = NULL;
  double spread;
  gsize left;

  if (self.count > G_MAXUINT32 || self.width < 8 || self.height < 8)
    return FALSE;

  self.card = card;
  spread = find_card (&self);
  if (!(spread <= MOST_SPREAD))
    return FALSE;

  queue = self.queue = g_new (guint32, self.count);
  self.tolerance = CLAMP (SPREADS * spread, LEAST_TOLERANCE, MOST_TOLERANCE);
  take_card (&self);
  left = drop_specks (&self);

  return (double) left >= LEAST_SPECIMEN * (double) self.count
         && (double) left <= MOST_SPECIMEN * (double) self.count;
}
