/* train-page.c - settings of a run, how it goes, and the runs there are
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/train-page-private.h"

#include "app/run-row.h"
#include "app/tab-leaves.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PhenoTrainPage, pheno_train_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  PROP_SUMMARY,
  PROP_STATUS,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- the strip: what went wrong, and the way on ---- */

/* (nullable): the newest run that ended badly and of which nothing was said yet. */
static PhenoRunItem *
find_trouble (PhenoTrainPage *self)
{
  GListModel *runs = pheno_training_get_runs (self->training);
  guint n = g_list_model_get_n_items (runs);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoRunItem) item = g_list_model_get_item (runs, i);
      PhenoRunState state = pheno_run_item_get_state (item);

      if ((state == PHENO_RUN_INTERRUPTED || state == PHENO_RUN_FAILED
           || pheno_training_get_failure (self->training, item) != NULL)
          && !g_hash_table_contains (self->passed_over, pheno_run_item_get_path (item)))
        return item; /* the list has a reference */
    }
  return NULL;
}

static char *
trouble_words (PhenoTrainPage *self, PhenoRunItem *item)
{
  const PhenoRunFacts *facts = pheno_run_item_get_facts (item);
  const char *failure = pheno_training_get_failure (self->training, item);
  const char *name = pheno_run_item_get_name (item);
  int epochs = facts->run != NULL ? facts->run->epochs : 0;

  if (failure != NULL)
    /* Translators: the name of a run, and why it failed, as a sentence. */
    return g_strdup_printf (_ ("%s: %s"), name, failure);
  if (!facts->has_weights)
    return g_strdup_printf (
        _ ("%s was interrupted before its first epoch was done. Resume begins it again."),
        name);
  if (pheno_run_item_get_epoch (item) >= (guint) epochs)
    return g_strdup_printf (_ ("%s was interrupted when its epochs were done, before the "
                               "run was closed. Resume brings it to its end."),
                            name);
  return g_strdup_printf (_ ("%s was interrupted after epoch %u of %d: its process was "
                             "ended, or the computer "
                             "was switched off. All up to its last checkpoint is saved."),
                          name, pheno_run_item_get_epoch (item), epochs);
}

/* (nullable): the newest alarm of a run. */
static const char *
alarm_of (PhenoRunItem *item)
{
  const GArray *history = pheno_run_item_get_facts (item)->history;

  for (guint i = history->len; i > 0; i--)
    {
      const PhenoHistoryRow *row = &g_array_index (history, PhenoHistoryRow, i - 1);

      if (row->note != NULL)
        return row->note;
    }
  return NULL;
}

static void
set_strip (PhenoTrainPage *self, const char *text, GtkMessageType type, gboolean resume,
           gboolean smaller, gboolean discard)
{
  gtk_info_bar_set_revealed (self->strip, text != NULL);
  if (text == NULL)
    return;

  gtk_label_set_label (self->strip_label, text);
  gtk_info_bar_set_message_type (self->strip, type);
  gtk_widget_set_visible (self->strip_resume_button, resume);
  gtk_widget_set_visible (self->strip_smaller_button, smaller);
  gtk_widget_set_visible (self->strip_discard_button, discard);
}

static void
show_strip (PhenoTrainPage *self)
{
  PhenoRunItem *current = pheno_training_get_current (self->training);
  PhenoRunItem *trouble = current == NULL ? find_trouble (self) : NULL;
  const char *alarm = self->shown != NULL ? alarm_of (self->shown) : NULL;

  g_set_object (&self->troubled, trouble);
  if (trouble != NULL)
    {
      const PhenoRunFacts *facts = pheno_run_item_get_facts (trouble);
      g_autofree char *words = trouble_words (self, trouble);

      set_strip (self, words, GTK_MESSAGE_WARNING, facts->run != NULL,
                 facts->run != NULL && facts->run->batch > 2, TRUE);
    }
  else if (self->trouble != NULL)
    set_strip (self, self->trouble, GTK_MESSAGE_ERROR, FALSE, FALSE, FALSE);
  else if (alarm != NULL && !g_hash_table_contains (self->passed_over, alarm))
    set_strip (self, alarm, GTK_MESSAGE_WARNING, FALSE, FALSE, FALSE);
  else
    set_strip (self, NULL, GTK_MESSAGE_INFO, FALSE, FALSE, FALSE);
}

static void
pass_over (PhenoTrainPage *self)
{
  const char *alarm = self->shown != NULL ? alarm_of (self->shown) : NULL;

  if (self->troubled != NULL)
    g_hash_table_add (self->passed_over,
                      g_strdup (pheno_run_item_get_path (self->troubled)));
  else if (self->trouble != NULL)
    g_clear_pointer (&self->trouble, g_free);
  else if (alarm != NULL)
    g_hash_table_add (self->passed_over, g_strdup (alarm));
  show_strip (self);
}

static void
strip_cb (GtkInfoBar *strip, int response, PhenoTrainPage *self)
{
  if (response == GTK_RESPONSE_CLOSE)
    pass_over (self);
  else
    pheno_train_page_strip_response (self, response);
}

/* ---- the run that is shown ---- */

static void
show_progress (PhenoTrainPage *self)
{
  PhenoRunItem *current = pheno_training_get_current (self->training);
  gboolean busy = current != NULL || pheno_training_is_embedding (self->training);
  const char *words = pheno_training_get_words (self->training);
  g_autofree char *subtitle = NULL;

  if (self->shown != NULL)
    g_object_get (self->shown, "subtitle", &subtitle, NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), busy);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 pheno_training_get_fraction (self->training));
  gtk_label_set_label (self->status_label,
                       busy ? pheno_training_get_status (self->training)
                            : (subtitle != NULL ? subtitle : ""));
  if (!busy && self->shown != NULL)
    words = pheno_run_item_get_facts (self->shown)->message;
  gtk_label_set_label (self->words_label, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->words_label), words != NULL);
}

static void
show_heading (PhenoTrainPage *self)
{
  g_autofree char *title = NULL;

  if (self->shown != NULL)
    g_object_get (self->shown, "title", &title, NULL);
  gtk_label_set_label (self->run_label, title != NULL ? title : "");
  gtk_widget_set_visible (
      self->runs_group,
      g_list_model_get_n_items (pheno_training_get_runs (self->training)) > 0);
}

static void
show_empty (PhenoTrainPage *self)
{
  guint images = pheno_train_settings_count_images (self->settings);
  guint runs = g_list_model_get_n_items (pheno_training_get_runs (self->training));

  gtk_stack_set_visible_child_name (self->page_stack,
                                    images < 2 && runs == 0 ? "empty" : "work");
}

void
pheno_train_page_show (PhenoTrainPage *self)
{
  if (self->training == NULL)
    return;

  show_heading (self);
  show_progress (self);
  show_strip (self);
  pheno_train_page_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUMMARY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

static void
shown_changed_cb (PhenoRunItem *item, PhenoTrainPage *self)
{
  pheno_train_page_draw_curves (self);
  pheno_train_page_show (self);
}

void
pheno_train_page_show_item (PhenoTrainPage *self, PhenoRunItem *item)
{
  if (self->shown != item)
    {
      if (self->shown != NULL)
        g_signal_handlers_disconnect_by_func (self->shown, shown_changed_cb, self);
      g_set_object (&self->shown, item);
      if (item != NULL)
        g_signal_connect_object (item, "changed", G_CALLBACK (shown_changed_cb), self, 0);
    }
  pheno_train_page_draw_curves (self);
  pheno_train_page_show (self);
}

/* ---- the list ---- */

static void
asked_cb (PhenoRunRow *row, const char *what, PhenoTrainPage *self)
{
  g_autoptr (PhenoRunItem) item = g_object_ref (pheno_run_row_get_item (row));

  pheno_train_page_row_asked (self, item, what);
}

static void
compared_cb (PhenoRunItem *item, GParamSpec *pspec, PhenoTrainPage *self)
{
  pheno_train_page_draw_curves (self);
}

static void
row_changed_cb (PhenoRunItem *item, PhenoTrainPage *self)
{
  if (pheno_run_item_get_compared (item) && item != self->shown)
    pheno_train_page_draw_curves (self);
}

static GtkWidget *
make_row (gpointer object, gpointer user_data)
{
  PhenoTrainPage *self = user_data;
  GtkWidget *row = pheno_run_row_new (object);

  g_signal_connect_object (row, "asked", G_CALLBACK (asked_cb), self, 0);
  g_signal_connect_object (object, "notify::compared", G_CALLBACK (compared_cb), self, 0);
  g_signal_connect_object (object, "changed", G_CALLBACK (row_changed_cb), self, 0);
  return row;
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PhenoTrainPage *self)
{
  pheno_train_page_show_item (self, pheno_run_row_get_item (PHENO_RUN_ROW (row)));
}

/* There is always one to look at: the one that is trained, or the newest. */
static void
runs_changed_cb (GListModel *runs, guint position, guint removed, guint added,
                 PhenoTrainPage *self)
{
  g_autoptr (PhenoRunItem) newest = g_list_model_get_item (runs, 0);
  PhenoRunItem *current = pheno_training_get_current (self->training);

  show_empty (self);
  if (removed > 0 && g_list_model_get_n_items (runs) == 0)
    pheno_train_page_show_item (self, NULL);
  else if (current == NULL && added > 0 && position == 0)
    pheno_train_page_show_item (self, newest);
  else if (self->shown == NULL)
    pheno_train_page_show_item (self, newest);
  else
    pheno_train_page_show (self);
  pheno_train_page_resume_wanted (self);
}

/* ---- what the training tells ---- */

static void
set_inhibited (PhenoTrainPage *self, gboolean inhibited)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (inhibited == (self->inhibition != 0) || application == NULL)
    return;

  if (inhibited)
    self->inhibition = gtk_application_inhibit (
        application, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
        GTK_APPLICATION_INHIBIT_SUSPEND, _ ("A network is being trained"));
  else
    {
      gtk_application_uninhibit (application, self->inhibition);
      self->inhibition = 0;
    }
}

static void
training_changed_cb (PhenoTraining *training, PhenoTrainPage *self)
{
  PhenoRunItem *current = pheno_training_get_current (training);

  set_inhibited (self, current != NULL);
  if (current != NULL && current != self->followed)
    {
      g_set_object (&self->followed, current);
      pheno_train_page_show_item (self, current);
      return;
    }
  if (current == NULL)
    g_clear_object (&self->followed);
  pheno_train_page_show (self);
}

static void
notify_desktop (PhenoTrainPage *self, const char *title, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GNotification) notification = NULL;

  if (GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)))
    return;

  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (g_application_get_default (), "training",
                                   notification);
}

static void
ended_cb (PhenoTraining *training, PhenoRunItem *item, PhenoTrainPage *self)
{
  const char *failure = pheno_training_get_failure (training, item);
  PhenoRunState state = pheno_run_item_get_state (item);
  g_autofree char *subtitle = NULL, *title = NULL;

  g_object_get (item, "subtitle", &subtitle, NULL);
  g_hash_table_remove (self->passed_over, pheno_run_item_get_path (item));
  switch (state)
    {
    case PHENO_RUN_DONE:
      title = g_strdup_printf (_ ("%s is trained"), pheno_run_item_get_name (item));
      break;
    case PHENO_RUN_KEPT:
      title = g_strdup_printf (_ ("%s is kept as it is"), pheno_run_item_get_name (item));
      break;
    case PHENO_RUN_PAUSED:
      title = g_strdup_printf (_ ("%s is paused and can be resumed at any time"),
                               pheno_run_item_get_name (item));
      break;
    default:
      title
          = g_strdup_printf (_ ("%s stopped too early"), pheno_run_item_get_name (item));
    }

  if (state == PHENO_RUN_DONE || state == PHENO_RUN_KEPT || state == PHENO_RUN_PAUSED)
    pheno_session_toast (self->session, title, NULL, NULL);
  notify_desktop (self, title, failure != NULL ? failure : subtitle);
  pheno_train_page_show (self);
}

static void
embedded_cb (PhenoTraining *training, PhenoRunItem *item, gboolean wanted,
             PhenoTrainPage *self)
{
  const PhenoEmbedding *embedding = pheno_session_get_embedding (self->session);
  guint n = embedding != NULL ? embedding->files->len : 0;
  g_autofree char *text = NULL;

  if (wanted)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "s", "explore");
      return;
    }
  text = g_strdup_printf (
      ngettext ("The map of %u image is ready", "The map of %u images is ready", n), n);
  pheno_session_toast (self->session, text, _ ("Show Map"), "win.page::explore");
}

static void
embedding_failed_cb (PhenoTraining *training, PhenoRunItem *item, const char *message,
                     PhenoTrainPage *self)
{
  g_free (self->trouble);
  self->trouble = g_strdup (message);
  pheno_train_page_show (self);
}

static void
study_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoTrainPage *self)
{
  g_hash_table_remove_all (self->passed_over);
  g_clear_pointer (&self->trouble, g_free);
  show_empty (self);
}

static void
edited_cb (PhenoSession *session, PhenoTrainPage *self)
{
  show_empty (self);
}

static void
valid_cb (PhenoTrainSettings *settings, GParamSpec *pspec, PhenoTrainPage *self)
{
  pheno_train_page_update_actions (self);
}

static void
set_session (PhenoTrainPage *self, PhenoSession *session)
{
  GListModel *runs;

  if (!g_set_object (&self->session, session) || session == NULL)
    return;

  g_return_if_fail (self->training == NULL);
  self->training = pheno_training_new (session);
  runs = pheno_training_get_runs (self->training);
  pheno_train_settings_set_training (self->settings, session, self->training);
  gtk_list_box_bind_model (self->runs_list, runs, make_row, self, NULL);

  g_signal_connect_object (runs, "items-changed", G_CALLBACK (runs_changed_cb), self, 0);
  g_signal_connect_object (self->training, "changed", G_CALLBACK (training_changed_cb),
                           self, 0);
  g_signal_connect_object (self->training, "ended", G_CALLBACK (ended_cb), self, 0);
  g_signal_connect_object (self->training, "embedded", G_CALLBACK (embedded_cb), self, 0);
  g_signal_connect_object (self->training, "failed", G_CALLBACK (embedding_failed_cb),
                           self, 0);
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "notify::n-specimens", G_CALLBACK (study_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "edited", G_CALLBACK (edited_cb), self, 0);
  g_signal_connect_object (self->settings, "notify::valid", G_CALLBACK (valid_cb), self,
                           0);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
  show_empty (self);
  pheno_train_page_show_item (self, NULL);
}

/* ---- the widget ---- */

void
pheno_train_page_toggle_sidebar (PhenoTrainPage *self)
{
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static char *
make_summary (PhenoTrainPage *self)
{
  if (self->training == NULL || pheno_training_get_current (self->training) == NULL)
    return g_strdup ("");
  return g_strdup_printf (_ ("%.0f %%"),
                          100 * pheno_training_get_fraction (self->training));
}

/* To what can be set. */
static gboolean
pheno_train_page_grab_focus (GtkWidget *widget)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (widget);

  return pheno_tab_enters (GTK_WIDGET (self->settings))
         || pheno_tab_enters (adw_bin_get_child (ADW_BIN (self)));
}

static void
pheno_train_page_get_property (GObject *object, guint id, GValue *value,
                               GParamSpec *pspec)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (object);

  switch (id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SUMMARY:
      g_value_take_string (value, make_summary (self));
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->training != NULL
                                     ? pheno_training_get_status (self->training)
                                     : "");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_train_page_set_property (GObject *object, guint id, const GValue *value,
                               GParamSpec *pspec)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (object);

  if (id == PROP_SESSION)
    set_session (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_train_page_dispose (GObject *object)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (object);

  set_inhibited (self, FALSE);
  if (self->training != NULL)
    pheno_training_leave (self->training);
  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_TRAIN_PAGE);
  g_clear_object (&self->training);
  g_clear_object (&self->session);
  g_clear_object (&self->shown);
  g_clear_object (&self->followed);
  g_clear_object (&self->troubled);

  G_OBJECT_CLASS (pheno_train_page_parent_class)->dispose (object);
}

static void
pheno_train_page_finalize (GObject *object)
{
  PhenoTrainPage *self = PHENO_TRAIN_PAGE (object);

  g_hash_table_unref (self->passed_over);
  g_free (self->trouble);
  g_free (self->wanted);

  G_OBJECT_CLASS (pheno_train_page_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *class)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_WRITABLE | read);
  props[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, "", read);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, "", read);
  g_object_class_install_properties (class, N_PROPS, props);
}

static void
pheno_train_page_class_init (PhenoTrainPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_train_page_get_property;
  object_class->set_property = pheno_train_page_set_property;
  object_class->dispose = pheno_train_page_dispose;
  object_class->finalize = pheno_train_page_finalize;
  widget_class->grab_focus = pheno_train_page_grab_focus;
  install_properties (object_class);

  g_type_ensure (PHENO_TYPE_TRAIN_SETTINGS);
  g_type_ensure (PHENO_TYPE_CURVE_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/train-page.ui");
#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoTrainPage, name)
  BIND (page_stack);
  BIND (curves_stack);
  BIND (flap);
  BIND (settings);
  BIND (strip);
  BIND (strip_label);
  BIND (strip_resume_button);
  BIND (strip_smaller_button);
  BIND (strip_discard_button);
  BIND (run_label);
  BIND (status_label);
  BIND (words_label);
  BIND (run_buttons);
  BIND (pause_button);
  BIND (keep_button);
  BIND (resume_button);
  BIND (explore_button);
  BIND (progress_bar);
  BIND (loss_view);
  BIND (accuracy_view);
  BIND (spread_view);
  BIND (rate_view);
  BIND (comparison_group);
  BIND (comparison_grid);
  BIND (runs_group);
  BIND (runs_list);
#undef BIND
  pheno_train_page_install_actions (widget_class);
}

static void
pheno_train_page_init (PhenoTrainPage *self)
{
  self->passed_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (self->strip, "response", G_CALLBACK (strip_cb), self);
  g_signal_connect (self->runs_list, "row-activated", G_CALLBACK (row_activated_cb),
                    self);
}
