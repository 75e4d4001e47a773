/* matrix.c - a table of numbers as a table of colours: confusions, distances
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *               column names, upwards
 *     row name  ■ ■ □ ■ ■
 *     row name  ■ □ ■ ■ ■     with numbers in the cells where they are large enough
 */
#include "engine/figure/text.h"

#define TITLE_ROOM 17.0
#define LABEL_ROOM 14.0
#define LARGEST_CELL 26.0
#define SMALLEST_CELL 0.4
#define NAMED_CELL 5.0 /* smaller rows have no names */
#define NUMBERED_CELL 13.0
#define MOST_NAMES 0.3 /* of the figure's width */
#define SCALE_HEIGHT 6.0
#define SCALE_ROOM 26.0
#define GAP 5.0

typedef struct
{
  const PhenoFigureMatrix *matrix;
  double left, top, cell;
  double low, high;
} Layout;

static double
longest (const char *const *names, gsize n, double most)
{
  const PhenoTextStyle style = { .size = PHENO_TEXT_SMALL };
  double widest = 0;

  for (gsize i = 0; names != NULL && i < n; i++)
    {
      g_autofree char *name = pheno_display_name (names[i]);
      double width, height;

      pheno_text_measure (&style, name, &width, &height);
      widest = MAX (widest, width);
    }
  return MIN (widest, most);
}

static void
find_range (Layout *layout)
{
  const PhenoFigureMatrix *matrix = layout->matrix;

  layout->low = matrix->low;
  layout->high = matrix->high;
  if (layout->high > layout->low)
    return;
  layout->low = INFINITY;
  layout->high = -INFINITY;
  for (gsize i = 0; i < matrix->rows * matrix->columns; i++)
    if (isfinite (matrix->value[i]))
      {
        layout->low = MIN (layout->low, matrix->value[i]);
        layout->high = MAX (layout->high, matrix->value[i]);
      }
  if (!(layout->high > layout->low)) /* all alike, or nothing there */
    {
      layout->low = isfinite (layout->low) ? layout->low - 0.5 : 0;
      layout->high = layout->low + 1;
    }
}

/* Light is little: viridis from its yellow end. */
static void
colour_of (const Layout *layout, double value, double rgb[3])
{
  pheno_palette_ramp (1 - (value - layout->low) / (layout->high - layout->low), rgb);
}

static void
draw_number (PhenoCanvas *canvas, const Layout *layout, double value, const double rgb[3],
             double x, double y)
{
  gboolean is_dark = 0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2] < 0.5;
  const PhenoTextStyle style = { .size = MIN (6.5, layout->cell * 0.36),
                                 .grey = is_dark ? 1 : 0.05,
                                 .align = PHENO_TEXT_CENTRE };
  double step = layout->matrix->step > 0 ? layout->matrix->step
                                         : (layout->high - layout->low) / 100;
  g_autofree char *number = pheno_text_number (value, step);

  pheno_text_draw_middle (canvas, &style, x + layout->cell / 2, y + layout->cell / 2,
                          number);
}

static void
draw_cells (PhenoCanvas *canvas, const Layout *layout)
{
  const PhenoFigureMatrix *matrix = layout->matrix;
  cairo_t *cairo = canvas->cairo;
  double side = layout->cell > 4 ? layout->cell - 0.6 : layout->cell;

  for (gsize row = 0; row < matrix->rows; row++)
    for (gsize column = 0; column < matrix->columns; column++)
      {
        double value = matrix->value[row * matrix->columns + column];
        double x = layout->left + (double) column * layout->cell,
               y = layout->top + (double) row * layout->cell;
        double rgb[3] = { 0.93, 0.93, 0.93 }; /* what is not known */

        if (isfinite (value))
          colour_of (layout, value, rgb);
        cairo_set_source_rgb (cairo, rgb[0], rgb[1], rgb[2]);
        cairo_rectangle (cairo, x, y, side, side);
        cairo_fill (cairo);
        if (isfinite (value) && layout->cell >= NUMBERED_CELL)
          draw_number (canvas, layout, value, rgb, x, y);
      }
}

static void
draw_names (PhenoCanvas *canvas, const Layout *layout, double row_room,
            double column_room)
{
  const PhenoFigureMatrix *matrix = layout->matrix;
  PhenoTextStyle style = { .size = MIN (PHENO_TEXT_SMALL, layout->cell * 0.95),
                           .grey = 0.1,
                           .align = PHENO_TEXT_RIGHT,
                           .width = row_room };

  if (layout->cell < NAMED_CELL)
    return;
  for (gsize row = 0; matrix->row_names != NULL && row < matrix->rows; row++)
    {
      g_autofree char *name = pheno_display_name (matrix->row_names[row]);

      pheno_text_draw_middle (canvas, &style, layout->left - 3,
                              layout->top + ((double) row + 0.5) * layout->cell, name);
    }
  style.width = column_room;
  style.align = PHENO_TEXT_CENTRE;
  for (gsize column = 0; matrix->column_names != NULL && column < matrix->columns;
       column++)
    {
      g_autofree char *name = pheno_display_name (matrix->column_names[column]);
      double width, height;

      pheno_text_measure (&style, name, &width, &height);
      pheno_text_draw_upwards (canvas, &style,
                               layout->left + ((double) column + 0.5) * layout->cell
                                   - height / 2,
                               layout->top - 3 - MIN (width, column_room) / 2, name);
    }
}

static void
draw_scale (PhenoCanvas *canvas, const Layout *layout, double y)
{
  const double width = 90;
  PhenoTextStyle style = { .size = 6.5, .grey = 0.2, .align = PHENO_TEXT_LEFT };
  double step = (layout->high - layout->low) / 100;
  g_autofree char *low = pheno_text_number (layout->low, step),
                  *high = pheno_text_number (layout->high, step);

  for (int i = 0; i < (int) width; i++)
    {
      double rgb[3];

      pheno_palette_ramp (1 - (i + 0.5) / width, rgb);
      cairo_set_source_rgb (canvas->cairo, rgb[0], rgb[1], rgb[2]);
      cairo_rectangle (canvas->cairo, layout->left + i, y, 1.2, SCALE_HEIGHT);
      cairo_fill (canvas->cairo);
    }
  pheno_text_draw (canvas, &style, layout->left, y + SCALE_HEIGHT + 1, low);
  style.align = PHENO_TEXT_RIGHT;
  pheno_text_draw (canvas, &style, layout->left + width, y + SCALE_HEIGHT + 1, high);
  style.align = PHENO_TEXT_LEFT;
  if (layout->matrix->value_label != NULL)
    pheno_text_draw (canvas, &style, layout->left + width + 6, y - 1,
                     layout->matrix->value_label);
}

static gboolean
check (const PhenoFigureMatrix *matrix, double cell, GError **error)
{
  g_autofree char *rows = g_strdup_printf ("%" G_GSIZE_FORMAT, matrix->rows);
  g_autofree char *columns = g_strdup_printf ("%" G_GSIZE_FORMAT, matrix->columns);

  if (cell >= SMALLEST_CELL)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("%s rows and %s columns do not fit on the figure. Choose fewer, or a "
                  "larger width and height."),
               rows, columns);
  return FALSE;
}

static void
draw_words (PhenoCanvas *canvas, const Layout *layout, double width)
{
  const PhenoFigureMatrix *matrix = layout->matrix;
  PhenoTextStyle style = { .size = PHENO_TEXT_TITLE,
                           .grey = 0.05,
                           .bold = TRUE,
                           .width = width - 2 * PHENO_MARGIN };

  if (matrix->title != NULL)
    pheno_text_draw (canvas, &style, PHENO_MARGIN, PHENO_MARGIN, matrix->title);
  style = (PhenoTextStyle){ .size = PHENO_TEXT_LABEL,
                            .grey = 0.1,
                            .align = PHENO_TEXT_CENTRE };
  if (matrix->x_label != NULL)
    pheno_text_draw (
        canvas, &style, layout->left + (double) matrix->columns * layout->cell / 2,
        layout->top + (double) matrix->rows * layout->cell + 3, matrix->x_label);
  if (matrix->y_label != NULL)
    pheno_text_draw_upwards (canvas, &style, PHENO_MARGIN,
                             layout->top + (double) matrix->rows * layout->cell / 2,
                             matrix->y_label);
}

gboolean
pheno_figure_matrix (const PhenoFigureMatrix *matrix, const PhenoFigureFile *file,
                     GError **error)
{
  double width = pheno_figure_width (file);
  double row_room = longest (matrix->row_names, matrix->rows, MOST_NAMES * width),
         column_room
         = longest (matrix->column_names, matrix->columns, MOST_NAMES * width);
  double beneath = LABEL_ROOM + SCALE_ROOM + PHENO_MARGIN;
  Layout layout = { .matrix = matrix };
  g_autoptr (PhenoCanvas) canvas = NULL;

  if (matrix->rows == 0 || matrix->columns == 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("There are no rows and columns to draw."));
      return FALSE;
    }
  find_range (&layout);
  layout.left
      = PHENO_MARGIN + (matrix->y_label != NULL ? LABEL_ROOM : 0) + row_room + GAP;
  layout.top
      = PHENO_MARGIN + (matrix->title != NULL ? TITLE_ROOM : 0) + column_room + GAP;
  layout.cell = MIN (LARGEST_CELL,
                     (width - layout.left - PHENO_MARGIN) / (double) matrix->columns);
  if (file->height_mm > 0)
    layout.cell = MIN (layout.cell, (pheno_figure_height (file) - layout.top - beneath)
                                        / (double) matrix->rows);
  if (!check (matrix, layout.cell, error)
      || (canvas = pheno_canvas_new (
              file, layout.top + (double) matrix->rows * layout.cell + beneath,
              matrix->title, error))
             == NULL)
    return FALSE;
  draw_words (canvas, &layout, width);
  draw_names (canvas, &layout, row_room, column_room);
  draw_cells (canvas, &layout);
  draw_scale (canvas, &layout,
              layout.top + (double) matrix->rows * layout.cell + LABEL_ROOM + GAP);
  return pheno_canvas_save (canvas, error);
}
