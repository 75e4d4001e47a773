/* history.h - history.csv: one line an epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

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

/* Frees what a row of a GArray holds. */
void pheno_history_row_clear (gpointer row);

G_END_DECLS
