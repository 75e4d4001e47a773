/* pixels-warp.c - a turned, sheared or projected view
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Beyond the image each of the four neighbours of a point counts on its own: one inside
 * has its value, one outside the fill colour. With a fill of 0 this is what Kornia and
 * PyTorch call padding with zeros.
 */
#include "kernels/body/warp.h"
#include "kernels/pixels-variant.h"

/* Places are found for so many pixels of a row at a time, all at once. */
#define RUN 32

typedef struct
{
  int column, row; /* of the neighbour at the top left */
  float x, y;      /* from there, 0 to 1 */
} place;

typedef struct
{
  int column[RUN], row[RUN];
  float x[RUN], y[RUN];
} places;

/* The whole number below @x and what is left. Beyond a million pixels all is outside, and
 * a cast to int would be undefined. */
static inline int
split (double x, float *rest)
{
  int whole;

  x = x > -1e6 ? x : -1e6;
  x = x < 1e6 ? x : 1e6;
  whole = (int) x; /* towards 0: one too many for what is negative and not whole */
  whole -= (double) whole > x;
  *rest = (float) (x - (double) whole);
  return whole;
}

static void
find_places (const double inverse[9], int u, int v, places *found)
{
  if (inverse[6] == 0 && inverse[7] == 0 && inverse[8] == 1)
    for (int i = 0; i < RUN; i++)
      {
        double x = inverse[0] * (u + i) + inverse[1] * v + inverse[2];
        double y = inverse[3] * (u + i) + inverse[4] * v + inverse[5];

        found->column[i] = split (x, &found->x[i]);
        found->row[i] = split (y, &found->y[i]);
      }
  else
    for (int i = 0; i < RUN; i++)
      {
        pk_point point = pk_homography (inverse, u + i, v);

        found->column[i] = split (point.x, &found->x[i]);
        found->row[i] = split (point.y, &found->y[i]);
      }
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

static inline pk_pixel
sample_colour (const float *from, size_t stride, place at)
{
  pk_pixel a = pk_load_pixel (from), b = pk_load_pixel (from + 3);
  pk_pixel c = pk_load_pixel (from + stride), d = pk_load_pixel (from + stride + 3);
  pk_pixel top = a * (1.0f - at.x) + b * at.x;
  pk_pixel bottom = c * (1.0f - at.x) + d * at.x;

  return top * (1.0f - at.y) + bottom * at.y;
}

static inline void
sample_any (const float *from, size_t stride, int bands, place at, float *to,
            size_t plane)
{
  for (int band = 0; band < bands; band++)
    to[(size_t) band * plane]
        = pk_bilinear (from[band], from[bands + band], from[stride + (size_t) band],
                       from[stride + (size_t) (bands + band)], at.x, at.y);
}

/* Three bands of four pixels, into planes. */
static inline void
store_four (const pk_pixel pixel[4], float *to, size_t plane)
{
  for (int band = 0; band < 3; band++)
    {
      pk_pixel four = { pixel[0][band], pixel[1][band], pixel[2][band], pixel[3][band] };

      memcpy (to + (size_t) band * plane, &four, sizeof four);
    }
}

/* The first sample of a place's neighbours, NULL when not all four are on the stage. */
static inline const float *
find_neighbours (const pk_stage *stage, place at)
{
  int column = at.column - stage->left, row = at.row - stage->top;

  if (column < 0 || row < 0 || column + 1 >= stage->columns || row + 1 >= stage->rows)
    return NULL;
  return stage->samples
         + ((size_t) row * (size_t) stage->columns + (size_t) column)
               * (size_t) stage->bands;
}

static inline place
place_of (const places *found, int i)
{
  place at = { found->column[i], found->row[i], found->x[i], found->y[i] };

  return at;
}

/* Four pixels of three bands; 0 when one of them needs the border's care. */
static inline int
sample_four (const pk_stage *stage, const places *found, int i, float *to, size_t plane)
{
  size_t stride = (size_t) stage->columns * 3;
  pk_pixel pixel[4];

  for (int k = 0; k < 4; k++)
    {
      const float *from = find_neighbours (stage, place_of (found, i + k));

      if (from == NULL)
        return 0;
      pixel[k] = sample_colour (from, stride, place_of (found, i + k));
    }
  store_four (pixel, to, plane);
  return 1;
}

static void
sample_one (const pk_stage *stage, place at, pk_outside outside, const float *fill,
            float *to, size_t plane)
{
  const float *from = find_neighbours (stage, at);

  if (from == NULL)
    sample_at_border (stage, at, outside, fill, to, plane);
  else
    sample_any (from, (size_t) stage->columns * (size_t) stage->bands, stage->bands, at,
                to, plane);
}

void
PK_NAMED (pk_warp) (const pk_stage *stage, const double inverse[9], int size,
                    pk_outside outside, const float *fill, float *view)
{
  size_t plane = (size_t) size * (size_t) size;

  for (int v = 0; v < size; v++)
    for (int u = 0; u < size; u += RUN)
      {
        int count = size - u < RUN ? size - u : RUN;
        float *to = view + (size_t) v * (size_t) size + (size_t) u;
        places found;

        find_places (inverse, u, v, &found);
        for (int i = 0; i < count; i++)
          if (stage->bands == 3 && i + 4 <= count
              && sample_four (stage, &found, i, to + i, plane))
            i += 3;
          else
            sample_one (stage, place_of (&found, i), outside, fill, to + i, plane);
      }
}
