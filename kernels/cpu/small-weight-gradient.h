/* small-weight-gradient.h - the gradient of a convolution's weights on pictures of few
 * pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_SMALL_WEIGHT_GRADIENT_H
#define PK_SMALL_WEIGHT_GRADIENT_H

#include "kernels/backend.h"

/* Bytes of scratch memory that pk_small_weight_gradient() needs for @step. */
size_t pk_small_weight_gradient_scratch (const pk_step *step);

/* Writes, or adds with @add, the gradient of the weights of convolution @step, plain
 * (O, I, kH, kW). Its input and the gradient of its output are float32 in blocks. */
pk_status pk_small_weight_gradient (const pk_step *step, float *gradient, bool add);

#endif /* PK_SMALL_WEIGHT_GRADIENT_H */
