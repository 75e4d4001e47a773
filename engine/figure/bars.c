/* bars.c - a bar for each name, in panels side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *              panel 1              panel 2
 *     red    |■■■■■■|--          |■■■
 *            |□□□□-|-            |□□□□
 *     green  |■■                 |■■
 *            0     10  20        0    0.2
 */
#include "engine/figure/axes.h"
#include "engine/figure/legend.h"

#define TITLE_ROOM 17.0
#define BAR 6.0       /* thickness, points */
#define LEAST_BAR 1.2 /* thinner are no bars */
#define ROW_GAP 4.0   /* between the bars of two names */
#define PANEL_GAP 16.0
#define TICKS_ROOM 12.0
#define LABEL_ROOM 14.0
#define LEGEND_GAP 8.0
#define WIDEST_NAMES 0.35 /* of the figure */

typedef struct
{
  const char *const *names;
  gsize n;
  const PhenoBarPanel *panels;
  gsize n_panels;
  double left, width; /* of the first panel; of each */
  double top, bar, row;
} Layout;

static gsize
most_series (const PhenoBarPanel *panels, gsize n_panels)
{
  gsize most = 1;

  for (gsize p = 0; p < n_panels; p++)
    most = MAX (most, panels[p].n_series);
  return most;
}

static PhenoRange
range_of (const PhenoBarPanel *panel, gsize n)
{
  PhenoRange range = PHENO_RANGE_EMPTY;

  pheno_range_add (&range, 0);
  for (gsize s = 0; s < panel->n_series; s++)
    for (gsize i = 0; i < n; i++)
      {
        const PhenoBarSeries *series = &panel->series[s];

        pheno_range_add (&range, series->value[i]);
        if (series->low != NULL)
          pheno_range_add (&range, series->low[i]);
        if (series->high != NULL)
          pheno_range_add (&range, series->high[i]);
      }
  if (!(range.high > range.low))
    range.high = range.low + 1;
  if (range.high > 0)
    range.high += 0.05 * (range.high - range.low);
  if (range.low < 0)
    range.low -= 0.05 * (range.high - range.low);
  return range;
}

static void
draw_line (cairo_t *cairo, double x0, double y0, double x1, double y1, double grey)
{
  cairo_set_source_rgb (cairo, grey, grey, grey);
  cairo_move_to (cairo, x0, y0);
  cairo_line_to (cairo, x1, y1);
  cairo_stroke (cairo);
}

static void
draw_scale (PhenoCanvas *canvas, const Layout *layout, const PhenoBarPanel *panel,
            PhenoRange range, double left)
{
  static const PhenoTextStyle style
      = { .size = PHENO_TEXT_SMALL, .grey = 0.25, .align = PHENO_TEXT_CENTRE };
  PhenoTextStyle label = { .size = PHENO_TEXT_LABEL,
                           .grey = 0.1,
                           .align = PHENO_TEXT_CENTRE,
                           .width = layout->width };
  double step = pheno_tick_step (range, (int) MAX (2, layout->width / 40));
  double bottom = layout->top + (double) layout->n * layout->row;

  cairo_set_line_width (canvas->cairo, 0.5);
  for (double at = ceil (range.low / step - 1e-9) * step; at <= range.high; at += step)
    {
      double x = left + (at - range.low) / (range.high - range.low) * layout->width;
      g_autofree char *number = pheno_text_number (fabs (at) < step / 1e6 ? 0 : at, step);
      gboolean is_zero = fabs (at) < step / 1e6;

      draw_line (canvas->cairo, x, layout->top, x, bottom, is_zero ? 0.2 : 0.88);
      pheno_text_draw (canvas, &style, x, bottom + 2, number);
    }
  if (panel->x_label != NULL)
    pheno_text_draw (canvas, &label, left + layout->width / 2, bottom + TICKS_ROOM,
                     panel->x_label);
}

static void
draw_bar (PhenoCanvas *canvas, const Layout *layout, const PhenoBarSeries *series,
          gsize i, PhenoRange range, double left, double y, const double rgb[3])
{
  cairo_t *cairo = canvas->cairo;
  double unit = layout->width / (range.high - range.low);
  double zero = left - range.low * unit, value = series->value[i];

  if (!isfinite (value))
    return;
  cairo_set_source_rgb (cairo, rgb[0], rgb[1], rgb[2]);
  cairo_rectangle (cairo, zero, y, value * unit, layout->bar);
  cairo_fill (cairo);
  if (series->low == NULL || series->high == NULL || !isfinite (series->low[i])
      || !isfinite (series->high[i]))
    return;
  cairo_set_line_width (cairo, 0.7);
  draw_line (cairo, zero + series->low[i] * unit, y + layout->bar / 2,
             zero + series->high[i] * unit, y + layout->bar / 2, 0.15);
}

static void
draw_panel (PhenoCanvas *canvas, const Layout *layout, const PhenoBarPanel *panel,
            double left)
{
  PhenoRange range = range_of (panel, layout->n);

  draw_scale (canvas, layout, panel, range, left);
  for (gsize s = 0; s < panel->n_series; s++)
    {
      double rgb[3];

      pheno_palette_colour ((guint) s, (guint) panel->n_series, rgb);
      for (gsize i = 0; i < layout->n; i++)
        draw_bar (canvas, layout, &panel->series[s], i, range, left,
                  layout->top + (double) i * layout->row + ROW_GAP / 2
                      + (double) s * layout->bar,
                  rgb);
    }
}

static void
draw_names (PhenoCanvas *canvas, const Layout *layout, double width)
{
  PhenoTextStyle style = { .size = MIN (PHENO_TEXT_SMALL, layout->row),
                           .grey = 0.1,
                           .align = PHENO_TEXT_RIGHT,
                           .width = width };

  for (gsize i = 0; i < layout->n; i++)
    {
      g_autofree char *name = pheno_display_name (layout->names[i]);

      pheno_text_draw_middle (canvas, &style, layout->left - 5,
                              layout->top + ((double) i + 0.5) * layout->row, name);
    }
}

static double
names_width (const char *const *names, gsize n, double most)
{
  const PhenoTextStyle style = { .size = PHENO_TEXT_SMALL };
  double widest = 0;

  for (gsize i = 0; i < n; i++)
    {
      double width, height;
      g_autofree char *name = pheno_display_name (names[i]);

      pheno_text_measure (&style, name, &width, &height);
      widest = MAX (widest, width);
    }
  return MIN (widest + 1, most);
}

static void
fill_legend (const PhenoBarPanel *panel, PhenoLegend *legend)
{
  legend->n_groups = (guint) panel->n_series;
  legend->names = g_new0 (char *, panel->n_series + 1);
  legend->groups = g_new0 (int, panel->n_series + 1);
  for (gsize s = 0; s < panel->n_series; s++)
    if (panel->series[s].name != NULL)
      {
        legend->names[legend->n] = pheno_display_name (panel->series[s].name);
        legend->groups[legend->n++] = (int) s;
      }
  legend->place = PHENO_LEGEND_BELOW;
}

/* Bars as thick as the height allows. */
static gboolean
fit (Layout *layout, const PhenoFigureFile *file, double beneath, GError **error)
{
  gsize bars = most_series (layout->panels, layout->n_panels);
  g_autofree char *count = g_strdup_printf ("%" G_GSIZE_FORMAT, layout->n);

  layout->bar = BAR;
  if (file->height_mm > 0)
    layout->bar
        = ((pheno_figure_height (file) - layout->top - beneath) / (double) layout->n
           - ROW_GAP)
          / (double) bars;
  layout->row = layout->bar * (double) bars + ROW_GAP;
  if (layout->bar >= LEAST_BAR && layout->width > 20)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("Bars of %s names do not fit on the figure. Choose a larger width and "
                  "height, or fewer of them."),
               count);
  return FALSE;
}

gboolean
pheno_figure_bars (const char *const *names, gsize n, const PhenoBarPanel *panels,
                   gsize n_panels, const char *title, const PhenoFigureFile *file,
                   GError **error)
{
  const PhenoTextStyle title_style
      = { .size = PHENO_TEXT_TITLE,
          .grey = 0.05,
          .bold = TRUE,
          .width = pheno_figure_width (file) - 2 * PHENO_MARGIN };
  double width = pheno_figure_width (file), beneath, names_room;
  Layout layout = { .names = names, .n = n, .panels = panels, .n_panels = n_panels };
  g_auto (PhenoLegend) legend = { 0 };
  g_autoptr (PhenoCanvas) canvas = NULL;

  if (n == 0 || n_panels == 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("There is nothing to draw a bar of."));
      return FALSE;
    }
  fill_legend (&panels[0], &legend);
  pheno_legend_place (&legend, width, 0, INFINITY);
  names_room = names_width (names, n, WIDEST_NAMES * width);
  layout.left = PHENO_MARGIN + names_room + 5;
  layout.width
      = (width - PHENO_MARGIN - layout.left - PANEL_GAP * (double) (n_panels - 1))
        / (double) n_panels;
  layout.top = PHENO_MARGIN + (title != NULL ? TITLE_ROOM : 0);
  beneath = TICKS_ROOM + LABEL_ROOM + (legend.n > 0 ? LEGEND_GAP + legend.height : 0)
            + PHENO_MARGIN;
  if (!fit (&layout, file, beneath, error)
      || (canvas = pheno_canvas_new (file, layout.top + (double) n * layout.row + beneath,
                                     title, error))
             == NULL)
    return FALSE;

  if (title != NULL)
    pheno_text_draw (canvas, &title_style, PHENO_MARGIN, PHENO_MARGIN, title);
  draw_names (canvas, &layout, names_room);
  for (gsize p = 0; p < n_panels; p++)
    draw_panel (canvas, &layout, &panels[p],
                layout.left + (double) p * (layout.width + PANEL_GAP));
  pheno_legend_draw (canvas, &legend, PHENO_MARGIN,
                     layout.top + (double) n * layout.row + TICKS_ROOM + LABEL_ROOM
                         + LEGEND_GAP);
  return pheno_canvas_save (canvas, error);
}
