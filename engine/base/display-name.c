/* display-name.c - any file name as one line of valid text
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A file name on Linux is bytes: it may hold newlines, terminal commands or text in an
 * old encoding. What a terminal or a log could take for something else is shown as \n,
 * \x1b or \u202e; a reader can still tell two names apart.
 */
#include "engine/base/base.h"

/* Would break the line, or turn the direction of what follows. */
static gboolean
is_unprintable (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029
         || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void
append_escaped (GString *name, gunichar c)
{
  if (c == '\n')
    g_string_append (name, "\\n");
  else if (c == '\t')
    g_string_append (name, "\\t");
  else if (c == '\r')
    g_string_append (name, "\\r");
  else if (c < 0x80)
    g_string_append_printf (name, "\\x%02x", c);
  else
    g_string_append_printf (name, "\\u%04x", c);
}

char *
pheno_display_name (const char *path)
{
  g_autoptr (GString) name = NULL;

  g_return_val_if_fail (path != NULL, g_strdup (""));

  name = g_string_new (NULL);
  while (*path != '\0')
    {
      gunichar c = g_utf8_get_char_validated (path, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (name, "\\x%02x", (guint8) *path++);
          continue;
        }

      if (is_unprintable (c))
        append_escaped (name, c);
      else
        g_string_append_unichar (name, c);
      path = g_utf8_next_char (path);
    }

  return g_string_free (g_steal_pointer (&name), FALSE);
}
