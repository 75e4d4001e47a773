/* explore-page-sources.c - which embeddings are explored, and how new ones are made
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "app/explore-page-private.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "app/embedding-sources.h"

/* ---- the list ---- */

static int
find_source (PhenoExplorePage *self, const char *path)
{
  for (guint i = 0; path != NULL && self->sources != NULL && i < self->sources->len; i++)
    if (g_str_equal (((PhenoEmbeddingSource *) self->sources->pdata[i])->path, path))
      return (int) i;
  return -1;
}

void
pheno_explore_page_list_sources (PhenoExplorePage *self)
{
  PhenoStudy *study = pheno_session_get_study (self->session);
  const char *open = pheno_session_get_embedding_path (self->session);
  GtkStringList *titles = gtk_string_list_new (NULL);
  int at;

  g_clear_pointer (&self->sources, g_ptr_array_unref);
  if (study != NULL)
    self->sources = pheno_embedding_sources (study);
  for (guint i = 0; self->sources != NULL && i < self->sources->len; i++)
    gtk_string_list_append (titles,
                            ((PhenoEmbeddingSource *) self->sources->pdata[i])->title);
  at = find_source (self, open);
  if (open != NULL && at < 0)
    {
      g_autofree char *title = pheno_embedding_source_title (open);

      at = (int) g_list_model_get_n_items (G_LIST_MODEL (titles));
      gtk_string_list_append (titles, title);
    }

  self->filling = TRUE;
  gtk_drop_down_set_model (self->source_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->source_choice,
                              at >= 0 ? (guint) at : GTK_INVALID_LIST_POSITION);
  self->filling = FALSE;
  g_object_unref (titles);
}

static void
source_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, PhenoExplorePage *self)
{
  guint at = gtk_drop_down_get_selected (choice);

  if (!self->filling && self->sources != NULL && at < self->sources->len)
    pheno_explore_page_load (self,
                             ((PhenoEmbeddingSource *) self->sources->pdata[at])->path);
}

/* The newest of what there is, once for each study that is opened. */
void
pheno_explore_page_offer_newest (PhenoExplorePage *self)
{
  const char *study = pheno_session_get_study_path (self->session);
  const PhenoEmbeddingSource *newest = NULL;

  if (study == NULL || pheno_session_get_embedding (self->session) != NULL
      || self->loading != NULL || g_strcmp0 (study, self->offered_study) == 0)
    return;
  g_free (self->offered_study);
  self->offered_study = g_strdup (study);
  pheno_explore_page_list_sources (self);
  for (guint i = 0; i < self->sources->len; i++)
    {
      const PhenoEmbeddingSource *source = self->sources->pdata[i];

      if (!source->control && (newest == NULL || source->modified > newest->modified))
        newest = source;
    }
  if (newest != NULL)
    pheno_explore_page_load (self, newest->path);
}

/* ---- loading ---- */

static void
loaded_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoExplorePage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ours;

  pheno_session_load_embedding_finish (PHENO_SESSION (session), result, &error);
  ours = g_task_get_cancellable (G_TASK (result)) == self->loading;
  if (ours)
    g_clear_object (&self->loading);
  if (self->session == NULL || !ours)
    return;

  g_clear_pointer (&self->error, g_free);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (pheno_session_get_embedding (self->session) != NULL)
        pheno_session_toast (self->session, error->message, NULL, NULL);
      else
        self->error = g_strdup (error->message);
    }
  pheno_explore_page_list_sources (self);
  pheno_explore_page_update_state (self);
}

void
pheno_explore_page_load (PhenoExplorePage *self, const char *path)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  pheno_session_load_embedding_async (self->session, path, self->loading, loaded_cb,
                                      g_object_ref (self));
  pheno_explore_page_update_state (self);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoExplorePage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    pheno_explore_page_load (self, path);
  g_clear_object (&self->chooser);
}

void
pheno_explore_page_open (PhenoExplorePage *self)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Embeddings (.h5, .csv, .tsv, .npy)"));
  gtk_file_filter_add_suffix (filter, "h5");
  gtk_file_filter_add_suffix (filter, "csv");
  gtk_file_filter_add_suffix (filter, "tsv");
  gtk_file_filter_add_suffix (filter, "npy");

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Open Embeddings"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_object_unref (filter);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- embedding without training, in the worker ---- */

static void
progress_cb (PhenoWorker *worker, const PhenoProgress *progress, PhenoExplorePage *self)
{
  g_autofree char *words = NULL;

  if (progress->total == 0)
    {
      gtk_progress_bar_pulse (self->working_bar);
      return;
    }
  gtk_progress_bar_set_fraction (self->working_bar,
                                 (double) progress->done / (double) progress->total);
  words = g_strdup_printf (_ ("Embedding: %" PRIu64 " of %" PRIu64 " images"),
                           progress->done, progress->total);
  gtk_label_set_label (self->working_label, words);
}

static void
ended_cb (PhenoWorker *worker, PhenoExplorePage *self)
{
  g_autofree char *made = g_steal_pointer (&self->making);
  PhenoOutcome outcome = pheno_worker_get_outcome (worker);

  gtk_revealer_set_reveal_child (self->working_revealer, FALSE);
  gtk_widget_set_sensitive (self->baseline_button, TRUE);
  g_clear_pointer (&self->error, g_free);
  if (self->session == NULL || pheno_session_get_study (self->session) == NULL)
    outcome = PHENO_OUTCOME_STOPPED;
  if (outcome == PHENO_OUTCOME_DONE && self->for_scores)
    {
      pheno_explore_page_list_sources (self);
      pheno_scores_panel_compare (self->scores_panel);
    }
  else if (outcome == PHENO_OUTCOME_DONE)
    pheno_explore_page_load (self, made);
  else if (outcome != PHENO_OUTCOME_STOPPED)
    {
      const char *message = pheno_worker_get_message (worker);

      if (pheno_session_get_embedding (self->session) != NULL)
        pheno_session_toast (self->session, message, NULL, NULL);
      else
        self->error = g_strdup (message);
    }
  g_clear_object (&self->worker);
  pheno_explore_page_update_state (self);
}

static gboolean
start_worker (PhenoExplorePage *self, const char *baseline, GError **error)
{
  PhenoStudy *study = pheno_session_get_study (self->session);
  g_autofree char *folder = g_build_filename (study->path, "baselines", NULL);
  GStrvBuilder *builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autofree char *source = g_strconcat ("baseline:", baseline, NULL);

  g_strv_builder_add_many (builder, "embed", source, "-o", self->making, NULL);
  for (guint i = 0; i < study->roots->len; i++)
    {
      g_autofree char *root
          = g_strconcat ("--collection=", (char *) study->roots->pdata[i], NULL);

      g_strv_builder_add (builder, root);
    }
  arguments = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);

  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pheno_set_file_error (error, folder, errno);
      return FALSE;
    }
  return pheno_worker_start (self->worker, (const char *const *) arguments, error);
}

void
pheno_explore_page_embed (PhenoExplorePage *self, const char *baseline)
{
  PhenoStudy *study = pheno_session_get_study (self->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (study == NULL || self->worker != NULL)
    return;

  self->for_scores = FALSE;
  self->worker = pheno_worker_new ();
  g_signal_connect_object (self->worker, "progress", G_CALLBACK (progress_cb), self, 0);
  g_signal_connect_object (self->worker, "ended", G_CALLBACK (ended_cb), self, 0);
  g_free (self->making);
  self->making = pheno_baseline_path (study, baseline);
  if (!start_worker (self, baseline, &error))
    {
      g_clear_object (&self->worker);
      pheno_session_toast (self->session, error->message, NULL, NULL);
      return;
    }

  words = g_strdup_printf (_ ("Embedding by: %s"), pheno_baseline_title (baseline));
  gtk_label_set_label (self->working_label, words);
  gtk_progress_bar_set_fraction (self->working_bar, 0);
  gtk_revealer_set_reveal_child (self->working_revealer, TRUE);
  gtk_widget_set_sensitive (self->baseline_button, FALSE);
}

/* The background, for the scores: the map stays as it is. */
static void
embed_for_scores_cb (PhenoScoresPanel *panel, const char *baseline,
                     PhenoExplorePage *self)
{
  if (self->worker != NULL)
    {
      pheno_session_toast (
          self->session,
          _ ("Something is being embedded already: wait for it, or stop it."), NULL,
          NULL);
      return;
    }
  pheno_explore_page_embed (self, baseline);
  self->for_scores = TRUE;
}

static void
stop_cb (GtkButton *button, PhenoExplorePage *self)
{
  if (self->worker != NULL)
    pheno_worker_stop (self->worker);
}

static void
baseline_cb (GtkButton *button, PhenoExplorePage *self)
{
  guint at = gtk_drop_down_get_selected (self->baseline_choice);

  pheno_explore_page_embed (self, pheno_embed_baselines ()[at]);
}

static void
fill_baselines (PhenoExplorePage *self)
{
  const char *const *names = pheno_embed_baselines ();
  GtkStringList *titles = gtk_string_list_new (NULL);
  GMenu *submenu = g_menu_new ();
  GMenuModel *menu = gtk_menu_button_get_menu_model (self->more_button);
  guint chosen = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *action = g_strdup_printf ("explore.embed::%s", names[i]);

      gtk_string_list_append (titles, pheno_baseline_title (names[i]));
      g_menu_append (submenu, pheno_baseline_title (names[i]), action);
      if (g_str_equal (names[i], "histogram"))
        chosen = i;
    }
  gtk_drop_down_set_model (self->baseline_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->baseline_choice, chosen);
  g_object_unref (titles);
  g_menu_append_submenu (G_MENU (menu), _ ("_Embed Without Training"),
                         G_MENU_MODEL (submenu));
  g_object_unref (submenu);
}

void
pheno_explore_page_connect_sources (PhenoExplorePage *self)
{
  fill_baselines (self);
  g_signal_connect (self->source_choice, "notify::selected",
                    G_CALLBACK (source_chosen_cb), self);
  g_signal_connect (self->baseline_button, "clicked", G_CALLBACK (baseline_cb), self);
  g_signal_connect (self->scores_panel, "embed", G_CALLBACK (embed_for_scores_cb), self);
  g_signal_connect (self->working_stop_button, "clicked", G_CALLBACK (stop_cb), self);
}
