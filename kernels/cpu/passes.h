/* passes.h - what runs over whole activations, one channel tile of one image at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tile is a few vectors of neighbouring channels at all pixels of one image. In memory
 * its pixels stand a block apart:
 *
 *     pixel 0: c0 c1 ... c15 | pixel 1: c0 c1 ... c15 | ...      block 16
 *
 * All pointers lead to the tile's first pixel. Arrays that belong to channels (mean,
 * scale, sums) hold one float for each channel of the tile.
 */
#ifndef PK_PASSES_H
#define PK_PASSES_H

#include "kernels/cpu/winograd-passes.h"
#include "kernels/isa.h"
#include "kernels/pk.h"

typedef struct
{
  pk_precision type; /* of all pointers to activations */
  int tiles;         /* vectors of channels: 1 or 4 */
  int block;         /* samples from a pixel to the next */
  int pixels;
} pk_tile;

typedef struct
{
  int kernel, stride, padding;
  int height, width, out_height, out_width;
} pk_window;

/* Which outputs the relu let through: one bit for each channel, as bytes in the order of
 * the pixels and, inside one, of the vectors. */
typedef uint8_t pk_mask;

typedef struct
{
  int width; /* channels in a vector */

  /* sum of x - shift and of its square, over the pixels */
  void (*moments) (const pk_tile *tile, const void *x, const float *shift, float *sum,
                   float *square);

  /* y = a x + b [+ skip], then relu; @mask and @skip may be NULL */
  void (*norm) (const pk_tile *tile, const void *x, const void *skip, void *y,
                const float *a, const float *b, bool relu, pk_mask *mask);

  /* g = g1 [+ g2] where the relu was open: where a x + b > 0, or as @mask says, or
   * everywhere without @relu. Sums of g and of g (x - mean); g is written to @out unless
   * that is NULL. */
  void (*norm_sums) (const pk_tile *tile, const void *x, const void *g1, const void *g2,
                     const float *a, const float *b, bool relu, const pk_mask *mask,
                     const float *mean, float *sum, float *sum_x, void *out);

  /* d = k g + p x + q, g as above */
  void (*norm_gradient) (const pk_tile *tile, const void *x, const void *g1,
                         const void *g2, const float *a, const float *b, bool relu,
                         const pk_mask *mask, const float *k, const float *p,
                         const float *q, void *d);

  /* One tile of an image; @won: for each output and channel the place in its window;
   * @rows: working memory, kernel x width x channels of the tile. */
  void (*max_pool) (const pk_tile *tile, const pk_window *window, const void *x, void *y,
                    uint8_t *won);
  void (*max_pool_gradient) (const pk_tile *tile, const pk_window *window, const void *g1,
                             const void *g2, const uint8_t *won, float *rows, void *d);

  void (*mean_pixels) (const pk_tile *tile, const void *x, float *mean);
  void (*spread) (const pk_tile *tile, const float *value, void *d);
} pk_tile_passes;

typedef enum
{
  PK_ACTIVATION_RELU,
  PK_ACTIVATION_RELU6,
  PK_ACTIVATION_SIGMOID,
  PK_ACTIVATION_GELU
} pk_activation;

/* For arrays of any kind. */
typedef struct
{
  pk_tile_passes wide;   /* 16 channels */
  pk_tile_passes narrow; /* 8 channels */
  const pk_winograd_passes *winograd;

  void (*sum) (pk_precision type, const void *a, const void *b, void *out, int64_t count);
  float (*largest) (const float *x, int64_t count);
  /* with s = value x[i]: sum of exp (s - shift), leaving out @skip */
  double (*exp_sum) (const float *x, int64_t count, float shift, int64_t skip);
  /* x[i] = exp (x[i] - shift) + exp (x[i] - shifts[i]) */
  void (*exp_pair) (float *x, const float *shifts, int64_t count, float shift);
  void (*activate) (pk_activation kind, pk_precision type, const void *x, void *y,
                    int64_t count);
  void (*activate_gradient) (pk_activation kind, pk_precision type, const void *x,
                             const void *g, void *d, int64_t count);

  /* Layer norms, a row at a time; @saved: mean and 1 / deviation. */
  void (*row_moments) (const float *x, int64_t count, float epsilon, float *saved);
  void (*row_norm) (const float *x, const float *scale, const float *shift,
                    const float *saved, float *y, int64_t count);
  void (*row_norm_gradient) (const float *x, const float *g, const float *scale,
                             const float *saved, float *scale_gradient,
                             float *shift_gradient, float *d, int64_t count);

  /* Softmax: x = exp (x - largest), giving the sum; and backward, with p = exp (s - log):
   * d = p (d - sum of p d) factor, s = p. */
  float (*exp_row) (float *x, int64_t count, float *largest);
  void (*softmax_gradient) (float *s, float *d, int64_t count, float log, float factor);

  double (*sum_of_squares) (const float *x, int64_t count);
  void (*update) (const pk_optimiser *optimiser, float *value, const float *gradient,
                  float *state0, float *state1, int64_t count, float weight_decay,
                  float learning_rate, float gradient_scale, int64_t step);
} pk_passes;

extern const pk_passes pk_passes_generic;
#ifdef PK_HAVE_VARIANTS
extern const pk_passes pk_passes_v3, pk_passes_v4;
#endif
#ifdef PK_HAVE_AVX512_BFLOAT16
extern const pk_passes pk_passes_bfloat16; /* v4 that rounds to bfloat16 in hardware */
#endif

#endif /* PK_PASSES_H */
