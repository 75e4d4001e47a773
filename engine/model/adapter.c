/* adapter.c - from n bands to the three that an encoder for photographs reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/adapter.h"

#define COLOURS 3

static const char *const kinds[] = { "none", "linear", NULL };

const char *const *
pheno_model_adapters (void)
{
  return kinds;
}

pk_value
pheno_adapter_build (pk_graph *graph, const char *kind, pk_value pixels)
{
  int bands = (int) pk_graph_shape (graph, pixels, 1).size[1];
  pk_value x;

  if (pixels < 0 || kind == NULL || g_str_equal (kind, "none"))
    return pixels;

  x = pk_graph_pointwise (graph, pixels, "adapter.0", MAX (bands / 2, COLOURS));
  return pk_graph_pointwise (graph, pk_graph_relu (graph, x), "adapter.2", COLOURS);
}
