/* contrastive.c - contrastive losses by their definition
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * With s the similarities over the temperature, P the positives of row i and A all that
 * it is compared with (without P when decoupled):
 *
 *     loss_i = log sum over A of exp s(i, a) - mean over P of s(i, p)
 *
 * NT-Xent has one positive and A all other rows; see pk_graph_contrastive for the rest.
 * Tokens (2N, T, D) are T sets of rows.
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

typedef struct
{
  const pk_step *step;
  int64_t rows, columns, places, stride, remembered;
  const float *z, *labels, *keys, *memory;
  double scale; /* 1 / temperature */
} comparison;

double
pk_contrastive_scale (const pk_step *step)
{
  float value;

  if (!step->node.learned)
    return 1 / (double) step->temperature;

  value = *pk_parameter_value (step->parameters, step->parameter);
  return fmin (exp (value), 100);
}

static comparison
comparison_of (const pk_step *step, const pk_tensor *input, const pk_tensor *skip)
{
  pk_shape shape = input->shape;
  comparison c = { .step = step,
                   .rows = shape.size[0],
                   .columns = shape.size[shape.rank - 1],
                   .places = shape.rank == 3 ? shape.size[1] : 1,
                   .z = (const float *) input->data,
                   .scale = pk_contrastive_scale (step) };

  c.stride = c.places * c.columns;
  if (step->node.has_labels)
    c.labels = (const float *) skip->data;
  if (step->node.has_keys)
    c.keys = (const float *) skip->data;
  if (step->extra != NULL)
    {
      c.memory = (const float *) step->extra->data;
      c.remembered = step->extra->shape.size[0] / c.columns;
    }
  return c;
}

pk_status
pk_reference_contrastive_prepare (pk_step *step)
{
  int64_t rows = step->input->shape.size[0];

  return rows >= 4 && rows % 2 == 0
             ? PK_OK
             : pk_fail (
                 PK_BAD_ARGUMENT,
                 "a contrastive loss needs two views each of two or more images, not "
                 "%d rows",
                 (int) rows);
}

static bool
is_positive (const comparison *c, int64_t i, int64_t j)
{
  if (j == (i + c->rows / 2) % c->rows)
    return true;
  return c->labels != NULL && i != j && c->labels[i] >= 0 && c->labels[i] == c->labels[j];
}

/* What row @i of place @p is compared with: number @a, other rows or keys first. NULL:
 * not that one. */
static const float *
other_of (const comparison *c, int64_t p, int64_t i, int64_t a)
{
  const float *row;

  if (a < c->rows)
    {
      if (a == i)
        return NULL;
      return c->keys != NULL ? c->keys + a * c->columns
                             : c->z + a * c->stride + p * c->columns;
    }

  row = c->memory + (a - c->rows) * c->columns;
  for (int64_t k = 0; k < c->columns; k++)
    if (row[k] != 0)
      return row;
  return NULL;
}

/* Similarities of row @i and the slope of its loss by each of them. */
static double
compare (const comparison *c, int64_t p, int64_t i, double *similarity, double *slope)
{
  const float *z = c->z + i * c->stride + p * c->columns;
  int64_t all = c->rows + c->remembered, positives = 0;
  double largest = -INFINITY, sum = 0, mean = 0;

  for (int64_t a = 0; a < all; a++)
    {
      const float *other = other_of (c, p, i, a);
      bool positive = other != NULL && a < c->rows && is_positive (c, i, a);

      similarity[a] = other == NULL ? -INFINITY : 0;
      for (int64_t k = 0; other != NULL && k < c->columns; k++)
        similarity[a] += c->scale * z[k] * other[k];
      positives += positive;
      mean += positive ? similarity[a] : 0;
      if (!(positive && c->step->node.decoupled) && !(similarity[a] <= largest))
        largest = similarity[a];
    }
  for (int64_t a = 0; a < all; a++)
    {
      bool positive = a < c->rows && a != i && is_positive (c, i, a);

      slope[a] = positive && c->step->node.decoupled ? 0 : exp (similarity[a] - largest);
      sum += slope[a];
    }
  for (int64_t a = 0; a < all; a++)
    {
      bool positive = a < c->rows && a != i && is_positive (c, i, a);

      slope[a] = slope[a] / sum - (positive ? 1.0 / (double) positives : 0);
    }

  return largest + log (sum) - mean / (double) positives;
}

static double *
room (const comparison *c)
{
  return malloc (2 * (size_t) (c->rows + c->remembered) * sizeof (double));
}

pk_status
pk_reference_contrastive_forward (pk_step *step)
{
  comparison c = comparison_of (step, step->input, step->skip);
  double *similarity = room (&c), loss = 0;

  if (similarity == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a contrastive loss");

  for (int64_t p = 0; p < c.places; p++)
    for (int64_t i = 0; i < c.rows; i++)
      loss += compare (&c, p, i, similarity, similarity + c.rows + c.remembered);
  free (similarity);

  *(float *) step->output->data = (float) (loss / (double) (c.rows * c.places));
  return PK_OK;
}

pk_status
pk_reference_contrastive_backward (pk_step *step)
{
  comparison c = comparison_of (step, step->input_again, step->skip_again);
  int64_t all = c.rows + c.remembered;
  double *similarity = room (&c), *slope = similarity + all, of_scale = 0;
  double share = step->loss_gradient / (double) (c.rows * c.places);
  float *d = step->input_gradient != NULL ? (float *) step->input_gradient->data : NULL;

  if (similarity == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a contrastive loss");

  if (d != NULL)
    memset (d, 0, step->input_gradient->bytes);
  for (int64_t p = 0; p < c.places; p++)
    for (int64_t i = 0; i < c.rows; i++)
      {
        const float *z = c.z + i * c.stride + p * c.columns;

        compare (&c, p, i, similarity, slope);
        for (int64_t a = 0; a < all; a++)
          {
            const float *other = other_of (&c, p, i, a);
            double factor = share * c.scale * slope[a];

            if (other == NULL)
              continue;
            of_scale += share * slope[a] * similarity[a];
            for (int64_t k = 0; d != NULL && k < c.columns; k++)
              {
                d[i * c.stride + p * c.columns + k] += (float) (factor * other[k]);
                if (a < c.rows && c.keys == NULL)
                  d[a * c.stride + p * c.columns + k] += (float) (factor * z[k]);
              }
          }
      }
  if (step->node.learned && c.scale < 100) /* by the log of the scale */
    *pk_parameter_gradient (step->parameters, step->parameter) += (float) of_scale;
  free (similarity);

  return PK_OK;
}
