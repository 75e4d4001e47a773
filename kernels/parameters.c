/* parameters.c - weights, gradients and optimiser state on a device
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One block of memory for each of: values, gradients, first and second state. Every
 * parameter begins at a multiple of 16 numbers, so that vectors never straddle two.
 * The state is allocated with the first step that needs it.
 */
#include "kernels/backend.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/status.h"

#define ALIGNMENT 16
#define STATE_SLOTS 2

struct pk_parameters
{
  pk_device *device;
  const pk_graph *graph;
  size_t *offset; /* of each parameter, in numbers */
  size_t count;   /* numbers in all, with the gaps */
  float *values, *gradients;
  float *state[STATE_SLOTS];
  float *rate; /* of each parameter, times the learning rate */
  bool *fresh; /* the gradient is 0, whatever stands in memory */
  uint64_t version;
};

static size_t
bytes_of (const pk_parameters *parameters)
{
  return parameters->count * sizeof (float);
}

static int64_t
count_of (const pk_parameters *parameters, int index)
{
  return pk_shape_count (parameters->graph->parameters[index].info.shape);
}

static bool
knows (const pk_parameters *parameters, int index)
{
  if (index >= 0 && index < parameters->graph->parameter_count)
    return true;

  pk_fail (PK_BAD_ARGUMENT, "there is no parameter number %d", index);
  return false;
}

static pk_status
fill (pk_parameters *parameters, int index, float value)
{
  int64_t count = count_of (parameters, index);
  float *values = malloc ((size_t) count * sizeof (float));
  pk_status status;

  if (values == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a parameter");

  for (int64_t i = 0; i < count; i++)
    values[i] = value;
  status = pk_parameters_write (parameters, index, values);
  free (values);

  return status;
}

/* The temperature from which the loss with parameter @index begins. */
static float
temperature_of (const pk_graph *graph, int index)
{
  for (int i = 0; i < graph->node_count; i++)
    if (graph->nodes[i].parameter == index)
      return graph->nodes[i].temperature;

  return 1;
}

pk_status
pk_parameters_new (pk_device *device, const pk_graph *graph, pk_parameters **parameters)
{
  pk_parameters *self = calloc (1, sizeof *self);
  pk_status status = PK_OK;

  *parameters = NULL;
  if (self == NULL
      || (self->offset = calloc ((size_t) graph->parameter_count + 1, sizeof (size_t)))
             == NULL
      || (self->fresh = calloc ((size_t) graph->parameter_count + 1, sizeof (bool)))
             == NULL
      || (self->rate = calloc ((size_t) graph->parameter_count + 1, sizeof (float)))
             == NULL)
    {
      if (self != NULL)
        {
          free (self->offset);
          free (self->fresh);
        }
      free (self);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for the model's parameters");
    }

  self->device = device;
  self->graph = graph;
  for (int i = 0; i < graph->parameter_count; i++)
    {
      self->offset[i] = self->count;
      self->rate[i] = 1;
      self->count
          += ((size_t) count_of (self, i) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

  self->values = device->backend->allocate (device, bytes_of (self));
  self->gradients = device->backend->allocate (device, bytes_of (self));
  if (self->values == NULL || self->gradients == NULL)
    {
      pk_parameters_free (self);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for the model's %zu parameters",
                      self->count);
    }

  for (int i = 0; i < graph->parameter_count && status == PK_OK; i++)
    {
      pk_role role = graph->parameters[i].info.role;

      if (role == PK_ROLE_TEMPERATURE)
        status = fill (self, i, logf (1 / temperature_of (graph, i)));
      if (role == PK_ROLE_NORM_SCALE || role == PK_ROLE_RUNNING_VARIANCE)
        status = fill (self, i, 1);
    }
  if (status != PK_OK)
    {
      pk_parameters_free (self);
      return status;
    }

  *parameters = self;
  return PK_OK;
}

void
pk_parameters_free (pk_parameters *parameters)
{
  const pk_backend *backend;

  if (parameters == NULL)
    return;

  backend = parameters->device->backend;
  backend->release (parameters->device, parameters->values, bytes_of (parameters));
  backend->release (parameters->device, parameters->gradients, bytes_of (parameters));
  for (int i = 0; i < STATE_SLOTS; i++)
    backend->release (parameters->device, parameters->state[i], bytes_of (parameters));
  free (parameters->offset);
  free (parameters->fresh);
  free (parameters->rate);
  free (parameters);
}

float *
pk_parameter_value (pk_parameters *parameters, int index)
{
  return parameters->values + parameters->offset[index];
}

float *
pk_parameter_gradient (pk_parameters *parameters, int index)
{
  bool fresh;
  float *gradient = pk_parameter_gradient_take (parameters, index, &fresh);

  if (fresh)
    parameters->device->backend->clear (parameters->device, gradient,
                                        (size_t) count_of (parameters, index)
                                            * sizeof (float));
  return gradient;
}

float *
pk_parameter_gradient_take (pk_parameters *parameters, int index, bool *fresh)
{
  *fresh = parameters->fresh[index];
  parameters->fresh[index] = false;
  return parameters->gradients + parameters->offset[index];
}

uint64_t
pk_parameters_version (const pk_parameters *parameters)
{
  return parameters->version;
}

void
pk_parameters_touch (pk_parameters *parameters)
{
  parameters->version++;
}

const pk_graph *
pk_parameters_graph (const pk_parameters *parameters)
{
  return parameters->graph;
}

/* Copies parameter @index from @block to the host, or from the host to it. */
static pk_status
copy_out (pk_parameters *parameters, const float *block, int index, float *values)
{
  if (!knows (parameters, index))
    return PK_BAD_ARGUMENT;

  parameters->device->backend->download (
      parameters->device, values, block + parameters->offset[index],
      (size_t) count_of (parameters, index) * sizeof (float));
  return PK_OK;
}

static pk_status
copy_in (pk_parameters *parameters, float *block, int index, const float *values)
{
  if (!knows (parameters, index))
    return PK_BAD_ARGUMENT;

  parameters->device->backend->upload (
      parameters->device, block + parameters->offset[index], values,
      (size_t) count_of (parameters, index) * sizeof (float));
  return PK_OK;
}

pk_status
pk_parameters_read (pk_parameters *parameters, int index, float *values)
{
  return copy_out (parameters, parameters->values, index, values);
}

pk_status
pk_parameters_write (pk_parameters *parameters, int index, const float *values)
{
  pk_parameters_touch (parameters);
  return copy_in (parameters, parameters->values, index, values);
}

pk_status
pk_parameters_read_gradient (pk_parameters *parameters, int index, float *values)
{
  if (!knows (parameters, index))
    return PK_BAD_ARGUMENT;

  pk_parameter_gradient (parameters, index); /* 0 where nothing was added */
  return copy_out (parameters, parameters->gradients, index, values);
}

/* Makes the first @slots blocks of state, all 0. */
static pk_status
need_state (pk_parameters *parameters, int slots)
{
  for (int i = 0; i < slots; i++)
    {
      if (parameters->state[i] == NULL)
        parameters->state[i] = parameters->device->backend->allocate (
            parameters->device, bytes_of (parameters));
      if (parameters->state[i] == NULL)
        return pk_fail (PK_OUT_OF_MEMORY, "no memory for the optimiser's state");
    }

  return PK_OK;
}

static pk_status
state_of (pk_parameters *parameters, int slot, float **block)
{
  pk_status status;

  if (slot < 0 || slot >= STATE_SLOTS)
    return pk_fail (PK_BAD_ARGUMENT, "an optimiser has no state number %d", slot);
  if ((status = need_state (parameters, slot + 1)) != PK_OK)
    return status;

  *block = parameters->state[slot];
  return PK_OK;
}

pk_status
pk_parameters_read_state (pk_parameters *parameters, int slot, int index, float *values)
{
  float *block = NULL;
  pk_status status = state_of (parameters, slot, &block);

  return status != PK_OK ? status : copy_out (parameters, block, index, values);
}

pk_status
pk_parameters_write_state (pk_parameters *parameters, int slot, int index,
                           const float *values)
{
  float *block = NULL;
  pk_status status = state_of (parameters, slot, &block);

  return status != PK_OK ? status : copy_in (parameters, block, index, values);
}

pk_status
pk_parameters_clear_gradients (pk_parameters *parameters)
{
  for (int i = 0; i < parameters->graph->parameter_count; i++)
    parameters->fresh[i] = true;
  return PK_OK;
}

pk_status
pk_parameters_gradient_norm (pk_parameters *parameters, double *norm)
{
  double sum = 0;

  for (int i = 0; i < parameters->graph->parameter_count; i++)
    if (parameters->graph->parameters[i].info.trained && parameters->rate[i] > 0)
      sum += parameters->device->backend->sum_of_squares (
          parameters->device, pk_parameter_gradient (parameters, i),
          count_of (parameters, i));

  *norm = sqrt (sum);
  return PK_OK;
}

pk_status
pk_parameters_set_rate (pk_parameters *parameters, int index, float rate)
{
  if (!knows (parameters, index))
    return PK_BAD_ARGUMENT;
  if (!(rate >= 0))
    return pk_fail (PK_BAD_ARGUMENT, "a rate must be 0 or more, not %g", (double) rate);

  parameters->rate[index] = rate;
  return PK_OK;
}

int
pk_optimiser_slots (pk_optimiser_kind kind)
{
  return kind == PK_ADAMW ? 2 : 1;
}

pk_status
pk_parameters_update (pk_parameters *parameters, const pk_optimiser *optimiser,
                      float learning_rate, float gradient_scale, int64_t step)
{
  const pk_backend *backend = parameters->device->backend;
  pk_status status = need_state (parameters, pk_optimiser_slots (optimiser->kind));

  if (status != PK_OK)
    return status;
  if (step < 1)
    return pk_fail (PK_BAD_ARGUMENT, "steps of the optimiser count from 1");

  for (int i = 0; i < parameters->graph->parameter_count; i++)
    {
      const pk_parameter_info *info = &parameters->graph->parameters[i].info;
      size_t offset = parameters->offset[i];

      if (!info->trained || !(parameters->rate[i] > 0))
        continue;
      backend->update (
          parameters->device, optimiser, parameters->values + offset,
          pk_parameter_gradient (parameters, i), parameters->state[0] + offset,
          parameters->state[1] != NULL ? parameters->state[1] + offset : NULL,
          count_of (parameters, i), info->role == PK_ROLE_WEIGHT,
          learning_rate * parameters->rate[i], gradient_scale, step);
    }

  pk_parameters_touch (parameters);
  return PK_OK;
}
