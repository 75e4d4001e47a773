/* band-attention.c - which bands count, found from the image itself
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/adapter.h"

#define REDUCTION 4
#define FEWEST_HIDDEN 4

static const char *const kinds[] = { "none", "spectral", NULL };

const char *const *
pheno_model_attentions (void)
{
  return kinds;
}

pk_value
pheno_band_attention_build (pk_graph *graph, const char *kind, pk_value pixels)
{
  int bands = (int) pk_graph_shape (graph, pixels, 1).size[1];
  int hidden = MAX (bands / REDUCTION, FEWEST_HIDDEN);
  pk_value x;

  if (pixels < 0 || kind == NULL || g_str_equal (kind, "none"))
    return pixels;

  x = pk_graph_global_average_pool (graph, pixels);
  x = pk_graph_relu (graph, pk_graph_linear (graph, x, "band_attention.0", hidden, TRUE));
  x = pk_graph_linear (graph, x, "band_attention.2", bands, TRUE);
  return pk_graph_scale (graph, pixels, pk_graph_sigmoid (graph, x));
}
