/* views.c - the two views of an image, as training draws them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The random numbers of a view depend on the seed, the epoch, the image's number among
 * the usable ones of the collection, and on which of the two it is. The number is counted
 * before the pixels are decoded: a file that turns out broken does not move the others.
 */
#include "engine/training/training.h"
#include "kernels/random.h"

#define TAG_BANDS 0x62616e64u /* "band": which bands a view has */

int
pheno_views_side (int size)
{
  return 2 * size;
}

PhenoImage *
pheno_views_read (const char *path, int size, GError **error)
{
  return pheno_reader_read (path, pheno_views_side (size), error);
}

void
pheno_bands_spread (int from, int *bands, int n)
{
  for (int i = 0; i < n; i++)
    bands[i] = (int) ((gint64) (2 * i + 1) * from / (2 * n));
}

/* @n of @from in their order, each set of them as likely (Knuth's selection sampling). */
static void
draw_bands (int from, int *bands, int n, const PhenoViewKey *key)
{
  int taken = 0;

  for (int band = 0; taken < n; band++)
    {
      pk_random4 counter
          = { { (guint32) band, key->epoch, key->image * 2 + key->view, TAG_BANDS } };
      guint64 word = pk_philox (counter, key->seed).word[0];

      if ((word * (guint64) (from - band)) >> 32 < (guint64) (n - taken))
        bands[taken++] = band;
    }
}

/* So many views at a time, as each needs a copy of its image. */
#define PART 16

static int
draw_with_bands (const PhenoRecipe *recipe, const PhenoImage *const *images,
                 const PhenoViewKey *keys, guint n, int size, int bands, int threads,
                 float *views)
{
  gsize view = (gsize) bands * size * size;
  g_autofree int *drawn = g_new (int, bands);
  int first = -1;

  for (guint begin = 0; begin < n; begin += PART)
    {
      guint count = MIN (PART, n - begin);
      PhenoImage *picked[PART];
      int bad;

      for (guint i = 0; i < count; i++)
        {
          draw_bands (images[begin + i]->bands, drawn, bands, &keys[begin + i]);
          picked[i] = pheno_image_pick (images[begin + i], drawn, bands);
        }
      bad = pheno_augment_batch (recipe, (const PhenoImage *const *) picked, keys + begin,
                                 count, size, threads, views + begin * view);
      if (bad >= 0 && first < 0)
        first = (int) begin + bad;
      for (guint i = 0; i < count; i++)
        pheno_image_free (picked[i]);
    }
  return first;
}

int
pheno_views_draw_pairs (const PhenoRecipe *recipe, const PhenoImage *const *images,
                        const guint32 *numbers, guint n, guint64 seed, guint32 epoch,
                        int size, int bands, int threads, float *views)
{
  g_autofree PhenoViewKey *keys = g_new (PhenoViewKey, 2 * n);

  for (guint i = 0; i < 2 * n; i++)
    keys[i] = (PhenoViewKey){
      .seed = seed, .epoch = epoch, .image = numbers[i], .view = i / n
    };
  if (n > 0 && bands < images[0]->bands)
    return draw_with_bands (recipe, images, keys, 2 * n, size, bands, threads, views);
  return pheno_augment_batch (recipe, images, keys, 2 * n, size, threads, views);
}

int
pheno_views_draw (const PhenoRecipe *recipe, const PhenoImage *const *images,
                  const guint32 *numbers, guint n, guint64 seed, guint32 epoch, int size,
                  int bands, int threads, float *views)
{
  g_autofree const PhenoImage **both = g_new (const PhenoImage *, 2 * n);
  g_autofree guint32 *twice = g_new (guint32, 2 * n);

  for (guint i = 0; i < 2 * n; i++)
    {
      both[i] = images[i % n];
      twice[i] = numbers[i % n];
    }
  return pheno_views_draw_pairs (recipe, both, twice, n, seed, epoch, size, bands,
                                 threads, views);
}
