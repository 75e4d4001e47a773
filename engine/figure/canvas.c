/* canvas.c - a sheet of paper that becomes an SVG, a PDF, a PNG or a TIFF
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/canvas.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "engine/figure/provenance.h"
#include "engine/figure/raster.h"
#include "engine/figure/text.h"

#define DEFAULT_WIDTH_MM 180.0
#define DEFAULT_DOTS_PER_INCH 300.0
#define MOST_PIXELS 32767 /* cairo's images */
#define MOST_MM 5000.0    /* PDF readers stop at 14,400 points */

static gboolean
find_format (const PhenoFigureFile *file, PhenoFigureFormat *format, GError **error)
{
  static const char *const extensions[] = { ".svg", ".pdf", ".png", ".tif", ".tiff" };
  const char *dot = strrchr (file->path, '.');
  g_autofree char *name = NULL;

  for (int i = 0; dot != NULL && i < (int) G_N_ELEMENTS (extensions); i++)
    if (g_ascii_strcasecmp (dot, extensions[i]) == 0)
      {
        *format = MIN (i, PHENO_FIGURE_TIFF);
        return TRUE;
      }
  name = pheno_display_name (file->path);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is no name of a figure: it must end in .svg, .pdf, .png or "
                  ".tif."),
               name);
  return FALSE;
}

static double
zoom_of (const PhenoFigureFile *file)
{
  return file->font_size > 0 ? file->font_size / PHENO_TEXT_SMALL : 1;
}

double
pheno_figure_width (const PhenoFigureFile *file)
{
  return (file->width_mm > 0 ? file->width_mm : DEFAULT_WIDTH_MM) * PHENO_POINTS_PER_MM
         / zoom_of (file);
}

double
pheno_figure_height (const PhenoFigureFile *file)
{
  return MAX (file->height_mm, 0) * PHENO_POINTS_PER_MM / zoom_of (file);
}

static double
scale_of (const PhenoFigureFile *file)
{
  return (file->dots_per_inch > 0 ? file->dots_per_inch : DEFAULT_DOTS_PER_INCH) / 72;
}

double
pheno_canvas_pixels_per_point (const PhenoCanvas *canvas)
{
  return scale_of (canvas->file) * canvas->zoom;
}

/* Made of pixels, of which the dots per inch say how many. */
static gboolean
is_picture (const PhenoCanvas *canvas)
{
  return canvas->format == PHENO_FIGURE_PNG || canvas->format == PHENO_FIGURE_TIFF;
}

static gboolean
check_size (const PhenoCanvas *canvas, GError **error)
{
  double width = canvas->width * canvas->zoom, height = canvas->height * canvas->zoom;
  double largest = MAX (width, height), smallest = MIN (width, height);

  if (!(largest <= MOST_MM * PHENO_POINTS_PER_MM) || smallest < 20 * PHENO_POINTS_PER_MM)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("A figure of %.0f x %.0f mm cannot be drawn. Choose a width and a "
                      "height from 20 to 5,000 mm."),
                   width / PHENO_POINTS_PER_MM, height / PHENO_POINTS_PER_MM);
      return FALSE;
    }
  if (is_picture (canvas) && largest * scale_of (canvas->file) > MOST_PIXELS)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("A picture of %.0f x %.0f mm at %.0f dots per inch is more than 32,767 "
             "pixels long. Choose fewer "
             "dots per inch, or draw a PDF."),
          width / PHENO_POINTS_PER_MM, height / PHENO_POINTS_PER_MM,
          scale_of (canvas->file) * 72);
      return FALSE;
    }

  return TRUE;
}

static cairo_status_t
write_cb (void *bytes, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (bytes, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
new_surface (PhenoCanvas *canvas)
{
  double scale = scale_of (canvas->file);
  double width = canvas->width * canvas->zoom, height = canvas->height * canvas->zoom;

  switch (canvas->format)
    {
    case PHENO_FIGURE_SVG:
      return cairo_svg_surface_create_for_stream (write_cb, canvas->bytes, width, height);
    case PHENO_FIGURE_PDF:
      return cairo_pdf_surface_create_for_stream (write_cb, canvas->bytes, width, height);
    case PHENO_FIGURE_PNG:
    case PHENO_FIGURE_TIFF:
    default:
      return cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width * scale),
                                         (int) ceil (height * scale));
    }
}

PhenoCanvas *
pheno_canvas_new (const PhenoFigureFile *file, double height, const char *title,
                  GError **error)
{
  g_autoptr (PhenoCanvas) canvas = g_new0 (PhenoCanvas, 1);

  canvas->file = file;
  canvas->width = pheno_figure_width (file);
  canvas->height = file->height_mm > 0 ? pheno_figure_height (file) : height;
  canvas->zoom = zoom_of (file);
  if (!find_format (file, &canvas->format, error) || !check_size (canvas, error))
    return NULL;

  canvas->bytes = g_byte_array_new ();
  canvas->surface = new_surface (canvas);
  canvas->cairo = cairo_create (canvas->surface);
  if (is_picture (canvas))
    cairo_scale (canvas->cairo, scale_of (file), scale_of (file));
  cairo_scale (canvas->cairo, canvas->zoom, canvas->zoom);
  if (canvas->format == PHENO_FIGURE_PDF)
    pheno_provenance_to_pdf (canvas->surface, title, file->provenance);
  if (canvas->format == PHENO_FIGURE_SVG)
    cairo_svg_surface_set_document_unit (canvas->surface, CAIRO_SVG_UNIT_PT);
  cairo_set_source_rgb (canvas->cairo, 1, 1, 1);
  cairo_paint (canvas->cairo);

  return g_steal_pointer (&canvas);
}

GBytes *
pheno_canvas_finish (PhenoCanvas *canvas, GError **error)
{
  GHashTable *provenance = canvas->file->provenance;
  cairo_status_t status = cairo_status (canvas->cairo);

  cairo_surface_flush (canvas->surface);
  if (status == CAIRO_STATUS_SUCCESS && canvas->format == PHENO_FIGURE_PNG)
    status = cairo_surface_write_to_png_stream (canvas->surface, write_cb, canvas->bytes);
  if (status == CAIRO_STATUS_SUCCESS && canvas->format == PHENO_FIGURE_TIFF
      && !pheno_raster_write_tiff (canvas->surface, scale_of (canvas->file) * 72,
                                   provenance, canvas->bytes))
    status = CAIRO_STATUS_WRITE_ERROR;
  cairo_surface_finish (canvas->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (canvas->surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_autofree char *name = pheno_display_name (canvas->file->path);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("“%s” could not be drawn: %s. Choose a smaller figure, or another format."),
          name, cairo_status_to_string (status));
      return NULL;
    }

  if (canvas->format == PHENO_FIGURE_PNG)
    pheno_provenance_to_png (canvas->bytes, scale_of (canvas->file) * 72, provenance);
  if (canvas->format == PHENO_FIGURE_SVG)
    pheno_provenance_to_svg (canvas->bytes, provenance);
  return g_byte_array_free_to_bytes (g_steal_pointer (&canvas->bytes));
}

gboolean
pheno_canvas_save (PhenoCanvas *canvas, GError **error)
{
  g_autoptr (GBytes) bytes = pheno_canvas_finish (canvas, error);

  return bytes != NULL
         && pheno_write_file (canvas->file->path, g_bytes_get_data (bytes, NULL),
                              g_bytes_get_size (bytes), error);
}

void
pheno_canvas_free (PhenoCanvas *canvas)
{
  if (canvas == NULL)
    return;
  g_clear_pointer (&canvas->cairo, cairo_destroy);
  if (canvas->surface != NULL)
    cairo_surface_finish (
        canvas->surface); /* writes into the bytes, which must still be there */
  g_clear_pointer (&canvas->surface, cairo_surface_destroy);
  g_clear_pointer (&canvas->bytes, g_byte_array_unref);
  g_free (canvas);
}
