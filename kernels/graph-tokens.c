/* graph-tokens.c - nodes of transformers: rows of tokens, (N, T, D)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/graph.h"

#include <string.h>

#include "kernels/status.h"

pk_value
pk_graph_relu6 (pk_graph *graph, pk_value input)
{
  return pk_graph_add_like (graph, PK_NODE_RELU6, input);
}

pk_value
pk_graph_gelu (pk_graph *graph, pk_value input)
{
  return pk_graph_add_like (graph, PK_NODE_GELU, input);
}

pk_value
pk_graph_layer_norm (pk_graph *graph, pk_value input, const char *name, float epsilon)
{
  const pk_node *in = pk_graph_node (graph, input);
  int first = graph->parameter_count;
  pk_shape shape, width;

  if (in == NULL)
    return -1;
  if (in->shape.rank != 2 && in->shape.rank != 3)
    {
      pk_fail (PK_BAD_ARGUMENT, "a layer norm needs a value of 2 or 3 dimensions");
      return -1;
    }

  shape = in->shape;
  width = (pk_shape){ 1, { shape.size[shape.rank - 1] } };
  if (pk_graph_add_parameter (graph, name, "weight", PK_ROLE_NORM_SCALE, width) < 0
      || pk_graph_add_parameter (graph, name, "bias", PK_ROLE_NORM_SHIFT, width) < 0)
    return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_LAYER_NORM,
                                              .input = { input, -1, -1 },
                                              .parameter = first,
                                              .epsilon = epsilon,
                                              .shape = shape });
}

pk_value
pk_graph_attention (pk_graph *graph, pk_value queries, pk_value keys, int heads)
{
  pk_shape shape, other;
  int parts = keys >= 0 ? 2 : 3; /* keys and values; or queries with them */
  int64_t width;

  if (queries < 0 || !pk_graph_has_rank (graph, queries, 3, "attention"))
    return -1;
  shape = other = graph->nodes[queries].shape;
  if (keys >= 0)
    {
      if (!pk_graph_has_rank (graph, keys, 3, "attention"))
        return -1;
      other = graph->nodes[keys].shape;
    }

  width = keys >= 0 ? shape.size[2] : shape.size[2] / parts;
  if (heads < 1 || width % heads != 0 || width * parts != other.size[2])
    {
      pk_fail (PK_BAD_ARGUMENT, "attention with %d heads does not fit %d numbers a token",
               heads, (int) width);
      return -1;
    }

  shape.size[2] = width;
  return pk_graph_add_node (graph,
                            (pk_node){ .kind = PK_NODE_ATTENTION,
                                       .input = { queries, keys >= 0 ? keys : -1, -1 },
                                       .parameter = -1,
                                       .heads = heads,
                                       .shape = shape });
}

pk_value
pk_graph_concat (pk_graph *graph, pk_value a, pk_value b)
{
  const pk_node *first = pk_graph_node (graph, a), *second = pk_graph_node (graph, b);
  pk_shape shape;

  if (first == NULL || second == NULL)
    return -1;

  shape = first->shape;
  shape.size[1] = second->shape.size[1];
  if (shape.rank < 2 || shape.rank > 3
      || memcmp (&shape, &second->shape, sizeof shape) != 0)
    {
      pk_fail (PK_BAD_ARGUMENT,
               "values that are joined may differ in their second dimension only");
      return -1;
    }

  shape.size[1] += first->shape.size[1];
  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_CONCAT,
                                              .input = { a, b, -1 },
                                              .parameter = -1,
                                              .shape = shape });
}

static pk_value
add_slice (pk_graph *graph, pk_value input, int from, int count, bool one_token)
{
  const pk_node *in = pk_graph_node (graph, input);
  pk_shape shape;

  if (in == NULL)
    return -1;
  if (in->shape.rank < 2 || in->shape.rank > 3 || from < 0 || count < 1
      || from + count > in->shape.size[1])
    {
      pk_fail (PK_BAD_ARGUMENT, "a slice of %d from %d does not fit the value", count,
               from);
      return -1;
    }

  shape = in->shape;
  shape.size[1] = count;
  if (one_token)
    shape = (pk_shape){ 2, { 1, in->shape.size[2] } };
  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_SLICE,
                                              .input = { input, -1, -1 },
                                              .parameter = -1,
                                              .from = from,
                                              .shape = shape });
}

pk_value
pk_graph_slice (pk_graph *graph, pk_value input, int from, int count)
{
  return add_slice (graph, input, from, count, false);
}

pk_value
pk_graph_token (pk_graph *graph, pk_value input, int index)
{
  if (!pk_graph_has_rank (graph, input, 3, "taking a token"))
    return -1;

  return add_slice (graph, input, index, 1, true);
}

pk_value
pk_graph_mix (pk_graph *graph, pk_value a, float weight_a, pk_value b, float weight_b)
{
  const pk_node *first = pk_graph_node (graph, a), *second = pk_graph_node (graph, b);

  if (first == NULL || second == NULL)
    return -1;
  if (first->shape.rank > 3
      || memcmp (&first->shape, &second->shape, sizeof (pk_shape)) != 0)
    {
      pk_fail (PK_BAD_ARGUMENT, "only rows or tokens of one shape can be mixed");
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_MIX,
                                              .input = { a, b, -1 },
                                              .parameter = -1,
                                              .weight = { weight_a, weight_b },
                                              .shape = first->shape });
}

pk_value
pk_graph_mean_tokens (pk_graph *graph, pk_value input, int from)
{
  pk_shape in;

  if (!pk_graph_has_rank (graph, input, 3, "a mean of tokens"))
    return -1;
  in = graph->nodes[input].shape;
  if (from < 0 || from >= in.size[1])
    {
      pk_fail (PK_BAD_ARGUMENT, "there is no token number %d", from);
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_MEAN_TOKENS,
                                              .input = { input, -1, -1 },
                                              .parameter = -1,
                                              .from = from,
                                              .shape = { 2, { 1, in.size[2] } } });
}

pk_value
pk_graph_tokens (pk_graph *graph, pk_value input)
{
  const int64_t *size;

  if (!pk_graph_has_rank (graph, input, 4, "making tokens"))
    return -1;

  size = graph->nodes[input].shape.size;
  return pk_graph_add_node (
      graph, (pk_node){ .kind = PK_NODE_TOKENS,
                        .input = { input, -1, -1 },
                        .parameter = -1,
                        .shape = { 3, { 1, size[2] * size[3], size[1] } } });
}

pk_value
pk_graph_patches (pk_graph *graph, pk_value input, const char *name, int width, int patch)
{
  int first = graph->parameter_count;
  const int64_t *size;
  int64_t count;

  if (!pk_graph_has_rank (graph, input, 4, "cutting patches"))
    return -1;
  size = graph->nodes[input].shape.size;
  if (patch < 1 || size[2] % patch != 0 || size[3] % patch != 0
      || !pk_graph_size_is_sane (width))
    {
      pk_fail (PK_BAD_ARGUMENT, "%d x %d pixels are no whole number of patches of %d",
               (int) size[3], (int) size[2], patch);
      return -1;
    }

  count = size[2] / patch * (size[3] / patch);
  if (pk_graph_add_parameter (graph, name, "weight", PK_ROLE_WEIGHT,
                              (pk_shape){ 4, { width, size[1], patch, patch } })
          < 0
      || pk_graph_add_parameter (graph, name, "bias", PK_ROLE_BIAS,
                                 (pk_shape){ 1, { width } })
             < 0)
    return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_PATCHES,
                                              .input = { input, -1, -1 },
                                              .parameter = first,
                                              .bias = true,
                                              .kernel = patch,
                                              .stride = patch,
                                              .shape = { 3, { 1, count, width } } });
}

pk_value
pk_graph_class_token (pk_graph *graph, pk_value input, const char *token_name,
                      const char *position_name)
{
  int first = graph->parameter_count;
  pk_shape shape;

  if (!pk_graph_has_rank (graph, input, 3, "a class token"))
    return -1;
  shape = graph->nodes[input].shape;
  shape.size[1] += token_name != NULL;
  if ((token_name != NULL
       && pk_graph_add_parameter (graph, token_name, "", PK_ROLE_EMBEDDING,
                                  (pk_shape){ 3, { 1, 1, shape.size[2] } })
              < 0)
      || pk_graph_add_parameter (graph, position_name, "", PK_ROLE_EMBEDDING,
                                 (pk_shape){ 3, { 1, shape.size[1], shape.size[2] } })
             < 0)
    return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_CLASS_TOKEN,
                                              .input = { input, -1, -1 },
                                              .parameter = first,
                                              .class_token = token_name != NULL,
                                              .shape = shape });
}

void
pk_graph_keep (pk_graph *graph, pk_value value)
{
  if (value >= 0 && value < graph->node_count)
    graph->nodes[value].kept = true;
}
