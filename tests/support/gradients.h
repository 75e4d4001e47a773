/* gradients.h - the backward pass against finite differences, and nets against each other
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GRADIENTS_H
#define GRADIENTS_H

#include "tests/support/small-net.h"

static inline float
loss_of (net *self)
{
  float loss = NAN;

  if (pk_plan_forward (self->plan) == PK_OK)
    pk_plan_read (self->plan, "loss", &loss);
  return loss;
}

/* The loss at value +- e of one weight, by central differences. Relus make the loss bend,
 * so the step must be small, and float's noise is then some per cent of a derivative. */
static inline double
numeric_gradient (net *self, int parameter, float *values, int64_t at)
{
  const float e = 4e-3f;
  float kept = values[at], up, down;

  values[at] = kept + e;
  pk_parameters_write (self->parameters, parameter, values);
  up = loss_of (self);
  values[at] = kept - e;
  pk_parameters_write (self->parameters, parameter, values);
  down = loss_of (self);
  values[at] = kept;
  pk_parameters_write (self->parameters, parameter, values);

  return ((double) up - down) / (2 * e);
}

/* Compares loss and all gradients of two nets, one forward and backward pass each. */
static inline void
compare (net *a, net *b, double loss_tolerance, double gradient_tolerance)
{
  float first = loss_of (a), second = loss_of (b);

  CHECK (fabsf (first - second) <= loss_tolerance * fabsf (second),
         "losses %.7g and %.7g", (double) first, (double) second);
  CHECK_OK (pk_parameters_clear_gradients (a->parameters));
  CHECK_OK (pk_parameters_clear_gradients (b->parameters));
  CHECK_OK (pk_plan_backward (a->plan, 0.5f));
  CHECK_OK (pk_plan_forward (a->plan));
  CHECK_OK (pk_plan_backward (a->plan, 0.5f)); /* parts add up */
  CHECK_OK (pk_plan_forward (b->plan));
  CHECK_OK (pk_plan_backward (b->plan, 1));

  for (int i = 0; i < pk_graph_parameter_count (a->graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (a->graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *x = malloc (2 * (size_t) count * sizeof (float)), *y = x + count;
      double difference;

      if (info->trained)
        {
          pk_parameters_read_gradient (a->parameters, i, x);
          pk_parameters_read_gradient (b->parameters, i, y);
        }
      else
        {
          pk_parameters_read (a->parameters, i, x);
          pk_parameters_read (b->parameters, i, y);
        }
      difference = relative_difference (x, y, count);
      free (x);
      CHECK (difference <= gradient_tolerance, "%s differs by %g", info->name,
             difference);
    }
}

/* A bfloat16 has 8 bits: single gradients of a net this small differ much, the direction
 * in which all of them point does not. */
static inline void
compare_directions (net *a, net *b)
{
  float first = loss_of (a), second = loss_of (b);
  double product = 0, length_a = 0, length_b = 0;

  CHECK (fabsf (first - second) <= 2e-2f * fabsf (second), "losses %.7g and %.7g",
         (double) first, (double) second);
  CHECK_OK (pk_parameters_clear_gradients (a->parameters));
  CHECK_OK (pk_parameters_clear_gradients (b->parameters));
  CHECK_OK (pk_plan_backward (a->plan, 1));
  CHECK_OK (pk_plan_backward (b->plan, 1));

  for (int i = 0; i < pk_graph_parameter_count (a->graph); i++)
    {
      int64_t count = pk_shape_count (pk_graph_parameter (a->graph, i)->shape);
      float *x = malloc (2 * (size_t) count * sizeof (float)), *y = x + count;

      pk_parameters_read_gradient (a->parameters, i, x);
      pk_parameters_read_gradient (b->parameters, i, y);
      for (int64_t k = 0; k < count; k++)
        {
          product += (double) x[k] * y[k];
          length_a += (double) x[k] * x[k];
          length_b += (double) y[k] * y[k];
        }
      free (x);
    }
  CHECK (product > 0.95 * sqrt (length_a * length_b), "the cosine of the gradients is %g",
         product / sqrt (length_a * length_b));
  CHECK (fabs (sqrt (length_a / length_b) - 1) < 0.1, "lengths differ by %g",
         sqrt (length_a / length_b));
}

#endif /* GRADIENTS_H */
