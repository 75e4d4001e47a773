/* head.c - the projection head and the loss
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/head.h"

pk_value
pheno_head_build (pk_graph *graph, pk_value features, int width, float temperature)
{
  int hidden = (int) pk_graph_shape (graph, features, 1).size[1];
  pk_value x;

  if (features < 0)
    return features;

  x = pk_graph_relu (graph,
                     pk_graph_linear (graph, features, "projection.0", hidden, true));
  x = pk_graph_linear (graph, x, "projection.2", width, true);
  x = pk_graph_l2_normalise (graph, x);
  pk_graph_output (graph, x, PHENO_OUTPUT_PROJECTION);

  x = pk_graph_nt_xent (graph, x, temperature);
  pk_graph_output (graph, x, PHENO_OUTPUT_LOSS);

  return x;
}
