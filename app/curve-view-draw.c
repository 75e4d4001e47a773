/* curve-view-draw.c - the drawing of the curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/curve-view-private.h"

#include "engine/base/base.h"

#define GAP 6
#define TICKS 4
#define LINE_WIDTH 2.0

/* Names of the theme's palette: each has a light and a dark shade. */
static const struct
{
  const char *light, *dark;
} series_colours[] = {
  { "blue_4", "blue_2" },     { "orange_4", "orange_2" }, { "green_5", "green_2" },
  { "purple_3", "purple_1" }, { "red_3", "red_1" },       { "brown_3", "brown_1" },
};

typedef struct
{
  PhenoCurveView *view;
  cairo_t *cr;
  GdkRGBA text;
  gboolean is_dark;
  double width, height;
  double left, top, right, bottom;
  double low, high, step, epochs;
} Plot;

static PangoLayout *
make_layout (const Plot *plot, const char *text, double scale)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (plot->view), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static void
set_ink (const Plot *plot, double alpha)
{
  cairo_set_source_rgba (plot->cr, plot->text.red, plot->text.green, plot->text.blue,
                         plot->text.alpha * alpha);
}

static void
set_series (const Plot *plot, guint series)
{
  guint i = series % G_N_ELEMENTS (series_colours);
  const char *name = plot->is_dark ? series_colours[i].dark : series_colours[i].light;
  GdkRGBA colour = plot->text;

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (plot->view)),
                                  name, &colour);
  gdk_cairo_set_source_rgba (plot->cr, &colour);
}

/* @x_share and @y_share: which part of the text stands at the point: 0 its left or top.
 */
static void
draw_text (const Plot *plot, const char *text, double x, double y, double x_share,
           double y_share, double scale, double alpha)
{
  g_autoptr (PangoLayout) layout = make_layout (plot, text, scale);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  set_ink (plot, alpha);
  cairo_move_to (plot->cr, round (x - x_share * width), round (y - y_share * height));
  pango_cairo_show_layout (plot->cr, layout);
}

static double
text_width (const Plot *plot, const char *text, double scale)
{
  g_autoptr (PangoLayout) layout = make_layout (plot, text, scale);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

static double
line_height (const Plot *plot, double scale)
{
  g_autoptr (PangoLayout) layout = make_layout (plot, "0", scale);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

/* ---- axes ---- */

/* The next of 1, 2, 5, 10, ... from @rough on. */
static double
round_step (double rough)
{
  double power = pow (10, floor (log10 (rough)));
  double share = rough / power;

  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

static void
widen (Plot *plot, double value)
{
  if (isnan (value))
    return;
  plot->low = MIN (plot->low, value);
  plot->high = MAX (plot->high, value);
}

static void
find_range (Plot *plot)
{
  const PhenoCurveView *view = plot->view;

  plot->low = INFINITY;
  plot->high = -INFINITY;
  for (guint i = 0; i < view->curves->len; i++)
    {
      const PhenoPlotCurve *curve = view->curves->pdata[i];

      for (guint k = 0; k < curve->n; k++)
        widen (plot, curve->values[k]);
    }
  widen (plot, view->level);
  if (plot->high - plot->low < 1e-9 * MAX (1, fabs (plot->high)))
    {
      double half = MAX (fabs (plot->high) * 0.05, 1e-6);

      plot->low -= half;
      plot->high += half;
    }

  plot->step = round_step ((plot->high - plot->low) / TICKS);
  plot->low = floor (plot->low / plot->step) * plot->step;
  plot->high = ceil (plot->high / plot->step) * plot->step;
}

static char *
tick_text (const Plot *plot, double value)
{
  int digits = (int) CLAMP (ceil (-log10 (plot->step) - 1e-9), 0, 8);

  if (fabs (value) < plot->step / 2)
    value = 0;
  if (plot->view->percent)
    return g_strdup_printf (_ ("%.*f %%"), MAX (digits - 2, 0), 100 * value);
  if (digits > 4)
    {
      double most = MAX (fabs (plot->low), fabs (plot->high));

      return value == 0 ? g_strdup ("0")
                        : g_strdup_printf ("%.*e", (int) ceil (log10 (most / plot->step)),
                                           value);
    }
  return g_strdup_printf ("%.*f", digits, value);
}

static double
y_of (const Plot *plot, double value)
{
  return plot->bottom
         - (value - plot->low) / (plot->high - plot->low) * (plot->bottom - plot->top);
}

static double
x_of (const Plot *plot, double epoch)
{
  double share = plot->epochs > 1 ? (epoch - 1) / (plot->epochs - 1) : 0.5;

  return plot->left + share * (plot->right - plot->left);
}

static void
draw_value_axis (Plot *plot)
{
  int n = (int) round ((plot->high - plot->low) / plot->step);

  cairo_set_line_width (plot->cr, 1);
  for (int i = 0; i <= n; i++)
    {
      double value = plot->low + i * plot->step;
      double y = floor (y_of (plot, value)) + 0.5;
      g_autofree char *text = tick_text (plot, value);

      set_ink (plot, i == 0 ? 0.5 : 0.15);
      cairo_move_to (plot->cr, plot->left, y);
      cairo_line_to (plot->cr, plot->right, y);
      cairo_stroke (plot->cr);
      draw_text (plot, text, plot->left - GAP, y, 1, 0.5, PANGO_SCALE_SMALL, 0.8);
    }
}

static void
draw_epoch_axis (Plot *plot)
{
  double most = MAX (2, floor ((plot->right - plot->left) / 60));
  double step = MAX (1, round_step ((plot->epochs - 1) / most));
  double y = plot->bottom + GAP / 2.0;

  for (double epoch = step > 1 ? step : 1; epoch <= plot->epochs; epoch += step)
    {
      g_autofree char *text = g_strdup_printf ("%.0f", epoch);

      draw_text (plot, text, x_of (plot, epoch), y, 0.5, 0, PANGO_SCALE_SMALL, 0.8);
    }
  draw_text (plot, _ ("epoch"), (plot->left + plot->right) / 2,
             y + line_height (plot, PANGO_SCALE_SMALL), 0.5, 0, PANGO_SCALE_SMALL, 0.8);
}

static void
find_place (Plot *plot)
{
  int n = (int) round ((plot->high - plot->low) / plot->step);
  double widest = 0;

  for (int i = 0; i <= n; i++)
    {
      g_autofree char *text = tick_text (plot, plot->low + i * plot->step);

      widest = MAX (widest, text_width (plot, text, PANGO_SCALE_SMALL));
    }
  plot->left = widest + 2 * GAP;
  plot->right = plot->width - 3 * GAP;
  plot->bottom -= 2 * line_height (plot, PANGO_SCALE_SMALL) + GAP;
}

/* ---- curves ---- */

static void
set_stroke (const Plot *plot, const PhenoPlotCurve *curve)
{
  const double dashes[] = { 6, 4 };

  cairo_set_line_width (plot->cr, LINE_WIDTH);
  cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (plot->cr, dashes, curve->dashed ? G_N_ELEMENTS (dashes) : 0, 0);
  set_series (plot, curve->series);
}

static void
draw_curve (const Plot *plot, const PhenoPlotCurve *curve)
{
  guint n = 0;

  set_stroke (plot, curve);
  cairo_new_path (plot->cr); /* text has left its point */
  for (guint i = 0; i < curve->n; i++)
    {
      if (isnan (curve->values[i]))
        continue;
      cairo_line_to (plot->cr, x_of (plot, curve->epochs[i]),
                     y_of (plot, curve->values[i]));
      n++;
    }
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);

  /* Few points are seen as points: one alone has no line. */
  for (guint i = 0; n <= 20 && i < curve->n; i++)
    if (!isnan (curve->values[i]))
      {
        cairo_new_path (plot->cr);
        cairo_arc (plot->cr, x_of (plot, curve->epochs[i]), y_of (plot, curve->values[i]),
                   LINE_WIDTH * 1.3, 0, 2 * G_PI);
        cairo_fill (plot->cr);
      }
}

static void
draw_level (const Plot *plot)
{
  const double dashes[] = { 2, 3 };
  double y;

  if (isnan (plot->view->level))
    return;

  y = floor (y_of (plot, plot->view->level)) + 0.5;
  cairo_set_line_width (plot->cr, 1);
  cairo_set_dash (plot->cr, dashes, G_N_ELEMENTS (dashes), 0);
  set_ink (plot, 0.6);
  cairo_move_to (plot->cr, plot->left, y);
  cairo_line_to (plot->cr, plot->right, y);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
  draw_text (plot, plot->view->level_name, plot->right, y, 1,
             y - plot->top < line_height (plot, PANGO_SCALE_SMALL) ? 0 : 1,
             PANGO_SCALE_SMALL, 0.8);
}

/* The legend: strokes and names, over as many lines as it needs. */
static void
draw_legend (Plot *plot)
{
  double x = GAP, y = plot->top, line = line_height (plot, PANGO_SCALE_SMALL);

  for (guint i = 0; i < plot->view->curves->len; i++)
    {
      const PhenoPlotCurve *curve = plot->view->curves->pdata[i];
      double needed = 22 + text_width (plot, curve->name, PANGO_SCALE_SMALL) + 2 * GAP;

      if (x > GAP && x + needed > plot->width)
        {
          x = GAP;
          y += line;
        }
      set_stroke (plot, curve);
      cairo_move_to (plot->cr, x, y + line / 2);
      cairo_line_to (plot->cr, x + 18, y + line / 2);
      cairo_stroke (plot->cr);
      cairo_set_dash (plot->cr, NULL, 0, 0);
      draw_text (plot, curve->name, x + 22, y, 0, 0, PANGO_SCALE_SMALL, 0.9);
      x += needed;
    }
  plot->top = y + line + GAP;
}

/* ---- the cursor ---- */

static void
draw_cursor (const Plot *plot)
{
  g_autofree char *words = pheno_curve_view_cursor_words (plot->view);
  double x, width = 0, height = 0, box_x;
  GdkRGBA background = { 1, 1, 1, 1 };
  g_autoptr (PangoLayout) layout = NULL;
  int text_w, text_h;

  if (words == NULL)
    return;

  x = floor (x_of (plot, plot->view->cursor)) + 0.5;
  cairo_set_line_width (plot->cr, 1);
  set_ink (plot, 0.5);
  cairo_move_to (plot->cr, x, plot->top);
  cairo_line_to (plot->cr, x, plot->bottom);
  cairo_stroke (plot->cr);
  for (guint i = 0; i < plot->view->curves->len; i++)
    {
      const PhenoPlotCurve *curve = plot->view->curves->pdata[i];
      double value = pheno_plot_curve_at (curve, plot->view->cursor);

      if (isnan (value))
        continue;
      set_series (plot, curve->series);
      cairo_new_path (plot->cr);
      cairo_arc (plot->cr, x, y_of (plot, value), LINE_WIDTH * 2, 0, 2 * G_PI);
      cairo_fill (plot->cr);
    }

  layout = make_layout (plot, words, PANGO_SCALE_SMALL);
  pango_layout_get_pixel_size (layout, &text_w, &text_h);
  width = text_w + 2 * GAP;
  height = text_h + 2 * GAP;
  box_x = x + GAP + width <= plot->width ? x + GAP : MAX (0, x - GAP - width);
  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (plot->view)),
                                  "popover_bg_color", &background);
  cairo_rectangle (plot->cr, box_x, plot->top, width, height);
  gdk_cairo_set_source_rgba (plot->cr, &background);
  cairo_fill_preserve (plot->cr);
  set_ink (plot, 0.3);
  cairo_stroke (plot->cr);
  set_ink (plot, 1);
  cairo_move_to (plot->cr, box_x + GAP, plot->top + GAP);
  pango_cairo_show_layout (plot->cr, layout);
}

double
pheno_curve_view_epoch_at (const PhenoCurveView *self, double x)
{
  double share;

  if (self->plot_right <= self->plot_left)
    return NAN;
  share = (x - self->plot_left) / (self->plot_right - self->plot_left);
  return 1 + share * (self->drawn_epochs - 1);
}

static void
draw (Plot *plot)
{
  draw_text (plot, plot->view->title != NULL ? plot->view->title : "", GAP, 0, 0, 0, 1,
             1);
  plot->top = line_height (plot, 1) + GAP / 2.0;
  if (!pheno_curve_view_range (plot->view, &plot->epochs))
    {
      draw_text (plot, plot->view->empty_text != NULL ? plot->view->empty_text : "",
                 plot->width / 2, plot->height / 2, 0.5, 0.5, PANGO_SCALE_SMALL, 0.8);
      return;
    }

  draw_legend (plot);
  find_range (plot);
  find_place (plot);
  draw_value_axis (plot);
  draw_epoch_axis (plot);
  draw_level (plot);
  for (guint i = 0; i < plot->view->curves->len; i++)
    draw_curve (plot, plot->view->curves->pdata[i]);

  plot->view->plot_left = plot->left;
  plot->view->plot_right = plot->right;
  plot->view->drawn_epochs = plot->epochs;
  draw_cursor (plot);
}

void
pheno_curve_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhenoCurveView *self = PHENO_CURVE_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  Plot plot = { .view = self, .width = width, .height = height, .bottom = height };

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &plot.text);
  plot.is_dark = plot.text.red + plot.text.green + plot.text.blue > 1.5;
  plot.cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  draw (&plot);
  cairo_destroy (plot.cr);
}
