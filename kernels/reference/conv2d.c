/* conv2d.c - 2-D convolution, by its definition
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/reference/reference.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

typedef struct
{
  int batch, in, out, height, width, out_height, out_width, kernel, stride, padding;
} conv_shape;

static conv_shape
shape_of (const pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;

  return (conv_shape){ (int) in[0],  (int) in[1],  (int) out[1], (int) in[2],
                       (int) in[3],  (int) out[2], (int) out[3], step->kernel,
                       step->stride, step->padding };
}

/* Where the input pixel (y, x) stands; SIZE_MAX outside the picture. */
static size_t
input_at (const conv_shape *s, int n, int c, int y, int x)
{
  if (y < 0 || y >= s->height || x < 0 || x >= s->width)
    return SIZE_MAX;

  return (((size_t) n * (size_t) s->in + (size_t) c) * (size_t) s->height + (size_t) y)
             * (size_t) s->width
         + (size_t) x;
}

static size_t
weight_at (const conv_shape *s, int o, int c, int ky, int kx)
{
  return (((size_t) o * (size_t) s->in + (size_t) c) * (size_t) s->kernel + (size_t) ky)
             * (size_t) s->kernel
         + (size_t) kx;
}

/* Calls @visit for each product of the convolution, in the order of the output. */
typedef void (*visit_func) (size_t out, size_t in, size_t weight, void *user_data);

static void
for_each_product (const conv_shape *s, visit_func visit, void *user_data)
{
  size_t out = 0;

  for (int n = 0; n < s->batch; n++)
    for (int o = 0; o < s->out; o++)
      for (int y = 0; y < s->out_height; y++)
        for (int x = 0; x < s->out_width; x++, out++)
          for (int c = 0; c < s->in; c++)
            for (int ky = 0; ky < s->kernel; ky++)
              for (int kx = 0; kx < s->kernel; kx++)
                {
                  size_t in = input_at (s, n, c, y * s->stride - s->padding + ky,
                                        x * s->stride - s->padding + kx);

                  if (in != SIZE_MAX)
                    visit (out, in, weight_at (s, o, c, ky, kx), user_data);
                }
}

typedef struct
{
  const float *input, *weight, *gradient;
  double *sums;
} products;

static void
forward_cb (size_t out, size_t in, size_t weight, void *user_data)
{
  products *p = user_data;

  p->sums[out] += (double) p->input[in] * p->weight[weight];
}

static void
weight_cb (size_t out, size_t in, size_t weight, void *user_data)
{
  products *p = user_data;

  p->sums[weight] += (double) p->gradient[out] * p->input[in];
}

static void
input_cb (size_t out, size_t in, size_t weight, void *user_data)
{
  products *p = user_data;

  p->sums[in] += (double) p->gradient[out] * p->weight[weight];
}

/* Sums in double, and writes or adds them. */
static pk_status
sum_products (const conv_shape *s, visit_func visit, products *p, float *to,
              int64_t count, bool add)
{
  if ((p->sums = calloc ((size_t) count, sizeof (double))) == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a convolution");

  for_each_product (s, visit, p);
  for (int64_t i = 0; i < count; i++)
    to[i] = (float) (p->sums[i] + (add ? to[i] : 0));
  free (p->sums);

  return PK_OK;
}

pk_status
pk_reference_conv2d_forward (pk_step *step)
{
  conv_shape s = shape_of (step);
  products p = { .input = (const float *) step->input->data,
                 .weight = pk_parameter_value (step->parameters, step->parameter) };

  return sum_products (&s, forward_cb, &p, (float *) step->output->data,
                       pk_shape_count (step->output->shape), false);
}

pk_status
pk_reference_conv2d_backward (pk_step *step)
{
  conv_shape s = shape_of (step);
  products p = { .input = (const float *) step->input_again->data,
                 .weight = pk_parameter_value (step->parameters, step->parameter),
                 .gradient = (const float *) step->gradient[0]->data };
  int64_t weights = (int64_t) s.out * s.in * s.kernel * s.kernel;
  pk_status status = sum_products (
      &s, weight_cb, &p, pk_parameter_gradient (step->parameters, step->parameter),
      weights, true);

  if (status == PK_OK && step->input_gradient != NULL)
    status = sum_products (&s, input_cb, &p, (float *) step->input_gradient->data,
                           pk_shape_count (step->input_gradient->shape), false);
  return status;
}
