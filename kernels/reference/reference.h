/* reference.h - every operation in slow, obvious C
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The definition of each operation, the oracle of the tests, and what other back-ends
 * fall back on for shapes they have nothing for. Tensors are plain float32.
 */
#ifndef PK_REFERENCE_H
#define PK_REFERENCE_H

#include "kernels/backend.h"

pk_status pk_reference_conv2d_forward (pk_step *step);
pk_status pk_reference_conv2d_backward (pk_step *step);

pk_status pk_reference_norm_prepare (pk_step *step);
pk_status pk_reference_norm_forward (pk_step *step);
pk_status pk_reference_norm_again (pk_step *step, const pk_tensor *skip,
                                   pk_tensor *output);
pk_status pk_reference_norm_backward (pk_step *step);

pk_status pk_reference_relu_forward (pk_step *step);
pk_status pk_reference_relu_backward (pk_step *step);
pk_status pk_reference_add_forward (pk_step *step);

pk_status pk_reference_max_pool_prepare (pk_step *step);
pk_status pk_reference_max_pool_forward (pk_step *step);
pk_status pk_reference_max_pool_backward (pk_step *step);
pk_status pk_reference_global_average_pool_forward (pk_step *step);
pk_status pk_reference_global_average_pool_backward (pk_step *step);

pk_status pk_reference_linear_forward (pk_step *step);
pk_status pk_reference_linear_backward (pk_step *step);

pk_status pk_reference_l2_normalise_prepare (pk_step *step);
pk_status pk_reference_l2_normalise_forward (pk_step *step);
pk_status pk_reference_l2_normalise_backward (pk_step *step);

pk_status pk_reference_nt_xent_forward (pk_step *step);
pk_status pk_reference_nt_xent_backward (pk_step *step);

pk_status pk_reference_pointwise_forward (pk_step *step);
pk_status pk_reference_pointwise_backward (pk_step *step);
pk_status pk_reference_sigmoid_forward (pk_step *step);
pk_status pk_reference_sigmoid_backward (pk_step *step);
pk_status pk_reference_scale_forward (pk_step *step);
pk_status pk_reference_scale_backward (pk_step *step);

pk_status pk_reference_relu6_forward (pk_step *step);
pk_status pk_reference_relu6_backward (pk_step *step);
pk_status pk_reference_relu6_again (pk_step *step, const pk_tensor *skip,
                                    pk_tensor *output);
pk_status pk_reference_gelu_forward (pk_step *step);
pk_status pk_reference_gelu_backward (pk_step *step);
pk_status pk_reference_gelu_again (pk_step *step, const pk_tensor *skip,
                                   pk_tensor *output);
pk_status pk_reference_layer_norm_prepare (pk_step *step);
pk_status pk_reference_layer_norm_forward (pk_step *step);
pk_status pk_reference_layer_norm_backward (pk_step *step);
pk_status pk_reference_layer_norm_again (pk_step *step, const pk_tensor *skip,
                                         pk_tensor *output);
pk_status pk_reference_attention_forward (pk_step *step);
pk_status pk_reference_attention_backward (pk_step *step);
pk_status pk_reference_concat_forward (pk_step *step);
pk_status pk_reference_concat_backward (pk_step *step);
pk_status pk_reference_slice_forward (pk_step *step);
pk_status pk_reference_slice_backward (pk_step *step);
pk_status pk_reference_mix_forward (pk_step *step);
pk_status pk_reference_mix_backward (pk_step *step);
pk_status pk_reference_mean_tokens_forward (pk_step *step);
pk_status pk_reference_mean_tokens_backward (pk_step *step);
pk_status pk_reference_tokens_forward (pk_step *step);
pk_status pk_reference_tokens_backward (pk_step *step);
pk_status pk_reference_patches_forward (pk_step *step);
pk_status pk_reference_patches_backward (pk_step *step);
pk_status pk_reference_class_token_forward (pk_step *step);
pk_status pk_reference_class_token_backward (pk_step *step);
pk_status pk_reference_contrastive_prepare (pk_step *step);
pk_status pk_reference_contrastive_forward (pk_step *step);
pk_status pk_reference_contrastive_backward (pk_step *step);
pk_status pk_reference_vicreg_prepare (pk_step *step);
pk_status pk_reference_vicreg_forward (pk_step *step);
pk_status pk_reference_vicreg_backward (pk_step *step);
/* 1 / temperature, learned or not. */
double pk_contrastive_scale (const pk_step *step);

pk_status pk_reference_depthwise_forward (pk_step *step);
pk_status pk_reference_depthwise_backward (pk_step *step);

pk_status pk_reference_sum (pk_device *device, const pk_tensor *a, const pk_tensor *b,
                            pk_tensor *out);
double pk_reference_sum_of_squares (pk_device *device, const float *values,
                                    int64_t count);
void pk_reference_update (pk_device *device, const pk_optimiser *optimiser, float *value,
                          const float *gradient, float *state0, float *state1,
                          int64_t count, bool decay, float learning_rate,
                          float gradient_scale, int64_t step);

#endif /* PK_REFERENCE_H */
