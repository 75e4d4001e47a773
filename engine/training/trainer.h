/* trainer.h - a run under way
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/checkpoint.h"
#include "engine/training/learner.h"
#include "engine/training/loader.h"
#include "engine/training/material.h"
#include "engine/training/monitor.h"
#include "engine/training/schedule.h"

G_BEGIN_DECLS

/**
 * PhenoTrainer:
 * @run: with all "auto" resolved
 * @run_text: the same as text, for checkpoints
 * @knn_accuracy: the newest, for progress
 * @began: monotonic time at which this process began to train, and @first_step from which
 * @lock: of the folder; -1: none
 */
typedef struct
{
  char *directory;
  PhenoRun *run;
  char *run_text;
  PhenoMaterial *material;
  PhenoLearner *learner;
  PhenoLoader *loader;
  PhenoSchedule schedule;
  PhenoHistory *history;
  PhenoMonitor monitor;
  PhenoPosition position;
  const PhenoImage **images; /* 2N: whose views the next batch has: first, then second */
  guint32 *numbers;          /* 2N */
  int *batch_groups;         /* N: their species */
  double knn_accuracy;
  double last_views_per_second, last_data_share, last_loss;
  gint64 began, reported, saved;
  guint64 first_step;
  char *stopped;
  int lock;
  PhenoProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
} PhenoTrainer;

/* Reports @sentence to whoever listens. @trainer as gpointer, to be a PhenoSayFunc. */
void pheno_trainer_say (const char *sentence, gpointer trainer);

/**
 * pheno_trainer_save:
 * Writes last.safetensors for where the run stands.
 */
gboolean pheno_trainer_save (PhenoTrainer *trainer, GError **error);

/* Says which kNN accuracy the encoder has before its first step, where there are labels.
 */
gboolean pheno_trainer_say_start (PhenoTrainer *trainer, GError **error);

/**
 * pheno_trainer_loop:
 * Trains from the position to the last epoch, or until patience ends.
 *
 * Errors: %G_IO_ERROR_CANCELLED, with everything saved; all others of pheno_train()
 */
gboolean pheno_trainer_loop (PhenoTrainer *trainer, GError **error);

/* After the steps of an epoch: measures, history, checkpoint. */
gboolean pheno_trainer_end_epoch (PhenoTrainer *trainer, double rate, GError **error);

G_END_DECLS
