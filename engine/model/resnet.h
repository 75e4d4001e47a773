/* resnet.h - residual networks as graphs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_resnet_build:
 * @name: "resnet10", "resnet18", "resnet34", "resnet50" or "resnet101"
 * @input: (N, bands, H, W)
 *
 * Adds the encoder and names its outputs, from "stem" to "features".
 *
 * Returns: the features (N, D), or a negative number with pk_message()
 */
pk_value pheno_resnet_build (pk_graph *graph, const char *name, pk_value input);

G_END_DECLS
