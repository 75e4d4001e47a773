/* tiff-names.c - what the bands of a TIFF are called, and what their numbers mean
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * In this order: the labels of ImageJ's slices, the descriptions that GDAL writes, the
 * names of the pages. GDAL's tag is XML:
 *
 *     <GDALMetadata>
 *       <Item name="DESCRIPTION" sample="0" role="description">vR</Item>
 *       <Item name="wavelength" sample="0">560.2</Item>
 *     </GDALMetadata>
 *
 * ImageJ's is binary: "IJIJ", pairs of a type and a number of entries, then the entries,
 * whose lengths stand in a tag of their own; labels are UTF-16.
 */
#include "engine/reader/measured.h"
#include "engine/reader/tiff.h"

#include <string.h>

#define TAG_GDAL_METADATA 42112
#define TAG_GDAL_NODATA 42113
#define TAG_IMAGEJ_LENGTHS 50838
#define TAG_IMAGEJ_METADATA 50839

/* Tags that libtiff does not know come as a count and the values. */
static const void *
foreign_tag (TIFF *tiff, guint32 tag, guint32 *count)
{
  void *values = NULL;

  *count = 0;
  if (TIFFFindField (tiff, tag, TIFF_ANY) == NULL
      || !TIFFGetField (tiff, tag, count, &values))
    return NULL;

  return *count > 0 ? values : NULL;
}

/* (transfer full) (nullable): valid UTF-8, up to the first 0. */
static char *
foreign_text (TIFF *tiff, guint32 tag)
{
  guint32 count;
  const char *text = foreign_tag (tiff, tag, &count);

  return text != NULL ? g_utf8_make_valid (text, strnlen (text, count)) : NULL;
}

/* One line, as short as a name should be. */
static char *
tidy_name (const char *text)
{
  g_autofree char *name
      = text != NULL ? g_strndup (text, strcspn (text, "\r\n")) : g_strdup ("");

  g_strstrip (name);

  return g_utf8_strlen (name, -1) > 80 ? g_utf8_substring (name, 0, 80)
                                       : g_steal_pointer (&name);
}

/* Takes the names where there is any. */
static void
set_names (PhenoImageHeader *header, GStrv names)
{
  gboolean any = FALSE;

  for (int i = 0; i < header->bands; i++)
    {
      if (names[i] == NULL)
        names[i] = g_strdup ("");
      any |= *names[i] != '\0';
    }
  if (any)
    header->band_names = names;
  else
    g_strfreev (names);
}

/* ---- ImageJ ---- */

static guint32
word_at (const guint8 *bytes, gboolean swapped)
{
  guint32 word;

  memcpy (&word, bytes, sizeof word);
  return swapped ? GUINT32_SWAP_LE_BE (word) : word;
}

static char *
label_at (const guint8 *bytes, gsize length, gboolean swapped)
{
  g_autofree gunichar2 *units = g_new (gunichar2, length / 2 + 1);
  g_autofree char *text = NULL;

  memcpy (units, bytes, length / 2 * 2);
  for (gsize i = 0; swapped && i < length / 2; i++)
    units[i] = GUINT16_SWAP_LE_BE (units[i]);
  text = g_utf16_to_utf8 (units, length / 2, NULL, NULL, NULL);

  return tidy_name (text);
}

static void
take_imagej_labels (TIFF *tiff, PhenoImageHeader *header)
{
  gboolean swapped = TIFFIsByteSwapped (tiff);
  guint32 n_lengths, n_bytes, entry = 1;
  const guint32 *lengths = foreign_tag (tiff, TAG_IMAGEJ_LENGTHS, &n_lengths);
  const guint8 *bytes = foreign_tag (tiff, TAG_IMAGEJ_METADATA, &n_bytes);
  gsize at;

  if (lengths == NULL || bytes == NULL || lengths[0] < 12 || lengths[0] > n_bytes
      || TIFFFieldDataType (TIFFFindField (tiff, TAG_IMAGEJ_LENGTHS, TIFF_ANY))
             != TIFF_LONG
      || word_at (bytes, swapped) != 0x494a494a)
    return;

  at = lengths[0];
  for (gsize pair = 4; pair + 8 <= lengths[0]; pair += 8)
    {
      gboolean labels = word_at (bytes + pair, swapped) == 0x6c61626c; /* "labl" */
      guint32 count = word_at (bytes + pair + 4, swapped);
      g_auto (GStrv) names = labels ? g_new0 (char *, header->bands + 1) : NULL;

      for (guint32 i = 0; i < count; i++, entry++)
        {
          if (entry >= n_lengths || lengths[entry] > n_bytes - at)
            return;
          if (labels && i < (guint32) header->bands)
            names[i] = label_at (bytes + at, lengths[entry], swapped);
          at += lengths[entry];
        }
      if (labels)
        {
          if (count == (guint32) header->bands)
            set_names (header, g_steal_pointer (&names));
          return;
        }
    }
}

/* ---- GDAL ---- */

typedef struct
{
  int bands;
  GStrv names;
  double *wavelengths, *widths, *scales;
  int n_wavelengths, n_widths, n_scales;
  gboolean has_offset;
  char *unit;
  /* of the item that is open */
  char *name;
  int sample;
  GString *text;
} Items;

static void
start_cb (GMarkupParseContext *context, const char *element, const char **names,
          const char **values, gpointer data, GError **error)
{
  Items *items = data;

  if (strcmp (element, "Item") != 0)
    return;
  g_clear_pointer (&items->name, g_free);
  items->sample = -1;
  g_string_truncate (items->text, 0);
  for (gsize i = 0; names[i] != NULL; i++)
    {
      if (strcmp (names[i], "name") == 0)
        items->name = g_ascii_strdown (values[i], -1);
      if (strcmp (names[i], "sample") == 0)
        items->sample = (int) CLAMP (g_ascii_strtoll (values[i], NULL, 10), -1, G_MAXINT);
    }
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
         GError **error)
{
  Items *items = data;

  if (items->name != NULL)
    g_string_append_len (items->text, text, length);
}

static void
keep (double *values, int *count, int sample, const char *text, double factor)
{
  char *rest;
  double number = g_ascii_strtod (text, &rest);

  if (rest == text)
    return;
  if (isnan (values[sample]))
    ++*count;
  values[sample] = number * factor;
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  Items *items = data;
  const char *name = items->name, *text = items->text->str;
  int sample = items->sample;

  if (strcmp (element, "Item") != 0 || name == NULL)
    return;
  if (strcmp (name, "wavelength_units") == 0)
    {
      g_free (items->unit);
      items->unit = g_strdup (text);
    }
  else if (sample >= 0 && sample < items->bands)
    {
      if (strcmp (name, "description") == 0)
        {
          g_free (items->names[sample]);
          items->names[sample] = tidy_name (text);
        }
      else if (strcmp (name, "wavelength") == 0)
        keep (items->wavelengths, &items->n_wavelengths, sample, text, 1);
      else if (strcmp (name, "central_wavelength_um") == 0)
        keep (items->wavelengths, &items->n_wavelengths, sample, text, 1000);
      else if (strcmp (name, "fwhm") == 0)
        keep (items->widths, &items->n_widths, sample, text, 1);
      else if (strcmp (name, "fwhm_um") == 0)
        keep (items->widths, &items->n_widths, sample, text, 1000);
      else if (strcmp (name, "scale") == 0)
        keep (items->scales, &items->n_scales, sample, text, 1);
      else if (strcmp (name, "offset") == 0)
        items->has_offset |= g_ascii_strtod (text, NULL) != 0;
    }
  g_clear_pointer (&items->name, g_free);
}

/* All bands alike: a reflectance is a sample times the scale. */
static void
take_scale (const Items *items, PhenoImageHeader *header)
{
  if (items->n_scales != items->bands || items->has_offset || !(items->scales[0] > 0))
    return;
  for (int i = 1; i < items->bands; i++)
    if (items->scales[i] != items->scales[0])
      return;
  if (items->scales[0] != 1)
    header->scale_factor = 1 / items->scales[0];
}

static double *
unknown_numbers (int count)
{
  double *values = g_new (double, count);

  for (int i = 0; i < count; i++)
    values[i] = NAN;
  return values;
}

static gboolean
take_gdal_items (TIFF *tiff, PhenoImageHeader *header, const char *path, GError **error)
{
  static const GMarkupParser parser
      = { .start_element = start_cb, .end_element = end_cb, .text = text_cb };
  g_autofree char *xml = foreign_text (tiff, TAG_GDAL_METADATA);
  g_autoptr (GMarkupParseContext) context = NULL;
  Items items = { .bands = header->bands, .sample = -1 };
  gboolean done = TRUE;

  if (xml == NULL)
    return TRUE;

  items.names = g_new0 (char *, header->bands + 1);
  items.wavelengths = unknown_numbers (header->bands);
  items.widths = unknown_numbers (header->bands);
  items.scales = unknown_numbers (header->bands);
  items.text = g_string_new (NULL);
  context = g_markup_parse_context_new (&parser, 0, &items, NULL);
  /* What stands before a fault in the XML is as good as without it. */
  g_markup_parse_context_parse (context, xml, strlen (xml), NULL);

  take_scale (&items, header);
  if (header->band_names == NULL)
    set_names (header, items.names);
  else
    {
      for (int i = 0; i < header->bands; i++)
        g_free (items.names[i]);
      g_free (items.names);
    }
  if (items.n_wavelengths == header->bands)
    done = pheno_measured_set_spectrum (
        header, g_steal_pointer (&items.wavelengths),
        items.n_widths == header->bands ? g_steal_pointer (&items.widths) : NULL,
        items.unit, path, error);
  g_free (items.wavelengths);
  g_free (items.widths);
  g_free (items.scales);
  g_free (items.unit);
  g_free (items.name);
  g_string_free (items.text, TRUE);

  return done;
}

static void
take_no_data (TIFF *tiff, PhenoImageHeader *header)
{
  g_autofree char *text = foreign_text (tiff, TAG_GDAL_NODATA);
  char *rest;

  if (text == NULL)
    return;
  g_strstrip (text);
  header->ignored_value = g_ascii_strtod (text, &rest);
  /* NaN is no data without being told. */
  header->has_ignored = rest != text && *rest == '\0' && !isnan (header->ignored_value);
}

/* ---- Pages ---- */

static void
take_page_names (PhenoTiffHandle *handle, const GArray *pages, PhenoImageHeader *header)
{
  g_auto (GStrv) names = NULL;

  if (header->band_names != NULL || pages->len != (guint) header->bands)
    return;

  names = g_new0 (char *, header->bands + 1);
  for (guint i = 0; i < pages->len; i++)
    {
      const char *text = NULL;

      if (!TIFFSetSubDirectory (handle->tiff,
                                g_array_index (pages, PhenoTiffPage, i).offset)
          || !TIFFGetField (handle->tiff, TIFFTAG_PAGENAME, &text) || text == NULL)
        names[i] = g_strdup ("");
      else
        {
          g_autofree char *valid = g_utf8_make_valid (text, -1);

          names[i] = tidy_name (valid);
        }
    }
  set_names (header, g_steal_pointer (&names));
}

gboolean
pheno_tiff_describe (PhenoTiffHandle *handle, const GArray *pages,
                     PhenoImageHeader *header, const char *path, GError **error)
{
  handle->page = -1;
  if (!TIFFSetSubDirectory (handle->tiff, g_array_index (pages, PhenoTiffPage, 0).offset))
    return pheno_reader_fail (error, path,
                              _ ("its tags are damaged. Copy the file again."));

  take_imagej_labels (handle->tiff, header);
  take_no_data (handle->tiff, header);
  if (!take_gdal_items (handle->tiff, header, path, error))
    return FALSE;
  take_page_names (handle, pages, header);

  return TRUE;
}
