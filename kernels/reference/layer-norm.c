/* layer-norm.c - layer normalisation, and the activations of transformers
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ba et al. 2016, arXiv:1607.06450. Saved: the mean and 1 / deviation of each row.
 */
#include "kernels/reference/reference.h"

#include <math.h>

static int64_t
columns_of (const pk_step *step)
{
  pk_shape shape = step->input->shape;

  return shape.size[shape.rank - 1];
}

pk_status
pk_reference_layer_norm_prepare (pk_step *step)
{
  step->saved_bytes
      = 2 * sizeof (float)
        * (size_t) (pk_shape_count (step->input->shape) / columns_of (step));
  return PK_OK;
}

pk_status
pk_reference_layer_norm_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  int64_t columns = columns_of (step);
  int64_t rows = pk_shape_count (step->input->shape) / columns;
  const float *x = (const float *) step->input->data;
  const float *scale = pk_parameter_value (step->parameters, step->parameter);
  const float *shift = pk_parameter_value (step->parameters, step->parameter + 1);
  const float *saved = (const float *) step->saved->data;

  (void) skip;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < columns; i++)
      ((float *) output->data)[r * columns + i]
          = (x[r * columns + i] - saved[2 * r]) * saved[2 * r + 1] * scale[i] + shift[i];

  return PK_OK;
}

pk_status
pk_reference_layer_norm_forward (pk_step *step)
{
  int64_t columns = columns_of (step);
  int64_t rows = pk_shape_count (step->input->shape) / columns;
  float *saved = (float *) step->saved->data;

  for (int64_t r = 0; r < rows; r++)
    {
      const float *x = (const float *) step->input->data + r * columns;
      double mean = 0, variance = 0;

      for (int64_t i = 0; i < columns; i++)
        mean += x[i];
      mean /= (double) columns;
      for (int64_t i = 0; i < columns; i++)
        variance += (x[i] - mean) * (x[i] - mean);
      saved[2 * r] = (float) mean;
      saved[2 * r + 1]
          = (float) (1 / sqrt (variance / (double) columns + step->node.epsilon));
    }

  return pk_reference_layer_norm_again (step, NULL, step->output);
}

/* With u = (x - mean) / deviation and h = g scale: d x = (h - mean h - u mean (h u)) /
 * deviation, over the columns of a row. */
pk_status
pk_reference_layer_norm_backward (pk_step *step)
{
  int64_t columns = columns_of (step);
  int64_t rows = pk_shape_count (step->input->shape) / columns;
  const float *scale = pk_parameter_value (step->parameters, step->parameter);
  float *scale_gradient = pk_parameter_gradient (step->parameters, step->parameter);
  float *shift_gradient = pk_parameter_gradient (step->parameters, step->parameter + 1);
  const float *saved = (const float *) step->saved->data;

  for (int64_t i = 0; i < columns; i++)
    {
      double sum = 0, sum_u = 0;

      for (int64_t r = 0; r < rows; r++)
        {
          double g = ((const float *) step->gradient[0]->data)[r * columns + i];
          double x = ((const float *) step->input_again->data)[r * columns + i];

          sum += g;
          sum_u += g * (x - saved[2 * r]) * saved[2 * r + 1];
        }
      shift_gradient[i] += (float) sum;
      scale_gradient[i] += (float) sum_u;
    }

  for (int64_t r = 0; step->input_gradient != NULL && r < rows; r++)
    {
      const float *g = (const float *) step->gradient[0]->data + r * columns;
      const float *x = (const float *) step->input_again->data + r * columns;
      float *d = (float *) step->input_gradient->data + r * columns;
      double mean = 0, mean_u = 0;

      for (int64_t i = 0; i < columns; i++)
        {
          double u = ((double) x[i] - saved[2 * r]) * saved[2 * r + 1];

          mean += (double) g[i] * scale[i];
          mean_u += (double) g[i] * scale[i] * u;
        }
      mean /= (double) columns;
      mean_u /= (double) columns;
      for (int64_t i = 0; i < columns; i++)
        {
          double u = ((double) x[i] - saved[2 * r]) * saved[2 * r + 1];

          d[i] = (float) (saved[2 * r + 1]
                          * ((double) g[i] * scale[i] - mean - u * mean_u));
        }
    }

  return PK_OK;
}

/* ---- GELU and ReLU6: value and slope ---- */

static double
normal_below (double x) /* Phi */
{
  return 0.5 * (1 + erf (x * 0.70710678118654752));
}

pk_status
pk_reference_gelu_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  const float *x = (const float *) step->input->data;

  (void) skip;
  for (int64_t i = 0, count = pk_shape_count (output->shape); i < count; i++)
    ((float *) output->data)[i] = (float) (x[i] * normal_below (x[i]));
  return PK_OK;
}

pk_status
pk_reference_gelu_forward (pk_step *step)
{
  return pk_reference_gelu_again (step, NULL, step->output);
}

pk_status
pk_reference_gelu_backward (pk_step *step)
{
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;

  if (step->input_gradient == NULL)
    return PK_OK;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    ((float *) step->input_gradient->data)[i]
        = (float) (g[i]
                   * (normal_below (x[i])
                      + x[i] * 0.39894228040143268 * exp (-0.5 * (double) x[i] * x[i])));
  return PK_OK;
}

pk_status
pk_reference_relu6_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  const float *x = (const float *) step->input->data;

  (void) skip;
  for (int64_t i = 0, count = pk_shape_count (output->shape); i < count; i++)
    ((float *) output->data)[i] = x[i] <= 0 ? 0 : x[i] >= 6 ? 6 : x[i]; /* NAN: NAN */
  return PK_OK;
}

pk_status
pk_reference_relu6_forward (pk_step *step)
{
  return pk_reference_relu6_again (step, NULL, step->output);
}

pk_status
pk_reference_relu6_backward (pk_step *step)
{
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;

  if (step->input_gradient == NULL)
    return PK_OK;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    ((float *) step->input_gradient->data)[i] = x[i] > 0 && x[i] < 6 ? g[i] : 0;
  return PK_OK;
}
