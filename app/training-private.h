/* training-private.h - what the files of the training share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/training.h"

struct _PhenoTraining
{
  GObject parent_instance;

  PhenoSession *session;
  char *study_path;
  GListStore *runs;

  /* the run under way */
  PhenoWorker *trainer;  /* NULL: none of this window */
  PhenoRunItem *current; /* also one that another window began */
  gboolean stopping, keep;
  double fraction;
  char *status, *words;
  char *failure; /* why the worker of @failed ended, where its folder does not say */
  char *failed;

  /* embeddings */
  PhenoWorker *embedder;
  PhenoRunItem *embedding;
  gboolean wanted; /* the user waits to see them */

  guint poll_source;
  gboolean reading;
};

void pheno_training_emit_changed (PhenoTraining *self);
void pheno_training_emit_ended (PhenoTraining *self, PhenoRunItem *item);
void pheno_training_emit_embedded (PhenoTraining *self, PhenoRunItem *item,
                                   gboolean wanted);
void pheno_training_emit_failed (PhenoTraining *self, PhenoRunItem *item,
                                 const char *message);

/* Of training-runs.c: reads one folder at once. */
void pheno_training_read_again (PhenoTraining *self, PhenoRunItem *item);
void pheno_training_poll (PhenoTraining *self);
void pheno_training_open_study (PhenoTraining *self);

/* Of training.c: a run is no longer trained. */
void pheno_training_settle (PhenoTraining *self, PhenoRunItem *item);
void pheno_training_set_current (PhenoTraining *self, PhenoRunItem *item);
void pheno_training_set_status (PhenoTraining *self, double fraction, char *status);

/* Of training-runs.c: writes into the run's folder where the photographs lie now, when
 * they were moved since. */
gboolean pheno_training_follow_roots (PhenoTraining *self, PhenoRunItem *item,
                                      GError **error);

/* Of training-embed.c. */
void pheno_training_embed (PhenoTraining *self, PhenoRunItem *item, gboolean wanted);
