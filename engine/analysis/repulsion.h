/* repulsion.h - how all points of a t-SNE map push each other away
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * For each row i the potential sum_j 1 / (1 + d_ij^2), j other than i, and the push
 * sum_j (y_i - y_j) / (1 + d_ij^2)^2, which is minus half of its gradient.
 */
#pragma once

#include "engine/analysis/map-work.h"

G_BEGIN_DECLS

typedef struct _PhenoGridRepulsion PhenoGridRepulsion;
typedef struct _PhenoTreeRepulsion PhenoTreeRepulsion;

/* @places: (N, 2); @push: (N, 2); Returns: the sum of all potentials */
PhenoGridRepulsion *pheno_grid_repulsion_new (gsize rows, int threads);
double pheno_grid_repulsion (PhenoGridRepulsion *self, const float *places, float *push);
void pheno_grid_repulsion_free (PhenoGridRepulsion *self);

/* @places: (N, axes); @theta: cells that look smaller than this count as one point; 0:
 * all pairs, exactly */
PhenoTreeRepulsion *pheno_tree_repulsion_new (gsize rows, int axes, double theta,
                                              int threads);
double pheno_tree_repulsion (PhenoTreeRepulsion *self, const float *places, float *push);
void pheno_tree_repulsion_free (PhenoTreeRepulsion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoGridRepulsion, pheno_grid_repulsion_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoTreeRepulsion, pheno_tree_repulsion_free)

G_END_DECLS
