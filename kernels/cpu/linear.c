/* linear.c - the linear layer through oneDNN's matrix product
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The head is a thousandth of the arithmetic and stays in float32 whatever the encoder
 * is.
 */
#include "kernels/cpu/cpu.h"

typedef struct
{
  int64_t rows, in, out;
} linear_shape;

static linear_shape
shape_of (const pk_step *step)
{
  pk_shape in = step->input->shape, out = step->output->shape;

  return (linear_shape){ pk_shape_count (in) / in.size[in.rank - 1], in.size[in.rank - 1],
                         out.size[out.rank - 1] };
}

pk_status
pk_cpu_linear_forward (pk_step *step)
{
  linear_shape s = shape_of (step);
  float *y = (float *) step->output->data;

  if (step->bias)
    {
      const float *bias = pk_parameter_value (step->parameters, step->parameter + 1);

      for (int64_t n = 0; n < s.rows; n++)
        for (int64_t o = 0; o < s.out; o++)
          y[n * s.out + o] = bias[o];
    }

  pk_parallel_limit (step->device->threads);
  return pk_onednn_matrix_product (false, true, s.rows, s.out, s.in, 1,
                                   (const float *) step->input->data, s.in,
                                   pk_parameter_value (step->parameters, step->parameter),
                                   s.in, step->bias ? 1 : 0, y, s.out);
}

pk_status
pk_cpu_linear_backward (pk_step *step)
{
  linear_shape s = shape_of (step);
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;
  bool fresh;
  float *weight_gradient
      = pk_parameter_gradient_take (step->parameters, step->parameter, &fresh);
  pk_status status;

  pk_parallel_limit (step->device->threads);
  status = pk_onednn_matrix_product (true, false, s.out, s.in, s.rows, 1, g, s.out, x,
                                     s.in, fresh ? 0 : 1, weight_gradient, s.in);
  if (status != PK_OK)
    return status;

  if (step->bias)
    {
      float *bias_gradient
          = pk_parameter_gradient (step->parameters, step->parameter + 1);

      for (int64_t n = 0; n < s.rows; n++)
        for (int64_t o = 0; o < s.out; o++)
          bias_gradient[o] += g[n * s.out + o];
    }

  if (step->input_gradient == NULL)
    return PK_OK;
  return pk_onednn_matrix_product (false, false, s.rows, s.in, s.out, 1, g, s.out,
                                   pk_parameter_value (step->parameters, step->parameter),
                                   s.in, 0, (float *) step->input_gradient->data, s.in);
}
