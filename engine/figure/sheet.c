/* sheet.c - specimens and their neighbours, in pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     query | nearest  second  third ...
 *     query | nearest  second  third ...
 */
#include <math.h>

#include "engine/figure/picture.h"
#include "engine/figure/text.h"

#define GAP 6.0      /* between pictures */
#define RULE_GAP 8.0 /* each side of the rule behind the query */
#define FRAME 1.6
#define CAPTION_LINES 2 /* of each of two: the name, then the distance or the file */
#define CAPTION_HEIGHT (2 * CAPTION_LINES * 6.5 * 1.3)
#define LARGEST_PICTURE                                                                  \
  90.0 /* points: more would make a sheet of three pictures enormous */

static void
draw_picture (PhenoCanvas *canvas, const PhenoSheetPicture *picture, guint n_groups,
              double x, double y, double size)
{
  const PhenoTextStyle style = { .size = 6.5,
                                 .grey = 0.15,
                                 .align = PHENO_TEXT_CENTRE,
                                 .width = size,
                                 .lines = CAPTION_LINES };

  pheno_picture_draw (canvas, picture->path, x, y, size);
  if (picture->group >= 0)
    {
      double rgb[3];

      pheno_palette_colour ((guint) picture->group, n_groups, rgb);
      cairo_set_source_rgb (canvas->cairo, rgb[0], rgb[1], rgb[2]);
      cairo_set_line_width (canvas->cairo, FRAME);
      cairo_rectangle (canvas->cairo, x + FRAME / 2, y + FRAME / 2, size - FRAME,
                       size - FRAME);
      cairo_stroke (canvas->cairo);
    }
  if (picture->caption != NULL)
    pheno_text_draw (canvas, &style, x + size / 2, y + size + 2, picture->caption);
}

static void
draw_rule (PhenoCanvas *canvas, double x, double top, double bottom)
{
  cairo_set_source_rgb (canvas->cairo, 0.7, 0.7, 0.7);
  cairo_set_line_width (canvas->cairo, 0.7);
  cairo_move_to (canvas->cairo, x, top);
  cairo_line_to (canvas->cairo, x, bottom);
  cairo_stroke (canvas->cairo);
}

gboolean
pheno_figure_neighbours (const PhenoSheetPicture *pictures, gsize n, gsize columns,
                         guint n_groups, const char *title, const PhenoFigureFile *file,
                         GError **error)
{
  double width = pheno_figure_width (file), top = PHENO_MARGIN + (title != NULL ? 17 : 0),
         size, row;
  gsize rows = columns > 0 ? (n + columns - 1) / columns : 0;
  g_autoptr (PhenoCanvas) canvas = NULL;

  if (rows == 0)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("There are no pictures to show. Choose a query that has neighbours."));
      return FALSE;
    }
  size = (width - 2 * PHENO_MARGIN - 2 * RULE_GAP - GAP * ((double) columns - 2))
         / columns;
  size = MIN (size, LARGEST_PICTURE);
  row = size + 2 + CAPTION_HEIGHT + GAP;
  if (file->height_mm > 0)
    size -= MAX (0, row - (pheno_figure_height (file) - top - PHENO_MARGIN) / rows);
  if (size < 12)
    {
      g_autofree char *high = g_strdup_printf ("%" G_GSIZE_FORMAT, rows);
      g_autofree char *wide = g_strdup_printf ("%" G_GSIZE_FORMAT, columns);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("%s rows of %s pictures do not fit on the figure. Choose fewer, "
                      "or a larger width and height."),
                   high, wide);
      return FALSE;
    }
  row = size + 2 + CAPTION_HEIGHT + GAP;
  if ((canvas
       = pheno_canvas_new (file, top + rows * row - GAP + PHENO_MARGIN, title, error))
      == NULL)
    return FALSE;

  if (title != NULL)
    {
      const PhenoTextStyle style = { .size = PHENO_TEXT_TITLE,
                                     .grey = 0.05,
                                     .bold = TRUE,
                                     .width = width - 2 * PHENO_MARGIN };

      pheno_text_draw (canvas, &style, PHENO_MARGIN, PHENO_MARGIN, title);
    }
  for (gsize i = 0; i < n; i++)
    {
      gsize column = i % columns;
      double x
          = PHENO_MARGIN + column * (size + GAP) + (column > 0 ? 2 * RULE_GAP - GAP : 0);

      draw_picture (canvas, &pictures[i], n_groups, x, top + (i / columns) * row, size);
    }
  if (columns > 1)
    draw_rule (canvas, PHENO_MARGIN + size + RULE_GAP, top, top + rows * row - 2 * GAP);

  return pheno_canvas_save (canvas, error);
}
