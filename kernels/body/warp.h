/* warp.h - where a pixel of a view comes from
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Crop, flips, turn and perspective are one homography, row by row in @inverse, from the
 * pixels of the view (u, v) to those of the source (x, y); a spline may bend what goes
 * into it. Pixel centres have whole coordinates, as in Kornia.
 */
#ifndef PK_BODY_WARP_H
#define PK_BODY_WARP_H

#include "kernels/body/elementary.h"

typedef struct
{
  double x, y;
} pk_point;

PK_BODY pk_point
pk_homography (const double inverse[9], double u, double v)
{
  double w = 1.0 / (inverse[6] * u + inverse[7] * v + inverse[8]);
  pk_point point = { (inverse[0] * u + inverse[1] * v + inverse[2]) * w,
                     (inverse[3] * u + inverse[4] * v + inverse[5]) * w };

  return point;
}

#define PK_SPLINE_POINTS 5

/* A thin-plate spline over a square of side 2 about 0 (Bookstein 1989,
 * doi:10.1109/34.24792): x' = affine . (1, x, y) + the sum over points of weight * r^2
 * log r, where r is the distance from the point. */
typedef struct
{
  float point[PK_SPLINE_POINTS][2], weight[PK_SPLINE_POINTS][2];
  float affine[3][2];
  float scale, shift; /* a pixel's coordinate times scale plus shift lies in the square */
  float unit;         /* 1 / scale */
} pk_spline;

/* From a pixel to where the spline takes it, both in pixels. */
PK_BODY void
pk_bend (const pk_spline *spline, float u, float v, float *bent_u, float *bent_v)
{
  float x = u * spline->scale + spline->shift, y = v * spline->scale + spline->shift;
  float to_x = spline->affine[0][0] + spline->affine[1][0] * x + spline->affine[2][0] * y;
  float to_y = spline->affine[0][1] + spline->affine[1][1] * x + spline->affine[2][1] * y;

  for (int i = 0; i < PK_SPLINE_POINTS; i++)
    {
      float across = x - spline->point[i][0], down = y - spline->point[i][1];
      float square = across * across + down * down;
      float bend = square > 1e-30f ? 0.5f * square * pk_log (square) : 0.0f;

      to_x += spline->weight[i][0] * bend;
      to_y += spline->weight[i][1] * bend;
    }
  *bent_u = (to_x - spline->shift) * spline->unit;
  *bent_v = (to_y - spline->shift) * spline->unit;
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
