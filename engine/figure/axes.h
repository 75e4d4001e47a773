/* axes.h - the frame of a plot: ranges, ticks and their numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/text.h"

G_BEGIN_DECLS

typedef struct
{
  double low, high;
} PhenoRange;

/**
 * PhenoAxes:
 * @left: edges of the plot on the canvas, points
 * @x: what it shows
 */
typedef struct
{
  double left, top, right, bottom;
  PhenoRange x, y;
  const char *x_label, *y_label; /* (nullable) */
  gboolean grid;                 /* faint lines at the ticks of y */
} PhenoAxes;

#define PHENO_RANGE_EMPTY                                                                \
  {                                                                                      \
    INFINITY, -INFINITY                                                                  \
  }

/* Takes @value in, unless it is no finite number. */
void pheno_range_add (PhenoRange *range, double value);
/* Adds @share of the width on both sides; a range of one value gets a width. */
void pheno_range_widen (PhenoRange *range, double share);

/* Distance of ticks, 1, 2 or 5 times a power of ten, so that there are at most @most. */
double pheno_tick_step (PhenoRange range, int most);

/* Points at the left that the numbers and the label of y take. */
double pheno_axes_left_room (const PhenoAxes *axes);
/* Points at the bottom. */
double pheno_axes_bottom_room (const PhenoAxes *axes);

/* Makes the narrower range wider, until a unit has the same length along x and y. */
void pheno_axes_equal_scale (PhenoAxes *axes);

void pheno_axes_draw (PhenoCanvas *canvas, const PhenoAxes *axes);

static inline double
pheno_axes_x (const PhenoAxes *axes, double x)
{
  return axes->left
         + (x - axes->x.low) / (axes->x.high - axes->x.low) * (axes->right - axes->left);
}

static inline double
pheno_axes_y (const PhenoAxes *axes, double y)
{
  return axes->bottom
         - (y - axes->y.low) / (axes->y.high - axes->y.low) * (axes->bottom - axes->top);
}

G_END_DECLS
