/* depthwise.c - convolution of each channel by itself, through oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Weights are packed before each use: they are a few thousand numbers.
 */
#include "kernels/cpu/cpu.h"

#include <stdlib.h>

#include "kernels/reference/reference.h"
#include "kernels/status.h"

#define ALIGNED(bytes) (((bytes) + 63) / 64 * 64)

typedef struct
{
  pk_convolution *forward, *input_gradient, *weight_gradient;
} depthwise_state;

static pk_status
make (pk_step *step, pk_convolution_kind kind, pk_convolution **convolution)
{
  pk_convolution_options options = { .kind = kind,
                                     .precision = step->input->format.type,
                                     .kernel = step->kernel,
                                     .stride = step->stride,
                                     .padding = step->padding,
                                     .groups = (int) step->input->shape.size[1],
                                     .input = step->input,
                                     .output = step->output };
  pk_status status
      = pk_convolution_new (pk_cpu_of (step->device)->onednn, &options, convolution);
  size_t bytes;

  if (status != PK_OK)
    return status;
  bytes = ALIGNED (pk_convolution_weight_bytes (*convolution))
          + pk_convolution_scratch (*convolution);
  if (bytes > step->scratch_bytes)
    step->scratch_bytes = bytes;
  return PK_OK;
}

pk_status
pk_cpu_depthwise_prepare (pk_step *step)
{
  depthwise_state *state;
  pk_status status;

  if (pk_cpu_is_plain (step->input)) /* odd channels: none of the known encoders */
    return PK_OK;
  if ((state = calloc (1, sizeof *state)) == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a convolution");

  step->state = state;
  pk_parallel_limit (step->device->threads);
  if ((status = make (step, PK_CONVOLUTION_FORWARD, &state->forward)) != PK_OK
      || !step->training)
    return status;
  if ((status = make (step, PK_CONVOLUTION_WEIGHT_GRADIENT, &state->weight_gradient))
          != PK_OK
      || step->input_gradient == NULL)
    return status;
  return make (step, PK_CONVOLUTION_INPUT_GRADIENT, &state->input_gradient);
}

void
pk_cpu_depthwise_release (pk_step *step)
{
  depthwise_state *state = step->state;

  if (state == NULL)
    return;

  pk_convolution_free (state->forward);
  pk_convolution_free (state->input_gradient);
  pk_convolution_free (state->weight_gradient);
  free (state);
  step->state = NULL;
}

static pk_status
run (pk_step *step, pk_convolution *convolution, void *input, void *output)
{
  char *packed = step->scratch;
  pk_status status = pk_convolution_pack_weights (
      convolution, pk_parameter_value (step->parameters, step->parameter), packed);

  return status != PK_OK
             ? status
             : pk_convolution_run (
                 convolution, input, packed, NULL, output,
                 packed + ALIGNED (pk_convolution_weight_bytes (convolution)));
}

pk_status
pk_cpu_depthwise_forward (pk_step *step)
{
  depthwise_state *state = step->state;

  if (state == NULL)
    return pk_reference_depthwise_forward (step);

  pk_parallel_limit (step->device->threads);
  return run (step, state->forward, step->input->data, step->output->data);
}

pk_status
pk_cpu_depthwise_backward (pk_step *step)
{
  depthwise_state *state = step->state;
  float *gradient;
  pk_status status;
  bool fresh;

  if (state == NULL)
    return pk_reference_depthwise_backward (step);

  pk_parallel_limit (step->device->threads);
  gradient = pk_parameter_gradient_take (step->parameters, step->parameter, &fresh);
  status = pk_convolution_run_weight_gradient (state->weight_gradient,
                                               step->input_again->data, gradient, !fresh,
                                               step->gradient[0]->data, step->scratch);
  if (status != PK_OK || state->input_gradient == NULL)
    return status;
  return run (step, state->input_gradient, step->input_gradient->data,
              step->gradient[0]->data);
}
