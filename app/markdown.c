/* markdown.c - a chapter of the documentation as text to read
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only what our chapters use. A row of a table becomes a paragraph, its first cell a line
 * of its own, as a text of any width can be read and a grid of long sentences cannot.
 */
#include "app/markdown.h"

#include <string.h>

typedef struct
{
  GtkTextBuffer *buffer;
  GtkTextIter end;
} Writer;

static void
make_tag (GtkTextBuffer *buffer, const char *name, const char *property, ...)
{
  GtkTextTag *tag;
  va_list values;

  if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), name) != NULL)
    return;
  tag = gtk_text_buffer_create_tag (buffer, name, NULL);
  va_start (values, property);
  g_object_set_valist (G_OBJECT (tag), property, values);
  va_end (values);
}

static void
make_tags (GtkTextBuffer *buffer)
{
  make_tag (buffer, "heading-1", "weight", PANGO_WEIGHT_BOLD, "scale", 1.6,
            "pixels-below-lines", 6, NULL);
  make_tag (buffer, "heading-2", "weight", PANGO_WEIGHT_BOLD, "scale", 1.25,
            "pixels-above-lines", 12, "pixels-below-lines", 3, NULL);
  make_tag (buffer, "heading-3", "weight", PANGO_WEIGHT_BOLD, "pixels-above-lines", 6,
            NULL);
  make_tag (buffer, "bold", "weight", PANGO_WEIGHT_BOLD, NULL);
  make_tag (buffer, "italic", "style", PANGO_STYLE_ITALIC, NULL);
  make_tag (buffer, "code", "family", "monospace", NULL);
  make_tag (buffer, "block", "family", "monospace", "left-margin", 36, "wrap-mode",
            GTK_WRAP_WORD_CHAR, NULL);
  make_tag (buffer, "item", "left-margin", 36, "indent", -14, NULL);
  make_tag (buffer, "cell", "left-margin", 36, NULL);
}

static void
write_plain (Writer *self, const char *text, gssize length, const char *tag,
             const char *inner)
{
  int start = gtk_text_iter_get_offset (&self->end);
  const char *const names[] = { tag, inner };

  gtk_text_buffer_insert (self->buffer, &self->end, text, (int) length);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i] != NULL)
      {
        GtkTextIter from;

        gtk_text_buffer_get_iter_at_offset (self->buffer, &from, start);
        gtk_text_buffer_apply_tag_by_name (self->buffer, names[i], &from, &self->end);
      }
}

static void
write_link (Writer *self, const char *text, gsize length, const char *target, gsize size,
            const char *tag)
{
  int start = gtk_text_iter_get_offset (&self->end);
  GtkTextTag *link = gtk_text_buffer_create_tag (self->buffer, NULL, "underline",
                                                 PANGO_UNDERLINE_SINGLE, NULL);
  GtkTextIter from;

  g_object_set_data_full (G_OBJECT (link), "target", g_strndup (target, size), g_free);
  write_plain (self, text, (gssize) length, tag, NULL);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &from, start);
  gtk_text_buffer_apply_tag (self->buffer, link, &from, &self->end);
}

/* What stands between two marks at @text; 0 where the mark does not close. */
static gsize
enclosed (const char *text, const char *mark)
{
  const char *close = strstr (text + strlen (mark), mark);

  return close != NULL ? (gsize) (close - text) - strlen (mark) : 0;
}

/* A line of prose, with its marks. */
static void
write_inline (Writer *self, const char *text, const char *tag)
{
  static const struct
  {
    const char *mark, *tag;
  } marks[] = { { "**", "bold" }, { "`", "code" }, { "*", "italic" } };
  const char *plain = text;

  while (*text != '\0')
    {
      const char *middle = *text == '[' ? strstr (text, "](") : NULL;
      const char *close = middle != NULL ? strchr (middle, ')') : NULL;
      gsize length = 0;
      guint i;

      for (i = 0; i < G_N_ELEMENTS (marks); i++)
        if (g_str_has_prefix (text, marks[i].mark)
            && (length = enclosed (text, marks[i].mark)) > 0)
          break;

      if (close == NULL && length == 0)
        {
          text++;
          continue;
        }
      write_plain (self, plain, text - plain, tag, NULL);
      if (close != NULL)
        {
          write_link (self, text + 1, (gsize) (middle - text) - 1, middle + 2,
                      (gsize) (close - middle) - 2, tag);
          text = close + 1;
        }
      else
        {
          gsize mark = strlen (marks[i].mark);

          write_plain (self, text + mark, (gssize) length, tag, marks[i].tag);
          text += length + 2 * mark;
        }
      plain = text;
    }
  write_plain (self, plain, text - plain, tag, NULL);
}

static void
write_row (Writer *self, const char *line)
{
  g_autofree char *inside = g_strndup (line + 1, strlen (line + 1));
  g_auto (GStrv) cells = NULL;

  g_strchomp (inside);
  if (g_str_has_suffix (inside, "|"))
    inside[strlen (inside) - 1] = '\0';
  cells = g_strsplit (inside, "|", -1);
  for (guint i = 0; cells[i] != NULL; i++)
    {
      g_strstrip (cells[i]);
      if (*cells[i] == '\0')
        continue;
      if (i > 0)
        write_plain (self, i == 1 ? "\n" : " · ", -1, i == 1 ? NULL : "cell", NULL);
      write_inline (self, cells[i], i == 0 ? "item" : "cell");
    }
  write_plain (self, "\n", -1, NULL, NULL);
}

static gboolean
is_rule (const char *line)
{
  return strspn (line, "|-: ") == strlen (line);
}

/* Lines that are one paragraph stand on one line. */
static gboolean
goes_on (const char *line)
{
  return line != NULL && *line != '\0' && *line != '#' && *line != '|' && *line != '-'
         && !g_str_has_prefix (line, "    ") && !g_str_has_prefix (line, "```")
         && !(g_ascii_isdigit (*line) && line[1] == '.');
}

static guint
write_paragraph (Writer *self, char **lines, guint i)
{
  gboolean item = g_str_has_prefix (lines[i], "- ");
  g_autoptr (GString) text = g_string_new (item ? "• " : "");

  g_string_append (text, item ? lines[i] + 2 : lines[i]);
  while (goes_on (lines[i + 1])
         || (item && lines[i + 1] != NULL && g_str_has_prefix (lines[i + 1], "  ")))
    {
      g_autofree char *next = g_strstrip (g_strdup (lines[++i]));

      g_string_append_c (text, ' ');
      g_string_append (text, next);
    }
  write_inline (self, text->str, item || g_ascii_isdigit (text->str[0]) ? "item" : NULL);
  write_plain (self, "\n", -1, NULL, NULL);
  return i;
}

static void
write_heading (Writer *self, const char *line)
{
  static const char *const tags[] = { "heading-1", "heading-2", "heading-3" };
  gsize level = strspn (line, "#");

  write_inline (self, line + level + strspn (line + level, " "),
                tags[CLAMP (level, 1, 3) - 1]);
  write_plain (self, "\n", -1, NULL, NULL);
}

void
pheno_markdown_show (const char *text, GtkTextBuffer *buffer)
{
  Writer self = { .buffer = buffer };
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean fenced = FALSE;

  make_tags (buffer);
  gtk_text_buffer_set_text (buffer, "", 0);
  gtk_text_buffer_get_end_iter (buffer, &self.end);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i];

      if (g_str_has_prefix (line, "```"))
        fenced = !fenced;
      else if (fenced || g_str_has_prefix (line, "    "))
        {
          write_plain (&self, fenced ? line : line + 4, -1, "block", NULL);
          write_plain (&self, "\n", -1, NULL, NULL);
        }
      else if (*line == '#')
        write_heading (&self, line);
      else if (*line == '|' && !is_rule (line))
        write_row (&self, line);
      else if (*line == '\0')
        write_plain (&self, "\n", -1, NULL, NULL);
      else if (*line != '|' && !g_str_has_prefix (line, "!["))
        i = write_paragraph (&self, lines, i);
    }
}

char *
pheno_markdown_title (const char *text)
{
  const char *end = strchr (text, '\n');

  if (!g_str_has_prefix (text, "# "))
    return NULL;
  return end != NULL ? g_strndup (text + 2, (gsize) (end - text) - 2)
                     : g_strdup (text + 2);
}
