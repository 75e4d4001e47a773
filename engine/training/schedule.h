/* schedule.h - the learning rate of each step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoSchedule:
 * @base: the highest learning rate
 * @warm_up: steps in which it rises, fewer than @total
 * @total: steps of the run
 */
typedef struct
{
  double base;
  guint64 warm_up, total;
} PhenoSchedule;

/**
 * pheno_schedule_rate:
 * @step: from 0
 *
 * Linear from base / warm_up to base, then half a cosine down to 0.
 * Source: Goyal et al. 2017, arXiv:1706.02677 (warm-up); Loshchilov and Hutter 2017,
 *   arXiv:1608.03983 (cosine, without restarts)
 */
double pheno_schedule_rate (const PhenoSchedule *schedule, guint64 step);

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
