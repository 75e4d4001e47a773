/* passes.c - the passes of one instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/cpu/passes.h"

#include <math.h>
#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "kernels/body/optimiser.h"

#define WIDTH 16
#include "kernels/cpu/tile-body.h"
#undef WIDTH
#define WIDTH 8
#include "kernels/cpu/tile-body.h"
#undef WIDTH

#define LANES 16

typedef float lanes __attribute__ ((vector_size (LANES * 4)));
typedef float lanes_in_memory __attribute__ ((vector_size (LANES * 4), aligned (4)));
typedef int32_t lane_words __attribute__ ((vector_size (LANES * 4)));

static void
add_arrays (pk_precision type, const void *a, const void *b, void *out, int64_t count)
{
  int64_t i = 0;

  if (type == PK_BFLOAT16)
    for (; i + 16 <= count; i += 16)
      store_16 (out, i, PK_BFLOAT16,
                load_16 (a, i, PK_BFLOAT16) + load_16 (b, i, PK_BFLOAT16));
  else
    for (; i + 16 <= count; i += 16)
      store_16 (out, i, PK_FLOAT32,
                load_16 (a, i, PK_FLOAT32) + load_16 (b, i, PK_FLOAT32));

  /* Only plain float32 arrays are of any length; bfloat16 ones stand in blocks of 16. */
  for (; i < count; i++)
    ((float *) out)[i] = ((const float *) a)[i] + ((const float *) b)[i];
}

/* exp for x <= 0 to 2 units of the last place: x = n log 2 + r, a polynomial of degree 6
 * for exp r (Cephes' expf), n into the exponent. Below -87 it is 0. */
static inline __attribute__ ((always_inline)) lanes
exp_of (lanes x)
{
  lane_words tiny = x < -87.0f;
  lanes n, r, p;
  lane_words whole;

  x = (lanes) (~tiny & (lane_words) x);
  n = x * 1.44269504088896341f - 0.5f;
  whole = __builtin_convertvector(n, lane_words); /* towards 0: x is negative */
  n = __builtin_convertvector(whole, lanes);
  r = x - n * 0.693359375f + n * 2.12194440e-4f;
  p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;

  return (lanes) (~tiny & (lane_words) (p * (lanes) ((whole + 127) << 23)));
}

#include "kernels/cpu/token-body.h"

static lanes
load_some (const float *x, int64_t count, float rest)
{
  float padded[LANES];

  for (int i = 0; i < LANES; i++)
    padded[i] = i < count ? x[i] : rest;
  return *(lanes_in_memory *) padded;
}

/* What is no number is not hidden: it stays, and the loss with it. */
static float
largest (const float *x, int64_t count)
{
  lanes most = load_some (x, 0, -INFINITY);
  float result = -INFINITY;

  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes value = count - i >= LANES ? *(const lanes_in_memory *) (x + i)
                                       : load_some (x + i, count - i, -INFINITY);
      lane_words keep = value <= most;

      most = (lanes) ((keep & (lane_words) most) | (~keep & (lane_words) value));
    }
  for (int k = 0; k < LANES; k++)
    result = most[k] <= result ? result : most[k];

  return result;
}

static double
exp_sum (const float *x, int64_t count, float shift, int64_t skip)
{
  double sum = 0;

  /* Blocks keep each float sum short. */
  for (int64_t from = 0; from < count; from += 64 * LANES)
    {
      int64_t to = from + 64 * LANES < count ? from + 64 * LANES : count;
      lanes part = { 0 };

      for (int64_t i = from; i < to; i += LANES)
        {
          lanes value = count - i >= LANES ? *(const lanes_in_memory *) (x + i)
                                           : load_some (x + i, count - i, -INFINITY);

          if (skip >= i && skip < i + LANES)
            value[skip - i] = -INFINITY;
          part += exp_of (value - shift);
        }
      for (int k = 0; k < LANES; k++)
        sum += part[k];
    }

  return sum;
}

static void
exp_pair (float *x, const float *shifts, int64_t count, float shift)
{
  int64_t i = 0;

  for (; i + LANES <= count; i += LANES)
    {
      lanes value = *(lanes_in_memory *) (x + i);

      *(lanes_in_memory *) (x + i)
          = exp_of (value - shift)
            + exp_of (value - *(const lanes_in_memory *) (shifts + i));
    }
  if (i < count)
    {
      lanes value = load_some (x + i, count - i, 0);
      lanes pair = exp_of (value - shift)
                   + exp_of (value - load_some (shifts + i, count - i, 0));

      for (int64_t k = 0; k < count - i; k++)
        x[i + k] = pair[k];
    }
}

static double
sum_of_squares (const float *x, int64_t count)
{
  double sum = 0;

  /* Blocks keep each float sum short. */
  for (int64_t from = 0; from < count; from += 4096)
    {
      int64_t to = from + 4096 < count ? from + 4096 : count;
      lanes part = { 0 };
      int64_t i = from;
      float block = 0;

      for (; i + LANES <= to; i += LANES)
        part += *(const lanes_in_memory *) (x + i) * *(const lanes_in_memory *) (x + i);
      for (; i < to; i++)
        block += x[i] * x[i];
      for (int k = 0; k < LANES; k++)
        block += part[k];
      sum += block;
    }

  return sum;
}

/* @learning_rate: of LARS the layer's own. */
static void
update (const pk_optimiser *optimiser, float *restrict value,
        const float *restrict gradient, float *restrict state0, float *restrict state1,
        int64_t count, float weight_decay, float learning_rate, float gradient_scale,
        int64_t step)
{
  float correction1 = 1 - powf (optimiser->beta1, (float) step);
  float correction2 = sqrtf (1 - powf (optimiser->beta2, (float) step));

  switch (optimiser->kind)
    {
    case PK_SGD:
      for (int64_t i = 0; i < count; i++)
        pk_sgd (&value[i], &state0[i], gradient_scale * gradient[i], weight_decay,
                optimiser->momentum, learning_rate);
      break;
    case PK_LARS:
      for (int64_t i = 0; i < count; i++)
        pk_lars (&value[i], &state0[i], gradient_scale * gradient[i], weight_decay,
                 optimiser->momentum, learning_rate);
      break;
    case PK_ADAMW:
      for (int64_t i = 0; i < count; i++)
        pk_adamw (&value[i], &state0[i], &state1[i], gradient_scale * gradient[i],
                  weight_decay, optimiser->beta1, optimiser->beta2, optimiser->epsilon,
                  learning_rate, correction1, correction2);
      break;
    }
}

#define TILE_PASSES(w)                                                                   \
  {                                                                                      \
    .width = w, .moments = moments_##w, .norm = norm_##w, .norm_sums = norm_sums_##w,    \
    .norm_gradient = norm_gradient_##w, .max_pool = max_pool_##w,                        \
    .max_pool_gradient = max_pool_gradient_##w, .mean_pixels = mean_pixels_##w,          \
    .spread = spread_##w,                                                                \
  }

const pk_passes PK_NAMED (pk_passes) = {
  .wide = TILE_PASSES (16),
  .narrow = TILE_PASSES (8),
  .winograd = &PK_NAMED (pk_winograd),
  .sum = add_arrays,
  .largest = largest,
  .exp_sum = exp_sum,
  .exp_pair = exp_pair,
  .activate = activate,
  .activate_gradient = activate_gradient,
  .row_moments = row_moments,
  .row_norm = row_norm,
  .row_norm_gradient = row_norm_gradient,
  .exp_row = exp_row,
  .softmax_gradient = softmax_gradient,
  .sum_of_squares = sum_of_squares,
  .update = update,
};
