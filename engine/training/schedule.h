/* schedule.h - the learning rate of each step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PHENO_SCHEDULE_COSINE,  /* half a cosine down to 0 */
  PHENO_SCHEDULE_STEP,    /* a tenth after 60 % and again after 80 % of the rest */
  PHENO_SCHEDULE_CONSTANT /* as it is */
} PhenoScheduleKind;

/**
 * PhenoSchedule:
 * @kind: of what comes after the warm-up
 * @base: the highest learning rate
 * @warm_up: steps in which it rises, fewer than @total
 * @total: steps of the run
 */
typedef struct
{
  PhenoScheduleKind kind;
  double base;
  guint64 warm_up, total;
} PhenoSchedule;

/**
 * pheno_schedule_rate:
 * @step: from 0
 *
 * Linear from base / warm_up to base, then as @kind says.
 * Source: Goyal et al. 2017, arXiv:1706.02677 (warm-up); Loshchilov and Hutter 2017,
 *   arXiv:1608.03983 (cosine, without restarts)
 */
double pheno_schedule_rate (const PhenoSchedule *schedule, guint64 step);

PhenoScheduleKind
pheno_schedule_kind (const char *name); /* "cosine", "step", "constant" */

/* From @from to @to along half a cosine; @done: 0 to 1. */
double pheno_schedule_between (double from, double to, double done);

/**
 * pheno_schedule_auto:
 * @optimiser: "lars", "sgd" or "adamw"
 * @images: images a step of the optimiser
 *
 * What learning-rate=auto means: a rate for a known batch, carried over with the root of
 * the batch, which small batches bear better than the straight rule (Chen et al. 2020,
 * table B.1). lars 0.075 sqrt (images); sgd 0.03 sqrt (images / 256); adamw 3e-4 sqrt
 * (images / 128).
 */
double pheno_schedule_auto (const char *optimiser, guint images);

G_END_DECLS
