/* winograd.h - convolutions of 3 x 3 with a quarter of the products
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * winograd-passes.c has the algorithm, here is the order in which memory is passed over.
 * Tiles are handled in groups, so that what a thread reads again and again stays in its
 * second-level cache. Every output is one sum over the channels in their order, whatever
 * the groups and the number of threads.
 */
#ifndef PK_WINOGRAD_H
#define PK_WINOGRAD_H

#include "kernels/cpu/winograd-passes.h"

typedef struct
{
  pk_precision type; /* of both pictures */
  int images;
  int in_channels, out_channels; /* multiples of the passes' width */
  int in_block, out_block;       /* likewise: of the tensors' formats */
  int height, width, out_height, out_width;
  int padding; /* 0 to 2 */
} pk_winograd_shape;

/* How a convolution is done: made once, for one number of threads. */
typedef struct
{
  const pk_winograd_passes *passes;
  pk_winograd_shape shape;
  int threads;
  int tiles_y, tiles_x, tiles; /* of an image twice, of all */
  int group, groups;           /* tiles in a group */
  bool turned;                 /* the gradient of an input: weights by half a turn */
  bool by_kernels; /* a thread has its own kernels and shares tiles, not the reverse */
  size_t tile_floats, kernel_floats, result_floats; /* of a group, of two vectors */
} pk_winograd;

/* @turned: shape->in_channels are the convolution's outputs, and its weights (O, I, 3, 3)
 * are taken for the gradient of its input. */
void pk_winograd_plan (pk_winograd *winograd, const pk_winograd_passes *passes,
                       const pk_winograd_shape *shape, bool turned, int threads);
size_t pk_winograd_scratch (const pk_winograd *winograd);

/* @weights: plain (O, I, 3, 3) float32. @ending: or NULL; its arrays hold all channels.
 */
void pk_winograd_run (const pk_winograd *winograd, const void *x, const float *weights,
                      const pk_winograd_ending *ending, void *y, void *scratch);

/* The gradient of the weights. */
typedef struct
{
  const pk_winograd_passes *passes;
  pk_winograd_shape shape;
  int threads;
  int tiles_y, tiles_x, tiles;
  int group, groups; /* tiles whose places are in memory at once */
  int outputs;       /* output channels whose sums are in memory at once */
  size_t x_stride, g_stride, sum_stride;
} pk_winograd_gradient;

void pk_winograd_gradient_plan (pk_winograd_gradient *gradient,
                                const pk_winograd_passes *passes,
                                const pk_winograd_shape *shape, int threads);
size_t pk_winograd_gradient_scratch (const pk_winograd_gradient *gradient);

/* @x: input, @g: gradient of the output. @weights: (O, I, 3, 3), written, or added to. */
void pk_winograd_gradient_run (const pk_winograd_gradient *gradient, const void *x,
                               const void *g, float *weights, bool add, void *scratch);

/* One vector of channels of the input, or, with @out, of the output. */
pk_winograd_picture pk_winograd_picture_of (const pk_winograd_shape *shape, int tiles_y,
                                            int tiles_x, bool out);
/* Samples from the first pixel of the first channel to that of @channel. */
size_t pk_winograd_channel (const pk_winograd_picture *picture, int channel);

#endif /* PK_WINOGRAD_H */
