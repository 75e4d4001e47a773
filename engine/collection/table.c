/* table.c - text tables, as spreadsheets write them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Comma, semicolon (where the comma is the decimal sign), tab or bar; a byte order mark
 * or none; any line ends; quotes around values with delimiters or lines in them, doubled
 * inside; UTF-8, UTF-16 with its mark, or else the Windows encoding of western Europe.
 */
#include "engine/collection/scan.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A metadata table of a million rows has some 100 MB; more is not a table. */
#define MOST_BYTES (1 << 29)

/* Rows that decide on the delimiter. */
#define ROWS_TO_TRY 50

void
pheno_table_free (PhenoTable *table)
{
  if (table == NULL)
    return;

  g_ptr_array_unref (table->columns);
  g_ptr_array_unref (table->rows);
  g_ptr_array_unref (table->notes);
  g_free (table);
}

static gboolean
is_utf16 (const char *text, gsize length)
{
  return length >= 2
         && (memcmp (text, "\xff\xfe", 2) == 0 || memcmp (text, "\xfe\xff", 2) == 0);
}

/* (transfer full): the text as UTF-8 without its mark. */
static char *
to_utf8 (const char *text, gsize length)
{
  if (is_utf16 (text, length))
    {
      char *converted = g_convert (text, length, "UTF-8", "UTF-16", NULL, NULL, NULL);

      if (converted != NULL)
        return converted;
    }
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  if (!g_utf8_validate (text, length, NULL))
    {
      char *converted = g_convert_with_fallback (text, length, "UTF-8", "WINDOWS-1252",
                                                 "?", NULL, NULL, NULL);

      if (converted != NULL)
        return converted;
      return g_utf8_make_valid (text, length);
    }

  return g_strndup (text, length);
}

/* Takes one value from *@at and leaves *@at on the delimiter, the line end or the end. */
static char *
take_value (const char **at, char delimiter)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *c = *at;

  while (*c == ' ' && delimiter != ' ')
    c++;
  if (*c == '"')
    {
      for (c++; *c != '\0' && (*c != '"' || c[1] == '"'); c++)
        {
          c += *c == '"';
          g_string_append_c (value, *c);
        }
      c += *c == '"';
    }
  while (*c != '\0' && *c != delimiter && *c != '\n' && *c != '\r')
    g_string_append_c (value, *c++);
  *at = c;

  return g_strstrip (g_string_free (g_steal_pointer (&value), FALSE));
}

/* (transfer full) (element-type utf8): the values of one row, past its line end. */
static GPtrArray *
take_row (const char **at, char delimiter)
{
  GPtrArray *row = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (row, take_value (at, delimiter));
  while (**at == delimiter)
    {
      (*at)++;
      g_ptr_array_add (row, take_value (at, delimiter));
    }
  if (**at == '\r')
    (*at)++;
  if (**at == '\n')
    (*at)++;

  return row;
}

static gboolean
is_blank (const GPtrArray *row)
{
  for (guint i = 0; i < row->len; i++)
    if (*(const char *) row->pdata[i] != '\0')
      return FALSE;

  return TRUE;
}

/* The delimiter by which most of the first rows have as many values as the first one; of
 * equals the one that makes more columns. */
static char
find_delimiter (const char *text)
{
  static const char delimiters[] = ",;\t|";
  char best = ',';
  guint best_score = 0;

  for (gsize i = 0; delimiters[i] != '\0'; i++)
    {
      const char *at = text;
      guint columns = 0, equal = 0, score;

      for (guint row = 0; row < ROWS_TO_TRY && *at != '\0'; row++)
        {
          g_autoptr (GPtrArray) values = take_row (&at, delimiters[i]);

          if (columns == 0)
            columns = values->len;
          equal += values->len == columns;
        }
      score = columns > 1 ? equal * 1000 + MIN (columns, 999) : 0;
      if (score > best_score)
        {
          best_score = score;
          best = delimiters[i];
        }
    }

  return best;
}

/* A name for each column, none twice. */
static void
take_columns (PhenoTable *table, const GPtrArray *header)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < header->len; i++)
    {
      g_autofree char *name = g_strdup (header->pdata[i]);

      if (*name == '\0')
        {
          g_free (name);
          name = g_strdup_printf ("column %u", i + 1);
        }
      for (guint copy = 2; g_hash_table_contains (seen, name); copy++)
        {
          g_free (name);
          name = g_strdup_printf ("%s (%u)", (const char *) header->pdata[i], copy);
        }
      g_hash_table_add (seen, name);
      g_ptr_array_add (table->columns, g_steal_pointer (&name));
    }
}

static void
add_row (PhenoTable *table, const GPtrArray *values, guint number)
{
  char **row = g_new0 (char *, table->columns->len + 1);

  for (guint i = 0; i < table->columns->len; i++)
    row[i] = g_strdup (i < values->len ? values->pdata[i] : "");
  g_ptr_array_add (table->rows, row);

  if (values->len > table->columns->len)
    g_ptr_array_add (
        table->notes,
        g_strdup_printf (_ ("Row %u has %u values, but the table has %u columns. Put "
                            "quotes around values with delimiters in them."),
                         number, values->len, table->columns->len));
}

PhenoTable *
pheno_table_parse (const char *name, const char *text, gssize length, GError **error)
{
  g_autoptr (PhenoTable) table = g_new0 (PhenoTable, 1);
  g_autofree char *utf8 = to_utf8 (text, length < 0 ? strlen (text) : (gsize) length);
  const char *at = utf8;
  char delimiter = find_delimiter (utf8);
  guint number = 0;

  table->columns = g_ptr_array_new_with_free_func (g_free);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  table->notes = g_ptr_array_new_with_free_func (g_free);

  while (*at != '\0')
    {
      g_autoptr (GPtrArray) values = take_row (&at, delimiter);

      number++;
      if (is_blank (values))
        continue;
      if (table->columns->len == 0)
        take_columns (table, values);
      else
        add_row (table, values, number);
    }

  if (table->columns->len == 0)
    {
      g_autofree char *shown = pheno_display_name (name);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” is empty. Write a row with the names of the columns, and one for each "
             "file."),
          shown);
      return NULL;
    }

  return g_steal_pointer (&table);
}

PhenoTable *
pheno_table_read (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  struct stat status;
  gsize length;

  if (g_stat (path, &status) != 0)
    {
      pheno_set_file_error (error, path, errno);
      return NULL;
    }
  errno = EIO;
  if (status.st_size <= MOST_BYTES && !g_file_get_contents (path, &text, &length, NULL))
    {
      pheno_set_file_error (error, path, errno);
      return NULL;
    }
  if (text == NULL || (memchr (text, '\0', length) != NULL && !is_utf16 (text, length)))
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” is no text table. Save it as CSV from the spreadsheet program."),
          name);
      return NULL;
    }

  return pheno_table_parse (path, text, length, error);
}

int
pheno_table_find_species (const PhenoTable *table)
{
  /* The last ones are Darwin Core's. */
  static const char *const names[] = { "species",  "species_name",    "taxon",
                                       "binomial", "scientific_name", "scientificName" };

  for (gsize k = 0; k < G_N_ELEMENTS (names); k++)
    for (guint i = 0; i < table->columns->len; i++)
      if (g_ascii_strcasecmp (table->columns->pdata[i], names[k]) == 0)
        return i;

  return -1;
}
