/* envi-pair.c - which header belongs to which data
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The header of "x.bil" is "x.bil.hdr" or "x.hdr". The data of "x.hdr" have any
 * extension, or none.
 */
#include "engine/reader/envi.h"

#include <glib/gstdio.h>
#include <string.h>

/* In files of these a scan looks for a header. */
const char *const pheno_envi_extensions[]
    = { "hdr", "bil", "bip", "bsq", "raw", "img", "dat", NULL };

/* What programs have called data beside these; only their header leads to them. */
static const char *const rarer[]
    = { "",     "bin", "spec", "sli", "cube",   "cub", "rad", "ref",
        "refl", "rfl", "lan",  "ers", "hyspex", "hsi", NULL };

static const char *
extension_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  const char *dot = strrchr (slash != NULL ? slash : path, '.');

  return dot != NULL ? dot + 1 : "";
}

gboolean
pheno_envi_is_header (const char *path)
{
  return g_ascii_strcasecmp (extension_of (path), "hdr") == 0;
}

gboolean
pheno_envi_is_data (const char *path)
{
  for (gsize i = 1; pheno_envi_extensions[i] != NULL; i++)
    if (g_ascii_strcasecmp (extension_of (path), pheno_envi_extensions[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_file (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 && S_ISREG (status.st_mode);
}

/* (transfer full) (nullable): STEM.EXTENSION, or with the extension in capitals. */
static char *
try_name (const char *stem, const char *extension)
{
  g_autofree char *upper = g_ascii_strup (extension, -1);
  g_autofree char *path
      = *extension != '\0' ? g_strconcat (stem, ".", extension, NULL) : g_strdup (stem);

  if (is_file (path))
    return g_steal_pointer (&path);
  if (*extension == '\0')
    return NULL;

  g_free (path);
  path = g_strconcat (stem, ".", upper, NULL);

  return is_file (path) ? g_steal_pointer (&path) : NULL;
}

/* (transfer full): without the extension. */
static char *
stem_of (const char *path)
{
  const char *extension = extension_of (path);

  return *extension != '\0' ? g_strndup (path, extension - 1 - path) : g_strdup (path);
}

char *
pheno_envi_find_header (const char *path)
{
  g_autofree char *stem = stem_of (path);
  char *found = try_name (path, "hdr");

  return found != NULL ? found : try_name (stem, "hdr");
}

char *
pheno_envi_find_data (const char *path)
{
  g_autofree char *stem = stem_of (path);
  char *found = NULL;

  /* "x.bil.hdr" names its data whole. */
  if (*extension_of (stem) != '\0')
    found = try_name (stem, "");
  for (gsize i = 1; found == NULL && pheno_envi_extensions[i] != NULL; i++)
    found = try_name (stem, pheno_envi_extensions[i]);
  for (gsize i = 0; found == NULL && rarer[i] != NULL; i++)
    found = try_name (stem, rarer[i]);

  return found;
}
