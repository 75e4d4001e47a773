/* study-summary.c - what the start page tells of a study without opening it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/study-summary.h"

#include "app/bookmark.h"
#include "app/main-task.h"
#include "app/run-item.h"
#include "app/thumbnails.h"
#include "engine/study/study.h"

typedef struct
{
  char *path, *picture;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->path);
  g_free (self->picture);
  g_free (self);
}

void
pheno_study_summary_free (PhenoStudySummary *self)
{
  g_clear_object (&self->picture);
  g_free (self->run);
  g_free (self);
}

static void
read_run (PhenoStudySummary *self, const char *path)
{
  g_autoptr (PhenoStudy) study = pheno_study_open (path, NULL);
  g_autoptr (GPtrArray) runs = study != NULL ? pheno_study_runs (study) : NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (PhenoRun) settings = NULL;
  g_autofree char *file = NULL;

  if (runs == NULL || runs->len == 0)
    return;

  self->run = g_strdup (runs->pdata[runs->len - 1]);
  self->state = pheno_run_folder_state (self->run, NULL);
  history = pheno_history_load (self->run);
  if (history->len > 0)
    self->epochs = g_array_index (history, PhenoHistoryRow, history->len - 1).epoch;
  file = g_build_filename (self->run, "run.ini", NULL);
  settings = pheno_run_load (file, NULL);
  self->planned = settings != NULL ? settings->epochs : 0;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  g_autoptr (PhenoStudySummary) self = g_new0 (PhenoStudySummary, 1);
  g_autoptr (PhenoImage) image = NULL;

  self->there = pheno_study_is_one (request->path);
  self->left_open = self->there && pheno_bookmark_was_left_open (request->path);
  if (self->there)
    read_run (self, request->path);
  if (!g_cancellable_is_cancelled (cancellable) && request->picture != NULL)
    image = pheno_display_read (request->picture, NULL, PHENO_THUMBNAIL_SIDE, NULL);
  if (image != NULL)
    self->picture = pheno_texture_from_image (image);

  g_task_return_pointer (task, g_steal_pointer (&self),
                         (GDestroyNotify) pheno_study_summary_free);
}

void
pheno_study_summary_load_async (const char *path, const char *picture,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  request->picture = g_strdup (picture);
  g_task_set_source_tag (task, pheno_study_summary_load_async);
  g_task_set_task_data (task, request, request_free);
  pheno_task_run (task, load_in_thread);
}

PhenoStudySummary *
pheno_study_summary_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
pheno_study_summary_describe (const PhenoStudySummary *self)
{
  if (!self->there)
    return g_strdup (_ ("Folder not found"));
  if (self->run == NULL)
    return g_strdup (_ ("No run yet"));

  return pheno_run_state_in_words (self->state, self->epochs, self->planned);
}
