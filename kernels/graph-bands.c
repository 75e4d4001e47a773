/* graph-bands.c - nodes that work on the bands of a picture
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/graph.h"

#include "kernels/status.h"

pk_value
pk_graph_pointwise (pk_graph *graph, pk_value input, const char *name, int out_channels)
{
  pk_node node = { .kind = PK_NODE_POINTWISE, .input = { input, -1, -1 } };
  int first = graph->parameter_count;

  if (!pk_graph_has_rank (graph, input, 4, "a 1 x 1 convolution"))
    return -1;
  if (!pk_graph_size_is_sane (out_channels))
    {
      pk_fail (PK_BAD_ARGUMENT, "a convolution cannot have %d channels", out_channels);
      return -1;
    }

  node.shape = graph->nodes[input].shape;
  if (pk_graph_add_parameter (graph, name, "weight", PK_ROLE_WEIGHT,
                              (pk_shape){ 4, { out_channels, node.shape.size[1], 1, 1 } })
          < 0
      || pk_graph_add_parameter (graph, name, "bias", PK_ROLE_BIAS,
                                 (pk_shape){ 1, { out_channels } })
             < 0)
    return -1;

  node.parameter = first;
  node.bias = true;
  node.shape.size[1] = out_channels;
  return pk_graph_add_node (graph, node);
}

pk_value
pk_graph_sigmoid (pk_graph *graph, pk_value input)
{
  return pk_graph_add_like (graph, PK_NODE_SIGMOID, input);
}

pk_value
pk_graph_scale (pk_graph *graph, pk_value input, pk_value factors)
{
  if (!pk_graph_has_rank (graph, input, 4, "scaling channels")
      || !pk_graph_has_rank (graph, factors, 2, "scaling channels"))
    return -1;
  if (graph->nodes[input].shape.size[1] != graph->nodes[factors].shape.size[1])
    {
      pk_fail (PK_BAD_ARGUMENT, "%d channels need as many factors, not %d",
               (int) graph->nodes[input].shape.size[1],
               (int) graph->nodes[factors].shape.size[1]);
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_SCALE,
                                              .input = { input, factors, -1 },
                                              .parameter = -1,
                                              .shape = graph->nodes[input].shape });
}
