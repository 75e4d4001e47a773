/* noise.h - numbers of the normal distribution out of random words
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_BODY_NOISE_H
#define PK_BODY_NOISE_H

#include <math.h>

#include "kernels/body/elementary.h"

/* Two numbers of mean 0 and variance 1 out of two words: Box and Muller 1958,
 * doi:10.1214/aoms/1177706645. The first is even over 2^-24 to 1, so that none lies
 * further out than 5.8. */
PK_BODY void
pk_normal_pair (uint32_t first, uint32_t second, float *a, float *b)
{
  float even = (float) (int32_t) ((first >> 8) + 1) * (1.0f / 16777216.0f);
  float minus_log = -2.0f * pk_log (even);
  float radius = sqrtf (minus_log > 0.0f ? minus_log : 0.0f);
  float cosine, sine;

  pk_turn (second, &cosine, &sine);
  *a = radius * cosine;
  *b = radius * sine;
}

/* What a sensor reads for @x, 0 to 1, when full is @electrons: photons come one by one,
 * so their number varies by its root (Poisson, in its normal limit), and the read-out
 * adds @read electrons. @normal: a number of the normal distribution. */
PK_BODY float
pk_sensor (float x, float electrons, float read, float normal)
{
  float counted = x * electrons;
  float variance = (counted > 0.0f ? counted : 0.0f) + read * read;

  return x + normal * sqrtf (variance) / electrons;
}

#endif /* PK_BODY_NOISE_H */
