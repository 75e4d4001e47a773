/* conv2d.c - convolutions through oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * In training, weights are packed from the float32 masters before each use, into scratch
 * memory: that costs a per cent of the step and saves two more copies of the model.
 * Without training they are packed once, with the norm folded in:
 *
 *     w' = w scale / deviation        b' = shift - mean scale / deviation
 *
 * Where Winograd's algorithm is faster, it is our own (winograd.h), for the three
 * directions each by itself. It reads the masters directly, and multiplies by
 * scale / deviation when it is done with an output.
 */
#include "kernels/cpu/cpu.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/cpu/small-weight-gradient.h"
#include "kernels/cpu/weight-gradient.h"
#include "kernels/cpu/winograd.h"
#include "kernels/status.h"

#define ALIGNED(bytes) (((bytes) + 63) / 64 * 64)

/* Who computes the gradient of the weights. */
typedef enum
{
  WEIGHTS_ONEDNN,
  WEIGHTS_WINOGRAD,
  WEIGHTS_PAIRS, /* weight-gradient.h */
  WEIGHTS_SMALL  /* small-weight-gradient.h */
} weights_way;

typedef struct
{
  pk_convolution *forward, *input_gradient; /* NULL: Winograd's, if at all */
  pk_convolution *weight_gradient;
  pk_winograd winograd_forward, winograd_input;
  pk_winograd_gradient winograd_weights;
  pk_weight_gradient_shape pairs;
  weights_way weights_way;
  int64_t weights; /* number of weights */

  /* Without training, of @version: weights with the norm folded in, or, of Winograd's,
   * by what outputs are multiplied; and bias. */
  void *folded;
  float *scale, *bias;
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

/* ---- Which way ---- */

/* Winograd's algorithm takes 36 products where the sum takes 144 for a full tile, and
 * beside them, in products of a tile: so many for each channel of either side, and so
 * many for each pair of channels, once. Measured with benchmark-conv2d, for AVX2 and
 * AVX-512. */
#define TILE_COST 14.0
#define KERNEL_COST 15.0

/* Another way must be worth the wider rounding. */
#define WORTH 1.1

static bool
is_winograd_faster (const pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;
  double tiles = (double) (out[0] * ((out[2] + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE)
                           * ((out[3] + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE));
  double direct = 9.0 * (double) (out[0] * out[2] * out[3]) / tiles;
  double own = PK_WINOGRAD_PLACES
               * (1 + TILE_COST * (1.0 / (double) in[1] + 1.0 / (double) out[1])
                  + KERNEL_COST / tiles);

  /* Products of bfloat16 are two at a time; Winograd's stay in float32. */
  return direct / (step->precision == PK_BFLOAT16 ? 2 : 1) > WORTH * own;
}

/* A rule and no stopwatch, and without the number of threads: the same convolution is the
 * same sum every time. */
static bool
takes_winograd (const pk_step *step)
{
  const pk_winograd_passes *passes = pk_cpu_of (step->device)->passes->winograd;

  if (step->kernel != 3 || step->stride != 1 || step->padding > 2
      || pk_cpu_is_plain (step->input) || pk_cpu_is_plain (step->output)
      || step->input->format.block % passes->width != 0
      || step->output->format.block % passes->width != 0)
    return false;
  if (step->precision == PK_BFLOAT16 && pk_onednn_has_amx ())
    return false; /* sixteen at a time */

  return is_winograd_faster (step);
}

/* @turned: of the gradient of the input, which is a convolution of the output's. */
static pk_winograd_shape
winograd_shape (const pk_step *step, bool turned)
{
  const pk_tensor *from = turned ? step->output : step->input;
  const pk_tensor *to = turned ? step->input : step->output;

  return (pk_winograd_shape){
    .type = from->format.type,
    .images = (int) from->shape.size[0],
    .in_channels = (int) from->shape.size[1],
    .out_channels = (int) to->shape.size[1],
    .in_block = from->format.block,
    .out_block = to->format.block,
    .height = (int) from->shape.size[2],
    .width = (int) from->shape.size[3],
    .out_height = (int) to->shape.size[2],
    .out_width = (int) to->shape.size[3],
    .padding = turned ? 2 - step->padding : step->padding,
  };
}

static void
plan_winograd (pk_step *step, bool turned, pk_winograd *winograd)
{
  pk_winograd_shape shape = winograd_shape (step, turned);

  pk_winograd_plan (winograd, pk_cpu_of (step->device)->passes->winograd, &shape, turned,
                    step->device->threads);
  need_scratch (step, pk_winograd_scratch (winograd));
}

/* Whether the pass over pairs takes the weight gradient; fills in its shape. On AMX
 * oneDNN is faster, and a kernel of one pixel has no rows that could be too narrow. */
static bool
takes_pairs (const pk_step *step, conv_state *state)
{
#ifdef PK_HAVE_AVX512_BFLOAT16
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;

  state->pairs = (pk_weight_gradient_shape){
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

  if (takes_winograd (step))
    {
      pk_winograd_shape shape = winograd_shape (step, false);

      state->weights_way = WEIGHTS_WINOGRAD;
      pk_winograd_gradient_plan (&state->winograd_weights,
                                 pk_cpu_of (step->device)->passes->winograd, &shape,
                                 step->device->threads);
      need_scratch (step, pk_winograd_gradient_scratch (&state->winograd_weights));
      return PK_OK;
    }
  if (takes_pairs (step, state))
    {
      state->weights_way = WEIGHTS_PAIRS;
#ifdef PK_HAVE_AVX512_BFLOAT16
      need_scratch (step, pk_weight_gradient_scratch (&state->pairs));
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
      state->weights_way = WEIGHTS_SMALL;
      need_scratch (step, pk_small_weight_gradient_scratch (step));
      return PK_OK;
    }

  need_scratch (step, pk_convolution_scratch (state->weight_gradient));
  return PK_OK;
}

/* Weights are packed before each use. */
static pk_status
prepare_packed (pk_step *step, pk_convolution_kind kind, pk_convolution **convolution)
{
  pk_status status = make (step, kind, convolution);

  if (status == PK_OK)
    need_scratch (step, ALIGNED (pk_convolution_weight_bytes (*convolution))
                            + pk_convolution_scratch (*convolution));
  return status;
}

static pk_status
prepare_training (pk_step *step, conv_state *state)
{
  pk_status status = PK_OK;

  if (takes_winograd (step))
    plan_winograd (step, false, &state->winograd_forward);
  else
    status = prepare_packed (step, PK_CONVOLUTION_FORWARD, &state->forward);
  if (status != PK_OK || (status = prepare_weight_gradient (step, state)) != PK_OK
      || step->input_gradient == NULL)
    return status;

  if (!takes_winograd (step))
    return prepare_packed (step, PK_CONVOLUTION_INPUT_GRADIENT, &state->input_gradient);
  plan_winograd (step, true, &state->winograd_input);
  return PK_OK;
}

static pk_status
prepare_inference (pk_step *step, conv_state *state)
{
  size_t channels = ALIGNED ((size_t) step->output->shape.size[1] * sizeof (float));
  pk_status status;

  state->version = UINT64_MAX; /* nothing is folded yet */
  state->scale = aligned_alloc (64, channels);
  state->bias = aligned_alloc (64, channels);
  if (state->scale == NULL || state->bias == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for the weights of a convolution");
  if (takes_winograd (step))
    {
      plan_winograd (step, false, &state->winograd_forward);
      return PK_OK;
    }

  if ((status = make (step, PK_CONVOLUTION_INFERENCE, &state->forward)) != PK_OK)
    return status;
  state->folded
      = aligned_alloc (64, ALIGNED (pk_convolution_weight_bytes (state->forward)));
  if (state->folded == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for the weights of a convolution");

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
  free (state->scale);
  free (state->bias);
  free (state);
  step->state = NULL;
}

/* Folds the norm into weights, or scale, and bias when any parameter has changed. */
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
      state->scale[c] = factor;
      state->bias[c] = bias;
      for (int64_t i = 0; i < each && state->forward != NULL; i++)
        plain[c * each + i] = factor * weight[c * each + i];
    }
  if (state->forward == NULL)
    {
      state->version = version;
      return PK_OK;
    }

  if ((status = pk_convolution_pack_weights (state->forward, plain, state->folded))
      == PK_OK)
    state->version = version;
  return status;
}

static pk_status
infer (pk_step *step, conv_state *state)
{
  pk_status status = fold (step, state);

  if (status != PK_OK)
    return status;
  if (state->forward == NULL)
    {
      const pk_winograd_ending ending
          = { .scale = state->scale,
              .bias = state->bias,
              .skip = step->skip != NULL ? step->skip->data : NULL,
              .relu = step->relu };

      pk_winograd_run (&state->winograd_forward, step->input->data,
                       pk_parameter_value (step->parameters, step->parameter), &ending,
                       step->output->data, step->scratch);
      return PK_OK;
    }
  if (step->skip != NULL) /* oneDNN adds to what is there */
    memcpy (step->output->data, step->skip->data, step->output->bytes);
  return pk_convolution_run (state->forward, step->input->data, state->folded,
                             state->bias, step->output->data, step->scratch);
}

/* A direction of training; @convolution: NULL for Winograd's. @x and @y: as @winograd
 * reads and writes. */
static pk_status
run_packed (pk_step *step, pk_convolution *convolution, const pk_winograd *winograd,
            const pk_tensor *x, const pk_tensor *y)
{
  const float *weights = pk_parameter_value (step->parameters, step->parameter);
  char *packed = step->scratch, *scratch;
  pk_status status;

  if (convolution == NULL)
    {
      pk_winograd_run (winograd, x->data, weights, NULL, y->data, step->scratch);
      return PK_OK;
    }
  if ((status = pk_convolution_pack_weights (convolution, weights, packed)) != PK_OK)
    return status;

  scratch = packed + ALIGNED (pk_convolution_weight_bytes (convolution));
  if (y == step->input_gradient)
    return pk_convolution_run (convolution, y->data, packed, NULL, x->data, scratch);
  return pk_convolution_run (convolution, x->data, packed, NULL, y->data, scratch);
}

pk_status
pk_cpu_conv2d_forward (pk_step *step)
{
  conv_state *state = step->state;

  pk_parallel_limit (step->device->threads);
  return step->training ? run_packed (step, state->forward, &state->winograd_forward,
                                      step->input, step->output)
                        : infer (step, state);
}

static pk_status
weight_gradient (pk_step *step, conv_state *state)
{
  bool fresh;
  float *gradient
      = pk_parameter_gradient_take (step->parameters, step->parameter, &fresh);
  void *x = step->input_again->data, *g = step->gradient[0]->data;

  switch (state->weights_way)
    {
    case WEIGHTS_WINOGRAD:
      pk_winograd_gradient_run (&state->winograd_weights, x, g, gradient, !fresh,
                                step->scratch);
      return PK_OK;
    case WEIGHTS_PAIRS:
#ifdef PK_HAVE_AVX512_BFLOAT16
      pk_weight_gradient (step->device->threads, &state->pairs, x, g, gradient, !fresh,
                          step->scratch);
#endif
      return PK_OK;
    case WEIGHTS_SMALL:
      return pk_small_weight_gradient (step, gradient, !fresh);
    case WEIGHTS_ONEDNN:
      break;
    }
  return pk_convolution_run_weight_gradient (state->weight_gradient, x, gradient, !fresh,
                                             g, step->scratch);
}

pk_status
pk_cpu_conv2d_backward (pk_step *step)
{
  conv_state *state = step->state;
  pk_status status;

  pk_parallel_limit (step->device->threads);
  status = weight_gradient (step, state);
  if (status != PK_OK || step->input_gradient == NULL)
    return status;
  return run_packed (step, state->input_gradient, &state->winograd_input,
                     step->gradient[0], step->input_gradient);
}
