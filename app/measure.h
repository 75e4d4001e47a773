/* measure.h - the numbers in which look-alikes and scores are measured
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A map is drawn of the embedding as it is: what differs most lies farthest apart. Near
 * and far are better asked of the whitened embedding, in which the few directions in
 * which all specimens differ do not drown the others; docs/benchmarks.md has the figures.
 */
#pragma once

#include "engine/embedding/embedding.h"

G_BEGIN_DECLS

typedef struct _PhenoMeasure PhenoMeasure;

PhenoMeasure *pheno_measure_new (const PhenoEmbedding *embedding);
PhenoMeasure *pheno_measure_ref (PhenoMeasure *self);
void pheno_measure_unref (PhenoMeasure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMeasure, pheno_measure_unref)

/* FALSE for what is white already, and where there is too little to tell components
 * from chance. */
gboolean pheno_measure_can_whiten (PhenoMeasure *self);

/**
 * pheno_measure_get_matrix:
 * @whitened: as it is where it cannot be whitened
 *
 * On any thread but the main one: the first time it takes a while, and others wait.
 *
 * Returns: (nullable) (transfer none): (N, D); valid as long as @self
 * Errors: those of pheno_pca()
 */
const PhenoMatrix *pheno_measure_get_matrix (PhenoMeasure *self, gboolean whitened,
                                             GError **error);

G_END_DECLS
