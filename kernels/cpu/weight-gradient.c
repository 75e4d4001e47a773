/* weight-gradient.c - the gradient of a convolution's weights, in bfloat16 on AVX-512
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Compiled for AVX512_BF16, called only where the processor has it. Its instruction adds
 * two products of bfloat16 to each of 16 floats. Both tensors are first packed:
 *
 *     [chunk of images][block of 16 channels][pixel][pair of images][channel][image]
 *
 * so that a vector holds 16 channels of one pixel of two images. Then, for 16 output
 * channels (a vector) and 16 input channels (each broadcast), one tap of the kernel is
 *
 *     sum += g[pixel][pair] x[pixel + tap][pair]
 *
 * over all pixels whose partner lies inside the picture: 16 sums in 16 registers, one
 * load and 16 products for each vector of g. A chunk of both stays in the second-level
 * cache while the taps pass over it.
 */
#include "kernels/cpu/weight-gradient.h"

#include <immintrin.h>

#include "kernels/cpu/parallel.h"

#define BLOCK 16
#define LARGEST_TAPS 9

/* Of a megabyte of second-level cache a core, half for a chunk of both tensors. */
#define CHUNK_BYTES (256 * 1024)
#define VECTOR_BYTES 64

typedef struct
{
  const pk_weight_gradient_shape *shape;
  const uint16_t *x, *g;
  uint16_t *packed_x, *packed_g;
  float *gradient;
  bool add;
  int pairs, pairs_in_chunk, chunks;
} gradient_pass;

static size_t
pixels_of_input (const pk_weight_gradient_shape *s)
{
  return (size_t) s->height * (size_t) s->width;
}

static size_t
pixels_of_output (const pk_weight_gradient_shape *s)
{
  return (size_t) s->out_height * (size_t) s->out_width;
}

static size_t
packed_bytes (const pk_weight_gradient_shape *s, int channels, size_t pixels)
{
  return (size_t) (s->images + 1) / 2 * 2 * (size_t) channels * pixels
         * sizeof (uint16_t);
}

size_t
pk_weight_gradient_scratch (const pk_weight_gradient_shape *shape)
{
  return packed_bytes (shape, shape->in_channels, pixels_of_input (shape))
         + packed_bytes (shape, shape->out_channels, pixels_of_output (shape));
}

/* Where the packed block @block of @chunk begins. */
static size_t
packed_at (const gradient_pass *pass, int chunk, int block, int blocks, size_t pixels)
{
  size_t first = (size_t) chunk * (size_t) pass->pairs_in_chunk;
  size_t left = (size_t) pass->pairs - first;
  size_t pairs
      = left < (size_t) pass->pairs_in_chunk ? left : (size_t) pass->pairs_in_chunk;

  return (first * (size_t) blocks + (size_t) block * pairs) * pixels * 2 * BLOCK;
}

static int
pairs_of (const gradient_pass *pass, int chunk)
{
  int left = pass->pairs - chunk * pass->pairs_in_chunk;

  return left < pass->pairs_in_chunk ? left : pass->pairs_in_chunk;
}

/* Packs one block of channels of one chunk. */
static void
pack (const gradient_pass *pass, const uint16_t *from, uint16_t *to, int chunk, int block,
      int blocks, size_t pixels)
{
  int pairs = pairs_of (pass, chunk);
  size_t image = (size_t) blocks * pixels * BLOCK; /* from an image to the next */

  to += packed_at (pass, chunk, block, blocks, pixels);
  for (int j = 0; j < pairs; j++)
    {
      int n = 2 * (chunk * pass->pairs_in_chunk + j);
      const uint16_t *first = from + (size_t) n * image + (size_t) block * pixels * BLOCK;
      bool has_second = n + 1 < pass->shape->images;

      for (size_t p = 0; p < pixels; p++)
        {
          __m512i even = _mm512_cvtepu16_epi32 (
              _mm256_loadu_si256 ((const void *) (first + p * BLOCK)));
          __m512i odd = _mm512_setzero_si512 ();

          if (has_second)
            odd = _mm512_cvtepu16_epi32 (
                _mm256_loadu_si256 ((const void *) (first + image + p * BLOCK)));
          _mm512_storeu_si512 (to + (p * (size_t) pairs + (size_t) j) * 2 * BLOCK,
                               _mm512_or_si512 (even, _mm512_slli_epi32 (odd, 16)));
        }
    }
}

static void
pack_cb (int item, void *user_data)
{
  gradient_pass *pass = user_data;
  const pk_weight_gradient_shape *s = pass->shape;
  int in_blocks = s->in_channels / BLOCK, out_blocks = s->out_channels / BLOCK;
  int chunk = item / (in_blocks + out_blocks), block = item % (in_blocks + out_blocks);

  if (block < in_blocks)
    pack (pass, pass->x, pass->packed_x, chunk, block, in_blocks, pixels_of_input (s));
  else
    pack (pass, pass->g, pass->packed_g, chunk, block - in_blocks, out_blocks,
          pixels_of_output (s));
}

/* sums[i] += over @count vectors of g and of x. */
static inline __attribute__ ((always_inline)) void
add_products (__m512 sums[BLOCK], const uint16_t *g, const uint16_t *x, size_t count)
{
  for (size_t r = 0; r < count; r++)
    {
      __m512bh both = (__m512bh) _mm512_loadu_si512 (g + r * 2 * BLOCK);
      const int32_t *pairs = (const int32_t *) (const void *) (x + r * 2 * BLOCK);

#pragma GCC unroll 16
      for (int i = 0; i < BLOCK; i++)
        sums[i]
            = _mm512_dpbf16_ps (sums[i], both, (__m512bh) _mm512_set1_epi32 (pairs[i]));
    }
}

/* The outputs from @first to before @last have input @position + k inside 0 ... size - 1.
 */
static void
inside (int outputs, int size, int stride, int shift, int *first, int *last)
{
  int from = shift < 0 ? (-shift + stride - 1) / stride : 0;
  int to = size - 1 - shift < 0 ? 0 : (size - 1 - shift) / stride + 1;

  *first = from;
  *last = to < outputs ? to : outputs;
}

/* One tap over one chunk. */
static void
add_tap (const gradient_pass *pass, const uint16_t *g, const uint16_t *x, int pairs,
         int tap, float *sums)
{
  const pk_weight_gradient_shape *s = pass->shape;
  int shift_y = tap / s->kernel - s->padding, shift_x = tap % s->kernel - s->padding;
  int first_y, last_y, first_x, last_x;
  size_t vector = (size_t) pairs * 2 * BLOCK; /* from a pixel to the next */
  __m512 a[BLOCK];

  inside (s->out_height, s->height, s->stride, shift_y, &first_y, &last_y);
  inside (s->out_width, s->width, s->stride, shift_x, &first_x, &last_x);
  if (first_x >= last_x)
    return;

#pragma GCC unroll 16
  for (int i = 0; i < BLOCK; i++)
    a[i] = _mm512_loadu_ps (sums + i * BLOCK);

  for (int y = first_y; y < last_y; y++)
    {
      const uint16_t *from_g
          = g + ((size_t) y * (size_t) s->out_width + (size_t) first_x) * vector;
      const uint16_t *from_x = x
                               + ((size_t) (y * s->stride + shift_y) * (size_t) s->width
                                  + (size_t) (first_x * s->stride + shift_x))
                                     * vector;

      if (s->stride == 1) /* a row of both is one run of vectors */
        add_products (a, from_g, from_x, (size_t) (last_x - first_x) * (size_t) pairs);
      else
        for (int i = first_x; i < last_x; i++)
          {
            add_products (a, from_g, from_x, (size_t) pairs);
            from_g += vector;
            from_x += (size_t) s->stride * vector;
          }
    }

#pragma GCC unroll 16
  for (int i = 0; i < BLOCK; i++)
    _mm512_storeu_ps (sums + i * BLOCK, a[i]);
}

/* All taps of 16 output and 16 input channels. */
static void
block_cb (int item, void *user_data)
{
  gradient_pass *pass = user_data;
  const pk_weight_gradient_shape *s = pass->shape;
  int in_blocks = s->in_channels / BLOCK, out_blocks = s->out_channels / BLOCK;
  int out_block = item / in_blocks, in_block = item % in_blocks;
  int taps = s->kernel * s->kernel;
  float sums[LARGEST_TAPS][BLOCK * BLOCK] __attribute__ ((aligned (VECTOR_BYTES)))
  = { 0 };

  for (int chunk = 0; chunk < pass->chunks; chunk++)
    {
      const uint16_t *g
          = pass->packed_g
            + packed_at (pass, chunk, out_block, out_blocks, pixels_of_output (s));
      const uint16_t *x
          = pass->packed_x
            + packed_at (pass, chunk, in_block, in_blocks, pixels_of_input (s));

      for (int tap = 0; tap < taps; tap++)
        add_tap (pass, g, x, pairs_of (pass, chunk), tap, sums[tap]);
    }

  for (int o = 0; o < BLOCK; o++)
    {
      float *to = pass->gradient
                  + ((size_t) (out_block * BLOCK + o) * (size_t) s->in_channels
                     + (size_t) in_block * BLOCK)
                        * (size_t) taps;

      for (int i = 0; i < BLOCK; i++)
        for (int tap = 0; tap < taps; tap++, to++)
          *to = sums[tap][i * BLOCK + o] + (pass->add ? *to : 0);
    }
}

void
pk_weight_gradient (int threads, const pk_weight_gradient_shape *shape, const uint16_t *x,
                    const uint16_t *g, float *gradient, bool add, void *scratch)
{
  gradient_pass pass = { .shape = shape,
                         .x = x,
                         .g = g,
                         .packed_x = scratch,
                         .gradient = gradient,
                         .add = add,
                         .pairs = (shape->images + 1) / 2 };
  int in_blocks = shape->in_channels / BLOCK, out_blocks = shape->out_channels / BLOCK;
  size_t pixels = pixels_of_input (shape);

  pass.packed_g = (uint16_t *) ((char *) scratch
                                + packed_bytes (shape, shape->in_channels, pixels));
  pass.pairs_in_chunk = (int) (CHUNK_BYTES / (pixels * VECTOR_BYTES));
  if (pass.pairs_in_chunk < 1)
    pass.pairs_in_chunk = 1;
  if (pass.pairs_in_chunk > pass.pairs)
    pass.pairs_in_chunk = pass.pairs;
  pass.chunks = (pass.pairs + pass.pairs_in_chunk - 1) / pass.pairs_in_chunk;

  pk_parallel (threads, pass.chunks * (in_blocks + out_blocks), pack_cb, &pass);
  pk_parallel (threads, in_blocks * out_blocks, block_cb, &pass);
}
