/* marker.h - the points of a map, by group
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/canvas.h"

G_BEGIN_DECLS

/**
 * pheno_marker_draw:
 * @group: -1: grey, smaller
 * @radius: points, of the disc; other shapes have its area
 * @alpha: 0 to 1
 */
void pheno_marker_draw (cairo_t *cairo, int group, guint n_groups, double x, double y,
                        double radius, double alpha);
/* The same with a dark edge. */
void pheno_marker_draw_selected (cairo_t *cairo, int group, guint n_groups, double x,
                                 double y, double radius);

G_END_DECLS
