/* views.c - the two views of an image, as training draws them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The random numbers of a view depend on the seed, the epoch, the image's number among
 * the usable ones of the collection, and on which of the two it is. The number is counted
 * before the pixels are decoded: a file that turns out broken does not move the others.
 */
#include "engine/training/training.h"

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
pheno_views_draw (const PhenoRecipe *recipe, const PhenoImage *const *images,
                  const guint32 *numbers, guint n, guint64 seed, guint32 epoch, int size,
                  int threads, float *views)
{
  g_autofree const PhenoImage **both = g_new (const PhenoImage *, 2 * n);
  g_autofree PhenoViewKey *keys = g_new (PhenoViewKey, 2 * n);

  for (guint i = 0; i < 2 * n; i++)
    {
      both[i] = images[i % n];
      keys[i] = (PhenoViewKey){
        .seed = seed, .epoch = epoch, .image = numbers[i % n], .view = i / n
      };
    }
  pheno_augment_batch (recipe, both, keys, 2 * n, size, threads, views);
}
