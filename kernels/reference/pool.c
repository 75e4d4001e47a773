/* pool.c - max pooling and global average pooling
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Saved for backward: for each output the place in its window that won, in one byte. Of
 * equals the first wins, as in PyTorch.
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <string.h>

pk_status
pk_reference_max_pool_prepare (pk_step *step)
{
  step->saved_bytes = (size_t) pk_shape_count (step->output->shape);
  return PK_OK;
}

pk_status
pk_reference_max_pool_forward (pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;
  const float *input = (const float *) step->input->data;
  float *output = (float *) step->output->data;
  unsigned char *won = (unsigned char *) step->saved->data;

  for (int64_t p = 0; p < in[0] * in[1]; p++, input += in[2] * in[3])
    for (int64_t y = 0; y < out[2]; y++)
      for (int64_t x = 0; x < out[3]; x++, output++, won++)
        {
          float best = -INFINITY;

          *won = 0;
          for (int k = 0; k < step->kernel * step->kernel; k++)
            {
              int64_t from_y = y * step->stride - step->padding + k / step->kernel;
              int64_t from_x = x * step->stride - step->padding + k % step->kernel;
              bool inside
                  = from_y >= 0 && from_y < in[2] && from_x >= 0 && from_x < in[3];

              if (inside && (input[from_y * in[3] + from_x] > best || best == -INFINITY))
                {
                  best = input[from_y * in[3] + from_x];
                  *won = (unsigned char) k;
                }
            }
          *output = best;
        }

  return PK_OK;
}

pk_status
pk_reference_max_pool_backward (pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;
  const float *first = (const float *) step->gradient[0]->data;
  const float *second
      = step->gradient[1] ? (const float *) step->gradient[1]->data : NULL;
  float *gradient = (float *) step->input_gradient->data;
  const unsigned char *won = (const unsigned char *) step->saved->data;
  size_t at = 0;

  memset (gradient, 0, step->input_gradient->bytes);
  for (int64_t p = 0; p < in[0] * in[1]; p++, gradient += in[2] * in[3])
    for (int64_t y = 0; y < out[2]; y++)
      for (int64_t x = 0; x < out[3]; x++, at++)
        {
          int64_t to_y = y * step->stride - step->padding + won[at] / step->kernel;
          int64_t to_x = x * step->stride - step->padding + won[at] % step->kernel;

          gradient[to_y * in[3] + to_x] += first[at] + (second != NULL ? second[at] : 0);
        }

  return PK_OK;
}

pk_status
pk_reference_global_average_pool_forward (pk_step *step)
{
  const int64_t *in = step->input->shape.size;
  const float *input = (const float *) step->input->data;
  float *output = (float *) step->output->data;
  int64_t pixels = in[2] * in[3];

  for (int64_t p = 0; p < in[0] * in[1]; p++)
    {
      double sum = 0;

      for (int64_t i = 0; i < pixels; i++)
        sum += *input++;
      output[p] = (float) (sum / (double) pixels);
    }

  return PK_OK;
}

pk_status
pk_reference_global_average_pool_backward (pk_step *step)
{
  const int64_t *in = step->input->shape.size;
  const float *gradient = (const float *) step->gradient[0]->data;
  float *input_gradient = (float *) step->input_gradient->data;
  int64_t pixels = in[2] * in[3];

  for (int64_t p = 0; p < in[0] * in[1]; p++)
    for (int64_t i = 0; i < pixels; i++)
      *input_gradient++ = gradient[p] / (float) pixels;

  return PK_OK;
}
