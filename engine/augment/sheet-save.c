/* sheet-save.c - a sheet of views as PNG, PDF or SVG
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <string.h>

#include "engine/augment/augment.h"

/* Points of paper for each pixel of the sheet: 144 pixels an inch. */
#define POINTS 0.5

static cairo_status_t
take_bytes (void *bytes, const unsigned char *data, unsigned length)
{
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Cairo's pixels: a word each, blue in its lowest byte. */
static cairo_surface_t *
picture_of (const PhenoImage *sheet)
{
  cairo_surface_t *picture
      = cairo_image_surface_create (CAIRO_FORMAT_RGB24, sheet->width, sheet->height);
  const guint8 *from = sheet->pixels;
  guint8 *rows = cairo_image_surface_get_data (picture);

  if (cairo_surface_status (picture) != CAIRO_STATUS_SUCCESS)
    return picture;
  for (int y = 0; y < sheet->height; y++)
    {
      guint32 *to = (guint32 *) (void *) (rows
                                          + (gsize) y
                                                * (gsize) cairo_image_surface_get_stride (
                                                    picture));

      for (int x = 0; x < sheet->width; x++, from += 3)
        to[x] = (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
    }
  cairo_surface_mark_dirty (picture);
  return picture;
}

static gboolean
save_drawing (const PhenoImage *sheet, const char *path, gboolean pdf, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  double width = sheet->width * POINTS, height = sheet->height * POINTS;
  cairo_surface_t *picture = picture_of (sheet);
  cairo_surface_t *paper
      = pdf ? cairo_pdf_surface_create_for_stream (take_bytes, bytes, width, height)
            : cairo_svg_surface_create_for_stream (take_bytes, bytes, width, height);
  cairo_t *cairo = cairo_create (paper);
  cairo_status_t status;

  cairo_scale (cairo, POINTS, POINTS);
  cairo_set_source_surface (cairo, picture, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cairo), CAIRO_FILTER_NEAREST);
  cairo_paint (cairo);
  status = cairo_status (cairo);
  cairo_destroy (cairo);
  cairo_surface_finish (paper);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (paper);
  cairo_surface_destroy (paper);
  cairo_surface_destroy (picture);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_autofree char *shown = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("The sheet “%s” cannot be drawn: %s. Ask for fewer or smaller "
                      "views."),
                   shown, cairo_status_to_string (status));
      return FALSE;
    }
  return pheno_write_file (path, (const char *) bytes->data, bytes->len, error);
}

gboolean
pheno_augment_sheet_save (const PhenoImage *sheet, const char *path, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  g_return_val_if_fail (sheet->bands == 3 && sheet->type == PHENO_SAMPLE_UINT8, FALSE);

  if (g_str_has_suffix (lower, ".pdf") || g_str_has_suffix (lower, ".svg"))
    return save_drawing (sheet, path, g_str_has_suffix (lower, ".pdf"), error);
  return pheno_image_save (sheet, path, error);
}
