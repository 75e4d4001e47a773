/* train-settings.c - the settings of the next run
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Their rows stand in train-settings-rows.c. The settings are kept in the study, as
 * train.ini, which is a run file without what the study itself says.
 */
#include "app/train-settings-private.h"

#include "app/application.h"
#include "app/main-task.h"

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
  pheno_task_run (task, write_in_thread);
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
  pheno_train_settings_fill_rows (self);
  pheno_train_settings_estimate_later (self);
  if (self->study_path == NULL)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}

void
pheno_train_settings_give_session (PhenoTrainSettings *self)
{
  pheno_session_set_input_size (self->session, self->run->size, NULL);
  pheno_session_set_seed (self->session, self->run->seed, NULL);
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
      pheno_train_settings_fill_rows (
          self); /* “own settings” is what they are called, not what they are */
      return;
    }

  pheno_train_settings_clear_errors (self);
  pheno_train_preset_apply (chosen, images, self->run);
  pheno_train_settings_give_session (self);
  pheno_train_settings_run_changed (self);
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
      pheno_train_settings_fill_words (self);
      return;
    }

  if (self->save_source != 0)
    save (self);
  pheno_train_settings_stop_estimate (self);
  g_free (self->study_path);
  self->study_path = g_strdup (path);
  pheno_train_settings_clear_errors (self);
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
  pheno_train_settings_give_session (self);
  pheno_train_settings_fill_rows (self);
  pheno_train_settings_estimate_later (self);
}

static void
images_changed_cb (PhenoSession *session, PhenoTrainSettings *self)
{
  if (self->study_path == NULL)
    return;
  pheno_train_settings_fill_rows (self);
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
  pheno_train_settings_clear_errors (self);
  pheno_run_free (self->run);
  self->run = pheno_run_copy (run);
  self->run->learning_rate = 0; /* what “auto” was there is no choice of the user's */
  pheno_train_settings_give_session (self);
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
  pheno_train_settings_connect_rows (self);
  g_signal_connect (self->preset_row, "notify::selected", G_CALLBACK (preset_cb), self);
  g_signal_connect (self->device_row, "notify::selected", G_CALLBACK (device_cb), self);
  g_signal_connect (self->weights_button, "clicked", G_CALLBACK (weights_cb), self);
  g_signal_connect (self->weights_clear_button, "clicked", G_CALLBACK (weights_clear_cb),
                    self);
  self->filling = FALSE;
}
