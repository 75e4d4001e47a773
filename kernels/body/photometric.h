/* photometric.h - what colour operations do to one pixel
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The formulas are those of torchvision's ColorJitter, which Kornia's ColorJitter has too
 * (version 0.9): brightness multiplies, contrast and saturation blend with a grey, hue
 * turns in HSV, and each is held within 0 to 1. Comparisons are written so that a NaN
 * stays a NaN.
 */
#ifndef PK_BODY_PHOTOMETRIC_H
#define PK_BODY_PHOTOMETRIC_H

#include "kernels/body/elementary.h"

/* @x held within 0 to 1. */
PK_BODY float
pk_unit (float x)
{
  x = x < 0.0f ? 0.0f : x;
  return x > 1.0f ? 1.0f : x;
}

/* Luma of ITU-R BT.601. */
PK_BODY float
pk_luma (float r, float g, float b)
{
  return 0.299f * r + 0.587f * g + 0.114f * b;
}

/* @factor parts of @x and 1 - @factor parts of @other; a factor above 1 goes beyond @x.
 */
PK_BODY float
pk_blend (float x, float other, float factor)
{
  return pk_unit (factor * x + (1.0f - factor) * other);
}

/* Value of a pixel at a colour wheel's position, 0 <= hue < 6, counted from where the
 * band is strongest, less 5 (red), 3 (green) or 1 (blue). Smith 1978,
 * doi:10.1145/965139.807361, written without cases. */
PK_BODY float
pk_hue_band (float hue, float band, float value, float chroma)
{
  float k = hue + band;
  float ramp;

  k = k >= 6.0f ? k - 6.0f : k;
  ramp = k < 4.0f - k ? k : 4.0f - k;
  return value - chroma * pk_unit (ramp);
}

/* Turns the hue of a pixel by @sixths of 60 degrees, -3 to 3. */
PK_BODY void
pk_turn_hue (float *red, float *green, float *blue, float sixths)
{
  float r = *red, g = *green, b = *blue;
  float rg = r > g ? r : g, low = r > g ? g : r;
  float value = rg > b ? rg : b;
  float chroma, divisor, hue;
  float from_red, from_green, from_blue;

  low = low > b ? b : low;
  chroma = value - low;
  divisor = chroma == 0.0f ? 1.0f : chroma; /* a grey has no hue; any will do */

  from_red = (g - b) / divisor;
  from_green = (b - r) / divisor + 2.0f;
  from_blue = (r - g) / divisor + 4.0f;
  hue = g >= b ? from_green : from_blue;
  hue = (r >= g) & (r >= b) ? from_red : hue;

  hue += sixths;
  hue = hue < 0.0f ? hue + 6.0f : hue;
  hue = hue >= 6.0f ? hue - 6.0f : hue;

  *red = pk_hue_band (hue, 5.0f, value, chroma);
  *green = pk_hue_band (hue, 3.0f, value, chroma);
  *blue = pk_hue_band (hue, 1.0f, value, chroma);
}

/* Kornia's adjust_gamma. */
PK_BODY float
pk_gamma (float x, float gamma, float gain)
{
  return pk_unit (gain * pk_power (pk_unit (x), gamma));
}

/* @x on 2^bits levels, @unit = 2^(8 - bits): the lower bits of a byte are cut off. What
 * is added last is 0, or a NaN that stays one. */
PK_BODY float
pk_posterise (float x, float unit)
{
  float held = pk_unit (x);
  float level = (float) (int) (held * 255.0f);
  float cut = (float) (int) (level * (1.0f / unit)) * unit * (1.0f / 255.0f);

  return cut + (held - held);
}

/* Values at or above the threshold are turned round, after a shift. */
PK_BODY float
pk_solarise (float x, float threshold, float addition)
{
  x = pk_unit (pk_unit (x) + addition);
  return x < threshold ? x : 1.0f - x;
}

/* @x and a blurred @smooth: factor 0 is the blurred one, 1 @x, more is sharper. */
PK_BODY float
pk_sharpen (float x, float smooth, float factor)
{
  smooth = pk_unit (smooth);
  return pk_unit (smooth + (x - smooth) * factor);
}

/* @x where @share is 1, @behind where it is 0. */
PK_BODY float
pk_over (float x, float behind, float share)
{
  return behind + (x - behind) * share;
}

#endif /* PK_BODY_PHOTOMETRIC_H */
