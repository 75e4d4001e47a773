/* curves.c - lines over epochs or wavelengths
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/figure/axes.h"
#include "engine/figure/legend.h"

#define PLOT_SHAPE 0.5
#define LEGEND_GAP 10.0

/* A point between two gaps would be no line: it is a dot. */
static void
draw_curve (PhenoCanvas *canvas, const PhenoAxes *axes, const PhenoCurve *curve,
            guint group, guint n)
{
  cairo_t *cairo = canvas->cairo;
  gsize run = 0;
  double rgb[3];

  pheno_palette_colour (group, n, rgb);
  cairo_set_source_rgb (cairo, rgb[0], rgb[1], rgb[2]);
  cairo_set_line_width (cairo, 1.3);
  cairo_set_line_join (cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cairo, CAIRO_LINE_CAP_ROUND);
  cairo_new_path (cairo);
  for (gsize i = 0; i <= curve->length; i++)
    {
      gboolean is_there
          = i < curve->length && isfinite (curve->x[i]) && isfinite (curve->y[i]);

      if (!is_there)
        {
          if (run == 1)
            cairo_rel_line_to (cairo, 0, 0);
          run = 0;
          continue;
        }
      if (run++ == 0)
        cairo_move_to (cairo, pheno_axes_x (axes, curve->x[i]),
                       pheno_axes_y (axes, curve->y[i]));
      else
        cairo_line_to (cairo, pheno_axes_x (axes, curve->x[i]),
                       pheno_axes_y (axes, curve->y[i]));
    }
  cairo_stroke (cairo);
}

static gboolean
measure (const PhenoCurve *curves, gsize n, PhenoAxes *axes)
{
  gsize count = 0;

  for (gsize c = 0; c < n; c++)
    for (gsize i = 0; i < curves[c].length; i++)
      if (isfinite (curves[c].x[i]) && isfinite (curves[c].y[i]))
        {
          pheno_range_add (&axes->x, curves[c].x[i]);
          pheno_range_add (&axes->y, curves[c].y[i]);
          count++;
        }
  pheno_range_widen (&axes->x, 0.02);
  pheno_range_widen (&axes->y, 0.06);
  return count > 0;
}

static void
fill_legend (const PhenoCurve *curves, gsize n, PhenoLegend *legend)
{
  legend->lines = TRUE;
  legend->n_groups = (guint) n;
  legend->names = g_new0 (char *, n + 1);
  legend->groups = g_new0 (int, n + 1);
  for (gsize c = 0; c < n; c++)
    if (curves[c].name != NULL)
      {
        legend->names[legend->n] = pheno_display_name (curves[c].name);
        legend->groups[legend->n++] = (int) c;
      }
}

gboolean
pheno_figure_curves (const PhenoCurve *curves, gsize n, const char *title,
                     const char *x_label, const char *y_label,
                     const PhenoFigureFile *file, GError **error)
{
  static const PhenoTextStyle title_style
      = { .size = PHENO_TEXT_TITLE, .grey = 0.05, .bold = TRUE };
  PhenoTextStyle style = title_style;
  PhenoAxes axes = { .x = PHENO_RANGE_EMPTY,
                     .y = PHENO_RANGE_EMPTY,
                     .x_label = x_label,
                     .y_label = y_label,
                     .grid = TRUE };
  double width = pheno_figure_width (file), top = title != NULL ? 16 : 2;
  g_auto (PhenoLegend) legend = { 0 };
  g_autoptr (PhenoCanvas) canvas = NULL;

  if (!measure (curves, n, &axes))
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("There is no curve to draw: it has no values that are numbers."));
      return FALSE;
    }
  fill_legend (curves, n, &legend);
  if ((canvas = pheno_canvas_new (file, PLOT_SHAPE * width, title, error)) == NULL)
    return FALSE;
  pheno_legend_place (&legend, width, canvas->height - top - 50, canvas->height * 0.3);

  axes.top = PHENO_MARGIN + top;
  axes.right = width - PHENO_MARGIN
               - (legend.beside && legend.n > 0 ? legend.width + LEGEND_GAP : 6);
  axes.bottom = canvas->height - PHENO_MARGIN
                - (legend.beside ? 0 : legend.height + LEGEND_GAP)
                - pheno_axes_bottom_room (&axes);
  axes.left = PHENO_MARGIN + pheno_axes_left_room (&axes);
  if (axes.right - axes.left < 20 || axes.bottom - axes.top < 20)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The figure is too small for its curves. Choose a larger width or height."));
      return FALSE;
    }

  pheno_axes_draw (canvas, &axes);
  for (gsize c = 0; c < n; c++)
    draw_curve (canvas, &axes, &curves[c], (guint) c, (guint) n);
  if (legend.beside)
    pheno_legend_draw (canvas, &legend, axes.right + LEGEND_GAP, axes.top);
  else
    pheno_legend_draw (canvas, &legend, PHENO_MARGIN,
                       axes.bottom + pheno_axes_bottom_room (&axes) + LEGEND_GAP);
  style.width = width - 2 * PHENO_MARGIN;
  if (title != NULL)
    pheno_text_draw (canvas, &style, PHENO_MARGIN, PHENO_MARGIN, title);

  return pheno_canvas_save (canvas, error);
}
