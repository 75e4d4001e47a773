/* provenance.c - what a figure was made from, inside the figure's file
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys get the prefix "phenoscape:" in PNG and are attributes in SVG, so that they can be
 * told from what other programs write.
 */
#include "engine/figure/provenance.h"

#include <cairo-pdf.h>
#include <math.h>
#include <string.h>

#define SIGNATURE_AND_HEADER 33 /* 8, and a chunk of 13 bytes with its 12 around it */
#define PROGRAM "Phenoscape " PHENO_VERSION

static GList *
sorted_keys (GHashTable *provenance)
{
  return provenance != NULL
             ? g_list_sort (g_hash_table_get_keys (provenance), (GCompareFunc) strcmp)
             : NULL;
}

/* The check sum of PNG chunks: ISO 3309, as annex D of the PNG specification has it. */
static guint32
checksum (const guint8 *bytes, gsize length)
{
  guint32 sum = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      sum ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        sum = sum & 1 ? 0xedb88320 ^ sum >> 1 : sum >> 1;
    }
  return ~sum;
}

static void
append_number (GByteArray *bytes, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *) &big, 4);
}

static void
append_chunk (GByteArray *chunks, const char *type, const void *data, gsize length)
{
  guint start = chunks->len + 4;

  append_number (chunks, (guint32) length);
  g_byte_array_append (chunks, (const guint8 *) type, 4);
  g_byte_array_append (chunks, data, length);
  append_number (chunks, checksum (chunks->data + start, length + 4));
}

/* keyword NUL, not compressed, no language, no translated keyword, UTF-8. */
static void
append_text (GByteArray *chunks, const char *key, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1), *keyword = g_strndup (key, 79);
  g_autoptr (GByteArray) data = g_byte_array_new ();

  g_byte_array_append (data, (const guint8 *) keyword, strlen (keyword) + 1);
  g_byte_array_append (data, (const guint8 *) "\0\0\0\0", 4);
  g_byte_array_append (data, (const guint8 *) valid, strlen (valid));
  append_chunk (chunks, "iTXt", data->data, data->len);
}

void
pheno_provenance_to_png (GByteArray *png, double dots_per_inch, GHashTable *provenance)
{
  g_autoptr (GByteArray) chunks = g_byte_array_new (), size = g_byte_array_new ();
  g_autoptr (GList) keys = sorted_keys (provenance);
  guint32 per_metre = (guint32) lround (dots_per_inch / 0.0254);
  g_autofree guint8 *rest = NULL;
  guint rest_length = png->len - SIGNATURE_AND_HEADER;

  append_number (size, per_metre);
  append_number (size, per_metre);
  g_byte_array_append (size, (const guint8 *) "\1", 1); /* a metre */
  append_chunk (chunks, "pHYs", size->data, size->len);
  append_text (chunks, "Software", PROGRAM);
  for (GList *at = keys; at != NULL; at = at->next)
    {
      g_autofree char *key = g_strconcat ("phenoscape:", at->data, NULL);

      append_text (chunks, key, g_hash_table_lookup (provenance, at->data));
    }

  rest = g_memdup2 (png->data + SIGNATURE_AND_HEADER, rest_length);
  g_byte_array_set_size (png, SIGNATURE_AND_HEADER);
  g_byte_array_append (png, chunks->data, chunks->len);
  g_byte_array_append (png, rest, rest_length);
}

/* Without the control characters that XML does not allow. */
static char *
escape_for_xml (const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  for (char *at = valid; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) && *at != '\n' && *at != '\t')
      *at = ' ';
  return g_markup_escape_text (valid, -1);
}

void
pheno_provenance_to_svg (GByteArray *svg, GHashTable *provenance)
{
  g_autoptr (GString) text = g_string_new ("\n<metadata>\n");
  g_autoptr (GList) keys = sorted_keys (provenance);
  const char *tag = g_strstr_len ((const char *) svg->data, svg->len, "<svg");
  const char *end = tag != NULL
                        ? memchr (tag, '>', svg->data + svg->len - (const guint8 *) tag)
                        : NULL;
  g_autofree guint8 *rest = NULL;
  gsize before, rest_length;

  g_return_if_fail (end != NULL);

  g_string_append (
      text, "<phenoscape:provenance xmlns:phenoscape=\"urn:phenoscape:provenance\" "
            "program=\"" PROGRAM "\">\n");
  for (GList *at = keys; at != NULL; at = at->next)
    {
      g_autofree char *key = escape_for_xml (at->data);
      g_autofree char *value
          = escape_for_xml (g_hash_table_lookup (provenance, at->data));

      g_string_append_printf (
          text, "<phenoscape:entry key=\"%s\">%s</phenoscape:entry>\n", key, value);
    }
  g_string_append (text, "</phenoscape:provenance>\n</metadata>");

  before = (const guint8 *) end + 1 - svg->data;
  rest_length = svg->len - before;
  rest = g_memdup2 (svg->data + before, rest_length);
  g_byte_array_set_size (svg, (guint) before);
  g_byte_array_append (svg, (const guint8 *) text->str, text->len);
  g_byte_array_append (svg, rest, (guint) rest_length);
}

void
pheno_provenance_to_pdf (cairo_surface_t *surface, const char *title,
                         GHashTable *provenance)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GList) keys = sorted_keys (provenance);

  for (GList *at = keys; at != NULL; at = at->next)
    {
      g_autofree char *value
          = g_utf8_make_valid (g_hash_table_lookup (provenance, at->data), -1);

      g_string_append_printf (text, "%s: %s\n", (const char *) at->data, value);
    }
  if (title != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (title, -1);

      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, valid);
    }
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, PROGRAM);
  if (text->len > 0)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, text->str);
}
