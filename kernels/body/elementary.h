/* elementary.h - logarithm, powers and sine, the same to the bit everywhere
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The mathematics library of one machine rounds another way than that of the next, and is
 * called once for each number. These are short polynomials (Moshier 1989, "Methods and
 * Programs for Mathematical Functions", the float functions of Cephes), right to about
 * one part in 10^7, without a branch, so a compiler makes lanes of them.
 */
#ifndef PK_BODY_ELEMENTARY_H
#define PK_BODY_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#include "kernels/body/body.h"

PK_BODY int32_t
pk_float_bits (float x)
{
  int32_t bits;

  memcpy (&bits, &x, sizeof bits);
  return bits;
}

PK_BODY float
pk_float_of_bits (int32_t bits)
{
  float x;

  memcpy (&x, &bits, sizeof x);
  return x;
}

/* Natural logarithm of a positive number; of 0 about -88, of others nothing of use. */
PK_BODY float
pk_log (float x)
{
  int32_t bits = pk_float_bits (x);
  int32_t exponent = (bits - 0x3f3504f3) >> 23; /* the rest lies about 1 */
  float f = pk_float_of_bits (bits - exponent * (1 << 23)) - 1.0f;
  float e = (float) exponent, square = f * f;
  float p = 7.0376836292e-2f;

  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  p = p * f * square;
  p = p - 2.12194440e-4f * e; /* the logarithm of 2 in two parts */
  p = p - 0.5f * square;
  return f + p + 0.693359375f * e;
}

/* 2 to the power of @x, which is held within -126 to 127. */
PK_BODY float
pk_exp2 (float x)
{
  int32_t whole;
  float f, p = 1.535336188319500e-4f;

  x = x > -126.0f ? x : -126.0f;
  x = x < 127.0f ? x : 127.0f;
  whole = (int32_t) (x + 128.5f) - 128; /* rounded: the sum is positive */
  f = x - (float) whole;
  p = p * f + 1.339887440266574e-3f;
  p = p * f + 9.618437357674640e-3f;
  p = p * f + 5.550332471162809e-2f;
  p = p * f + 2.402264791363012e-1f;
  p = p * f + 6.931472028550421e-1f;
  p = p * f + 1.0f;
  return p * pk_float_of_bits ((whole + 127) * (1 << 23));
}

/* @x to the power of @y, for 0 <= @x and 0 <= @y; 0 to the power of 0 is 1, and a NaN
 * stays one. */
PK_BODY float
pk_power (float x, float y)
{
  float power = pk_exp2 (y * (pk_log (x) * 1.4426950408889634f));

  power = x > 0.0f ? power : x;
  return y == 0.0f ? 1.0f : power;
}

/* Cosine and sine of @word turns of 2^-32. */
PK_BODY void
pk_turn (uint32_t word, float *cosine, float *sine)
{
  int32_t quarter = (int32_t) ((word + 0x20000000u) >> 30); /* the nearest */
  int32_t rest = (int32_t) (word - ((uint32_t) quarter << 30));
  float x = (float) rest * (1.57079632679489662f / 1073741824.0f);
  float z = x * x, s, c, a, b;

  s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f)
          * z * z
      - 0.5f * z + 1.0f;
  a = quarter & 1 ? s : c;
  b = quarter & 1 ? c : s;
  *cosine = (quarter + 1) & 2 ? -a : a;
  *sine = quarter & 2 ? -b : b;
}

#endif /* PK_BODY_ELEMENTARY_H */
