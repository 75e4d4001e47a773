/* cache-sweep.c - how much the caches of the recent studies take, and clearing them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only files that Phenoscape made are counted and deleted, by their names: a cache's
 * folder may have been put where something else lies.
 */
#include "app/cache-sweep.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "app/main-task.h"
#include "app/recent-studies.h"
#include "engine/study/study.h"
#include "engine/training/training.h"

typedef struct
{
  gboolean clear;
  GPtrArray *studies; /* paths */
  PhenoCacheSize size;
} Sweep;

static void
sweep_free (gpointer data)
{
  Sweep *self = data;

  g_ptr_array_unref (self->studies);
  g_free (self);
}

static gboolean
is_ours (const char *name, gboolean thumbnail)
{
  return thumbnail
             ? g_str_has_suffix (name, ".png")
             : g_str_has_prefix (name, "prepared-") && g_str_has_suffix (name, ".h5");
}

static gboolean
sweep_folder (Sweep *self, const char *folder, gboolean thumbnails, gboolean clear,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!is_ours (name, thumbnails) || g_lstat (path, &status) != 0)
        continue;
      if (!clear)
        self->size.bytes += (guint64) status.st_size;
      else if (g_unlink (path) != 0 && errno != ENOENT)
        {
          pheno_set_file_error (error, path, errno);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
is_training (const char *path)
{
  g_autoptr (PhenoStudy) study = pheno_study_open (path, NULL);
  g_autoptr (GPtrArray) runs = study != NULL ? pheno_study_runs (study) : NULL;

  for (guint i = 0; runs != NULL && i < runs->len; i++)
    if (pheno_run_folder_holder (runs->pdata[i]) != 0)
      return TRUE;
  return FALSE;
}

static void
sweep_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sweep *self = data;
  GError *error = NULL;

  for (guint i = 0; i < self->studies->len; i++)
    {
      g_autofree char *folder = pheno_cache_folder (self->studies->pdata[i]);
      g_autofree char *thumbnails = g_build_filename (folder, "thumbnails", NULL);
      gboolean in_use;

      if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
        continue;
      in_use = is_training (self->studies->pdata[i]);
      self->size.studies++;
      self->size.in_use += in_use;
      if (!sweep_folder (self, folder, FALSE, self->clear && !in_use, cancellable, &error)
          || !sweep_folder (self, thumbnails, TRUE, self->clear && !in_use, cancellable,
                            &error))
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_boolean (task, TRUE);
}

void
pheno_cache_sweep_async (gboolean clear, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GListStore) recent = pheno_recent_studies_load ();
  Sweep *self = g_new0 (Sweep, 1);

  self->clear = clear;
  self->studies = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (recent)); i++)
    {
      g_autoptr (PhenoRecentStudy) study
          = g_list_model_get_item (G_LIST_MODEL (recent), i);

      g_ptr_array_add (self->studies, g_strdup (pheno_recent_study_get_path (study)));
    }
  g_task_set_source_tag (task, pheno_cache_sweep_async);
  g_task_set_task_data (task, self, sweep_free);
  pheno_task_run (task, sweep_in_thread);
}

gboolean
pheno_cache_sweep_finish (GAsyncResult *result, PhenoCacheSize *size, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  *size = ((Sweep *) g_task_get_task_data (G_TASK (result)))->size;
  return g_task_propagate_boolean (G_TASK (result), error);
}
