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
 * @options: projection, loss and what belongs to it
 *
 * linear (D to D), relu, linear (D to P), rows to length 1: "projection"; then the loss:
 * "loss". Chen et al. 2020, arXiv:2002.05709, section 2. With @local_weight the places of
 * the last map, or a transformer's tokens, each have a light head of their own,
 * "projection.local", and their loss is mixed in.
 *
 * Returns: the loss (1), or a negative number with pk_message()
 */
pk_value pheno_head_build (pk_graph *graph, pk_value features,
                           const PhenoModelOptions *options);

G_END_DECLS
