/* elementwise.c - relu and addition that no norm took along
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Relus of the ResNets go with their norms; what is left is the head's and that of an
 * adapter for many bands, on rows of float32.
 */
#include "kernels/cpu/cpu.h"

#define BLOCK 32768

typedef struct
{
  const pk_passes *passes;
  pk_precision type;
  const char *a, *b;
  char *out;
  int64_t count;
} addition;

static void
sum_cb (int item, void *user_data)
{
  addition *s = user_data;
  int64_t from = (int64_t) item * BLOCK;
  int64_t count = s->count - from < BLOCK ? s->count - from : BLOCK;
  int64_t bytes = from * (s->type == PK_BFLOAT16 ? 2 : 4);

  s->passes->sum (s->type, s->a + bytes, s->b + bytes, s->out + bytes, count);
}

pk_status
pk_cpu_sum (pk_device *device, const pk_tensor *a, const pk_tensor *b, pk_tensor *out)
{
  addition s
      = { pk_cpu_of (device)->passes, out->format.type, a->data, b->data, out->data,
          pk_shape_count (out->shape) };

  pk_parallel (device->threads, (int) ((s.count + BLOCK - 1) / BLOCK), sum_cb, &s);
  return PK_OK;
}

pk_status
pk_cpu_add_forward (pk_step *step)
{
  return pk_cpu_sum (step->device, step->input, step->skip, step->output);
}

typedef struct
{
  const pk_rows *rows;
  const float *x, *g; /* g: NULL forward */
  float *y;
  int64_t count;
} relu_pass;

static void
relu_cb (int item, void *user_data)
{
  relu_pass *p = user_data;
  int64_t from = (int64_t) item * BLOCK;
  int64_t count = p->count - from < BLOCK ? p->count - from : BLOCK;

  if (p->g == NULL)
    p->rows->relu (p->x + from, p->y + from, count);
  else
    p->rows->relu_gradient (p->x + from, p->g + from, p->y + from, count);
}

static pk_status
relu_plain (pk_step *step, const float *x, const float *g, float *y)
{
  relu_pass p
      = { pk_cpu_of (step->device)->rows, x, g, y, pk_shape_count (step->output->shape) };

  pk_parallel (step->device->threads, (int) ((p.count + BLOCK - 1) / BLOCK), relu_cb, &p);
  return PK_OK;
}

static void
relu_bfloat16 (const uint16_t *input, uint16_t *output, const uint16_t *gradient,
               int64_t count)
{
  for (int64_t i = 0; i < count; i++)
    {
      bool open = (input[i] & 0x8000) == 0 && input[i] != 0;

      output[i] = open ? (gradient != NULL ? gradient[i] : input[i]) : 0;
    }
}

pk_status
pk_cpu_relu_forward (pk_step *step)
{
  if (step->input->format.type == PK_FLOAT32)
    return relu_plain (step, (const float *) step->input->data, NULL,
                       (float *) step->output->data);

  relu_bfloat16 ((const uint16_t *) step->input->data, (uint16_t *) step->output->data,
                 NULL, pk_shape_count (step->output->shape));
  return PK_OK;
}

pk_status
pk_cpu_relu_backward (pk_step *step)
{
  if (step->input_gradient == NULL)
    return PK_OK;
  if (step->input->format.type == PK_FLOAT32)
    return relu_plain (step, (const float *) step->input_again->data,
                       (const float *) step->gradient[0]->data,
                       (float *) step->input_gradient->data);

  relu_bfloat16 (
      (const uint16_t *) step->input_again->data, (uint16_t *) step->input_gradient->data,
      (const uint16_t *) step->gradient[0]->data, pk_shape_count (step->output->shape));
  return PK_OK;
}
