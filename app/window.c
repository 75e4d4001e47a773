/* window.c - one window: a start page, then the four pages of the work
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/window-private.h"

#include "app/application.h"

G_DEFINE_FINAL_TYPE (PhenoWindow, pheno_window, ADW_TYPE_APPLICATION_WINDOW)

PhenoWindow *
pheno_window_new (GtkApplication *application)
{
  return g_object_new (PHENO_TYPE_WINDOW, "application", application, NULL);
}

gboolean
pheno_window_has_study (PhenoWindow *self)
{
  return pheno_session_get_study (self->session) != NULL
         || pheno_session_get_loading (self->session) || self->wanted_folder != NULL;
}

PhenoSession *
pheno_window_get_session (PhenoWindow *self)
{
  return self->session;
}

void
pheno_window_show_page (PhenoWindow *self, const char *name)
{
  adw_view_stack_set_visible_child_name (self->page_stack, name);
}

const char *
pheno_window_get_page (PhenoWindow *self)
{
  return pheno_session_get_study (self->session) != NULL
             ? adw_view_stack_get_visible_child_name (self->page_stack)
             : "start";
}

/* ---- undo, pages, toasts ---- */

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_undo_undo (pheno_session_get_undo (PHENO_WINDOW (widget)->session));
}

static void
redo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_undo_redo (pheno_session_get_undo (PHENO_WINDOW (widget)->session));
}

static void
undo_changed_cb (PhenoUndo *undo, GParamSpec *pspec, PhenoWindow *self)
{
  const char *done = pheno_undo_get_undo_label (undo);
  const char *undone = pheno_undo_get_redo_label (undo);
  g_autofree char *take_back = done != NULL
                                   ? g_strdup_printf (_ ("Undo: %s (Ctrl+Z)"), done)
                                   : g_strdup (_ ("Nothing to undo"));
  g_autofree char *do_again
      = undone != NULL ? g_strdup_printf (_ ("Redo: %s (Ctrl+Shift+Z)"), undone)
                       : g_strdup (_ ("Nothing to redo"));

  gtk_widget_set_tooltip_text (self->undo_button, take_back);
  gtk_widget_set_tooltip_text (self->redo_button, do_again);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", done != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.redo", undone != NULL);
}

static void
page_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);
  const char *page = g_variant_get_string (parameter, NULL);
  AdwBin *place;

  if (pheno_session_get_study (self->session) == NULL)
    return;

  pheno_window_show_page (self, page);
  place = ADW_BIN (adw_view_stack_get_child_by_name (self->page_stack, page));
  gtk_widget_grab_focus (adw_bin_get_child (place));
}

/* ---- what the collection offers from every page ---- */

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  pheno_window_show_page (self, "collection");
  pheno_collection_page_search (self->collection_page);
}

/* The one of the page that is shown, where it has one: “collection.sidebar” ... */
static void
sidebar_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);
  const char *page = adw_view_stack_get_visible_child_name (self->page_stack);

  if (g_strcmp0 (page, "explore") == 0)
    pheno_explore_page_toggle_sidebar (self->explore_page);
  else if (g_strcmp0 (page, "augment") == 0)
    pheno_augment_page_toggle_sidebar (self->augment_page);
  else if (g_strcmp0 (page, "train") == 0)
    pheno_train_page_toggle_sidebar (self->train_page);
  else
    pheno_collection_page_toggle_sidebar (self->collection_page);
}

static void
collection_view_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  pheno_window_show_page (self, "collection");
  pheno_collection_page_show_view (self->collection_page,
                                   g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->collection_page));
}

static void
toast_cb (PhenoSession *session, const char *text, const char *label, const char *action,
          PhenoWindow *self)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  if (label != NULL)
    {
      adw_toast_set_button_label (toast, label);
      adw_toast_set_detailed_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/* ---- the window itself ---- */

static void
dropped_cb (PhenoDropArea *area, GFile *file, PhenoWindow *self)
{
  pheno_window_open (self, file);
}

/* How far the training is stands in the header, for the other pages. */
static void
training_cb (PhenoTrainPage *page, GParamSpec *pspec, PhenoWindow *self)
{
  g_autofree char *summary = NULL, *status = NULL, *words = NULL;

  g_object_get (page, "summary", &summary, "status", &status, NULL);
  gtk_widget_set_visible (self->training_button, *summary != '\0');
  gtk_label_set_label (self->training_label, summary);
  /* Translators: how far a training is, and what it does: “34 %”, “Epoch 3 of 10”. */
  words = g_strdup_printf (_ ("Training: %s. %s"), summary, status);
  gtk_widget_set_tooltip_text (self->training_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->training_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static gboolean
pheno_window_close_request (GtkWindow *window)
{
  PhenoTrainPage *page = PHENO_WINDOW (window)->train_page;

  if (page != NULL && pheno_train_page_holds_close (page))
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (pheno_window_parent_class)->close_request (window);
}

static void
set_session (PhenoWindow *self)
{
  PhenoUndo *undo = pheno_session_get_undo (self->session);

  g_object_set (self->start_page, "session", self->session, NULL);
  g_object_bind_property (self->session, "loading", self->progress_revealer,
                          "reveal-child", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->session, "fraction", self->progress_bar, "fraction",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->session, "status", self->progress_label, "label",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->session, "toast", G_CALLBACK (toast_cb), self, 0);
  g_signal_connect_object (undo, "notify::undo-label", G_CALLBACK (undo_changed_cb), self,
                           0);
  g_signal_connect_object (undo, "notify::redo-label", G_CALLBACK (undo_changed_cb), self,
                           0);
  undo_changed_cb (undo, NULL, self);
}

/* The bookmark puts back what the pages must hear of, and so comes after them. */
void
pheno_window_pages_made (PhenoWindow *self)
{
  g_signal_connect_object (self->train_page, "notify::summary", G_CALLBACK (training_cb),
                           self, 0);
  self->bookmark = pheno_bookmark_new (self->session, self->page_stack);
  pheno_window_open_wanted (self);
}

static void
pheno_window_dispose (GObject *object)
{
  PhenoWindow *self = PHENO_WINDOW (object);

  g_clear_handle_id (&self->pages_source, g_source_remove);
  g_clear_pointer (&self->unmeasured, g_ptr_array_unref);
  /* Before the template goes: what the session tells while it closes reaches widgets. */
  if (self->session != NULL)
    pheno_session_close (self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_WINDOW);
  g_clear_object (&self->bookmark);
  g_clear_object (&self->session);
  g_clear_pointer (&self->wanted_embedding, g_free);
  g_clear_pointer (&self->wanted_run, g_free);
  g_clear_pointer (&self->wanted_folder, g_free);
  g_clear_object (&self->opening);
  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (pheno_window_parent_class)->dispose (object);
}

static void
pheno_window_class_init (PhenoWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = pheno_window_close_request;

  g_type_ensure (PHENO_TYPE_DROP_AREA);
  g_type_ensure (PHENO_TYPE_START_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, drop_area);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, main_stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, page_stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, training_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, training_label);

  pheno_window_install_open_actions (widget_class);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo_action);
  gtk_widget_class_install_action (widget_class, "win.page", "s", page_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.sidebar", NULL, sidebar_action);
  gtk_widget_class_install_action (widget_class, "win.collection-view", "s",
                                   collection_view_action);
}

static void
pheno_window_init (PhenoWindow *self)
{
  GSettings *settings = pheno_settings ();

  self->session = pheno_session_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  set_session (self);

  g_signal_connect (self->drop_area, "dropped", G_CALLBACK (dropped_cb), self);
  pheno_drop_area_watch (self->drop_area, GTK_WIDGET (self));

  g_settings_bind (settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximised", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
  pheno_window_show_study (self);
  pheno_window_make_pages (self);
}
