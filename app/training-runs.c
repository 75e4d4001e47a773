/* training-runs.c - the list of runs, read from their folders
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Folders are read on a thread. While one of them is trained in it is read once a second,
 * whoever trains: so a run that another window began is followed like one's own.
 */
#include "app/training-private.h"

#include "app/main-task.h"

#include <string.h>

#define POLL_MS 1000

/* ---- reading ---- */

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *paths = data;
  GPtrArray *facts
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_run_facts_free);

  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (facts, pheno_run_facts_read (paths->pdata[i]));
  g_task_return_pointer (task, facts, (GDestroyNotify) g_ptr_array_unref);
}

static PhenoRunItem *
find_run (PhenoTraining *self, const char *path, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoRunItem) item
          = g_list_model_get_item (G_LIST_MODEL (self->runs), i);

      if (!g_str_equal (pheno_run_item_get_path (item), path))
        continue;
      if (position != NULL)
        *position = i;
      return item; /* the list has a reference */
    }
  return NULL;
}

PhenoRunItem *
pheno_training_find (PhenoTraining *self, const char *path)
{
  return find_run (self, path, NULL);
}

static char *
foreign_status (PhenoRunItem *item, double *fraction)
{
  const PhenoRunFacts *facts = pheno_run_item_get_facts (item);
  guint epoch = pheno_run_item_get_epoch (item);
  const PhenoHistoryRow *last;
  g_autofree char *left = NULL;

  *fraction = 0;
  if (facts->run == NULL || epoch == 0)
    return g_strdup (_ ("Goes on since another window was closed; its first epoch is "
                        "under way"));

  last = &g_array_index (facts->history, PhenoHistoryRow, facts->history->len - 1);
  *fraction = CLAMP ((double) epoch / facts->run->epochs, 0, 1);
  left = pheno_duration_words (last->seconds * MAX (facts->run->epochs - (int) epoch, 0));
  return g_strdup_printf (
      /* Translators: epochs done, of all; views a second; a time such as “3 min”. */
      _ ("Goes on since another window was closed · %u of %d epochs done · %.0f views/s "
         "· "
         "%s left"),
      epoch, facts->run->epochs, last->views_per_second, left);
}

/* One that nobody trained before this read, or that is no longer trained. */
static void
follow (PhenoTraining *self, PhenoRunItem *item, PhenoRunState before)
{
  PhenoRunState now = pheno_run_item_get_state (item);
  double fraction;
  char *status;

  if (self->trainer != NULL && item == self->current)
    return; /* its worker tells more, and sooner */
  if (now == PHENO_RUN_RUNNING && (self->current == NULL || self->current == item))
    {
      pheno_training_set_current (self, item);
      status = foreign_status (item, &fraction);
      pheno_training_set_status (self, fraction, status);
    }
  else if (item == self->current && before == PHENO_RUN_RUNNING)
    pheno_training_settle (self, item);
}

static void
take_facts (PhenoTraining *self, PhenoRunFacts *facts)
{
  PhenoRunItem *item = find_run (self, facts->path, NULL);
  PhenoRunState before = PHENO_RUN_PREPARED;

  if (item == NULL)
    {
      g_autoptr (PhenoRunItem) made = pheno_run_item_new (facts);

      g_list_store_insert (self->runs, 0, made); /* they come the oldest first */
      item = made;
    }
  else
    {
      before = pheno_run_item_get_state (item);
      pheno_run_item_take (item, facts);
    }
  follow (self, item, before);
}

static gboolean
is_of_study (PhenoTraining *self, const char *path)
{
  g_autofree char *runs = self->study_path != NULL
                              ? g_build_filename (self->study_path, "runs", "", NULL)
                              : NULL;

  return runs != NULL && g_str_has_prefix (path, runs);
}

static gboolean
poll_cb (gpointer user_data)
{
  PhenoTraining *self = user_data;

  self->poll_source = 0;
  pheno_training_poll (self);
  return G_SOURCE_REMOVE;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoTraining *self = PHENO_TRAINING (object);
  g_autoptr (GPtrArray) facts = g_task_propagate_pointer (G_TASK (result), NULL);

  self->reading = FALSE;
  g_ptr_array_set_free_func (facts, NULL);
  for (guint i = 0; i < facts->len; i++)
    if (is_of_study (self, ((PhenoRunFacts *) facts->pdata[i])->path))
      take_facts (self, facts->pdata[i]);
    else
      pheno_run_facts_free (facts->pdata[i]);

  if (self->current != NULL && self->poll_source == 0)
    self->poll_source = g_timeout_add (POLL_MS, poll_cb, self);
  pheno_training_emit_changed (self);
}

static void
read_async (PhenoTraining *self, GPtrArray *paths)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, read_cb, NULL);

  self->reading = TRUE;
  g_task_set_task_data (task, paths, (GDestroyNotify) g_ptr_array_unref);
  pheno_task_run (task, read_in_thread);
}

void
pheno_training_poll (PhenoTraining *self)
{
  GPtrArray *paths;

  if (self->current == NULL || self->reading)
    return;

  paths = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (paths, g_strdup (pheno_run_item_get_path (self->current)));
  read_async (self, paths);
}

void
pheno_training_refresh (PhenoTraining *self)
{
  PhenoStudy *study = pheno_session_get_study (self->session);

  if (study != NULL)
    read_async (self, pheno_study_runs (study));
}

void
pheno_training_read_again (PhenoTraining *self, PhenoRunItem *item)
{
  pheno_run_item_take (item, pheno_run_facts_read (pheno_run_item_get_path (item)));
}

void
pheno_training_open_study (PhenoTraining *self)
{
  g_list_store_remove_all (self->runs);
  g_clear_handle_id (&self->poll_source, g_source_remove);
  pheno_training_refresh (self);
}

/* ---- moved photographs ---- */

static gboolean
is_there (const PhenoRun *run)
{
  for (char **root = run->roots; *root != NULL; root++)
    if (!g_file_test (*root, G_FILE_TEST_EXISTS))
      return FALSE;
  return g_str_equal (run->metadata, "auto")
         || g_file_test (run->metadata, G_FILE_TEST_EXISTS);
}

gboolean
pheno_training_follow_roots (PhenoTraining *self, PhenoRunItem *item, GError **error)
{
  const PhenoRun *began = pheno_run_item_get_facts (item)->run;
  const PhenoStudy *study = pheno_session_get_study (self->session);
  g_autofree char *path
      = g_build_filename (pheno_run_item_get_path (item), "run.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PhenoRun) run = NULL;

  if (began == NULL || is_there (began))
    return TRUE;

  run = pheno_run_copy (began);
  g_strfreev (run->roots);
  run->roots = g_new0 (char *, study->roots->len + 1);
  for (guint i = 0; i < study->roots->len; i++)
    run->roots[i] = g_strdup (study->roots->pdata[i]);
  if (!g_str_equal (run->metadata, "auto"))
    {
      g_free (run->metadata);
      run->metadata = g_strdup (study->metadata != NULL ? study->metadata : "auto");
    }
  text = pheno_run_to_text (run);
  return pheno_write_file (path, text, strlen (text), error);
}

/* ---- deleting ---- */

static gboolean
remove_all (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) entries = g_file_enumerate_children (
      file, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS,
      cancellable, NULL);

  while (entries != NULL)
    {
      GFile *child;

      if (!g_file_enumerator_iterate (entries, NULL, &child, cancellable, error))
        return FALSE;
      if (child == NULL)
        break;
      if (!remove_all (child, cancellable, error))
        return FALSE;
    }
  return g_file_delete (file, cancellable, error);
}

static void
delete_in_thread (GTask *task, gpointer source, gpointer for_ever,
                  GCancellable *cancellable)
{
  g_autoptr (GFile) folder
      = g_file_new_for_path (g_object_get_data (G_OBJECT (task), "path"));
  GError *error = NULL;

  if (GPOINTER_TO_INT (for_ever) ? remove_all (folder, cancellable, &error)
                                 : g_file_trash (folder, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
pheno_training_delete_async (PhenoTraining *self, PhenoRunItem *item, gboolean for_ever,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pheno_training_delete_async);
  g_object_set_data_full (G_OBJECT (task), "path",
                          g_strdup (pheno_run_item_get_path (item)), g_free);
  g_task_set_task_data (task, GINT_TO_POINTER (for_ever), NULL);
  pheno_task_run (task, delete_in_thread);
}

gboolean
pheno_training_delete_finish (PhenoTraining *self, GAsyncResult *result, GError **error)
{
  const char *path = g_object_get_data (G_OBJECT (result), "path");
  guint position;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (find_run (self, path, &position) != NULL)
    g_list_store_remove (self->runs, position);
  pheno_training_emit_changed (self);
  return TRUE;
}
