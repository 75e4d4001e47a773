/* efficientnet.h - encoders of this family as graphs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_efficientnet_build:
 * @name: "efficientnet-lite0"
 * @input: (N, bands, H, W)
 *
 * Returns: the features (N, 1280), or a negative number with pk_message()
 */
pk_value pheno_efficientnet_build (pk_graph *graph, const char *name, pk_value input);

G_END_DECLS
