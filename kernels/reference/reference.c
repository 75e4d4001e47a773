/* reference.c - the table of the reference back-end
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/body/optimiser.h"

static int
reference_count (void)
{
  return 1;
}

static pk_status
reference_describe (int index, pk_device_info *info)
{
  (void) index;
  snprintf (info->name, sizeof info->name, "reference");
  snprintf (info->description, sizeof info->description,
            "plain C on one thread: slow, for comparison");
  snprintf (info->instructions, sizeof info->instructions, "generic");
  snprintf (info->library, sizeof info->library, "none");
  info->threads = 1;
  return PK_OK;
}

static pk_status
reference_open (pk_device *device)
{
  device->threads = 1;
  return PK_OK;
}

static void
reference_close (pk_device *device)
{
  (void) device;
}

static void *
reference_allocate (pk_device *device, size_t bytes)
{
  size_t rounded
      = (bytes + PK_MEMORY_ALIGNMENT - 1) / PK_MEMORY_ALIGNMENT * PK_MEMORY_ALIGNMENT;
  void *memory
      = aligned_alloc (PK_MEMORY_ALIGNMENT, rounded > 0 ? rounded : PK_MEMORY_ALIGNMENT);

  (void) device;
  return memory != NULL ? memset (memory, 0, rounded) : NULL;
}

static void
reference_release (pk_device *device, void *memory, size_t bytes)
{
  (void) device;
  (void) bytes;
  free (memory);
}

static void
reference_copy (pk_device *device, void *to, const void *from, size_t bytes)
{
  (void) device;
  memcpy (to, from, bytes);
}

static void
reference_clear (pk_device *device, void *memory, size_t bytes)
{
  (void) device;
  memset (memory, 0, bytes);
}

static pk_format
reference_format (const pk_device *device, pk_shape shape, pk_precision precision)
{
  (void) device;
  (void) shape;
  (void) precision;
  return (pk_format){ PK_FLOAT32, 0 };
}

static pk_status
reference_unpack (pk_device *device, const pk_tensor *tensor, float *values)
{
  (void) device;
  memcpy (values, tensor->data, tensor->bytes);
  return PK_OK;
}

double
pk_reference_sum_of_squares (pk_device *device, const float *values, int64_t count)
{
  double sum = 0;

  (void) device;
  for (int64_t i = 0; i < count; i++)
    sum += (double) values[i] * values[i];

  return sum;
}

void
pk_reference_update (pk_device *device, const pk_optimiser *optimiser, float *value,
                     const float *gradient, float *state0, float *state1, int64_t count,
                     bool decay, float learning_rate, float gradient_scale, int64_t step)
{
  float weight_decay = decay ? optimiser->weight_decay : 0;
  float correction1 = 1 - powf (optimiser->beta1, (float) step);
  float correction2 = sqrtf (1 - powf (optimiser->beta2, (float) step));
  float layer_rate = learning_rate;

  if (optimiser->kind == PK_LARS && decay)
    layer_rate *= pk_lars_rate (
        sqrt (pk_reference_sum_of_squares (device, value, count)),
        (double) gradient_scale
            * sqrt (pk_reference_sum_of_squares (device, gradient, count)),
        weight_decay, optimiser->trust);

  for (int64_t i = 0; i < count; i++)
    {
      float g = gradient_scale * gradient[i];

      switch (optimiser->kind)
        {
        case PK_SGD:
          pk_sgd (&value[i], &state0[i], g, weight_decay, optimiser->momentum,
                  learning_rate);
          break;
        case PK_LARS:
          pk_lars (&value[i], &state0[i], g, weight_decay, optimiser->momentum,
                   layer_rate);
          break;
        case PK_ADAMW:
          pk_adamw (&value[i], &state0[i], &state1[i], g, weight_decay, optimiser->beta1,
                    optimiser->beta2, optimiser->epsilon, learning_rate, correction1,
                    correction2);
          break;
        }
    }
}

const pk_backend pk_reference_backend = {
  .version = PK_BACKEND_VERSION,
  .name = "reference",
  .count = reference_count,
  .describe = reference_describe,
  .open = reference_open,
  .close = reference_close,
  .host_memory = true,
  .allocate = reference_allocate,
  .release = reference_release,
  .upload = reference_copy,
  .download = reference_copy,
  .clear = reference_clear,
  .format = reference_format,
  .unpack = reference_unpack,
  .sum = pk_reference_sum,
  .sum_of_squares = pk_reference_sum_of_squares,
  .update = pk_reference_update,
  .operations = {
    [PK_STEP_CONV2D] = {
      .forward = pk_reference_conv2d_forward,
      .backward = pk_reference_conv2d_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_NORM] = {
      .prepare = pk_reference_norm_prepare,
      .forward = pk_reference_norm_forward,
      .backward = pk_reference_norm_backward,
      .again = pk_reference_norm_again,
      .backward_reads_input = true,
      .gradient_parts = 2,
    },
    [PK_STEP_RELU] = {
      .forward = pk_reference_relu_forward,
      .backward = pk_reference_relu_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_ADD] = {
      .forward = pk_reference_add_forward,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_MAX_POOL] = {
      .prepare = pk_reference_max_pool_prepare,
      .forward = pk_reference_max_pool_forward,
      .backward = pk_reference_max_pool_backward,
      .gradient_parts = 2,
    },
    [PK_STEP_GLOBAL_AVERAGE_POOL] = {
      .forward = pk_reference_global_average_pool_forward,
      .backward = pk_reference_global_average_pool_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_LINEAR] = {
      .forward = pk_reference_linear_forward,
      .backward = pk_reference_linear_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_L2_NORMALISE] = {
      .prepare = pk_reference_l2_normalise_prepare,
      .forward = pk_reference_l2_normalise_forward,
      .backward = pk_reference_l2_normalise_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_NT_XENT] = {
      .forward = pk_reference_nt_xent_forward,
      .backward = pk_reference_nt_xent_backward,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_POINTWISE] = {
      .forward = pk_reference_pointwise_forward,
      .backward = pk_reference_pointwise_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_PLAIN,
    },
    [PK_STEP_SIGMOID] = {
      .forward = pk_reference_sigmoid_forward,
      .backward = pk_reference_sigmoid_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_SCALE] = {
      .forward = pk_reference_scale_forward,
      .backward = pk_reference_scale_backward,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_RELU6] = {
      .forward = pk_reference_relu6_forward,
      .backward = pk_reference_relu6_backward,
      .again = pk_reference_relu6_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_GELU] = {
      .forward = pk_reference_gelu_forward,
      .backward = pk_reference_gelu_backward,
      .again = pk_reference_gelu_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_LAYER_NORM] = {
      .prepare = pk_reference_layer_norm_prepare,
      .forward = pk_reference_layer_norm_forward,
      .backward = pk_reference_layer_norm_backward,
      .again = pk_reference_layer_norm_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_ATTENTION] = {
      .forward = pk_reference_attention_forward,
      .backward = pk_reference_attention_backward,
      .repeatable = true,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CONCAT] = {
      .forward = pk_reference_concat_forward,
      .backward = pk_reference_concat_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_SLICE] = {
      .forward = pk_reference_slice_forward,
      .backward = pk_reference_slice_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_MIX] = {
      .forward = pk_reference_mix_forward,
      .backward = pk_reference_mix_backward,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_MEAN_TOKENS] = {
      .forward = pk_reference_mean_tokens_forward,
      .backward = pk_reference_mean_tokens_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_TOKENS] = {
      .forward = pk_reference_tokens_forward,
      .backward = pk_reference_tokens_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_PATCHES] = {
      .forward = pk_reference_patches_forward,
      .backward = pk_reference_patches_backward,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CLASS_TOKEN] = {
      .forward = pk_reference_class_token_forward,
      .backward = pk_reference_class_token_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CONTRASTIVE] = {
      .prepare = pk_reference_contrastive_prepare,
      .forward = pk_reference_contrastive_forward,
      .backward = pk_reference_contrastive_backward,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .gradient_parts = 1,
    },
    [PK_STEP_VICREG] = {
      .prepare = pk_reference_vicreg_prepare,
      .forward = pk_reference_vicreg_forward,
      .backward = pk_reference_vicreg_backward,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_DEPTHWISE] = {
      .forward = pk_reference_depthwise_forward,
      .backward = pk_reference_depthwise_backward,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
  },
};
