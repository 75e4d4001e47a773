/* train-settings.h - the settings of the next run
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/training.h"

G_BEGIN_DECLS

/**
 * PhenoTrainSettings:
 *
 * A row for each setting; what is not allowed is said at its row, in the engine's own
 * words. Below them what such a run would cost. The settings are kept in the study.
 *
 * Property "valid": whether a run can begin with them.
 */
#define PHENO_TYPE_TRAIN_SETTINGS (pheno_train_settings_get_type ())
G_DECLARE_FINAL_TYPE (PhenoTrainSettings, pheno_train_settings, PHENO, TRAIN_SETTINGS,
                      AdwBin)

/* Once, before a study is open. */
void pheno_train_settings_set_training (PhenoTrainSettings *self, PhenoSession *session,
                                        PhenoTraining *training);

gboolean pheno_train_settings_get_valid (PhenoTrainSettings *self);

/* Images that a run would learn from. */
guint pheno_train_settings_count_images (PhenoTrainSettings *self);

/* (transfer full): with all that the study gives. */
PhenoRun *pheno_train_settings_make_run (PhenoTrainSettings *self);

/* Takes the settings of a run that was. */
void pheno_train_settings_take (PhenoTrainSettings *self, const PhenoRun *run);

/* Half the batch: the way on when the memory was full. */
void pheno_train_settings_halve_batch (PhenoTrainSettings *self);

G_END_DECLS
