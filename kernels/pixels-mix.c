/* pixels-mix.c - bands as sums over their neighbours: spectra that are shifted or
 * smoothed
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All bands of a few pixels are copied aside, so that each sum reads what its neighbours
 * were.
 */
#include "kernels/pixels-variant.h"

/* Pixels that are copied aside: with hundreds of bands they still fit the second cache.
 */
#define FEW 256

static void
sum_bands (const float *restrict aside, const float *weight, int taps, int count,
           float *restrict out)
{
  for (int i = 0; i < count; i++)
    out[i] = aside[i] * weight[0];
  for (int t = 1; t < taps; t++)
    for (int i = 0; i < count; i++)
      out[i] += aside[t * FEW + i] * weight[t];
}

void
PK_NAMED (pk_mix) (float *view, size_t count, const pk_taps *taps, float *planes)
{
  for (size_t done = 0; done < count; done += FEW)
    {
      int block = count - done < FEW ? (int) (count - done) : FEW;

      for (int band = taps->low; band < taps->high; band++)
        memcpy (planes + (size_t) band * FEW, view + (size_t) band * count + done,
                (size_t) block * sizeof (float));
      for (int band = 0; band < taps->length; band++)
        if (taps->count[band] > 0)
          sum_bands (planes + (size_t) taps->start[band] * FEW,
                     taps->weight + taps->first[band], taps->count[band], block,
                     view + (size_t) band * count + done);
    }
}

int
PK_NAMED (pk_finite) (const float *values, size_t count)
{
  const uint32_t exponent = 0x7f800000u;
  uint32_t found = 0;

  for (size_t i = 0; i < count; i++)
    {
      uint32_t bits;

      memcpy (&bits, &values[i], sizeof bits);
      found |= (uint32_t) ((bits & exponent) == exponent);
    }
  return found == 0;
}
