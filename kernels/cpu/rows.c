/* rows.c - passes over rows, for one instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/cpu/rows.h"

#define LANES 16

typedef float lanes __attribute__ ((vector_size (LANES * 4)));
typedef float lanes_in_memory __attribute__ ((vector_size (LANES * 4), aligned (4)));

static inline __attribute__ ((always_inline)) lanes
load (const float *x)
{
  return *(const lanes_in_memory *) x;
}

static double
total (lanes x)
{
  double sum = 0;

  for (int i = 0; i < LANES; i++)
    sum += x[i];
  return sum;
}

static double
sum (const float *x, int64_t count)
{
  lanes sums = { 0 };
  double rest = 0;
  int64_t i = 0;

  for (; i + LANES <= count; i += LANES)
    sums += load (x + i);
  for (; i < count; i++)
    rest += x[i];
  return total (sums) + rest;
}

static double
dot (const float *x, const float *y, int64_t count)
{
  lanes sums = { 0 };
  double rest = 0;
  int64_t i = 0;

  for (; i + LANES <= count; i += LANES)
    sums += load (x + i) * load (y + i);
  for (; i < count; i++)
    rest += (double) x[i] * y[i];
  return total (sums) + rest;
}

static void
add_constant (float *x, float value, int64_t count)
{
  for (int64_t i = 0; i < count; i++)
    x[i] += value;
}

static void
times (const float *x, float factor, float *y, int64_t count)
{
  for (int64_t i = 0; i < count; i++)
    y[i] = factor * x[i];
}

static void
relu (const float *x, float *y, int64_t count)
{
  for (int64_t i = 0; i < count; i++)
    y[i] = x[i] <= 0 ? 0 : x[i];
}

static void
relu_gradient (const float *x, const float *g, float *d, int64_t count)
{
  for (int64_t i = 0; i < count; i++)
    d[i] = x[i] > 0 ? g[i] : 0;
}

const pk_rows PK_NAMED (pk_rows) = {
  .sum = sum,
  .dot = dot,
  .add_constant = add_constant,
  .times = times,
  .relu = relu,
  .relu_gradient = relu_gradient,
};
