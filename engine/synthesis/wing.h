/* wing.h - one wing: where a point lies in it, and what grows there
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/synthesis/specimen.h"

/**
 * PhenoWingPoint:
 * @s, @t: see species.h
 * @reach: length of the fan at @t
 * @span: angle of the whole fan, radians
 * @edge: distance to the nearest edge, positive inside
 */
typedef struct
{
  float s, t, reach, span, edge;
} PhenoWingPoint;

/* @x, @y: from the hinge, right side, unturned. FALSE when the point is far outside. */
gboolean pheno_wing_locate (const PhenoWingShape *shape, float x, float y, float lift,
                            PhenoWingPoint *point);

/* @weight: (out caller-allocates): PHENO_N_PARTS shares, sum 1. @pixel: as wing units */
void pheno_wing_paint (const PhenoSpecimen *specimen, int wing,
                       const PhenoWingPoint *point, float pixel, float *weight);

/* Smooth noise of about -1 to 1 that changes over a distance of 1. */
float pheno_texture (guint32 key, float x, float y);

/* 0 below -@width / 2, 1 above @width / 2. */
static inline float
pheno_step (float distance, float width)
{
  float z = CLAMP (distance / width + 0.5f, 0, 1);

  return z * z * (3 - 2 * z);
}
