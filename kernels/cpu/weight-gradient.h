/* weight-gradient.h - the gradient of a convolution's weights, in bfloat16 on AVX-512
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * oneDNN sums over pairs of neighbouring pixels of a row, and loses near half of its
 * speed on the narrow pictures of the last layers. Here a pair is one pixel of two
 * images, which fits every width, and the products that padding would make are left out.
 */
#ifndef PK_WEIGHT_GRADIENT_H
#define PK_WEIGHT_GRADIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  int images;
  int in_channels, out_channels; /* multiples of 16 */
  int height, width, out_height, out_width;
  int kernel, stride, padding; /* a kernel of at most 3 */
} pk_weight_gradient_shape;

/* Bytes of working memory. */
size_t pk_weight_gradient_scratch (const pk_weight_gradient_shape *shape);

/* @x: input, @g: gradient of the output, both bfloat16 in blocks of 16 channels.
 * @gradient: (O, I, k, k) float32, written, or added to with @add. Sums run in the order
 * of the images whatever the number of threads. */
void pk_weight_gradient (int threads, const pk_weight_gradient_shape *shape,
                         const uint16_t *x, const uint16_t *g, float *gradient, bool add,
                         void *scratch);

#endif /* PK_WEIGHT_GRADIENT_H */
