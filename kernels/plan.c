/* plan.c - a graph compiled for one device, batch and precision
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/plan.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

/* Tensors of inputs, with the host memory that the caller fills. */
static pk_status
make_inputs (pk_plan *plan)
{
  size_t count = (size_t) plan->graph->node_count + 1;

  plan->value_tensor = calloc (count, sizeof (pk_tensor *));
  plan->staging = calloc (count, sizeof (float *));
  if (plan->value_tensor == NULL || plan->staging == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for the values of a plan");

  for (int v = 0; v < plan->graph->node_count; v++)
    {
      pk_shape shape = pk_graph_shape (plan->graph, v, plan->batch);
      pk_tensor *tensor;
      pk_status status;

      if (plan->graph->nodes[v].kind != PK_NODE_INPUT || !plan->needed[v])
        continue;
      status = pk_plan_add_tensor (plan, shape, (pk_format){ PK_FLOAT32, 0 }, &tensor);
      if (status != PK_OK)
        return status;
      plan->value_tensor[v] = tensor;
      plan->staging[v] = aligned_alloc (PK_MEMORY_ALIGNMENT,
                                        (tensor->bytes + PK_MEMORY_ALIGNMENT - 1)
                                            / PK_MEMORY_ALIGNMENT * PK_MEMORY_ALIGNMENT);
      if (plan->staging[v] == NULL)
        return pk_fail (PK_OUT_OF_MEMORY, "no memory for a batch of %d images",
                        plan->batch);
      memset (plan->staging[v], 0, tensor->bytes);
      if (plan->device->backend->host_memory)
        tensor->data = (char *) plan->staging[v];
    }

  return PK_OK;
}

pk_status
pk_plan_new (pk_device *device, const pk_graph *graph, pk_parameters *parameters,
             const pk_plan_options *options, pk_plan **plan)
{
  pk_plan *self = calloc (1, sizeof *self);
  pk_status status;

  *plan = NULL;
  if (self == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a plan");

  self->device = device;
  self->graph = graph;
  self->parameters = parameters;
  self->batch = options->batch;
  self->training = options->training;
  self->checkpoint = options->checkpoint;
  self->precision = options->precision;
  if (options->batch < 1 || options->batch > 1 << 20)
    status = pk_fail (PK_BAD_ARGUMENT, "a batch of %d is not possible", options->batch);
  else if (options->precision == PK_BFLOAT16 && !device->info.bfloat16)
    status = pk_fail (PK_UNSUPPORTED, "the device %s does not compute in bfloat16",
                      device->info.name);
  else if ((status = pk_plan_fuse (self, options->outputs)) == PK_OK
           && (status = make_inputs (self)) == PK_OK
           && (status = pk_plan_schedule (self)) == PK_OK)
    status = pk_plan_place (self);

  if (status != PK_OK)
    {
      pk_plan_free (self);
      return status;
    }

  *plan = self;
  return PK_OK;
}

void
pk_plan_free (pk_plan *plan)
{
  const pk_backend *backend;

  if (plan == NULL)
    return;

  backend = plan->device->backend;
  for (int i = 0; i < plan->step_count; i++)
    {
      pk_step *step = &plan->steps[i].step;

      if (backend->operations[step->kind].release != NULL)
        backend->operations[step->kind].release (step);
    }
  for (int i = 0; i < plan->tensor_count; i++)
    free (plan->tensors[i]);
  for (int v = 0; plan->staging != NULL && v < plan->graph->node_count; v++)
    free (plan->staging[v]);

  backend->release (plan->device, plan->arena, plan->arena_bytes + PK_MEMORY_ALIGNMENT);
  backend->release (plan->device, plan->scratch,
                    plan->scratch_bytes + PK_MEMORY_ALIGNMENT);
  free (plan->tensors);
  free (plan->value_tensor);
  free (plan->staging);
  free (plan->entries);
  free (plan->steps);
  free (plan->needed);
  free (plan->pinned);
  free (plan->uses);
  free (plan);
}

float *
pk_plan_input (pk_plan *plan, const char *name)
{
  for (int v = 0; v < plan->graph->node_count; v++)
    if (plan->staging[v] != NULL && strcmp (plan->graph->nodes[v].name, name) == 0)
      return plan->staging[v];

  return NULL;
}

/* The output once more, elsewhere and perhaps from an input that stands elsewhere. */
static pk_status
run_again (const pk_operation *operation, pk_entry *entry)
{
  pk_step *step = entry->step;
  pk_tensor *input = step->input, *skip = step->skip, *output = step->output;
  pk_status status;

  step->input = entry->b;
  if (operation->again != NULL)
    status = operation->again (step, entry->a, entry->out);
  else
    {
      step->skip = entry->a;
      step->output = entry->out;
      status = operation->forward (step);
    }
  step->input = input;
  step->skip = skip;
  step->output = output;
  return status;
}

static pk_status
run_entries (pk_plan *plan, int from, int to, float loss_gradient)
{
  const pk_backend *backend = plan->device->backend;
  pk_status status = PK_OK;

  for (int i = from; i < to && status == PK_OK; i++)
    {
      pk_entry *entry = &plan->entries[i];
      const pk_operation *operation
          = entry->step != NULL ? &backend->operations[entry->step->kind] : NULL;

      switch (entry->run)
        {
        case PK_RUN_FORWARD:
          status = operation->forward (entry->step);
          break;
        case PK_RUN_AGAIN:
          status = run_again (operation, entry);
          break;
        case PK_RUN_SUM:
          status = backend->sum (plan->device, entry->a, entry->b, entry->out);
          break;
        case PK_RUN_BACKWARD:
          entry->step->loss_gradient = loss_gradient * entry->step->loss_weight;
          status = operation->backward (entry->step);
          break;
        }
    }

  return status;
}

void
pk_plan_set_temperature (pk_plan *plan, float temperature)
{
  for (int i = 0; i < plan->step_count; i++)
    plan->steps[i].step.temperature = temperature;
}

pk_status
pk_plan_forward (pk_plan *plan)
{
  const pk_backend *backend = plan->device->backend;

  for (int v = 0; v < plan->graph->node_count; v++)
    if (plan->staging[v] != NULL && !backend->host_memory)
      backend->upload (plan->device, plan->value_tensor[v]->data, plan->staging[v],
                       plan->value_tensor[v]->bytes);

  if (plan->training) /* running moments move with each batch */
    pk_parameters_touch (plan->parameters);
  return run_entries (plan, 0, plan->forward_count, 1);
}

pk_status
pk_plan_backward (pk_plan *plan, float scale)
{
  if (!plan->training)
    return pk_fail (PK_BAD_ARGUMENT, "a plan without training has no backward pass");

  return run_entries (plan, plan->forward_count, plan->entry_count, scale);
}

pk_status
pk_plan_read (pk_plan *plan, const char *output, float *values)
{
  pk_value value = pk_graph_find_output (plan->graph, output);

  if (value < 0 || !plan->pinned[value] || plan->value_tensor[value] == NULL)
    return pk_fail (PK_BAD_ARGUMENT, "the plan does not compute an output named %s",
                    output);

  return plan->device->backend->unpack (plan->device, plan->value_tensor[value], values);
}

size_t
pk_plan_memory (const pk_plan *plan)
{
  size_t bytes = plan->arena_bytes + plan->scratch_bytes;

  for (int v = 0; v < plan->graph->node_count; v++)
    if (plan->staging[v] != NULL)
      bytes += plan->value_tensor[v]->bytes;

  return bytes;
}

static double
bytes_of (const pk_tensor *tensor)
{
  return tensor != NULL ? (double) tensor->bytes : 0;
}

double
pk_plan_traffic (const pk_plan *plan)
{
  double bytes = 0;

  for (int i = 0; i < plan->entry_count; i++)
    {
      const pk_entry *entry = &plan->entries[i];
      const pk_step *step = entry->step;

      bytes += bytes_of (entry->a) + bytes_of (entry->b) + bytes_of (entry->out);
      if (step == NULL)
        continue;
      bytes += bytes_of (step->saved);
      if (entry->run == PK_RUN_BACKWARD)
        bytes += bytes_of (step->input_again) + bytes_of (step->skip_again)
                 + bytes_of (step->gradient[0]) + bytes_of (step->gradient[1])
                 + bytes_of (step->input_gradient) + bytes_of (step->skip_gradient);
      if (entry->run == PK_RUN_FORWARD)
        bytes += bytes_of (step->input);
      if (entry->run == PK_RUN_FORWARD)
        bytes += bytes_of (step->skip) + bytes_of (step->output);
    }

  return bytes;
}
