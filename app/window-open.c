/* window-open.c - opening and closing what a window works on
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/window-private.h"

#include "app/open-target.h"
#include "app/recent-studies.h"
#include "app/thumbnails.h"
#include "engine/training/training.h"

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

void
pheno_window_show_study (PhenoWindow *self)
{
  const char *study = pheno_session_get_study_path (self->session);
  g_autofree char *cache = study != NULL ? pheno_cache_folder (study) : NULL;
  g_autofree char *folder
      = cache != NULL ? g_build_filename (cache, "thumbnails", NULL) : NULL;

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
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.sidebar", study != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.collection-view", study != NULL);
}

/* ---- what is done once the study is there ---- */

static void
embedding_loaded_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pheno_session_load_embedding_finish (self->session, result, &error))
    pheno_window_show_page (self, "explore");
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _ ("The embedding could not be opened"), error);
}

static void
do_wanted (PhenoWindow *self)
{
  g_autofree char *embedding = g_steal_pointer (&self->wanted_embedding);
  g_autofree char *run = g_steal_pointer (&self->wanted_run);

  if (embedding != NULL)
    pheno_session_load_embedding_async (self->session, embedding, NULL,
                                        embedding_loaded_cb, g_object_ref (self));
  if (run != NULL)
    {
      pheno_window_show_page (self, "train");
      gtk_widget_activate_action (GTK_WIDGET (self->train_page), "train.resume-run", "s",
                                  run);
    }
}

static void
opened_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pheno_session_open_finish (self->session, result, &error))
    {
      note_recent (self);
      pheno_window_show_study (self);
      do_wanted (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, _ ("The folder could not be opened"), error);
}

static void
open_folder (PhenoWindow *self, const char *path)
{
  if (!pheno_window_has_pages (self))
    {
      g_free (self->wanted_folder);
      self->wanted_folder = g_strdup (path);
      return;
    }
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  pheno_session_open_async (self->session, path, self->opening, opened_cb,
                            g_object_ref (self));
}

void
pheno_window_open_wanted (PhenoWindow *self)
{
  g_autofree char *path = g_steal_pointer (&self->wanted_folder);

  if (path != NULL)
    open_folder (self, path);
}

/* An embedding is explored with the specimens that it is of: those of the study that it
 * lies in, or of the one that is open. */
static void
open_embedding (PhenoWindow *self, const PhenoOpenTarget *target)
{
  g_free (self->wanted_embedding);
  self->wanted_embedding = g_strdup (target->embedding);

  if (target->folder != NULL
      && g_strcmp0 (target->folder, pheno_session_get_study_path (self->session)) != 0)
    open_folder (self, target->folder);
  else if (pheno_session_get_study (self->session) != NULL)
    do_wanted (self);
  else
    {
      g_clear_pointer (&self->wanted_embedding, g_free);
      pheno_session_toast (
          self->session, _ ("Open the folder of its images first, then this embedding."),
          NULL, NULL);
    }
}

void
pheno_window_open (PhenoWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (PhenoOpenTarget) target = NULL;

  if (path == NULL)
    {
      pheno_session_toast (
          self->session,
          _ ("Only folders on this computer or on a mounted disk can be opened."), NULL,
          NULL);
      return;
    }

  target = pheno_open_target_new (path);
  if (target->embedding != NULL)
    open_embedding (self, target);
  else
    open_folder (self, target->folder);
}

static void
resume_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);
  const char *run = g_variant_get_string (parameter, NULL);
  g_autofree char *study = pheno_run_folder_study (run);

  if (study == NULL)
    return;
  g_free (self->wanted_run);
  self->wanted_run = g_strdup (run);
  if (g_strcmp0 (study, pheno_session_get_study_path (self->session)) == 0)
    do_wanted (self);
  else
    open_folder (self, study);
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

static gboolean
show_study_cb (gpointer user_data)
{
  pheno_window_show_study (user_data);
  return G_SOURCE_REMOVE;
}

/* Letting go of ten thousand specimens is one turn of the main loop, the other page is
 * the next one; it comes before the next frame, so nobody sees the empty pages between.
 */
static void
close_study_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoWindow *self = PHENO_WINDOW (widget);

  pheno_session_close (self->session);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_study_cb, g_object_ref (self),
                   g_object_unref);
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
cancel_opening_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (PHENO_WINDOW (widget)->opening);
}

void
pheno_window_install_open_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (class, "win.open-path", "s", open_path_action);
  gtk_widget_class_install_action (class, "win.resume-run", "s", resume_run_action);
  gtk_widget_class_install_action (class, "win.close-study", NULL, close_study_action);
  gtk_widget_class_install_action (class, "win.rescan", NULL, rescan_action);
  gtk_widget_class_install_action (class, "win.cancel-opening", NULL,
                                   cancel_opening_action);
}
