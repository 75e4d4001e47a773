/* patches.c - pictures cut into patches, each through a linear layer
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The patches of one image at a time are written out as rows; the rest is matrix
 * products.
 */
#include "kernels/cpu/cpu.h"

#include <string.h>

#include "kernels/status.h"

typedef struct
{
  int64_t bands, height, width, patch, across, tokens, numbers, out;
} patch_shape;

static patch_shape
shape_of (const pk_step *step)
{
  const int64_t *size = step->input->shape.size;
  int64_t patch = step->node.kernel;

  return (patch_shape){ size[1],
                        size[2],
                        size[3],
                        patch,
                        size[3] / patch,
                        step->output->shape.size[1],
                        size[1] * patch * patch,
                        step->output->shape.size[2] };
}

pk_status
pk_cpu_patches_prepare (pk_step *step)
{
  patch_shape s = shape_of (step);

  if (!pk_cpu_is_plain (step->input))
    return pk_fail (PK_UNSUPPORTED, "patches are cut from plain pictures only");
  step->scratch_bytes = (size_t) (s.tokens * s.numbers) * sizeof (float);
  return PK_OK;
}

/* From a picture to rows, or back. */
static void
copy_patches (const patch_shape *s, float *picture, float *rows, bool back)
{
  for (int64_t t = 0; t < s->tokens; t++)
    for (int64_t line = 0; line < s->bands * s->patch; line++)
      {
        int64_t y = t / s->across * s->patch + line % s->patch;
        float *pixels = picture + (line / s->patch * s->height + y) * s->width
                        + t % s->across * s->patch;
        float *row = rows + t * s->numbers + line * s->patch;

        memcpy (back ? pixels : row, back ? row : pixels,
                (size_t) s->patch * sizeof (float));
      }
}

pk_status
pk_cpu_patches_forward (pk_step *step)
{
  patch_shape s = shape_of (step);
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  const float *bias = pk_parameter_value (step->parameters, step->parameter + 1);
  float *rows = (float *) step->scratch;

  pk_parallel_limit (step->device->threads);
  for (int64_t n = 0; n < step->input->shape.size[0]; n++)
    {
      float *y = (float *) step->output->data + n * s.tokens * s.out;
      pk_status status;

      copy_patches (&s, (float *) step->input->data + n * s.bands * s.height * s.width,
                    rows, false);
      for (int64_t t = 0; t < s.tokens; t++)
        memcpy (y + t * s.out, bias, (size_t) s.out * sizeof (float));
      status = pk_onednn_matrix_product (false, true, s.tokens, s.out, s.numbers, 1, rows,
                                         s.numbers, weight, s.numbers, 1, y, s.out);
      if (status != PK_OK)
        return status;
    }

  return PK_OK;
}

pk_status
pk_cpu_patches_backward (pk_step *step)
{
  patch_shape s = shape_of (step);
  const float *weight = pk_parameter_value (step->parameters, step->parameter);
  float *weight_gradient = pk_parameter_gradient (step->parameters, step->parameter);
  float *bias_gradient = pk_parameter_gradient (step->parameters, step->parameter + 1);
  float *rows = (float *) step->scratch;
  int64_t image = s.bands * s.height * s.width;
  pk_status status = PK_OK;

  pk_parallel_limit (step->device->threads);
  for (int64_t n = 0; n < step->input->shape.size[0] && status == PK_OK; n++)
    {
      const float *g = (const float *) step->gradient[0]->data + n * s.tokens * s.out;

      copy_patches (&s, (float *) step->input_again->data + n * image, rows, false);
      status = pk_onednn_matrix_product (true, false, s.out, s.numbers, s.tokens, 1, g,
                                         s.out, rows, s.numbers, 1, weight_gradient,
                                         s.numbers);
      for (int64_t t = 0; t < s.tokens; t++)
        for (int64_t o = 0; o < s.out; o++)
          bias_gradient[o] += g[t * s.out + o];
      if (step->input_gradient == NULL || status != PK_OK)
        continue;
      status = pk_onednn_matrix_product (false, false, s.tokens, s.numbers, s.out, 1, g,
                                         s.out, weight, s.numbers, 0, rows, s.numbers);
      copy_patches (&s, (float *) step->input_gradient->data + n * image, rows, true);
    }

  return status;
}
