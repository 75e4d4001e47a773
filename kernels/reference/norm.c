/* norm.c - batch normalisation with what comes behind it: y = relu (norm (x) + skip)
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ioffe and Szegedy 2015, arXiv:1502.03167. Saved for backward: the mean and 1 / standard
 * deviation of each channel, and, where there is a skip, a byte for each output that says
 * whether the relu let it through. Without a skip that follows from x.
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <string.h>

typedef struct
{
  int batch, channels, pixels;
  float *mean, *inverse; /* saved */
  unsigned char *open;
  const float *scale, *shift;
} norm_shape;

static norm_shape
shape_of (pk_step *step)
{
  const int64_t *size = step->input->shape.size;
  norm_shape s = { .batch = (int) size[0],
                   .channels = (int) size[1],
                   .pixels = (int) (size[2] * size[3]) };

  s.scale = pk_parameter_value (step->parameters, step->parameter + PK_NORM_SCALE);
  s.shift = pk_parameter_value (step->parameters, step->parameter + PK_NORM_SHIFT);
  s.mean = (float *) step->saved->data;
  s.inverse = s.mean + s.channels;
  s.open = (unsigned char *) (s.inverse + s.channels);
  return s;
}

pk_status
pk_reference_norm_prepare (pk_step *step)
{
  step->saved_bytes = 2 * sizeof (float) * (size_t) step->input->shape.size[1]
                      + (size_t) pk_shape_count (step->input->shape);
  return PK_OK;
}

static float *
plane (const pk_tensor *tensor, const norm_shape *s, int n, int c)
{
  return (float *) tensor->data
         + ((size_t) n * (size_t) s->channels + (size_t) c) * (size_t) s->pixels;
}

static void
batch_moments (pk_step *step, const norm_shape *s, int c)
{
  double count = (double) s->batch * s->pixels, mean = 0, variance = 0;
  float *running_mean
      = pk_parameter_value (step->parameters, step->parameter + PK_NORM_MEAN);
  float *running_variance
      = pk_parameter_value (step->parameters, step->parameter + PK_NORM_VARIANCE);

  for (int n = 0; n < s->batch; n++)
    for (int i = 0; i < s->pixels; i++)
      mean += plane (step->input, s, n, c)[i];
  mean /= count;
  for (int n = 0; n < s->batch; n++)
    for (int i = 0; i < s->pixels; i++)
      variance += pow (plane (step->input, s, n, c)[i] - mean, 2);
  variance /= count;

  s->mean[c] = (float) mean;
  s->inverse[c] = (float) (1 / sqrt (variance + PK_NORM_EPSILON));
  running_mean[c] += PK_NORM_MOMENTUM * (float) (mean - running_mean[c]);
  running_variance[c]
      += PK_NORM_MOMENTUM
         * (float) (variance * count / (count > 1 ? count - 1 : 1) - running_variance[c]);
}

static void
running_moments (pk_step *step, const norm_shape *s, int c)
{
  s->mean[c] = pk_parameter_value (step->parameters, step->parameter + PK_NORM_MEAN)[c];
  s->inverse[c] = 1
                  / sqrtf (pk_parameter_value (step->parameters,
                                               step->parameter + PK_NORM_VARIANCE)[c]
                           + PK_NORM_EPSILON);
}

pk_status
pk_reference_norm_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  norm_shape s = shape_of (step);
  size_t at = 0;

  for (int n = 0; n < s.batch; n++)
    for (int c = 0; c < s.channels; c++)
      for (int i = 0; i < s.pixels; i++, at++)
        {
          float y
              = (plane (step->input, &s, n, c)[i] - s.mean[c]) * s.inverse[c] * s.scale[c]
                + s.shift[c];

          if (skip != NULL)
            y += plane (skip, &s, n, c)[i];
          s.open[at] = !step->relu || !(y <= 0); /* a NAN goes through */
          plane (output, &s, n, c)[i] = s.open[at] ? y : 0;
        }

  return PK_OK;
}

pk_status
pk_reference_norm_forward (pk_step *step)
{
  norm_shape s = shape_of (step);

  for (int c = 0; c < s.channels; c++)
    {
      if (step->training)
        batch_moments (step, &s, c);
      else
        running_moments (step, &s, c);
    }

  return pk_reference_norm_again (step, step->skip, step->output);
}

/* With g the gradient behind the relu and u = (x - mean) / deviation:
 *   d shift = sum g, d scale = sum g u,
 *   d x = scale / deviation (g - mean g - u mean (g u)). */
pk_status
pk_reference_norm_backward (pk_step *step)
{
  norm_shape s = shape_of (step);
  double count = (double) s.batch * s.pixels;
  float *scale_gradient
      = pk_parameter_gradient (step->parameters, step->parameter + PK_NORM_SCALE);
  float *shift_gradient
      = pk_parameter_gradient (step->parameters, step->parameter + PK_NORM_SHIFT);

  for (int c = 0; c < s.channels; c++)
    {
      double sum = 0, sum_u = 0;

      for (int pass = 0; pass < 2; pass++)
        for (int n = 0; n < s.batch; n++)
          for (int i = 0; i < s.pixels; i++)
            {
              size_t at
                  = ((size_t) n * (size_t) s.channels + (size_t) c) * (size_t) s.pixels
                    + (size_t) i;
              float u
                  = (plane (step->input_again, &s, n, c)[i] - s.mean[c]) * s.inverse[c];
              float g = plane (step->gradient[0], &s, n, c)[i];

              if (step->gradient[1] != NULL)
                g += plane (step->gradient[1], &s, n, c)[i];
              g = s.open[at] ? g : 0;
              if (pass == 0)
                {
                  sum += g;
                  sum_u += (double) g * u;
                  if (step->skip_gradient != NULL)
                    plane (step->skip_gradient, &s, n, c)[i] = g;
                }
              else if (step->input_gradient != NULL)
                plane (step->input_gradient, &s, n, c)[i]
                    = (float) (s.scale[c] * s.inverse[c]
                               * (g - sum / count - u * sum_u / count));
            }
      shift_gradient[c] += (float) sum;
      scale_gradient[c] += (float) sum_u;
    }

  return PK_OK;
}
