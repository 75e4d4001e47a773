/* mask.c - which pixels are specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Masks come as 0 and 1, 0 and 255, 0 and 65535, or anything between: the largest value
 * of a mask is what means specimen.
 */
#include "engine/reader/mask-border.h"
#include "engine/reader/preparation-parts.h"

#include <string.h>

#define TOLERANCE 0.1
#define MARGIN 0.05 /* around the specimen, of its longer side */

void
pheno_mask_rule_clear (MaskRule *rule)
{
  g_clear_pointer (&rule->name, g_free);
}

static gboolean
fail (const char *text, GError **error)
{
  g_autofree char *shown = pheno_display_name (text);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“mask” is “%s”; it must be auto, none, alpha, border, band:NUMBER, band:NAME, "
         "file:PATTERN such as file:masks/{name}.png, or colour:#RRGGBB of the "
         "background."),
      shown);
  return FALSE;
}

/* #RRGGBB, and what may follow. */
static gboolean
read_colour (const char *text, MaskRule *rule)
{
  char *end;

  rule->kind = MASK_COLOUR;
  rule->tolerance = TOLERANCE;
  if (*text++ != '#' || strspn (text, "0123456789abcdefABCDEF") != 6)
    return FALSE;
  for (int i = 0; i < 3; i++)
    rule->colour[i] = (g_ascii_xdigit_value (text[2 * i]) * 16
                       + g_ascii_xdigit_value (text[2 * i + 1]))
                      / 255.0;
  if (text[6] == '\0')
    return TRUE;
  rule->tolerance = g_ascii_strtod (text + 7, &end);
  return text[6] == ':' && end != text + 7 && *end == '\0' && rule->tolerance > 0
         && rule->tolerance <= 2;
}

gboolean
pheno_mask_rule_read (const char *text, MaskRule *rule, GError **error)
{
  const char *rest = text;

  *rule = (MaskRule){ 0 };
  if (g_str_has_prefix (rest, "inverted:"))
    {
      rule->inverted = TRUE;
      rest += strlen ("inverted:");
    }

  if (g_str_equal (rest, "auto") && !rule->inverted)
    rule->kind = MASK_AUTO;
  else if (g_str_equal (rest, "none") && !rule->inverted)
    rule->kind = MASK_NONE;
  else if (g_str_equal (rest, "alpha"))
    rule->kind = MASK_ALPHA;
  else if (g_str_equal (rest, "border"))
    rule->kind = MASK_BORDER;
  else if (g_str_has_prefix (rest, "band:") && rest[5] != '\0')
    {
      rule->kind = MASK_BAND;
      rule->name = g_strdup (rest + 5);
    }
  else if (g_str_has_prefix (rest, "file:") && rest[5] != '\0')
    {
      rule->kind = MASK_FILE;
      rule->name = g_strdup (rest + 5);
    }
  else if (!g_str_has_prefix (rest, "colour:")
           || !read_colour (rest + strlen ("colour:"), rule))
    return fail (text, error);
  return TRUE;
}

int
pheno_mask_rule_band (const MaskRule *rule, const PhenoImageHeader *header,
                      const char *path, GError **error)
{
  g_autofree char *name = NULL;
  int band;

  if (rule->kind == MASK_AUTO)
    {
      for (int i = 0;
           header->band_names != NULL && !header->has_mask && i < header->bands; i++)
        if (g_ascii_strcasecmp (header->band_names[i], "mask") == 0 && header->bands > 1)
          return i;
      return -1;
    }
  if (rule->kind != MASK_BAND)
    return -1;
  if ((band = pheno_band_find (header, rule->name)) >= 0 && header->bands > 1)
    return band;

  name = pheno_display_name (path);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” has no band “%s” for a mask beside others, but %d bands. Choose "
                  "another with mask=band:NUMBER, or mask=none."),
               name, rule->name, header->bands);
  return -2;
}

/* Any values to 0 ... 255; no number is background. FALSE: nothing is specimen. */
static gboolean
to_bytes (const float *values, gsize count, guint8 *mask)
{
  float largest = 0;

  for (gsize i = 0; i < count; i++)
    if (values[i] > largest && isfinite (values[i]))
      largest = values[i];
  for (gsize i = 0; i < count; i++)
    {
      float share = largest > 0 ? values[i] / largest : 0;

      mask[i] = share > 0 ? (guint8) (MIN (share, 1) * 255 + 0.5f) : 0;
    }
  return largest > 0;
}

static gboolean
finish (const MaskRule *rule, const char *path, gsize count, guint8 *mask, GError **error)
{
  gsize inside = 0;

  for (gsize i = 0; i < count; i++)
    {
      if (rule->inverted)
        mask[i] = 255 - mask[i];
      inside += mask[i] >= 128;
    }
  if (inside > 0)
    return TRUE;

  {
    g_autofree char *name = pheno_display_name (path);

    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_DATA,
        _ ("The mask of “%s” is empty: nothing in it is specimen. Draw it again, "
           "or choose mask=none."),
        name);
  }
  return FALSE;
}

static gboolean
mask_of_band (PhenoSource *source, int band, guint8 **mask, GError **error)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  gsize count = (gsize) header->width * header->height;
  g_autofree float *values = g_try_new (float, count);

  if (values == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("There is not enough memory for a mask of %d × %d pixels."),
                   header->width, header->height);
      return FALSE;
    }
  if (!pheno_source_read_planes (source, NULL, &band, 1, values, error))
    return FALSE;
  *mask = g_malloc (count);
  to_bytes (values, count, *mask);
  return TRUE;
}

/* (transfer full): PATTERN with the image's own name in it. */
static char *
path_of_pattern (const char *pattern, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autoptr (GString) file = g_string_new (pattern);
  char *dot = strrchr (base, '.');

  if (dot != NULL && dot != base)
    *dot = '\0';
  g_string_replace (file, "{name}", base, 0);
  return g_path_is_absolute (file->str) ? g_strdup (file->str)
                                        : g_build_filename (folder, file->str, NULL);
}

static gboolean
mask_of_file (const char *pattern, const char *path, int shorter_side, int width,
              int height, guint8 **mask, GError **error)
{
  g_autofree char *file = path_of_pattern (pattern, path);
  g_autoptr (PhenoImage) image = pheno_reader_read (file, shorter_side, error);
  gsize count = (gsize) width * height;
  g_autofree float *values = NULL;

  if (image == NULL)
    {
      g_autofree char *name = pheno_display_name (path);

      g_prefix_error (error, _ ("The mask of “%s”: "), name);
      return FALSE;
    }
  if (image->width != width || image->height != height)
    {
      g_autofree char *name = pheno_display_name (path), *of = pheno_display_name (file);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("The mask “%s” has %d × %d pixels and its image “%s” %d × %d. Make "
                      "the mask anew in the size of the image."),
                   of, image->width, image->height, name, width, height);
      return FALSE;
    }

  values = g_new (float, count);
  for (gsize i = 0; i < count; i++)
    {
      double most = 0;

      for (int band = 0; band < image->bands; band++)
        most = MAX (most, pheno_image_sample (image, i * image->bands + band));
      values[i] = (float) most;
    }
  *mask = g_malloc (count);
  to_bytes (values, count, *mask);
  return TRUE;
}

static gboolean
mask_of_colour (const MaskRule *rule, const PhenoImage *image, const char *path,
                guint8 **mask, GError **error)
{
  gsize count;

  if (image == NULL || image->bands != 3)
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” is no photograph with three colour bands, so a background "
                      "colour cannot be its mask. Choose a band or a file as the mask."),
                   name);
      return FALSE;
    }

  count = (gsize) image->width * image->height;
  *mask = g_malloc (count);
  for (gsize i = 0; i < count; i++)
    {
      double sum = 0;

      for (int band = 0; band < 3; band++)
        {
          double value = (pheno_image_sample (image, 3 * i + band) - image->black)
                         / (image->white - image->black);

          sum += (value - rule->colour[band]) * (value - rule->colour[band]);
        }
      (*mask)[i] = sqrt (sum) > rule->tolerance ? 255 : 0;
    }
  return TRUE;
}

/* The bands that are shown, or three spread over all, with their own range as levels. */
static PhenoImage *
read_shown_bands (PhenoSource *source, GError **error)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  int bands[3], n = MIN (header->bands, 3);
  PhenoImage *image;

  for (int i = 0; i < n; i++)
    bands[i] = header->default_bands[i] >= 0 && header->default_bands[i] < header->bands
                   ? header->default_bands[i]
                   : header->bands * (2 * i + 1) / (2 * n);
  if ((image = pheno_source_read (source, NULL, bands, n, error)) == NULL)
    return NULL;

  image->black = INFINITY;
  image->white = -INFINITY;
  g_clear_pointer (&image->band_black, g_free);
  g_clear_pointer (&image->band_white, g_free);
  for (gsize i = 0; i < (gsize) image->width * image->height * n; i++)
    {
      double value = pheno_image_sample (image, i);

      if (isfinite (value))
        {
          image->black = MIN (image->black, value);
          image->white = MAX (image->white, value);
        }
    }
  return image;
}

/* No mask where the border is of many colours. */
static gboolean
mask_of_border (PhenoSource *source, const PhenoImage *image, guint8 **mask,
                GError **error)
{
  g_autoptr (PhenoImage) read = NULL;

  if (image == NULL && (read = read_shown_bands (source, error)) == NULL)
    return FALSE;
  if (image == NULL)
    image = read;
  if (!(image->white > image->black))
    return TRUE;

  *mask = g_malloc ((gsize) image->width * image->height);
  if (!pheno_mask_from_border (image, *mask))
    g_clear_pointer (mask, g_free);
  return TRUE;
}

/* The alpha of the file itself. */
static gboolean
own_mask (PhenoSource *source, const PhenoImage *image, guint8 **mask, GError **error)
{
  const int first = 0;
  g_autoptr (PhenoImage) read = NULL;

  if (image != NULL)
    {
      if (image->mask != NULL)
        *mask = g_memdup2 (image->mask, (gsize) image->width * image->height);
      return TRUE;
    }
  if (!pheno_source_header (source)->has_mask)
    return TRUE;
  if ((read = pheno_source_read (source, NULL, &first, 1, error)) == NULL)
    return FALSE;
  *mask = g_steal_pointer (&read->mask);
  return TRUE;
}

gboolean
pheno_mask_read (const MaskRule *rule, PhenoSource *source, const PhenoImage *image,
                 const char *path, int shorter_side, guint8 **mask, GError **error)
{
  int width = image != NULL ? image->width : pheno_source_header (source)->width;
  int height = image != NULL ? image->height : pheno_source_header (source)->height;
  int band = source != NULL
                 ? pheno_mask_rule_band (rule, pheno_source_header (source), path, error)
                 : -1;
  gboolean done;

  *mask = NULL;
  if (band == -2)
    return FALSE;
  if (rule->kind == MASK_NONE)
    return TRUE;
  if (band >= 0)
    done = mask_of_band (source, band, mask, error);
  else if (rule->kind == MASK_FILE)
    done = mask_of_file (rule->name, path, shorter_side, width, height, mask, error);
  else if (rule->kind == MASK_BORDER)
    done = mask_of_border (source, image, mask, error);
  else if (rule->kind == MASK_COLOUR)
    done = mask_of_colour (rule, image, path, mask, error);
  else
    done = own_mask (source, image, mask, error);
  if (done && *mask != NULL)
    done = finish (rule, path, (gsize) width * height, *mask, error);
  if (!done)
    g_clear_pointer (mask, g_free);
  return done;
}

PhenoRegion
pheno_mask_box (const guint8 *mask, int width, int height)
{
  int left = width, right = -1, top = height, bottom = -1, margin;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (mask[(gsize) y * width + x] >= 128)
        {
          left = MIN (left, x);
          right = MAX (right, x);
          top = MIN (top, y);
          bottom = MAX (bottom, y);
        }
  if (right < 0)
    return (PhenoRegion){ 0, 0, width, height };

  margin = (int) ceil (MARGIN * MAX (right - left + 1, bottom - top + 1));
  left = MAX (left - margin, 0);
  top = MAX (top - margin, 0);
  return (PhenoRegion){ left, top, MIN (right + margin, width - 1) - left + 1,
                        MIN (bottom + margin, height - 1) - top + 1 };
}
