/* envi-header.c - the text header beside a .bil, .bip or .bsq cube
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A header is "key = value" lines; a value in braces may run over many lines, and a line
 * that begins with a semicolon is a comment:
 *
 *     ENVI
 *     ; written by the camera
 *     samples = 640
 *     wavelength = { 348.39, 349.53, ... }      one for each band
 *
 * Keys are compared without case, blanks and underlines. A first line other than "ENVI"
 * is no fault as long as the sizes are there. Wavelengths are taken from here and never
 * from a table in the code, which could be right for one camera only.
 *
 * Source: ENVI header files,
 * https://www.nv5geospatialsoftware.com/docs/enviheaderfiles.html
 */
#include "engine/reader/envi.h"
#include "engine/reader/measured.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* Two thousand bands with all their numbers take some 100 kB. */
#define MOST_TEXT_BYTES ((gsize) 16 << 20)

typedef struct
{
  GHashTable *values; /* key to text, both owned */
  const char *path;
} Fields;

void
pheno_envi_header_free (PhenoEnviHeader *header)
{
  if (header == NULL)
    return;

  pheno_image_header_clear (&header->image);
  g_free (header->sizes);
  g_free (header);
}

/* ---- Text to fields ---- */

/* (transfer full): without what people write differently. */
static char *
make_key (const char *text, gsize length)
{
  char *key = g_malloc (length + 1);
  gsize end = 0;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]) && text[i] != '_' && text[i] != '\0')
      key[end++] = g_ascii_tolower (text[i]);
  key[end] = '\0';

  return key;
}

/* Where the line that begins at @line ends: LF, CR or both. */
static const char *
line_end (const char *line, const char *end)
{
  while (line < end && *line != '\n' && *line != '\r')
    line++;
  return line;
}

static const char *
skip_blanks (const char *text, const char *end)
{
  while (text < end && (g_ascii_isspace (*text) || *text == '\0'))
    text++;
  return text;
}

/* Appends a value in braces, without comment lines; where it ends, %NULL when it does
 * not. @text is behind the brace. */
static const char *
take_braces (const char *text, const char *end, GString *value)
{
  while (text < end)
    {
      const char *stop = line_end (text, end);
      const char *first = skip_blanks (text, stop);
      const char *brace = memchr (text, '}', stop - text);

      if (first < stop && *first == ';')
        brace = NULL;
      else
        g_string_append_len (value, text, (brace != NULL ? brace : stop) - text);
      if (brace != NULL)
        return line_end (brace, end);
      g_string_append_c (value, ' ');
      text = stop < end ? stop + 1 : end;
    }

  return NULL;
}

static gboolean
split_fields (Fields *fields, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *line = skip_blanks (text, end);
      const char *stop = line_end (line, end);
      const char *equals = memchr (line, '=', stop - line), *value;
      g_autoptr (GString) taken = g_string_new (NULL);
      g_autofree char *key = NULL;

      text = stop;
      if (line == stop || *line == ';' || equals == NULL)
        continue;
      key = make_key (line, equals - line);
      value = skip_blanks (equals + 1, stop);
      if (value < stop && *value == '{')
        {
          text = take_braces (value + 1, end, taken);
          if (text == NULL)
            return pheno_reader_fail (
                error, fields->path,
                _ ("the brace after “%s” is never closed, so the header is cut short. "
                   "Copy the file again."),
                key);
        }
      else
        g_string_append_len (taken, value, stop - value);
      g_hash_table_replace (
          fields->values, g_steal_pointer (&key),
          g_strstrip (g_utf8_make_valid (taken->str, (gssize) taken->len)));
    }

  return TRUE;
}

/* ---- Fields to numbers ---- */

/* @title: of the key, as ENVI writes it. */
static gboolean
take_whole (const Fields *fields, const char *title, gint64 missing, gint64 least,
            gint64 most, gint64 *number, GError **error)
{
  g_autofree char *key = make_key (title, strlen (title));
  const char *text = g_hash_table_lookup (fields->values, key);

  if (text == NULL && missing >= least)
    {
      *number = missing;
      return TRUE;
    }
  if (text == NULL)
    return pheno_reader_fail (
        error, fields->path,
        _ ("this is no ENVI header, as it does not say “%s”. Add the line, or take the "
           "file out of the folder."),
        title);
  if (g_ascii_string_to_signed (text, 10, least, most, number, NULL))
    return TRUE;

  g_autofree char *low = g_strdup_printf ("%" G_GINT64_FORMAT, least);
  g_autofree char *high = g_strdup_printf ("%" G_GINT64_FORMAT, most);

  return pheno_reader_fail (error, fields->path,
                            _ ("“%s = %.40s” is no whole number from %s to %s. Correct "
                               "the header."),
                            title, text, low, high);
}

/* The parts of a list in braces; (transfer full) (nullable): not there, or empty. */
static GStrv
take_list (const Fields *fields, const char *title)
{
  g_autofree char *key = make_key (title, strlen (title));
  const char *text = g_hash_table_lookup (fields->values, key);
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ",", -1) : NULL;
  guint count = parts != NULL ? g_strv_length (parts) : 0;

  for (guint i = 0; i < count; i++)
    g_strstrip (parts[i]);
  if (count > 0 && *parts[count - 1] == '\0') /* a comma behind the last one */
    g_clear_pointer (&parts[--count], g_free);

  return count > 0 ? g_steal_pointer (&parts) : NULL;
}

static gboolean
check_count (const Fields *fields, const char *title, guint count, int bands,
             GError **error)
{
  if (count == (guint) bands)
    return TRUE;

  return pheno_reader_fail (
      error, fields->path,
      _ ("“%s” has %u entries for %d bands. Correct the header, or take the line out."),
      title, count, bands);
}

static gboolean
to_double (const Fields *fields, const char *title, const char *text, double *number,
           GError **error)
{
  char *rest;

  *number = g_ascii_strtod (text, &rest);
  if (rest != text && *rest == '\0')
    return TRUE;

  return pheno_reader_fail (error, fields->path,
                            _ ("“%.40s” in “%s” is no number. Correct the header."), text,
                            title);
}

/* @numbers: (out) (transfer full) (nullable): one for each band; %NULL when not there. */
static gboolean
take_numbers (const Fields *fields, const char *title, int bands, double **numbers,
              GError **error)
{
  g_auto (GStrv) parts = take_list (fields, title);
  g_autofree double *values = NULL;

  *numbers = NULL;
  if (parts == NULL)
    return TRUE;
  if (!check_count (fields, title, g_strv_length (parts), bands, error))
    return FALSE;

  values = g_new (double, bands);
  for (int i = 0; i < bands; i++)
    if (!to_double (fields, title, parts[i], &values[i], error))
      return FALSE;
  *numbers = g_steal_pointer (&values);

  return TRUE;
}

/* ---- Numbers to a header ---- */

static gboolean
take_type (const Fields *fields, PhenoImageHeader *image, GError **error)
{
  static const struct
  {
    int code;
    PhenoSampleType type;
  } types[] = {
    { 1, PHENO_SAMPLE_UINT8 },   { 2, PHENO_SAMPLE_INT16 },   { 3, PHENO_SAMPLE_INT32 },
    { 4, PHENO_SAMPLE_FLOAT32 }, { 5, PHENO_SAMPLE_FLOAT64 }, { 12, PHENO_SAMPLE_UINT16 },
    { 13, PHENO_SAMPLE_UINT32 }, { 14, PHENO_SAMPLE_INT64 },  { 15, PHENO_SAMPLE_UINT64 },
  };
  gint64 code;

  if (!take_whole (fields, "data type", -1, 1, 15, &code, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].code == code)
      {
        image->type = types[i].type;
        return TRUE;
      }

  if (code == 6 || code == 9)
    return pheno_reader_fail (
        error, fields->path,
        _ ("its samples are complex numbers (data type %d), which are no brightness. "
           "Save their magnitude as data type 4."),
        (int) code);
  return pheno_reader_fail (
      error, fields->path,
      _ ("there is no data type %d. Correct the header: 1 to 5 or 12 to 15."),
      (int) code);
}

static gboolean
check_kind (const Fields *fields, GError **error)
{
  const char *kind = g_hash_table_lookup (fields->values, "filetype");
  const char *packed = g_hash_table_lookup (fields->values, "filecompression");
  g_autofree char *lower = kind != NULL ? g_ascii_strdown (kind, -1) : NULL;

  if (lower != NULL && strstr (lower, "spectral library") != NULL)
    return pheno_reader_fail (
        error, fields->path,
        _ ("this is a spectral library, a list of spectra and not an image. Take it out "
           "of the folder."));
  if (packed != NULL && strcmp (packed, "0") != 0)
    return pheno_reader_fail (error, fields->path,
                              _ ("its data are compressed (“file compression = %.20s”). "
                                 "Save them without compression."),
                              packed);
  return TRUE;
}

/* Bytes before and after a frame, "{ before, after }". */
static gboolean
take_frame (const Fields *fields, const char *title, gint64 frame[2], GError **error)
{
  g_auto (GStrv) parts = take_list (fields, title);

  frame[0] = frame[1] = 0;
  if (parts == NULL)
    return TRUE;
  if (g_strv_length (parts) != 2)
    return check_count (fields, title, g_strv_length (parts), 2, error);

  for (int i = 0; i < 2; i++)
    if (!g_ascii_string_to_signed (parts[i], 10, 0, G_MAXINT32, &frame[i], NULL))
      return pheno_reader_fail (error, fields->path,
                                _ ("“%.40s” in “%s” is no number of bytes. Correct the "
                                   "header."),
                                parts[i], title);
  return TRUE;
}

/* @bytes = @count × @bytes + @more, all positive; %FALSE when that is beyond 64 bits. */
static gboolean
grow (gint64 *bytes, gint64 count, gint64 more)
{
  return !__builtin_mul_overflow (*bytes, count, bytes)
         && !__builtin_add_overflow (*bytes, more, bytes);
}

/* Frames are the two outer levels: of BSQ a line and a band; of BIL a line of one band
 * and a line of all; of BIP a pixel and a line. */
static gboolean
take_layout (const Fields *fields, PhenoEnviHeader *header, GError **error)
{
  static const char *const names[] = { "bsq", "bil", "bip" };
  const PhenoImageHeader *image = &header->image;
  const char *text = g_hash_table_lookup (fields->values, "interleave");
  gint64 size = (gint64) pheno_sample_size (image->type), minor[2], major[2], order;
  gint64 counts[3][3] = { { image->width, image->height, image->bands },
                          { image->width, image->bands, image->height },
                          { image->bands, image->width, image->height } };
  gint64 inner = size, middle, outer, whole;
  PhenoStrided *layout = &header->layout;
  int kind = text == NULL && image->bands == 1 ? 0 : -1;

  for (int i = 0; text != NULL && i < 3; i++)
    if (g_ascii_strcasecmp (text, names[i]) == 0)
      kind = i;
  if (kind < 0)
    return pheno_reader_fail (error, fields->path,
                              _ ("“interleave = %.20s” is not one of bil, bip and bsq. "
                                 "Correct the header."),
                              text != NULL ? text : "");
  if (!take_frame (fields, "minor frame offsets", minor, error)
      || !take_frame (fields, "major frame offsets", major, error)
      || !take_whole (fields, "byte order", 0, 0, 1, &order, error))
    return FALSE;

  middle = inner;
  outer = 0;
  if (!grow (&middle, counts[kind][0], minor[0] + minor[1])
      || !grow ((outer = middle, &outer), counts[kind][1], major[0] + major[1])
      || !grow ((whole = outer, &whole), counts[kind][2], (gint64) header->offset))
    return pheno_reader_fail (error, fields->path,
                              _ ("its sizes (%s) are more than any file can have. "
                                 "Correct the header."),
                              header->sizes);

  layout->type = image->type;
  layout->swapped = size > 1 && (order == 1) != (G_BYTE_ORDER == G_BIG_ENDIAN);
  layout->pixel = kind == 2 ? middle : inner;
  layout->line = kind == 0 ? middle : outer;
  layout->band = kind == 0 ? outer : kind == 1 ? middle : inner;
  header->offset += minor[0] + major[0];
  /* Skipped bytes behind the last sample need not be there. */
  header->bytes = whole - minor[1] - major[1];

  return TRUE;
}

static gboolean
take_spectrum (const Fields *fields, PhenoImageHeader *image, GError **error)
{
  const char *unit = g_hash_table_lookup (fields->values, "wavelengthunits");
  g_autofree double *centres = NULL, *widths = NULL, *good = NULL;

  if (!take_numbers (fields, "wavelength", image->bands, &centres, error)
      || !take_numbers (fields, "fwhm", image->bands, &widths, error)
      || !take_numbers (fields, "bbl", image->bands, &good, error)
      || (centres != NULL
          && !pheno_measured_set_spectrum (image, g_steal_pointer (&centres),
                                           g_steal_pointer (&widths), unit, fields->path,
                                           error)))
    return FALSE;

  if (good != NULL)
    image->bad_bands = g_new (gboolean, image->bands);
  for (int i = 0; good != NULL && i < image->bands; i++)
    image->bad_bands[i] = good[i] == 0;

  return TRUE;
}

/* One band, or three, from 1; what lies outside says nothing. */
static void
take_default_bands (const Fields *fields, PhenoImageHeader *image)
{
  g_auto (GStrv) parts = take_list (fields, "default bands");
  guint count = parts != NULL ? g_strv_length (parts) : 0;
  int bands[3];

  if (count != 1 && count != 3)
    return;
  for (guint i = 0; i < 3; i++)
    {
      double number = g_ascii_strtod (parts[count == 1 ? 0 : i], NULL);

      if (!(number >= 1 && number <= image->bands))
        return;
      bands[i] = (int) number - 1;
    }
  memcpy (image->default_bands, bands, sizeof bands);
}

static gboolean
take_rest (const Fields *fields, PhenoImageHeader *image, GError **error)
{
  const char *scale = g_hash_table_lookup (fields->values, "reflectancescalefactor");
  const char *ignored = g_hash_table_lookup (fields->values, "dataignorevalue");
  g_auto (GStrv) names = take_list (fields, "band names");

  if (names != NULL
      && !check_count (fields, "band names", g_strv_length (names), image->bands, error))
    return FALSE;
  image->band_names = g_steal_pointer (&names);
  take_default_bands (fields, image);
  if (scale != NULL
      && !to_double (fields, "reflectance scale factor", scale, &image->scale_factor,
                     error))
    return FALSE;
  if (!(image->scale_factor >= 0 && isfinite (image->scale_factor)))
    return pheno_reader_fail (error, fields->path,
                              _ ("“reflectance scale factor = %.40s” is no factor. "
                                 "Correct the header."),
                              scale);
  image->has_ignored = ignored != NULL;

  return ignored == NULL
         || to_double (fields, "data ignore value", ignored, &image->ignored_value,
                       error);
}

static gboolean
take_sizes (const Fields *fields, PhenoEnviHeader *header, GError **error)
{
  PhenoImageHeader *image = &header->image;
  gint64 samples, lines, bands, offset;

  if (!take_whole (fields, "samples", -1, 1, G_MAXINT32, &samples, error)
      || !take_whole (fields, "lines", -1, 1, G_MAXINT32, &lines, error)
      || !take_whole (fields, "bands", -1, 1, PHENO_MOST_BANDS, &bands, error)
      || !check_kind (fields, error) || !take_type (fields, image, error)
      || !take_whole (fields, "header offset", 0, 0, G_MAXINT64 / 2, &offset, error))
    return FALSE;

  image->format = "envi";
  image->width = (int) samples;
  image->height = (int) lines;
  image->bands = (int) bands;
  header->offset = offset;
  header->sizes = g_strdup_printf (_ ("%d samples × %d lines × %d bands of %s"),
                                   image->width, image->height, image->bands,
                                   pheno_sample_type_name (image->type));

  return TRUE;
}

PhenoEnviHeader *
pheno_envi_header_parse (const char *text, gsize length, const char *path, GError **error)
{
  g_autoptr (PhenoEnviHeader) header = g_new0 (PhenoEnviHeader, 1);
  g_autoptr (GHashTable) values
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Fields fields = { values, path };

  for (int i = 0; i < 3; i++)
    header->image.default_bands[i] = -1;
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3, length -= 3;
  if (!split_fields (&fields, text, length, error) || !take_sizes (&fields, header, error)
      || !take_layout (&fields, header, error)
      || !take_spectrum (&fields, &header->image, error)
      || !take_rest (&fields, &header->image, error))
    return NULL;

  return g_steal_pointer (&header);
}

PhenoEnviHeader *
pheno_envi_header_read (const char *path, GError **error)
{
  g_autofree guint8 *text = NULL;
  gssize length;
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    {
      pheno_set_file_error (error, path, errno);
      return NULL;
    }
  if ((guint64) status.st_size > MOST_TEXT_BYTES)
    {
      pheno_reader_fail (error, path,
                         _ ("this is far too long for an ENVI header. Take it out of the "
                            "folder, or give it its right name."));
      return NULL;
    }

  text = g_malloc (status.st_size + 1);
  length = pheno_reader_first_bytes (path, text, status.st_size, error);
  if (length < 0)
    return NULL;

  return pheno_envi_header_parse ((const char *) text, length, path, error);
}
