/* best.c - the files of the best epochs
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     best-epoch-000012.safetensors     each of the best three
 *     best.safetensors                  another name of the first of them
 *
 * A checkpoint is never changed in place, so a second name (a hard link) is as good as a
 * copy and costs nothing. A new name is made beside the old one and renamed over it.
 */
#include <errno.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/training/checkpoint.h"

#define PREFIX "best-epoch-"
#define SUFFIX ".safetensors"

gboolean
pheno_best_insert (PhenoBest *best, guint epoch, double loss)
{
  for (int i = 0; i < PHENO_N_BEST; i++)
    if (best[i].epoch == 0 || loss < best[i].loss)
      {
        memmove (best + i + 1, best + i, sizeof *best * (size_t) (PHENO_N_BEST - i - 1));
        best[i].epoch = epoch;
        best[i].loss = loss;
        return TRUE;
      }

  return FALSE;
}

static char *
best_path (const char *directory, guint epoch)
{
  g_autofree char *name = g_strdup_printf (PREFIX "%06u" SUFFIX, epoch);

  return g_build_filename (directory, name, NULL);
}

static gboolean
are_one_file (const char *a, const char *b)
{
  GStatBuf first, second;

  return g_stat (a, &first) == 0 && g_stat (b, &second) == 0
         && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Gives @from also the name @to, which may be there. Renaming one name of a file over
 * another of the same file does nothing at all, so that is looked at first. */
static gboolean
give_name (const char *from, const char *to, GError **error)
{
  g_autoptr (PhenoReplacement) replacement = NULL;
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) target = NULL;

  if (are_one_file (from, to))
    return TRUE;
  if ((replacement = pheno_replacement_new (to, error)) == NULL)
    return FALSE;

  g_unlink (pheno_replacement_path (replacement));
  if (link (from, pheno_replacement_path (replacement)) != 0)
    {
      target = g_file_new_for_path (pheno_replacement_path (replacement));
      if (!g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL))
        {
          pheno_set_file_error (error, to, errno != 0 ? errno : EIO);
          return FALSE;
        }
    }

  return pheno_replacement_commit (replacement, error);
}

static gboolean
is_best (const PhenoBest *best, guint64 epoch)
{
  for (int i = 0; i < PHENO_N_BEST; i++)
    if (best[i].epoch != 0 && best[i].epoch == epoch)
      return TRUE;

  return FALSE;
}

static void
remove_others (const char *directory, const PhenoBest *best)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, PREFIX) && g_str_has_suffix (name, SUFFIX)
        && !is_best (best, g_ascii_strtoull (name + strlen (PREFIX), NULL, 10)))
      {
        g_autofree char *path = g_build_filename (directory, name, NULL);

        g_unlink (path);
      }
}

gboolean
pheno_best_update_files (const char *directory, const PhenoBest *best, guint last_epoch,
                         GError **error)
{
  g_autofree char *last = g_build_filename (directory, PHENO_LAST_NAME, NULL);
  g_autofree char *top = g_build_filename (directory, PHENO_BEST_NAME, NULL);
  g_autofree char *first = best_path (directory, best[0].epoch);

  if (is_best (best, last_epoch))
    {
      g_autofree char *path = best_path (directory, last_epoch);

      if (!give_name (last, path, error))
        return FALSE;
    }

  if (best[0].epoch != 0 && g_file_test (first, G_FILE_TEST_EXISTS)
      && !give_name (first, top, error))
    return FALSE;

  remove_others (directory, best);
  return TRUE;
}
