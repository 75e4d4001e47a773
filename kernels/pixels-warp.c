/* pixels-warp.c - a turned, sheared or projected view
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Beyond the image each of the four neighbours of a point counts on its own: one inside
 * has its value, one outside the fill colour. With a fill of 0 this is what Kornia and
 * PyTorch call padding with zeros.
 */
#include <math.h>

#include "kernels/body/warp.h"
#include "kernels/pixels-variant.h"

typedef struct
{
  int column, row; /* of the neighbour at the top left */
  float x, y;      /* from there, 0 to 1 */
} place;

static inline place
find_place (const double inverse[9], double u, double v)
{
  pk_point point = pk_homography (inverse, u, v);
  double column, row;
  place found;

  /* Beyond this range all is outside, and a cast to int would be undefined. */
  point.x = point.x > -1e6 ? point.x : -1e6;
  point.y = point.y > -1e6 ? point.y : -1e6;
  point.x = point.x < 1e6 ? point.x : 1e6;
  point.y = point.y < 1e6 ? point.y : 1e6;
  column = floor (point.x);
  row = floor (point.y);
  found.column = (int) column;
  found.row = (int) row;
  found.x = (float) (point.x - column);
  found.y = (float) (point.y - row);
  return found;
}

static inline int
within (int value, int low, int high)
{
  value = value < low ? low : value;
  return value > high ? high : value;
}

/* A neighbour, NULL when it lies outside and outside is a fill colour. */
static const float *
neighbour (const pk_stage *stage, int column, int row, pk_outside outside)
{
  if (outside == PK_OUTSIDE_FILL
      && (column < 0 || row < 0 || column >= stage->width || row >= stage->height))
    return NULL;

  column = within (column - stage->left, 0, stage->columns - 1);
  row = within (row - stage->top, 0, stage->rows - 1);
  return stage->samples
         + ((size_t) row * (size_t) stage->columns + (size_t) column)
               * (size_t) stage->bands;
}

static void
sample_at_border (const pk_stage *stage, place at, pk_outside outside, const float *fill,
                  float *to, size_t band_stride)
{
  const float *a = neighbour (stage, at.column, at.row, outside);
  const float *b = neighbour (stage, at.column + 1, at.row, outside);
  const float *c = neighbour (stage, at.column, at.row + 1, outside);
  const float *d = neighbour (stage, at.column + 1, at.row + 1, outside);

  a = a != NULL ? a : fill;
  b = b != NULL ? b : fill;
  c = c != NULL ? c : fill;
  d = d != NULL ? d : fill;
  for (int band = 0; band < stage->bands; band++)
    to[(size_t) band * band_stride]
        = pk_bilinear (a[band], b[band], c[band], d[band], at.x, at.y);
}

static inline void
sample_colour (const float *from, size_t stride, place at, float *to, size_t band_stride)
{
  pk_pixel a = pk_load_pixel (from), b = pk_load_pixel (from + 3);
  pk_pixel c = pk_load_pixel (from + stride), d = pk_load_pixel (from + stride + 3);
  pk_pixel top = a * (1.0f - at.x) + b * at.x;
  pk_pixel bottom = c * (1.0f - at.x) + d * at.x;
  pk_pixel pixel = top * (1.0f - at.y) + bottom * at.y;

  to[0] = pixel[0];
  to[band_stride] = pixel[1];
  to[2 * band_stride] = pixel[2];
}

static inline void
sample_any (const float *from, size_t stride, int bands, place at, float *to,
            size_t band_stride)
{
  for (int band = 0; band < bands; band++)
    to[(size_t) band * band_stride]
        = pk_bilinear (from[band], from[bands + band], from[stride + (size_t) band],
                       from[stride + (size_t) (bands + band)], at.x, at.y);
}

void
PK_NAMED (pk_warp) (const pk_stage *stage, const double inverse[9], int size,
                    pk_outside outside, const float *fill, float *view)
{
  size_t bands = (size_t) stage->bands, stride = (size_t) stage->columns * bands;
  size_t plane = (size_t) size * (size_t) size;

  for (int v = 0; v < size; v++)
    for (int u = 0; u < size; u++)
      {
        place at = find_place (inverse, u, v);
        int column = at.column - stage->left, row = at.row - stage->top;
        float *to = view + (size_t) v * (size_t) size + (size_t) u;

        if (column >= 0 && row >= 0 && column + 1 < stage->columns
            && row + 1 < stage->rows)
          {
            const float *from
                = stage->samples + (size_t) row * stride + (size_t) column * bands;

            if (bands == 3)
              sample_colour (from, stride, at, to, plane);
            else
              sample_any (from, stride, stage->bands, at, to, plane);
          }
        else
          sample_at_border (stage, at, outside, fill, to, plane);
      }
}
