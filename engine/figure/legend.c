/* legend.c - which colour is which group
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/legend.h"

#include <math.h>

#include "engine/figure/marker.h"
#include "engine/figure/text.h"

#define ROW 10.5  /* points from line to line */
#define MARK 12.0 /* points left of the name */
#define COLUMN_GAP 10.0
#define WIDEST_BESIDE 0.28 /* of the figure's width */
#define WIDEST_COLUMN 105.0

static const PhenoTextStyle name_style = { .size = PHENO_TEXT_SMALL, .grey = 0.1 };

static double
widest_name (const PhenoLegend *legend)
{
  double widest = 0;

  for (guint i = 0; i < legend->n; i++)
    {
      double width, height;

      pheno_text_measure (&name_style, legend->names[i], &width, &height);
      widest = MAX (widest, width);
    }
  return ceil (widest) + 1;
}

void
pheno_legend_place (PhenoLegend *legend, double width, double plot_height,
                    double most_height)
{
  double name = widest_name (legend);

  if (legend->place == PHENO_LEGEND_NONE)
    legend->n = 0;
  legend->shown = legend->n;
  /* Not where names would be cut that have room below. */
  legend->beside
      = legend->place == PHENO_LEGEND_BESIDE
        || (legend->place == PHENO_LEGEND_AUTO && legend->n * ROW <= plot_height
            && MIN (MARK + name, WIDEST_COLUMN) <= WIDEST_BESIDE * width);
  if (legend->beside)
    {
      legend->columns = 1;
      legend->rows = MIN (legend->n, (guint) MAX (1, floor (plot_height / ROW)));
      legend->shown = legend->rows;
      legend->column_width = MIN (MARK + name, WIDEST_BESIDE * width);
    }
  else
    {
      double column = MIN (MARK + name, WIDEST_COLUMN) + COLUMN_GAP;
      double room = width - 2 * PHENO_MARGIN;

      legend->columns = (guint) MAX (1, floor ((room + COLUMN_GAP) / column));
      legend->rows = (legend->n + legend->columns - 1) / legend->columns;
      if (legend->rows * ROW > most_height)
        legend->rows = (guint) MAX (1, floor (most_height / ROW));
      legend->column_width = (room + COLUMN_GAP) / legend->columns - COLUMN_GAP;
      legend->shown = MIN (legend->n, legend->rows * legend->columns);
    }
  legend->width = legend->columns * (legend->column_width + COLUMN_GAP) - COLUMN_GAP;
  legend->height = legend->n > 0 ? legend->rows * ROW : 0;
  if (legend->n == 0)
    legend->width = 0;
}

static void
draw_entry (PhenoCanvas *canvas, const PhenoLegend *legend, guint i, double x, double y)
{
  PhenoTextStyle style = name_style;
  double middle = y + ROW / 2;

  style.width = legend->column_width - MARK;
  if (i + 1 == legend->shown && legend->shown < legend->n)
    {
      guint hidden = legend->n - legend->shown + 1;
      g_autofree char *rest = g_strdup_printf (
          ngettext ("and %u more group", "and %u more groups", hidden), hidden);

      pheno_text_draw_middle (canvas, &style, x + MARK, middle, rest);
      return;
    }
  if (legend->lines)
    {
      double rgb[3];

      pheno_palette_colour ((guint) legend->groups[i], legend->n_groups, rgb);
      cairo_set_source_rgb (canvas->cairo, rgb[0], rgb[1], rgb[2]);
      cairo_set_line_width (canvas->cairo, 1.4);
      cairo_move_to (canvas->cairo, x, middle);
      cairo_line_to (canvas->cairo, x + MARK - 3, middle);
      cairo_stroke (canvas->cairo);
    }
  else
    pheno_marker_draw (canvas->cairo, legend->groups[i], legend->n_groups, x + 4, middle,
                       2.6, 1);
  pheno_text_draw_middle (canvas, &style, x + MARK, middle, legend->names[i]);
}

void
pheno_legend_draw (PhenoCanvas *canvas, const PhenoLegend *legend, double x, double y)
{
  for (guint i = 0; i < legend->shown; i++)
    draw_entry (canvas, legend, i,
                x + (i / legend->rows) * (legend->column_width + COLUMN_GAP),
                y + (i % legend->rows) * ROW);
}

void
pheno_legend_clear (PhenoLegend *legend)
{
  g_clear_pointer (&legend->names, g_strfreev);
  g_clear_pointer (&legend->groups, g_free);
}
