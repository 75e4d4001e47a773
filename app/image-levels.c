/* image-levels.c - an image, ready to be drawn at any zoom
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/image-levels.h"

/* The last level is not larger than this on either side. */
#define SMALLEST_LEVEL 512
/* Sides that cairo can hold. */
#define MOST_PIXELS 32767

void
pheno_image_levels_free (PhenoImageLevels *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->image, pheno_image_free);
  g_ptr_array_unref (self->surfaces);
  g_ptr_array_unref (self->masks);
  g_free (self);
}

/* ---- samples to bytes ---- */

typedef struct
{
  const PhenoImage *image;
  guint8 *bytes; /* of each sample value, for integers */
  double scale;
} Tones;

static guint8
to_byte (double value, double black, double scale)
{
  double byte = (value - black) * scale + 0.5;

  /* A NAN compares as neither, and is black. */
  return byte >= 255 ? 255 : byte > 0 ? (guint8) byte : 0;
}

static void
tones_init (Tones *self, const PhenoImage *image)
{
  guint n = image->type == PHENO_SAMPLE_UINT8    ? 256
            : image->type == PHENO_SAMPLE_UINT16 ? 65536
                                                 : 0;

  self->image = image;
  self->scale = 255 / (image->white - image->black);
  self->bytes = n > 0 ? g_malloc (n) : NULL;
  for (guint i = 0; i < n; i++)
    self->bytes[i] = to_byte (i, image->black, self->scale);
}

static guint8
tone_at (const Tones *self, gsize index)
{
  const PhenoImage *image = self->image;

  if (image->type == PHENO_SAMPLE_UINT8)
    return self->bytes[((const guint8 *) image->pixels)[index]];
  if (image->type == PHENO_SAMPLE_UINT16)
    return self->bytes[((const guint16 *) image->pixels)[index]];
  return to_byte (((const float *) image->pixels)[index], image->black, self->scale);
}

/* Red, green and blue are the first bands; one band is grey. */
static void
fill_row (const Tones *tones, int y, guint32 *row)
{
  const PhenoImage *image = tones->image;
  gsize index = (gsize) y * image->width * image->bands;
  int green = MIN (1, image->bands - 1), blue = MIN (2, image->bands - 1);

  for (int x = 0; x < image->width; x++, index += image->bands)
    row[x] = 0xff000000u | (guint32) tone_at (tones, index) << 16
             | (guint32) tone_at (tones, index + green) << 8
             | tone_at (tones, index + blue);
}

/* ---- levels ---- */

static cairo_surface_t *
surface_new (cairo_format_t format, int width, int height, GError **error)
{
  cairo_surface_t *surface = cairo_image_surface_create (format, width, height);

  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_flush (surface);
      return surface;
    }
  cairo_surface_destroy (surface);
  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      width > MOST_PIXELS || height > MOST_PIXELS
          ? _ ("The image has a side of more than 32,767 pixels and is too large to be "
               "shown here. It is used in training all the same.")
          : _ ("There is not enough memory to show this image in full size. Close other "
               "programs and try again."));
  return NULL;
}

static cairo_surface_t *
first_picture (const PhenoImage *image, GError **error)
{
  cairo_surface_t *surface
      = surface_new (CAIRO_FORMAT_RGB24, image->width, image->height, error);
  Tones tones;

  if (surface == NULL)
    return NULL;
  tones_init (&tones, image);
  for (int y = 0; y < image->height; y++)
    fill_row (&tones, y,
              (guint32 *) (cairo_image_surface_get_data (surface)
                           + (gsize) y * cairo_image_surface_get_stride (surface)));
  g_free (tones.bytes);
  cairo_surface_mark_dirty (surface);
  return surface;
}

static cairo_surface_t *
first_mask (const PhenoImage *image, GError **error)
{
  cairo_surface_t *surface
      = surface_new (CAIRO_FORMAT_A8, image->width, image->height, error);

  if (surface == NULL)
    return NULL;
  for (int y = 0; y < image->height; y++)
    {
      guint8 *row = cairo_image_surface_get_data (surface)
                    + (gsize) y * cairo_image_surface_get_stride (surface);

      for (int x = 0; x < image->width; x++)
        row[x] = 255 - image->mask[(gsize) y * image->width + x];
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/* The mean of two by two pixels; of an odd side the last one is left out. */
static cairo_surface_t *
half (cairo_surface_t *surface, GError **error)
{
  cairo_format_t format = cairo_image_surface_get_format (surface);
  int bytes = format == CAIRO_FORMAT_A8 ? 1 : 4;
  int width = MAX (1, cairo_image_surface_get_width (surface) / 2);
  int height = MAX (1, cairo_image_surface_get_height (surface) / 2);
  int step_x = cairo_image_surface_get_width (surface) > 1 ? bytes : 0;
  gsize stride = cairo_image_surface_get_stride (surface);
  gsize step_y = cairo_image_surface_get_height (surface) > 1 ? stride : 0;
  cairo_surface_t *small = surface_new (format, width, height, error);

  if (small == NULL)
    return NULL;
  for (int y = 0; y < height; y++)
    {
      const guint8 *above = cairo_image_surface_get_data (surface) + 2 * y * stride;
      const guint8 *below = above + step_y;
      guint8 *row = cairo_image_surface_get_data (small)
                    + (gsize) y * cairo_image_surface_get_stride (small);

      for (int x = 0; x < width; x++)
        for (int byte = 0; byte < bytes; byte++)
          {
            int at = 2 * x * bytes + byte;

            row[x * bytes + byte] = (guint8) ((above[at] + above[at + step_x] + below[at]
                                               + below[at + step_x] + 2)
                                              / 4);
          }
    }
  cairo_surface_mark_dirty (small);
  return small;
}

static gboolean
add_levels (GPtrArray *levels, cairo_surface_t *first, GCancellable *cancellable,
            GError **error)
{
  cairo_surface_t *level = first;

  while (level != NULL)
    {
      g_ptr_array_add (levels, level);
      if (MAX (cairo_image_surface_get_width (level),
               cairo_image_surface_get_height (level))
          <= SMALLEST_LEVEL)
        return TRUE;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      level = half (level, error);
    }
  return FALSE;
}

static void
destroy_surface (gpointer surface)
{
  cairo_surface_destroy (surface);
}

PhenoImageLevels *
pheno_image_levels_new (PhenoImage *image, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoImageLevels) self = g_new0 (PhenoImageLevels, 1);

  self->image = image;
  self->surfaces = g_ptr_array_new_with_free_func (destroy_surface);
  self->masks = g_ptr_array_new_with_free_func (destroy_surface);
  if (!add_levels (self->surfaces, first_picture (image, error), cancellable, error))
    return NULL;
  if (image->mask != NULL
      && !add_levels (self->masks, first_mask (image, error), cancellable, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* ---- one pixel ---- */

static void
append_band (GString *text, const PhenoImage *image, int band, gsize index)
{
  static const char *const colours[] = { N_ ("R"), N_ ("G"), N_ ("B") };

  g_string_append (text, "   ");
  if (image->wavelengths_nm != NULL)
    g_string_append_printf (text, "%.0f nm ", image->wavelengths_nm[band]);
  else if (image->bands == 3)
    g_string_append_printf (text, "%s ", _ (colours[band]));
  else if (image->bands > 1)
    g_string_append_printf (text, _ ("Band %d: "), band + 1);

  if (image->type == PHENO_SAMPLE_UINT8)
    g_string_append_printf (text, "%u", ((const guint8 *) image->pixels)[index]);
  else if (image->type == PHENO_SAMPLE_UINT16)
    g_string_append_printf (text, "%u", ((const guint16 *) image->pixels)[index]);
  else
    g_string_append_printf (text, "%.5g", ((const float *) image->pixels)[index]);
}

char *
pheno_image_describe_pixel (const PhenoImage *image, int x, int y)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize index = (gsize) y * image->width + x;

  /* Translators: column and row of a pixel, counted from 0 at the top left. */
  g_string_append_printf (text, _ ("x %d, y %d"), x, y);
  for (int band = 0; band < image->bands; band++)
    append_band (text, image, band, index * image->bands + band);
  if (image->mask != NULL)
    {
      g_string_append (text, "   ");
      g_string_append_printf (text, _ ("mask %d"), image->mask[index]);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
