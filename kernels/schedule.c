/* schedule.c - what is run when, and from when to when each tensor is needed
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The backward pass needs most inputs of convolutions again. What a norm gave is not kept
 * for that: from the norm's own input, which is kept anyway, it is written again just
 * before it is read. That costs one pass over memory and saves near half of what training
 * holds. A norm with a skip needs the skip again, and that is the output of the block
 * before: of the blocks of one stage the last is written again after all others, and
 * each once.
 */
#include "kernels/plan.h"

#include <limits.h>
#include <stdlib.h>

#include "kernels/status.h"

size_t
pk_tensor_bytes (pk_shape shape, pk_format format)
{
  return (size_t) pk_shape_count (shape) * (format.type == PK_BFLOAT16 ? 2 : 4);
}

pk_status
pk_plan_add_tensor (pk_plan *plan, pk_shape shape, pk_format format, pk_tensor **tensor)
{
  if (plan->tensor_count == plan->tensor_capacity)
    {
      int capacity = plan->tensor_capacity == 0 ? 64 : 2 * plan->tensor_capacity;
      pk_tensor **larger = realloc (plan->tensors, (size_t) capacity * sizeof *larger);

      if (larger == NULL)
        return pk_fail (PK_OUT_OF_MEMORY, "no memory for one more tensor");
      plan->tensors = larger;
      plan->tensor_capacity = capacity;
    }
  if ((*tensor = calloc (1, sizeof **tensor)) == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for one more tensor");

  **tensor = (pk_tensor){ .shape = shape,
                          .format = format,
                          .bytes = pk_tensor_bytes (shape, format),
                          .first_use = -1,
                          .last_use = -1 };
  plan->tensors[plan->tensor_count++] = *tensor;
  return PK_OK;
}

static pk_status
add_entry (pk_plan *plan, pk_entry entry)
{
  if (plan->entry_count == plan->entry_capacity)
    {
      int capacity = plan->entry_capacity == 0 ? 128 : 2 * plan->entry_capacity;
      pk_entry *larger = realloc (plan->entries, (size_t) capacity * sizeof *larger);

      if (larger == NULL)
        return pk_fail (PK_OUT_OF_MEMORY, "no memory for one more entry of the schedule");
      plan->entries = larger;
      plan->entry_capacity = capacity;
    }

  plan->entries[plan->entry_count++] = entry;
  return PK_OK;
}

static const pk_operation *
operation_of (const pk_plan *plan, const pk_step *step)
{
  return &plan->device->backend->operations[step->kind];
}

/* ---- What the backward pass knows of each value ---- */

typedef struct
{
  pk_tensor **parts; /* two for each value: of its gradient */
  int *part_count;
  bool *wanted;      /* the value depends on a trained parameter */
  int *producer;     /* step that gives the value, -1: an input */
  bool *kept;        /* its tensor stays from the forward to the backward pass */
  pk_tensor **again; /* the value as backward reads it */
  float *weight;     /* of a loss: its share in the plan's */
} backward_state;

static void
free_state (backward_state *state)
{
  free (state->parts);
  free (state->part_count);
  free (state->wanted);
  free (state->producer);
  free (state->kept);
  free (state->again);
  free (state->weight);
}

static bool
new_state (const pk_plan *plan, backward_state *state)
{
  size_t count = (size_t) plan->graph->node_count + 1;

  *state = (backward_state){
    .parts = calloc (2 * count, sizeof (pk_tensor *)),
    .part_count = calloc (count, sizeof (int)),
    .wanted = calloc (count, sizeof (bool)),
    .producer = calloc (count, sizeof (int)),
    .kept = calloc (count, sizeof (bool)),
    .again = calloc (count, sizeof (pk_tensor *)),
    .weight = calloc (count, sizeof (float)),
  };
  return state->parts != NULL && state->part_count != NULL && state->wanted != NULL
         && state->producer != NULL && state->kept != NULL && state->again != NULL
         && state->weight != NULL;
}

/* Which values want a gradient, and which tensors stay. In the order of the steps, so
 * what a step reads is decided before what it gives. */
static void
decide (pk_plan *plan, backward_state *state)
{
  for (int v = 0; v < plan->graph->node_count; v++)
    {
      state->producer[v] = -1;
      state->kept[v] = true; /* of inputs */
    }

  for (int i = 0; i < plan->step_count; i++)
    {
      const pk_planned_step *planned = &plan->steps[i];
      const pk_operation *operation = operation_of (plan, &planned->step);
      int skip = planned->skip_value;

      state->producer[planned->root] = i;
      state->wanted[planned->root] = planned->step.parameter >= 0
                                     || state->wanted[planned->input_value]
                                     || (skip >= 0 && state->wanted[skip]);
      if (plan->checkpoint)
        state->kept[planned->root]
            = plan->pinned[planned->root] || plan->graph->nodes[planned->root].kept
              || (operation->again == NULL && !operation->repeatable);
      else
        state->kept[planned->root] = operation->again == NULL
                                     || plan->pinned[planned->root]
                                     || !state->kept[planned->input_value];
    }
}

static bool
is_mix_of_losses (const pk_planned_step *planned, const pk_plan *plan)
{
  return planned->step.kind == PK_STEP_MIX
         && plan->graph->nodes[planned->root].shape.rank == 1;
}

static bool
is_loss (const pk_step *step)
{
  return step->kind == PK_STEP_NT_XENT || step->kind == PK_STEP_CONTRASTIVE
         || step->kind == PK_STEP_VICREG;
}

/* The share of each loss in the plan's: what the mixes between them come to. */
static void
weigh_losses (pk_plan *plan, backward_state *state)
{
  state->weight[plan->loss_value] = 1;
  for (int i = plan->step_count - 1; i >= 0; i--)
    {
      pk_planned_step *planned = &plan->steps[i];
      float weight = state->weight[planned->root];

      if (is_mix_of_losses (planned, plan))
        {
          state->weight[planned->input_value] += weight * planned->step.node.weight[0];
          state->weight[planned->skip_value] += weight * planned->step.node.weight[1];
        }
      planned->step.loss_weight = weight;
    }
}

/* ---- Forward ---- */

static pk_status
make_forward (pk_plan *plan)
{
  const pk_backend *backend = plan->device->backend;
  pk_status status;

  for (int i = 0; i < plan->step_count; i++)
    {
      pk_planned_step *planned = &plan->steps[i];
      pk_step *step = &planned->step;
      pk_shape shape = pk_graph_shape (plan->graph, planned->root, plan->batch);
      pk_format format;

      step->input = plan->value_tensor[planned->input_value];
      switch (operation_of (plan, step)->output)
        {
        case PK_OUTPUT_PLAIN:
          format = (pk_format){ PK_FLOAT32, 0 };
          break;
        case PK_OUTPUT_LIKE_INPUT:
          format = step->input->format;
          break;
        default:
          format = backend->format (plan->device, shape, plan->precision);
        }
      step->skip
          = planned->skip_value >= 0 ? plan->value_tensor[planned->skip_value] : NULL;
      step->extra
          = planned->extra_value >= 0 ? plan->value_tensor[planned->extra_value] : NULL;
      if ((status = pk_plan_add_tensor (plan, shape, format, &step->output)) != PK_OK
          || (status
              = add_entry (plan, (pk_entry){ .run = PK_RUN_FORWARD, .step = step }))
                 != PK_OK)
        return status;
      plan->value_tensor[planned->root] = step->output;
    }

  plan->forward_count = plan->entry_count;
  return PK_OK;
}

/* ---- Backward ---- */

/* Adds parts together until the step can take them. */
static pk_status
merge_parts (pk_plan *plan, backward_state *state, int value, int most)
{
  pk_tensor **parts = &state->parts[2 * value];

  if (state->part_count[value] > most)
    {
      pk_tensor *sum;
      pk_status status
          = pk_plan_add_tensor (plan, parts[0]->shape, parts[0]->format, &sum);

      if (status != PK_OK
          || (status = add_entry (plan, (pk_entry){ .run = PK_RUN_SUM,
                                                    .a = parts[0],
                                                    .b = parts[1],
                                                    .out = sum }))
                 != PK_OK)
        return status;
      parts[0] = sum;
      parts[1] = NULL;
      state->part_count[value] = 1;
    }

  return PK_OK;
}

static pk_status
add_part (pk_plan *plan, backward_state *state, int value, pk_tensor *part)
{
  pk_status status = merge_parts (plan, state, value, 1);

  if (status == PK_OK)
    state->parts[2 * value + state->part_count[value]++] = part;
  return status;
}

/* A tensor for the gradient of @value, handed to whoever gives @value. */
static pk_status
new_part (pk_plan *plan, backward_state *state, int value, pk_tensor **gradient)
{
  pk_tensor *tensor = plan->value_tensor[value];
  pk_status status;

  *gradient = NULL;
  if (!state->wanted[value])
    return PK_OK;
  if ((status = pk_plan_add_tensor (plan, tensor->shape, tensor->format, gradient))
      != PK_OK)
    return status;

  return add_part (plan, state, value, *gradient);
}

/* Makes sure that backward finds @value, which step @reader is about to read. */
static pk_status
provide (pk_plan *plan, backward_state *state, int value)
{
  pk_planned_step *producer;
  pk_tensor *output, *skip = NULL, *input;
  pk_status status;

  if (state->again[value] != NULL)
    return PK_OK;
  if (state->kept[value])
    {
      state->again[value] = plan->value_tensor[value];
      return PK_OK;
    }

  producer = &plan->steps[state->producer[value]];
  output = producer->step.output;
  if (producer->skip_value >= 0)
    {
      if ((status = provide (plan, state, producer->skip_value)) != PK_OK)
        return status;
      skip = state->again[producer->skip_value];
    }
  if ((status = provide (plan, state, producer->input_value)) != PK_OK)
    return status;
  input = state->again[producer->input_value];
  status = pk_plan_add_tensor (plan, output->shape, output->format, &state->again[value]);
  if (status != PK_OK)
    return status;
  return add_entry (plan, (pk_entry){ .run = PK_RUN_AGAIN,
                                      .step = &producer->step,
                                      .a = skip,
                                      .b = input,
                                      .out = state->again[value] });
}

static pk_status
backward_step (pk_plan *plan, backward_state *state, pk_planned_step *planned)
{
  pk_step *step = &planned->step;
  const pk_operation *operation = operation_of (plan, step);
  int root = planned->root;
  pk_status status;

  if (is_mix_of_losses (planned, plan)
      || (is_loss (step) ? step->loss_weight == 0 : state->part_count[root] == 0))
    return PK_OK; /* the loss does not depend on it */
  if ((status = merge_parts (plan, state, root, operation->gradient_parts)) != PK_OK)
    return status;

  step->gradient[0] = state->parts[2 * root];
  step->gradient[1] = state->part_count[root] > 1 ? state->parts[2 * root + 1] : NULL;
  if (step->kind == PK_STEP_ADD) /* the gradient of a sum is that of each part */
    {
      if (state->wanted[planned->input_value])
        status = add_part (plan, state, planned->input_value, step->gradient[0]);
      if (status == PK_OK && state->wanted[planned->skip_value])
        status = add_part (plan, state, planned->skip_value, step->gradient[0]);
      return status;
    }

  if (operation->backward_reads_input)
    {
      if ((status = provide (plan, state, planned->input_value)) != PK_OK)
        return status;
      step->input_again = state->again[planned->input_value];
    }
  if (operation->backward_reads_skip && planned->skip_value >= 0)
    {
      if ((status = provide (plan, state, planned->skip_value)) != PK_OK)
        return status;
      step->skip_again = state->again[planned->skip_value];
    }
  if ((status = new_part (plan, state, planned->input_value, &step->input_gradient))
      != PK_OK)
    return status;
  if (planned->skip_value >= 0
      && (status = new_part (plan, state, planned->skip_value, &step->skip_gradient))
             != PK_OK)
    return status;

  return add_entry (plan, (pk_entry){ .run = PK_RUN_BACKWARD, .step = step });
}

static pk_status
make_backward (pk_plan *plan)
{
  backward_state state;
  pk_status status = PK_OK;

  if (!new_state (plan, &state))
    {
      free_state (&state);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory to plan the backward pass");
    }

  decide (plan, &state);
  weigh_losses (plan, &state);
  for (int i = plan->step_count - 1; i >= 0 && status == PK_OK; i--)
    status = backward_step (plan, &state, &plan->steps[i]);
  free_state (&state);

  return status;
}

/* ---- From when to when ---- */

static void
use (pk_tensor *tensor, int at)
{
  if (tensor == NULL)
    return;
  if (tensor->first_use < 0)
    tensor->first_use = at;
  tensor->last_use = at;
}

static void
use_all (pk_plan *plan)
{
  for (int i = 0; i < plan->entry_count; i++)
    {
      const pk_entry *entry = &plan->entries[i];
      const pk_step *step = entry->step;

      use (entry->a, i);
      use (entry->b, i);
      use (entry->out, i);
      if (step == NULL)
        continue;
      use (step->saved, i);
      if (entry->run == PK_RUN_BACKWARD)
        {
          use (step->input_again, i);
          use (step->skip_again, i);
          use (step->gradient[0], i);
          use (step->gradient[1], i);
          use (step->input_gradient, i);
          use (step->skip_gradient, i);
        }
      else if (entry->run == PK_RUN_FORWARD)
        {
          use (step->input, i);
          use (step->skip, i);
          use (step->output, i);
        }
      use (step->extra, i);
    }

  for (int v = 0; v < plan->graph->node_count; v++)
    if (plan->pinned[v] && plan->value_tensor[v] != NULL) /* may be read at any time */
      {
        plan->value_tensor[v]->first_use = 0;
        plan->value_tensor[v]->last_use = plan->entry_count;
      }
}

static pk_status
prepare_steps (pk_plan *plan)
{
  pk_status status;

  for (int i = 0; i < plan->step_count; i++)
    {
      pk_step *step = &plan->steps[i].step;
      const pk_operation *operation = operation_of (plan, step);

      if (operation->prepare != NULL && (status = operation->prepare (step)) != PK_OK)
        return status;
      if (step->saved_bytes > 0)
        {
          status = pk_plan_add_tensor (plan, (pk_shape){ 0 }, (pk_format){ 0 },
                                       &step->saved);
          if (status != PK_OK)
            return status;
          step->saved->bytes = step->saved_bytes;
        }
    }

  return PK_OK;
}

pk_status
pk_plan_schedule (pk_plan *plan)
{
  pk_status status = make_forward (plan);

  if (status == PK_OK && plan->training)
    status = make_backward (plan);
  if (status == PK_OK)
    status = prepare_steps (plan);
  if (status == PK_OK)
    use_all (plan);

  return status;
}
