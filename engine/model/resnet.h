/* resnet.h - residual networks as graphs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

const char *const *pheno_resnet_names (void); /* NULL-ended */

/**
 * pheno_resnet_build:
 * @name: one of pheno_resnet_names()
 * @input: (N, bands, H, W)
 *
 * Adds the encoder and names its outputs, from "stem" to "features".
 *
 * Returns: the features (N, D), or a negative number with pk_message()
 */
pk_value pheno_resnet_build (pk_graph *graph, const char *name, pk_value input);

G_END_DECLS
