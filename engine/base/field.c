/* field.c - a field of a table as text, so that it is read again as it was
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <string.h>

/* Readers guess the separator, ours among them, so a field with any of them is quoted. */
#define SPECIAL ",;\t|\"\n\r"

void
pheno_append_field (GString *line, const char *field)
{
  if (field == NULL)
    return;
  if (strpbrk (field, SPECIAL) == NULL)
    {
      g_string_append (line, field);
      return;
    }

  g_string_append_c (line, '"');
  for (const char *c = field; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *c);
    }
  g_string_append_c (line, '"');
}
