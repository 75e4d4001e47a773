/* axes.c - the frame of a plot: ranges, ticks and their numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/axes.h"

#include <math.h>

#define TICK 3.0 /* length, points */
#define GAP 2.5  /* between tick and number */
#define LINE 0.6 /* width of the frame */
#define INK 0.25 /* grey of the frame and its words */
#define POINTS_A_TICK 36.0

static const PhenoTextStyle number_style = { .size = PHENO_TEXT_SMALL, .grey = INK };
static const PhenoTextStyle label_style = { .size = PHENO_TEXT_LABEL, .grey = 0.1 };

void
pheno_range_add (PhenoRange *range, double value)
{
  if (!isfinite (value))
    return;
  range->low = MIN (range->low, value);
  range->high = MAX (range->high, value);
}

void
pheno_range_widen (PhenoRange *range, double share)
{
  double width;

  if (!(range->low <= range->high))
    *range = (PhenoRange){ 0, 1 };
  width = range->high - range->low;
  /* The numbers beside such ticks would all be the same. */
  if (width <= MAX (fabs (range->low), fabs (range->high)) * 1e-9)
    width = MAX (fabs (range->low), 1) * 0.5 / MAX (share, 0.01);
  range->low -= share * width;
  range->high += share * width;
}

double
pheno_tick_step (PhenoRange range, int most)
{
  double least = (range.high - range.low) / MAX (most, 1);
  double power = pow (10, floor (log10 (least)));
  double times = least / power;

  return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

/* As many ticks as there is room for, but two at least: one alone gives no scale. */
static double
step_of (PhenoRange range, double length)
{
  int most = MAX (2, (int) (length / POINTS_A_TICK));
  double step = pheno_tick_step (range, most);

  while (floor (range.high / step) - ceil (range.low / step) < 1 && most < 20)
    step = pheno_tick_step (range, ++most);
  return step;
}

static double
x_step (const PhenoAxes *axes)
{
  return step_of (axes->x, axes->right - axes->left);
}

static double
y_step (const PhenoAxes *axes)
{
  return step_of (axes->y, axes->bottom - axes->top);
}

static double
widest_number (PhenoRange range, double step)
{
  double widest = 0;

  for (double at = ceil (range.low / step); at * step <= range.high; at++)
    {
      g_autofree char *number = pheno_text_number (at * step, step);
      double width, height;

      pheno_text_measure (&number_style, number, &width, &height);
      widest = MAX (widest, width);
    }
  return widest;
}

double
pheno_axes_left_room (const PhenoAxes *axes)
{
  return (axes->y_label != NULL ? label_style.size * 1.3 + 3 : 0)
         + widest_number (axes->y, y_step (axes)) + TICK + GAP;
}

double
pheno_axes_bottom_room (const PhenoAxes *axes)
{
  return (axes->x_label != NULL ? label_style.size * 1.3 + 2 : 0)
         + number_style.size * 1.3 + TICK + GAP;
}

void
pheno_axes_equal_scale (PhenoAxes *axes)
{
  double x = (axes->x.high - axes->x.low) / (axes->right - axes->left);
  double y = (axes->y.high - axes->y.low) / (axes->bottom - axes->top);
  PhenoRange *narrow = x < y ? &axes->x : &axes->y;
  double grow = (MAX (x, y) / MIN (x, y) - 1) / 2 * (narrow->high - narrow->low);

  narrow->low -= grow;
  narrow->high += grow;
}

static void
draw_line (cairo_t *cairo, double x1, double y1, double x2, double y2, double width,
           double grey)
{
  cairo_set_source_rgb (cairo, grey, grey, grey);
  cairo_set_line_width (cairo, width);
  cairo_move_to (cairo, x1, y1);
  cairo_line_to (cairo, x2, y2);
  cairo_stroke (cairo);
}

static void
draw_x (PhenoCanvas *canvas, const PhenoAxes *axes)
{
  PhenoTextStyle style = number_style;
  double step = x_step (axes);

  style.align = PHENO_TEXT_CENTRE;
  for (double at = ceil (axes->x.low / step); at * step <= axes->x.high; at++)
    {
      g_autofree char *number = pheno_text_number (at * step, step);
      double x = pheno_axes_x (axes, at * step);

      draw_line (canvas->cairo, x, axes->bottom, x, axes->bottom + TICK, LINE, INK);
      pheno_text_draw (canvas, &style, x, axes->bottom + TICK + GAP - 1, number);
    }
  if (axes->x_label != NULL)
    {
      style = label_style;
      style.align = PHENO_TEXT_CENTRE;
      style.width = axes->right - axes->left;
      pheno_text_draw (canvas, &style, (axes->left + axes->right) / 2,
                       axes->bottom + TICK + GAP + number_style.size * 1.3,
                       axes->x_label);
    }
}

static void
draw_y (PhenoCanvas *canvas, const PhenoAxes *axes)
{
  PhenoTextStyle style = number_style;
  double step = y_step (axes);

  style.align = PHENO_TEXT_RIGHT;
  for (double at = ceil (axes->y.low / step); at * step <= axes->y.high; at++)
    {
      g_autofree char *number = pheno_text_number (at * step, step);
      double y = pheno_axes_y (axes, at * step);

      if (axes->grid)
        draw_line (canvas->cairo, axes->left, y, axes->right, y, 0.4, 0.88);
      draw_line (canvas->cairo, axes->left - TICK, y, axes->left, y, LINE, INK);
      pheno_text_draw_middle (canvas, &style, axes->left - TICK - GAP, y, number);
    }
  if (axes->y_label != NULL)
    {
      style = label_style;
      style.width = axes->bottom - axes->top;
      pheno_text_draw_upwards (canvas, &style, axes->left - pheno_axes_left_room (axes),
                               (axes->top + axes->bottom) / 2, axes->y_label);
    }
}

void
pheno_axes_draw (PhenoCanvas *canvas, const PhenoAxes *axes)
{
  draw_y (canvas, axes);
  draw_x (canvas, axes);
  draw_line (canvas->cairo, axes->left, axes->bottom, axes->right + LINE / 2,
             axes->bottom, LINE, INK);
  draw_line (canvas->cairo, axes->left, axes->top, axes->left, axes->bottom + LINE / 2,
             LINE, INK);
}
