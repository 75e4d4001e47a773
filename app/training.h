/* training.h - the runs of the open study, and the one that is under way
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Training and embedding are done by phenoscape-cli in processes of their own. A run can
 * also be under way that this window did not start: one that went on when another window
 * was closed. It is found by the lock of its folder and followed through its files.
 */
#pragma once

#include "app/run-item.h"
#include "app/session.h"
#include "app/worker.h"

G_BEGIN_DECLS

/**
 * PhenoTraining:
 *
 * Signals: "changed" when a run began or ended, or its progress moved; "ended"
 * (PhenoRunItem): a run ended, in whichever way its state says; "embedded" (PhenoRunItem,
 * gboolean): its embeddings are the session's now, and whether the user asked to see
 * them; "failed" (PhenoRunItem, message): embeddings could not be made.
 */
#define PHENO_TYPE_TRAINING (pheno_training_get_type ())
G_DECLARE_FINAL_TYPE (PhenoTraining, pheno_training, PHENO, TRAINING, GObject)

PhenoTraining *pheno_training_new (PhenoSession *session);

/* (transfer none) (element-type PhenoRunItem): the newest first. */
GListModel *pheno_training_get_runs (PhenoTraining *self);

/* (nullable) (transfer none): the run in that folder. */
PhenoRunItem *pheno_training_find (PhenoTraining *self, const char *path);

/* Reads the folders again, on a thread. */
void pheno_training_refresh (PhenoTraining *self);

/**
 * pheno_training_fill:
 *
 * Puts into @run what belongs to the study and to the Augment page: roots, species rule,
 * table, what is left out, recipe, seed and the side of a view.
 */
void pheno_training_fill (PhenoTraining *self, PhenoRun *run);

/* Begins @run in a new folder of the study. */
gboolean pheno_training_start (PhenoTraining *self, const PhenoRun *run, GError **error);

/* Goes on from the last checkpoint; begins where there is none. */
gboolean pheno_training_resume (PhenoTraining *self, PhenoRunItem *item, GError **error);

/**
 * pheno_training_stop:
 * @keep: the run is taken as it is, and embedded; else it waits to be resumed
 *
 * Asks the process to save and to end. A second time it is ended at once.
 */
void pheno_training_stop (PhenoTraining *self, gboolean keep);

/* Lets the process go on alone: the window closes. */
void pheno_training_leave (PhenoTraining *self);

/* A run that stopped counts as ended. */
gboolean pheno_training_keep (PhenoTraining *self, PhenoRunItem *item, GError **error);

/**
 * pheno_training_explore:
 *
 * Gives the run's embeddings to the session; they are computed when they are not there.
 */
void pheno_training_explore (PhenoTraining *self, PhenoRunItem *item);

/* Computes its embeddings anew, as the read-out is chosen now, and shows them. */
void pheno_training_embed_again (PhenoTraining *self, PhenoRunItem *item);

/* Takes a run's folder away: into the trash, or for ever where @for_ever. */
void pheno_training_delete_async (PhenoTraining *self, PhenoRunItem *item,
                                  gboolean for_ever, GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean pheno_training_delete_finish (PhenoTraining *self, GAsyncResult *result,
                                       GError **error);

/* (nullable) (transfer none): the run that a process trains now. */
PhenoRunItem *pheno_training_get_current (PhenoTraining *self);
/* Whether it is a process of this window. */
gboolean pheno_training_is_own (PhenoTraining *self);
gboolean pheno_training_is_stopping (PhenoTraining *self);
/* Whether embeddings are being computed. */
gboolean pheno_training_is_embedding (PhenoTraining *self);

/* How far the current work is, 0 to 1, and in words; "" where nothing is done. */
double pheno_training_get_fraction (PhenoTraining *self);
const char *pheno_training_get_status (PhenoTraining *self);
/* (nullable): what the trainer said last. */
const char *pheno_training_get_words (PhenoTraining *self);

/* (nullable): why the run failed or was lost, as a sentence for people. */
const char *pheno_training_get_failure (PhenoTraining *self, PhenoRunItem *item);

/* (transfer full): “3 min”, “2 h 10 min”. */
char *pheno_duration_words (double seconds);

G_END_DECLS
