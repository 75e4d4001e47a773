/* pool.c - max pooling and global average pooling on blocked activations
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/cpu/cpu.h"

#include "kernels/reference/reference.h"

typedef struct
{
  pk_step *step;
  pk_tiling in, out;
  pk_window window;
} pool_pass;

static pool_pass
pass_of (pk_step *step)
{
  const int64_t *in = step->input->shape.size, *out = step->output->shape.size;
  pool_pass pass = { .step = step, .in = pk_cpu_tiling (step->device, step->input) };

  pass.window = (pk_window){ .kernel = step->kernel,
                             .stride = step->stride,
                             .padding = step->padding,
                             .height = (int) in[2],
                             .width = (int) in[3],
                             .out_height = (int) out[2],
                             .out_width = (int) out[3] };
  if (step->output->shape.rank == 4)
    pass.out = pk_cpu_tiling (step->device, step->output);
  return pass;
}

static void *
at (const pool_pass *pass, const pk_tiling *tiling, const pk_tensor *tensor, int item)
{
  return tensor == NULL ? NULL
                        : pk_cpu_tile_at (tiling, tensor, item / pass->in.tiles,
                                          item % pass->in.tiles);
}

static void
run (pool_pass *pass, pk_task task)
{
  pk_parallel (pass->step->device->threads, pass->in.batch * pass->in.tiles, task, pass);
}

static uint8_t *
won_at (const pool_pass *pass, int item)
{
  return (uint8_t *) pass->step->saved->data
         + (size_t) item * (size_t) pass->out.tile.pixels
               * (size_t) pass->out.tile_channels;
}

pk_status
pk_cpu_max_pool_prepare (pk_step *step)
{
  const int64_t *in = step->input->shape.size;

  /* For each image a strip of rows in float32. */
  step->scratch_bytes
      = (size_t) (in[0] * in[1] * in[3]) * (size_t) step->kernel * sizeof (float);
  return pk_reference_max_pool_prepare (step); /* the same bytes in another order */
}

static void
max_cb (int item, void *user_data)
{
  pool_pass *pass = user_data;

  pass->in.passes->max_pool (
      &pass->in.tile, &pass->window, at (pass, &pass->in, pass->step->input, item),
      at (pass, &pass->out, pass->step->output, item), won_at (pass, item));
}

pk_status
pk_cpu_max_pool_forward (pk_step *step)
{
  pool_pass pass;

  if (pk_cpu_is_plain (step->input))
    return pk_reference_max_pool_forward (step);

  pass = pass_of (step);
  run (&pass, max_cb);
  return PK_OK;
}

static void
max_gradient_cb (int item, void *user_data)
{
  pool_pass *pass = user_data;
  float *rows = (float *) pass->step->scratch
                + (size_t) item * (size_t) pass->window.kernel
                      * (size_t) pass->window.width * (size_t) pass->in.tile_channels;

  pass->in.passes->max_pool_gradient (
      &pass->in.tile, &pass->window, at (pass, &pass->out, pass->step->gradient[0], item),
      at (pass, &pass->out, pass->step->gradient[1], item), won_at (pass, item), rows,
      at (pass, &pass->in, pass->step->input_gradient, item));
}

pk_status
pk_cpu_max_pool_backward (pk_step *step)
{
  pool_pass pass;

  if (step->input_gradient == NULL)
    return PK_OK;
  if (pk_cpu_is_plain (step->input))
    return pk_reference_max_pool_backward (step);

  pass = pass_of (step);
  run (&pass, max_gradient_cb);
  return PK_OK;
}

static void
mean_cb (int item, void *user_data)
{
  pool_pass *pass = user_data;
  float *means = (float *) pass->step->output->data
                 + (size_t) (item / pass->in.tiles) * (size_t) pass->in.channels;

  pass->in.passes->mean_pixels (
      &pass->in.tile, at (pass, &pass->in, pass->step->input, item),
      means + pk_cpu_tile_channel (&pass->in, item % pass->in.tiles));
}

pk_status
pk_cpu_global_average_pool_forward (pk_step *step)
{
  pool_pass pass;

  if (pk_cpu_is_plain (step->input))
    {
      pk_cpu_plain_mean (step);
      return PK_OK;
    }

  pass = pass_of (step);
  run (&pass, mean_cb);
  return PK_OK;
}

static void
spread_cb (int item, void *user_data)
{
  pool_pass *pass = user_data;
  const float *gradient = (const float *) pass->step->gradient[0]->data
                          + (size_t) (item / pass->in.tiles) * (size_t) pass->in.channels
                          + pk_cpu_tile_channel (&pass->in, item % pass->in.tiles);
  float each[64];

  for (int c = 0; c < pass->in.tile_channels; c++)
    each[c] = gradient[c] / (float) pass->in.tile.pixels;
  pass->in.passes->spread (&pass->in.tile, each,
                           at (pass, &pass->in, pass->step->input_gradient, item));
}

pk_status
pk_cpu_global_average_pool_backward (pk_step *step)
{
  pool_pass pass;

  if (step->input_gradient == NULL)
    return PK_OK;
  if (pk_cpu_is_plain (step->input))
    return pk_reference_global_average_pool_backward (step);

  pass = pass_of (step);
  run (&pass, spread_cb);
  return PK_OK;
}
