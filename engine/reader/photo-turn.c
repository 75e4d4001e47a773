/* photo-turn.c - upright, as the EXIF orientation says
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The number tells where the first row and column of the file belong:
 *
 *     1 top left    2 top right    3 bottom right    4 bottom left
 *     5 left top    6 right top    7 right bottom    8 left bottom
 */
#include "engine/reader/photo.h"

#include <string.h>

PhenoImage *
pheno_photo_turn (PhenoImage *image, int orientation, GError **error)
{
  g_autoptr (PhenoImage) from = image;
  g_autoptr (PhenoImage) to = NULL;
  gboolean swap = orientation >= 5;
  gsize pixel = pheno_sample_size (image->type) * image->bands;

  if (orientation <= 1 || orientation > 8)
    return g_steal_pointer (&from);

  to = pheno_image_new (swap ? from->height : from->width,
                        swap ? from->width : from->height, from->bands, from->type,
                        error);
  if (to == NULL)
    return NULL;
  if (from->mask != NULL)
    to->mask = g_malloc ((gsize) to->width * to->height);

  for (int y = 0; y < from->height; y++)
    for (int x = 0; x < from->width; x++)
      {
        int right = from->width - 1 - x, down = from->height - 1 - y;
        const int column[] = { x, right, right, x, y, down, down, y };
        const int row[] = { y, y, down, down, x, x, right, right };
        gsize source = (gsize) y * from->width + x;
        gsize target = (gsize) row[orientation - 1] * to->width + column[orientation - 1];

        memcpy ((guint8 *) to->pixels + target * pixel,
                (guint8 *) from->pixels + source * pixel, pixel);
        if (from->mask != NULL)
          to->mask[target] = from->mask[source];
      }

  return g_steal_pointer (&to);
}
