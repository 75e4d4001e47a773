/* distortion.c - operations that change shapes: affine, perspective, thin-plate spline
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * As in geometry.c each adds the way back, from the new view's pixels to the old one's,
 * to the one map. What is drawn, and how, is Kornia's (0.9).
 */
#include <math.h>

#include "engine/augment/operation.h"

#define OUTSIDE_DOC                                                                      \
  N_ ("What comes in from beyond the image: zeros, its edge drawn out, or the median "   \
      "colour of its border")

/* Turns @map, 3 x 3, into its inverse; FALSE where it has none. */
static gboolean
invert (double map[9])
{
  const double *m = map;
  double inverse[9] = { m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8],
                        m[1] * m[5] - m[2] * m[4], m[5] * m[6] - m[3] * m[8],
                        m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
                        m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7],
                        m[0] * m[4] - m[1] * m[3] };
  double determinant = m[0] * inverse[0] + m[1] * inverse[3] + m[2] * inverse[6];

  if (!(fabs (determinant) > 1e-12))
    return FALSE;
  for (int i = 0; i < 9; i++)
    map[i] = inverse[i] / determinant;
  return TRUE;
}

/* Gauss and Jordan with pivots: columns @n to @width - 1 of the @n rows of @table become
 * the solution. */
static gboolean
solve (double *table, int n, int width)
{
  for (int k = 0; k < n; k++)
    {
      int pivot = k;

      for (int row = k + 1; row < n; row++)
        if (fabs (table[row * width + k]) > fabs (table[pivot * width + k]))
          pivot = row;
      if (!(fabs (table[pivot * width + k]) > 1e-12))
        return FALSE;
      for (int i = 0; i < width; i++)
        {
          double held = table[k * width + i];

          table[k * width + i] = table[pivot * width + i];
          table[pivot * width + i] = held;
        }
      for (int row = 0; row < n; row++)
        {
          double factor = table[row * width + k] / table[k * width + k];

          for (int i = k; i < width && row != k; i++)
            table[row * width + i] -= factor * table[k * width + i];
        }
    }
  for (int row = 0; row < n; row++)
    for (int i = n; i < width; i++)
      table[row * width + i] /= table[row * width + row];
  return TRUE;
}

/* ---- Affine ---- */

enum
{
  AFFINE_SHEAR_X,
  AFFINE_SHEAR_Y,
  AFFINE_SHIFT,
  AFFINE_SCALE,
  AFFINE_OUTSIDE
};

enum
{
  DRAWN_SHEAR_X,
  DRAWN_SHEAR_Y,
  DRAWN_SHIFT_X,
  DRAWN_SHIFT_Y,
  DRAWN_SCALE
};

static const PhenoParameterInfo affine_parameters[] = {
  { "shear-x", PHENO_PARAMETER_NUMBER, 0, 80, "10", NULL,
    N_ ("The largest angle by which upright lines lean, in degrees; drawn evenly from "
        "minus to plus this"),
    .title = N_ ("Shear across"), .usual = { 0, 30 } },
  { "shear-y", PHENO_PARAMETER_NUMBER, 0, 80, "0", NULL,
    N_ ("The largest angle by which level lines lean, in degrees; drawn evenly from "
        "minus to plus this"),
    .title = N_ ("Shear down"), .usual = { 0, 30 } },
  { "shift", PHENO_PARAMETER_NUMBER, 0, 1, "0.1", NULL,
    N_ ("The largest shift as a part of the view, in both directions"),
    .title = N_ ("Shift"), .usual = { 0, 0.5 } },
  { "scale", PHENO_PARAMETER_RANGE, 0.05, 20, "0.9;1.1", NULL,
    N_ ("What sizes are multiplied by"), .title = N_ ("Scale"), .usual = { 0.5, 2 } },
  { "outside", PHENO_PARAMETER_CHOICE, 0, 0, "zeros", pheno_outside_words, OUTSIDE_DOC,
    .title = N_ ("Outside"), .choice_titles = pheno_outside_titles },
  { NULL },
};
static const char *const affine_drawn[] = { N_ ("shear_x"), N_ ("shear_y"),
                                            N_ ("shift_x"), N_ ("shift_y"),
                                            N_ ("scale"),   NULL };

static void
draw_affine (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
             double *value)
{
  double shear_x = setting->value[AFFINE_SHEAR_X].number[0];
  double shear_y = setting->value[AFFINE_SHEAR_Y].number[0];
  double shift = setting->value[AFFINE_SHIFT].number[0] * frame->size;
  const double *scale = setting->value[AFFINE_SCALE].number;

  value[DRAWN_SHEAR_X] = pheno_stream_uniform (stream, 1, -shear_x, shear_x);
  value[DRAWN_SHEAR_Y] = pheno_stream_uniform (stream, 2, -shear_y, shear_y);
  value[DRAWN_SHIFT_X] = pheno_stream_uniform (stream, 3, -shift, shift);
  value[DRAWN_SHIFT_Y] = pheno_stream_uniform (stream, 4, -shift, shift);
  value[DRAWN_SCALE] = pheno_stream_uniform (stream, 5, scale[0], scale[1]);
}

/* The way forth, about the centre: sheared, as Kornia's get_shear_matrix2d, then scaled,
 * then shifted. */
static void
compose_affine (const PhenoDrawn *drawn, const PhenoFrame *frame, PhenoGeometry *geometry)
{
  const double *value = drawn->value;
  double a = tan (value[DRAWN_SHEAR_X] * G_PI / 180);
  double b = tan (value[DRAWN_SHEAR_Y] * G_PI / 180);
  double scale = value[DRAWN_SCALE], centre = (frame->size - 1) / 2.0;
  double m[4] = { scale, -scale * a, -scale * b, scale * (1 + a * b) };
  double map[9] = { m[0], m[1], centre - (m[0] + m[1]) * centre + value[DRAWN_SHIFT_X],
                    m[2], m[3], centre - (m[2] + m[3]) * centre + value[DRAWN_SHIFT_Y],
                    0,    0,    1 };

  if (!invert (map))
    return;
  map[6] = map[7] = 0;
  map[8] = 1;
  pheno_geometry_set_outside (
      geometry, frame, (PhenoOutside) drawn->setting->value[AFFINE_OUTSIDE].number[0]);
  pheno_geometry_before (geometry, map);
  geometry->moved = TRUE;
}

const PhenoOperationClass pheno_affine = {
  .info = { .name = "affine",
            .title = N_ ("Shear, shift, scale"),
            .doc = N_ ("Leans, moves and grows or shrinks within the view"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 40,
            .parameters = affine_parameters,
            .drawn = affine_drawn },
  .address = 10,
  .draw = draw_affine,
  .compose = compose_affine,
};

/* ---- Perspective ---- */

enum
{
  PERSPECTIVE_DISTORTION,
  PERSPECTIVE_OUTSIDE
};

static const PhenoParameterInfo perspective_parameters[] = {
  { "distortion", PHENO_PARAMETER_NUMBER, 0, 1, "0.2", NULL,
    N_ ("How far corners move inwards at most: 1 is half of the view"),
    .title = N_ ("Distortion"), .usual = { 0, 0.6 } },
  { "outside", PHENO_PARAMETER_CHOICE, 0, 0, "zeros", pheno_outside_words, OUTSIDE_DOC,
    .title = N_ ("Outside"), .choice_titles = pheno_outside_titles },
  { NULL },
};
static const char *const perspective_drawn[]
    = { N_ ("x1"), N_ ("y1"), N_ ("x2"), N_ ("y2"), N_ ("x3"),
        N_ ("y3"), N_ ("x4"), N_ ("y4"), NULL };

/* Upper left, upper right, lower right, lower left. */
static void
find_corners (double last, double corner[8])
{
  const double found[8] = { 0, 0, last, 0, last, last, 0, last };

  for (int i = 0; i < 8; i++)
    corner[i] = found[i];
}

static void
draw_perspective (const PhenoSetting *setting, const PhenoFrame *frame,
                  PhenoStream *stream, double *value)
{
  static const double inwards[8] = { 1, 1, -1, 1, -1, -1, 1, -1 };
  double extent = frame->size > 1 ? frame->size : 0;
  double reach = setting->value[PERSPECTIVE_DISTORTION].number[0] * extent / 2;

  find_corners (MAX (frame->size - 1, 1), value);
  for (guint i = 0; i < 8; i++)
    value[i] += inwards[i] * pheno_stream_uniform (stream, 1 + i, 0, reach);
}

/* The homography from the corners drawn to those of the view. */
static void
compose_perspective (const PhenoDrawn *drawn, const PhenoFrame *frame,
                     PhenoGeometry *geometry)
{
  const double *from = drawn->value;
  double to[8], table[8 * 9], map[9];

  find_corners (MAX (frame->size - 1, 1), to);
  for (int i = 0; i < 4; i++)
    {
      double x = from[2 * i], y = from[2 * i + 1], u = to[2 * i], v = to[2 * i + 1];
      const double rows[18]
          = { x, y, 1, 0, 0, 0, -u * x, -u * y, u, 0, 0, 0, x, y, 1, -v * x, -v * y, v };

      for (int k = 0; k < 18; k++)
        table[18 * i + k] = rows[k];
    }
  if (!solve (table, 8, 9)) /* corners in one line: nothing could be seen */
    return;
  for (int i = 0; i < 8; i++)
    map[i] = table[9 * i + 8];
  map[8] = 1;
  pheno_geometry_set_outside (
      geometry, frame,
      (PhenoOutside) drawn->setting->value[PERSPECTIVE_OUTSIDE].number[0]);
  pheno_geometry_before (geometry, map);
  geometry->moved = TRUE;
}

const PhenoOperationClass pheno_perspective = {
  .info = { .name = "perspective",
            .title = N_ ("Perspective"),
            .doc = N_ ("As seen from aside: the corners move inwards, each by itself"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 50,
            .parameters = perspective_parameters,
            .drawn = perspective_drawn },
  .address = 11,
  .draw = draw_perspective,
  .compose = compose_perspective,
};

/* ---- Thin-plate spline ---- */

enum
{
  SPLINE_SCALE,
  SPLINE_OUTSIDE
};

static const PhenoParameterInfo spline_parameters[] = {
  { "scale", PHENO_PARAMETER_NUMBER, 0, 0.5, "0.1", NULL,
    N_ ("How far the four corners and the middle move at most: 1 is half of the view"),
    .title = N_ ("Reach"), .usual = { 0, 0.3 } },
  { "outside", PHENO_PARAMETER_CHOICE, 0, 0, "zeros", pheno_outside_words, OUTSIDE_DOC,
    .title = N_ ("Outside"), .choice_titles = pheno_outside_titles },
  { NULL },
};
static const char *const spline_drawn[]
    = { N_ ("x1"), N_ ("y1"), N_ ("x2"), N_ ("y2"), N_ ("x3"), N_ ("y3"),
        N_ ("x4"), N_ ("y4"), N_ ("x5"), N_ ("y5"), NULL };

/* The corners and the middle of the square from -1 to 1, in Kornia's order. */
static const double spline_points[PK_SPLINE_POINTS][2]
    = { { -1, -1 }, { -1, 1 }, { 1, -1 }, { 1, 1 }, { 0, 0 } };

static void
draw_spline (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
             double *value)
{
  double scale = setting->value[SPLINE_SCALE].number[0];

  for (guint i = 0; i < 2 * PK_SPLINE_POINTS; i++)
    value[i] = spline_points[i / 2][i % 2]
               + pheno_stream_uniform (stream, 1 + i, -scale, scale);
}

static double
bend_of (double x, double y)
{
  double square = x * x + y * y;

  return square > 0 ? 0.5 * square * log (square) : 0;
}

/* The spline that takes the moved points back to their places. Kernels stand at the
 * places and not at the moved points, as in Kornia's get_tps_transform. */
static void
compose_spline (const PhenoDrawn *drawn, const PhenoFrame *frame, PhenoGeometry *geometry)
{
  enum
  {
    N = PK_SPLINE_POINTS + 3,
    WIDTH = N + 2
  };
  double table[N * WIDTH] = { 0 };
  pk_spline *spline = &geometry->spline;

  g_return_if_fail (!geometry->bent); /* there is one such operation */
  for (int i = 0; i < PK_SPLINE_POINTS; i++)
    {
      double x = drawn->value[2 * i], y = drawn->value[2 * i + 1];
      const double affine[3] = { 1, x, y };

      for (int k = 0; k < PK_SPLINE_POINTS; k++)
        table[i * WIDTH + k] = bend_of (x - spline_points[k][0], y - spline_points[k][1]);
      for (int k = 0; k < 3; k++)
        {
          table[i * WIDTH + PK_SPLINE_POINTS + k] = affine[k];
          table[(PK_SPLINE_POINTS + k) * WIDTH + i] = affine[k];
        }
      for (int k = 0; k < 2; k++)
        table[i * WIDTH + N + k] = spline_points[i][k];
    }
  if (!solve (table, N, WIDTH))
    return;

  for (int i = 0; i < N; i++)
    for (int k = 0; k < 2; k++)
      {
        float weight = (float) table[i * WIDTH + N + k];

        if (i < PK_SPLINE_POINTS)
          {
            spline->weight[i][k] = weight;
            spline->point[i][k] = (float) spline_points[i][k];
          }
        else
          spline->affine[i - PK_SPLINE_POINTS][k] = weight;
      }
  spline->scale = 2.0f / (float) frame->size;
  spline->shift = 1.0f / (float) frame->size - 1.0f;
  spline->unit = (float) frame->size / 2.0f;
  geometry->bent = TRUE;
  for (int i = 0; i < 9; i++)
    geometry->after[i] = i % 4 == 0;
  pheno_geometry_set_outside (
      geometry, frame, (PhenoOutside) drawn->setting->value[SPLINE_OUTSIDE].number[0]);
}

const PhenoOperationClass pheno_thin_plate_spline = {
  .info = { .name = "thin-plate-spline",
            .title = N_ ("Thin-plate spline"),
            .doc = N_ ("Bends smoothly: the corners and the middle move, each by itself"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 60,
            .parameters = spline_parameters,
            .drawn = spline_drawn },
  .address = 12,
  .draw = draw_spline,
  .compose = compose_spline,
};
