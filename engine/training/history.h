/* history.h - history.csv: one line an epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoHistoryRow:
 * @epoch: from 1
 * @step: steps of the optimiser since the run began
 * @loss: mean over the epoch
 * @learning_rate: of the last step
 * @knn_accuracy: NAN where it was not measured
 * @gradient_norm: mean over the epoch, before clipping
 * @data_share: of @seconds: loading and augmenting
 * @seconds: in which the epoch's steps were made
 * @note: (nullable): what the monitor had to say
 */
typedef struct
{
  guint epoch;
  guint64 step;
  double loss, learning_rate;
  double knn_accuracy, knn_balanced_accuracy;
  double alignment, uniformity, effective_rank, gradient_norm;
  double views_per_second, data_share, seconds;
  char *note;
} PhenoHistoryRow;

typedef struct
{
  char *path;
  GArray *rows; /* PhenoHistoryRow */
} PhenoHistory;

/**
 * pheno_history_open:
 * @last_epoch: rows behind it are dropped: they were written by a run that was then lost
 *
 * A file that is not there, or not a history, is begun again.
 */
PhenoHistory *pheno_history_open (const char *path, guint last_epoch);
void pheno_history_free (PhenoHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoHistory, pheno_history_free)

/* Copies @row; the whole file is replaced, so that it never ends in half a line. */
gboolean pheno_history_append (PhenoHistory *history, const PhenoHistoryRow *row,
                               GError **error);
gboolean pheno_history_write (const PhenoHistory *history, GError **error);

/* A field of a CSV line, quoted where it has to be: RFC 4180. */
void pheno_csv_append (GString *line, const char *field);

G_END_DECLS
