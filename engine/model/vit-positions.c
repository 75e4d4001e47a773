/* vit-positions.c - positions of a transformer for another number of patches
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/model/vit.h"

/* Keys' cubic kernel with a = -1/2, as PyTorch has it with antialias. */
static double
cubic (double x)
{
  const double a = -0.5;

  x = fabs (x);
  if (x < 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/* The share of each of @from places in place @at of @to. */
static void
find_shares (gsize from, gsize to, gsize at, double *shares)
{
  double scale = (double) from / (double) to, widened = MAX (scale, 1);
  double centre = scale * ((double) at + 0.5), sum = 0;

  for (gsize i = 0; i < from; i++)
    sum += shares[i] = cubic (((double) i + 0.5 - centre) / widened);
  for (gsize i = 0; i < from; i++)
    shares[i] /= sum;
}

void
pheno_vit_resize_positions (const float *from, gsize from_tokens, float *to,
                            gsize to_tokens, gsize width)
{
  gsize side = (gsize) (sqrt ((double) (from_tokens - 1)) + 0.5);
  gsize new_side = (gsize) (sqrt ((double) (to_tokens - 1)) + 0.5);
  g_autofree double *rows = g_new (double, side);
  g_autofree double *columns = g_new (double, side);
  g_autofree double *sums = g_new (double, width);

  memcpy (to, from, width * sizeof *to); /* the class token has no place */
  for (gsize y = 0; y < new_side; y++)
    for (gsize x = 0; x < new_side; x++)
      {
        float *place = to + (1 + y * new_side + x) * width;

        find_shares (side, new_side, y, rows);
        find_shares (side, new_side, x, columns);
        memset (sums, 0, width * sizeof *sums);
        for (gsize i = 0; i < side * side; i++)
          {
            double share = rows[i / side] * columns[i % side];

            for (gsize k = 0; share != 0 && k < width; k++)
              sums[k] += share * from[(1 + i) * width + k];
          }
        for (gsize k = 0; k < width; k++)
          place[k] = (float) sums[k];
      }
}
