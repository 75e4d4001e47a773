/* preview-sheet.c - pairs of views on one sheet, to copy and to keep
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/preview-sheet.h"

#include <pango/pangocairo.h>

#define CELL 256 /* pixels of a picture */
#define GAP 12
#define LINE 26 /* height of a line of text */
#define ROW (LINE + CELL + GAP)
#define WIDTH (3 * CELL + 4 * GAP)

static void
write_line (cairo_t *cairo, const char *text, const char *font, double x, double y,
            double width)
{
  PangoLayout *layout = pango_cairo_create_layout (cairo);
  PangoFontDescription *description = pango_font_description_from_string (font);

  pango_layout_set_font_description (layout, description);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  cairo_set_source_rgb (cairo, 0, 0, 0);
  cairo_move_to (cairo, x, y);
  pango_cairo_show_layout (cairo, layout);
  pango_font_description_free (description);
  g_object_unref (layout);
}

static void
paint (cairo_t *cairo, GdkTexture *texture, double x, double y)
{
  int width = gdk_texture_get_width (texture), height = gdk_texture_get_height (texture);
  double scale = (double) CELL / MAX (width, height);
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);

  gdk_texture_download (texture, cairo_image_surface_get_data (surface),
                        (gsize) cairo_image_surface_get_stride (surface));
  cairo_surface_mark_dirty (surface);
  cairo_save (cairo);
  cairo_translate (cairo, x + (CELL - width * scale) / 2,
                   y + (CELL - height * scale) / 2);
  cairo_scale (cairo, scale, scale);
  cairo_set_source_surface (cairo, surface, 0, 0);
  cairo_paint (cairo);
  cairo_restore (cairo);
  cairo_surface_destroy (surface);
}

static void
paint_pair (cairo_t *cairo, const PhenoPair *pair, double y)
{
  g_autofree char *name = pheno_display_name (pheno_specimen_get_file (pair->specimen));
  GdkTexture *const pictures[] = { pair->source, pair->views[0], pair->views[1] };

  write_line (cairo, name, "Sans 11px", GAP, y, WIDTH - 2 * GAP);
  for (int i = 0; i < 3; i++)
    paint (cairo, pictures[i], GAP + i * (CELL + GAP), y + LINE);
}

GdkTexture *
pheno_preview_sheet (GPtrArray *pairs, const char *title)
{
  cairo_surface_t *surface;
  cairo_t *cairo;
  GdkTexture *texture;
  g_autoptr (GBytes) bytes = NULL;
  gsize stride;
  int n = 0, height;
  double y = GAP;

  for (guint i = 0; i < pairs->len; i++)
    n += ((PhenoPair *) pairs->pdata[i])->source != NULL;
  if (n == 0)
    return NULL;

  height = 2 * GAP + LINE + n * ROW;
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, height);
  cairo = cairo_create (surface);
  cairo_set_source_rgb (cairo, 1, 1, 1);
  cairo_paint (cairo);
  if (title != NULL)
    write_line (cairo, title, "Sans Bold 13px", GAP, y, WIDTH - 2 * GAP);
  y += LINE;
  for (guint i = 0; i < pairs->len; i++)
    {
      const PhenoPair *pair = pairs->pdata[i];

      if (pair->source == NULL)
        continue;
      paint_pair (cairo, pair, y);
      y += ROW;
    }
  cairo_destroy (cairo);
  cairo_surface_flush (surface);

  stride = (gsize) cairo_image_surface_get_stride (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), stride * (gsize) height);
  texture = gdk_memory_texture_new (WIDTH, height, GDK_MEMORY_DEFAULT, bytes, stride);
  cairo_surface_destroy (surface);
  return texture;
}
