/* sheet.c - specimens and their neighbours, in pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     query | nearest  second  third ...
 *     query | nearest  second  third ...
 */
#include <math.h>

#include "engine/figure/text.h"
#include "engine/reader/reader.h"

#define GAP 6.0      /* between pictures */
#define RULE_GAP 8.0 /* each side of the rule behind the query */
#define FRAME 1.6
#define CAPTION_LINES 2 /* of each of two: the name, then the distance or the file */
#define CAPTION_HEIGHT (2 * CAPTION_LINES * 6.5 * 1.3)
#define LARGEST_PICTURE                                                                  \
  90.0 /* points: more would make a sheet of three pictures enormous */
#define MOST_PIXELS 1200

/* 8-bit value of a sample as the reader scales it. */
static guint8
sample_at (const PhenoImage *image, gsize at)
{
  double value = image->type == PHENO_SAMPLE_UINT8 ? ((const guint8 *) image->pixels)[at]
                 : image->type == PHENO_SAMPLE_UINT16
                     ? ((const guint16 *) image->pixels)[at]
                     : ((const float *) image->pixels)[at];

  value = (value - image->black) / (image->white - image->black);
  return value > 0 ? (guint8) (MIN (value, 1) * 255 + 0.5) : 0; /* a NaN is black */
}

static cairo_surface_t *
surface_from_image (const PhenoImage *image)
{
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_RGB24, image->width, image->height);
  guint8 *pixels = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  if (cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    return surface;
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      {
        gsize at = ((gsize) y * image->width + x) * image->bands;
        guint32 rgb = 0;

        for (int band = 0; band < 3; band++)
          rgb = rgb << 8 | sample_at (image, at + MIN (band, image->bands - 1));
        ((guint32 *) (void *) (pixels + (gsize) y * stride))[x] = rgb;
      }
  cairo_surface_mark_dirty (surface);
  return surface;
}

static void
draw_missing (PhenoCanvas *canvas, double x, double y, double size)
{
  cairo_t *cairo = canvas->cairo;

  cairo_set_source_rgb (cairo, 0.94, 0.94, 0.94);
  cairo_rectangle (cairo, x, y, size, size);
  cairo_fill (cairo);
  cairo_set_source_rgb (cairo, 0.6, 0.6, 0.6);
  cairo_set_line_width (cairo, 0.8);
  cairo_move_to (cairo, x + size * 0.3, y + size * 0.3);
  cairo_line_to (cairo, x + size * 0.7, y + size * 0.7);
  cairo_move_to (cairo, x + size * 0.7, y + size * 0.3);
  cairo_line_to (cairo, x + size * 0.3, y + size * 0.7);
  cairo_stroke (cairo);
}

/* The whole picture in the middle of its square, on a faint grey. */
static gboolean
draw_image (PhenoCanvas *canvas, const char *path, double x, double y, double size)
{
  int pixels
      = (int) CLAMP (size * pheno_canvas_pixels_per_point (canvas), 32, MOST_PIXELS);
  g_autoptr (PhenoImage) image = pheno_reader_read (path, pixels, NULL);
  cairo_t *cairo = canvas->cairo;
  cairo_surface_t *surface;
  double scale;

  if (image == NULL)
    return FALSE;
  surface = surface_from_image (image);
  scale = size / MAX (image->width, image->height);
  cairo_save (cairo);
  cairo_set_source_rgb (cairo, 0.96, 0.96, 0.96);
  cairo_rectangle (cairo, x, y, size, size);
  cairo_fill (cairo);
  cairo_translate (cairo, x + (size - image->width * scale) / 2,
                   y + (size - image->height * scale) / 2);
  cairo_scale (cairo, scale, scale);
  cairo_set_source_surface (cairo, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cairo), CAIRO_FILTER_GOOD);
  cairo_rectangle (cairo, 0, 0, image->width, image->height);
  cairo_fill (cairo);
  cairo_restore (cairo);
  cairo_surface_destroy (surface);
  return TRUE;
}

static void
draw_picture (PhenoCanvas *canvas, const PhenoSheetPicture *picture, guint n_groups,
              double x, double y, double size)
{
  const PhenoTextStyle style = { .size = 6.5,
                                 .grey = 0.15,
                                 .align = PHENO_TEXT_CENTRE,
                                 .width = size,
                                 .lines = CAPTION_LINES };

  if (picture->path == NULL || !draw_image (canvas, picture->path, x, y, size))
    draw_missing (canvas, x, y, size);
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
