/* tile-body.h - the tile passes for vectors of WIDTH channels; included once for each
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pass is written once, with type and number of vectors as arguments of an inline
 * function; the table's functions call it with constants, so the compiler makes a loop
 * without branches of each.
 */

#include "kernels/cpu/vector-body.h"

typedef uint8_t W (bytes_in_memory) __attribute__ ((vector_size (WIDTH), aligned (1)));
typedef uint8_t W (bytes) __attribute__ ((vector_size (WIDTH)));

INLINE
W (vec) W (channels) (const float *x, int tile)
{
  return *(const W (vec_in_memory) *) (x + tile * WIDTH);
}

INLINE
W (vec) W (where) (W (flags) flag, W (vec) value)
{
  return (W (vec)) (flag & (W (flags)) value);
}

/* One bit for each lane that is set. */
INLINE void
W (store_mask) (pk_mask *mask, W (flags) flag)
{
#if WIDTH == 16 && defined __AVX512DQ__
  uint16_t bits = _mm512_movepi32_mask ((__m512i) flag);

  __builtin_memcpy (mask, &bits, sizeof bits);
#elif WIDTH == 8 && defined __AVX2__
  *mask = (pk_mask) _mm256_movemask_ps ((__m256) flag);
#else
  for (int half = 0; half < WIDTH / 8; half++)
    {
      int byte = 0;

      for (int i = 0; i < 8; i++)
        byte |= flag[half * 8 + i] & 1 << i;
      mask[half] = (pk_mask) byte;
    }
#endif
}

INLINE
W (flags) W (load_mask) (const pk_mask *mask)
{
#if WIDTH == 16 && defined __AVX512DQ__
  uint16_t bits;

  __builtin_memcpy (&bits, mask, sizeof bits);
  return (W (flags)) _mm512_movm_epi32 (bits);
#else
  const W (flags) bit
      = { 1,
          2,
          4,
          8,
          16,
          32,
          64,
          128,
#if WIDTH == 16
          1,
          2,
          4,
          8,
          16,
          32,
          64,
          128
#endif
        };
  W (flags) byte = { 0 };

#if WIDTH == 8
  byte += mask[0];
#else
  for (int i = 0; i < WIDTH; i++)
    byte[i] = mask[i / 8];
#endif
  return (byte & bit) != 0;
#endif
}

/* ---- Norm ---- */

INLINE void
W (moments_of) (const pk_tile *t, const void *x, const float *shift, float *sum,
                float *square, const pk_precision type, const int tiles)
{
  /* Four sums at a time: an addition takes four cycles before the next may begin. */
  const int chains = 4 / tiles;
  W (vec) s[4] = { 0 }, q[4] = { 0 };
  int64_t p = 0;

  for (; p + chains <= t->pixels; p += chains)
    for (int k = 0; k < 4; k++)
      {
        W (vec)
        d = W (load) (x, (p + k / tiles) * t->block + k % tiles * WIDTH, type)
            - W (channels) (shift, k % tiles);

        s[k] += d;
        q[k] += d * d;
      }
  for (; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      {
        W (vec)
        d = W (load) (x, p * t->block + k * WIDTH, type) - W (channels) (shift, k);

        s[k] += d;
        q[k] += d * d;
      }
  for (int k = 0; k < tiles; k++)
    {
      for (int chain = 1; chain < chains; chain++)
        {
          s[k] += s[k + chain * tiles];
          q[k] += q[k + chain * tiles];
        }
      *(W (vec_in_memory) *) (sum + k * WIDTH) = s[k];
      *(W (vec_in_memory) *) (square + k * WIDTH) = q[k];
    }
}

INLINE void
W (norm_of) (const pk_tile *t, const void *x, const void *skip, void *y, const float *a,
             const float *b, bool relu, pk_mask *mask, const pk_precision type,
             const int tiles, const bool with_skip, const bool with_mask)
{
  const W (vec) zero = { 0 };
  W (vec) scale[4], shift[4];

  for (int k = 0; k < tiles; k++)
    {
      scale[k] = W (channels) (a, k);
      shift[k] = W (channels) (b, k);
    }
  for (int64_t p = 0; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      {
        int64_t at = p * t->block + k * WIDTH;
        W (vec) value = W (load) (x, at, type) * scale[k] + shift[k];
        W (flags) open;

        if (with_skip)
          value += W (load) (skip, at, type);
        open = ~(value <= zero); /* a NAN goes through, and is found at the end */
        if (with_mask)
          W (store_mask) (mask + (p * tiles + k) * (WIDTH / 8), open);
        W (store) (y, at, type, relu ? W (where) (open, value) : value);
      }
}

/* The gradient behind the relu. */
INLINE
W (vec)
W (gradient_at) (const pk_tile *t, W (vec) x, const void *g1, const void *g2, W (vec) a,
                 W (vec) b, bool relu, const pk_mask *mask, int64_t p, int k,
                 const pk_precision type, const int tiles)
{
  const W (vec) zero = { 0 };
  int64_t at = p * t->block + k * WIDTH;
  W (vec) g = W (load) (g1, at, type);

  if (g2 != NULL)
    g += W (load) (g2, at, type);
  if (mask != NULL)
    g = W (where) (W (load_mask) (mask + (p * tiles + k) * (WIDTH / 8)), g);
  else if (relu)
    g = W (where) (x * a + b > zero, g);

  return g;
}

INLINE void
W (norm_sums_of) (const pk_tile *t, const void *x, const void *g1, const void *g2,
                  const float *a, const float *b, bool relu, const pk_mask *mask,
                  const float *mean, float *sum, float *sum_x, void *out,
                  const pk_precision type, const int tiles)
{
  W (vec) s[4] = { 0 }, sx[4] = { 0 }, av[4], bv[4], mv[4];

  for (int k = 0; k < tiles; k++)
    {
      av[k] = W (channels) (a, k);
      bv[k] = W (channels) (b, k);
      mv[k] = W (channels) (mean, k);
    }
  for (int64_t p = 0; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      {
        int64_t at = p * t->block + k * WIDTH;
        W (vec) value = W (load) (x, at, type);
        W (vec)
        g = W (gradient_at) (t, value, g1, g2, av[k], bv[k], relu, mask, p, k, type,
                             tiles);

        s[k] += g;
        sx[k] += g * (value - mv[k]);
        if (out != NULL)
          W (store) (out, at, type, g);
      }
  for (int k = 0; k < tiles; k++)
    {
      *(W (vec_in_memory) *) (sum + k * WIDTH) = s[k];
      *(W (vec_in_memory) *) (sum_x + k * WIDTH) = sx[k];
    }
}

INLINE void
W (norm_gradient_of) (const pk_tile *t, const void *x, const void *g1, const void *g2,
                      const float *a, const float *b, bool relu, const pk_mask *mask,
                      const float *kg, const float *px, const float *q, void *d,
                      const pk_precision type, const int tiles)
{
  W (vec) av[4], bv[4], kv[4], pv[4], qv[4];

  for (int k = 0; k < tiles; k++)
    {
      av[k] = W (channels) (a, k);
      bv[k] = W (channels) (b, k);
      kv[k] = W (channels) (kg, k);
      pv[k] = W (channels) (px, k);
      qv[k] = W (channels) (q, k);
    }
  for (int64_t p = 0; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      {
        int64_t at = p * t->block + k * WIDTH;
        W (vec) value = W (load) (x, at, type);
        W (vec)
        g = W (gradient_at) (t, value, g1, g2, av[k], bv[k], relu, mask, p, k, type,
                             tiles);

        W (store) (d, at, type, kv[k] * g + pv[k] * value + qv[k]);
      }
}

/* ---- Pools ---- */

INLINE void
W (max_pool_of) (const pk_tile *t, const pk_window *w, const void *x, void *y,
                 uint8_t *won, const pk_precision type, const int tiles)
{
  for (int oy = 0; oy < w->out_height; oy++)
    for (int ox = 0; ox < w->out_width; ox++)
      for (int k = 0; k < tiles; k++)
        {
          int64_t out = (int64_t) oy * w->out_width + ox;
          W (vec) best = { 0 };
          W (flags) place = { 0 };
          bool first = true;

          for (int wy = 0; wy < w->kernel; wy++)
            for (int wx = 0; wx < w->kernel; wx++)
              {
                int iy = oy * w->stride - w->padding + wy;
                int ix = ox * w->stride - w->padding + wx;
                W (flags) here = (W (flags)){ 0 } + (wy * w->kernel + wx);
                W (flags) wins;
                W (vec) value;

                if (iy < 0 || iy >= w->height || ix < 0 || ix >= w->width)
                  continue;
                value = W (load) (
                    x, ((int64_t) iy * w->width + ix) * t->block + k * WIDTH, type);
                wins = value > best;
                if (first) /* a NAN too */
                  wins = ~(W (flags)){ 0 };
                best
                    = (W (vec)) ((wins & (W (flags)) value) | (~wins & (W (flags)) best));
                place = (wins & here) | (~wins & place);
                first = false;
              }
          W (store) (y, out * t->block + k * WIDTH, type, best);
          *(W (bytes_in_memory) *) (won + (out * tiles + k) * WIDTH)
              = __builtin_convertvector(place, W (bytes));
        }
}

/* Rows of the input's gradient are summed in @rows, float32, one for each row of a window
 * in turn, and leave when no more windows reach them. */
INLINE void
W (max_pool_gradient_of) (const pk_tile *t, const pk_window *w, const void *g1,
                          const void *g2, const uint8_t *won, float *rows, void *d,
                          const pk_precision type, const int tiles)
{
  const int64_t row_length = (int64_t) w->width * tiles * WIDTH;
  const W (vec) zero = { 0 };
  int done = 0; /* rows that have left */

  for (int64_t i = 0; i < w->kernel * row_length; i += WIDTH)
    *(W (vec_in_memory) *) (rows + i) = zero;

  for (int oy = 0; oy <= w->out_height; oy++)
    {
      int top = oy * w->stride - w->padding;
      int leave = oy < w->out_height && top < w->height ? top : w->height;

      for (; done < leave; done++)
        for (int64_t i = 0; i < w->width * tiles; i++)
          {
            float *sum = rows + (done % w->kernel) * row_length + i * WIDTH;

            W (store)
            (d, ((int64_t) done * w->width + i / tiles) * t->block + i % tiles * WIDTH,
             type, *(W (vec_in_memory) *) sum);
            *(W (vec_in_memory) *) sum = zero;
          }

      for (int ox = 0; oy < w->out_height && ox < w->out_width; ox++)
        for (int k = 0; k < tiles; k++)
          {
            int64_t out = (int64_t) oy * w->out_width + ox;
            int left = ox * w->stride - w->padding;
            W (bytes)
            winner = *(const W (bytes_in_memory) *) (won + (out * tiles + k) * WIDTH);
            W (flags) place = __builtin_convertvector(winner, W (flags));
            W (vec) g = W (load) (g1, out * t->block + k * WIDTH, type);

            if (g2 != NULL)
              g += W (load) (g2, out * t->block + k * WIDTH, type);
            for (int wy = top < 0 ? -top : 0; wy < w->kernel && top + wy < w->height;
                 wy++)
              for (int wx = left < 0 ? -left : 0; wx < w->kernel && left + wx < w->width;
                   wx++)
                {
                  float *sum = rows + ((top + wy) % w->kernel) * row_length
                               + ((int64_t) (left + wx) * tiles + k) * WIDTH;

                  *(W (vec_in_memory) *) sum
                      += W (where) (place == wy * w->kernel + wx, g);
                }
          }
    }
}

INLINE void
W (mean_pixels_of) (const pk_tile *t, const void *x, float *mean, const pk_precision type,
                    const int tiles)
{
  W (vec) sum[4] = { 0 };

  for (int64_t p = 0; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      sum[k] += W (load) (x, p * t->block + k * WIDTH, type);
  for (int k = 0; k < tiles; k++)
    *(W (vec_in_memory) *) (mean + k * WIDTH) = sum[k] / (float) t->pixels;
}

INLINE void
W (spread_of) (const pk_tile *t, const float *value, void *d, const pk_precision type,
               const int tiles)
{
  for (int64_t p = 0; p < t->pixels; p++)
    for (int k = 0; k < tiles; k++)
      W (store) (d, p * t->block + k * WIDTH, type, W (channels) (value, k));
}

/* ---- The table's functions: constants for type and vectors ---- */

#define WITH_CONSTANTS(call)                                                             \
  do                                                                                     \
    {                                                                                    \
      if (t->type == PK_FLOAT32 && t->tiles == 1)                                        \
        call (PK_FLOAT32, 1);                                                            \
      else if (t->type == PK_FLOAT32)                                                    \
        call (PK_FLOAT32, 4);                                                            \
      else if (t->tiles == 1)                                                            \
        call (PK_BFLOAT16, 1);                                                           \
      else                                                                               \
        call (PK_BFLOAT16, 4);                                                           \
    }                                                                                    \
  while (0)

static void
W (moments) (const pk_tile *t, const void *x, const float *shift, float *sum,
             float *square)
{
#define CALL(type, tiles) W (moments_of) (t, x, shift, sum, square, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (norm) (const pk_tile *t, const void *x, const void *skip, void *y, const float *a,
          const float *b, bool relu, pk_mask *mask)
{
#define CALL(type, tiles)                                                                \
  do                                                                                     \
    {                                                                                    \
      if (skip == NULL)                                                                  \
        W (norm_of) (t, x, skip, y, a, b, relu, mask, type, tiles, false, false);        \
      else if (mask == NULL)                                                             \
        W (norm_of) (t, x, skip, y, a, b, relu, mask, type, tiles, true, false);         \
      else                                                                               \
        W (norm_of) (t, x, skip, y, a, b, relu, mask, type, tiles, true, true);          \
    }                                                                                    \
  while (0)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (norm_sums) (const pk_tile *t, const void *x, const void *g1, const void *g2,
               const float *a, const float *b, bool relu, const pk_mask *mask,
               const float *mean, float *sum, float *sum_x, void *out)
{
#define CALL(type, tiles)                                                                \
  W (norm_sums_of) (t, x, g1, g2, a, b, relu, mask, mean, sum, sum_x, out, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (norm_gradient) (const pk_tile *t, const void *x, const void *g1, const void *g2,
                   const float *a, const float *b, bool relu, const pk_mask *mask,
                   const float *k, const float *p, const float *q, void *d)
{
#define CALL(type, tiles)                                                                \
  W (norm_gradient_of) (t, x, g1, g2, a, b, relu, mask, k, p, q, d, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (max_pool) (const pk_tile *t, const pk_window *w, const void *x, void *y, uint8_t *won)
{
#define CALL(type, tiles) W (max_pool_of) (t, w, x, y, won, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (max_pool_gradient) (const pk_tile *t, const pk_window *w, const void *g1,
                       const void *g2, const uint8_t *won, float *rows, void *d)
{
#define CALL(type, tiles)                                                                \
  W (max_pool_gradient_of) (t, w, g1, g2, won, rows, d, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (mean_pixels) (const pk_tile *t, const void *x, float *mean)
{
#define CALL(type, tiles) W (mean_pixels_of) (t, x, mean, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

static void
W (spread) (const pk_tile *t, const float *value, void *d)
{
#define CALL(type, tiles) W (spread_of) (t, value, d, type, tiles)
  WITH_CONSTANTS (CALL);
#undef CALL
}

#undef WITH_CONSTANTS
#undef INLINE
#undef W
