/* nt-xent.c - the loss of SimCLR, by its definition
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * For rows z of length 1, s(i, j) = z_i . z_j / temperature and p the partner of i:
 *
 *     loss = mean over i of log (sum over j != i of exp s(i, j)) - s(i, p)
 *
 * Each sum is shifted by its largest term, so that no temperature leaves the range of
 * float.
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/status.h"

static double
similarity (const pk_step *step, const float *z, int64_t i, int64_t j)
{
  int64_t columns = step->input->shape.size[1];
  double sum = 0;

  for (int64_t k = 0; k < columns; k++)
    sum += (double) z[i * columns + k] * z[j * columns + k];

  return sum / step->temperature;
}

/* log of the sum of exp s(i, j) over all j but i. */
static double
log_sum (const pk_step *step, const float *z, int64_t i)
{
  int64_t rows = step->input->shape.size[0];
  double largest = -INFINITY, sum = 0;

  for (int64_t j = 0; j < rows; j++)
    if (j != i)
      largest = fmax (largest, similarity (step, z, i, j));
  for (int64_t j = 0; j < rows; j++)
    if (j != i)
      sum += exp (similarity (step, z, i, j) - largest);

  return largest + log (sum);
}

static int64_t
partner (const pk_step *step, int64_t i)
{
  int64_t rows = step->input->shape.size[0];

  return (i + rows / 2) % rows;
}

pk_status
pk_reference_nt_xent_forward (pk_step *step)
{
  int64_t rows = step->input->shape.size[0];
  const float *z = (const float *) step->input->data;
  double loss = 0;

  if (rows % 2 != 0 || rows < 4)
    return pk_fail (PK_BAD_ARGUMENT,
                    "NT-Xent needs two views each of two or more images, not %d rows",
                    (int) rows);

  for (int64_t i = 0; i < rows; i++)
    loss += log_sum (step, z, i) - similarity (step, z, i, partner (step, i));
  *(float *) step->output->data = (float) (loss / (double) rows);

  return PK_OK;
}

/* d z_i = 1 / (rows temperature) sum over j of (p(i, j) + p(j, i) - 2 [j is partner])
 * z_j, with p(i, j) the softmax of row i; times the gradient of the loss itself. */
pk_status
pk_reference_nt_xent_backward (pk_step *step)
{
  int64_t rows = step->input->shape.size[0], columns = step->input->shape.size[1];
  const float *z = (const float *) step->input_again->data;
  float *gradient = (float *) step->input_gradient->data;
  double *logs = malloc ((size_t) (rows + columns) * sizeof (double));
  double *sum = logs + rows;

  if (logs == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for NT-Xent");

  for (int64_t i = 0; i < rows; i++)
    logs[i] = log_sum (step, z, i);
  for (int64_t i = 0; i < rows; i++)
    {
      for (int64_t k = 0; k < columns; k++)
        sum[k] = 0;
      for (int64_t j = 0; j < rows; j++)
        {
          double s = similarity (step, z, i, j);
          double weight
              = exp (s - logs[i]) + exp (s - logs[j]) - (j == partner (step, i) ? 2 : 0);

          for (int64_t k = 0; j != i && k < columns; k++)
            sum[k] += weight * z[j * columns + k];
        }
      for (int64_t k = 0; k < columns; k++)
        gradient[i * columns + k] = (float) (step->loss_gradient * sum[k]
                                             / ((double) rows * step->temperature));
    }
  free (logs);

  return PK_OK;
}
