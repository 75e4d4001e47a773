/* collection-page-actions.c - what can be done with the specimens that are selected
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/collection-page-private.h"

#include "app/edit-value-dialog.h"
#include "app/show-file.h"

/* (transfer full): what an action is for: the specimen in large, or the selection. */
static GPtrArray *
subjects (PhenoCollectionPage *self)
{
  GPtrArray *specimens;

  if (!g_str_equal (gtk_stack_get_visible_child_name (self->main_stack), "specimen"))
    return pheno_session_selected (self->session);

  specimens = g_ptr_array_new_with_free_func (g_object_unref);
  if (pheno_specimen_view_get_specimen (self->specimen_view) != NULL)
    g_ptr_array_add (
        specimens, g_object_ref (pheno_specimen_view_get_specimen (self->specimen_view)));
  return specimens;
}

/* Those of them whose exclusion would change. */
static void
set_excluded (PhenoCollectionPage *self, gboolean excluded)
{
  g_autoptr (GPtrArray) all = subjects (self);
  g_autoptr (GPtrArray) specimens = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len; i++)
    if (pheno_specimen_get_excluded (all->pdata[i]) != excluded)
      g_ptr_array_add (specimens, g_object_ref (all->pdata[i]));
  pheno_session_exclude (self->session, specimens, excluded);
}

static void
exclude_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_excluded (PHENO_COLLECTION_PAGE (widget), TRUE);
}

static void
include_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_excluded (PHENO_COLLECTION_PAGE (widget), FALSE);
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (widget);
  g_autoptr (GPtrArray) specimens = subjects (self);

  if (specimens->len > 0)
    pheno_edit_value_dialog_present (widget, self->session, specimens);
}

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (widget);
  g_autoptr (GPtrArray) specimens = pheno_session_selected (self->session);

  if (specimens->len > 0)
    pheno_collection_page_show_specimen (self, specimens->pdata[0]);
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) specimens = subjects (PHENO_COLLECTION_PAGE (widget));

  if (specimens->len > 0)
    pheno_show_file (widget, pheno_specimen_get_path (specimens->pdata[0]));
}

static void
select_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (
      pheno_session_get_selection (PHENO_COLLECTION_PAGE (widget)->session)));
}

static void
select_none_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (
      pheno_session_get_selection (PHENO_COLLECTION_PAGE (widget)->session)));
}

static void
invert_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoSession *session = PHENO_COLLECTION_PAGE (widget)->session;
  GtkSelectionModel *model = GTK_SELECTION_MODEL (pheno_session_get_selection (session));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (model));
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, n);
  g_autoptr (GtkBitset) selected
      = gtk_bitset_copy (gtk_selection_model_get_selection (model));

  gtk_bitset_difference (selected, all);
  gtk_selection_model_set_selection (model, selected, all);
}

static void
clear_filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_session_clear_filter (PHENO_COLLECTION_PAGE (widget)->session);
}

static void
sort_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_specimen_table_sort_by (PHENO_COLLECTION_PAGE (widget)->table,
                                g_variant_get_string (parameter, NULL));
}

static void
sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_collection_page_toggle_sidebar (PHENO_COLLECTION_PAGE (widget));
}

/* ---- a folder that was moved ---- */

static void
located_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoCollectionPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pheno_session_locate_finish (PHENO_SESSION (session), result, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.rescan", NULL);
  else
    pheno_session_toast (PHENO_SESSION (session), error->message, NULL, NULL);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoCollectionPage *self)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL
      && pheno_session_get_missing_root (self->session) != NULL)
    pheno_session_locate_async (self->session, path, NULL, located_cb,
                                g_object_ref (self));
  g_clear_object (&self->chooser);
}

static void
locate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (widget);

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Locate the Folder of Images"), GTK_WINDOW (gtk_widget_get_root (widget)),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Locate"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* The same with a path as text, for tests and for what is dropped. */
static void
locate_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (widget);

  if (pheno_session_get_missing_root (self->session) != NULL)
    pheno_session_locate_async (self->session, g_variant_get_string (parameter, NULL),
                                NULL, located_cb, g_object_ref (self));
}

void
pheno_collection_page_update_actions (PhenoCollectionPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (GPtrArray) specimens = subjects (self);
  gboolean any = specimens->len > 0, included = FALSE, excluded = FALSE;

  for (guint i = 0; i < specimens->len && !(included && excluded); i++)
    if (pheno_specimen_get_excluded (specimens->pdata[i]))
      excluded = TRUE;
    else
      included = TRUE;

  gtk_widget_action_set_enabled (widget, "collection.exclude", included);
  gtk_widget_action_set_enabled (widget, "collection.include", excluded);
  gtk_widget_action_set_enabled (widget, "collection.edit", any);
  gtk_widget_action_set_enabled (widget, "collection.show", any);
  gtk_widget_action_set_enabled (widget, "collection.open-folder", any);
}

void
pheno_collection_page_install_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name, *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "collection.exclude", NULL, exclude_action },
    { "collection.include", NULL, include_action },
    { "collection.edit", NULL, edit_action },
    { "collection.show", NULL, show_action },
    { "collection.open-folder", NULL, open_folder_action },
    { "collection.select-all", NULL, select_all_action },
    { "collection.select-none", NULL, select_none_action },
    { "collection.invert", NULL, invert_action },
    { "collection.clear-filter", NULL, clear_filter_action },
    { "collection.sort", "s", sort_action },
    { "collection.sidebar", NULL, sidebar_action },
    { "collection.locate", NULL, locate_action },
    { "collection.locate-path", "s", locate_path_action },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);
  gtk_widget_class_install_property_action (class, "collection.view", "view");

  gtk_widget_class_add_binding_action (class, GDK_KEY_e, GDK_CONTROL_MASK,
                                       "collection.edit", NULL);
  gtk_widget_class_add_binding_action (
      class, GDK_KEY_x, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "collection.exclude", NULL);
  gtk_widget_class_add_binding_action (
      class, GDK_KEY_n, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "collection.include", NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_i, GDK_CONTROL_MASK,
                                       "collection.invert", NULL);
}
