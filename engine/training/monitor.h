/* monitor.h - whether the training works: measures, and a word when it does not
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/history.h"

G_BEGIN_DECLS

typedef enum
{
  PHENO_ALARM_COLLAPSE = 1 << 0, /* all images have nearly one embedding */
  PHENO_ALARM_PLATEAU = 1 << 1,  /* the loss stays at that of guessing */
  PHENO_ALARM_STILL = 1 << 2     /* nothing has improved for long */
} PhenoAlarm;

/**
 * PhenoMonitor:
 * @chance: loss of guessing, ln (2N - 1)
 * @raised: alarms that stand, so that each is told once
 */
typedef struct
{
  guint epochs;
  double chance;
  double best;
  guint best_epoch, plateau;
  guint raised;
} PhenoMonitor;

void pheno_monitor_init (PhenoMonitor *monitor, guint epochs, guint batch);

/**
 * pheno_monitor_measure:
 * @projections: (2N, P): rows of length 1, views i and i + N
 *
 * Fills alignment, uniformity and effective rank.
 */
void pheno_monitor_measure (const PhenoMatrix *projections, PhenoHistoryRow *row);

/**
 * pheno_monitor_judge:
 * Looks at the row of an epoch, after those before it. The same rows give the same words,
 * so a run that goes on reads its history again.
 *
 * Returns: (transfer full) (nullable): one alarm in words, when there is one that was not
 * told
 */
char *pheno_monitor_judge (PhenoMonitor *monitor, const PhenoHistoryRow *row);

/* Whether kNN accuracy is due after @epoch (from 1) of @epochs: about twenty times a run.
 */
gboolean pheno_monitor_is_due (guint epoch, guint epochs);

G_END_DECLS
