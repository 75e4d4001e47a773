/* parallel.c - many settings and what came of them: parallel coordinates
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Inselberg 1985, "The plane with parallel coordinates", doi:10.1007/BF01898350.
 */
#include "engine/figure/text.h"

#include "engine/figure/axes.h"

#define PLOT_SHAPE 0.55
#define TICK 3.0
#define LEAST_BETWEEN 30.0 /* points between two axes */

static const PhenoTextStyle number_style = { .size = PHENO_TEXT_SMALL, .grey = 0.25 };

typedef struct
{
  const PhenoParallelAxis *axes;
  PhenoRange *ranges; /* of each axis, of the logarithm where it has one */
  gsize n_axes, n_lines;
  const double *values; /* (n_lines, n_axes) */
  double left, right, top, bottom;
} Plot;

static double
placed (const PhenoParallelAxis *axis, double value)
{
  return axis->logarithmic ? log10 (value) : value;
}

static double
axis_x (const Plot *plot, gsize axis)
{
  return plot->left
         + (plot->right - plot->left) * (double) axis / (double) (plot->n_axes - 1);
}

static double
share_of (const Plot *plot, gsize axis, double value)
{
  const PhenoRange *range = &plot->ranges[axis];

  return (placed (&plot->axes[axis], value) - range->low) / (range->high - range->low);
}

static double
axis_y (const Plot *plot, gsize axis, double value)
{
  return plot->bottom - (plot->bottom - plot->top) * share_of (plot, axis, value);
}

/* FALSE: no line has all its values. */
static gboolean
measure (Plot *plot)
{
  gboolean any = FALSE;

  for (gsize a = 0; a < plot->n_axes; a++)
    {
      PhenoRange empty = PHENO_RANGE_EMPTY;

      plot->ranges[a] = empty;
      for (gsize i = 0; i < plot->n_lines; i++)
        pheno_range_add (&plot->ranges[a],
                         placed (&plot->axes[a], plot->values[i * plot->n_axes + a]));
      any |= isfinite (plot->ranges[a].low);
      pheno_range_widen (&plot->ranges[a], 0.05);
    }
  return any;
}

/* Lines run behind the numbers of the axes between: the paper shines through them less.
 */
static void
clear_behind (PhenoCanvas *canvas, const PhenoTextStyle *style, double x, double y,
              const char *word)
{
  double width, height;

  pheno_text_measure (style, word, &width, &height);
  cairo_save (canvas->cairo);
  cairo_set_source_rgba (canvas->cairo, 1, 1, 1, 0.85);
  cairo_rectangle (canvas->cairo,
                   style->align == PHENO_TEXT_RIGHT ? x - width - 1 : x - 1,
                   y - height / 2, width + 2, height);
  cairo_fill (canvas->cairo);
  cairo_restore (canvas->cairo);
}

static void
draw_tick (PhenoCanvas *canvas, const Plot *plot, gsize axis, double y, const char *word)
{
  PhenoTextStyle style = number_style;
  gboolean last = axis == plot->n_axes - 1;
  double x = axis_x (plot, axis);

  style.align = last ? PHENO_TEXT_LEFT : PHENO_TEXT_RIGHT;
  style.width = last ? 0 : (plot->right - plot->left) / (double) (plot->n_axes - 1) - 12;
  cairo_move_to (canvas->cairo, x, y);
  cairo_rel_line_to (canvas->cairo, last ? TICK : -TICK, 0);
  cairo_stroke (canvas->cairo);
  clear_behind (canvas, &style, x + (last ? TICK + 2 : -TICK - 2), y, word);
  pheno_text_draw_middle (canvas, &style, x + (last ? TICK + 2 : -TICK - 2), y, word);
}

static void
draw_axis (PhenoCanvas *canvas, const Plot *plot, gsize a)
{
  const PhenoParallelAxis *axis = &plot->axes[a];
  const PhenoRange *range = &plot->ranges[a];
  double x = axis_x (plot, a), step = pheno_tick_step (*range, 5);
  PhenoTextStyle style = { .size = PHENO_TEXT_SMALL,
                           .grey = 0.05,
                           .align = a == 0                  ? PHENO_TEXT_LEFT
                                    : a == plot->n_axes - 1 ? PHENO_TEXT_RIGHT
                                                            : PHENO_TEXT_CENTRE };

  cairo_set_source_rgb (canvas->cairo, 0.25, 0.25, 0.25);
  cairo_set_line_width (canvas->cairo, 0.8);
  cairo_move_to (canvas->cairo, x, plot->top);
  cairo_line_to (canvas->cairo, x, plot->bottom);
  cairo_stroke (canvas->cairo);
  pheno_text_draw (canvas, &style, a == 0 ? PHENO_MARGIN : x,
                   plot->bottom + 4 + (plot->n_axes > 3 ? (double) (a % 2) * 10 : 0),
                   axis->name);

  if (axis->words != NULL)
    {
      for (gsize i = 0; axis->words[i] != NULL; i++)
        draw_tick (canvas, plot, a, axis_y (plot, a, (double) i), axis->words[i]);
      return;
    }
  if (axis->logarithmic)
    step = MAX (step, 0.5);
  for (double at = ceil (range->low / step); at * step <= range->high; at++)
    {
      double value = axis->logarithmic ? pow (10, at * step) : at * step;
      g_autofree char *number
          = pheno_text_number (value, axis->logarithmic ? value : step);

      draw_tick (canvas, plot, a, axis_y (plot, a, value), number);
    }
}

static void
draw_line (PhenoCanvas *canvas, const Plot *plot, gsize line)
{
  const double *values = plot->values + line * plot->n_axes;
  gsize last = plot->n_axes - 1;
  double rgb[3];

  if (isfinite (values[last]))
    pheno_palette_ramp (share_of (plot, last, values[last]), rgb);
  else
    rgb[0] = rgb[1] = rgb[2] = 0.75; /* it gave no score */
  cairo_set_source_rgb (canvas->cairo, rgb[0], rgb[1], rgb[2]);
  cairo_set_line_width (canvas->cairo, 1.1);
  cairo_new_path (canvas->cairo);
  for (gsize a = 0; a < plot->n_axes && isfinite (placed (&plot->axes[a], values[a]));
       a++)
    cairo_line_to (canvas->cairo, axis_x (plot, a), axis_y (plot, a, values[a]));
  cairo_stroke (canvas->cairo);
}

static double
left_room (const Plot *plot)
{
  double widest = 12;

  for (gsize i = 0; plot->axes[0].words != NULL && plot->axes[0].words[i] != NULL; i++)
    {
      double width, height;

      pheno_text_measure (&number_style, plot->axes[0].words[i], &width, &height);
      widest = MAX (widest, width + 8);
    }
  return plot->axes[0].words != NULL ? MIN (widest, 90) : 40;
}

gboolean
pheno_figure_parallel (const PhenoParallelAxis *axes, gsize n_axes, const double *values,
                       gsize n_lines, const char *title, const PhenoFigureFile *file,
                       GError **error)
{
  g_autofree PhenoRange *ranges = g_new0 (PhenoRange, n_axes + 1);
  Plot plot = {
    .axes = axes, .ranges = ranges, .n_axes = n_axes, .n_lines = n_lines, .values = values
  };
  double width = pheno_figure_width (file), top = title != NULL ? 16 : 2;
  PhenoTextStyle style = { .size = PHENO_TEXT_TITLE, .grey = 0.05, .bold = TRUE };
  g_autoptr (PhenoCanvas) canvas = NULL;

  g_return_val_if_fail (n_axes >= 2, FALSE);

  if (!measure (&plot))
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("There is nothing to draw: no run has values that are numbers."));
      return FALSE;
    }
  if ((canvas = pheno_canvas_new (file, PLOT_SHAPE * width, title, error)) == NULL)
    return FALSE;

  plot.left = PHENO_MARGIN + left_room (&plot);
  plot.right = width - PHENO_MARGIN - 36;
  plot.top = PHENO_MARGIN + top;
  plot.bottom = canvas->height - PHENO_MARGIN - 24;
  if ((plot.right - plot.left) / (double) (n_axes - 1) < LEAST_BETWEEN
      || plot.bottom - plot.top < 20)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The figure is too small for its axes. Choose a larger width or height."));
      return FALSE;
    }

  for (gsize i = 0; i < n_lines; i++)
    draw_line (canvas, &plot, i);
  for (gsize a = 0; a < n_axes; a++)
    draw_axis (canvas, &plot, a);
  style.width = width - 2 * PHENO_MARGIN;
  if (title != NULL)
    pheno_text_draw (canvas, &style, PHENO_MARGIN, PHENO_MARGIN, title);

  return pheno_canvas_save (canvas, error);
}
