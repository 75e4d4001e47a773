/* tokens.c - cutting, joining and mixing rows of tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <string.h>

static float *
values_of (const pk_tensor *tensor)
{
  return tensor != NULL ? (float *) tensor->data : NULL;
}

/* Numbers of one element of the second dimension. */
static int64_t
inner_of (pk_shape shape)
{
  int64_t count = 1;

  for (int i = 2; i < shape.rank; i++)
    count *= shape.size[i];
  return count;
}

/* ---- Join and cut along the second dimension ---- */

pk_status
pk_reference_concat_forward (pk_step *step)
{
  int64_t inner = inner_of (step->input->shape);
  int64_t a = step->input->shape.size[1] * inner, b = step->skip->shape.size[1] * inner;
  float *y = values_of (step->output);

  for (int64_t n = 0; n < step->input->shape.size[0]; n++, y += a + b)
    {
      memcpy (y, values_of (step->input) + n * a, (size_t) a * sizeof (float));
      memcpy (y + a, values_of (step->skip) + n * b, (size_t) b * sizeof (float));
    }

  return PK_OK;
}

pk_status
pk_reference_concat_backward (pk_step *step)
{
  int64_t inner = inner_of (step->input->shape);
  int64_t a = step->input->shape.size[1] * inner, b = step->skip->shape.size[1] * inner;
  const float *g = values_of (step->gradient[0]);

  for (int64_t n = 0; n < step->input->shape.size[0]; n++, g += a + b)
    {
      if (step->input_gradient != NULL)
        memcpy (values_of (step->input_gradient) + n * a, g, (size_t) a * sizeof (float));
      if (step->skip_gradient != NULL)
        memcpy (values_of (step->skip_gradient) + n * b, g + a,
                (size_t) b * sizeof (float));
    }

  return PK_OK;
}

pk_status
pk_reference_slice_forward (pk_step *step)
{
  int64_t inner = inner_of (step->input->shape);
  int64_t all = step->input->shape.size[1] * inner;
  int64_t part = pk_shape_count (step->output->shape) / step->output->shape.size[0];

  for (int64_t n = 0; n < step->input->shape.size[0]; n++)
    memcpy (values_of (step->output) + n * part,
            values_of (step->input) + n * all + step->node.from * inner,
            (size_t) part * sizeof (float));

  return PK_OK;
}

pk_status
pk_reference_slice_backward (pk_step *step)
{
  int64_t inner = inner_of (step->input->shape);
  int64_t all = step->input->shape.size[1] * inner;
  int64_t part = pk_shape_count (step->output->shape) / step->output->shape.size[0];

  if (step->input_gradient == NULL)
    return PK_OK;

  memset (values_of (step->input_gradient), 0, step->input_gradient->bytes);
  for (int64_t n = 0; n < step->input->shape.size[0]; n++)
    memcpy (values_of (step->input_gradient) + n * all + step->node.from * inner,
            values_of (step->gradient[0]) + n * part, (size_t) part * sizeof (float));

  return PK_OK;
}

pk_status
pk_reference_mix_forward (pk_step *step)
{
  const float *weight = step->node.weight;

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    values_of (step->output)[i]
        = weight[0] * values_of (step->input)[i] + weight[1] * values_of (step->skip)[i];

  return PK_OK;
}

pk_status
pk_reference_mix_backward (pk_step *step)
{
  const float *g = values_of (step->gradient[0]);

  for (int64_t i = 0, count = pk_shape_count (step->output->shape); i < count; i++)
    {
      if (step->input_gradient != NULL)
        values_of (step->input_gradient)[i] = step->node.weight[0] * g[i];
      if (step->skip_gradient != NULL)
        values_of (step->skip_gradient)[i] = step->node.weight[1] * g[i];
    }

  return PK_OK;
}

pk_status
pk_reference_mean_tokens_forward (pk_step *step)
{
  const int64_t *size = step->input->shape.size;

  for (int64_t n = 0; n < size[0]; n++)
    for (int64_t i = 0; i < size[2]; i++)
      {
        double sum = 0;

        for (int64_t t = step->node.from; t < size[1]; t++)
          sum += values_of (step->input)[(n * size[1] + t) * size[2] + i];
        values_of (step->output)[n * size[2] + i]
            = (float) (sum / (double) (size[1] - step->node.from));
      }

  return PK_OK;
}

pk_status
pk_reference_mean_tokens_backward (pk_step *step)
{
  const int64_t *size = step->input->shape.size;
  float share = 1.0f / (float) (size[1] - step->node.from);

  if (step->input_gradient == NULL)
    return PK_OK;

  for (int64_t n = 0; n < size[0]; n++)
    for (int64_t t = 0; t < size[1]; t++)
      for (int64_t i = 0; i < size[2]; i++)
        values_of (step->input_gradient)[(n * size[1] + t) * size[2] + i]
            = t < step->node.from
                  ? 0
                  : share * values_of (step->gradient[0])[n * size[2] + i];

  return PK_OK;
}

/* (N, C, P) to (N, P, C), and back. */
static void
transpose (const float *from, float *to, int64_t batch, int64_t rows, int64_t columns)
{
  for (int64_t n = 0; n < batch; n++)
    for (int64_t i = 0; i < rows; i++)
      for (int64_t k = 0; k < columns; k++)
        to[(n * columns + k) * rows + i] = from[(n * rows + i) * columns + k];
}

pk_status
pk_reference_tokens_forward (pk_step *step)
{
  const int64_t *size = step->output->shape.size;

  transpose (values_of (step->input), values_of (step->output), size[0], size[2],
             size[1]);
  return PK_OK;
}

pk_status
pk_reference_tokens_backward (pk_step *step)
{
  const int64_t *size = step->output->shape.size;

  if (step->input_gradient != NULL)
    transpose (values_of (step->gradient[0]), values_of (step->input_gradient), size[0],
               size[1], size[2]);
  return PK_OK;
}

/* ---- Patches ---- */

typedef struct
{
  int64_t batch, bands, height, width, patch, across, tokens, out;
} patch_shape;

static patch_shape
patches_of (const pk_step *step)
{
  const int64_t *size = step->input->shape.size;

  return (patch_shape){ size[0],
                        size[1],
                        size[2],
                        size[3],
                        step->node.kernel,
                        size[3] / step->node.kernel,
                        step->output->shape.size[1],
                        step->output->shape.size[2] };
}

/* Where number @k of patch @t of image @n stands in the picture. */
static int64_t
pixel_at (const patch_shape *s, int64_t n, int64_t t, int64_t k)
{
  int64_t band = k / (s->patch * s->patch), place = k % (s->patch * s->patch);
  int64_t y = t / s->across * s->patch + place / s->patch;
  int64_t x = t % s->across * s->patch + place % s->patch;

  return ((n * s->bands + band) * s->height + y) * s->width + x;
}

pk_status
pk_reference_patches_forward (pk_step *step)
{
  patch_shape s = patches_of (step);
  int64_t numbers = s.bands * s.patch * s.patch;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  const float *bias = pk_parameter_value (step->parameters, step->parameter + 1);

  for (int64_t n = 0; n < s.batch; n++)
    for (int64_t t = 0; t < s.tokens; t++)
      for (int64_t o = 0; o < s.out; o++)
        {
          double sum = bias[o];

          for (int64_t k = 0; k < numbers; k++)
            sum += (double) weight[o * numbers + k]
                   * values_of (step->input)[pixel_at (&s, n, t, k)];
          values_of (step->output)[(n * s.tokens + t) * s.out + o] = (float) sum;
        }

  return PK_OK;
}

pk_status
pk_reference_patches_backward (pk_step *step)
{
  patch_shape s = patches_of (step);
  int64_t numbers = s.bands * s.patch * s.patch;
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  float *weight_gradient = pk_parameter_gradient (step->parameters, step->parameter);
  float *bias_gradient = pk_parameter_gradient (step->parameters, step->parameter + 1);
  const float *g = values_of (step->gradient[0]);

  for (int64_t o = 0; o < s.out; o++)
    for (int64_t k = -1; k < numbers; k++) /* -1: the bias */
      {
        double sum = 0;

        for (int64_t n = 0; n < s.batch; n++)
          for (int64_t t = 0; t < s.tokens; t++)
            sum += (double) g[(n * s.tokens + t) * s.out + o]
                   * (k < 0 ? 1 : values_of (step->input_again)[pixel_at (&s, n, t, k)]);
        if (k < 0)
          bias_gradient[o] += (float) sum;
        else
          weight_gradient[o * numbers + k] += (float) sum;
      }

  for (int64_t n = 0; step->input_gradient != NULL && n < s.batch; n++)
    for (int64_t t = 0; t < s.tokens; t++)
      for (int64_t k = 0; k < numbers; k++)
        {
          double sum = 0;

          for (int64_t o = 0; o < s.out; o++)
            sum += (double) weight[o * numbers + k] * g[(n * s.tokens + t) * s.out + o];
          values_of (step->input_gradient)[pixel_at (&s, n, t, k)] = (float) sum;
        }

  return PK_OK;
}

/* ---- Class token and positions ---- */

pk_status
pk_reference_class_token_forward (pk_step *step)
{
  const int64_t *size = step->output->shape.size;
  int64_t first = step->node.class_token, width = size[2];
  const float *token = pk_parameter_value (step->parameters, step->parameter);
  const float *position = pk_parameter_value (step->parameters, step->parameter + first);

  for (int64_t n = 0; n < size[0]; n++)
    for (int64_t t = 0; t < size[1]; t++)
      {
        const float *x = t < first ? token
                                   : values_of (step->input)
                                         + (n * (size[1] - first) + t - first) * width;
        float *y = values_of (step->output) + (n * size[1] + t) * width;

        for (int64_t i = 0; i < width; i++)
          y[i] = x[i] + position[t * width + i];
      }

  return PK_OK;
}

pk_status
pk_reference_class_token_backward (pk_step *step)
{
  const int64_t *size = step->output->shape.size;
  int64_t first = step->node.class_token, width = size[2];
  float *token = pk_parameter_gradient (step->parameters, step->parameter);
  float *position = pk_parameter_gradient (step->parameters, step->parameter + first);

  for (int64_t n = 0; n < size[0]; n++)
    for (int64_t t = 0; t < size[1]; t++)
      {
        const float *g = values_of (step->gradient[0]) + (n * size[1] + t) * width;

        for (int64_t i = 0; i < width; i++)
          {
            position[t * width + i] += g[i];
            if (t < first)
              token[i] += g[i];
          }
        if (t >= first && step->input_gradient != NULL)
          memcpy (values_of (step->input_gradient)
                      + (n * (size[1] - first) + t - first) * width,
                  g, (size_t) width * sizeof (float));
      }

  return PK_OK;
}
