/* picture.c - an image file as a picture in a figure
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/picture.h"

#include "engine/reader/reader.h"

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
  g_autoptr (PhenoImage) image = pheno_display_read (path, NULL, pixels, NULL);
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

void
pheno_picture_draw (PhenoCanvas *canvas, const char *path, double x, double y,
                    double size)
{
  if (path == NULL || !draw_image (canvas, path, x, y, size))
    draw_missing (canvas, x, y, size);
}
