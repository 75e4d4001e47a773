/* winograd-passes.c - the parts of Winograd's algorithm, of one instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * F(4 x 4, 3 x 3) of Lavin and Gray 2016, doi:10.1109/CVPR.2016.435: 36 products for 16
 * outputs where the sum takes 144. Along one side, six inputs d, three weights w and four
 * outputs y are values of polynomials at the points 0, a, -a, b, -b and infinity:
 *
 *     y = A^T ((G w) (B^T d))      d w = G^T ((A d y) (B^T d))
 *
 * With a = 5/8 and b = 3/2 rounding is a third of what the usual 1 and 2 give; both and
 * their products are exact in a float.
 *
 * Compiled with contraction of a * b + c, whose speed and smaller error it needs.
 */
#include "kernels/cpu/winograd-passes.h"

#include "kernels/isa.h"
#ifdef __AVX2__
#include <immintrin.h>
#endif

/* Rows x 2 vectors of sums, two of the kernel and one input fill the registers. */
#if defined __AVX512F__
#define WIDTH 16
#define ROWS 12
#elif defined __AVX2__
#define WIDTH 8
#define ROWS 6
#else
#define WIDTH 8
#define ROWS 3
#endif

#include "kernels/cpu/vector-body.h"

#define SIDE 6
#define TILE PK_WINOGRAD_TILE
#define PLACES PK_WINOGRAD_PLACES

typedef W (vec) vec;

static const float a1 = 0.625f, b1 = 1.5f;
static const float a2 = 0.390625f, b2 = 2.25f;          /* squares */
static const float a3 = 0.244140625f, b3 = 3.375f;      /* cubes */
static const float both = 0.87890625f, sum = 2.640625f; /* a^2 b^2, a^2 + b^2 */

INLINE vec
load (const float *x)
{
  return W (load) (x, 0, PK_FLOAT32);
}

INLINE void
store (float *x, vec value)
{
  W (store) (x, 0, PK_FLOAT32, value);
}

/* ---- Along one side ---- */

/* B^T d */
INLINE void
inputs (const vec d[SIDE], vec v[SIDE])
{
  vec even_a = d[4] - b2 * d[2], odd_a = a1 * (d[3] - b2 * d[1]);
  vec even_b = d[4] - a2 * d[2], odd_b = b1 * (d[3] - a2 * d[1]);

  v[0] = both * d[0] - sum * d[2] + d[4];
  v[1] = even_a + odd_a;
  v[2] = even_a - odd_a;
  v[3] = even_b + odd_b;
  v[4] = even_b - odd_b;
  v[5] = both * d[1] - sum * d[3] + d[5];
}

/* A^T m */
INLINE void
outputs (const vec m[SIDE], vec y[TILE])
{
  vec even_a = m[1] + m[2], odd_a = m[1] - m[2];
  vec even_b = m[3] + m[4], odd_b = m[3] - m[4];

  y[0] = m[0] + even_a + even_b;
  y[1] = a1 * odd_a + b1 * odd_b;
  y[2] = a2 * even_a + b2 * even_b;
  y[3] = a3 * odd_a + b3 * odd_b + m[5];
}

/* A g */
INLINE void
gradients (const vec g[TILE], vec v[SIDE])
{
  vec even_a = g[0] + a2 * g[2], odd_a = a1 * g[1] + a3 * g[3];
  vec even_b = g[0] + b2 * g[2], odd_b = b1 * g[1] + b3 * g[3];

  v[0] = g[0];
  v[1] = even_a + odd_a;
  v[2] = even_a - odd_a;
  v[3] = even_b + odd_b;
  v[4] = even_b - odd_b;
  v[5] = g[3];
}

/* One over the products of each point's distances to the others. */
#define SCALE_0 (1.0f / 0.87890625f)
#define SCALE_A (1.0f / (2 * 0.390625f * (0.390625f - 2.25f)))
#define SCALE_B (1.0f / (2 * 2.25f * (2.25f - 0.390625f)))

/* G w */
INLINE void
weights_of (const vec w[3], vec u[SIDE])
{
  vec even_a = SCALE_A * (w[0] + a2 * w[2]), odd_a = SCALE_A * a1 * w[1];
  vec even_b = SCALE_B * (w[0] + b2 * w[2]), odd_b = SCALE_B * b1 * w[1];

  u[0] = SCALE_0 * w[0];
  u[1] = even_a + odd_a;
  u[2] = even_a - odd_a;
  u[3] = even_b + odd_b;
  u[4] = even_b - odd_b;
  u[5] = w[2];
}

/* G^T u */
INLINE void
weight_gradients (const vec u[SIDE], vec w[3])
{
  vec even_a = SCALE_A * (u[1] + u[2]), odd_a = SCALE_A * a1 * (u[1] - u[2]);
  vec even_b = SCALE_B * (u[3] + u[4]), odd_b = SCALE_B * b1 * (u[3] - u[4]);

  w[0] = SCALE_0 * u[0] + even_a + even_b;
  w[1] = odd_a + odd_b;
  w[2] = a2 * even_a + b2 * even_b + u[5];
}

/* ---- Tiles ---- */

/* Where a tile begins, and which of its rows and columns lie inside the picture. */
typedef struct
{
  int64_t at; /* samples from the first of the vector's; may lie before it */
  int first_y, last_y, first_x, last_x;
} tile_place;

INLINE tile_place
place_of (const pk_winograd_picture *p, int tile, int side)
{
  int each = p->tiles_y * p->tiles_x, image = tile / each, in_image = tile % each;
  int y = in_image / p->tiles_x * TILE - p->border;
  int x = in_image % p->tiles_x * TILE - p->border;

  return (tile_place){
    .at = (int64_t) image * (int64_t) p->image
          + ((int64_t) y * p->width + x) * (int64_t) p->block,
    .first_y = y < 0 ? -y : 0,
    .last_y = p->height - y < side ? p->height - y : side,
    .first_x = x < 0 ? -x : 0,
    .last_x = p->width - x < side ? p->width - x : side,
  };
}

/* The pixels of a tile that crosses the border, and 0 beside the picture. */
INLINE void
cut_out (const pk_winograd_picture *p, const void *x, const tile_place *place, int side,
         float *to, const pk_precision type)
{
  for (int y = 0; y < side; y++)
    {
      int64_t at = place->at + (int64_t) y * p->width * p->block;
      bool inside = y >= place->first_y && y < place->last_y;

#pragma GCC unroll 6
      for (int i = 0; i < side; i++, at += p->block, to += WIDTH)
        store (to, inside && i >= place->first_x && i < place->last_x
                       ? W (load) (x, at, type)
                       : (vec){ 0 });
    }
}

/* Tiles lie in pieces of rows, which the processor does not foresee: asks for the middle
 * of a tile that is taken soon. */
#define TILES_AHEAD 8

INLINE void
ask_for (const pk_winograd_picture *p, const void *x, int tile)
{
  tile_place place = place_of (p, tile, TILE);
  const int64_t size = p->type == PK_BFLOAT16 ? 2 : 4;
  const char *from
      = (const char *) x
        + (place.at + (int64_t) p->border * (p->width + 1) * p->block) * size;

  for (int y = 0; y < TILE; y++, from += p->width * p->block * size)
    for (int byte = 0; byte < TILE * WIDTH * size; byte += 64)
      __builtin_prefetch (from + byte);
}

/* All rows through @along, then all columns, to the tile's places. */
#define TO_PLACES(side, along)                                                           \
  do                                                                                     \
    {                                                                                    \
      vec half[SIDE][SIDE];                                                              \
                                                                                         \
      _Pragma ("GCC unroll 6") for (int y = 0; y < side; y++)                            \
      {                                                                                  \
        vec row[SIDE];                                                                   \
                                                                                         \
        _Pragma ("GCC unroll 6") for (int i = 0; i < side; i++) row[i]                   \
            = W (load) (x, y * row_step + i * step, type);                               \
        along (row, half[y]);                                                            \
      }                                                                                  \
      _Pragma ("GCC unroll 6") for (int i = 0; i < SIDE; i++)                            \
      {                                                                                  \
        vec column[SIDE], v[SIDE];                                                       \
                                                                                         \
        _Pragma ("GCC unroll 6") for (int y = 0; y < side; y++) column[y] = half[y][i];  \
        along (column, v);                                                               \
        _Pragma ("GCC unroll 6") for (int k = 0; k < SIDE; k++)                          \
            store (to + (size_t) (k * SIDE + i) * stride, v[k]);                         \
      }                                                                                  \
    }                                                                                    \
  while (0)

INLINE void
gather_tile (const void *x, int64_t row_step, int64_t step, float *to, size_t stride,
             const pk_precision type)
{
  TO_PLACES (SIDE, inputs);
}

INLINE void
spread_tile (const void *x, int64_t row_step, int64_t step, float *to, size_t stride,
             const pk_precision type)
{
  TO_PLACES (TILE, gradients);
}

static void
clear_tail (int count, float *places, size_t stride)
{
  for (int t = count; t < (count + ROWS - 1) / ROWS * ROWS; t++)
    for (int f = 0; f < PLACES; f++)
      store (places + (size_t) f * stride + (size_t) t * WIDTH, (vec){ 0 });
}

#define EACH_TILE(side, one)                                                             \
  for (int t = 0; t < count; t++, places += WIDTH)                                       \
    {                                                                                    \
      tile_place place = place_of (p, first + t, side);                                  \
      int64_t row_step = (int64_t) p->width * p->block;                                  \
                                                                                         \
      if (t + TILES_AHEAD < count)                                                       \
        ask_for (p, x, first + t + TILES_AHEAD);                                         \
      if (place.first_y > 0 || place.first_x > 0 || place.last_y < side                  \
          || place.last_x < side)                                                        \
        {                                                                                \
          float pixels[(side) * (side) *WIDTH] __attribute__ ((aligned (64)));           \
                                                                                         \
          if (p->type == PK_BFLOAT16)                                                    \
            cut_out (p, x, &place, side, pixels, PK_BFLOAT16);                           \
          else                                                                           \
            cut_out (p, x, &place, side, pixels, PK_FLOAT32);                            \
          one (pixels, (side) *WIDTH, WIDTH, places, stride, PK_FLOAT32);                \
        }                                                                                \
      else if (p->type == PK_BFLOAT16)                                                   \
        one ((const uint16_t *) x + place.at, row_step, p->block, places, stride,        \
             PK_BFLOAT16);                                                               \
      else                                                                               \
        one ((const float *) x + place.at, row_step, p->block, places, stride,           \
             PK_FLOAT32);                                                                \
    }

static void
gather (const pk_winograd_picture *p, const void *x, int first, int count, float *places,
        size_t stride)
{
  clear_tail (count, places, stride);
  EACH_TILE (SIDE, gather_tile)
}

static void
spread (const pk_winograd_picture *p, const void *x, int first, int count, float *places,
        size_t stride)
{
  clear_tail (count, places, stride);
  EACH_TILE (TILE, spread_tile)
}

INLINE void
finish_tile (const pk_winograd_picture *p, const float *m, size_t stride,
             const tile_place *place, const pk_winograd_ending *ending, void *y,
             const pk_precision type)
{
  const vec zero = { 0 };
  vec half[TILE][SIDE];

#pragma GCC unroll 6
  for (int i = 0; i < SIDE; i++)
    {
      vec column[SIDE], v[TILE];

#pragma GCC unroll 6
      for (int k = 0; k < SIDE; k++)
        column[k] = load (m + (size_t) (k * SIDE + i) * stride);
      outputs (column, v);
#pragma GCC unroll 4
      for (int k = 0; k < TILE; k++)
        half[k][i] = v[k];
    }
#pragma GCC unroll 4
  for (int k = 0; k < TILE; k++)
    {
      int64_t at = place->at + (int64_t) k * p->width * p->block;
      vec row[TILE];

      if (k >= place->last_y)
        break;
      outputs (half[k], row);
#pragma GCC unroll 4
      for (int i = 0; i < TILE; i++, at += p->block)
        {
          vec value = row[i];

          if (i >= place->last_x)
            break;
          if (ending != NULL)
            {
              if (ending->scale != NULL)
                value *= load (ending->scale);
              if (ending->bias != NULL)
                value += load (ending->bias);
              if (ending->skip != NULL)
                value += W (load) (ending->skip, at, type);
              if (ending->relu) /* a NAN goes through, and is found at the end */
                value = (vec) (~(value <= zero) & (W (flags)) value);
            }
          W (store) (y, at, type, value);
        }
    }
}

static void
finish (const pk_winograd_picture *p, const float *m, size_t stride, int row, int first,
        int count, const pk_winograd_ending *ending, void *y)
{
  for (int t = 0; t < count; t++, m += row)
    {
      tile_place place = place_of (p, first + t, TILE);

      if (p->type == PK_BFLOAT16)
        finish_tile (p, m, stride, &place, ending, y, PK_BFLOAT16);
      else
        finish_tile (p, m, stride, &place, ending, y, PK_FLOAT32);
    }
}

/* ---- Weights ---- */

typedef W (flags) lane_order;

/* Lanes of the first (0 ... WIDTH - 1) and of the second (WIDTH ...). */
#if WIDTH == 16
static const lane_order first_lanes[4]
    = { { 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30 },
        { 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29 },
        { 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27 },
        { 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23 } };
static const lane_order second_lanes[4]
    = { { 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31 },
        { 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31 },
        { 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31 },
        { 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31 } };
#define STAGES 4
#else
static const lane_order first_lanes[3] = { { 0, 8, 2, 10, 4, 12, 6, 14 },
                                           { 0, 1, 8, 9, 4, 5, 12, 13 },
                                           { 0, 1, 2, 3, 8, 9, 10, 11 } };
static const lane_order second_lanes[3] = { { 1, 9, 3, 11, 5, 13, 7, 15 },
                                            { 2, 3, 10, 11, 6, 7, 14, 15 },
                                            { 4, 5, 6, 7, 12, 13, 14, 15 } };
#define STAGES 3
#endif

/* Rows become columns: single lanes of neighbouring rows change places, then pairs of
 * lanes of pairs of rows, and so on. */
INLINE void
transpose (vec rows[WIDTH])
{
#pragma GCC unroll 4
  for (int stage = 0; stage < STAGES; stage++)
#pragma GCC unroll 16
    for (int i = 0; i < WIDTH; i++)
      if ((i >> stage & 1) == 0)
        {
          vec a = rows[i], b = rows[i + (1 << stage)];

          rows[i] = __builtin_shuffle (a, b, first_lanes[stage]);
          rows[i + (1 << stage)] = __builtin_shuffle (a, b, second_lanes[stage]);
        }
}

#define TAPS 9

static void
kernels (const float *weights, size_t out_step, size_t in_step, bool turned, int channels,
         int vectors, float *places, size_t stride)
{
  for (int c = 0; c < channels; c++)
    for (int k = 0; k < vectors; k++)
      {
        const float *from
            = weights + (size_t) c * in_step + (size_t) (k * WIDTH) * out_step;
        float *to = places + ((size_t) c * 2 + (size_t) k) * WIDTH;
        float last[WIDTH > TAPS ? WIDTH : TAPS] = { 0 };
        vec rows[WIDTH], taps[TAPS] = { 0 }, half[3][SIDE];

        /* A row is read beyond its nine weights, which the last one may not be. */
        for (int tap = 0; tap < TAPS; tap++)
          last[tap] = from[(WIDTH - 1) * out_step + (size_t) tap];
#pragma GCC unroll 16
        for (int i = 0; i < WIDTH; i++)
          rows[i] = load (i < WIDTH - 1 ? from + (size_t) i * out_step : last);
        transpose (rows);
#pragma GCC unroll 9
        for (int tap = 0; tap < TAPS; tap++)
          if (tap < WIDTH)
            taps[tap] = rows[tap];
          else
            for (int i = 0; i < WIDTH; i++)
              taps[tap][i] = from[(size_t) i * out_step + (size_t) tap];

#pragma GCC unroll 3
        for (int y = 0; y < 3; y++)
          {
            vec row[3];

#pragma GCC unroll 3
            for (int x = 0; x < 3; x++)
              row[x] = turned ? taps[TAPS - 1 - 3 * y - x] : taps[3 * y + x];
            weights_of (row, half[y]);
          }
#pragma GCC unroll 6
        for (int i = 0; i < SIDE; i++)
          {
            vec column[3] = { half[0][i], half[1][i], half[2][i] }, u[SIDE];

            weights_of (column, u);
#pragma GCC unroll 6
            for (int y = 0; y < SIDE; y++)
              store (to + (size_t) (y * SIDE + i) * stride, u[y]);
          }
      }
}

static void
weights (const float *sums, size_t stride, int channels, bool add, float *to)
{
  for (int c = 0; c < channels; c += WIDTH, sums += WIDTH, to += TAPS * WIDTH)
    {
      float plain[TAPS * WIDTH + WIDTH];
      vec half[3][SIDE], rows[WIDTH > TAPS ? WIDTH : TAPS] = { 0 };

#pragma GCC unroll 6
      for (int i = 0; i < SIDE; i++)
        {
          vec column[SIDE], w[3];

#pragma GCC unroll 6
          for (int y = 0; y < SIDE; y++)
            column[y] = load (sums + (size_t) (y * SIDE + i) * stride);
          weight_gradients (column, w);
#pragma GCC unroll 3
          for (int y = 0; y < 3; y++)
            half[y][i] = w[y];
        }
#pragma GCC unroll 3
      for (int y = 0; y < 3; y++)
        weight_gradients (half[y], rows + 3 * y);

      vec ninth = rows[TAPS - 1];

      transpose (rows);
#pragma GCC unroll 16
      for (int i = 0; i < WIDTH; i++) /* each covers what the one before wrote too much */
        {
          store (plain + i * TAPS, rows[i]);
          if (WIDTH < TAPS)
            plain[i * TAPS + TAPS - 1] = ninth[i];
        }
      for (int i = 0; i < TAPS * WIDTH; i += WIDTH)
        store (to + i, add ? load (to + i) + load (plain + i) : load (plain + i));
    }
}

/* ---- Products ---- */

INLINE void
product_of (const float *tiles, size_t tile_step, const float *kernel, int blocks,
            float *result, const int vectors)
{
  vec s[ROWS][2] = { 0 };

  for (int block = 0; block < blocks; block++, tiles += tile_step)
    {
      const float *x = tiles;

#pragma GCC unroll 4
      for (int c = 0; c < WIDTH; c++, x++, kernel += 2 * WIDTH)
        {
          vec first = load (kernel),
              second = vectors == 2 ? load (kernel + WIDTH) : first;

#pragma GCC unroll 12
          for (int r = 0; r < ROWS; r++)
            {
              s[r][0] += x[r * WIDTH] * first;
              if (vectors == 2)
                s[r][1] += x[r * WIDTH] * second;
            }
        }
    }

#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++, result += 2 * WIDTH)
    {
      store (result, s[r][0]);
      if (vectors == 2)
        store (result + WIDTH, s[r][1]);
    }
}

static void
product (const float *tiles, size_t tile_step, int count, const float *kernel,
         int channels, int vectors, float *result)
{
  for (int t = 0; t < count; t += ROWS)
    {
      if (vectors == 2)
        product_of (tiles, tile_step, kernel, channels / WIDTH, result, 2);
      else
        product_of (tiles, tile_step, kernel, channels / WIDTH, result, 1);
      tiles += ROWS * WIDTH;
      result += ROWS * 2 * WIDTH;
    }
}

#define HALF (WIDTH / 2)

INLINE void
gradient_of (const float *g, const float *x, size_t x_step, int count, bool add,
             float *sums, size_t row, const int vectors)
{
  vec s[HALF][3];

#pragma GCC unroll 8
  for (int r = 0; r < HALF; r++)
    for (int k = 0; k < vectors; k++)
      s[r][k] = add ? load (sums + (size_t) r * row + (size_t) (k * WIDTH)) : (vec){ 0 };

  for (int t = 0; t < count; t++, g += WIDTH, x += WIDTH)
    {
      vec in[3];

#pragma GCC unroll 3
      for (int k = 0; k < vectors; k++)
        in[k] = load (x + (size_t) k * x_step);
#pragma GCC unroll 8
      for (int r = 0; r < HALF; r++)
        for (int k = 0; k < vectors; k++)
          s[r][k] += g[r] * in[k];
    }

#pragma GCC unroll 8
  for (int r = 0; r < HALF; r++)
    for (int k = 0; k < vectors; k++)
      store (sums + (size_t) r * row + (size_t) (k * WIDTH), s[r][k]);
}

static void
gradient_product (const float *g, const float *x, size_t x_step, int vectors, int count,
                  bool add, float *sums, size_t row)
{
  while (vectors > 0)
    {
      /* Not 3 and 1: one vector alone waits for its own sums. */
      int some = vectors == 4 || vectors == 2 ? 2 : vectors >= 3 ? 3 : 1;

      for (int half = 0; half < WIDTH; half += HALF)
        {
          float *to = sums + (size_t) half * row;

          if (some == 3)
            gradient_of (g + half, x, x_step, count, add, to, row, 3);
          else if (some == 2)
            gradient_of (g + half, x, x_step, count, add, to, row, 2);
          else
            gradient_of (g + half, x, x_step, count, add, to, row, 1);
        }
      x += (size_t) some * x_step;
      sums += some * WIDTH;
      vectors -= some;
    }
}

const pk_winograd_passes PK_NAMED (pk_winograd) = {
  .width = WIDTH,
  .rows = ROWS,
  .gather = gather,
  .spread = spread,
  .finish = finish,
  .kernels = kernels,
  .product = product,
  .gradient_product = gradient_product,
  .weights = weights,
};
