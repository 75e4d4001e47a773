/* layer-norm.c - layer normalisation, rows on all threads
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Gradients of scale and shift are summed in parts, one for each of a fixed number of
 * groups of rows, and then added in their order: the same on any number of threads.
 */
#include "kernels/cpu/cpu.h"

#include <string.h>

#define GROUPS 32

typedef struct
{
  pk_step *step;
  const pk_passes *passes;
  int64_t rows, columns;
  const float *x, *g, *scale, *shift;
  float *y, *d, *saved, *sums;
  bool measure;
} norm_pass;

static norm_pass
pass_of (pk_step *step, const pk_tensor *input)
{
  pk_shape shape = input->shape;
  norm_pass p = { .step = step,
                  .passes = pk_cpu_of (step->device)->passes,
                  .columns = shape.size[shape.rank - 1],
                  .x = (const float *) input->data,
                  .saved = (float *) step->saved->data };

  p.rows = pk_shape_count (shape) / p.columns;
  p.scale = pk_parameter_value (step->parameters, step->parameter);
  p.shift = pk_parameter_value (step->parameters, step->parameter + 1);
  return p;
}

pk_status
pk_cpu_layer_norm_prepare (pk_step *step)
{
  pk_shape shape = step->input->shape;
  int64_t columns = shape.size[shape.rank - 1];

  step->saved_bytes = 2 * sizeof (float) * (size_t) (pk_shape_count (shape) / columns);
  step->scratch_bytes = 2 * GROUPS * (size_t) columns * sizeof (float);
  return PK_OK;
}

static void
norm_cb (int item, void *user_data)
{
  norm_pass *p = user_data;

  for (int64_t r = item * p->rows / GROUPS; r < (item + 1) * p->rows / GROUPS; r++)
    {
      const float *x = p->x + r * p->columns;

      if (p->measure)
        p->passes->row_moments (x, p->columns, p->step->node.epsilon, p->saved + 2 * r);
      p->passes->row_norm (x, p->scale, p->shift, p->saved + 2 * r, p->y + r * p->columns,
                           p->columns);
    }
}

pk_status
pk_cpu_layer_norm_forward (pk_step *step)
{
  norm_pass p = pass_of (step, step->input);

  p.y = (float *) step->output->data;
  p.measure = true;
  pk_parallel (step->device->threads, GROUPS, norm_cb, &p);
  return PK_OK;
}

pk_status
pk_cpu_layer_norm_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  norm_pass p = pass_of (step, step->input);

  (void) skip;
  p.y = (float *) output->data;
  pk_parallel (step->device->threads, GROUPS, norm_cb, &p);
  return PK_OK;
}

static void
gradient_cb (int item, void *user_data)
{
  norm_pass *p = user_data;
  float *sums = p->sums + 2 * item * p->columns;

  memset (sums, 0, 2 * (size_t) p->columns * sizeof (float));
  for (int64_t r = item * p->rows / GROUPS; r < (item + 1) * p->rows / GROUPS; r++)
    p->passes->row_norm_gradient (
        p->x + r * p->columns, p->g + r * p->columns, p->scale, p->saved + 2 * r, sums,
        sums + p->columns, p->d != NULL ? p->d + r * p->columns : NULL, p->columns);
}

pk_status
pk_cpu_layer_norm_backward (pk_step *step)
{
  norm_pass p = pass_of (step, step->input_again);
  float *scale = pk_parameter_gradient (step->parameters, step->parameter);
  float *shift = pk_parameter_gradient (step->parameters, step->parameter + 1);

  p.g = (const float *) step->gradient[0]->data;
  p.d = step->input_gradient != NULL ? (float *) step->input_gradient->data : NULL;
  p.sums = (float *) step->scratch;
  pk_parallel (step->device->threads, GROUPS, gradient_cb, &p);
  for (int64_t i = 0; i < p.columns; i++)
    for (int64_t k = 0; k < GROUPS; k++)
      {
        scale[i] += p.sums[2 * k * p.columns + i];
        shift[i] += p.sums[(2 * k + 1) * p.columns + i];
      }

  return PK_OK;
}
