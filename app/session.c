/* session.c - what is open: one study, its lists, its filter
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Opening stands in session-open.c, the filter in session-filter.c, edits in
 * session-edit.c, what is written to disk in session-save.c.
 */
#include "app/session-private.h"
#include "app/main-task.h"
#include "app/session-save.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PhenoSession, pheno_session, G_TYPE_OBJECT)

static GParamSpec *props[PHENO_SESSION_N_PROPS];
static guint signals[PHENO_SESSION_N_SIGNALS];

PhenoSession *
pheno_session_new (void)
{
  return g_object_new (PHENO_TYPE_SESSION, NULL);
}

/* ---- what is open ---- */

static void
clear_strings (GtkStringList *list)
{
  gtk_string_list_splice (list, 0, g_list_model_get_n_items (G_LIST_MODEL (list)), NULL);
}

void
pheno_session_set_title (PhenoSession *self)
{
  g_autofree char *base = g_path_get_basename (self->study->path);
  char *dot = strrchr (base, '.');

  if (dot != NULL && g_str_equal (dot, ".study"))
    *dot = '\0';
  g_free (self->title);
  self->title = pheno_display_name (base);
}

static void
free_in_thread (GTask *task, gpointer source, gpointer items, GCancellable *cancellable)
{
  g_ptr_array_set_size (items, 0);
  g_task_return_boolean (task, TRUE);
}

/* Ten thousand specimens are not let go in one turn of the main loop: a thread drops the
 * last references. */
static void
free_specimens_later (PhenoSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->specimens));
  GPtrArray *items = g_ptr_array_new_full (n, g_object_unref);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->specimens), i));
  g_task_set_task_data (task, items, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, free_in_thread);
}

void
pheno_session_close (PhenoSession *self)
{
  pheno_session_save (self);
  free_specimens_later (self);

  g_clear_pointer (&self->study, pheno_study_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->missing_root, g_free);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->kept_rows, g_ptr_array_unref);
  g_clear_pointer (&self->kept_columns, g_ptr_array_unref);
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_clear_pointer (&self->embedding_path, g_free);
  pheno_undo_clear (self->undo);
  pheno_session_forget_filter (self);
  self->n_edits = 0;
  g_hash_table_remove_all (self->by_file);
  g_hash_table_remove_all (self->by_path);
  g_list_store_remove_all (self->specimens);
  g_list_store_remove_all (self->problems);
  clear_strings (self->unmatched_rows);
  clear_strings (self->unmatched_files);
  pheno_session_count_excluded (self);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);

  pheno_session_emit (self, PHENO_SESSION_COLUMNS_CHANGED);
  pheno_session_emit (self, PHENO_SESSION_FILTER_CHANGED);
  pheno_session_emit (self, PHENO_SESSION_EMBEDDING_CHANGED);
  pheno_session_notify_all (self);
}

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
  return self->n_loading > 0;
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

GListModel *
pheno_session_get_unmatched_rows (PhenoSession *self)
{
  return G_LIST_MODEL (self->unmatched_rows);
}

GListModel *
pheno_session_get_unmatched_files (PhenoSession *self)
{
  return G_LIST_MODEL (self->unmatched_files);
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
  g_object_notify_by_pspec (G_OBJECT (self), props[PHENO_SESSION_PROP_N_EXCLUDED]);
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
  pheno_task_run (task, load_embedding_in_thread);
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
  g_signal_emit (self, signals[PHENO_SESSION_EMBEDDING_CHANGED], 0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PHENO_SESSION_PROP_EMBEDDING_PATH]);
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
pheno_session_notify (PhenoSession *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

void
pheno_session_notify_all (PhenoSession *self)
{
  for (guint i = 1; i < PHENO_SESSION_N_PROPS; i++)
    pheno_session_notify (self, i);
}

void
pheno_session_emit (PhenoSession *self, guint signal)
{
  g_signal_emit (self, signals[signal], 0);
}

void
pheno_session_emit_edited (PhenoSession *self)
{
  g_signal_emit (self, signals[PHENO_SESSION_EDITED], 0);
}

void
pheno_session_emit_recipe_changed (PhenoSession *self)
{
  g_signal_emit (self, signals[PHENO_SESSION_RECIPE_CHANGED], 0);
}

void
pheno_session_add_column_name (PhenoSession *self, const char *column)
{
  if (self->columns == NULL
      || g_strv_contains ((const char *const *) self->columns->pdata, column))
    return;

  g_ptr_array_insert (self->columns, self->columns->len - 1, g_strdup (column));
  g_signal_emit (self, signals[PHENO_SESSION_COLUMNS_CHANGED], 0);
}

void
pheno_session_toast (PhenoSession *self, const char *text, const char *label,
                     const char *action)
{
  g_signal_emit (self, signals[PHENO_SESSION_TOAST], 0, text, label, action);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added,
                  PhenoSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PHENO_SESSION_PROP_N_VISIBLE]);
}

static guint
count_problems (PhenoSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->problems)), count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoProblemItem) problem
          = g_list_model_get_item (G_LIST_MODEL (self->problems), i);

      count += !pheno_problem_item_get_ignored (problem);
    }
  return count;
}

static void
pheno_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoSession *self = PHENO_SESSION (object);

  switch (id)
    {
    case PHENO_SESSION_PROP_STUDY_PATH:
      g_value_set_string (value, pheno_session_get_study_path (self));
      break;
    case PHENO_SESSION_PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PHENO_SESSION_PROP_LOADING:
      g_value_set_boolean (value, self->n_loading > 0);
      break;
    case PHENO_SESSION_PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    case PHENO_SESSION_PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PHENO_SESSION_PROP_MISSING_ROOT:
      g_value_take_string (value, self->missing_root != NULL
                                      ? pheno_display_name (self->missing_root)
                                      : NULL);
      break;
    case PHENO_SESSION_PROP_N_SPECIMENS:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->specimens)));
      break;
    case PHENO_SESSION_PROP_N_VISIBLE:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->visible)));
      break;
    case PHENO_SESSION_PROP_N_EXCLUDED:
      g_value_set_uint (value, self->n_excluded);
      break;
    case PHENO_SESSION_PROP_N_PROBLEMS:
      g_value_set_uint (value, count_problems (self));
      break;
    case PHENO_SESSION_PROP_EMBEDDING_PATH:
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
  g_clear_object (&self->unmatched_rows);
  g_clear_object (&self->unmatched_files);
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
  g_hash_table_unref (self->by_path);
  g_clear_pointer (&self->kept_rows, g_ptr_array_unref);
  g_clear_pointer (&self->kept_columns, g_ptr_array_unref);
  pheno_saver_unref (self->saver);
  g_free (self->missing_root);
  g_hash_table_unref (self->shown);
  g_free (self->title);
  g_free (self->status);
  g_free (self->search);
  g_strfreev (self->words);
  g_clear_pointer (&self->recipe, pheno_recipe_free);
  g_free (self->recipe_name);
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_free (self->embedding_path);

  G_OBJECT_CLASS (pheno_session_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PHENO_SESSION_PROP_STUDY_PATH]
      = g_param_spec_string ("study-path", NULL, NULL, NULL, flags);
  props[PHENO_SESSION_PROP_TITLE]
      = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PHENO_SESSION_PROP_LOADING]
      = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  props[PHENO_SESSION_PROP_FRACTION]
      = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  props[PHENO_SESSION_PROP_STATUS]
      = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  props[PHENO_SESSION_PROP_MISSING_ROOT]
      = g_param_spec_string ("missing-root", NULL, NULL, NULL, flags);
  props[PHENO_SESSION_PROP_N_SPECIMENS]
      = g_param_spec_uint ("n-specimens", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHENO_SESSION_PROP_N_VISIBLE]
      = g_param_spec_uint ("n-visible", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHENO_SESSION_PROP_N_EXCLUDED]
      = g_param_spec_uint ("n-excluded", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHENO_SESSION_PROP_N_PROBLEMS]
      = g_param_spec_uint ("n-problems", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PHENO_SESSION_PROP_EMBEDDING_PATH]
      = g_param_spec_string ("embedding-path", NULL, NULL, NULL, flags);
  g_object_class_install_properties (class, PHENO_SESSION_N_PROPS, props);
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

  signals[PHENO_SESSION_COLUMNS_CHANGED] = add_signal (type, "columns-changed");
  signals[PHENO_SESSION_FILTER_CHANGED] = add_signal (type, "filter-changed");
  signals[PHENO_SESSION_EDITED] = add_signal (type, "edited");
  signals[PHENO_SESSION_RECIPE_CHANGED] = add_signal (type, "recipe-changed");
  signals[PHENO_SESSION_EMBEDDING_CHANGED] = add_signal (type, "embedding-changed");
  signals[PHENO_SESSION_TOAST]
      = g_signal_new ("toast", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                      3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
pheno_session_init (PhenoSession *self)
{
  self->by_file = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->saver = pheno_saver_new ();
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_hash_table_unref);
  self->undo = pheno_undo_new ();
  pheno_session_forget_views (self);

  self->specimens = g_list_store_new (PHENO_TYPE_SPECIMEN);
  self->problems = g_list_store_new (PHENO_TYPE_PROBLEM_ITEM);
  self->unmatched_rows = gtk_string_list_new (NULL);
  self->unmatched_files = gtk_string_list_new (NULL);
  self->filter = gtk_custom_filter_new (pheno_session_match, self, NULL);
  self->filtered
      = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->specimens)),
                                   GTK_FILTER (g_object_ref (self->filter)));
  self->visible
      = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->filtered)), NULL);
  /* Ten thousand names are sorted in slices, between which the window answers. */
  gtk_sort_list_model_set_incremental (self->visible, TRUE);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->visible)));
  g_signal_connect_object (self->visible, "items-changed", G_CALLBACK (items_changed_cb),
                           self, 0);
}
