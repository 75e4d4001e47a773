/* cpu.h - the CPU back-end: oneDNN for what is matrix-shaped, own passes for the rest
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_CPU_H
#define PK_CPU_H

#include "kernels/backend.h"
#include "kernels/cpu/onednn.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/passes.h"
#include "kernels/cpu/rows.h"

typedef struct
{
  pk_onednn *onednn;
  const pk_passes *passes;
  const pk_rows *rows;
} pk_cpu;

static inline pk_cpu *
pk_cpu_of (const pk_device *device)
{
  return device->state;
}

/* How a blocked tensor is cut into tiles. */
typedef struct
{
  const pk_tile_passes *passes;
  pk_tile tile;
  int batch, channels, tile_channels, tiles; /* tiles of one image */
} pk_tiling;

pk_tiling pk_cpu_tiling (const pk_device *device, const pk_tensor *tensor);

/* First pixel of a tile of an image, and of its channels. */
void *pk_cpu_tile_at (const pk_tiling *tiling, const pk_tensor *tensor, int image,
                      int tile);
static inline int
pk_cpu_tile_channel (const pk_tiling *tiling, int tile)
{
  return tile * tiling->tile_channels;
}

/* Tensors that fit no block are plain, and the reference works on them. */
static inline bool
pk_cpu_is_plain (const pk_tensor *tensor)
{
  return tensor->format.block == 0;
}

pk_status pk_cpu_conv2d_prepare (pk_step *step);
pk_status pk_cpu_conv2d_forward (pk_step *step);
pk_status pk_cpu_conv2d_backward (pk_step *step);
void pk_cpu_conv2d_release (pk_step *step);

pk_status pk_cpu_norm_prepare (pk_step *step);
pk_status pk_cpu_norm_forward (pk_step *step);
pk_status pk_cpu_norm_again (pk_step *step, const pk_tensor *skip, pk_tensor *output);
pk_status pk_cpu_norm_backward (pk_step *step);

pk_status pk_cpu_relu_forward (pk_step *step);
pk_status pk_cpu_relu_backward (pk_step *step);
pk_status pk_cpu_add_forward (pk_step *step);
pk_status pk_cpu_sum (pk_device *device, const pk_tensor *a, const pk_tensor *b,
                      pk_tensor *out);

pk_status pk_cpu_max_pool_prepare (pk_step *step);
pk_status pk_cpu_max_pool_forward (pk_step *step);
pk_status pk_cpu_max_pool_backward (pk_step *step);
pk_status pk_cpu_global_average_pool_forward (pk_step *step);
pk_status pk_cpu_global_average_pool_backward (pk_step *step);

pk_status pk_cpu_linear_forward (pk_step *step);
pk_status pk_cpu_linear_backward (pk_step *step);

pk_status pk_cpu_pointwise_prepare (pk_step *step);
pk_status pk_cpu_pointwise_forward (pk_step *step);
pk_status pk_cpu_pointwise_backward (pk_step *step);
pk_status pk_cpu_scale_prepare (pk_step *step);
pk_status pk_cpu_scale_forward (pk_step *step);
pk_status pk_cpu_scale_backward (pk_step *step);
void pk_cpu_plain_mean (pk_step *step);

pk_status pk_cpu_activation_forward (pk_step *step);
pk_status pk_cpu_activation_again (pk_step *step, const pk_tensor *skip,
                                   pk_tensor *output);
pk_status pk_cpu_activation_backward (pk_step *step);
pk_status pk_cpu_layer_norm_prepare (pk_step *step);
pk_status pk_cpu_layer_norm_forward (pk_step *step);
pk_status pk_cpu_layer_norm_again (pk_step *step, const pk_tensor *skip,
                                   pk_tensor *output);
pk_status pk_cpu_layer_norm_backward (pk_step *step);
pk_status pk_cpu_attention_prepare (pk_step *step);
pk_status pk_cpu_attention_forward (pk_step *step);
pk_status pk_cpu_attention_backward (pk_step *step);
pk_status pk_cpu_patches_prepare (pk_step *step);
pk_status pk_cpu_patches_forward (pk_step *step);
pk_status pk_cpu_patches_backward (pk_step *step);

pk_status pk_cpu_tokens_forward (pk_step *step);
pk_status pk_cpu_tokens_backward (pk_step *step);

pk_status pk_cpu_depthwise_prepare (pk_step *step);
pk_status pk_cpu_depthwise_forward (pk_step *step);
pk_status pk_cpu_depthwise_backward (pk_step *step);
void pk_cpu_depthwise_release (pk_step *step);

pk_status pk_cpu_nt_xent_prepare (pk_step *step);
pk_status pk_cpu_nt_xent_forward (pk_step *step);
pk_status pk_cpu_nt_xent_backward (pk_step *step);

double pk_cpu_sum_of_squares (pk_device *device, const float *values, int64_t count);
void pk_cpu_update (pk_device *device, const pk_optimiser *optimiser, float *value,
                    const float *gradient, float *state0, float *state1, int64_t count,
                    bool decay, float learning_rate, float gradient_scale, int64_t step);

#endif /* PK_CPU_H */
