/* window.c - one window: a start page, then the four pages of the work
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/window.h"

#include "app/application.h"
#include "app/augment-page.h"
#include "app/collection-page.h"
#include "app/explore-page.h"
#include "app/recent-studies.h"
#include "app/start-page.h"
#include "app/thumbnails.h"
#include "app/train-page.h"

struct _PhenoWindow
{
  AdwApplicationWindow parent_instance;

  /* template children */
  AdwToastOverlay *toast_overlay;
  AdwViewSwitcherTitle *switcher_title;
  GtkStack *main_stack;
  AdwViewStack *page_stack;
  PhenoStartPage *start_page;
  PhenoCollectionPage *collection_page;
  PhenoAugmentPage *augment_page;
  PhenoTrainPage *train_page;
  PhenoExplorePage *explore_page;
  GtkWidget *undo_button, *redo_button;
  GtkRevealer *progress_revealer;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkButton *progress_cancel_button;

  /* owned */
  PhenoSession *session;
  GCancellable *opening;
  GtkFileChooserNative *chooser;
};

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
         || pheno_session_get_loading (self->session);
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

/* ---- opening ---- */

static void
show_error (PhenoWindow *self, const char *heading, const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
note_recent (PhenoWindow *self)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  g_autoptr (PhenoSpecimen) first = g_list_model_get_item (specimens, 0);

  pheno_recent_studies_add (pheno_session_get_study_path (self->session),
                            pheno_session_get_title (self->session),
                            first != NULL ? pheno_specimen_get_path (first) : NULL);
}

static void
show_study (PhenoWindow *self)
{
  const char *study = pheno_session_get_study_path (self->session);
  g_autofree char *folder
      = study != NULL ? g_build_filename (study, "cache", "thumbnails", NULL) : NULL;

  pheno_thumbnails_set_folder (pheno_thumbnails_get_default (), folder);
  gtk_stack_set_visible_child_name (self->main_stack, study != NULL ? "work" : "start");
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher_title, study != NULL);
  gtk_window_set_title (GTK_WINDOW (self), study != NULL
                                               ? pheno_session_get_title (self->session)
                                               : _ ("Phenoscape"));
  adw_view_switcher_title_set_title (self->switcher_title,
                                     gtk_window_get_title (GTK_WINDOW (self)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.close-study", study != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.rescan", study != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.search", study != NULL);
}

static void
opened_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pheno_session_open_finish (self->session, result, &error))
    {
      note_recent (self);
      show_study (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _ ("The folder could not be opened"), error);
}

void
pheno_window_open (PhenoWindow *self, GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);

  if (path == NULL)
    {
      pheno_session_toast (
          self->session,
          _ ("Only folders on this computer or on a mounted disk can be opened."), NULL,
          NULL);
      return;
    }

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  pheno_session_open_async (self->session, path, self->opening, opened_cb,
                            g_object_ref (self));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoWindow *self)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

  if (response == GTK_RESPONSE_ACCEPT && folder != NULL)
    pheno_window_open (self, folder);
  g_clear_object (&self->chooser);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  self->chooser = gtk_file_chooser_native_new (
      _ ("Open a Folder of Images or a Study"), GTK_WINDOW (self),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Open"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* A path as text: what recent studies and tests open. */
static void
open_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GFile) folder = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  pheno_window_open (PHENO_WINDOW (widget), folder);
}

static void
close_study_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  pheno_session_close (self->session);
  show_study (self);
}

static void
rescanned_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pheno_session_rescan_finish (self->session, result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _ ("The folder could not be read"), error);
}

static void
rescan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  pheno_session_rescan_async (self->session, self->opening, rescanned_cb,
                              g_object_ref (self));
}

static void
cancel_cb (GtkButton *button, PhenoWindow *self)
{
  g_cancellable_cancel (self->opening);
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

  if (pheno_session_get_study (self->session) != NULL)
    pheno_window_show_page (self, g_variant_get_string (parameter, NULL));
}

static void
toast_cb (PhenoSession *session, const char *text, const char *label, const char *action,
          PhenoWindow *self)
{
  AdwToast *toast = adw_toast_new (NULL);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_set_title (toast, escaped);
  if (label != NULL)
    {
      adw_toast_set_button_label (toast, label);
      adw_toast_set_detailed_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

/* ---- the window itself ---- */

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y,
         PhenoWindow *self)
{
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (files == NULL)
    return FALSE;
  pheno_window_open (self, files->data);
  g_slist_free (files);
  return TRUE;
}

static void
set_session (PhenoWindow *self)
{
  GtkWidget *pages[] = {
    GTK_WIDGET (self->collection_page),
    GTK_WIDGET (self->augment_page),
    GTK_WIDGET (self->train_page),
    GTK_WIDGET (self->explore_page),
  };
  PhenoUndo *undo = pheno_session_get_undo (self->session);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    g_object_set (pages[i], "session", self->session, NULL);

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

static void
pheno_window_dispose (GObject *object)
{
  PhenoWindow *self = PHENO_WINDOW (object);

  /* Before the template goes: what the session tells while it closes reaches widgets. */
  if (self->session != NULL)
    pheno_session_close (self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_WINDOW);
  g_clear_object (&self->session);
  g_clear_object (&self->opening);
  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (pheno_window_parent_class)->dispose (object);
}

static void
pheno_window_class_init (PhenoWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_window_dispose;

  g_type_ensure (PHENO_TYPE_START_PAGE);
  g_type_ensure (PHENO_TYPE_COLLECTION_PAGE);
  g_type_ensure (PHENO_TYPE_AUGMENT_PAGE);
  g_type_ensure (PHENO_TYPE_TRAIN_PAGE);
  g_type_ensure (PHENO_TYPE_EXPLORE_PAGE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, main_stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, page_stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, collection_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, augment_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, train_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, explore_page);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, PhenoWindow,
                                        progress_cancel_button);

  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.open-path", "s", open_path_action);
  gtk_widget_class_install_action (widget_class, "win.close-study", NULL,
                                   close_study_action);
  gtk_widget_class_install_action (widget_class, "win.rescan", NULL, rescan_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo_action);
  gtk_widget_class_install_action (widget_class, "win.page", "s", page_action);
}

static void
pheno_window_init (PhenoWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  GSettings *settings = pheno_settings ();

  self->session = pheno_session_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  set_session (self);

  g_signal_connect (self->progress_cancel_button, "clicked", G_CALLBACK (cancel_cb),
                    self);
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));

  g_settings_bind (settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximised", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
  show_study (self);
}
