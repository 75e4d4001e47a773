/* pixels.c - weights of a resampling, and which instruction set runs the passes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/pixels.h"

#include <math.h>

#include "kernels/body/warp.h"

extern const pk_pixels pk_pixels_generic;
#ifdef PK_HAVE_VARIANTS
extern const pk_pixels pk_pixels_v3, pk_pixels_v4;
#endif

const pk_pixels *
pk_pixels_get (pk_isa isa)
{
#ifdef PK_HAVE_VARIANTS
  if (isa >= PK_ISA_V4)
    return &pk_pixels_v4;
  if (isa == PK_ISA_V3)
    return &pk_pixels_v3;
#endif
  return &pk_pixels_generic;
}

int
pk_colour_is_local (pk_colour_kind kind)
{
  return kind != PK_COLOUR_CONTRAST && kind != PK_COLOUR_SATURATION
         && kind != PK_COLOUR_HUE && kind != PK_COLOUR_GREY;
}

size_t
pk_taps_room (int length, double support)
{
  return (size_t) length * ((size_t) floor (2 * support) + 2);
}

/* The samples of one output, first <= sample <= last, without those of weight 0: they
 * cost time, and 0 times a NaN is a NaN. */
static void
find_samples (double centre, double support, int samples, int *first, int *last)
{
  double low = ceil (centre - support), high = floor (centre + support);

  if (pk_triangle (low - centre, support) == 0)
    low += 1;
  if (pk_triangle (high - centre, support) == 0)
    high -= 1;
  low = low < 0 ? 0 : low;
  high = high > samples - 1 ? samples - 1 : high;
  if (low > high) /* wholly beyond an end: the last sample there */
    low = high = centre < 0 ? 0 : samples - 1;

  *first = (int) low;
  *last = (int) high;
}

void
pk_taps_fill (pk_taps *taps, double origin, double step, double support, int samples)
{
  taps->low = samples;
  taps->high = taps->most = 0;
  for (int i = 0; i < taps->length; i++)
    {
      int first, last;

      find_samples (origin + i * step, support, samples, &first, &last);
      taps->start[i] = first;
      taps->count[i] = last - first + 1;
      taps->most = taps->count[i] > taps->most ? taps->count[i] : taps->most;
      taps->low = first < taps->low ? first : taps->low;
      taps->high = last + 1 > taps->high ? last + 1 : taps->high;
    }

  for (int i = 0; i < taps->length; i++)
    {
      double centre = origin + i * step, sum = 0;
      float *weight = taps->weight + (size_t) i * (size_t) taps->most;

      taps->first[i] = i * taps->most;
      for (int t = 0; t < taps->count[i]; t++)
        sum += pk_triangle (taps->start[i] + t - centre, support);
      for (int t = 0; t < taps->most; t++)
        weight[t] = 0;
      for (int t = 0; t < taps->count[i]; t++)
        weight[t]
            = sum > 0 ? (float) (pk_triangle (taps->start[i] + t - centre, support) / sum)
                      : 1.0f;
    }
}
