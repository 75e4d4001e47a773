/* bands.c - 1 x 1 convolutions with a bias, and factors for channels
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <math.h>

typedef struct
{
  int64_t batch, in, out, pixels;
} band_shape;

static band_shape
shape_of (const pk_step *step)
{
  const int64_t *size = step->input->shape.size;

  return (band_shape){ size[0], size[1], step->output->shape.size[1], size[2] * size[3] };
}

pk_status
pk_reference_pointwise_forward (pk_step *step)
{
  band_shape s = shape_of (step);
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  const float *bias = pk_parameter_value (step->parameters, step->parameter + 1);

  for (int64_t n = 0; n < s.batch; n++)
    for (int64_t o = 0; o < s.out; o++)
      for (int64_t p = 0; p < s.pixels; p++)
        {
          const float *x = (const float *) step->input->data + n * s.in * s.pixels + p;
          double sum = bias[o];

          for (int64_t i = 0; i < s.in; i++)
            sum += (double) weight[o * s.in + i] * x[i * s.pixels];
          ((float *) step->output->data)[(n * s.out + o) * s.pixels + p] = (float) sum;
        }

  return PK_OK;
}

static void
pointwise_input_gradient (pk_step *step, const band_shape *s)
{
  const float *weight = pk_parameter_value (step->parameters, step->parameter);

  for (int64_t n = 0; n < s->batch; n++)
    for (int64_t i = 0; i < s->in; i++)
      for (int64_t p = 0; p < s->pixels; p++)
        {
          const float *g
              = (const float *) step->gradient[0]->data + n * s->out * s->pixels + p;
          double sum = 0;

          for (int64_t o = 0; o < s->out; o++)
            sum += (double) weight[o * s->in + i] * g[o * s->pixels];
          ((float *) step->input_gradient->data)[(n * s->in + i) * s->pixels + p]
              = (float) sum;
        }
}

pk_status
pk_reference_pointwise_backward (pk_step *step)
{
  band_shape s = shape_of (step);
  float *weight_gradient = pk_parameter_gradient (step->parameters, step->parameter);
  float *bias_gradient = pk_parameter_gradient (step->parameters, step->parameter + 1);

  for (int64_t o = 0; o < s.out; o++)
    for (int64_t i = -1; i < s.in; i++) /* -1: the bias, whose input is 1 */
      {
        double sum = 0;

        for (int64_t n = 0; n < s.batch; n++)
          for (int64_t p = 0; p < s.pixels; p++)
            {
              double g = ((const float *) step->gradient[0]
                              ->data)[(n * s.out + o) * s.pixels + p];
              const float *x
                  = (const float *) step->input_again->data + n * s.in * s.pixels + p;

              sum += i < 0 ? g : g * x[i * s.pixels];
            }
        if (i < 0)
          bias_gradient[o] += (float) sum;
        else
          weight_gradient[o * s.in + i] += (float) sum;
      }

  if (step->input_gradient != NULL)
    pointwise_input_gradient (step, &s);
  return PK_OK;
}

pk_status
pk_reference_sigmoid_forward (pk_step *step)
{
  const float *x = (const float *) step->input->data;
  float *y = (float *) step->output->data;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    y[i] = 1 / (1 + expf (-x[i]));

  return PK_OK;
}

pk_status
pk_reference_sigmoid_backward (pk_step *step)
{
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;

  if (step->input_gradient == NULL)
    return PK_OK;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    {
      float y = 1 / (1 + expf (-x[i]));

      ((float *) step->input_gradient->data)[i] = g[i] * y * (1 - y);
    }

  return PK_OK;
}

pk_status
pk_reference_scale_forward (pk_step *step)
{
  band_shape s = shape_of (step);
  const float *factors = (const float *) step->skip->data;

  for (int64_t c = 0; c < s.batch * s.in; c++)
    for (int64_t p = c * s.pixels; p < (c + 1) * s.pixels; p++)
      ((float *) step->output->data)[p]
          = factors[c] * ((const float *) step->input->data)[p];

  return PK_OK;
}

pk_status
pk_reference_scale_backward (pk_step *step)
{
  band_shape s = shape_of (step);
  const float *factors = (const float *) step->skip_again->data;
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;

  for (int64_t c = 0; c < s.batch * s.in; c++)
    {
      double sum = 0;

      for (int64_t p = c * s.pixels; p < (c + 1) * s.pixels; p++)
        {
          sum += (double) g[p] * x[p];
          if (step->input_gradient != NULL)
            ((float *) step->input_gradient->data)[p] = factors[c] * g[p];
        }
      if (step->skip_gradient != NULL)
        ((float *) step->skip_gradient->data)[c] = (float) sum;
    }

  return PK_OK;
}
