/* nt-xent.c - the loss of SimCLR in strips of rows
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The similarities of all pairs of 2N rows are never in memory at once: a strip of rows
 * is multiplied with all rows, used and forgotten. Saved: the logarithm of each row's
 * sum. The matrix of similarities is symmetric, so both places where a row stands in the
 * loss come from one strip (see reference/nt-xent.c), and the gradient is one more
 * product.
 */
#include "kernels/cpu/cpu.h"

#include <math.h>

#include "kernels/status.h"

#define STRIP 128

typedef struct
{
  pk_step *step;
  int64_t rows, columns, first, count; /* of the strip */
  float *strip, *logs;
  const float *z;
  double losses[STRIP];
} strip_pass;

pk_status
pk_cpu_nt_xent_prepare (pk_step *step)
{
  int64_t rows = step->input->shape.size[0];

  if (rows % 2 != 0 || rows < 4)
    return pk_fail (PK_BAD_ARGUMENT,
                    "NT-Xent needs two views each of two or more images, not %d rows",
                    (int) rows);

  step->saved_bytes = (size_t) rows * sizeof (float);
  step->scratch_bytes = STRIP * (size_t) rows * sizeof (float);
  return PK_OK;
}

static strip_pass
pass_of (pk_step *step, const pk_tensor *input)
{
  return (strip_pass){ .step = step,
                       .rows = input->shape.size[0],
                       .columns = input->shape.size[1],
                       .strip = (float *) step->scratch,
                       .logs = (float *) step->saved->data,
                       .z = (const float *) input->data };
}

/* Similarities of the rows from @first with all rows. */
static pk_status
similarities (strip_pass *pass, int64_t first)
{
  pass->first = first;
  pass->count = pass->rows - first < STRIP ? pass->rows - first : STRIP;
  return pk_onednn_matrix_product (false, true, pass->count, pass->rows, pass->columns,
                                   1 / pass->step->temperature,
                                   pass->z + first * pass->columns, pass->columns,
                                   pass->z, pass->columns, 0, pass->strip, pass->rows);
}

static void
loss_cb (int item, void *user_data)
{
  strip_pass *pass = user_data;
  const pk_passes *passes = pk_cpu_of (pass->step->device)->passes;
  int64_t i = pass->first + item;
  float *row = pass->strip + item * pass->rows, largest;

  row[i] = -INFINITY; /* a view is no pair of itself */
  largest = passes->largest (row, pass->rows);
  pass->logs[i] = largest + (float) log (passes->exp_sum (row, pass->rows, largest, i));
  pass->losses[item] = (double) pass->logs[i] - row[(i + pass->rows / 2) % pass->rows];
}

pk_status
pk_cpu_nt_xent_forward (pk_step *step)
{
  strip_pass pass = pass_of (step, step->input);
  double loss = 0;

  pk_parallel_limit (step->device->threads);
  for (int64_t first = 0; first < pass.rows; first += STRIP)
    {
      pk_status status = similarities (&pass, first);

      if (status != PK_OK)
        return status;
      pk_parallel (step->device->threads, (int) pass.count, loss_cb, &pass);
      for (int64_t i = 0; i < pass.count; i++)
        loss += pass.losses[i];
    }

  *(float *) step->output->data = (float) (loss / (double) pass.rows);
  return PK_OK;
}

static void
weights_cb (int item, void *user_data)
{
  strip_pass *pass = user_data;
  int64_t i = pass->first + item;
  float *row = pass->strip + item * pass->rows;

  pk_cpu_of (pass->step->device)
      ->passes->exp_pair (row, pass->logs, pass->rows, pass->logs[i]);
  row[i] = 0;
  row[(i + pass->rows / 2) % pass->rows] -= 2;
}

pk_status
pk_cpu_nt_xent_backward (pk_step *step)
{
  strip_pass pass = pass_of (step, step->input_again);
  float *gradient = (float *) step->input_gradient->data;

  pk_parallel_limit (step->device->threads);
  for (int64_t first = 0; first < pass.rows; first += STRIP)
    {
      pk_status status = similarities (&pass, first);

      if (status != PK_OK)
        return status;
      pk_parallel (step->device->threads, (int) pass.count, weights_cb, &pass);
      status = pk_onednn_matrix_product (
          false, false, pass.count, pass.columns, pass.rows,
          step->loss_gradient / ((float) pass.rows * step->temperature), pass.strip,
          pass.rows, pass.z, pass.columns, 0, gradient + first * pass.columns,
          pass.columns);
      if (status != PK_OK)
        return status;
    }

  return PK_OK;
}
