/* train-settings-private.h - what the files of the settings share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/train-settings.h"

struct _PhenoTrainSettings
{
  AdwBin parent_instance;

  /* template children */
  AdwComboRow *preset_row, *encoder_row, *read_out_row, *loss_row, *optimiser_row,
      *precision_row, *device_row;
  AdwActionRow *size_row, *recipe_row, *batch_row, *epochs_row, *temperature_row,
      *rate_row, *decay_row, *warm_up_row, *patience_row, *accumulate_row, *seed_row,
      *weights_row;
  GtkSpinButton *size_spin, *batch_spin, *epochs_spin, *warm_up_spin, *patience_spin,
      *accumulate_spin;
  GtkEntry *temperature_entry, *rate_entry, *decay_entry, *seed_entry;
  GtkWidget *weights_button, *weights_clear_button;
  GtkWidget *estimate_spinner;
  GtkLabel *estimate_label;
  GtkWidget *start_button;

  /* owned */
  PhenoSession *session;
  PhenoTraining *training;
  PhenoRun *run;
  char *study_path;
  GHashTable *errors; /* names of settings that are not allowed */
  gboolean filling;   /* rows are set from the run, not by the user */
  guint save_source, estimate_source;
  PhenoWorker *estimator;
  char *estimated;       /* for which settings the estimate was made */
  gboolean from_earlier; /* its speed is that of an earlier run */
  GtkFileChooserNative *chooser;
};

/* After the run changed, by whomever: rows, estimate, and the file in the study. */
void pheno_train_settings_run_changed (PhenoTrainSettings *self);

/* Size and seed belong to the session, whose Augment page shows their views. */
void pheno_train_settings_give_session (PhenoTrainSettings *self);

/* Of train-settings-rows.c. */
void pheno_train_settings_connect_rows (PhenoTrainSettings *self);
void pheno_train_settings_fill_rows (PhenoTrainSettings *self);
void pheno_train_settings_fill_words (PhenoTrainSettings *self);
void pheno_train_settings_clear_errors (PhenoTrainSettings *self);

/* Of train-presets.c. */
GStrv pheno_train_preset_names (void);
void pheno_train_preset_apply (guint preset, guint images, PhenoRun *run);
/* The number of the preset that @run is; the number of presets where it is none. */
guint pheno_train_preset_find (guint images, const PhenoRun *run);
const char *pheno_train_preset_words (guint preset);

/* Of train-estimate.c. */
void pheno_train_settings_estimate_later (PhenoTrainSettings *self);
void pheno_train_settings_stop_estimate (PhenoTrainSettings *self);
