/* sheet.c - an image and some views of it, side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/augment/draw.h"

#define GAP 4 /* pixels between pictures */
#define MAX_SIDE 32768

static guint8 *
pixel_at (PhenoImage *sheet, int x, int y)
{
  return (guint8 *) sheet->pixels + ((gsize) y * (gsize) sheet->width + (gsize) x) * 3;
}

PhenoImage *
pheno_augment_sheet (const PhenoRecipe *recipe, const PhenoImage *image, guint64 seed,
                     int n_views, int size, GError **error)
{
  int columns = (int) ceil (sqrt (1.0 + MAX (n_views, 1)));
  gint64 rows = ((gint64) n_views + columns) / columns;
  gint64 width = columns * ((gint64) size + GAP) + GAP,
         height = rows * ((gint64) size + GAP) + GAP;
  g_autoptr (PhenoAugmentScratch) scratch = NULL;
  g_autoptr (PhenoImage) sheet = NULL;
  g_autofree float *view = NULL;

  if (n_views < 1 || size < 1 || width > MAX_SIDE || height > MAX_SIDE)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("A sheet of %d views of %d pixels cannot be drawn: it must have at least "
             "one "
             "view and no side longer than %d pixels. Ask for fewer or smaller views."),
          n_views, size, MAX_SIDE);
      return NULL;
    }
  if (!pheno_recipe_check_image (recipe, image, error))
    return NULL;
  if ((sheet = pheno_image_new ((int) width, (int) height, 3, PHENO_SAMPLE_UINT8, error))
      == NULL)
    return NULL;

  scratch = pheno_augment_scratch_new (size, image->bands);
  memset (sheet->pixels, 255, (gsize) width * (gsize) height * 3);
  view = g_new (float, (gsize) image->bands *(gsize) size *(gsize) size);
  for (int i = 0; i <= n_views; i++)
    {
      PhenoViewKey key = { .seed = seed, .view = (guint32) (i - 1) };

      if (i == 0)
        pheno_augment_plain (recipe, image, size, scratch, view);
      else
        pheno_augment (recipe, image, key, size, scratch, view);
      pheno_augment_show (recipe, view, image->bands, size,
                          pixel_at (sheet, GAP + i % columns * (size + GAP),
                                    GAP + i / columns * (size + GAP)),
                          (gsize) sheet->width * 3);
    }
  return g_steal_pointer (&sheet);
}

PhenoImage *
pheno_augment_strip (const PhenoRecipe *recipe, const PhenoImage *image, PhenoViewKey key,
                     const char *operation, const char *parameter, int n, int size,
                     GError **error)
{
  gint64 width = (gint64) n * (size + GAP) + GAP;
  g_autoptr (PhenoAugmentScratch) scratch = NULL;
  g_autoptr (PhenoImage) strip = NULL;
  g_autofree float *view = NULL;

  g_return_val_if_fail (n > 0 && size > 0 && width <= MAX_SIDE, NULL);

  if ((strip
       = pheno_image_new ((int) width, size + 2 * GAP, 3, PHENO_SAMPLE_UINT8, error))
      == NULL)
    return NULL;
  memset (strip->pixels, 255, (gsize) width * (gsize) strip->height * 3);
  scratch = pheno_augment_scratch_new (size, image->bands);
  view = g_new (float, (gsize) image->bands *(gsize) size *(gsize) size);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (PhenoRecipe) strong = pheno_recipe_at_strength (
          recipe, operation, parameter, n > 1 ? i / (n - 1.0) : 1, error);

      if (strong == NULL || !pheno_recipe_check_image (strong, image, error))
        return NULL;
      pheno_augment (strong, image, key, size, scratch, view);
      pheno_augment_show (strong, view, image->bands, size,
                          pixel_at (strip, GAP + i * (size + GAP), GAP),
                          (gsize) strip->width * 3);
    }
  return g_steal_pointer (&strip);
}
