/* bands.c - 1 x 1 convolutions with a bias, and factors for channels, on plain pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A picture of plain bands is a matrix of bands by pixels, so a 1 x 1 convolution is one
 * matrix product. It is taken in strips of pixels whose result is still in the cache
 * when the bias is added.
 */
#include "kernels/cpu/cpu.h"

#include "kernels/reference/reference.h"
#include "kernels/status.h"

/* Pixels of a strip: 200 bands of it are 400 kB, half of a second-level cache. */
#define STRIP 512

typedef struct
{
  pk_step *step;
  const pk_rows *rows;
  int64_t in, out, pixels, strips;
  const float *weight, *bias;
  const float *x, *g, *factors;
  float *y, *d, *channel_gradient;
  pk_status status;
} band_pass;

static band_pass
pass_of (pk_step *step, const pk_tensor *input)
{
  const int64_t *size = step->input->shape.size;
  band_pass pass = { .step = step,
                     .rows = pk_cpu_of (step->device)->rows,
                     .in = size[1],
                     .out = step->output->shape.size[1],
                     .pixels = size[2] * size[3],
                     .x = (const float *) input->data,
                     .y = (float *) step->output->data };

  pass.strips = (pass.pixels + STRIP - 1) / STRIP;
  if (step->parameter >= 0)
    {
      pass.weight = pk_parameter_value (step->parameters, step->parameter);
      pass.bias = pk_parameter_value (step->parameters, step->parameter + 1);
    }
  if (step->gradient[0] != NULL)
    pass.g = (const float *) step->gradient[0]->data;
  if (step->input_gradient != NULL)
    pass.d = (float *) step->input_gradient->data;
  if (step->skip_gradient != NULL)
    pass.channel_gradient = (float *) step->skip_gradient->data;
  return pass;
}

static void
run (band_pass *pass, int64_t count, pk_task task)
{
  pk_parallel (pass->step->device->threads, (int) count, task, pass);
}

pk_status
pk_cpu_pointwise_prepare (pk_step *step)
{
  return pk_cpu_is_plain (step->input)
             ? PK_OK
             : pk_fail (PK_UNSUPPORTED,
                        "a 1 x 1 convolution with a bias reads plain pictures only");
}

static void
pointwise_cb (int item, void *user_data)
{
  band_pass *p = user_data;
  int64_t n = item / p->strips, from = item % p->strips * STRIP;
  int64_t count = p->pixels - from < STRIP ? p->pixels - from : STRIP;
  float *y = p->y + n * p->out * p->pixels + from;
  pk_status status = pk_onednn_matrix_product (
      false, false, p->out, count, p->in, 1, p->weight, p->in,
      p->x + n * p->in * p->pixels + from, p->pixels, 0, y, p->pixels);

  if (status != PK_OK)
    p->status = status;
  for (int64_t o = 0; o < p->out; o++)
    p->rows->add_constant (y + o * p->pixels, p->bias[o], count);
}

pk_status
pk_cpu_pointwise_forward (pk_step *step)
{
  band_pass pass = pass_of (step, step->input);

  pk_parallel_limit (step->device->threads);
  run (&pass, step->input->shape.size[0] * pass.strips, pointwise_cb);
  return pass.status;
}

static void
pointwise_input_cb (int item, void *user_data)
{
  band_pass *p = user_data;
  int64_t n = item / p->strips, from = item % p->strips * STRIP;
  int64_t count = p->pixels - from < STRIP ? p->pixels - from : STRIP;
  pk_status status
      = pk_onednn_matrix_product (true, false, p->in, count, p->out, 1, p->weight, p->in,
                                  p->g + n * p->out * p->pixels + from, p->pixels, 0,
                                  p->d + n * p->in * p->pixels + from, p->pixels);

  if (status != PK_OK)
    p->status = status;
}

static void
bias_gradient_cb (int item, void *user_data)
{
  band_pass *p = user_data;
  double sum = 0;

  for (int64_t n = 0; n < p->step->input->shape.size[0]; n++)
    sum += p->rows->sum (p->g + (n * p->out + item) * p->pixels, p->pixels);
  p->channel_gradient[item] += (float) sum;
}

pk_status
pk_cpu_pointwise_backward (pk_step *step)
{
  band_pass pass = pass_of (step, step->input_again);
  int64_t batch = step->input->shape.size[0];
  bool fresh;
  float *gradient
      = pk_parameter_gradient_take (step->parameters, step->parameter, &fresh);

  pk_parallel_limit (step->device->threads);
  for (int64_t n = 0; n < batch; n++)
    {
      pk_status status
          = pk_onednn_matrix_product (false, true, pass.out, pass.in, pass.pixels, 1,
                                      pass.g + n * pass.out * pass.pixels, pass.pixels,
                                      pass.x + n * pass.in * pass.pixels, pass.pixels,
                                      n == 0 && fresh ? 0 : 1, gradient, pass.in);

      if (status != PK_OK)
        return status;
    }

  pass.channel_gradient = pk_parameter_gradient (step->parameters, step->parameter + 1);
  run (&pass, pass.out, bias_gradient_cb);
  if (pass.d != NULL)
    run (&pass, batch * pass.strips, pointwise_input_cb);
  return pass.status;
}

/* ---- Factors of channels ---- */

static void
scale_cb (int item, void *user_data)
{
  band_pass *p = user_data;

  p->rows->times (p->x + item * p->pixels, p->factors[item], p->y + item * p->pixels,
                  p->pixels);
}

pk_status
pk_cpu_scale_prepare (pk_step *step)
{
  return pk_cpu_is_plain (step->input)
             ? PK_OK
             : pk_fail (PK_UNSUPPORTED, "channels are scaled in plain pictures only");
}

pk_status
pk_cpu_scale_forward (pk_step *step)
{
  band_pass pass = pass_of (step, step->input);

  pass.factors = (const float *) step->skip->data;
  run (&pass, step->input->shape.size[0] * pass.in, scale_cb);
  return PK_OK;
}

static void
scale_gradient_cb (int item, void *user_data)
{
  band_pass *p = user_data;
  int64_t at = item * p->pixels;

  if (p->channel_gradient != NULL)
    p->channel_gradient[item] = (float) p->rows->dot (p->g + at, p->x + at, p->pixels);
  if (p->d != NULL)
    p->rows->times (p->g + at, p->factors[item], p->d + at, p->pixels);
}

pk_status
pk_cpu_scale_backward (pk_step *step)
{
  band_pass pass = pass_of (step, step->input_again);

  pass.factors = (const float *) step->skip_again->data;
  run (&pass, step->input->shape.size[0] * pass.in, scale_gradient_cb);
  return PK_OK;
}

/* ---- Means of plain channels ---- */

static void
mean_cb (int item, void *user_data)
{
  band_pass *p = user_data;

  p->y[item]
      = (float) (p->rows->sum (p->x + item * p->pixels, p->pixels) / (double) p->pixels);
}

void
pk_cpu_plain_mean (pk_step *step)
{
  band_pass pass = pass_of (step, step->input);

  run (&pass, step->input->shape.size[0] * pass.in, mean_cb);
}
