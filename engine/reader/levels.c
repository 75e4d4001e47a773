/* levels.c - what becomes 0 and 1 in each band
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"

#include <string.h>

#define MOST_LEVELS 100000

PhenoLevels *
pheno_levels_new (int n)
{
  PhenoLevels *levels = g_new0 (PhenoLevels, 1);

  levels->n = n;
  levels->black = g_new0 (double, n);
  levels->white = g_new0 (double, n);
  return levels;
}

void
pheno_levels_free (PhenoLevels *levels)
{
  if (levels == NULL)
    return;

  g_free (levels->black);
  g_free (levels->white);
  g_free (levels);
}

char *
pheno_levels_to_text (const PhenoLevels *levels)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char black[G_ASCII_DTOSTR_BUF_SIZE], white[G_ASCII_DTOSTR_BUF_SIZE];

  for (int i = 0; i < levels->n; i++)
    g_string_append_printf (
        text, "%s%s:%s", i > 0 ? " " : "",
        g_ascii_formatd (black, sizeof black, "%.9g", levels->black[i]),
        g_ascii_formatd (white, sizeof white, "%.9g", levels->white[i]));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

PhenoLevels *
pheno_levels_from_text (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", MOST_LEVELS);
  g_autoptr (PhenoLevels) levels = pheno_levels_new ((int) g_strv_length (parts));

  for (int i = 0; i < levels->n; i++)
    {
      char *end;

      levels->black[i] = g_ascii_strtod (parts[i], &end);
      if (end != parts[i] && *end == ':')
        levels->white[i] = g_ascii_strtod (end + 1, &end);
      if (*parts[i] == '\0' || *end != '\0' || !isfinite (levels->black[i])
          || !isfinite (levels->white[i]) || !(levels->white[i] > levels->black[i]))
        {
          g_set_error (
              error, PHENO_ERROR, PHENO_ERROR_SETTING,
              _ ("“collection.levels” has “%s”; it must be “auto”, or BLACK:WHITE "
                 "for each band with blanks between."),
              parts[i]);
          return NULL;
        }
    }
  return g_steal_pointer (&levels);
}

void
pheno_image_set_levels (PhenoImage *image, const PhenoLevels *levels)
{
  double step = image->step != 0 ? image->step : 1;

  g_return_if_fail (image->bands == levels->n);

  g_clear_pointer (&image->band_black, g_free);
  g_clear_pointer (&image->band_white, g_free);
  image->band_black = g_new (double, levels->n);
  image->band_white = g_new (double, levels->n);
  for (int i = 0; i < levels->n; i++)
    {
      image->band_black[i] = (levels->black[i] - image->origin) / step;
      image->band_white[i] = (levels->white[i] - image->origin) / step;
    }
}
