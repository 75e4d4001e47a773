/* norm.c - batch normalisation with the addition and the relu behind it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pass runs over all tiles of all images. Sums are kept apart for each image and
 * added up in the order of the images, in double: they do not depend on the number of
 * threads.
 *
 * Saved: mean, 1 / deviation, a and b of y = a x + b for each channel; with a skip also
 * one bit for each output, whether the relu let it through.
 */
#include "kernels/cpu/cpu.h"

#include <math.h>

#include "kernels/reference/reference.h"
#include "kernels/status.h"

/* Per-channel arrays, each a multiple of 16 floats long. */
enum
{
  SAVED_MEAN,
  SAVED_INVERSE,
  SAVED_A,
  SAVED_B,
  SAVED_ARRAYS
};

static size_t
padded_channels (const pk_step *step)
{
  return ((size_t) step->input->shape.size[1] + 15) / 16 * 16;
}

static float *
saved (const pk_step *step, int array)
{
  return (float *) step->saved->data + (size_t) array * padded_channels (step);
}

static bool
has_mask (const pk_step *step)
{
  return step->training && step->relu && step->skip != NULL;
}

pk_status
pk_cpu_norm_prepare (pk_step *step)
{
  size_t channels = padded_channels (step);

  if (pk_cpu_is_plain (step->input))
    return pk_reference_norm_prepare (step);

  step->saved_bytes = SAVED_ARRAYS * channels * sizeof (float);
  if (has_mask (step))
    step->saved_bytes += (size_t) pk_shape_count (step->input->shape) / 8;
  /* two sums for each image and three factors for each channel */
  step->scratch_bytes
      = (2 * (size_t) step->input->shape.size[0] + 3) * channels * sizeof (float);
  return PK_OK;
}

/* What the tasks of one pass need to know. */
typedef struct
{
  pk_step *step;
  pk_tiling tiling;
  const pk_tensor *skip;
  pk_tensor *output;
  const float *shift;    /* about the mean, for the moments */
  float *sums, *squares; /* (images, channels) */
  float *factors;        /* three arrays of channels */
  size_t channels;       /* padded */
} norm_pass;

static norm_pass
pass_of (pk_step *step)
{
  norm_pass pass = { .step = step,
                     .tiling = pk_cpu_tiling (step->device, step->input),
                     .channels = padded_channels (step) };

  pass.sums = (float *) step->scratch;
  pass.squares = pass.sums + (size_t) pass.tiling.batch * pass.channels;
  pass.factors = pass.squares + (size_t) pass.tiling.batch * pass.channels;
  return pass;
}

static void
run (norm_pass *pass, pk_task task)
{
  pk_parallel (pass->step->device->threads, pass->tiling.batch * pass->tiling.tiles, task,
               pass);
}

static void *
at (const norm_pass *pass, const pk_tensor *tensor, int item)
{
  return tensor == NULL
             ? NULL
             : pk_cpu_tile_at (&pass->tiling, tensor, item / pass->tiling.tiles,
                               item % pass->tiling.tiles);
}

static int
first_channel (const norm_pass *pass, int item)
{
  return pk_cpu_tile_channel (&pass->tiling, item % pass->tiling.tiles);
}

static size_t
sums_at (const norm_pass *pass, int item)
{
  return (size_t) (item / pass->tiling.tiles) * pass->channels
         + (size_t) first_channel (pass, item);
}

static pk_mask *
mask_at (const norm_pass *pass, int item)
{
  size_t bytes
      = (size_t) pass->tiling.tile.pixels * (size_t) pass->tiling.tile_channels / 8;

  return has_mask (pass->step)
             ? (pk_mask *) saved (pass->step, SAVED_ARRAYS) + (size_t) item * bytes
             : NULL;
}

/* The sum over images of channel @c. */
static double
total (const norm_pass *pass, const float *sums, int c)
{
  double sum = 0;

  for (int n = 0; n < pass->tiling.batch; n++)
    sum += sums[(size_t) n * pass->channels + (size_t) c];
  return sum;
}

/* Passes that sum go through the images from the last to the first: the last ones were
 * written just before and are still in the cache, and then the first ones are when the
 * pass that writes begins with them. */
static int
from_the_end (const norm_pass *pass, int item)
{
  return pass->tiling.batch * pass->tiling.tiles - 1 - item;
}

static void
moments_cb (int turn, void *user_data)
{
  norm_pass *pass = user_data;
  int item = from_the_end (pass, turn);
  size_t sums = sums_at (pass, item);

  pass->tiling.passes->moments (&pass->tiling.tile, at (pass, pass->step->input, item),
                                pass->shift + first_channel (pass, item),
                                pass->sums + sums, pass->squares + sums);
}

/* Moments of the batch. Squares of the distance to the running mean, not to 0: far from 0
 * the difference of two large sums would lose the variance. */
static void
batch_moments (norm_pass *pass)
{
  pk_step *step = pass->step;
  float *running_mean
      = pk_parameter_value (step->parameters, step->parameter + PK_NORM_MEAN);
  float *running_variance
      = pk_parameter_value (step->parameters, step->parameter + PK_NORM_VARIANCE);
  double count = (double) pass->tiling.batch * pass->tiling.tile.pixels;

  pass->shift = running_mean;
  run (pass, moments_cb);
  for (int c = 0; c < pass->tiling.channels; c++)
    {
      double distance = total (pass, pass->sums, c) / count;
      double mean = running_mean[c] + distance;
      double variance
          = fmax (0, total (pass, pass->squares, c) / count - distance * distance);

      saved (step, SAVED_MEAN)[c] = (float) mean;
      saved (step, SAVED_INVERSE)[c] = (float) (1 / sqrt (variance + PK_NORM_EPSILON));
      running_mean[c] += PK_NORM_MOMENTUM * (float) distance;
      running_variance[c] += PK_NORM_MOMENTUM
                             * (float) (variance * count / (count > 1 ? count - 1 : 1)
                                        - running_variance[c]);
    }
}

static void
running_moments (norm_pass *pass)
{
  pk_step *step = pass->step;

  for (int c = 0; c < pass->tiling.channels; c++)
    {
      saved (step, SAVED_MEAN)[c]
          = pk_parameter_value (step->parameters, step->parameter + PK_NORM_MEAN)[c];
      saved (step, SAVED_INVERSE)[c]
          = 1
            / sqrtf (pk_parameter_value (step->parameters,
                                         step->parameter + PK_NORM_VARIANCE)[c]
                     + PK_NORM_EPSILON);
    }
}

static void
norm_cb (int item, void *user_data)
{
  norm_pass *pass = user_data;
  pk_step *step = pass->step;
  int channel = first_channel (pass, item);

  pass->tiling.passes->norm (
      &pass->tiling.tile, at (pass, step->input, item), at (pass, pass->skip, item),
      at (pass, pass->output, item), saved (step, SAVED_A) + channel,
      saved (step, SAVED_B) + channel, step->relu, mask_at (pass, item));
}

pk_status
pk_cpu_norm_forward (pk_step *step)
{
  norm_pass pass;
  const float *scale, *shift;

  if (pk_cpu_is_plain (step->input))
    return pk_reference_norm_forward (step);

  pass = pass_of (step);
  if (step->training)
    batch_moments (&pass);
  else
    running_moments (&pass);

  scale = pk_parameter_value (step->parameters, step->parameter + PK_NORM_SCALE);
  shift = pk_parameter_value (step->parameters, step->parameter + PK_NORM_SHIFT);
  for (int c = 0; c < pass.tiling.channels; c++)
    {
      float a = scale[c] * saved (step, SAVED_INVERSE)[c];

      saved (step, SAVED_A)[c] = a;
      saved (step, SAVED_B)[c] = shift[c] - a * saved (step, SAVED_MEAN)[c];
    }

  pass.skip = step->skip;
  pass.output = step->output;
  run (&pass, norm_cb);
  return PK_OK;
}

pk_status
pk_cpu_norm_again (pk_step *step, const pk_tensor *skip, pk_tensor *output)
{
  norm_pass pass;

  if (pk_cpu_is_plain (step->input))
    return pk_reference_norm_again (step, skip, output);

  pass = pass_of (step);
  pass.skip = skip;
  pass.output = output;
  run (&pass, norm_cb);
  return PK_OK;
}

static void
sums_cb (int turn, void *user_data)
{
  norm_pass *pass = user_data;
  int item = from_the_end (pass, turn);
  pk_step *step = pass->step;
  int channel = first_channel (pass, item);
  size_t sums = sums_at (pass, item);

  pass->tiling.passes->norm_sums (
      &pass->tiling.tile, at (pass, step->input_again, item),
      at (pass, step->gradient[0], item), at (pass, step->gradient[1], item),
      saved (step, SAVED_A) + channel, saved (step, SAVED_B) + channel, step->relu,
      mask_at (pass, item), saved (step, SAVED_MEAN) + channel, pass->sums + sums,
      pass->squares + sums, at (pass, step->skip_gradient, item));
}

static void
gradient_cb (int item, void *user_data)
{
  norm_pass *pass = user_data;
  pk_step *step = pass->step;
  int channel = first_channel (pass, item);
  const float *factors = pass->factors + channel;
  bool ready = step->skip_gradient != NULL; /* the first pass has left it there */

  pass->tiling.passes->norm_gradient (
      &pass->tiling.tile, at (pass, step->input_again, item),
      at (pass, ready ? step->skip_gradient : step->gradient[0], item),
      at (pass, ready ? NULL : step->gradient[1], item), saved (step, SAVED_A) + channel,
      saved (step, SAVED_B) + channel, step->relu && !ready,
      ready ? NULL : mask_at (pass, item), factors, factors + pass->channels,
      factors + 2 * pass->channels, at (pass, step->input_gradient, item));
}

/* As in reference/norm.c, with d x = k g + p x + q. */
pk_status
pk_cpu_norm_backward (pk_step *step)
{
  norm_pass pass;
  double count;
  float *scale_gradient, *shift_gradient;

  if (pk_cpu_is_plain (step->input))
    return pk_reference_norm_backward (step);

  pass = pass_of (step);
  run (&pass, sums_cb);

  count = (double) pass.tiling.batch * pass.tiling.tile.pixels;
  scale_gradient
      = pk_parameter_gradient (step->parameters, step->parameter + PK_NORM_SCALE);
  shift_gradient
      = pk_parameter_gradient (step->parameters, step->parameter + PK_NORM_SHIFT);
  for (int c = 0; c < pass.tiling.channels; c++)
    {
      double inverse = saved (step, SAVED_INVERSE)[c], k = saved (step, SAVED_A)[c];
      double sum = total (&pass, pass.sums, c);
      double sum_u = total (&pass, pass.squares, c) * inverse;
      double p = -k * inverse * sum_u / count;

      shift_gradient[c] += (float) sum;
      scale_gradient[c] += (float) sum_u;
      pass.factors[c] = (float) k;
      pass.factors[pass.channels + (size_t) c] = (float) p;
      pass.factors[2 * pass.channels + (size_t) c]
          = (float) (-k * sum / count - p * saved (step, SAVED_MEAN)[c]);
    }
  if (step->input_gradient != NULL)
    run (&pass, gradient_cb);

  return PK_OK;
}
