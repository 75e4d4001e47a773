/* elementwise.c - relu, addition and sums of gradients
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

pk_status
pk_reference_relu_forward (pk_step *step)
{
  const float *input = (const float *) step->input->data;
  float *output = (float *) step->output->data;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    output[i] = input[i] <= 0 ? 0 : input[i]; /* a NAN goes through */

  return PK_OK;
}

pk_status
pk_reference_relu_backward (pk_step *step)
{
  const float *input = (const float *) step->input_again->data;
  const float *gradient = (const float *) step->gradient[0]->data;
  float *input_gradient;

  if (step->input_gradient == NULL)
    return PK_OK;

  input_gradient = (float *) step->input_gradient->data;
  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    input_gradient[i] = input[i] > 0 ? gradient[i] : 0;

  return PK_OK;
}

pk_status
pk_reference_add_forward (pk_step *step)
{
  return pk_reference_sum (step->device, step->input, step->skip, step->output);
}

pk_status
pk_reference_sum (pk_device *device, const pk_tensor *a, const pk_tensor *b,
                  pk_tensor *out)
{
  const float *first = (const float *) a->data, *second = (const float *) b->data;
  float *sum = (float *) out->data;

  (void) device;
  for (int64_t i = 0, count = pk_shape_count (out->shape); i < count; i++)
    sum[i] = first[i] + second[i];

  return PK_OK;
}
