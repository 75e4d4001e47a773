/* graph-describe.c - a graph's nodes, for whoever writes them down in another form
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/graph.h"
#include "kernels/status.h"

static const char *const operations[] = {
  [PK_NODE_INPUT] = "input",
  [PK_NODE_CONV2D] = "conv2d",
  [PK_NODE_BATCH_NORM] = "batch_norm",
  [PK_NODE_RELU] = "relu",
  [PK_NODE_ADD] = "add",
  [PK_NODE_MAX_POOL] = "max_pool",
  [PK_NODE_GLOBAL_AVERAGE_POOL] = "global_average_pool",
  [PK_NODE_LINEAR] = "linear",
  [PK_NODE_L2_NORMALISE] = "l2_normalise",
  [PK_NODE_NT_XENT] = "nt_xent",
  [PK_NODE_POINTWISE] = "pointwise",
  [PK_NODE_SIGMOID] = "sigmoid",
  [PK_NODE_SCALE] = "scale",
  [PK_NODE_RELU6] = "relu6",
  [PK_NODE_GELU] = "gelu",
  [PK_NODE_LAYER_NORM] = "layer_norm",
  [PK_NODE_ATTENTION] = "attention",
  [PK_NODE_CONCAT] = "concat",
  [PK_NODE_SLICE] = "slice",
  [PK_NODE_MIX] = "mix",
  [PK_NODE_MEAN_TOKENS] = "mean_tokens",
  [PK_NODE_TOKENS] = "tokens",
  [PK_NODE_PATCHES] = "patches",
  [PK_NODE_CLASS_TOKEN] = "class_token",
  [PK_NODE_CONTRASTIVE] = "contrastive",
  [PK_NODE_VICREG] = "vicreg",
  [PK_NODE_DEPTHWISE] = "depthwise",
};

int
pk_graph_node_count (const pk_graph *graph)
{
  return graph->node_count;
}

pk_status
pk_graph_describe (const pk_graph *graph, pk_value value, pk_node_info *info)
{
  const pk_node *node = pk_graph_node (graph, value);

  if (node == NULL)
    return pk_fail (PK_BAD_ARGUMENT, "the graph has no value number %d", value);

  *info = (pk_node_info){ .operation = operations[node->kind],
                          .input = { node->input[0], node->input[1], node->input[2] },
                          .parameter = node->parameter,
                          .kernel = node->kernel,
                          .stride = node->stride,
                          .padding = node->padding,
                          .groups = node->groups,
                          .heads = node->heads,
                          .from = node->from,
                          .bias = node->bias,
                          .class_token = node->class_token,
                          .epsilon = node->kind == PK_NODE_BATCH_NORM ? PK_NORM_EPSILON
                                                                      : node->epsilon,
                          .weight = { node->weight[0], node->weight[1], node->weight[2] },
                          .shape = node->shape,
                          .name = node->name };
  return PK_OK;
}

pk_value
pk_graph_output_value (const pk_graph *graph, const char *name)
{
  return pk_graph_find_output (graph, name);
}
