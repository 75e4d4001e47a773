/* adapter.h - what stands between many bands and an encoder
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_adapter_build:
 * @kind: one of pheno_model_adapters(); %NULL is "none"
 * @pixels: (N, bands, H, W)
 *
 * "linear": 1 × 1 convolutions from n bands to n / 2 (at least 3), relu, to 3, so that an
 * encoder made for photographs reads n bands and its weights for photographs fit.
 * Parameters "adapter.0" and "adapter.2".
 *
 * Returns: what the encoder reads, or a negative number with pk_message()
 */
pk_value pheno_adapter_build (pk_graph *graph, const char *kind, pk_value pixels);

/**
 * pheno_band_attention_build:
 * @kind: one of pheno_model_attentions(); %NULL is "none"
 *
 * "spectral": each band times a factor of 0 to 1 that is found from the means of all
 * bands: linear (n to n / 4, at least 4), relu, linear (to n), sigmoid. Parameters
 * "band_attention.0" and "band_attention.2".
 *
 * Source: Hu, Shen and Sun 2018, arXiv:1709.01507 (squeeze and excitation), over the
 *   bands of the input instead of a layer's channels
 * Returns: (N, bands, H, W), or a negative number with pk_message()
 */
pk_value pheno_band_attention_build (pk_graph *graph, const char *kind, pk_value pixels);

G_END_DECLS
