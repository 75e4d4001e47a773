/* text.c - words on the canvas
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Pango finds a font for every letter, so that names in any script and accents come out;
 * cairo's own text would draw boxes.
 */
#include "engine/figure/text.h"

#include <math.h>
#include <pango/pangocairo.h>

#define FAMILIES "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"

/* Positions of letters must not be rounded to pixels of a screen: the paper has none. */
static PangoContext *
new_context (void)
{
  PangoContext *context
      = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 72); /* a point is a unit */
  pango_context_set_round_glyph_positions (context, FALSE);
  cairo_font_options_destroy (options);
  return context;
}

static PangoLayout *
new_layout (const PhenoTextStyle *style, const char *text)
{
  PangoContext *context = new_context ();
  PangoLayout *layout = pango_layout_new (context);
  PangoFontDescription *font = pango_font_description_from_string (FAMILIES);
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_object_unref (context);
  pango_font_description_set_absolute_size (font, style->size * PANGO_SCALE);
  pango_font_description_set_weight (font, style->bold ? PANGO_WEIGHT_BOLD
                                                       : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_text (layout, valid, -1);
  if (style->width > 0)
    {
      pango_layout_set_width (layout, (int) (style->width * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_height (layout, -MAX (style->lines, 1));
      /* File names differ at their end. */
      pango_layout_set_ellipsize (layout, style->lines > 1 ? PANGO_ELLIPSIZE_END
                                                           : PANGO_ELLIPSIZE_MIDDLE);
      pango_layout_set_alignment (layout,
                                  style->align == PHENO_TEXT_CENTRE  ? PANGO_ALIGN_CENTER
                                  : style->align == PHENO_TEXT_RIGHT ? PANGO_ALIGN_RIGHT
                                                                     : PANGO_ALIGN_LEFT);
    }
  return layout;
}

static void
layout_size (PangoLayout *layout, double *width, double *height)
{
  PangoRectangle extents;

  pango_layout_get_extents (layout, NULL, &extents);
  *width = (double) extents.width / PANGO_SCALE;
  *height = (double) extents.height / PANGO_SCALE;
}

void
pheno_text_measure (const PhenoTextStyle *style, const char *text, double *width,
                    double *height)
{
  g_autoptr (PangoLayout) layout = new_layout (style, text);

  layout_size (layout, width, height);
}

double
pheno_text_draw (PhenoCanvas *canvas, const PhenoTextStyle *style, double x, double y,
                 const char *text)
{
  g_autoptr (PangoLayout) layout = new_layout (style, text);
  double width, height;

  layout_size (layout, &width, &height);
  if (style->width > 0)
    width = style->width; /* the layout aligns in it by itself */
  cairo_set_source_rgb (canvas->cairo, style->grey, style->grey, style->grey);
  cairo_move_to (canvas->cairo,
                 x
                     - width
                           * (style->align == PHENO_TEXT_CENTRE  ? 0.5
                              : style->align == PHENO_TEXT_RIGHT ? 1
                                                                 : 0),
                 y);
  pango_cairo_show_layout (canvas->cairo, layout);
  cairo_new_path (canvas->cairo);

  return height;
}

/* The middle of digits and small letters, which is what the eye takes for the middle of a
 * line. */
void
pheno_text_draw_middle (PhenoCanvas *canvas, const PhenoTextStyle *style, double x,
                        double y, const char *text)
{
  g_autoptr (PangoLayout) layout = new_layout (style, text);
  double baseline = (double) pango_layout_get_baseline (layout) / PANGO_SCALE;

  pheno_text_draw (canvas, style, x, y - baseline + style->size * 0.35, text);
}

void
pheno_text_draw_upwards (PhenoCanvas *canvas, const PhenoTextStyle *style, double x,
                         double y, const char *text)
{
  PhenoTextStyle centred = *style;

  centred.align = PHENO_TEXT_CENTRE;
  cairo_save (canvas->cairo);
  cairo_translate (canvas->cairo, x, y);
  cairo_rotate (canvas->cairo, -G_PI / 2);
  pheno_text_draw (canvas, &centred, 0, 0, text);
  cairo_restore (canvas->cairo);
}

char *
pheno_text_number (double number, double step)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE], format[16];
  int decimals = step < 1 ? (int) ceil (-log10 (step) - 1e-9) : 0;

  /* A step of zeros from -1e-17 is a zero. */
  if (fabs (number) < step * 1e-6)
    number = 0;
  if (decimals > 4 || fabs (number) >= 1e6)
    g_snprintf (format, sizeof format, "%%.3g");
  else
    g_snprintf (format, sizeof format, "%%.%df", decimals);
  g_ascii_formatd (digits, sizeof digits, format, number);
  if (digits[0] == '-')
    return g_strconcat ("\xe2\x88\x92", digits + 1, NULL); /* a minus, not a hyphen */
  return g_strdup (digits);
}
