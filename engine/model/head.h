/* head.h - what stands on the encoder while it learns
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_head_build:
 * @features: (N, D)
 * @width: P, of the projection
 *
 * linear (D to D), relu, linear (D to P), rows to length 1: "projection"; then NT-Xent:
 * "loss". Chen et al. 2020, arXiv:2002.05709, section 2.
 *
 * Returns: the loss (1), or a negative number with pk_message()
 */
pk_value pheno_head_build (pk_graph *graph, pk_value features, int width,
                           float temperature);

G_END_DECLS
