/* cache-folder.c - where what can be made again lies
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A place that is set at run time is kept here and not in the environment, which other
 * threads may read while it changes.
 */
#include "engine/base/base.h"

static GMutex lock;
static char *place;

void
pheno_set_cache_place (const char *folder)
{
  g_mutex_lock (&lock);
  g_free (place);
  place = folder != NULL && *folder != '\0' ? g_strdup (folder) : NULL;
  g_mutex_unlock (&lock);
}

char *
pheno_get_cache_place (void)
{
  const char *given = g_getenv ("PHENOSCAPE_CACHE");
  char *folder;

  g_mutex_lock (&lock);
  folder = g_strdup (place);
  g_mutex_unlock (&lock);

  if (folder == NULL && given != NULL && *given != '\0')
    folder = g_strdup (given);
  return folder;
}

char *
pheno_cache_folder (const char *home)
{
  g_autofree char *elsewhere = pheno_get_cache_place ();
  g_autofree char *whole = NULL, *base = NULL, *digest = NULL, *name = NULL;

  if (elsewhere == NULL)
    return g_build_filename (home, "cache", NULL);

  /* Two studies of one name are told apart by where they lie. */
  whole = g_canonicalize_filename (home, NULL);
  base = g_path_get_basename (whole);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  name = g_strdup_printf ("%s-%.8s", base, digest);
  return g_build_filename (elsewhere, name, NULL);
}
