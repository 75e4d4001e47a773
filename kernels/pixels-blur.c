/* pixels-blur.c - a symmetric, separable blur
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two neighbours at the same distance have the same weight, so they are added before they
 * are weighed.
 */
#include "kernels/pixels-variant.h"

/* Registers summed up side by side, so that their latencies overlap. */
#define SIDE 4

/* Position mirrored at 0 and at length - 1, which are not repeated, until it lies within.
 */
static int
mirror (int position, int length)
{
  if (length == 1)
    return 0;
  while (position < 0 || position >= length)
    position = position < 0 ? -position : 2 * (length - 1) - position;
  return position;
}

/* out[i] = weight[0] centre[i] + sum of weight[t] (before[t][i] + after[t][i]), where the
 * neighbours are @step floats apart for a row, or named in @before and @after. */
static void
sum_row (const float *centre, const float *const *before, const float *const *after,
         const float *weight, int radius, int count, float *out)
{
  int i = 0;

  for (; i + SIDE * PK_LANES <= count; i += SIDE * PK_LANES)
    {
      pk_lanes sum[SIDE];

      for (int k = 0; k < SIDE; k++)
        sum[k] = pk_load_lanes (centre + i + k * PK_LANES) * weight[0];
      for (int t = 1; t <= radius; t++)
        for (int k = 0; k < SIDE; k++)
          sum[k] += (pk_load_lanes (before[t] + i + k * PK_LANES)
                     + pk_load_lanes (after[t] + i + k * PK_LANES))
                    * weight[t];
      for (int k = 0; k < SIDE; k++)
        pk_store_lanes (out + i + k * PK_LANES, sum[k]);
    }
  for (; i + PK_LANES <= count; i += PK_LANES)
    {
      pk_lanes sum = pk_load_lanes (centre + i) * weight[0];

      for (int t = 1; t <= radius; t++)
        sum += (pk_load_lanes (before[t] + i) + pk_load_lanes (after[t] + i)) * weight[t];
      pk_store_lanes (out + i, sum);
    }
  for (; i < count; i++)
    {
      float sum = centre[i] * weight[0];

      for (int t = 1; t <= radius; t++)
        sum += (before[t][i] + after[t][i]) * weight[t];
      out[i] = sum;
    }
}

/* The row with mirrored ends in @line, then summed into @out. */
static void
blur_across (const float *row, int width, const float *weight, int radius, float *line,
             float *out)
{
  const float *before[PK_BLUR_RADIUS + 1], *after[PK_BLUR_RADIUS + 1];

  memcpy (line + radius, row, (size_t) width * sizeof (float));
  for (int i = 1; i <= radius; i++)
    {
      line[radius - i] = row[mirror (-i, width)];
      line[radius + width - 1 + i] = row[mirror (width - 1 + i, width)];
    }
  for (int t = 1; t <= radius; t++)
    {
      before[t] = line + radius - t;
      after[t] = line + radius + t;
    }
  sum_row (line + radius, before, after, weight, radius, width, out);
}

static void
blur_down (const float *plane, int height, int width, int y, const float *weight,
           int radius, float *out)
{
  const float *before[PK_BLUR_RADIUS + 1], *after[PK_BLUR_RADIUS + 1];

  for (int t = 1; t <= radius; t++)
    {
      before[t] = plane + (size_t) mirror (y - t, height) * (size_t) width;
      after[t] = plane + (size_t) mirror (y + t, height) * (size_t) width;
    }
  sum_row (plane + (size_t) y * (size_t) width, before, after, weight, radius, width,
           out);
}

void
PK_NAMED (pk_blur) (float *view, int bands, int height, int width, const float *weight,
                    int radius, float *line, float *plane)
{
  size_t size = (size_t) height * (size_t) width;

  for (int band = 0; band < bands; band++)
    {
      float *values = view + (size_t) band * size;

      for (int y = 0; y < height; y++)
        blur_across (values + (size_t) y * (size_t) width, width, weight, radius, line,
                     plane + (size_t) y * (size_t) width);
      for (int y = 0; y < height; y++)
        blur_down (plane, height, width, y, weight, radius,
                   values + (size_t) y * (size_t) width);
    }
}
