/* open-target.c - what a path is, and what opening it does
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/open-target.h"

#include "app/study-adopt.h"
#include "engine/study/study.h"
#include "engine/training/training.h"

/* By name, as what is dropped is described while it hovers. A table of metadata is a
 * .csv, too; it lies with the images that it describes. */
static gboolean
is_embedding (const char *path)
{
  static const char *const ends[] = { ".h5", ".hdf5", ".npy", ".csv", ".tsv" };
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_ascii_strdown (base, -1);

  if (g_str_has_prefix (name, "metadata."))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (name, ends[i]))
      return TRUE;
  return FALSE;
}

static void
take_folder (PhenoOpenTarget *self, const char *path)
{
  g_autofree char *name = pheno_display_name (path);

  self->folder = g_strdup (path);
  self->words = pheno_study_is_one (path) || pheno_study_has_only_runs (path)
                    ? g_strdup_printf (_ ("Open the study “%s”"), name)
                    : g_strdup_printf (_ ("Open “%s” as a collection of images"), name);
}

PhenoOpenTarget *
pheno_open_target_new (const char *path)
{
  PhenoOpenTarget *self = g_new0 (PhenoOpenTarget, 1);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = pheno_display_name (path);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    take_folder (self, path);
  else if (is_embedding (path))
    {
      self->embedding = g_strdup (path);
      self->folder = pheno_run_folder_study (folder);
      self->words = g_strdup_printf (_ ("Explore the embedding “%s”"), name);
    }
  else if (pheno_study_is_one (folder))
    take_folder (self, folder); /* its study.ini */
  else
    {
      g_autofree char *folder_name = pheno_display_name (folder);

      self->folder = g_strdup (folder);
      self->words = g_strdup_printf (_ ("Open the folder “%s”, in which “%s” lies, as a "
                                        "collection of images"),
                                     folder_name, name);
    }
  return self;
}

void
pheno_open_target_free (PhenoOpenTarget *self)
{
  g_free (self->folder);
  g_free (self->embedding);
  g_free (self->words);
  g_free (self);
}
