/* session-open.c - opening a study, looking for new files, finding a folder that was
 * moved
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A study is read and scanned on a thread, specimens are made there, too; the main loop
 * only puts them into the lists. A scan of the study that is open already keeps the
 * objects of the files that it finds again, so that selection and undo stay.
 */
#include <inttypes.h>

#include "app/session-private.h"

#include "app/main-task.h"
#include "app/session-save.h"
#include "app/study-adopt.h"
#include "engine/training/training.h"

#include <string.h>
#include <unistd.h>

/* What the thread reads and the main loop takes over. */
typedef struct
{
  char *path; /* as the user gave it */
  PhenoSaveJob *save;
  guint n_edits; /* when it began */
  PhenoStudy *study;
  char *missing_root;
  GPtrArray *specimens, *problems, *columns;
  GPtrArray *unmatched_rows, *unmatched_files; /* char *, ended by NULL */
  GPtrArray *kept_rows, *kept_columns;
  gboolean species_by_folder;

  GMutex lock;
  PhenoProgress latest; /* under the lock; so is the source that shows it */
  guint show_source;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_free (self->path);
  g_free (self->missing_root);
  g_clear_pointer (&self->save, pheno_save_job_free);
  g_clear_pointer (&self->study, pheno_study_free);
  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->unmatched_rows, g_ptr_array_unref);
  g_clear_pointer (&self->unmatched_files, g_ptr_array_unref);
  g_clear_pointer (&self->kept_rows, g_ptr_array_unref);
  g_clear_pointer (&self->kept_columns, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
show_latest_cb (gpointer user_data)
{
  GTask *task = user_data;
  Opening *self = g_task_get_task_data (task);
  PhenoSession *session = g_task_get_source_object (task);
  PhenoProgress latest;

  g_mutex_lock (&self->lock);
  latest = self->latest;
  self->show_source = 0;
  g_mutex_unlock (&self->lock);
  if (g_task_get_completed (task))
    return G_SOURCE_REMOVE;

  session->fraction = latest.total > 0 ? (double) latest.done / latest.total : 0;
  g_free (session->status);
  session->status = g_strdup_printf (
      ngettext ("%" PRIu64 " file looked at", "%" PRIu64 " files looked at", latest.done),
      latest.done);
  pheno_session_notify (session, PHENO_SESSION_PROP_FRACTION);
  pheno_session_notify (session, PHENO_SESSION_PROP_STATUS);

  return G_SOURCE_REMOVE;
}

static void
report_cb (const PhenoProgress *progress, gpointer user_data) /* on the thread */
{
  GTask *task = user_data;
  Opening *self = g_task_get_task_data (task);

  g_mutex_lock (&self->lock);
  self->latest = *progress;
  /* The source holds the task, as the thread may be done before it is shown. */
  if (self->show_source == 0)
    self->show_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 100, show_latest_cb,
                                            g_object_ref (task), g_object_unref);
  g_mutex_unlock (&self->lock);
}

static char *
study_path_beside (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autofree char *base = g_path_get_basename (folder);
  g_autofree char *name = g_strconcat (base, ".study", NULL);
  g_autofree char *beside = g_build_filename (parent, name, NULL);
  g_autofree char *digest = NULL, *apart = NULL;

  if (pheno_study_is_one (beside) || access (parent, W_OK) == 0)
    return g_steal_pointer (&beside);

  /* A folder on a disk that cannot be written: its path keeps two of one name apart. */
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
  digest[8] = '\0';
  apart = g_strdup_printf ("%s-%s.study", base, digest);
  return g_build_filename (g_get_user_data_dir (), "phenoscape", "studies", apart, NULL);
}

static PhenoStudy *
open_study (const char *path, GError **error)
{
  g_autofree char *whole = g_canonicalize_filename (path, NULL);
  g_autofree char *beside = NULL;
  g_autoptr (PhenoStudy) study = NULL;

  if (pheno_study_is_one (whole))
    return pheno_study_open (whole, error);
  if (pheno_study_has_only_runs (whole))
    return pheno_study_adopt (whole, NULL, error);
  if (!g_file_test (whole, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *name = pheno_display_name (whole);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("“%s” is no folder. Open the folder that holds your images, or a "
                      "study."),
                   name);
      return NULL;
    }

  beside = study_path_beside (whole);
  if (pheno_study_is_one (beside))
    return pheno_study_open (beside, error);
  if (pheno_study_has_only_runs (beside))
    return pheno_study_adopt (beside, whole, error);

  study = pheno_study_create (beside, error);
  if (study == NULL)
    return NULL;
  pheno_study_add_root (study, whole);
  if (!pheno_study_save (study, error))
    return NULL;
  return g_steal_pointer (&study);
}

/* (transfer full) (nullable): the first root that is not there. */
static char *
find_missing_root (const PhenoStudy *study)
{
  for (guint i = 0; i < study->roots->len; i++)
    if (!g_file_test (study->roots->pdata[i], G_FILE_TEST_EXISTS))
      return g_strdup (study->roots->pdata[i]);
  return NULL;
}

static void
take_columns (Opening *self, const PhenoCollection *collection)
{
  self->columns = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->columns, g_strdup ("species"));
  for (guint i = 0; collection != NULL && i < collection->columns->len; i++)
    if (!g_str_equal (collection->columns->pdata[i], "species"))
      g_ptr_array_add (self->columns, g_strdup (collection->columns->pdata[i]));
}

/* Whether the folders alone say all the species that there are. */
static gboolean
species_are_folders (const PhenoStudy *study, const PhenoCollection *collection)
{
  if (!g_str_equal (study->species, "folder") && !g_str_equal (study->species, "auto"))
    return FALSE;

  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];
      g_autofree char *folder = g_path_get_dirname (record->path);
      g_autofree char *base = g_path_get_basename (folder);
      g_autofree char *name = pheno_display_name (base);

      if (record->species != NULL && !g_str_equal (record->species, name))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
copy_names (GPtrArray *names)
{
  GPtrArray *copy = g_ptr_array_new_full (names->len + 1, g_free);

  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (copy, pheno_display_name (names->pdata[i]));
  g_ptr_array_add (copy, NULL);
  return copy;
}

/* Rows of the study's own table whose files are away for now: the next save keeps them.
 */
static void
keep_rows (Opening *self, const PhenoCollection *collection)
{
  g_autofree char *own = pheno_study_metadata_path (self->study);
  g_autoptr (GHashTable) away = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (PhenoTable) table = NULL;

  if (g_strcmp0 (self->study->metadata, own) != 0 || collection->unmatched_rows->len == 0)
    return;
  table = pheno_table_read (own, NULL);
  if (table == NULL)
    return;

  for (guint i = 0; i < collection->unmatched_rows->len; i++)
    g_hash_table_add (away, collection->unmatched_rows->pdata[i]);
  self->kept_rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; i < table->rows->len; i++)
    {
      char **row = table->rows->pdata[i];

      if (g_hash_table_contains (away, row[0]))
        {
          GPtrArray *copy = g_ptr_array_new ();

          for (guint column = 0; column < table->columns->len; column++)
            g_ptr_array_add (copy, g_strdup (row[column]));
          g_ptr_array_add (copy, NULL);
          g_ptr_array_add (self->kept_rows, g_ptr_array_free (copy, FALSE));
        }
    }
  self->kept_columns = copy_names (table->columns);
}

static void
take_collection (Opening *self, const PhenoCollection *collection)
{
  self->specimens = g_ptr_array_new_full (collection->records->len, g_object_unref);
  self->problems = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < collection->records->len; i++)
    g_ptr_array_add (
        self->specimens,
        pheno_specimen_new (collection, collection->records->pdata[i], self->columns));
  for (guint i = 0; i < collection->problems->len; i++)
    g_ptr_array_add (self->problems, pheno_problem_item_new (
                                         self->study, collection->problems->pdata[i]));
  self->unmatched_rows = copy_names (collection->unmatched_rows);
  self->unmatched_files = copy_names (collection->unmatched_files);
  self->species_by_folder = species_are_folders (self->study, collection);
  keep_rows (self, collection);
}

/* Nothing is scanned while a folder is away: what was said about its files would be
 * saved without them. */
static void
take_nothing (Opening *self)
{
  self->specimens = g_ptr_array_new ();
  self->problems = g_ptr_array_new ();
  self->unmatched_rows = g_ptr_array_new ();
  g_ptr_array_add (self->unmatched_rows, NULL);
  self->unmatched_files = g_ptr_array_ref (self->unmatched_rows);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *self = data;
  g_autoptr (PhenoCollection) collection = NULL;
  GError *error = NULL;

  if ((self->save != NULL && !pheno_save_job_run (self->save, &error))
      || (self->study = open_study (self->path, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->missing_root = find_missing_root (self->study);
  if (self->missing_root == NULL)
    {
      collection
          = pheno_study_scan (self->study, 0, report_cb, task, cancellable, &error);
      if (collection == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
    }

  take_columns (self, collection);
  if (collection != NULL)
    take_collection (self, collection);
  else
    take_nothing (self);
  g_ptr_array_add (self->columns, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
scan_async (PhenoSession *self, const char *path, gpointer tag, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->path = g_strdup (path);
  opening->save = pheno_session_take_save (self);
  opening->n_edits = self->n_edits;
  g_mutex_init (&opening->lock);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, opening, opening_free);

  self->fraction = 0;
  g_clear_pointer (&self->status, g_free);
  self->n_loading++;
  pheno_session_notify (self, PHENO_SESSION_PROP_FRACTION);
  pheno_session_notify (self, PHENO_SESSION_PROP_STATUS);
  pheno_session_notify (self, PHENO_SESSION_PROP_LOADING);
  pheno_task_run (task, open_in_thread);
}

/* ---- what was read becomes what is open ---- */

static void
fill_list (GListStore *store, GPtrArray *items)
{
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)),
                       items->pdata, items->len);
}

static void
fill_strings (GtkStringList *list, GPtrArray *strings)
{
  gtk_string_list_splice (list, 0, g_list_model_get_n_items (G_LIST_MODEL (list)),
                          (const char *const *) strings->pdata);
}

/* Files that were there before keep their objects; so does what was edited meanwhile. */
static void
keep_known (PhenoSession *self, Opening *opening)
{
  gboolean edited = opening->n_edits != self->n_edits;

  for (guint i = 0; i < opening->specimens->len; i++)
    {
      PhenoSpecimen *found = opening->specimens->pdata[i];
      PhenoSpecimen *known
          = g_hash_table_lookup (self->by_path, pheno_specimen_get_path (found));

      if (known == NULL)
        continue;
      pheno_specimen_take (known, found, !edited);
      opening->specimens->pdata[i] = g_object_ref (known);
      g_object_unref (found);
    }
  for (guint i = 0; i < opening->specimens->len; i++)
    {
      PhenoSpecimen *specimen = opening->specimens->pdata[i];

      pheno_specimen_set_excluded (
          specimen, g_hash_table_contains (self->study->excluded,
                                           pheno_specimen_get_path (specimen)));
    }
}

static void
take_columns_over (PhenoSession *self, Opening *opening, gboolean other)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->columns);

  self->columns = g_steal_pointer (&opening->columns);
  /* A column made by hand has no values on disk before the first one is edited. */
  for (guint i = 0; !other && before != NULL && before->pdata[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) self->columns->pdata, before->pdata[i]))
      g_ptr_array_insert (self->columns, self->columns->len - 1,
                          g_strdup (before->pdata[i]));
}

static void
take_lists (PhenoSession *self, Opening *opening, gboolean other)
{
  g_autoptr (GPtrArray) selected = pheno_session_selected (self);

  take_columns_over (self, opening, other);
  if (!other)
    keep_known (self, opening);

  g_hash_table_remove_all (self->by_file);
  g_hash_table_remove_all (self->by_path);
  for (guint i = 0; i < opening->specimens->len; i++)
    {
      PhenoSpecimen *specimen = opening->specimens->pdata[i];

      g_hash_table_insert (self->by_file, (gpointer) pheno_specimen_get_file (specimen),
                           specimen);
      g_hash_table_insert (self->by_path, (gpointer) pheno_specimen_get_path (specimen),
                           specimen);
    }
  fill_list (self->specimens, opening->specimens);
  fill_list (self->problems, opening->problems);
  fill_strings (self->unmatched_rows, opening->unmatched_rows);
  fill_strings (self->unmatched_files, opening->unmatched_files);
  pheno_session_count_excluded (self);
  if (selected->len > 0)
    pheno_session_select (self, selected, FALSE);
}

static void
take_table (PhenoSession *self, Opening *opening)
{
  g_clear_pointer (&self->kept_rows, g_ptr_array_unref);
  g_clear_pointer (&self->kept_columns, g_ptr_array_unref);
  self->kept_rows = g_steal_pointer (&opening->kept_rows);
  self->kept_columns = g_steal_pointer (&opening->kept_columns);
  self->species_by_folder = opening->species_by_folder;
}

static gboolean
scan_finish (PhenoSession *self, GAsyncResult *result, gpointer tag, GError **error)
{
  Opening *opening;
  gboolean other;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  self->n_loading--;
  pheno_session_notify (self, PHENO_SESSION_PROP_LOADING);
  opening = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    {
      /* What was to be saved first may be the reason; it is tried again. */
      if (opening->save != NULL)
        pheno_session_return_save (self, opening->save);
      return FALSE;
    }

  other = self->study == NULL || !g_str_equal (self->study->path, opening->study->path);
  if (other)
    {
      pheno_session_close (self);
      self->study = g_steal_pointer (&opening->study);
      pheno_session_set_title (self);
      pheno_session_read_settings (self);
    }
  g_free (self->missing_root);
  self->missing_root = g_steal_pointer (&opening->missing_root);

  take_lists (self, opening, other);
  take_table (self, opening);
  pheno_session_emit (self, PHENO_SESSION_COLUMNS_CHANGED);
  pheno_session_notify_all (self);
  if (other)
    pheno_session_emit_recipe_changed (self);
  return TRUE;
}

void
pheno_session_open_async (PhenoSession *self, const char *path, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (PHENO_IS_SESSION (self));
  g_return_if_fail (path != NULL);

  scan_async (self, path, pheno_session_open_async, cancellable, callback, user_data);
}

gboolean
pheno_session_open_finish (PhenoSession *self, GAsyncResult *result, GError **error)
{
  return scan_finish (self, result, pheno_session_open_async, error);
}

void
pheno_session_rescan_async (PhenoSession *self, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->study != NULL);

  scan_async (self, self->study->path, pheno_session_rescan_async, cancellable, callback,
              user_data);
}

gboolean
pheno_session_rescan_finish (PhenoSession *self, GAsyncResult *result, GError **error)
{
  return scan_finish (self, result, pheno_session_rescan_async, error);
}

/* ---- a folder that was moved ---- */

const char *
pheno_session_get_missing_root (PhenoSession *self)
{
  return self->missing_root;
}

typedef struct
{
  char *study, *from, *to;
} Move;

static void
move_free (gpointer data)
{
  Move *self = data;

  g_free (self->study);
  g_free (self->from);
  g_free (self->to);
  g_free (self);
}

/* Runs name their photographs themselves. One that cannot be read is left as it is, and
 * says so where it is resumed. */
static void
move_runs (const PhenoStudy *study, const PhenoStudy *before)
{
  g_autoptr (GPtrArray) runs = pheno_study_runs (study);

  for (guint i = 0; i < before->roots->len; i++)
    {
      const char *from = before->roots->pdata[i], *to = study->roots->pdata[i];

      for (guint run = 0; run < runs->len && !g_str_equal (from, to); run++)
        {
          g_autoptr (GError) error = NULL;

          if (!pheno_run_folder_move_root (runs->pdata[run], from, to, &error))
            g_info ("%s", error->message);
        }
    }
}

/* The study is changed on disk; the scan after it reads it from there. */
static void
locate_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Move *self = data;
  g_autoptr (PhenoStudy) study = NULL, before = NULL;
  GError *error = NULL;

  study = pheno_study_open (self->study, &error);
  if (study != NULL)
    before = pheno_study_copy (study);
  if (study == NULL || !pheno_study_move_root (study, self->from, self->to, &error)
      || !pheno_study_save (study, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  move_runs (study, before);
  g_task_return_pointer (task, g_steal_pointer (&study),
                         (GDestroyNotify) pheno_study_free);
}

void
pheno_session_locate_async (PhenoSession *self, const char *folder,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Move *move = g_new0 (Move, 1);

  g_return_if_fail (self->study != NULL && self->missing_root != NULL);

  pheno_session_save (self);
  move->study = g_strdup (self->study->path);
  move->from = g_strdup (self->missing_root);
  move->to = g_strdup (folder);
  g_task_set_source_tag (task, pheno_session_locate_async);
  g_task_set_task_data (task, move, move_free);
  pheno_task_run (task, locate_in_thread);
}

gboolean
pheno_session_locate_finish (PhenoSession *self, GAsyncResult *result, GError **error)
{
  PhenoStudy *study;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  study = g_task_propagate_pointer (G_TASK (result), error);
  if (study == NULL)
    return FALSE;

  if (self->study != NULL && g_str_equal (self->study->path, study->path))
    {
      pheno_study_free (self->study);
      self->study = study;
    }
  else
    pheno_study_free (study);
  return TRUE;
}
