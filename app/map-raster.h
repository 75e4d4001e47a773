/* map-raster.h - the points of a map as one picture
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PhenoMapRaster: what is drawn
 * @points: (n, 2)
 * @scale: pixels of a unit of the map; @left, @top: pixels of the map's origin
 * @group: (nullable): n numbers, -1: grey
 * @shown: n flags; the others are left out, or faint where @faint
 * @selected: n flags: on top, with a ring; the others step back when there is one
 * @pictured: (nullable): n flags: drawn as pictures elsewhere
 * @radius: of a point, pixels
 * @ring: colour of the ring
 */
typedef struct
{
  const float *points;
  gsize n;
  double scale, left, top;
  const int *group;
  guint n_groups;
  const guint8 *shown, *selected, *pictured;
  gboolean faint, any_selected, dark;
  double radius;
  GdkRGBA ring;
} PhenoMapRaster;

/**
 * pheno_map_raster_draw:
 *
 * Each kind of point is drawn once and stamped where it belongs, so that 100,000 points
 * take some milliseconds with any renderer.
 */
GdkTexture *pheno_map_raster_draw (const PhenoMapRaster *raster, int width, int height);

/* The colour of a group on the screen: that of figures, but on a dark ground the darkest
 * ones are lightened, or nobody would see them. -1: grey. */
void pheno_map_colour (int group, guint n_groups, gboolean dark, GdkRGBA *colour);

/* One point, as the legend shows it. */
void pheno_map_draw_marker (cairo_t *cairo, int group, guint n_groups, gboolean dark,
                            double x, double y, double radius);

G_END_DECLS
