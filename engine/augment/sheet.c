/* sheet.c - an image and some views of it, side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/augment/draw.h"

#define GAP 4 /* pixels between pictures */
#define MAX_SIDE 32768

/* One view, (C, size, size) with values from 0 to 1, into the cell at (left, top). One
 * band is shown as grey; of more than three, the first three. */
static void
paint (PhenoImage *sheet, const float *view, int bands, int size, int left, int top)
{
  guint8 *pixels = sheet->pixels;
  gsize plane = (gsize) size * (gsize) size;

  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      for (int band = 0; band < 3; band++)
        {
          gsize from = (gsize) (bands >= 3 ? band : 0);
          float value = view[from * plane + (gsize) y * (gsize) size + (gsize) x];
          gsize to = ((gsize) (top + y) * (gsize) sheet->width + (gsize) (left + x)) * 3;

          pixels[to + (gsize) band] = (guint8) lrintf (CLAMP (value, 0.0f, 1.0f) * 255);
        }
}

PhenoImage *
pheno_augment_sheet (const PhenoRecipe *recipe, const PhenoImage *image, guint64 seed,
                     int n_views, int size, GError **error)
{
  int columns = (int) ceil (sqrt (1.0 + MAX (n_views, 1)));
  gint64 rows = ((gint64) n_views + columns) / columns;
  gint64 width = columns * ((gint64) size + GAP) + GAP,
         height = rows * ((gint64) size + GAP) + GAP;
  g_autoptr (PhenoRecipe) shown = NULL;
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
  if (!pheno_recipe_check_bands (recipe, image->bands, error))
    return NULL;
  if ((sheet = pheno_image_new ((int) width, (int) height, 3, PHENO_SAMPLE_UINT8, error))
      == NULL)
    return NULL;

  shown = pheno_recipe_copy (recipe);
  scratch = pheno_augment_scratch_new (size, image->bands);
  /* Colours as people see them, not as the encoder takes them. */
  shown->setting[PHENO_NORMALISE].enabled = FALSE;
  memset (sheet->pixels, 255, (gsize) width * (gsize) height * 3);
  view = g_new (float, (gsize) image->bands *(gsize) size *(gsize) size);
  for (int i = 0; i <= n_views; i++)
    {
      PhenoViewKey key = { .seed = seed, .view = (guint32) (i - 1) };

      if (i == 0)
        pheno_augment_plain (shown, image, size, scratch, view);
      else
        pheno_augment (shown, image, key, size, scratch, view);
      paint (sheet, view, image->bands, size, GAP + i % columns * (size + GAP),
             GAP + i / columns * (size + GAP));
    }
  return g_steal_pointer (&sheet);
}
