/* show.c - a view for the eyes of people
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/augment/draw.h"

void
pheno_augment_show (const PhenoRecipe *recipe, const float *view, int bands, int size,
                    guint8 *rgb, gsize stride)
{
  const PhenoSetting *normalise = &recipe->setting[PHENO_NORMALISE];
  gsize plane = (gsize) size * (gsize) size;

  for (int shown = 0; shown < 3; shown++)
    {
      int band = bands >= 3 ? shown : 0;
      const float *from = view + (gsize) band * plane;
      float scale = 1, shift = 0;

      if (normalise->enabled)
        pheno_normalise_of_band (normalise, band, &shift, &scale);
      for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
          {
            float value = *from++ * scale + shift;

            rgb[(gsize) y * stride + 3 * (gsize) x + (gsize) shown]
                = (guint8) lrintf (CLAMP (value, 0.0f, 1.0f) * 255);
          }
    }
}

void
pheno_augment_outline (const PhenoRecipe *recipe, const PhenoImage *image,
                       PhenoViewKey key, int size, double corners[8])
{
  /* The outer edges of the pixels at the corners; centres are whole numbers. */
  const double low = -0.5, high = size - 0.5;
  const double view[4][2]
      = { { low, low }, { high, low }, { high, high }, { low, high } };
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  PhenoGeometry geometry;
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  pheno_draw_compose (&draw, &frame, &geometry);
  for (int i = 0; i < 4; i++)
    {
      const double *map = geometry.inverse;
      double x = view[i][0], y = view[i][1];
      double depth = map[6] * x + map[7] * y + map[8];

      corners[2 * i] = (map[0] * x + map[1] * y + map[2]) / depth + 0.5;
      corners[2 * i + 1] = (map[3] * x + map[4] * y + map[5]) / depth + 0.5;
    }
}
