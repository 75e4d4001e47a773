/* pixels-warp.c - a turned, sheared, projected or bent view
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The places of all pixels are found once, however many bands follow. Beyond the image
 * each of the four neighbours of a point counts on its own: one inside has its value, one
 * outside the fill colour. With a fill of 0 this is what Kornia and PyTorch call padding
 * with zeros.
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

/* ---- Places ---- */

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
move_points (const double map[9], double *restrict u, double *restrict v)
{
  if (map[6] == 0 && map[7] == 0 && map[8] == 1)
    for (int i = 0; i < RUN; i++)
      {
        double x = map[0] * u[i] + map[1] * v[i] + map[2];

        v[i] = map[3] * u[i] + map[4] * v[i] + map[5];
        u[i] = x;
      }
  else
    for (int i = 0; i < RUN; i++)
      {
        pk_point point = pk_homography (map, u[i], v[i]);

        u[i] = point.x;
        v[i] = point.y;
      }
}

static void
bend_points (const pk_spline *spline, double *restrict u, double *restrict v)
{
  for (int i = 0; i < RUN; i++)
    {
      float x, y;

      pk_bend (spline, (float) u[i], (float) v[i], &x, &y);
      u[i] = (double) x;
      v[i] = (double) y;
    }
}

static inline int
within (int value, int low, int high)
{
  value = value < low ? low : value;
  return value > high ? high : value;
}

/* Lowest and highest of @value, as far as it is on the image. */
static void
widen (const int32_t *restrict value, int count, int end, int *low, int *high)
{
  int lowest = *low, highest = *high;

  for (int i = 0; i < count; i++)
    {
      int first = within (value[i], 0, end - 1), last = within (value[i] + 1, 0, end - 1);

      lowest = first < lowest ? first : lowest;
      highest = last > highest ? last : highest;
    }
  *low = lowest;
  *high = highest;
}

void
PK_NAMED (pk_places) (const pk_map *map, int size, int width, int height,
                      pk_places *places)
{
  static const double same[9] = { 1, 0, 0, 0, 1, 0, 0, 0, 1 };
  int moved = memcmp (map->after, same, sizeof same) != 0;

  places->low_column = width - 1;
  places->low_row = height - 1;
  places->high_column = places->high_row = 0;
  for (int at_v = 0; at_v < size; at_v++)
    for (int at_u = 0; at_u < size; at_u += RUN)
      {
        size_t at = (size_t) at_v * (size_t) size + (size_t) at_u;
        int count = size - at_u < RUN ? size - at_u : RUN;
        double u[RUN], v[RUN];

        for (int i = 0; i < RUN; i++)
          {
            u[i] = at_u + i;
            v[i] = at_v;
          }
        if (moved)
          move_points (map->after, u, v);
        if (map->spline != NULL)
          bend_points (map->spline, u, v);
        move_points (map->inverse, u, v);
        for (int i = 0; i < RUN; i++)
          {
            places->column[at + (size_t) i] = split (u[i], &places->x[at + (size_t) i]);
            places->row[at + (size_t) i] = split (v[i], &places->y[at + (size_t) i]);
          }
        widen (places->column + at, count, width, &places->low_column,
               &places->high_column);
        widen (places->row + at, count, height, &places->low_row, &places->high_row);
      }
}

/* ---- Sampling ---- */

static inline place
place_of (const pk_places *found, size_t i)
{
  place at = { found->column[i], found->row[i], found->x[i], found->y[i] };

  return at;
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

/* The four neighbours of a place. */
typedef struct
{
  const float *a, *b, *c, *d;
} neighbours;

/* The same where not all four are on the stage: rare, and so a function of its own. */
static __attribute__ ((noinline)) neighbours
border_neighbours (const pk_stage *stage, place at, pk_outside outside, const float *fill)
{
  neighbours found = { neighbour (stage, at.column, at.row, outside),
                       neighbour (stage, at.column + 1, at.row, outside),
                       neighbour (stage, at.column, at.row + 1, outside),
                       neighbour (stage, at.column + 1, at.row + 1, outside) };

  found.a = found.a != NULL ? found.a : fill;
  found.b = found.b != NULL ? found.b : fill;
  found.c = found.c != NULL ? found.c : fill;
  found.d = found.d != NULL ? found.d : fill;
  return found;
}

static inline neighbours
find_neighbours (const pk_stage *stage, place at, pk_outside outside, const float *fill)
{
  int column = at.column - stage->left, row = at.row - stage->top;
  size_t bands = (size_t) stage->bands, stride = (size_t) stage->columns * bands;
  neighbours found;

  if (column >= 0 && row >= 0 && column + 1 < stage->columns && row + 1 < stage->rows)
    {
      found.a = stage->samples + (size_t) row * stride + (size_t) column * bands;
      found.b = found.a + bands;
      found.c = found.a + stride;
      found.d = found.c + bands;
      return found;
    }
  return border_neighbours (stage, at, outside, fill);
}

static inline pk_pixel
sample_four (neighbours from, place at, int band)
{
  pk_pixel top = pk_load_pixel (from.a + band) * (1.0f - at.x)
                 + pk_load_pixel (from.b + band) * at.x;
  pk_pixel bottom = pk_load_pixel (from.c + band) * (1.0f - at.x)
                    + pk_load_pixel (from.d + band) * at.x;

  return top * (1.0f - at.y) + bottom * at.y;
}

/* A row of few bands: four pixels of four bands at a time. @n: their number, which is a
 * constant where it matters. */
static inline void
sample_row (const pk_stage *stage, const pk_places *places, size_t first, int size,
            pk_outside outside, const float *fill, float *row, size_t plane, int n)
{
  /* copied: a store into the row might change them, as far as a compiler can see */
  const pk_stage on = *stage;
  const pk_places found = *places;

  for (int x = 0; x < size; x += 4)
    {
      int pixels = size - x < 4 ? size - x : 4;
      neighbours from[4];
      place at[4];

      for (int i = 0; i < 4; i++)
        {
          at[i] = place_of (&found, first + (size_t) (i < pixels ? x + i : x));
          from[i] = find_neighbours (&on, at[i], outside, fill);
        }
      for (int band = 0; band < n; band += 4)
        {
          pk_pixel pixel[4], turned[4];

          for (int i = 0; i < 4; i++)
            pixel[i] = sample_four (from[i], at[i], band);
          pk_turn_four (pixel, turned);
          pk_store_planes (turned, n - band, pixels, row + (size_t) band * plane + x,
                           plane);
        }
    }
}

/* The same for seven bands, all at once. */
static void
sample_row_of_seven (const pk_stage *stage, const pk_places *places, size_t first,
                     int size, pk_outside outside, const float *fill, float *row,
                     size_t plane)
{
  const pk_stage on = *stage;
  const pk_places found = *places;

  for (int x = 0; x < size; x += 4)
    {
      int pixels = size - x < 4 ? size - x : 4;
      pk_eight eight[4];
      pk_pixel low[4], high[4], turned[4];

      for (int i = 0; i < 4; i++)
        {
          place at = place_of (&found, first + (size_t) (i < pixels ? x + i : x));
          neighbours from = find_neighbours (&on, at, outside, fill);
          pk_eight top
              = pk_load_eight (from.a) * (1.0f - at.x) + pk_load_eight (from.b) * at.x;
          pk_eight bottom
              = pk_load_eight (from.c) * (1.0f - at.x) + pk_load_eight (from.d) * at.x;

          eight[i] = top * (1.0f - at.y) + bottom * at.y;
          memcpy (&low[i], &eight[i], sizeof low[i]);
          memcpy (&high[i], (const char *) &eight[i] + sizeof low[i], sizeof high[i]);
        }
      pk_turn_four (low, turned);
      pk_store_planes (turned, 4, pixels, row + x, plane);
      pk_turn_four (high, turned);
      pk_store_planes (turned, 3, pixels, row + 4 * plane + x, plane);
    }
}

static inline void
sample_many (neighbours from, place at, int n, float *restrict out)
{
  for (int band = 0; band < n; band++)
    out[band] = pk_bilinear (from.a[band], from.b[band], from.c[band], from.d[band], at.x,
                             at.y);
}

/* A row of many bands: as many pixels as fill a line of the cache in each plane. */
static void
sample_row_of_many (const pk_stage *stage, const pk_places *places, size_t first,
                    int size, pk_outside outside, const float *fill, float *row,
                    size_t plane)
{
  float tile[PK_TILE * PK_CHUNK];

  for (int x = 0; x < size; x += PK_TILE)
    {
      int pixels = size - x < PK_TILE ? size - x : PK_TILE;

      for (int i = 0; i < pixels; i++)
        {
          place at = place_of (places, first + (size_t) (x + i));

          sample_many (find_neighbours (stage, at, outside, fill), at, stage->bands,
                       tile + i * PK_CHUNK);
        }
      pk_store_tile (tile, stage->bands, pixels, row + x, plane);
    }
}

void
PK_NAMED (pk_warp) (const pk_stage *stage, const pk_places *places, int size,
                    pk_outside outside, const float *fill, float *view)
{
  size_t plane = (size_t) size * (size_t) size;

  for (int v = 0; v < size; v++)
    {
      size_t first = (size_t) v * (size_t) size;

      if (stage->bands == 3)
        sample_row (stage, places, first, size, outside, fill, view + first, plane, 3);
      else if (stage->bands == 7)
        sample_row_of_seven (stage, places, first, size, outside, fill, view + first,
                             plane);
      else if (stage->bands > PK_FEW_BANDS)
        sample_row_of_many (stage, places, first, size, outside, fill, view + first,
                            plane);
      else
        sample_row (stage, places, first, size, outside, fill, view + first, plane,
                    stage->bands);
    }
}
