/* vit.h - encoders of this family as graphs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_vit_build:
 * @name: "vit-s-16", "vit-b-16", "vit-b-32" or "vit-l-16"
 * @input: (N, bands, H, W), both sides a multiple of the patch
 *
 * Adds the encoder and names its outputs: "stem", "block1" ..., "tokens", "features".
 *
 * Returns: the features (N, D), or a negative number with pk_message()
 */
pk_value pheno_vit_build (pk_graph *graph, const char *name, pk_value input);

int pheno_vit_patch (const char *name);  /* side of a patch; 0: no such transformer */
int pheno_vit_layers (const char *name); /* blocks; 0: no such transformer */

/**
 * pheno_vit_resize_positions:
 * @from: (1, T, D), a class token and a square of places
 * @to: (out caller-allocates): (1, U, D), the same for another square
 *
 * Bicubic, with a wider kernel where places become fewer, as timm's
 * resample_abs_pos_embed.
 */
void pheno_vit_resize_positions (const float *from, gsize from_tokens, float *to,
                                 gsize to_tokens, gsize width);

G_END_DECLS
