/* likeness.c - two specimens with what makes them alike laid over them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     query    other
 *     query    other      one scale of colours for all
 */
#include "engine/figure/picture.h"
#include "engine/figure/text.h"

#define GAP 8.0
#define CAPTION_LINES 2
#define CAPTION_HEIGHT (2 * CAPTION_LINES * 6.5 * 1.3)
#define LARGEST_PICTURE 130.0
#define SMALLEST_PICTURE 16.0
#define TITLE_ROOM 17.0
#define SCALE_ROOM 22.0
#define PIXELS 128 /* of the overlay: what lies between the cells is interpolated */
#define MOST_OPAQUE 0.75

/* Yellow to red above 0, light to dark blue below: darker is more, for any eyes. */
static const double warm[3] = { 0.84, 0.10, 0.11 }, cold[3] = { 0.10, 0.25, 0.65 };

/* @share: -1 to 1 of the largest part. Premultiplied ARGB. */
static guint32
colour_of (double share)
{
  const double *to = share > 0 ? warm : cold;
  double strength = MIN (fabs (share), 1), alpha = MOST_OPAQUE * sqrt (strength);
  guint32 argb = (guint32) (alpha * 255 + 0.5);

  for (int i = 0; i < 3; i++)
    {
      static const double pale[2][3] = { { 1, 0.93, 0.55 }, { 0.75, 0.88, 1 } };
      double from = pale[share > 0 ? 0 : 1][i];
      double value = from + strength * (to[i] - from);

      argb = argb << 8 | (guint32) (value * alpha * 255 + 0.5);
    }
  return argb;
}

/* Bilinear between the middles of cells, held at the edges. */
static double
value_at (const float *map, int rows, int columns, double y, double x)
{
  double r = CLAMP (y * rows - 0.5, 0, rows - 1),
         c = CLAMP (x * columns - 0.5, 0, columns - 1);
  int top = (int) r, left = (int) c;
  int bottom = MIN (top + 1, rows - 1), right = MIN (left + 1, columns - 1);
  double v = r - top, u = c - left;

  return (1 - v) * ((1 - u) * map[top * columns + left] + u * map[top * columns + right])
         + v
               * ((1 - u) * map[bottom * columns + left]
                  + u * map[bottom * columns + right]);
}

static void
lay_over (PhenoCanvas *canvas, const float *map, int rows, int columns, double largest,
          double x, double y, double size)
{
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, PIXELS, PIXELS);
  guint8 *pixels = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  cairo_t *cairo = canvas->cairo;

  for (int row = 0; pixels != NULL && row < PIXELS; row++)
    for (int column = 0; column < PIXELS; column++)
      {
        double value = value_at (map, rows, columns, (row + 0.5) / PIXELS,
                                 (column + 0.5) / PIXELS);

        ((guint32 *) (void *) (pixels + (gsize) row * stride))[column]
            = colour_of (value / largest);
      }
  cairo_surface_mark_dirty (surface);
  cairo_save (cairo);
  cairo_translate (cairo, x, y);
  cairo_scale (cairo, size / PIXELS, size / PIXELS);
  cairo_set_source_surface (cairo, surface, 0, 0);
  cairo_rectangle (cairo, 0, 0, PIXELS, PIXELS);
  cairo_fill (cairo);
  cairo_restore (cairo);
  cairo_surface_destroy (surface);
}

/* The size of the largest part of any map. */
static double
largest_of (const PhenoLikenessPair *pairs, gsize n)
{
  double largest = 0;

  for (gsize i = 0; i < n; i++)
    for (int side = 0; side < 2; side++)
      for (int p = 0; p < pairs[i].rows * pairs[i].columns; p++)
        largest = MAX (largest, fabs (pairs[i].map[side][p]));
  return largest > 0 ? largest : 1;
}

static void
draw_scale (PhenoCanvas *canvas, double largest, double y)
{
  const double left = PHENO_MARGIN, width = 110, height = 6;
  static const PhenoTextStyle style = { .size = 6.5, .grey = 0.2 };
  PhenoTextStyle end = style;
  g_autofree char *low = pheno_text_number (-largest, largest / 100),
                  *high = pheno_text_number (largest, largest / 100);
  g_autofree char *words = g_strdup_printf (_ ("%s: makes them alike"), high);
  g_autofree char *less = g_strdup_printf (_ ("%s: makes them differ"), low);

  for (int i = 0; i < (int) width; i++)
    {
      guint32 argb = colour_of (2 * (i + 0.5) / width - 1);
      double alpha = (argb >> 24) / 255.0;

      /* On white, as much of it as the picture lets through. */
      cairo_set_source_rgb (canvas->cairo, (argb >> 16 & 255) / 255.0 + 1 - alpha,
                            (argb >> 8 & 255) / 255.0 + 1 - alpha,
                            (argb & 255) / 255.0 + 1 - alpha);
      cairo_rectangle (canvas->cairo, left + i, y, 1.2, height);
      cairo_fill (canvas->cairo);
    }
  pheno_text_draw (canvas, &style, left, y + height + 1, less);
  end.align = PHENO_TEXT_LEFT;
  pheno_text_draw (canvas, &end, left + width + 6, y - 1, words);
}

static void
draw_pair (PhenoCanvas *canvas, const PhenoLikenessPair *pair, double largest, double top,
           double size)
{
  const PhenoTextStyle style = { .size = 6.5,
                                 .grey = 0.15,
                                 .align = PHENO_TEXT_CENTRE,
                                 .width = size,
                                 .lines = CAPTION_LINES };

  for (int side = 0; side < 2; side++)
    for (int with = 0; with < 2; with++) /* as it is, and with the map */
      {
        double x = PHENO_MARGIN + (2 * side + (side ? 1 - with : with)) * (size + GAP);

        pheno_picture_draw (canvas, pair->path[side], x, top, size);
        if (with)
          lay_over (canvas, pair->map[side], pair->rows, pair->columns, largest, x, top,
                    size);
        else if (pair->caption[side] != NULL)
          pheno_text_draw (canvas, &style, x + size / 2, top + size + 2,
                           pair->caption[side]);
      }
}

gboolean
pheno_figure_likeness (const PhenoLikenessPair *pairs, gsize n, const char *title,
                       const PhenoFigureFile *file, GError **error)
{
  const PhenoTextStyle title_style
      = { .size = PHENO_TEXT_TITLE,
          .grey = 0.05,
          .bold = TRUE,
          .width = pheno_figure_width (file) - 2 * PHENO_MARGIN };
  double top = PHENO_MARGIN + (title != NULL ? TITLE_ROOM : 0), size, row;
  double largest = largest_of (pairs, n);
  g_autoptr (PhenoCanvas) canvas = NULL;

  if (n == 0)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("There is no pair to show. Choose a query that has neighbours."));
      return FALSE;
    }
  size = (pheno_figure_width (file) - 2 * PHENO_MARGIN - 3 * GAP) / 4;
  size = MIN (size, LARGEST_PICTURE);
  if (file->height_mm > 0)
    size = MIN (size, (pheno_figure_height (file) - top - SCALE_ROOM - PHENO_MARGIN)
                              / (double) n
                          - CAPTION_HEIGHT - GAP - 2);
  if (size < SMALLEST_PICTURE)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                           _ ("The pairs do not fit on the figure. Choose fewer, or a "
                              "larger width and height."));
      return FALSE;
    }
  row = size + 2 + CAPTION_HEIGHT + GAP;
  canvas = pheno_canvas_new (file, top + (double) n * row + SCALE_ROOM + PHENO_MARGIN,
                             title, error);
  if (canvas == NULL)
    return FALSE;
  if (title != NULL)
    pheno_text_draw (canvas, &title_style, PHENO_MARGIN, PHENO_MARGIN, title);
  for (gsize i = 0; i < n; i++)
    draw_pair (canvas, &pairs[i], largest, top + (double) i * row, size);
  draw_scale (canvas, largest, top + (double) n * row);
  return pheno_canvas_save (canvas, error);
}
