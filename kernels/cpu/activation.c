/* activation.c - activations that no norm took along, on all threads
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/cpu/cpu.h"

#define BLOCK 32768

typedef struct
{
  const pk_passes *passes;
  pk_activation kind;
  pk_precision type;
  const char *x, *g; /* g: NULL forward */
  char *y;
  int64_t count;
} activation_pass;

static void
activation_cb (int item, void *user_data)
{
  activation_pass *p = user_data;
  int64_t from = (int64_t) item * BLOCK, at = from * (p->type == PK_BFLOAT16 ? 2 : 4);
  int64_t count = p->count - from < BLOCK ? p->count - from : BLOCK;

  if (p->g == NULL)
    p->passes->activate (p->kind, p->type, p->x + at, p->y + at, count);
  else
    p->passes->activate_gradient (p->kind, p->type, p->x + at, p->g + at, p->y + at,
                                  count);
}

static pk_activation
kind_of (const pk_step *step)
{
  switch (step->kind)
    {
    case PK_STEP_RELU6:
      return PK_ACTIVATION_RELU6;
    case PK_STEP_SIGMOID:
      return PK_ACTIVATION_SIGMOID;
    case PK_STEP_GELU:
      return PK_ACTIVATION_GELU;
    default:
      return PK_ACTIVATION_RELU;
    }
}

static pk_status
run (pk_step *step, const pk_tensor *x, const pk_tensor *g, pk_tensor *y)
{
  activation_pass p = {
    pk_cpu_of (step->device)->passes, kind_of (step), x->format.type,           x->data,
    g != NULL ? g->data : NULL,       y->data,        pk_shape_count (x->shape)
  };

  pk_parallel (step->device->threads, (int) ((p.count + BLOCK - 1) / BLOCK),
               activation_cb, &p);
  return PK_OK;
}

pk_status
pk_cpu_activation_forward (pk_step *step)
{
  return run (step, step->input, NULL, step->output);
}

pk_status
pk_cpu_activation_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  (void) skip;
  return run (step, step->input, NULL, output);
}

pk_status
pk_cpu_activation_backward (pk_step *step)
{
  return step->input_gradient == NULL
             ? PK_OK
             : run (step, step->input_again, step->gradient[0], step->input_gradient);
}
