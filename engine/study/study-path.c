/* study-path.c - paths as they stand in study.ini
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/study/study-path.h"

#include <string.h>

/* A key file is UTF-8; a file name need not be. */
#define BYTES "bytes:"

/* (nullable): the part of @path below @folder. */
static const char *
below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  if (strncmp (path, folder, length) != 0)
    return NULL;
  if (length > 1 && path[length] != '/')
    return NULL;

  return path + length + (path[length] == '/');
}

char *
pheno_study_path_to_text (const char *study, const char *path)
{
  g_autofree char *parent = g_path_get_dirname (study);
  const char *inside = below (path, study), *beside = below (path, parent);
  g_autofree char *text = NULL;

  if (inside != NULL && *inside != '\0')
    text = g_strdup (inside);
  else if (beside != NULL && strcmp (parent, "/") != 0)
    text = *beside != '\0' ? g_strconcat ("../", beside, NULL) : g_strdup ("..");
  else
    text = g_strdup (path);

  if (g_utf8_validate (text, -1, NULL) && !g_str_has_prefix (text, BYTES))
    return g_steal_pointer (&text);

  {
    g_autofree char *escaped
        = g_uri_escape_bytes ((const guint8 *) text, strlen (text), "/ ");

    return g_strconcat (BYTES, escaped, NULL);
  }
}

char *
pheno_study_path_from_text (const char *study, const char *text)
{
  g_autofree char *bytes = NULL;

  if (g_str_has_prefix (text, BYTES))
    {
      g_autoptr (GBytes) unescaped
          = g_uri_unescape_bytes (text + strlen (BYTES), -1, NULL, NULL);
      gsize length;
      const char *data = unescaped != NULL ? g_bytes_get_data (unescaped, &length) : NULL;

      if (data != NULL)
        bytes = g_strndup (data, length);
    }

  return g_canonicalize_filename (bytes != NULL ? bytes : text, study);
}
