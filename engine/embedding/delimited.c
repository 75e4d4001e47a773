/* delimited.c - records of a text table, one after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/delimited.h"

#include <string.h>

static char
find_delimiter (const char *text, const char *end)
{
  static const char delimiters[] = ",;\t|";
  gsize count[4] = { 0 };
  gboolean quoted = FALSE;
  int best = 0;

  for (; text < end && (quoted || (*text != '\n' && *text != '\r')); text++)
    {
      const char *found = *text != '\0' ? strchr (delimiters, *text) : NULL;

      if (*text == '"')
        quoted = !quoted;
      else if (!quoted && found != NULL)
        count[found - delimiters]++;
    }
  for (int i = 1; i < 4; i++)
    if (count[i] > count[best])
      best = i;

  return delimiters[best];
}

static void
free_field (gpointer field)
{
  g_string_free (field, TRUE);
}

void
pheno_delimited_init (PhenoDelimited *reader, const char *text, gsize length)
{
  *reader = (PhenoDelimited){ .at = text, .end = text + length, .next_line = 1 };
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    reader->at += 3;
  reader->delimiter = find_delimiter (reader->at, reader->end);
  reader->fields = g_ptr_array_new_with_free_func (free_field);
}

void
pheno_delimited_clear (PhenoDelimited *reader)
{
  g_clear_pointer (&reader->fields, g_ptr_array_unref);
}

static GString *
start_field (PhenoDelimited *reader)
{
  GString *field;

  if (reader->n_fields == reader->fields->len)
    g_ptr_array_add (reader->fields, g_string_new (NULL));
  field = reader->fields->pdata[reader->n_fields++];
  g_string_truncate (field, 0);
  return field;
}

static void
read_quoted (PhenoDelimited *reader, GString *field)
{
  for (reader->at++; reader->at < reader->end; reader->at++)
    {
      if (*reader->at == '"' && (reader->at + 1 == reader->end || reader->at[1] != '"'))
        {
          reader->at++;
          return;
        }
      if (*reader->at == '"')
        reader->at++;
      if (*reader->at == '\n')
        reader->next_line++;
      g_string_append_c (field, *reader->at);
    }
}

static void
read_plain (PhenoDelimited *reader, GString *field)
{
  const char *start = reader->at;

  while (reader->at < reader->end && *reader->at != reader->delimiter
         && *reader->at != '\n' && *reader->at != '\r')
    reader->at++;
  g_string_append_len (field, start, reader->at - start);
}

gboolean
pheno_delimited_next (PhenoDelimited *reader)
{
  while (reader->at < reader->end && (*reader->at == '\n' || *reader->at == '\r'))
    reader->next_line += *reader->at++ == '\n';
  if (reader->at >= reader->end)
    return FALSE;

  reader->line = reader->next_line;
  reader->n_fields = 0;
  for (;;)
    {
      GString *field = start_field (reader);

      if (reader->at < reader->end && *reader->at == '"')
        read_quoted (reader, field);
      read_plain (reader, field);
      if (reader->at >= reader->end || *reader->at != reader->delimiter)
        return TRUE;
      reader->at++;
    }
}

gboolean
pheno_delimited_number (const PhenoDelimited *reader, guint field, double *number)
{
  const GString *text = reader->fields->pdata[field];
  char *end;

  *number = g_ascii_strtod (text->str, &end);
  if (*end == ',' && reader->delimiter != ',' && strchr (text->str, '.') == NULL)
    {
      g_autofree char *with_point = g_strdup (text->str);

      with_point[end - text->str] = '.';
      *number = g_ascii_strtod (with_point, &end);
      end = text->str + (end - with_point);
    }
  if (end == text->str)
    return FALSE;
  while (g_ascii_isspace (*end))
    end++;

  return end == text->str + text->len;
}

void
pheno_delimited_append (GString *line, const char *text, char delimiter)
{
  gsize length = strlen (text);
  gboolean needs
      = length > 0 && (g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1]));

  if (!needs && strpbrk (text, "\"\n\r") == NULL && strchr (text, delimiter) == NULL)
    {
      g_string_append_len (line, text, length);
      return;
    }
  g_string_append_c (line, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *text);
    }
  g_string_append_c (line, '"');
}
