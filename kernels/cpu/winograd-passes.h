/* winograd-passes.h - the parts of Winograd's algorithm that are compiled for each
 * instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A convolution of 3 x 3 makes tiles of 4 x 4 outputs. A tile takes 36 places: the
 * values of polynomials at six points along each side (winograd-passes.c). At each place
 * stands a matrix of its own, so a convolution becomes 36 matrix products:
 *
 *     at each place, a vector of channels of a tile after the other:
 *         tiles  [channels / width][tile][width]
 *         kernel [input channel][2 width outputs]
 *         result [tile][2 width outputs]
 *
 * Matrices of neighbouring places stand a stride apart.
 */
#ifndef PK_WINOGRAD_PASSES_H
#define PK_WINOGRAD_PASSES_H

#include "kernels/pk.h"

#define PK_WINOGRAD_TILE 4
#define PK_WINOGRAD_PLACES 36

/* One vector of channels of all images. */
typedef struct
{
  pk_precision type;
  int block; /* samples from a pixel to the next */
  int height, width;
  int border;           /* rows and columns of zeros that the first tile begins with */
  int tiles_y, tiles_x; /* of an image */
  size_t image;         /* samples from an image to the next */
} pk_winograd_picture;

/* What is done to a vector of output channels: y = scale (x) + bias [+ skip], relu. All
 * pointers are optional; @skip stands as the output does. */
typedef struct
{
  const float *scale, *bias;
  const void *skip;
  bool relu;
} pk_winograd_ending;

typedef struct
{
  int width; /* channels in a vector; blocks of tensors are multiples of it */
  int rows;  /* tiles that are multiplied together */

  /* From pixels to places, for @count tiles from @first; then zeros up to a multiple of
   * @rows. Of a gradient of outputs for the weights' gradient: spread. */
  void (*gather) (const pk_winograd_picture *picture, const void *x, int first, int count,
                  float *places, size_t stride);
  void (*spread) (const pk_winograd_picture *picture, const void *g, int first, int count,
                  float *places, size_t stride);

  /* From places back to pixels; @m has @row floats for a tile. */
  void (*finish) (const pk_winograd_picture *picture, const float *m, size_t stride,
                  int row, int first, int count, const pk_winograd_ending *ending,
                  void *y);

  /* From kernels of @vectors x width outputs and @channels inputs to places. A kernel's
   * nine weights stand together; @out_step and @in_step lead from a channel to the next.
   * @turned: by half a turn, as the gradient of the input needs them. */
  void (*kernels) (const float *weights, size_t out_step, size_t in_step, bool turned,
                   int channels, int vectors, float *places, size_t stride);

  /* result = tiles kernel, at one place; @tile_step: floats from a vector of channels to
   * the next; @tiles: a multiple of @rows. */
  void (*product) (const float *tiles, size_t tile_step, int count, const float *kernel,
                   int channels, int vectors, float *result);

  /* sums (width outputs, inputs) [+]= g^T x over @count tiles, at one place */
  void (*gradient_product) (const float *g, const float *x, size_t x_step, int vectors,
                            int count, bool add, float *sums, size_t row);

  /* From places to the nine weights of one output and all inputs. */
  void (*weights) (const float *sums, size_t stride, int channels, bool add,
                   float *weights);
} pk_winograd_passes;

extern const pk_winograd_passes pk_winograd_generic;
#ifdef PK_HAVE_VARIANTS
extern const pk_winograd_passes pk_winograd_v3, pk_winograd_v4;
#endif
#ifdef PK_HAVE_AVX512_BFLOAT16
extern const pk_winograd_passes pk_winograd_bfloat16; /* v4 with its hardware rounding */
#endif

#endif /* PK_WINOGRAD_PASSES_H */
