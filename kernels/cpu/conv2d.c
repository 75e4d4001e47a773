/* conv2d.c - convolutions through oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * In training, weights are packed from the float32 masters before each use, into scratch
 * memory: that costs a per cent of the step and saves two more copies of the model.
 * Without training they are packed once, with the norm folded in:
 *
 *     w' = w scale / deviation        b' = shift - mean scale / deviation
 */
#include "kernels/cpu/cpu.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/cpu/small-weight-gradient.h"
#include "kernels/cpu/weight-gradient.h"
#include "kernels/status.h"

#define ALIGNED(bytes) (((bytes) + 63) / 64 * 64)

typedef struct
{
  pk_convolution *forward, *input_gradient;
  pk_convolution *weight_gradient; /* NULL: an own pass is faster */
  bool small_weight_gradient;      /* which of them */
  pk_weight_gradient_shape own_weight_gradient;
  int64_t weights; /* number of weights */

  /* Without training: weights and bias with the norm folded in, of @version. */
  void *folded;
  float *bias;
  uint64_t version;
} conv_state;

static pk_status
make (pk_step *step, pk_convolution_kind kind, pk_convolution **convolution)
{
  return pk_convolution_new (pk_cpu_of (step->device)->onednn,
                             &(pk_convolution_options){
                                 .kind = kind,
                                 .precision = step->precision,
                                 .kernel = step->kernel,
                                 .stride = step->stride,
                                 .padding = step->padding,
                                 .sum = step->skip != NULL,
                                 .relu = step->relu,
                                 .input = step->input,
                                 .output = step->output,
                             },
                             convolution);
}

static void
need_scratch (pk_step *step, size_t bytes)
{
  if (bytes > step->scratch_bytes)
    step->scratch_bytes = bytes;
}

/* Whether the own pass takes the weight gradient; fills in its shape. On AMX oneDNN is
 * faster, and a kernel of one pixel has no rows that could be too narrow. */
static bool
has_own_weight_gradient (const pk_step *step, conv_state *state)
{
#ifdef PK_HAVE_AVX512_BFLOAT16
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;

  state->own_weight_gradient = (pk_weight_gradient_shape){
    .images = (int) in[0],
    .in_channels = (int) in[1],
    .out_channels = (int) out[1],
    .height = (int) in[2],
    .width = (int) in[3],
    .out_height = (int) out[2],
    .out_width = (int) out[3],
    .kernel = step->kernel,
    .stride = step->stride,
    .padding = step->padding,
  };
  return step->precision == PK_BFLOAT16 && step->kernel == 3
         && step->input->format.block == 16 && step->output->format.block == 16;
#else
  return false;
#endif
}

static pk_status
prepare_weight_gradient (pk_step *step, conv_state *state)
{
  pk_status status;

  if (has_own_weight_gradient (step, state))
    {
#ifdef PK_HAVE_AVX512_BFLOAT16
      need_scratch (step, pk_weight_gradient_scratch (&state->own_weight_gradient));
#endif
      return PK_OK;
    }

  if ((status = make (step, PK_CONVOLUTION_WEIGHT_GRADIENT, &state->weight_gradient))
      != PK_OK)
    return status;
  if (pk_convolution_is_slow (state->weight_gradient) && step->precision == PK_FLOAT32
      && !pk_cpu_is_plain (step->input) && !pk_cpu_is_plain (step->output))
    {
      pk_convolution_free (state->weight_gradient);
      state->weight_gradient = NULL;
      state->small_weight_gradient = true;
      need_scratch (step, pk_small_weight_gradient_scratch (step));
      return PK_OK;
    }

  need_scratch (step, pk_convolution_scratch (state->weight_gradient));
  return PK_OK;
}

static pk_status
prepare_training (pk_step *step, conv_state *state)
{
  pk_status status = make (step, PK_CONVOLUTION_FORWARD, &state->forward);

  if (status != PK_OK)
    return status;
  need_scratch (step, ALIGNED (pk_convolution_weight_bytes (state->forward))
                          + pk_convolution_scratch (state->forward));

  if ((status = prepare_weight_gradient (step, state)) != PK_OK)
    return status;
  if (step->input_gradient == NULL)
    return PK_OK;
  if ((status = make (step, PK_CONVOLUTION_INPUT_GRADIENT, &state->input_gradient))
      != PK_OK)
    return status;
  need_scratch (step, ALIGNED (pk_convolution_weight_bytes (state->input_gradient))
                          + pk_convolution_scratch (state->input_gradient));
  return PK_OK;
}

static pk_status
prepare_inference (pk_step *step, conv_state *state)
{
  pk_status status = make (step, PK_CONVOLUTION_INFERENCE, &state->forward);
  size_t channels = (size_t) step->output->shape.size[1];

  if (status != PK_OK)
    return status;
  state->folded
      = aligned_alloc (64, ALIGNED (pk_convolution_weight_bytes (state->forward)));
  state->bias = aligned_alloc (64, ALIGNED (channels * sizeof (float)));
  if (state->folded == NULL || state->bias == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for the weights of a convolution");

  state->version = UINT64_MAX; /* nothing is folded yet */
  need_scratch (step, ALIGNED ((size_t) state->weights * sizeof (float))
                          + pk_convolution_scratch (state->forward));
  return PK_OK;
}

pk_status
pk_cpu_conv2d_prepare (pk_step *step)
{
  conv_state *state = calloc (1, sizeof *state);
  const pk_graph *graph = pk_parameters_graph (step->parameters);

  if (state == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a convolution");

  step->state = state;
  state->weights = pk_shape_count (graph->parameters[step->parameter].info.shape);
  pk_parallel_limit (step->device->threads);
  return step->training ? prepare_training (step, state)
                        : prepare_inference (step, state);
}

void
pk_cpu_conv2d_release (pk_step *step)
{
  conv_state *state = step->state;

  if (state == NULL)
    return;

  pk_convolution_free (state->forward);
  pk_convolution_free (state->input_gradient);
  pk_convolution_free (state->weight_gradient);
  free (state->folded);
  free (state->bias);
  free (state);
  step->state = NULL;
}

/* Folds the norm into weights and bias when any parameter has changed. */
static pk_status
fold (pk_step *step, conv_state *state)
{
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  float *plain = (float *) step->scratch;
  int64_t channels = step->output->shape.size[1], each = state->weights / channels;
  uint64_t version = pk_parameters_version (step->parameters);
  pk_status status;

  if (state->version == version)
    return PK_OK;

  for (int64_t c = 0; c < channels; c++)
    {
      float factor = 1, bias = 0;

      if (step->norm_parameter >= 0)
        {
          int norm = step->norm_parameter;
          float mean = pk_parameter_value (step->parameters, norm + PK_NORM_MEAN)[c];
          float variance
              = pk_parameter_value (step->parameters, norm + PK_NORM_VARIANCE)[c];

          factor = pk_parameter_value (step->parameters, norm + PK_NORM_SCALE)[c]
                   / sqrtf (variance + PK_NORM_EPSILON);
          bias = pk_parameter_value (step->parameters, norm + PK_NORM_SHIFT)[c]
                 - mean * factor;
        }
      state->bias[c] = bias;
      for (int64_t i = 0; i < each; i++)
        plain[c * each + i] = factor * weight[c * each + i];
    }

  if ((status = pk_convolution_pack_weights (state->forward, plain, state->folded))
      == PK_OK)
    state->version = version;
  return status;
}

pk_status
pk_cpu_conv2d_forward (pk_step *step)
{
  conv_state *state = step->state;
  char *packed = step->scratch;
  pk_status status;

  pk_parallel_limit (step->device->threads);
  if (!step->training)
    {
      if ((status = fold (step, state)) != PK_OK)
        return status;
      if (step->skip != NULL) /* oneDNN adds to what is there */
        memcpy (step->output->data, step->skip->data, step->output->bytes);
      return pk_convolution_run (state->forward, step->input->data, state->folded,
                                 state->bias, step->output->data, step->scratch);
    }

  status = pk_convolution_pack_weights (
      state->forward, pk_parameter_value (step->parameters, step->parameter), packed);
  if (status != PK_OK)
    return status;
  return pk_convolution_run (
      state->forward, step->input->data, packed, NULL, step->output->data,
      packed + ALIGNED (pk_convolution_weight_bytes (state->forward)));
}

static pk_status
weight_gradient (pk_step *step, conv_state *state)
{
  bool fresh;
  float *gradient
      = pk_parameter_gradient_take (step->parameters, step->parameter, &fresh);

  if (state->small_weight_gradient)
    return pk_small_weight_gradient (step, gradient, !fresh);
#ifdef PK_HAVE_AVX512_BFLOAT16
  if (state->weight_gradient == NULL)
    {
      pk_weight_gradient (step->device->threads, &state->own_weight_gradient,
                          (const uint16_t *) step->input_again->data,
                          (const uint16_t *) step->gradient[0]->data, gradient, !fresh,
                          step->scratch);
      return PK_OK;
    }
#endif
  return pk_convolution_run_weight_gradient (state->weight_gradient,
                                             step->input_again->data, gradient, !fresh,
                                             step->gradient[0]->data, step->scratch);
}

pk_status
pk_cpu_conv2d_backward (pk_step *step)
{
  conv_state *state = step->state;
  char *packed = step->scratch;
  pk_status status;

  pk_parallel_limit (step->device->threads);
  status = weight_gradient (step, state);
  if (status != PK_OK || state->input_gradient == NULL)
    return status;

  status = pk_convolution_pack_weights (
      state->input_gradient, pk_parameter_value (step->parameters, step->parameter),
      packed);
  if (status != PK_OK)
    return status;
  return pk_convolution_run (
      state->input_gradient, step->input_gradient->data, packed, NULL,
      step->gradient[0]->data,
      packed + ALIGNED (pk_convolution_weight_bytes (state->input_gradient)));
}
