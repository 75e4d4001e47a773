/* pixels-sharpen.c - sharper or smoother by three by three pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The smooth neighbour has weights 1 all round and 5 in the middle, divided by 13, as in
 * Pillow's and Kornia's: the sum of all nine, and four times the middle. Sums of three
 * along rows are kept for three rows; a row is overwritten when nobody needs it any more.
 */
#include "kernels/body/photometric.h"
#include "kernels/pixels-variant.h"

static void
clamp_row (float *restrict row, int width)
{
  for (int x = 0; x < width; x++)
    row[x] = pk_unit (row[x]);
}

static void
sum_across (const float *restrict row, int width, float *restrict sum)
{
  for (int x = 1; x + 1 < width; x++)
    sum[x] = row[x - 1] + row[x] + row[x + 1];
}

static void
sharpen_row (float *restrict row, const float *restrict above, const float *restrict here,
             const float *restrict below, int width, float factor)
{
  for (int x = 1; x + 1 < width; x++)
    {
      float all = above[x] + here[x] + below[x];

      row[x] = pk_sharpen (row[x], (all + 4.0f * row[x]) * (1.0f / 13.0f), factor);
    }
}

static void
sharpen_plane (float *plane, int height, int width, float factor, float *line)
{
  float *sum[3] = { line, line + width, line + 2 * (size_t) width };

  for (int y = 0; y < height; y++)
    {
      float *row = plane + (size_t) y * (size_t) width;

      clamp_row (row, width);
      sum_across (row, width, sum[y % 3]);
      if (y >= 2)
        sharpen_row (row - width, sum[(y + 1) % 3], sum[(y + 2) % 3], sum[y % 3], width,
                     factor);
    }
}

void
PK_NAMED (pk_sharpen) (float *view, int bands, int height, int width, float factor,
                       float *line)
{
  for (int band = 0; band < bands; band++)
    sharpen_plane (view + (size_t) band * (size_t) height * (size_t) width, height, width,
                   factor, line);
}
