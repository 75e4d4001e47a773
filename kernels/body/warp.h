/* warp.h - where a pixel of a view comes from
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Crop, flips, turn and perspective are one homography, row by row in @inverse, from the
 * pixels of the view (u, v) to those of the source (x, y). Pixel centres have whole
 * coordinates, as in Kornia.
 */
#ifndef PK_BODY_WARP_H
#define PK_BODY_WARP_H

#include "kernels/body/body.h"

typedef struct
{
  double x, y;
} pk_point;

PK_BODY pk_point
pk_homography (const double inverse[9], double u, double v)
{
  double w = inverse[6] * u + inverse[7] * v + inverse[8];
  pk_point point = { (inverse[0] * u + inverse[1] * v + inverse[2]) / w,
                     (inverse[3] * u + inverse[4] * v + inverse[5]) / w };

  return point;
}

/* Bilinear interpolation between four neighbours, @x and @y from 0 to 1. */
PK_BODY float
pk_bilinear (float top_left, float top_right, float bottom_left, float bottom_right,
             float x, float y)
{
  float top = top_left * (1.0f - x) + top_right * x;
  float bottom = bottom_left * (1.0f - x) + bottom_right * x;

  return top * (1.0f - y) + bottom * y;
}

/* Weight of a sample at @distance under a triangle of half-width @support; not yet
 * divided by the sum of all weights. */
PK_BODY double
pk_triangle (double distance, double support)
{
  double weight = 1.0 - (distance < 0 ? -distance : distance) / support;

  return weight > 0 ? weight : 0;
}

#endif /* PK_BODY_WARP_H */
