/* percentiles.c - what becomes 0 and 1 in each band, over a whole collection
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each band has a histogram of 65,536 counts, and pixels stream through. Where all images
 * keep the integers of their files a count is one value, and quantiles are exact. Other
 * samples are counted by the first 16 bits of their float, which divide each power of two
 * into 128 steps; within a step values are taken to lie evenly.
 */
#include "engine/cache/cache.h"

#include <string.h>

#define COUNTS 65536
/* Samples in all, about a second's work, and what a band has at least and at most. */
#define ALL_SAMPLES ((guint64) 1 << 28)
#define FEWEST_SAMPLES ((guint64) 1 << 16)
#define MOST_SAMPLES ((guint64) 1 << 22)

typedef struct
{
  const PhenoCache *cache;
  int bands;
  gboolean exact; /* a count is the integer of that number */
  double origin, step;
  guint32 *counts; /* (bands, COUNTS) */
  guint64 *totals; /* bands */
} Tally;

static void
tally_clear (Tally *tally)
{
  g_free (tally->counts);
  g_free (tally->totals);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tally, tally_clear)

static gboolean
are_integers (const PhenoImage *image)
{
  return image->type == PHENO_SAMPLE_UINT8 || image->type == PHENO_SAMPLE_UINT16;
}

/* Floats in their order: the sign's bit turns negative ones round. */
static guint
place_of (double value)
{
  float number = (float) value;
  guint32 bits;

  memcpy (&bits, &number, sizeof bits);
  return (bits & 0x80000000u ? ~bits : bits | 0x80000000u) >> 16;
}

static double
value_at (const Tally *self, double place)
{
  guint32 bits = (guint32) CLAMP (place, 0, COUNTS - 1) << 16;
  float low, high;
  guint32 next = bits + 0x10000u;

  if (self->exact)
    return self->origin + self->step * place;
  bits = bits & 0x80000000u ? bits & 0x7fffffffu : ~bits;
  next = next & 0x80000000u ? next & 0x7fffffffu : ~next;
  memcpy (&low, &bits, sizeof low);
  memcpy (&high, &next, sizeof high);
  return low + (high - low) * (place - floor (place));
}

static void
count_image (Tally *self, const PhenoImage *image, gsize stride)
{
  gsize pixels = (gsize) image->width * image->height;
  double step = image->step != 0 ? image->step : 1;

  for (gsize i = 0; i < pixels; i += stride)
    {
      if (image->mask != NULL && image->mask[i] < 128)
        continue;
      for (int band = 0; band < self->bands; band++)
        {
          double pixel = pheno_image_sample (image, i * self->bands + band);
          guint place
              = self->exact ? (guint) pixel : place_of (image->origin + step * pixel);

          self->counts[(gsize) band * COUNTS + place]++;
          self->totals[band]++;
        }
    }
}

/* The value below which a share of the samples lies; between two of them as numpy's
 * quantile() has it. */
static double
quantile (const Tally *self, int band, double share)
{
  const guint32 *counts = self->counts + (gsize) band * COUNTS;
  double place = share * (double) (self->totals[band] - 1);
  guint64 rank = (guint64) place, before = 0;
  int low = 0, high;

  while (low < COUNTS - 1 && before + counts[low] <= rank)
    before += counts[low++];
  if (!self->exact)
    return value_at (
        self, low + MIN ((place - (double) before + 0.5) / MAX (counts[low], 1), 0.999));
  for (high = low; high < COUNTS - 1 && before + counts[low] == rank + 1;)
    if (counts[++high] > 0)
      break;
  return value_at (self, low) * (1 - (place - (double) rank))
         + value_at (self, high) * (place - (double) rank);
}

static gboolean
prepare (Tally *self, GError **error)
{
  const PhenoImage *first = pheno_cache_image (self->cache, 0);

  self->bands = first->bands;
  self->origin = first->origin;
  self->step = first->step != 0 ? first->step : 1;
  self->exact = TRUE;
  for (guint i = 0; i < pheno_cache_length (self->cache); i++)
    {
      const PhenoImage *image = pheno_cache_image (self->cache, i);

      if (image->bands != self->bands)
        continue; /* which the caller leaves out */
      self->exact &= are_integers (image) && image->type == first->type
                     && image->origin == first->origin && image->step == first->step;
    }
  self->counts = g_try_new0 (guint32, (gsize) self->bands * COUNTS);
  self->totals = g_new0 (guint64, self->bands);
  if (self->counts != NULL)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
               _ ("There is not enough memory for the percentiles of %d bands. Choose "
                  "fewer bands, or radiometry=type."),
               self->bands);
  return FALSE;
}

static gsize
stride_of (const Tally *self)
{
  guint64 pixels = 0;
  guint64 wanted
      = CLAMP (ALL_SAMPLES / (guint64) self->bands, FEWEST_SAMPLES, MOST_SAMPLES);

  for (guint i = 0; i < pheno_cache_length (self->cache); i++)
    {
      const PhenoImage *image = pheno_cache_image (self->cache, i);

      pixels += (guint64) image->width * image->height;
    }
  return (gsize) MAX (pixels / wanted, 1);
}

PhenoLevels *
pheno_cache_percentiles (const PhenoCache *cache, double share, GCancellable *cancellable,
                         GError **error)
{
  g_auto (Tally) tally = { .cache = cache };
  g_autoptr (PhenoLevels) levels = NULL;
  gsize stride;

  g_return_val_if_fail (cache != NULL && pheno_cache_length (cache) > 0, NULL);

  if (!prepare (&tally, error))
    return NULL;
  stride = stride_of (&tally);
  for (guint i = 0; i < pheno_cache_length (cache); i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (pheno_cache_image (cache, i)->bands == tally.bands)
        count_image (&tally, pheno_cache_image (cache, i), stride);
      pheno_cache_release (cache, i);
    }

  levels = pheno_levels_new (tally.bands);
  for (int band = 0; band < tally.bands; band++)
    {
      double black = tally.totals[band] > 0 ? quantile (&tally, band, share / 100) : 0;
      double white
          = tally.totals[band] > 0 ? quantile (&tally, band, 1 - share / 100) : 1;

      levels->black[band] = black;
      /* A band that never changes stays at 0 and divides by no zero. */
      levels->white[band]
          = white > black ? white : black + (black != 0 ? fabs (black) : 1);
    }
  return g_steal_pointer (&levels);
}
