/* marker.c - the points of a map, by group
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/marker.h"

#include <math.h>

/* Corners at even angles, the first at @turn; every second one drawn in to @inner of the
 * radius. */
static void
polygon (cairo_t *cairo, double x, double y, double radius, int corners, double turn,
         double inner)
{
  for (int i = 0; i < corners; i++)
    {
      double angle = turn + 2 * G_PI * i / corners,
             length = i % 2 == 1 ? radius * inner : radius;

      cairo_line_to (cairo, x + length * cos (angle), y + length * sin (angle));
    }
  cairo_close_path (cairo);
}

static void
cross (cairo_t *cairo, double x, double y, double radius, double turn)
{
  double arm = radius * 0.36;
  const double corner[12][2]
      = { { -arm, -radius }, { arm, -radius }, { arm, -arm },     { radius, -arm },
          { radius, arm },   { arm, arm },     { arm, radius },   { -arm, radius },
          { -arm, arm },     { -radius, arm }, { -radius, -arm }, { -arm, -arm } };

  for (int i = 0; i < 12; i++)
    cairo_line_to (cairo, x + corner[i][0] * cos (turn) - corner[i][1] * sin (turn),
                   y + corner[i][0] * sin (turn) + corner[i][1] * cos (turn));
  cairo_close_path (cairo);
}

/* The factors give each shape about the area of the disc. */
void
pheno_marker_trace (cairo_t *cairo, guint shape, double x, double y, double radius)
{
  cairo_new_path (cairo);
  switch (shape)
    {
    case 1:
      polygon (cairo, x, y + radius * 0.2, radius * 1.45, 3, -G_PI / 2, 1);
      break;
    case 2:
      polygon (cairo, x, y, radius * 1.25, 4, G_PI / 4, 1);
      break;
    case 3:
      polygon (cairo, x, y, radius * 1.3, 4, 0, 1);
      break;
    case 4:
      polygon (cairo, x, y - radius * 0.2, radius * 1.45, 3, G_PI / 2, 1);
      break;
    case 5:
      cross (cairo, x, y, radius * 1.25, 0);
      break;
    case 6:
      polygon (cairo, x, y, radius * 1.55, 10, -G_PI / 2, 0.45);
      break;
    default:
      cairo_arc (cairo, x, y, radius, 0, 2 * G_PI);
    }
}

static void
fill (cairo_t *cairo, int group, guint n_groups, double x, double y, double radius,
      double alpha)
{
  double rgb[3] = { 0.72, 0.72, 0.72 };

  if (group >= 0)
    pheno_palette_colour ((guint) group, n_groups, rgb);
  pheno_marker_trace (cairo,
                      group >= 0 ? pheno_palette_shape ((guint) group, n_groups) : 0, x,
                      y, group >= 0 ? radius : radius * 0.8);
  cairo_set_source_rgba (cairo, rgb[0], rgb[1], rgb[2], alpha);
  cairo_fill_preserve (cairo);
}

void
pheno_marker_draw (cairo_t *cairo, int group, guint n_groups, double x, double y,
                   double radius, double alpha)
{
  fill (cairo, group, n_groups, x, y, radius, alpha);
  /* A white edge keeps neighbours apart. */
  cairo_set_source_rgba (cairo, 1, 1, 1, 0.8 * alpha);
  cairo_set_line_width (cairo, radius * 0.14);
  cairo_stroke (cairo);
}

void
pheno_marker_draw_selected (cairo_t *cairo, int group, guint n_groups, double x, double y,
                            double radius)
{
  fill (cairo, group, n_groups, x, y, radius * 1.1, 1);
  cairo_set_source_rgb (cairo, 0.05, 0.05, 0.05);
  cairo_set_line_width (cairo, radius * 0.35);
  cairo_stroke (cairo);
}
