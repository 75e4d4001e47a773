/* start-page.c - recent studies, and the ways to begin
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The list is read again whenever the page comes into sight, and while a run of one of
 * its studies goes on.
 */
#include "app/start-page.h"

#include "app/bookmark.h"
#include "app/recent-studies.h"
#include "app/session.h"
#include "app/specimen-maker.h"
#include "app/study-row.h"

/* An epoch takes seconds at least. */
#define REFRESH_SECONDS 3

struct _PhenoStartPage
{
  AdwBin parent_instance;

  /* template children */
  GtkRevealer *restore_revealer;
  GtkLabel *restore_label;
  GtkWidget *making_box, *making_bar, *recent_group;
  GtkListBox *recent_list;

  /* owned */
  PhenoSession *session;
  PhenoSpecimenMaker *maker;
  GCancellable *making;
  PhenoRecentStudy *left_open; /* when the program was killed */
  GtkFileChooserNative *chooser;
  PhenoRecentStudy *located; /* what the chooser is for */
  guint refresh_source;
};

G_DEFINE_FINAL_TYPE (PhenoStartPage, pheno_start_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void show_list (PhenoStartPage *self);

static GtkWidget *
new_dialog (PhenoStartPage *self, const char *heading, const char *text)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  return adw_message_dialog_new (window, heading, text);
}

static void
show_error (PhenoStartPage *self, const char *heading, const char *text)
{
  GtkWidget *dialog = new_dialog (self, heading, text);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_study (PhenoStartPage *self, PhenoRecentStudy *study)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-path", "s",
                              pheno_recent_study_get_path (study));
}

/* ---- what was open when the program was killed ---- */

static void
left_open_cb (PhenoStudyRow *row, GParamSpec *pspec, PhenoStartPage *self)
{
  PhenoRecentStudy *study = pheno_study_row_get_study (row);
  g_autofree char *text = NULL;
  gboolean left_open;

  g_object_get (row, "left-open", &left_open, NULL);
  if (!left_open || self->left_open != NULL)
    return;

  self->left_open = g_object_ref (study);
  text = g_strdup_printf (_ ("Phenoscape ended unexpectedly while “%s” was open. Nothing "
                             "that you did there is lost."),
                          pheno_recent_study_get_title (study));
  gtk_label_set_label (self->restore_label, text);
  gtk_revealer_set_reveal_child (self->restore_revealer, TRUE);
}

static void
hide_left_open (PhenoStartPage *self)
{
  g_clear_object (&self->left_open);
  gtk_revealer_set_reveal_child (self->restore_revealer, FALSE);
}

static void
restore_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoStartPage *self = PHENO_START_PAGE (widget);

  if (self->left_open != NULL)
    open_study (self, self->left_open);
}

static void
dismiss_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoStartPage *self = PHENO_START_PAGE (widget);

  if (self->left_open != NULL)
    pheno_bookmark_dismiss (pheno_recent_study_get_path (self->left_open));
  hide_left_open (self);
}

/* ---- removing from the list ---- */

/* One step of undo. */
typedef struct
{
  PhenoStartPage *page; /* weak */
  PhenoRecentStudy *study;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *self = data;

  g_clear_weak_pointer (&self->page);
  g_object_unref (self->study);
  g_free (self);
}

static void
put_back_cb (gpointer data)
{
  Removal *self = data;

  pheno_recent_studies_put_back (self->study);
  if (self->page != NULL)
    show_list (self->page);
}

static void
remove_again_cb (gpointer data)
{
  Removal *self = data;

  pheno_recent_studies_remove (pheno_recent_study_get_path (self->study));
  if (self->page != NULL)
    show_list (self->page);
}

static void
remove_cb (PhenoStudyRow *row, PhenoStartPage *self)
{
  PhenoRecentStudy *study = pheno_study_row_get_study (row);
  g_autofree char *text = g_strdup_printf (_ ("“%s” removed from the list"),
                                           pheno_recent_study_get_title (study));
  Removal *removal = g_new0 (Removal, 1);

  g_set_weak_pointer (&removal->page, self);
  removal->study = g_object_ref (study);
  remove_again_cb (removal);
  pheno_undo_push (pheno_session_get_undo (self->session), text, put_back_cb,
                   remove_again_cb, removal, removal_free);
  pheno_session_toast (self->session, text, _ ("Undo"), "win.undo");
}

/* ---- a study that was moved ---- */

static void
located_cb (GtkNativeDialog *dialog, int response, PhenoStartPage *self)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL && pheno_study_is_one (path))
    {
      pheno_recent_studies_move (pheno_recent_study_get_path (self->located), path);
      show_list (self);
    }
  else if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autofree char *name
          = path != NULL ? pheno_display_name (path) : g_strdup (_ ("This folder"));
      g_autofree char *text
          = g_strdup_printf (_ ("“%s” has no file “study.ini”, which each study has. "
                                "Choose the folder whose "
                                "name ends with “.study”."),
                             name);

      show_error (self, _ ("This is not a study"), text);
    }
  g_clear_object (&self->located);
  g_clear_object (&self->chooser);
}

static void
locate_cb (PhenoStudyRow *row, PhenoStartPage *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *title
      = g_strdup_printf (_ ("Where Is “%s” Now?"),
                         pheno_recent_study_get_title (pheno_study_row_get_study (row)));

  g_set_object (&self->located, pheno_study_row_get_study (row));
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      title, window, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (located_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- runs that did not end ---- */

static void
resume_cb (PhenoStudyRow *row, PhenoStartPage *self)
{
  const char *run = pheno_study_row_get_run (row);

  if (run != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.resume-run", "s", run);
}

static void
trashed_cb (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoStartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_trash_finish (G_FILE (file), result, &error))
    {
      g_autofree char *text
          = g_strdup_printf (_ ("%s. Delete the folder “%s” in your file manager."),
                             error->message, g_file_peek_path (G_FILE (file)));

      show_error (self, _ ("The run could not be moved to the trash"), text);
    }
  show_list (self);
}

static void
discard_response_cb (AdwMessageDialog *dialog, const char *response, PhenoStudyRow *row)
{
  PhenoStartPage *self = PHENO_START_PAGE (
      gtk_widget_get_ancestor (GTK_WIDGET (row), PHENO_TYPE_START_PAGE));
  const char *run = pheno_study_row_get_run (row);
  g_autoptr (GFile) file = run != NULL ? g_file_new_for_path (run) : NULL;

  if (self != NULL && file != NULL && g_str_equal (response, "discard"))
    g_file_trash_async (file, G_PRIORITY_DEFAULT, NULL, trashed_cb, g_object_ref (self));
}

static void
discard_cb (PhenoStudyRow *row, PhenoStartPage *self)
{
  g_autofree char *state = NULL, *name = NULL, *text = NULL;
  GtkWidget *dialog;

  g_object_get (row, "state", &state, NULL);
  name = g_path_get_basename (pheno_study_row_get_run (row));
  /* Translators: name of a run, and its state: “Interrupted after 12 of 100 epochs” */
  text = g_strdup_printf (_ ("Run “%s”: %s. Its folder, with what was learned until "
                             "then, is moved to the trash."),
                          name, state);
  dialog = new_dialog (self, _ ("Discard the last run?"), text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "discard", _ ("_Discard"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (discard_response_cb), row, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- the list ---- */

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PhenoStartPage *self)
{
  gboolean missing;

  g_object_get (row, "missing", &missing, NULL);
  if (missing)
    locate_cb (PHENO_STUDY_ROW (row), self);
  else
    open_study (self, pheno_study_row_get_study (PHENO_STUDY_ROW (row)));
}

static void
add_row (PhenoStartPage *self, PhenoRecentStudy *study)
{
  GtkWidget *row = pheno_study_row_new (study);

  g_signal_connect (row, "resume", G_CALLBACK (resume_cb), self);
  g_signal_connect (row, "discard", G_CALLBACK (discard_cb), self);
  g_signal_connect (row, "locate", G_CALLBACK (locate_cb), self);
  g_signal_connect (row, "remove", G_CALLBACK (remove_cb), self);
  g_signal_connect (row, "notify::left-open", G_CALLBACK (left_open_cb), self);
  gtk_list_box_append (self->recent_list, row);
}

static void
show_list (PhenoStartPage *self)
{
  g_autoptr (GListStore) studies = pheno_recent_studies_load ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (studies));
  GtkWidget *row;

  hide_left_open (self);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoRecentStudy) study
          = g_list_model_get_item (G_LIST_MODEL (studies), i);

      add_row (self, study);
    }
  gtk_widget_set_visible (self->recent_group, n > 0);
}

/* A run that goes on is looked at again and again. */
static gboolean
refresh_cb (gpointer user_data)
{
  PhenoStartPage *self = user_data;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list));
       row != NULL; row = gtk_widget_get_next_sibling (row))
    if (pheno_study_row_is_training (PHENO_STUDY_ROW (row)))
      pheno_study_row_refresh (PHENO_STUDY_ROW (row));
  return G_SOURCE_CONTINUE;
}

/* ---- the built-in specimens ---- */

static void
made_cb (GObject *maker, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoStartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder
      = pheno_specimen_maker_make_finish (PHENO_SPECIMEN_MAKER (maker), result, &error);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "start.try", TRUE);
  if (folder != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-path", "s", folder);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
           && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    show_error (self, _ ("The built-in specimens could not be drawn"), error->message);
}

static void
try_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoStartPage *self = PHENO_START_PAGE (widget);

  gtk_widget_action_set_enabled (widget, "start.try", FALSE);
  g_clear_object (&self->making);
  self->making = g_cancellable_new ();
  pheno_specimen_maker_make_async (self->maker, self->making, made_cb,
                                   g_object_ref (self));
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (PHENO_START_PAGE (widget)->making);
}

/* ---- the page itself ---- */

static void
pheno_start_page_map (GtkWidget *widget)
{
  PhenoStartPage *self = PHENO_START_PAGE (widget);

  show_list (self);
  self->refresh_source = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
  GTK_WIDGET_CLASS (pheno_start_page_parent_class)->map (widget);
}

static void
pheno_start_page_unmap (GtkWidget *widget)
{
  PhenoStartPage *self = PHENO_START_PAGE (widget);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  GTK_WIDGET_CLASS (pheno_start_page_parent_class)->unmap (widget);
}

static void
pheno_start_page_get_property (GObject *object, guint id, GValue *value,
                               GParamSpec *pspec)
{
  PhenoStartPage *self = PHENO_START_PAGE (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_start_page_set_property (GObject *object, guint id, const GValue *value,
                               GParamSpec *pspec)
{
  PhenoStartPage *self = PHENO_START_PAGE (object);

  if (id == PROP_SESSION)
    g_set_object (&self->session, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_start_page_dispose (GObject *object)
{
  PhenoStartPage *self = PHENO_START_PAGE (object);

  g_cancellable_cancel (self->making);
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_START_PAGE);
  g_clear_object (&self->making);
  g_clear_object (&self->maker);
  g_clear_object (&self->left_open);
  g_clear_object (&self->located);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_start_page_parent_class)->dispose (object);
}

static void
pheno_start_page_class_init (PhenoStartPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_start_page_get_property;
  object_class->set_property = pheno_start_page_set_property;
  object_class->dispose = pheno_start_page_dispose;
  widget_class->map = pheno_start_page_map;
  widget_class->unmap = pheno_start_page_unmap;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, restore_revealer);
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, restore_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, making_box);
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, making_bar);
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, recent_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoStartPage, recent_list);

  gtk_widget_class_install_action (widget_class, "start.try", NULL, try_action);
  gtk_widget_class_install_action (widget_class, "start.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "start.restore", NULL, restore_action);
  gtk_widget_class_install_action (widget_class, "start.dismiss", NULL, dismiss_action);
}

static void
pheno_start_page_init (PhenoStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->maker = pheno_specimen_maker_new ();
  g_object_bind_property (self->maker, "running", self->making_box, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->maker, "fraction", self->making_bar, "fraction",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect (self->recent_list, "row-activated", G_CALLBACK (row_activated_cb),
                    self);
}
