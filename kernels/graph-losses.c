/* graph-losses.c - nodes that give one number, and what they compare with
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/graph.h"

#include <string.h>

#include "kernels/status.h"

pk_value
pk_graph_rows (pk_graph *graph, const char *name, int columns)
{
  if (!pk_graph_size_is_sane (columns))
    {
      pk_fail (PK_BAD_ARGUMENT, "rows of %d numbers are not possible", columns);
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_INPUT,
                                              .input = { -1, -1, -1 },
                                              .parameter = -1,
                                              .shape = { 2, { 1, columns } },
                                              .name = strdup (name) });
}

/* One dimension only, so that the batch has no say in it. */
pk_value
pk_graph_memory (pk_graph *graph, const char *name, int rows, int columns)
{
  if (!pk_graph_size_is_sane (columns) || !pk_graph_size_is_sane (rows))
    {
      pk_fail (PK_BAD_ARGUMENT, "a memory of %d rows of %d numbers is not possible", rows,
               columns);
      return -1;
    }

  return pk_graph_add_node (graph,
                            (pk_node){ .kind = PK_NODE_INPUT,
                                       .input = { -1, -1, -1 },
                                       .parameter = -1,
                                       .shape = { 1, { (int64_t) rows * columns } },
                                       .name = strdup (name) });
}

static bool
fits (const pk_graph *graph, pk_value value, int64_t columns, const char *what)
{
  const pk_node *node = pk_graph_node (graph, value);

  if (node != NULL && node->shape.rank == 2 && node->shape.size[1] == columns)
    return true;

  pk_fail (PK_BAD_ARGUMENT, "the %s of a contrastive loss must be rows of %d", what,
           (int) columns);
  return false;
}

pk_value
pk_graph_contrastive (pk_graph *graph, pk_value input, const pk_contrast *contrast)
{
  const pk_node *in = pk_graph_node (graph, input);
  pk_node node = { .kind = PK_NODE_CONTRASTIVE,
                   .input = { input, -1, -1 },
                   .parameter = -1,
                   .temperature = contrast->temperature,
                   .decoupled = contrast->decoupled,
                   .shape = { 1, { 1 } } };
  int64_t columns;

  if (in == NULL)
    return -1;
  columns = in->shape.size[in->shape.rank - 1];
  node.has_labels = contrast->has_labels;
  node.has_keys = contrast->has_keys;
  node.has_memory = contrast->has_memory;
  if ((in->shape.rank != 2 && in->shape.rank != 3) || !(contrast->temperature > 0)
      || (node.has_labels && node.has_keys)
      || (in->shape.rank == 3 && (node.has_labels || node.has_keys || node.has_memory)))
    {
      pk_fail (PK_BAD_ARGUMENT,
               "a contrastive loss takes rows, a temperature above 0 and, of rows alone, "
               "labels or keys, not both");
      return -1;
    }
  if ((node.has_labels && !fits (graph, contrast->labels, 1, "labels"))
      || (node.has_keys && !fits (graph, contrast->keys, columns, "keys")))
    return -1;
  if (node.has_memory
      && (pk_graph_node (graph, contrast->memory) == NULL
          || graph->nodes[contrast->memory].shape.rank != 1
          || graph->nodes[contrast->memory].shape.size[0] % columns != 0))
    {
      pk_fail (PK_BAD_ARGUMENT, "the memory of a contrastive loss must have its columns");
      return -1;
    }

  node.input[1] = node.has_labels ? contrast->labels
                  : node.has_keys ? contrast->keys
                                  : -1;
  node.input[2] = node.has_memory ? contrast->memory : -1;
  if (contrast->learned != NULL)
    {
      node.learned = true;
      node.parameter = pk_graph_add_parameter (
          graph, contrast->learned, "", PK_ROLE_TEMPERATURE, (pk_shape){ 1, { 1 } });
      if (node.parameter < 0)
        return -1;
    }

  return pk_graph_add_node (graph, node);
}

pk_value
pk_graph_vicreg (pk_graph *graph, pk_value input, float invariance, float variance,
                 float covariance)
{
  if (!pk_graph_has_rank (graph, input, 2, "VICReg"))
    return -1;

  return pk_graph_add_node (graph,
                            (pk_node){ .kind = PK_NODE_VICREG,
                                       .input = { input, -1, -1 },
                                       .parameter = -1,
                                       .weight = { invariance, variance, covariance },
                                       .shape = { 1, { 1 } } });
}
