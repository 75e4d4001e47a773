/* fuse.c - which nodes of the graph are computed together
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A pass over an activation costs as much as a small convolution, so a batch norm takes
 * the addition and the relu behind it along:
 *
 *     norm -> relu            norm -> add -> relu            norm -> add
 *
 * and without training, where a norm is one multiplication and one addition per channel,
 * the convolution before it takes all of them. A node goes along only when nobody else
 * reads it. The step stands where its last node stood, so all that it reads is there.
 */
#include "kernels/plan.h"

#include <stdlib.h>

#include "kernels/status.h"

static void
need (pk_plan *plan, pk_value value)
{
  const pk_node *node = &plan->graph->nodes[value];

  if (plan->needed[value])
    return;

  plan->needed[value] = true;
  for (int i = 0; i < PK_MOST_INPUTS; i++)
    if (node->input[i] >= 0)
      need (plan, node->input[i]);
}

static void
count_uses (pk_plan *plan)
{
  for (int i = 0; i < plan->graph->node_count; i++)
    {
      const pk_node *node = &plan->graph->nodes[i];

      for (int k = 0; plan->needed[i] && k < PK_MOST_INPUTS; k++)
        if (node->input[k] >= 0)
          plan->uses[node->input[k]]++;
      if (plan->pinned[i])
        plan->uses[i]++;
    }
}

/* The chain that ends in node @root, from its last node backwards; -1: not in it. */
typedef struct
{
  int relu, add, norm, conv;
} chain;

static bool
is_free (const pk_plan *plan, int node, pk_node_kind kind)
{
  return plan->graph->nodes[node].kind == kind && plan->uses[node] == 1;
}

/* The operand of @add that is a norm which nobody else reads, or -1. */
static int
free_norm_of (const pk_plan *plan, int add)
{
  for (int i = 0; i < 2; i++)
    if (is_free (plan, plan->graph->nodes[add].input[i], PK_NODE_BATCH_NORM))
      return plan->graph->nodes[add].input[i];

  return -1;
}

static chain
chain_of (const pk_plan *plan, int root)
{
  const pk_node *nodes = plan->graph->nodes;
  chain found = { -1, -1, -1, -1 };
  int at = root;

  if (nodes[at].kind == PK_NODE_RELU)
    {
      int before = nodes[at].input[0];

      if (!is_free (plan, before, PK_NODE_BATCH_NORM)
          && !(is_free (plan, before, PK_NODE_ADD) && free_norm_of (plan, before) >= 0))
        return found;
      found.relu = at;
      at = before;
    }
  if (nodes[at].kind == PK_NODE_ADD)
    {
      int norm = free_norm_of (plan, at);

      if (norm < 0)
        return found;
      found.add = at;
      at = norm;
    }
  if (nodes[at].kind == PK_NODE_BATCH_NORM)
    {
      found.norm = at;
      if (!plan->training && plan->device->backend->fuses_inference
          && is_free (plan, nodes[at].input[0], PK_NODE_CONV2D))
        found.conv = nodes[at].input[0];
    }

  return found;
}

static pk_step_kind
kind_of (pk_node_kind kind)
{
  switch (kind)
    {
    case PK_NODE_CONV2D:
      return PK_STEP_CONV2D;
    case PK_NODE_BATCH_NORM:
      return PK_STEP_NORM;
    case PK_NODE_RELU:
      return PK_STEP_RELU;
    case PK_NODE_ADD:
      return PK_STEP_ADD;
    case PK_NODE_MAX_POOL:
      return PK_STEP_MAX_POOL;
    case PK_NODE_GLOBAL_AVERAGE_POOL:
      return PK_STEP_GLOBAL_AVERAGE_POOL;
    case PK_NODE_LINEAR:
      return PK_STEP_LINEAR;
    case PK_NODE_L2_NORMALISE:
      return PK_STEP_L2_NORMALISE;
    case PK_NODE_NT_XENT:
      return PK_STEP_NT_XENT;
    case PK_NODE_POINTWISE:
      return PK_STEP_POINTWISE;
    case PK_NODE_SIGMOID:
      return PK_STEP_SIGMOID;
    case PK_NODE_SCALE:
      return PK_STEP_SCALE;
    case PK_NODE_RELU6:
      return PK_STEP_RELU6;
    case PK_NODE_GELU:
      return PK_STEP_GELU;
    case PK_NODE_LAYER_NORM:
      return PK_STEP_LAYER_NORM;
    case PK_NODE_ATTENTION:
      return PK_STEP_ATTENTION;
    case PK_NODE_CONCAT:
      return PK_STEP_CONCAT;
    case PK_NODE_SLICE:
      return PK_STEP_SLICE;
    case PK_NODE_MIX:
      return PK_STEP_MIX;
    case PK_NODE_MEAN_TOKENS:
      return PK_STEP_MEAN_TOKENS;
    case PK_NODE_TOKENS:
      return PK_STEP_TOKENS;
    case PK_NODE_PATCHES:
      return PK_STEP_PATCHES;
    case PK_NODE_CLASS_TOKEN:
      return PK_STEP_CLASS_TOKEN;
    case PK_NODE_CONTRASTIVE:
      return PK_STEP_CONTRASTIVE;
    case PK_NODE_VICREG:
      return PK_STEP_VICREG;
    case PK_NODE_DEPTHWISE:
      return PK_STEP_DEPTHWISE;
    case PK_NODE_INPUT:
      break;
    }

  return PK_STEP_KINDS;
}

static void
add_step (pk_plan *plan, int root, chain with)
{
  const pk_node *nodes = plan->graph->nodes;
  int first = with.conv >= 0 ? with.conv : with.norm >= 0 ? with.norm : root;
  pk_planned_step *planned = &plan->steps[plan->step_count++];

  planned->root = root;
  planned->input_value = nodes[first].input[0];
  planned->skip_value = nodes[first].input[1];
  if (with.add >= 0)
    planned->skip_value = nodes[with.add].input[0] == with.norm
                              ? nodes[with.add].input[1]
                              : nodes[with.add].input[0];
  planned->extra_value = nodes[first].input[2];
  planned->step = (pk_step){
    .node = nodes[first],
    .loss_weight = 1,
    .kind = kind_of (nodes[first].kind),
    .device = plan->device,
    .parameters = plan->parameters,
    .training = plan->training,
    .precision = plan->precision,
    .kernel = nodes[first].kernel,
    .stride = nodes[first].stride,
    .padding = nodes[first].padding,
    .bias = nodes[first].bias,
    .temperature = nodes[first].temperature,
    .parameter = nodes[first].parameter,
    .norm_parameter = with.conv >= 0 ? nodes[with.norm].parameter : -1,
    .relu = with.relu >= 0,
    .value = root,
  };
}

static pk_status
mark_outputs (pk_plan *plan, const char *const *outputs)
{
  for (int i = 0; outputs[i] != NULL; i++)
    {
      pk_value value = pk_graph_find_output (plan->graph, outputs[i]);

      if (value < 0)
        return pk_fail (PK_BAD_ARGUMENT, "the model has no output named %s", outputs[i]);
      if (i == 0 && plan->training && plan->graph->nodes[value].shape.rank != 1)
        return pk_fail (PK_BAD_ARGUMENT, "the first output of training, %s, is no loss",
                        outputs[i]);
      if (i == 0)
        plan->loss_value = value;
      plan->pinned[value] = true;
      need (plan, value);
    }

  return outputs[0] != NULL ? PK_OK : pk_fail (PK_BAD_ARGUMENT, "a plan needs an output");
}

pk_status
pk_plan_fuse (pk_plan *plan, const char *const *outputs)
{
  size_t count = (size_t) plan->graph->node_count;
  bool *absorbed = calloc (count + 1, sizeof (bool));
  pk_status status;

  plan->needed = calloc (count + 1, sizeof (bool));
  plan->pinned = calloc (count + 1, sizeof (bool));
  plan->uses = calloc (count + 1, sizeof (int));
  plan->steps = calloc (count + 1, sizeof (pk_planned_step));
  if (absorbed == NULL || plan->needed == NULL || plan->pinned == NULL
      || plan->uses == NULL || plan->steps == NULL)
    {
      free (absorbed);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for a plan of %zu nodes", count);
    }

  if ((status = mark_outputs (plan, outputs)) == PK_OK)
    {
      count_uses (plan);

      /* From the last node, so that the longest chain claims its nodes first. */
      for (int i = plan->graph->node_count - 1; i >= 0; i--)
        if (plan->needed[i] && !absorbed[i])
          {
            chain with = chain_of (plan, i);
            const int parts[] = { with.add, with.norm, with.conv };

            for (int k = 0; k < 3; k++)
              if (parts[k] >= 0 && parts[k] != i)
                absorbed[parts[k]] = true;
          }
      for (int i = 0; i < plan->graph->node_count; i++)
        if (plan->needed[i] && !absorbed[i]
            && plan->graph->nodes[i].kind != PK_NODE_INPUT)
          add_step (plan, i, chain_of (plan, i));
    }
  free (absorbed);

  return status;
}
