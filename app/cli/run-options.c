/* run-options.c - what a command line says in place of a run file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/run-options.h"

gboolean
pheno_run_override (PhenoRun *run, char **collections, const char *device,
                    char **settings, GError **error)
{
  if (collections != NULL)
    {
      g_strfreev (run->roots);
      run->roots = g_strdupv (collections);
    }
  if (device != NULL)
    {
      g_free (run->device);
      run->device = g_strdup (device);
    }
  for (char **setting = settings; setting != NULL && *setting != NULL; setting++)
    if (!pheno_run_set (run, *setting, error))
      return FALSE;
  return TRUE;
}
