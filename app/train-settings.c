/* train-settings.c - the settings of the next run
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row stands for a key of run.ini. What is typed goes through pheno_run_set(), so that
 * the window allows and refuses what the command line does, in the same words.
 */
#include "app/train-settings-private.h"

#include "app/application.h"

#include <string.h>

#define SAVE_DELAY_MS 400
/* The file in the study's folder. */
#define SETTINGS_NAME "train.ini"

G_DEFINE_FINAL_TYPE (PhenoTrainSettings, pheno_train_settings, ADW_TYPE_BIN)

enum
{
  PROP_VALID = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* What stands in the row: a word of a list, a whole number, or text. */
typedef enum
{
  CHOICE,
  INTEGER,
  TEXT
} Kind;

typedef struct
{
  const char *setting;
  Kind kind;
  gsize row, widget, field;
} Row;

#define ROW(name, kind, row, widget, field)                                              \
  {                                                                                      \
    name, kind, offsetof (PhenoTrainSettings, row),                                      \
        offsetof (PhenoTrainSettings, widget), offsetof (PhenoRun, field)                \
  }

static const Row rows[] = {
  ROW ("model.encoder", CHOICE, encoder_row, encoder_row, encoder),
  ROW ("model.size", INTEGER, size_row, size_spin, size),
  ROW ("training.batch", INTEGER, batch_row, batch_spin, batch),
  ROW ("training.epochs", INTEGER, epochs_row, epochs_spin, epochs),
  ROW ("loss.kind", CHOICE, loss_row, loss_row, loss),
  ROW ("loss.temperature", TEXT, temperature_row, temperature_entry, temperature),
  ROW ("training.optimiser", CHOICE, optimiser_row, optimiser_row, optimiser),
  ROW ("training.learning-rate", TEXT, rate_row, rate_entry, learning_rate),
  ROW ("training.weight-decay", TEXT, decay_row, decay_entry, weight_decay),
  ROW ("training.warm-up", INTEGER, warm_up_row, warm_up_spin, warm_up),
  ROW ("training.patience", INTEGER, patience_row, patience_spin, patience),
  ROW ("training.accumulate", INTEGER, accumulate_row, accumulate_spin, accumulate),
  ROW ("training.seed", TEXT, seed_row, seed_entry, seed),
  ROW ("training.precision", CHOICE, precision_row, precision_row, precision),
};

#define MEMBER(object, offset, type) (*(type *) (void *) ((char *) (object) + (offset)))

static const struct
{
  const char *name, *title, *words;
} read_outs[] = {
  { "pattern", N_ ("Pattern"),
    N_ ("An early layer on a grid: best where all specimens lie in one pose") },
  { "whole", N_ ("Whole look"),
    N_ ("The last layer, wherever things are: for specimens in any pose") },
};

/* ---- rows ---- */

static void
set_error (PhenoTrainSettings *self, const Row *row, const char *sentence)
{
  AdwActionRow *widget = MEMBER (self, row->row, AdwActionRow *);
  const char *usual = g_object_get_data (G_OBJECT (widget), "subtitle");
  gboolean was_valid = pheno_train_settings_get_valid (self);

  if (usual == NULL)
    {
      const char *subtitle = adw_action_row_get_subtitle (widget);

      g_object_set_data_full (G_OBJECT (widget), "subtitle",
                              g_strdup (subtitle != NULL ? subtitle : ""), g_free);
      usual = g_object_get_data (G_OBJECT (widget), "subtitle");
    }

  if (sentence != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (sentence, -1);

      g_hash_table_add (self->errors, (gpointer) row->setting);
      adw_action_row_set_subtitle_lines (widget, 0);
      adw_action_row_set_subtitle (widget, escaped);
      gtk_widget_add_css_class (GTK_WIDGET (widget), "error");
    }
  else if (g_hash_table_remove (self->errors, row->setting))
    {
      adw_action_row_set_subtitle (widget, usual);
      gtk_widget_remove_css_class (GTK_WIDGET (widget), "error");
    }
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (MEMBER (self, row->widget, GtkWidget *)),
      GTK_ACCESSIBLE_STATE_INVALID,
      sentence != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);

  if (was_valid != pheno_train_settings_get_valid (self))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALID]);
}

static char *
value_of_row (PhenoTrainSettings *self, const Row *row)
{
  gpointer widget = MEMBER (self, row->widget, gpointer);

  switch (row->kind)
    {
    case CHOICE:
      return g_strdup (pheno_run_choices (
          row->setting)[adw_combo_row_get_selected (ADW_COMBO_ROW (widget))]);
    case INTEGER:
      return g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (widget));
    case TEXT:
    default:
      return g_strstrip (g_strdup (gtk_editable_get_text (widget)));
    }
}

static char *
value_of_run (const Row *row, const PhenoRun *run)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (row->field == offsetof (PhenoRun, seed))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, run->seed);
  value = MEMBER (run, row->field, double);
  if (row->field == offsetof (PhenoRun, learning_rate) && value == 0)
    return g_strdup ("auto");
  return g_strdup (g_ascii_formatd (number, sizeof number, "%.6g", value));
}

static guint
index_of (const char *const *words, const char *word)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  return 0;
}

static void
fill_row (PhenoTrainSettings *self, const Row *row)
{
  gpointer widget = MEMBER (self, row->widget, gpointer);

  switch (row->kind)
    {
    case CHOICE:
      adw_combo_row_set_selected (widget,
                                  index_of (pheno_run_choices (row->setting),
                                            MEMBER (self->run, row->field, char *)));
      break;
    case INTEGER:
      gtk_spin_button_set_value (widget, MEMBER (self->run, row->field, int));
      break;
    case TEXT:
    default:
      {
        g_autofree char *text = value_of_run (row, self->run);
        g_autofree char *shown = value_of_row (self, row);

        /* What is being typed is left alone where it means the same. */
        if (!g_str_equal (text, shown)
            && !g_hash_table_contains (self->errors, row->setting))
          gtk_editable_set_text (GTK_EDITABLE (widget), text);
      }
    }
}

static const char *
optimiser_words (const char *optimiser)
{
  if (g_str_equal (optimiser, "lars"))
    return _ ("For large batches and long runs");
  if (g_str_equal (optimiser, "adamw"))
    return _ ("Sure to learn in short runs");
  if (g_str_equal (optimiser, "sgd"))
    return _ ("The plainest; slow to begin");
  return "";
}

static void
fill_words (PhenoTrainSettings *self)
{
  guint images = pheno_train_settings_count_images (self);
  guint preset = pheno_train_preset_find (images, self->run);
  g_autofree char *rate
      = g_strdup_printf (_ ("“auto” is %.3g here"), pheno_run_learning_rate (self->run));
  g_autofree char *weights = g_str_equal (self->run->weights, "random")
                                 ? g_strdup (_ ("Random"))
                                 : pheno_display_name (self->run->weights);
  g_autofree char *escaped = g_markup_escape_text (weights, -1);
  g_autofree char *recipe
      = g_markup_escape_text (pheno_session_get_recipe_name (self->session), -1);

  adw_combo_row_set_selected (self->preset_row, preset);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->preset_row),
                               pheno_train_preset_words (preset));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->optimiser_row),
                               optimiser_words (self->run->optimiser));
  if (!g_hash_table_contains (self->errors, "training.learning-rate"))
    {
      adw_action_row_set_subtitle (self->rate_row, rate);
      g_object_set_data_full (G_OBJECT (self->rate_row), "subtitle", g_strdup (rate),
                              g_free);
    }
  adw_action_row_set_subtitle (self->weights_row, escaped);
  gtk_widget_set_sensitive (self->weights_clear_button,
                            !g_str_equal (self->run->weights, "random"));
  adw_action_row_set_subtitle (self->recipe_row, recipe);
}

static void
fill_device (PhenoTrainSettings *self)
{
  GListModel *names = adw_combo_row_get_model (self->device_row);

  for (guint i = 0; i < g_list_model_get_n_items (names); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (names), i),
                     self->run->device))
      adw_combo_row_set_selected (self->device_row, i);
}

static void
fill_rows (PhenoTrainSettings *self)
{
  gboolean before = self->filling;

  self->filling = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fill_row (self, &rows[i]);
  fill_device (self);
  fill_words (self);
  self->filling = before;
}

/* ---- the study's file ---- */

static void
write_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  const char *text = g_object_get_data (G_OBJECT (task), "text");
  GError *error = NULL;

  if (pheno_write_file (path, text, strlen (text), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoTrainSettings *self = PHENO_TRAIN_SETTINGS (object);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) && self->session != NULL)
    pheno_session_toast (self->session, error->message, NULL, NULL);
}

static void
save (PhenoTrainSettings *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, written_cb, NULL);

  g_clear_handle_id (&self->save_source, g_source_remove);
  if (self->study_path == NULL)
    return;

  g_object_set_data_full (G_OBJECT (task), "text", pheno_run_to_text (self->run), g_free);
  g_task_set_task_data (task, g_build_filename (self->study_path, SETTINGS_NAME, NULL),
                        g_free);
  g_task_run_in_thread (task, write_in_thread);
}

static gboolean
save_cb (gpointer user_data)
{
  PhenoTrainSettings *self = user_data;

  self->save_source = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

static PhenoRun *
load (PhenoTrainSettings *self)
{
  g_autofree char *path = g_build_filename (self->study_path, SETTINGS_NAME, NULL);
  g_autoptr (GError) error = NULL;
  PhenoRun *run;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      if ((run = pheno_run_load (path, &error)) != NULL)
        return run;
      pheno_session_toast (self->session, error->message, NULL, NULL);
    }

  run = pheno_run_new ();
  pheno_train_preset_apply (1, pheno_train_settings_count_images (self), run);
  return run;
}

/* ---- changes ---- */

void
pheno_train_settings_run_changed (PhenoTrainSettings *self)
{
  fill_rows (self);
  pheno_train_settings_estimate_later (self);
  if (self->study_path == NULL)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}

/* Size and seed belong to the session, whose Augment page shows their views. */
static void
give_session (PhenoTrainSettings *self)
{
  pheno_session_set_input_size (self->session, self->run->size, NULL);
  pheno_session_set_seed (self->session, self->run->seed, NULL);
}

static void
take_row (PhenoTrainSettings *self, const Row *row)
{
  g_autofree char *value = NULL, *assignment = NULL;
  g_autoptr (PhenoRun) before = NULL;
  g_autoptr (GError) error = NULL;

  if (self->filling)
    return;

  value = value_of_row (self, row);
  assignment = g_strconcat (row->setting, "=", value, NULL);
  before = pheno_run_copy (self->run); /* a refused value may have been written */
  if (!pheno_run_set (self->run, assignment, &error))
    {
      pheno_run_free (self->run);
      self->run = g_steal_pointer (&before);
      set_error (self, row, error->message);
      return;
    }
  set_error (self, row, NULL);
  give_session (self);
  pheno_train_settings_run_changed (self);
}

static void
row_cb (GObject *widget, GParamSpec *pspec, PhenoTrainSettings *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (MEMBER (self, rows[i].widget, GObject *) == widget)
      take_row (self, &rows[i]);
}

static void
clear_errors (PhenoTrainSettings *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    set_error (self, &rows[i], NULL);
}

static void
preset_cb (GObject *row, GParamSpec *pspec, PhenoTrainSettings *self)
{
  guint chosen = adw_combo_row_get_selected (self->preset_row);
  guint images = pheno_train_settings_count_images (self);

  if (self->filling)
    return;
  if (*pheno_train_preset_words (chosen) == '\0'
      || chosen + 1
             >= g_list_model_get_n_items (adw_combo_row_get_model (self->preset_row)))
    {
      fill_rows (self); /* “own settings” is what they are called, not what they are */
      return;
    }

  clear_errors (self);
  pheno_train_preset_apply (chosen, images, self->run);
  give_session (self);
  pheno_train_settings_run_changed (self);
}

static void
read_out_cb (GObject *row, GParamSpec *pspec, PhenoTrainSettings *self)
{
  guint chosen = adw_combo_row_get_selected (self->read_out_row);

  if (chosen >= G_N_ELEMENTS (read_outs))
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->read_out_row),
                               _ (read_outs[chosen].words));
  g_settings_set_string (pheno_settings (), "read-out", read_outs[chosen].name);
}

static void
device_cb (GObject *row, GParamSpec *pspec, PhenoTrainSettings *self)
{
  GtkStringObject *chosen = adw_combo_row_get_selected_item (self->device_row);

  if (self->filling || chosen == NULL)
    return;
  g_free (self->run->device);
  self->run->device = g_strdup (gtk_string_object_get_string (chosen));
  pheno_train_settings_run_changed (self);
}

static void
set_weights (PhenoTrainSettings *self, const char *weights)
{
  g_free (self->run->weights);
  self->run->weights = g_strdup (weights);
  pheno_train_settings_run_changed (self);
}

static void
weights_chosen_cb (GtkNativeDialog *dialog, int response, PhenoTrainSettings *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    set_weights (self, path);
  g_clear_object (&self->chooser);
}

static void
weights_cb (GtkButton *button, PhenoTrainSettings *self)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Choose First Weights"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), _ ("_Cancel"));
  gtk_file_filter_set_name (filter, _ ("Weights (*.safetensors)"));
  gtk_file_filter_add_suffix (filter, "safetensors");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_object_unref (filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (weights_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
weights_clear_cb (GtkButton *button, PhenoTrainSettings *self)
{
  set_weights (self, "random");
}

/* ---- what the session says ---- */

guint
pheno_train_settings_count_images (PhenoTrainSettings *self)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  guint n = g_list_model_get_n_items (specimens), count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);

      count += !pheno_specimen_get_excluded (specimen)
               && pheno_specimen_get_modality (specimen) == PHENO_MODALITY_RGB;
    }
  return count;
}

static void
recipe_changed_cb (PhenoSession *session, PhenoTrainSettings *self)
{
  self->run->size = pheno_session_get_input_size (session);
  self->run->seed = pheno_session_get_seed (session);
  pheno_train_settings_run_changed (self);
}

static void
study_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoTrainSettings *self)
{
  const char *path = pheno_session_get_study_path (session);

  if (g_strcmp0 (path, self->study_path) == 0)
    {
      fill_words (self);
      return;
    }

  if (self->save_source != 0)
    save (self);
  pheno_train_settings_stop_estimate (self);
  g_free (self->study_path);
  self->study_path = g_strdup (path);
  clear_errors (self);
  if (path == NULL)
    return;

  pheno_run_free (self->run);
  self->run = load (self);
  self->run->threads = g_settings_get_int (pheno_settings (), "threads");
  if (g_str_equal (self->run->device, "auto"))
    {
      g_free (self->run->device);
      self->run->device = g_settings_get_string (pheno_settings (), "device");
    }
  give_session (self);
  fill_rows (self);
  pheno_train_settings_estimate_later (self);
}

static void
images_changed_cb (PhenoSession *session, PhenoTrainSettings *self)
{
  if (self->study_path == NULL)
    return;
  fill_rows (self);
  pheno_train_settings_estimate_later (self);
}

static void
runs_changed_cb (PhenoTraining *training, PhenoRunItem *item, PhenoTrainSettings *self)
{
  pheno_train_settings_estimate_later (self);
}

void
pheno_train_settings_set_training (PhenoTrainSettings *self, PhenoSession *session,
                                   PhenoTraining *training)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->training = g_object_ref (training);
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "recipe-changed", G_CALLBACK (recipe_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "edited", G_CALLBACK (images_changed_cb), self, 0);
  g_signal_connect_object (training, "ended", G_CALLBACK (runs_changed_cb), self, 0);
  study_changed_cb (session, NULL, self);
}

gboolean
pheno_train_settings_get_valid (PhenoTrainSettings *self)
{
  return g_hash_table_size (self->errors) == 0;
}

PhenoRun *
pheno_train_settings_make_run (PhenoTrainSettings *self)
{
  PhenoRun *run = pheno_run_copy (self->run);

  run->threads = g_settings_get_int (pheno_settings (), "threads");
  pheno_training_fill (self->training, run);
  return run;
}

void
pheno_train_settings_take (PhenoTrainSettings *self, const PhenoRun *run)
{
  clear_errors (self);
  pheno_run_free (self->run);
  self->run = pheno_run_copy (run);
  self->run->learning_rate = 0; /* what “auto” was there is no choice of the user's */
  give_session (self);
  pheno_train_settings_run_changed (self);
}

void
pheno_train_settings_halve_batch (PhenoTrainSettings *self)
{
  self->run->batch = MAX (self->run->batch / 2, 2);
  pheno_train_settings_run_changed (self);
}

/* ---- the widget ---- */

static void
pheno_train_settings_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pheno_train_settings_parent_class)->map (widget);
  pheno_train_settings_estimate_later (PHENO_TRAIN_SETTINGS (widget));
}

static void
pheno_train_settings_get_property (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec)
{
  if (id == PROP_VALID)
    g_value_set_boolean (value,
                         pheno_train_settings_get_valid (PHENO_TRAIN_SETTINGS (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_train_settings_dispose (GObject *object)
{
  PhenoTrainSettings *self = PHENO_TRAIN_SETTINGS (object);

  if (self->save_source != 0)
    save (self);
  if (self->training != NULL)
    pheno_train_settings_stop_estimate (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_TRAIN_SETTINGS);
  g_clear_object (&self->session);
  g_clear_object (&self->training);
  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (pheno_train_settings_parent_class)->dispose (object);
}

static void
pheno_train_settings_finalize (GObject *object)
{
  PhenoTrainSettings *self = PHENO_TRAIN_SETTINGS (object);

  g_clear_pointer (&self->run, pheno_run_free);
  g_hash_table_unref (self->errors);
  g_free (self->study_path);
  g_free (self->estimated);

  G_OBJECT_CLASS (pheno_train_settings_parent_class)->finalize (object);
}

static void
pheno_train_settings_class_init (PhenoTrainSettingsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_train_settings_get_property;
  object_class->dispose = pheno_train_settings_dispose;
  object_class->finalize = pheno_train_settings_finalize;
  widget_class->map = pheno_train_settings_map;

  props[PROP_VALID] = g_param_spec_boolean ("valid", NULL, NULL, TRUE,
                                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/train-settings.ui");
#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoTrainSettings, name)
  BIND (preset_row);
  BIND (encoder_row);
  BIND (size_row);
  BIND (size_spin);
  BIND (recipe_row);
  BIND (batch_row);
  BIND (batch_spin);
  BIND (epochs_row);
  BIND (epochs_spin);
  BIND (read_out_row);
  BIND (loss_row);
  BIND (temperature_row);
  BIND (temperature_entry);
  BIND (optimiser_row);
  BIND (rate_row);
  BIND (rate_entry);
  BIND (decay_row);
  BIND (decay_entry);
  BIND (warm_up_row);
  BIND (warm_up_spin);
  BIND (patience_row);
  BIND (patience_spin);
  BIND (accumulate_row);
  BIND (accumulate_spin);
  BIND (seed_row);
  BIND (seed_entry);
  BIND (weights_row);
  BIND (weights_button);
  BIND (weights_clear_button);
  BIND (precision_row);
  BIND (device_row);
  BIND (estimate_spinner);
  BIND (estimate_label);
  BIND (start_button);
#undef BIND
}

/* The engine's words, the encoder's as people write them. */
static void
offer_choices (AdwComboRow *row, const char *setting)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (const char *const *word = pheno_run_choices (setting); *word != NULL; word++)
    gtk_string_list_take (list, g_str_equal (setting, "model.encoder")
                                    ? pheno_encoder_label (*word)
                                    : g_strdup (*word));
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

static void
offer_devices (AdwComboRow *row)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, "auto");
  for (int i = 0; i < pk_device_count (); i++)
    {
      pk_device_info info;

      if (pk_device_describe (i, &info) == PK_OK)
        gtk_string_list_append (list, info.name);
    }
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

static void
offer_read_outs (PhenoTrainSettings *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (pheno_settings (), "read-out");

  for (guint i = 0; i < G_N_ELEMENTS (read_outs); i++)
    gtk_string_list_append (list, _ (read_outs[i].title));
  adw_combo_row_set_model (self->read_out_row, G_LIST_MODEL (list));
  for (guint i = 0; i < G_N_ELEMENTS (read_outs); i++)
    if (g_str_equal (read_outs[i].name, chosen))
      adw_combo_row_set_selected (self->read_out_row, i);
  read_out_cb (NULL, NULL, self);
}

static void
connect_rows (PhenoTrainSettings *self)
{
  static const char *const notifies[] = {
    [CHOICE] = "notify::selected",
    [INTEGER] = "notify::value",
    [TEXT] = "notify::text",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].kind == CHOICE)
        offer_choices (MEMBER (self, rows[i].widget, AdwComboRow *), rows[i].setting);
      g_signal_connect (MEMBER (self, rows[i].widget, GObject *), notifies[rows[i].kind],
                        G_CALLBACK (row_cb), self);
    }
}

static void
pheno_train_settings_init (PhenoTrainSettings *self)
{
  g_auto (GStrv) names = pheno_train_preset_names ();
  g_autoptr (GtkStringList) presets = gtk_string_list_new ((const char *const *) names);

  self->errors = g_hash_table_new (g_str_hash, g_str_equal);
  self->run = pheno_run_new ();
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  adw_combo_row_set_model (self->preset_row, G_LIST_MODEL (presets));
  connect_rows (self);
  offer_devices (self->device_row);
  offer_read_outs (self);
  g_signal_connect (self->preset_row, "notify::selected", G_CALLBACK (preset_cb), self);
  g_signal_connect (self->read_out_row, "notify::selected", G_CALLBACK (read_out_cb),
                    self);
  g_signal_connect (self->device_row, "notify::selected", G_CALLBACK (device_cb), self);
  g_signal_connect (self->weights_button, "clicked", G_CALLBACK (weights_cb), self);
  g_signal_connect (self->weights_clear_button, "clicked", G_CALLBACK (weights_clear_cb),
                    self);
  self->filling = FALSE;
}
