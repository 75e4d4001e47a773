/* linear.c - the linear layer, y = x W^T + b, and rows of length 1
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <math.h>

/* Rows of a value of 2 or 3 dimensions, and how long they are. */
static int64_t
columns_of (const pk_tensor *tensor)
{
  return tensor->shape.size[tensor->shape.rank - 1];
}

static int64_t
rows_of (const pk_tensor *tensor)
{
  return pk_shape_count (tensor->shape) / columns_of (tensor);
}

pk_status
pk_reference_linear_forward (pk_step *step)
{
  int64_t rows = rows_of (step->input), in = columns_of (step->input);
  int64_t out = columns_of (step->output);
  const float *x = (const float *) step->input->data;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  const float *bias
      = step->bias ? pk_parameter_value (step->parameters, step->parameter + 1) : NULL;
  float *y = (float *) step->output->data;

  for (int64_t n = 0; n < rows; n++)
    for (int64_t o = 0; o < out; o++)
      {
        double sum = bias != NULL ? bias[o] : 0;

        for (int64_t i = 0; i < in; i++)
          sum += (double) x[n * in + i] * weight[o * in + i];
        y[n * out + o] = (float) sum;
      }

  return PK_OK;
}

pk_status
pk_reference_linear_backward (pk_step *step)
{
  int64_t rows = rows_of (step->input), in = columns_of (step->input);
  int64_t out = columns_of (step->output);
  const float *x = (const float *) step->input_again->data;
  const float *g = (const float *) step->gradient[0]->data;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  float *weight_gradient = pk_parameter_gradient (step->parameters, step->parameter);

  for (int64_t o = 0; o < out; o++)
    {
      double sum = 0;

      for (int64_t i = 0; i < in; i++)
        {
          double product = 0;

          for (int64_t n = 0; n < rows; n++)
            product += (double) g[n * out + o] * x[n * in + i];
          weight_gradient[o * in + i] += (float) product;
        }
      for (int64_t n = 0; n < rows; n++)
        sum += g[n * out + o];
      if (step->bias)
        pk_parameter_gradient (step->parameters, step->parameter + 1)[o] += (float) sum;
    }

  for (int64_t n = 0; step->input_gradient != NULL && n < rows; n++)
    for (int64_t i = 0; i < in; i++)
      {
        double sum = 0;

        for (int64_t o = 0; o < out; o++)
          sum += (double) g[n * out + o] * weight[o * in + i];
        ((float *) step->input_gradient->data)[n * in + i] = (float) sum;
      }

  return PK_OK;
}

/* Saved: the length of each row. */
pk_status
pk_reference_l2_normalise_prepare (pk_step *step)
{
  step->saved_bytes = (size_t) rows_of (step->input) * sizeof (float);
  return PK_OK;
}

pk_status
pk_reference_l2_normalise_forward (pk_step *step)
{
  int64_t rows = rows_of (step->input), columns = columns_of (step->input);
  const float *x = (const float *) step->input->data;
  float *y = (float *) step->output->data;
  float *lengths = (float *) step->saved->data;

  for (int64_t n = 0; n < rows; n++, x += columns, y += columns)
    {
      double sum = 0;

      for (int64_t i = 0; i < columns; i++)
        sum += (double) x[i] * x[i];
      lengths[n] = fmaxf ((float) sqrt (sum), PK_LENGTH_EPSILON);
      for (int64_t i = 0; i < columns; i++)
        y[i] = x[i] / lengths[n];
    }

  return PK_OK;
}

/* d x = (g - y (g . y)) / length */
pk_status
pk_reference_l2_normalise_backward (pk_step *step)
{
  int64_t rows = rows_of (step->input), columns = columns_of (step->input);
  const float *lengths = (const float *) step->saved->data;

  for (int64_t n = 0; step->input_gradient != NULL && n < rows; n++)
    {
      const float *x = (const float *) step->input_again->data + n * columns;
      const float *g = (const float *) step->gradient[0]->data + n * columns;
      float *d = (float *) step->input_gradient->data + n * columns;
      double product = 0;

      for (int64_t i = 0; i < columns; i++)
        product += (double) g[i] * x[i] / lengths[n];
      if (lengths[n] <= PK_LENGTH_EPSILON) /* a constant divides, not a length */
        product = 0;
      for (int64_t i = 0; i < columns; i++)
        d[i] = (float) ((g[i] - x[i] / lengths[n] * product) / lengths[n]);
    }

  return PK_OK;
}
