/* half.h - numbers of 16 bits with a point
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * IEEE 754 binary16 with its subnormal numbers, infinities and NaN, in integer steps that
 * every instruction set has, so that the result does not depend on the machine.
 */
#ifndef PK_BODY_HALF_H
#define PK_BODY_HALF_H

#include <stdint.h>
#include <string.h>

#include "kernels/body/body.h"

/* The exponent of a half moved to a float's place is 112 too small. */
PK_BODY float
pk_from_half (uint16_t half)
{
  uint32_t rest = (uint32_t) (half & 0x7fff) << 13, bits;
  float value;

  memcpy (&value, &rest, sizeof value);
  value *= 0x1p112f;
  memcpy (&bits, &value, sizeof bits);
  bits |= (uint32_t) (half & 0x8000) << 16;
  bits |= rest >= 0x0f800000u ? 0x7f800000u : 0; /* infinite, or no number */
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* Rounded to the nearest, ties to even; beyond 65,504 infinite. */
PK_BODY uint16_t
pk_to_half (float value)
{
  uint32_t bits, sign, rest;

  memcpy (&bits, &value, sizeof bits);
  sign = bits >> 16 & 0x8000;
  bits &= 0x7fffffff;
  if (bits > 0x7f800000u)
    return (uint16_t) (sign | 0x7e00);
  if (bits >= 0x477ff000u) /* would be rounded to 65,536 */
    return (uint16_t) (sign | 0x7c00);
  if (bits < 0x38800000u) /* subnormal: the float's own addition rounds */
    {
      float magnitude;

      memcpy (&magnitude, &bits, sizeof magnitude);
      magnitude += 0.5f;
      memcpy (&rest, &magnitude, sizeof rest);
      return (uint16_t) (sign | (rest - 0x3f000000u));
    }
  rest = bits + 0xfff + (bits >> 13 & 1) - 0x38000000u;
  return (uint16_t) (sign | rest >> 13);
}

#endif /* PK_BODY_HALF_H */
