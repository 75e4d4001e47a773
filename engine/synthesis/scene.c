/* scene.c - the picture of a specimen, point by point: card, shadow, wings, body, pin,
 * scale
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/synthesis/wing.h"

/* Hinges of fore- and hindwing from the thorax, in wing units. */
static const float hinge[2][2] = { { 0.030f, 0.035f }, { 0.030f, -0.010f } };

typedef struct
{
  float weight[PHENO_N_SCENE];
  float light;
} Point;

static void
lay (Point *below, const float *weight, int n, float light, float share)
{
  for (int i = 0; i < PHENO_N_SCENE; i++)
    below->weight[i] = below->weight[i] * (1 - share) + (i < n ? weight[i] * share : 0);
  below->light = below->light * (1 - share) + light * share;
}

static void
lay_one (Point *below, int material, float light, float share)
{
  float weight[PHENO_N_SCENE] = { 0 };

  weight[material] = 1;
  lay (below, weight, PHENO_N_SCENE, light, share);
}

/* Relief and scales: a slight roll of the membrane, and the grain of its scales. */
static float
wing_light (const PhenoSpecimen *specimen, const PhenoWingPoint *point, float x, float y)
{
  float roll = 0.05f * cosf (point->t * 44 + 1) * point->s + 0.06f * (point->s - 0.4f);
  float cloud = 0.05f * pheno_texture (specimen->texture + 7, x * 9, y * 9);
  float grain = 0.045f * pheno_texture (specimen->texture + 8, x * 95, y * 95);

  return (1 + roll + cloud) * (1 + grain);
}

/* The wings stand off the card on their pin; the lamp is above and to the left. */
static void
lay_shadow (const PhenoSpecimen *specimen, float x, float y, Point *below)
{
  float deepest = 0;

  x -= 0.028f;
  y += 0.040f;
  for (int wing = 0; wing < 2; wing++)
    {
      PhenoWingPoint point;

      if (pheno_wing_locate (&specimen->species.wing[wing], fabsf (x) - hinge[wing][0],
                             y - hinge[wing][1], specimen->lift[x >= 0][wing], &point))
        deepest = MAX (deepest, pheno_step (point.edge, 0.11f));
    }
  below->light *= 1 - 0.34f * deepest;
}

static void
lay_wing (const PhenoSpecimen *specimen, int wing, const PhenoWingPoint *point, float x,
          float y, float pixel, Point *below)
{
  float weight[PHENO_N_PARTS];

  if (point->edge < -0.5f * pixel)
    return;
  pheno_wing_paint (specimen, wing, point, pixel, weight);
  lay (below, weight, PHENO_N_PARTS, wing_light (specimen, point, x, y),
       pheno_step (point->edge, pixel));
}

/* @x, @y: wing units, unturned. What an upper wing hides is not painted. */
static void
lay_wings (const PhenoSpecimen *specimen, float x, float y, float pixel, Point *below)
{
  int side = x >= 0, upper = specimen->ventral ? 1 : 0, lower = 1 - upper;
  PhenoWingPoint point[2];

  for (int wing = 0; wing < 2; wing++)
    if (!pheno_wing_locate (&specimen->species.wing[wing], fabsf (x) - hinge[wing][0],
                            y - hinge[wing][1], specimen->lift[side][wing], &point[wing]))
      point[wing].edge = -1;

  if (point[upper].edge < 0.5f * pixel)
    {
      if (point[lower].edge < 0.5f * pixel)
        lay_shadow (specimen, x, y, below);
      lay_wing (specimen, lower, &point[lower], x, y, pixel, below);
      if (point[upper].edge > -0.05f) /* the upper wing's shadow on the lower one */
        below->light *= 1 - 0.22f * expf (MIN (point[upper].edge, 0) / 0.018f);
    }
  lay_wing (specimen, upper, &point[upper], x, y, pixel, below);
}

/* Height of a rounded body over an ellipse: 1 in the middle, negative outside. */
static float
swell (float x, float y, float cx, float cy, float rx, float ry)
{
  float u = (x - cx) / rx, v = (y - cy) / ry;

  return 1 - u * u - v * v;
}

static float
bezier (float from, float bend, float to, float u)
{
  float v = 1 - u;

  return v * v * from + 2 * u * v * bend + u * u * to;
}

static void
lay_antennae (float x, float y, float pixel, Point *below)
{
  const float from[2] = { 0.018f, 0.20f }, bend[2] = { 0.10f, 0.36f },
              to[2] = { 0.24f, 0.52f };
  float right = fabsf (x), nearest = G_MAXFLOAT, at = 0;

  if (right > 0.3f || y < 0.15f || y > 0.58f)
    return;
  for (int i = 0; i < 12; i++) /* a quadratic Bézier curve, in pieces */
    {
      float a[2], b[2], along;

      for (int k = 0; k < 2; k++)
        {
          a[k] = bezier (from[k], bend[k], to[k], i / 12.0f);
          b[k] = bezier (from[k], bend[k], to[k], (i + 1) / 12.0f) - a[k];
        }
      along = ((right - a[0]) * b[0] + (y - a[1]) * b[1]) / (b[0] * b[0] + b[1] * b[1]);
      along = CLAMP (along, 0, 1);
      float distance = hypotf (right - a[0] - along * b[0], y - a[1] - along * b[1]);

      if (distance < nearest)
        {
          nearest = distance;
          at = (i + along) / 12;
        }
    }
  float radius = 0.0045f + 0.011f * pheno_step (at - 0.93f, 0.12f);
  float width = MAX (radius, 0.45f * pixel);

  lay_one (below, PHENO_PART_BODY, 0.7f,
           pheno_step (width - nearest, pixel) * MIN (1, radius / width));
}

static void
lay_body (const PhenoSpecimen *specimen, float x, float y, float pixel, Point *below)
{
  float fuzz, rings, abdomen, thorax, head, eye;
  float soft = 2 * pixel / 0.06f; /* slope of the swelling at its edge */

  if (fabsf (x) > 0.14f || y > 0.30f || y < -0.62f)
    return;

  fuzz = 0.10f * pheno_texture (specimen->texture + 3, x * 130, y * 50);
  rings = 0.16f * sinf (y * 105);
  abdomen
      = swell (x, y, 0, -0.27f, 0.056f - 0.04f * CLAMP (-y - 0.27f, -0.1f, 0.3f), 0.27f);
  thorax = swell (x, y, 0, 0.03f, 0.082f, 0.15f);
  head = swell (x, y, 0, 0.185f, 0.046f, 0.042f);
  eye = swell (fabsf (x), y, 0.034f, 0.20f, 0.020f, 0.024f);
  lay_one (below, PHENO_PART_BODY, (0.55f + 0.85f * abdomen) * (1 + rings),
           pheno_step (abdomen + fuzz, soft));
  lay_one (below, PHENO_PART_BODY, 0.6f + 0.8f * head, pheno_step (head + fuzz, soft));
  lay_one (below, PHENO_PART_BODY, (0.65f + 0.75f * thorax) * (1 + 2 * fuzz),
           pheno_step (thorax + 2 * fuzz, soft));
  lay_one (below, PHENO_SCENE_INK, 0.6f + 0.6f * MAX (eye, 0),
           pheno_step (eye, 2 * soft));
  if (!specimen->ventral) /* the pin goes in from above */
    {
      float pin = hypotf (x, y - 0.05f);

      lay_one (below, PHENO_SCENE_GREY, 1, pheno_step (0.020f - pin, pixel));
      lay_one (below, PHENO_SCENE_WHITE, 0.95f,
               pheno_step (0.007f - hypotf (x + 0.006f, y - 0.057f), pixel));
    }
}

/* 1 inside a rectangle, with edges over a pixel. */
static float
box (float x, float y, float left, float right, float bottom, float top, float pixel)
{
  return pheno_step (MIN (x - left, right - x), pixel)
         * pheno_step (MIN (y - bottom, top - y), pixel);
}

/* Scale bar of five fields to the left, grey standards to the right. */
static void
lay_scale (float x, float y, float pixel, Point *below)
{
  if (y > -0.86f)
    return;
  for (int i = 0; i < 5; i++)
    lay_one (below, i % 2 ? PHENO_SCENE_WHITE : PHENO_SCENE_INK, 1,
             box (x, y, -0.92f + 0.08f * i, -0.84f + 0.08f * i, -0.935f, -0.905f, pixel));
  for (int i = 0; i < 3; i++)
    lay_one (below,
             i == 0   ? PHENO_SCENE_INK
             : i == 1 ? PHENO_SCENE_GREY
                      : PHENO_SCENE_WHITE,
             1,
             box (x, y, 0.68f + 0.08f * i, 0.755f + 0.08f * i, -0.945f, -0.87f, pixel));
}

float
pheno_specimen_at (const PhenoSpecimen *specimen, float x, float y, float pixel,
                   float *weight)
{
  float c = cosf (specimen->rotation), s = sinf (specimen->rotation);
  float dx = (x - specimen->x) / specimen->unit, dy = (y - specimen->y) / specimen->unit;
  float wx = c * dx + s * dy, wy = c * dy - s * dx, wing_pixel = pixel / specimen->unit;
  float fall_off = 1 - 0.055f * (x * x + y * y); /* of the lens and the lamp */
  Point point = { { 0 }, 1 };

  point.weight[PHENO_SCENE_CARD] = 1;
  point.light = 1 + 0.012f * pheno_texture (specimen->texture + 5, x * 70, y * 70)
                + 0.03f * y - 0.02f * x;
  lay_scale (x, y, pixel, &point);
  lay_wings (specimen, wx, wy, wing_pixel, &point);
  lay_antennae (wx, wy, wing_pixel, &point);
  lay_body (specimen, wx, wy, wing_pixel, &point);
  memcpy (weight, point.weight, sizeof point.weight);
  return point.light * fall_off;
}
