/* session.c - what is open: one study, its lists, its filter
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Opening runs on a thread, specimens are made there, too; the main loop only puts them
 * into the list. Edits stand in session-edit.c.
 */
#include "app/session-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PhenoSession, pheno_session, G_TYPE_OBJECT)

enum
{
  PROP_STUDY_PATH = 1,
  PROP_TITLE,
  PROP_LOADING,
  PROP_FRACTION,
  PROP_STATUS,
  PROP_N_SPECIMENS,
  PROP_N_VISIBLE,
  PROP_N_EXCLUDED,
  PROP_N_PROBLEMS,
  PROP_EMBEDDING_PATH,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  COLUMNS_CHANGED,
  FILTER_CHANGED,
  EDITED,
  RECIPE_CHANGED,
  EMBEDDING_CHANGED,
  TOAST,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

PhenoSession *
pheno_session_new (void)
{
  return g_object_new (PHENO_TYPE_SESSION, NULL);
}

/* ---- opening ---- */

/* What the thread reads and the main loop takes over. */
typedef struct
{
  char *path; /* as the user gave it; NULL: the open study again */
  PhenoStudy *study;
  GPtrArray *specimens, *problems, *columns;

  PhenoSession *session;
  GMutex lock;
  PhenoProgress latest; /* under the lock; so is the source that shows it */
  guint show_source;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_free (self->path);
  g_clear_pointer (&self->study, pheno_study_free);
  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_handle_id (&self->show_source, g_source_remove);
  g_mutex_clear (&self->lock);
  g_object_unref (self->session);
  g_free (self);
}

static gboolean
show_latest_cb (gpointer user_data)
{
  Opening *self = user_data;
  PhenoSession *session = self->session;
  PhenoProgress latest;

  g_mutex_lock (&self->lock);
  latest = self->latest;
  self->show_source = 0;
  g_mutex_unlock (&self->lock);

  session->fraction = latest.total > 0 ? (double) latest.done / latest.total : 0;
  g_free (session->status);
  session->status
      = g_strdup_printf (ngettext ("%" G_GUINT64_FORMAT " file looked at",
                                   "%" G_GUINT64_FORMAT " files looked at", latest.done),
                         latest.done);
  g_object_notify_by_pspec (G_OBJECT (session), props[PROP_FRACTION]);
  g_object_notify_by_pspec (G_OBJECT (session), props[PROP_STATUS]);

  return G_SOURCE_REMOVE;
}

static void
report_cb (const PhenoProgress *progress, gpointer user_data) /* on the thread */
{
  Opening *self = user_data;

  g_mutex_lock (&self->lock);
  self->latest = *progress;
  if (self->show_source == 0)
    self->show_source = g_timeout_add (100, show_latest_cb, self);
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

  study = pheno_study_create (beside, error);
  if (study == NULL)
    return NULL;
  pheno_study_add_root (study, whole);
  if (!pheno_study_save (study, error))
    return NULL;
  return g_steal_pointer (&study);
}

static void
take_columns (Opening *self, const PhenoCollection *collection)
{
  self->columns = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->columns, g_strdup ("species"));
  for (guint i = 0; i < collection->columns->len; i++)
    if (!g_str_equal (collection->columns->pdata[i], "species"))
      g_ptr_array_add (self->columns, g_strdup (collection->columns->pdata[i]));
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
    {
      const PhenoProblem *problem = collection->problems->pdata[i];

      g_ptr_array_add (self->problems,
                       g_object_new (PHENO_TYPE_PROBLEM_ITEM, "file", problem->file,
                                     "reason", problem->reason, NULL));
    }
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *self = data;
  g_autoptr (PhenoCollection) collection = NULL;
  GError *error = NULL;

  self->study = open_study (self->path, &error);
  if (self->study != NULL)
    collection = pheno_study_scan (self->study, 0, report_cb, self, cancellable, &error);
  if (collection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  take_columns (self, collection);
  take_collection (self, collection);
  g_task_return_boolean (task, TRUE);
}

static void
set_loading (PhenoSession *self, gboolean loading)
{
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
}

static void
scan_async (PhenoSession *self, const char *path, gpointer tag, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  pheno_session_save (self);
  opening->session = g_object_ref (self);
  opening->path = g_strdup (path);
  g_mutex_init (&opening->lock);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, opening, opening_free);

  self->fraction = 0;
  g_clear_pointer (&self->status, g_free);
  set_loading (self, TRUE);
  g_task_run_in_thread (task, open_in_thread);
}

static void
fill_list (GListStore *store, GPtrArray *items)
{
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)),
                       items->pdata, items->len);
}

static void
take_lists (PhenoSession *self, Opening *opening)
{
  g_ptr_array_set_size (opening->columns, opening->columns->len + 1); /* the NULL */
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  self->columns = g_steal_pointer (&opening->columns);

  g_hash_table_remove_all (self->by_file);
  for (guint i = 0; i < opening->specimens->len; i++)
    g_hash_table_insert (
        self->by_file, (gpointer) pheno_specimen_get_file (opening->specimens->pdata[i]),
        opening->specimens->pdata[i]);
  fill_list (self->specimens, opening->specimens);
  fill_list (self->problems, opening->problems);
  pheno_session_count_excluded (self);
}

static void
set_title (PhenoSession *self)
{
  g_autofree char *base = g_path_get_basename (self->study->path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && g_str_equal (dot, ".study"))
    *dot = '\0';
  g_free (self->title);
  self->title = pheno_display_name (base);
}

static void
notify_all (PhenoSession *self)
{
  for (guint i = PROP_STUDY_PATH; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
}

static gboolean
scan_finish (PhenoSession *self, GAsyncResult *result, gpointer tag, GError **error)
{
  Opening *opening;
  gboolean other;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), FALSE);

  set_loading (self, FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  opening = g_task_get_task_data (G_TASK (result));
  other = self->study == NULL || !g_str_equal (self->study->path, opening->study->path);
  if (other)
    pheno_session_close (self);
  g_clear_pointer (&self->study, pheno_study_free);
  self->study = g_steal_pointer (&opening->study);
  set_title (self);
  if (other)
    pheno_session_read_settings (self);

  take_lists (self, opening);
  g_signal_emit (self, signals[COLUMNS_CHANGED], 0);
  notify_all (self);
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

void
pheno_session_close (PhenoSession *self)
{
  pheno_session_save (self);

  g_clear_pointer (&self->study, pheno_study_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_clear_pointer (&self->embedding_path, g_free);
  pheno_undo_clear (self->undo);
  g_hash_table_remove_all (self->shown);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->search_folded, g_free);
  g_hash_table_remove_all (self->by_file);
  g_list_store_remove_all (self->specimens);
  g_list_store_remove_all (self->problems);
  pheno_session_count_excluded (self);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);

  g_signal_emit (self, signals[FILTER_CHANGED], 0);
  g_signal_emit (self, signals[EMBEDDING_CHANGED], 0);
  notify_all (self);
}

/* ---- what is open ---- */

PhenoStudy *
pheno_session_get_study (PhenoSession *self)
{
  return self->study;
}

const char *
pheno_session_get_study_path (PhenoSession *self)
{
  return self->study != NULL ? self->study->path : NULL;
}

const char *
pheno_session_get_title (PhenoSession *self)
{
  return self->title;
}

gboolean
pheno_session_get_loading (PhenoSession *self)
{
  return self->loading;
}

GListModel *
pheno_session_get_specimens (PhenoSession *self)
{
  return G_LIST_MODEL (self->specimens);
}

GListModel *
pheno_session_get_visible (PhenoSession *self)
{
  return G_LIST_MODEL (self->visible);
}

GtkMultiSelection *
pheno_session_get_selection (PhenoSession *self)
{
  return self->selection;
}

GListModel *
pheno_session_get_problems (PhenoSession *self)
{
  return G_LIST_MODEL (self->problems);
}

void
pheno_session_set_sorter (PhenoSession *self, GtkSorter *sorter)
{
  gtk_sort_list_model_set_sorter (self->visible, sorter);
}

const char *const *
pheno_session_get_columns (PhenoSession *self)
{
  static const char *const none[] = { NULL };

  return self->columns != NULL ? (const char *const *) self->columns->pdata : none;
}

PhenoSpecimen *
pheno_session_find (PhenoSession *self, const char *file)
{
  return g_hash_table_lookup (self->by_file, file);
}

void
pheno_session_count_excluded (PhenoSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->specimens));

  self->n_excluded = 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen
          = g_list_model_get_item (G_LIST_MODEL (self->specimens), i);

      self->n_excluded += pheno_specimen_get_excluded (specimen);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_EXCLUDED]);
}

/* ---- selection ---- */

GPtrArray *
pheno_session_selected (PhenoSession *self)
{
  GPtrArray *specimens = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) set
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, set, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (specimens,
                     g_list_model_get_item (G_LIST_MODEL (self->visible), position));
  return specimens;
}

void
pheno_session_select (PhenoSession *self, GPtrArray *specimens, gboolean add)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) mask = NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->visible));

  for (guint i = 0; i < specimens->len; i++)
    g_hash_table_add (wanted, specimens->pdata[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen
          = g_list_model_get_item (G_LIST_MODEL (self->visible), i);

      if (g_hash_table_contains (wanted, specimen))
        gtk_bitset_add (selected, i);
    }

  mask = add ? gtk_bitset_ref (selected) : gtk_bitset_new_range (0, n);
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), selected,
                                     mask);
}

/* ---- filter ---- */

static gboolean
has_words (PhenoSession *self, PhenoSpecimen *specimen)
{
  const char *const *columns = pheno_session_get_columns (self);
  g_autofree char *file = g_utf8_casefold (pheno_specimen_get_file (specimen), -1);

  if (strstr (file, self->search_folded) != NULL)
    return TRUE;
  for (; *columns != NULL; columns++)
    {
      const char *value = pheno_specimen_get_value (specimen, *columns);
      g_autofree char *folded = value != NULL ? g_utf8_casefold (value, -1) : NULL;

      if (folded != NULL && strstr (folded, self->search_folded) != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
let_through (gpointer item, gpointer user_data)
{
  PhenoSession *self = user_data;
  PhenoSpecimen *specimen = item;
  GHashTableIter iter;
  gpointer column, values;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &column, &values))
    {
      const char *value = pheno_specimen_get_value (specimen, column);

      if (!g_hash_table_contains (values, value != NULL ? value : ""))
        return FALSE;
    }
  return self->search_folded == NULL || has_words (self, specimen);
}

static void
filter_changed (PhenoSession *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  g_signal_emit (self, signals[FILTER_CHANGED], 0);
}

void
pheno_session_set_search (PhenoSession *self, const char *words)
{
  if (words != NULL && *words == '\0')
    words = NULL;
  if (g_strcmp0 (self->search, words) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (words);
  g_free (self->search_folded);
  self->search_folded = words != NULL ? g_utf8_casefold (words, -1) : NULL;
  filter_changed (self);
}

const char *
pheno_session_get_search (PhenoSession *self)
{
  return self->search;
}

void
pheno_session_set_value_shown (PhenoSession *self, const char *column, const char *value,
                               gboolean shown)
{
  GHashTable *values = g_hash_table_lookup (self->shown, column);

  if (shown && values == NULL)
    {
      values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->shown, g_strdup (column), values);
    }
  if (shown)
    g_hash_table_add (values, g_strdup (value));
  else if (values != NULL)
    {
      g_hash_table_remove (values, value);
      if (g_hash_table_size (values) == 0)
        g_hash_table_remove (self->shown, column);
    }
  filter_changed (self);
}

gboolean
pheno_session_get_value_shown (PhenoSession *self, const char *column, const char *value)
{
  GHashTable *values = g_hash_table_lookup (self->shown, column);

  return values != NULL && g_hash_table_contains (values, value);
}

void
pheno_session_set_values_shown (PhenoSession *self, const char *column,
                                const char *const *values)
{
  if (values == NULL || *values == NULL)
    {
      if (!g_hash_table_remove (self->shown, column))
        return;
    }
  else
    {
      GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (; *values != NULL; values++)
        g_hash_table_add (set, g_strdup (*values));
      g_hash_table_replace (self->shown, g_strdup (column), set);
    }
  filter_changed (self);
}

gboolean
pheno_session_lets_through (PhenoSession *self, const char *column, const char *value)
{
  return !g_hash_table_contains (self->shown, column)
         || pheno_session_get_value_shown (self, column, value);
}

gboolean
pheno_session_is_filtered (PhenoSession *self)
{
  return self->search != NULL || g_hash_table_size (self->shown) > 0;
}

void
pheno_session_clear_filter (PhenoSession *self)
{
  if (!pheno_session_is_filtered (self))
    return;

  g_hash_table_remove_all (self->shown);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->search_folded, g_free);
  filter_changed (self);
}

/* ---- embedding ---- */

static void
load_embedding_in_thread (GTask *task, gpointer source, gpointer path,
                          GCancellable *cancellable)
{
  GError *error = NULL;
  PhenoEmbedding *embedding = pheno_embedding_load (path, &error);

  if (embedding != NULL)
    g_task_return_pointer (task, embedding, (GDestroyNotify) pheno_embedding_free);
  else
    g_task_return_error (task, error);
}

void
pheno_session_load_embedding_async (PhenoSession *self, const char *path,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, pheno_session_load_embedding_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_embedding_in_thread);
}

gboolean
pheno_session_load_embedding_finish (PhenoSession *self, GAsyncResult *result,
                                     GError **error)
{
  PhenoEmbedding *embedding;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  embedding = g_task_propagate_pointer (G_TASK (result), error);
  if (embedding == NULL)
    return FALSE;

  g_clear_pointer (&self->embedding, pheno_embedding_free);
  self->embedding = embedding;
  g_free (self->embedding_path);
  self->embedding_path = g_strdup (g_task_get_task_data (G_TASK (result)));
  g_signal_emit (self, signals[EMBEDDING_CHANGED], 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EMBEDDING_PATH]);
  return TRUE;
}

const PhenoEmbedding *
pheno_session_get_embedding (PhenoSession *self)
{
  return self->embedding;
}

const char *
pheno_session_get_embedding_path (PhenoSession *self)
{
  return self->embedding_path;
}

/* ---- signals and properties ---- */

void
pheno_session_emit_edited (PhenoSession *self)
{
  g_signal_emit (self, signals[EDITED], 0);
}

void
pheno_session_emit_recipe_changed (PhenoSession *self)
{
  g_signal_emit (self, signals[RECIPE_CHANGED], 0);
}

void
pheno_session_add_column_name (PhenoSession *self, const char *column)
{
  if (self->columns == NULL
      || g_strv_contains ((const char *const *) self->columns->pdata, column))
    return;

  g_ptr_array_insert (self->columns, self->columns->len - 1, g_strdup (column));
  g_signal_emit (self, signals[COLUMNS_CHANGED], 0);
}

void
pheno_session_toast (PhenoSession *self, const char *text, const char *label,
                     const char *action)
{
  g_signal_emit (self, signals[TOAST], 0, text, label, action);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added,
                  PhenoSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_VISIBLE]);
}

static void
pheno_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoSession *self = PHENO_SESSION (object);

  switch (id)
    {
    case PROP_STUDY_PATH:
      g_value_set_string (value, pheno_session_get_study_path (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PROP_N_SPECIMENS:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->specimens)));
      break;
    case PROP_N_VISIBLE:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->visible)));
      break;
    case PROP_N_EXCLUDED:
      g_value_set_uint (value, self->n_excluded);
      break;
    case PROP_N_PROBLEMS:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->problems)));
      break;
    case PROP_EMBEDDING_PATH:
      g_value_set_string (value, self->embedding_path);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_session_dispose (GObject *object)
{
  PhenoSession *self = PHENO_SESSION (object);

  pheno_session_save (self);
  g_clear_object (&self->selection);
  g_clear_object (&self->visible);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->specimens);
  g_clear_object (&self->problems);
  g_clear_object (&self->undo);

  G_OBJECT_CLASS (pheno_session_parent_class)->dispose (object);
}

static void
pheno_session_finalize (GObject *object)
{
  PhenoSession *self = PHENO_SESSION (object);

  g_clear_pointer (&self->study, pheno_study_free);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_hash_table_unref (self->by_file);
  g_hash_table_unref (self->shown);
  g_free (self->title);
  g_free (self->status);
  g_free (self->search);
  g_free (self->search_folded);
  g_clear_pointer (&self->recipe, pheno_recipe_free);
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_free (self->embedding_path);

  G_OBJECT_CLASS (pheno_session_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_STUDY_PATH] = g_param_spec_string ("study-path", NULL, NULL, NULL, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  props[PROP_N_SPECIMENS]
      = g_param_spec_uint ("n-specimens", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_VISIBLE]
      = g_param_spec_uint ("n-visible", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_EXCLUDED]
      = g_param_spec_uint ("n-excluded", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_N_PROBLEMS]
      = g_param_spec_uint ("n-problems", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_EMBEDDING_PATH]
      = g_param_spec_string ("embedding-path", NULL, NULL, NULL, flags);
  g_object_class_install_properties (class, N_PROPS, props);
}

static guint
add_signal (GType type, const char *name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
pheno_session_class_init (PhenoSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->get_property = pheno_session_get_property;
  object_class->dispose = pheno_session_dispose;
  object_class->finalize = pheno_session_finalize;
  install_properties (object_class);

  signals[COLUMNS_CHANGED] = add_signal (type, "columns-changed");
  signals[FILTER_CHANGED] = add_signal (type, "filter-changed");
  signals[EDITED] = add_signal (type, "edited");
  signals[RECIPE_CHANGED] = add_signal (type, "recipe-changed");
  signals[EMBEDDING_CHANGED] = add_signal (type, "embedding-changed");
  signals[TOAST]
      = g_signal_new ("toast", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                      3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
pheno_session_init (PhenoSession *self)
{
  self->by_file = g_hash_table_new (g_str_hash, g_str_equal);
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_hash_table_unref);
  self->undo = pheno_undo_new ();
  self->seed = 1;
  self->recipe = pheno_recipe_load ("colour", NULL);

  self->specimens = g_list_store_new (PHENO_TYPE_SPECIMEN);
  self->problems = g_list_store_new (PHENO_TYPE_PROBLEM_ITEM);
  self->filter = gtk_custom_filter_new (let_through, self, NULL);
  self->filtered
      = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->specimens)),
                                   GTK_FILTER (g_object_ref (self->filter)));
  self->visible
      = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->filtered)), NULL);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->visible)));
  g_signal_connect_object (self->visible, "items-changed", G_CALLBACK (items_changed_cb),
                           self, 0);
}
