/* encoders.h - the table of encoders
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/* Adds the encoder @name, one of pheno_model_encoders(): its features, or a negative
 * number with pk_message(). */
pk_value pheno_encoder_build (pk_graph *graph, const char *name, pk_value input);

/* How many parameters of @graph, an encoder alone, @tensors has; 0 unless it has all of
 * them, in a shape that fits. */
int pheno_weights_count (const pk_graph *graph, const PhenoTensors *tensors);

G_END_DECLS
