/* checkpoint.h - all that a run needs to go on, in one safetensors file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/learner.h"

G_BEGIN_DECLS

#define PHENO_LAST_NAME "last.safetensors"
#define PHENO_BEST_NAME "best.safetensors"
#define PHENO_N_BEST 3

/* An epoch among the best, by its mean loss. */
typedef struct
{
  guint epoch; /* from 1; 0: none */
  double loss;
} PhenoBest;

/**
 * PhenoPosition: where a run stands
 *
 * @step: steps of the optimiser done
 * @epoch: epochs done
 * @step_in_epoch: steps done of the epoch that is under way
 * @loss_sum: (and the others) over these steps
 * @best: lowest loss first
 * @best_loss, @best_epoch: what patience counts from
 */
typedef struct
{
  guint64 step;
  guint epoch, step_in_epoch;
  double loss_sum, norm_sum, seconds, data_seconds;
  PhenoBest best[PHENO_N_BEST];
  double best_loss;
  guint best_epoch;
} PhenoPosition;

#define PHENO_POSITION_INIT                                                              \
  {                                                                                      \
    .best_loss = INFINITY                                                                \
  }

/**
 * pheno_checkpoint_new:
 * @run_text: the resolved run
 * @digest: of the collection
 *
 * A copy of weights, optimiser state and position, to be written by any thread.
 *
 * Errors: %PHENO_ERROR_DIVERGED when a weight is no number
 */
PhenoTensors *pheno_checkpoint_new (PhenoLearner *learner, const PhenoPosition *position,
                                    const char *run_text, const char *digest,
                                    GError **error);

/**
 * pheno_checkpoint_restore:
 * Weights, optimiser state and position back to where they were.
 * Errors: %PHENO_ERROR_FORMAT when something is missing or of another shape
 */
gboolean pheno_checkpoint_restore (PhenoLearner *learner, const PhenoTensors *tensors,
                                   const char *path, PhenoPosition *position,
                                   GError **error);

const char *pheno_checkpoint_run (const PhenoTensors *tensors);    /* (nullable) */
const char *pheno_checkpoint_digest (const PhenoTensors *tensors); /* (nullable) */

/**
 * pheno_best_insert:
 * Returns: whether epoch @epoch is now among @best
 */
gboolean pheno_best_insert (PhenoBest *best, guint epoch, double loss);

/**
 * pheno_best_update_files:
 * Makes the files of the best epochs be those of @best: last.safetensors becomes also
 * that of its own epoch (@last_epoch), others are removed, best.safetensors is the first.
 * Files are linked where the disk can, and copied where it cannot.
 */
gboolean pheno_best_update_files (const char *directory, const PhenoBest *best,
                                  guint last_epoch, GError **error);

G_END_DECLS
