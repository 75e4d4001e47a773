/* wing.c - one wing: where a point lies in it, and what grows there
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The elements are those of the nymphalid ground plan (Schwanwitsch 1924, Süffert 1927):
 * a margin, a row of eyespots, bands, a spot at the end of the cell, dark at the hinge.
 * Each lies over the ones before it.
 */
#include "engine/synthesis/wing.h"

#include <math.h>
#include <string.h>

#define N_CELLS 7 /* spaces between the veins that reach the margin */

static guint32
hash (guint32 x)
{
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return x ^ (x >> 16);
}

static float
lattice (guint32 key, int x, int y)
{
  return (hash (key ^ hash ((guint32) x * 0x9E3779B9u + (guint32) y)) >> 8) * 0x1p-23f
         - 1;
}

float
pheno_texture (guint32 key, float x, float y)
{
  float fx = floorf (x), fy = floorf (y);
  int ix = (int) fx, iy = (int) fy;
  float u = x - fx, v = y - fy;

  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  return (1 - v) * ((1 - u) * lattice (key, ix, iy) + u * lattice (key, ix + 1, iy))
         + v * ((1 - u) * lattice (key, ix, iy + 1) + u * lattice (key, ix + 1, iy + 1));
}

/* Catmull-Rom through the knots, and the slope against t. */
static float
reach_at (const PhenoWingShape *shape, float t, float *slope)
{
  float position = CLAMP (t, 0, 1) * (PHENO_WING_KNOTS - 1);
  int k = MIN ((int) position, PHENO_WING_KNOTS - 2);
  float u = position - k;
  float p0 = shape->radius[MAX (k - 1, 0)], p1 = shape->radius[k],
        p2 = shape->radius[k + 1], p3 = shape->radius[MIN (k + 2, PHENO_WING_KNOTS - 1)];
  float a = p2 - p0, b = 2 * p0 - 5 * p1 + 4 * p2 - p3, c = 3 * p1 - p0 - 3 * p2 + p3;
  float reach = p1 + 0.5f * u * (a + u * (b + u * c));

  *slope = 0.5f * (a + u * (2 * b + 3 * u * c)) * (PHENO_WING_KNOTS - 1);
  if (shape->scallop > 0)
    {
      float phase = (float) (2 * G_PI) * N_CELLS * t;

      reach += 0.5f * shape->scallop * cosf (phase) * reach;
      *slope
          -= 0.5f * shape->scallop * (float) (2 * G_PI) * N_CELLS * sinf (phase) * reach;
    }
  if (shape->tail > 0)
    {
      float z = (t - shape->tail_at) / 0.035f;
      float tail = shape->tail * expf (-0.5f * z * z);

      reach += tail;
      *slope -= tail * z / 0.035f;
    }
  return reach;
}

gboolean
pheno_wing_locate (const PhenoWingShape *shape, float x, float y, float lift,
                   PhenoWingPoint *point)
{
  float r = sqrtf (x * x + y * y), longest = shape->radius[1] + shape->tail + 0.1f;
  float from = shape->angle_from * (float) (G_PI / 180),
        to = shape->angle_to * (float) (G_PI / 180);
  float q, angle, slope, outer;

  if (r > 1.15f * longest)
    return FALSE;

  q = MIN (r / longest, 1);
  angle = atan2f (y, x) - lift - shape->bulge * (float) (G_PI / 180) * 4 * q * (1 - q);
  point->span = from - to;
  point->t = (from - angle) / point->span;
  if (point->t < -0.6f || point->t > 1.6f)
    return FALSE;

  point->reach = reach_at (shape, point->t, &slope);
  point->s = r / point->reach;
  /* The margin is slanted against the circle: the distance to it is the shorter. */
  slope /= point->span * point->reach;
  outer = (point->reach - r) / sqrtf (1 + slope * slope);
  point->edge = MIN (outer, r * point->span * MIN (point->t, 1 - point->t));
  return TRUE;
}

/* Lays a part over what is there already. */
static void
cover (float *weight, int part, float share)
{
  share = CLAMP (share, 0, 1);
  for (int i = 0; i < PHENO_N_PARTS; i++)
    weight[i] *= 1 - share;
  weight[part] += share;
}

/* Distance in wing units from a place in the wing. */
static float
distance_to (const PhenoWingPoint *point, float s, float t)
{
  float along = (point->s - s) * point->reach;
  float across = (point->t - t) * point->span * 0.5f * (point->s + s) * point->reach;

  return hypotf (along, across);
}

/* Centre of the cell between two veins that @t lies in. */
static float
cell_centre (float t)
{
  return (floorf (t * N_CELLS) + 0.5f) / N_CELLS;
}

static void
paint_bands (const PhenoWingPattern *pattern, const PhenoWingPoint *point, float ragged,
             float soft, float *weight)
{
  if (pattern->suffusion > 0)
    cover (weight, PHENO_PART_BORDER,
           0.75f * pheno_step (pattern->suffusion - point->s, 0.22f));
  if (pattern->band_width > 0)
    {
      float centre = pattern->band + pattern->band_slant * (point->t - 0.5f)
                     + 0.006f * ragged
                     + 0.010f * cosf ((float) (2 * G_PI) * N_CELLS * point->t);
      float inside = 0.5f * pattern->band_width - fabsf (point->s - centre);

      cover (weight, PHENO_PART_PATCH,
             pheno_step (inside * point->reach, soft)
                 * pheno_step (point->t - 0.06f, 0.05f)
                 * pheno_step (0.97f - point->t, 0.05f));
    }
}

static void
paint_margin (const PhenoWingPattern *pattern, const PhenoWingPoint *point, float ragged,
              float soft, float *weight)
{
  if (pattern->tip > 0)
    {
      float edge = pattern->tip
                   + 0.5f * (point->t / pattern->tip_to) * (point->t / pattern->tip_to)
                         * (1 - pattern->tip);

      cover (weight, PHENO_PART_BORDER,
             pheno_step ((point->s - edge + 0.02f * ragged) * point->reach, 1.5f * soft)
                 * pheno_step (pattern->tip_to * 1.5f - point->t, 0.3f));
    }
  if (pattern->tip_spots > 0)
    for (int i = 0; i < 3; i++)
      cover (weight, PHENO_PART_SPOT,
             pheno_step (pattern->tip_spots * (1 - 0.2f * i)
                             - distance_to (point, 0.80f - 0.03f * i, 0.11f + 0.11f * i),
                         soft));
  if (pattern->border > 0)
    {
      float wave
          = 1 + 0.22f * cosf ((float) (2 * G_PI) * N_CELLS * point->t) + 0.15f * ragged;

      cover (weight, PHENO_PART_BORDER,
             pheno_step ((point->s - 1 + pattern->border * wave) * point->reach, soft));
    }
  if (pattern->border_spots > 0)
    {
      float t = cell_centre (point->t);
      float at = 1 - 0.55f * MAX (pattern->border, 0.07f);

      cover (weight, PHENO_PART_SPOT,
             pheno_step (pattern->border_spots - distance_to (point, at, t), soft));
    }
}

static void
paint_spots (const PhenoWingPattern *pattern, const PhenoWingPoint *point, float soft,
             float *weight)
{
  if (pattern->discal > 0)
    {
      float distance = distance_to (point, 0.50f, 0.30f);

      cover (weight, PHENO_PART_BORDER, pheno_step (pattern->discal - distance, soft));
      cover (weight, PHENO_PART_ACCENT,
             pheno_step (0.6f * pattern->discal - distance, soft));
    }
  for (int i = 0; i < pattern->eyespots; i++)
    {
      float share = pattern->eyespots > 1 ? i / (pattern->eyespots - 1.0f) : 0;
      float t
          = pattern->eyespot_from + share * (pattern->eyespot_to - pattern->eyespot_from);
      float radius = pattern->eyespot * (1 - 0.25f * fabsf (share - 0.4f));
      float distance = distance_to (point, pattern->eyespot_at, t);

      if (distance > radius + soft)
        continue;
      cover (weight, PHENO_PART_ACCENT, pheno_step (radius - distance, soft));
      cover (weight, PHENO_PART_BORDER, pheno_step (0.70f * radius - distance, soft));
      cover (weight, PHENO_PART_SPOT, pheno_step (0.26f * radius - distance, soft));
    }
}

/* Veins run from the end of the cell to the margin, and around the cell. */
static float
vein (const PhenoWingPoint *point, float pixel)
{
  float width = 0.008f, nearest;
  float t = point->t * N_CELLS;
  float across = fabsf (t - roundf (t)) / N_CELLS * point->span * point->s * point->reach;
  float around
      = fabsf (point->s - 0.46f - 0.10f * cosf ((point->t - 0.35f) * 5)) * point->reach;

  nearest = point->s > 0.46f ? across : G_MAXFLOAT;
  if (point->t > 0.12f && point->t < 0.72f)
    nearest = MIN (nearest, around);
  nearest
      = MIN (nearest, fabsf (point->t - 0.12f) * point->span * point->s * point->reach);
  nearest
      = MIN (nearest, fabsf (point->t - 0.72f) * point->span * point->s * point->reach);
  /* Thinner than a pixel it is fainter, not gone. */
  return pheno_step (0.5f * MAX (width, pixel) - nearest, pixel) * MIN (1, width / pixel);
}

void
pheno_wing_paint (const PhenoSpecimen *specimen, int wing, const PhenoWingPoint *point,
                  float pixel, float *weight)
{
  const PhenoWingPattern *pattern = &specimen->species.pattern[wing];
  float ragged = pheno_texture (specimen->texture + wing, point->t * 16, point->s * 7);
  float soft = MAX (1.2f * pixel, 0.012f); /* scales are not cut with a knife */

  memset (weight, 0, sizeof *weight * PHENO_N_PARTS);
  weight[PHENO_PART_GROUND] = 1;
  paint_bands (pattern, point, ragged, soft, weight);
  paint_margin (pattern, point, ragged, soft, weight);
  paint_spots (pattern, point, soft, weight);
  if (pattern->veins > 0)
    cover (weight, PHENO_PART_BORDER, 0.85f * pattern->veins * vein (point, pixel));
  /* The very edge carries a dark fringe. */
  cover (weight, PHENO_PART_BORDER, 0.55f * pheno_step (0.010f - point->edge, 0.012f));
}
