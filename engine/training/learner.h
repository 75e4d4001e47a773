/* learner.h - the model that learns: a device, a graph, its weights and one step of
 * training
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoLearner:
 * @batch: N images; a plan has 2 N rows
 * @embedder: (nullable): plan that embeds, made by the first pheno_learner_embed()
 */
typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
  pk_plan *plan, *embedder;
  pk_optimiser optimiser;
  pk_precision precision;
  int batch, accumulate, bands, size, threads;
  double clip;
  gboolean checkpoint;
} PhenoLearner;

/**
 * pheno_learner_new:
 * @run: with all "auto" resolved
 * @device: (transfer full): open; closed also when this fails
 *
 * With the weights that pheno_model_initialise() gives.
 */
PhenoLearner *pheno_learner_new (const PhenoRun *run, int bands, pk_device *device,
                                 GError **error);
void pheno_learner_free (PhenoLearner *learner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoLearner, pheno_learner_free)

/* (transfer none): where the 2 N views go: (2N, C, size, size); rows i and i + N are
 * views of one image. */
float *pheno_learner_views (PhenoLearner *learner);

/* Species of the N images of the next batch, from 0, -1 where it is not known, for a loss
 * that looks at them; (nullable): none is known. */
void pheno_learner_set_labels (PhenoLearner *learner, const int *groups);

/* From the next pass on; a learned one goes its own way. */
void pheno_learner_set_temperature (PhenoLearner *learner, double temperature);

/**
 * pheno_learner_begin, pheno_learner_add, pheno_learner_update:
 * A step: begin, then add once for each of the accumulated batches, then update.
 *
 * @loss: (out): of this batch
 * @norm: (out): length of the gradient before clipping
 *
 * Errors: %PHENO_ERROR_DIVERGED for a loss or gradient that is no number; the weights are
 *   then as they were before the step
 */
gboolean pheno_learner_begin (PhenoLearner *learner, GError **error);
gboolean pheno_learner_add (PhenoLearner *learner, double *loss, GError **error);
gboolean pheno_learner_update (PhenoLearner *learner, double rate, guint64 step,
                               double *norm, GError **error);

/* (transfer full): rows of length 1 of the latest batch, (2N, P). */
PhenoMatrix *pheno_learner_projections (PhenoLearner *learner, GError **error);

/**
 * pheno_learner_embed:
 * @images: (array length=n)
 *
 * Features of plain views, (n, D), with running moments in the norms.
 */
PhenoMatrix *pheno_learner_embed (PhenoLearner *learner, const PhenoRecipe *recipe,
                                  const PhenoImage *const *images, guint n,
                                  GCancellable *cancellable, GError **error);

G_END_DECLS
