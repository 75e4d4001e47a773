/* train-page-actions.c - what the user does with runs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/train-page-private.h"

static GtkWindow *
window_of (PhenoTrainPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
show_error (PhenoTrainPage *self, const char *heading, const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (window_of (self), heading, error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- beginning, stopping, going on ---- */

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);
  g_autoptr (PhenoRun) run = pheno_train_settings_make_run (self->settings);
  g_autoptr (GError) error = NULL;

  if (!pheno_training_start (self->training, run, &error))
    show_error (self, _ ("The training could not begin"), error);
  else
    pheno_train_page_show_item (self, pheno_training_get_current (self->training));
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_training_stop (PHENO_TRAIN_PAGE (widget)->training, FALSE);
}

static void
keep (PhenoTrainPage *self, PhenoRunItem *item)
{
  g_autoptr (GError) error = NULL;

  if (!pheno_training_keep (self->training, item, &error))
    {
      show_error (self, _ ("The run could not be kept"), error);
      return;
    }
  pheno_training_explore (self->training, item);
  pheno_train_page_show (self);
}

/* Of a run that is paused it is only to be said. */
static void
keep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);

  if (pheno_training_get_current (self->training) != NULL)
    pheno_training_stop (self->training, TRUE);
  else if (self->shown != NULL)
    keep (self, self->shown);
}

static void
resume (PhenoTrainPage *self, PhenoRunItem *item)
{
  g_autoptr (GError) error = NULL;

  if (!pheno_training_resume (self->training, item, &error))
    show_error (self, _ ("The run could not go on"), error);
  else
    pheno_train_page_show_item (self, item);
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);

  if (self->shown != NULL)
    resume (self, self->shown);
}

void
pheno_train_page_resume_wanted (PhenoTrainPage *self)
{
  PhenoRunItem *item
      = self->wanted != NULL ? pheno_training_find (self->training, self->wanted) : NULL;

  if (item == NULL)
    return;
  g_clear_pointer (&self->wanted, g_free);
  /* It may have gone on by itself in the meantime. */
  if (pheno_run_item_get_state (item) == PHENO_RUN_RUNNING)
    pheno_train_page_show_item (self, item);
  else
    resume (self, item);
}

/* A run's folder, as the start page knows it: the list may not be read yet. */
static void
resume_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);

  g_free (self->wanted);
  self->wanted = g_variant_dup_string (parameter, NULL);
  pheno_train_page_resume_wanted (self);
}

static void
explore_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);

  if (self->shown != NULL)
    pheno_training_explore (self->training, self->shown);
}

/* ---- deleting ---- */

typedef struct
{
  PhenoTrainPage *page;
  PhenoRunItem *item;
  gboolean for_ever;
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *self = data;

  g_object_unref (self->page);
  g_object_unref (self->item);
  g_free (self);
}

static Deletion *
deletion_new (PhenoTrainPage *page, PhenoRunItem *item, gboolean for_ever)
{
  Deletion *self = g_new0 (Deletion, 1);

  self->page = g_object_ref (page);
  self->item = g_object_ref (item);
  self->for_ever = for_ever;
  return self;
}

static void ask_to_delete (PhenoTrainPage *self, PhenoRunItem *item, gboolean for_ever);

static void
deleted_cb (GObject *training, GAsyncResult *result, gpointer user_data)
{
  Deletion *deletion = user_data;
  PhenoTrainPage *self = deletion->page;
  g_autoptr (GError) error = NULL;

  if (pheno_training_delete_finish (PHENO_TRAINING (training), result, &error))
    {
      g_autofree char *text
          = g_strdup_printf (deletion->for_ever ? _ ("The run %s is deleted")
                                                : _ ("The run %s is in the trash"),
                             pheno_run_item_get_name (deletion->item));

      if (self->shown == deletion->item)
        pheno_train_page_show_item (self, NULL);
      pheno_session_toast (self->session, text, NULL, NULL);
    }
  else if (!deletion->for_ever
           && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ask_to_delete (self, deletion->item, TRUE);
  else
    show_error (self, _ ("The run could not be deleted"), error);
  deletion_free (deletion);
}

static void
delete_answer_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Deletion *deletion = user_data;

  if (g_str_equal (response, "delete"))
    pheno_training_delete_async (
        deletion->page->training, deletion->item, deletion->for_ever, deleted_cb,
        deletion_new (deletion->page, deletion->item, deletion->for_ever));
}

static void
deletion_closure_free (gpointer data, GClosure *closure)
{
  deletion_free (data);
}

static void
ask_to_delete (PhenoTrainPage *self, PhenoRunItem *item, gboolean for_ever)
{
  g_autofree char *heading = g_strdup_printf (
      for_ever ? _ ("Delete the run %s for ever?") : _ ("Move the run %s to the trash?"),
      pheno_run_item_get_name (item));
  GtkWidget *dialog = adw_message_dialog_new (
      window_of (self), heading,
      for_ever ? _ ("This disk has no trash: the network, its curves and its embeddings "
                    "cannot be brought back. Your images stay as they are.")
               : _ ("With it go the network, its curves and its embeddings. Your images "
                    "stay as they are."));

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "delete",
      for_ever ? _ ("_Delete") : _ ("_Move to Trash"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (delete_answer_cb),
                         deletion_new (self, item, for_ever), deletion_closure_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- rows and the strip ---- */

static void
open_folder (PhenoTrainPage *self, PhenoRunItem *item)
{
  g_autofree char *uri = g_filename_to_uri (pheno_run_item_get_path (item), NULL, NULL);

  if (uri != NULL)
    gtk_show_uri (window_of (self), uri, GDK_CURRENT_TIME);
}

static void
use_settings (PhenoTrainPage *self, PhenoRunItem *item)
{
  const PhenoRun *run = pheno_run_item_get_facts (item)->run;

  if (run == NULL)
    return;
  pheno_train_settings_take (self->settings, run);
  adw_flap_set_reveal_flap (self->flap, TRUE);
  pheno_session_toast (self->session, _ ("The next run has these settings"), NULL, NULL);
}

void
pheno_train_page_row_asked (PhenoTrainPage *self, PhenoRunItem *item, const char *what)
{
  if (g_str_equal (what, "resume"))
    resume (self, item);
  else if (g_str_equal (what, "explore"))
    pheno_training_explore (self->training, item);
  else if (g_str_equal (what, "embed"))
    pheno_training_embed_again (self->training, item);
  else if (g_str_equal (what, "use-settings"))
    use_settings (self, item);
  else if (g_str_equal (what, "open-folder"))
    open_folder (self, item);
  else if (g_str_equal (what, "delete"))
    ask_to_delete (self, item, FALSE);
}

void
pheno_train_page_strip_response (PhenoTrainPage *self, int response)
{
  g_autoptr (PhenoRunItem) item
      = self->troubled != NULL ? g_object_ref (self->troubled) : NULL;

  if (item != NULL && response == PHENO_STRIP_RESUME)
    resume (self, item);
  else if (item != NULL && response == PHENO_STRIP_SMALLER)
    {
      use_settings (self, item);
      pheno_train_settings_halve_batch (self->settings);
    }
  else if (item != NULL && response == PHENO_STRIP_DISCARD)
    ask_to_delete (self, item, FALSE);
}

/* ---- closing ---- */

/* The dialog that asked has to be gone first: it hangs on the window. */
static gboolean
destroy_window_cb (gpointer window)
{
  gtk_window_destroy (window);
  return G_SOURCE_REMOVE;
}

static void
close_answer_cb (AdwMessageDialog *dialog, const char *response, PhenoTrainPage *self)
{
  self->close_dialog = NULL;
  if (g_str_equal (response, "cancel"))
    return;

  if (g_str_equal (response, "pause"))
    pheno_training_stop (self->training, FALSE);
  pheno_training_leave (self->training);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, destroy_window_cb,
                   g_object_ref (window_of (self)), g_object_unref);
}

gboolean
pheno_train_page_holds_close (PhenoTrainPage *self)
{
  GtkWidget *dialog;

  if (self->training == NULL || !pheno_training_is_own (self->training))
    return FALSE;
  if (self->close_dialog != NULL)
    {
      gtk_window_present (GTK_WINDOW (self->close_dialog));
      return TRUE;
    }

  dialog = adw_message_dialog_new (
      window_of (self), _ ("A network is being trained"),
      _ ("It can go on without this window: the next time that the study is opened, the "
         "run is found again. Or it is saved now and resumed later."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "pause", _ ("_Pause and Close"), "background",
                                    _ ("Keep _Training in the Background"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "background");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_answer_cb), self, 0);
  self->close_dialog = dialog;
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

/* ---- actions ---- */

void
pheno_train_page_update_actions (PhenoTrainPage *self)
{
  PhenoRunItem *current = pheno_training_get_current (self->training);
  const PhenoRunFacts *facts
      = self->shown != NULL ? pheno_run_item_get_facts (self->shown) : NULL;
  gboolean runs = current != NULL, shows_current = runs && current == self->shown;
  gboolean can_resume = !runs && facts != NULL && facts->run != NULL
                        && facts->state != PHENO_RUN_DONE
                        && facts->state != PHENO_RUN_RUNNING;
  gboolean can_keep = can_resume && facts->has_weights && facts->state != PHENO_RUN_KEPT;
  gboolean can_explore = !shows_current && facts != NULL && facts->has_weights
                         && !pheno_training_is_embedding (self->training);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (
      widget, "train.start", !runs && pheno_train_settings_get_valid (self->settings));
  gtk_widget_action_set_enabled (widget, "train.pause", runs);
  gtk_widget_action_set_enabled (widget, "train.keep", shows_current || can_keep);
  gtk_widget_action_set_enabled (widget, "train.resume", can_resume);
  gtk_widget_action_set_enabled (widget, "train.explore", can_explore);

  gtk_widget_set_visible (self->pause_button, shows_current);
  gtk_widget_set_visible (self->keep_button, shows_current || can_keep);
  gtk_widget_set_visible (self->resume_button, can_resume);
  gtk_widget_set_visible (self->explore_button, can_explore);
}

void
pheno_train_page_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "train.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "train.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "train.keep", NULL, keep_action);
  gtk_widget_class_install_action (widget_class, "train.resume", NULL, resume_action);
  gtk_widget_class_install_action (widget_class, "train.resume-run", "s",
                                   resume_run_action);
  gtk_widget_class_install_action (widget_class, "train.explore", NULL, explore_action);
}
