/* depthwise.c - convolution of each channel by itself
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <string.h>

typedef struct
{
  int64_t channels, height, width, out_height, out_width, kernel, stride, padding;
} plane_shape;

static plane_shape
shape_of (const pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;

  return (plane_shape){ in[1],  in[2],        in[3],        out[2],
                        out[3], step->kernel, step->stride, step->padding };
}

/* For tap @k of output @o of a plane: its pixel, or -1 outside. */
static int64_t
pixel_at (const plane_shape *s, int64_t o, int64_t k)
{
  int64_t y = o / s->out_width * s->stride - s->padding + k / s->kernel;
  int64_t x = o % s->out_width * s->stride - s->padding + k % s->kernel;

  return y < 0 || y >= s->height || x < 0 || x >= s->width ? -1 : y * s->width + x;
}

pk_status
pk_reference_depthwise_forward (pk_step *step)
{
  plane_shape s = shape_of (step);
  int64_t taps = s.kernel * s.kernel, outs = s.out_height * s.out_width;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);

  for (int64_t p = 0; p < step->input->shape.size[0] * s.channels; p++)
    for (int64_t o = 0; o < outs; o++)
      {
        const float *x = (const float *) step->input->data + p * s.height * s.width;
        double sum = 0;

        for (int64_t k = 0; k < taps; k++)
          if (pixel_at (&s, o, k) >= 0)
            sum += (double) weight[p % s.channels * taps + k] * x[pixel_at (&s, o, k)];
        ((float *) step->output->data)[p * outs + o] = (float) sum;
      }

  return PK_OK;
}

static void
weight_gradient (pk_step *step, const plane_shape *s)
{
  int64_t taps = s->kernel * s->kernel, outs = s->out_height * s->out_width;
  float *gradient = pk_parameter_gradient (step->parameters, step->parameter);

  for (int64_t c = 0; c < s->channels; c++)
    for (int64_t k = 0; k < taps; k++)
      {
        double sum = 0;

        for (int64_t n = 0; n < step->input->shape.size[0]; n++)
          for (int64_t o = 0; o < outs; o++)
            if (pixel_at (s, o, k) >= 0)
              {
                int64_t p = n * s->channels + c;

                sum += (double) ((const float *) step->gradient[0]->data)[p * outs + o]
                       * ((const float *) step->input_again
                              ->data)[p * s->height * s->width + pixel_at (s, o, k)];
              }
        gradient[c * taps + k] += (float) sum;
      }
}

pk_status
pk_reference_depthwise_backward (pk_step *step)
{
  plane_shape s = shape_of (step);
  int64_t taps = s.kernel * s.kernel, outs = s.out_height * s.out_width;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  float *d;

  weight_gradient (step, &s);
  if (step->input_gradient == NULL)
    return PK_OK;

  memset (step->input_gradient->data, 0, step->input_gradient->bytes);
  for (int64_t p = 0; p < step->input->shape.size[0] * s.channels; p++)
    for (int64_t o = 0; o < outs; o++)
      for (int64_t k = 0; k < taps; k++)
        if (pixel_at (&s, o, k) >= 0)
          {
            d = (float *) step->input_gradient->data + p * s.height * s.width;
            d[pixel_at (&s, o, k)]
                += weight[p % s.channels * taps + k]
                   * ((const float *) step->gradient[0]->data)[p * outs + o];
          }

  return PK_OK;
}
