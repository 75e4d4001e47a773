/* test-nt-xent.c - the loss of SimCLR on rows whose loss is known
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows come in as images of one pixel, whose mean is the pixel.
 */
#include "tests/support/kernel-test.h"

#define D 4

/* The loss of @rows, (N, D), in a net of one pixel with D bands. */
static float
nt_xent_on (const char *name, const float *rows, int n, float temperature)
{
  static const char *const outputs[] = { "loss", NULL };
  pk_device *device = NULL;
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_global_average_pool (g, pk_graph_input (g, "pixels", D, 1, 1));
  pk_parameters *parameters = NULL;
  pk_plan *plan = NULL;
  float loss = NAN;

  pk_graph_output (g, pk_graph_nt_xent (g, pk_graph_l2_normalise (g, x), temperature),
                   "loss");
  if (pk_device_open (name, 0, &device) == PK_OK
      && pk_parameters_new (device, g, &parameters) == PK_OK
      && pk_plan_new (device, g, parameters,
                      &(pk_plan_options){ .batch = n, .outputs = outputs }, &plan)
             == PK_OK)
    {
      memcpy (pk_plan_input (plan, "pixels"), rows, (size_t) n * D * sizeof (float));
      if (pk_plan_forward (plan) == PK_OK)
        pk_plan_read (plan, "loss", &loss);
    }
  pk_plan_free (plan);
  pk_parameters_free (parameters);
  pk_graph_free (g);
  pk_device_close (device);

  return loss;
}

/* Two images at right angles, both views alike: one partner at similarity 1 and two
 * others at 0, so each row's loss is log (e^(1/t) + 2) - 1/t. */
static void
test_right_angles (const char *device)
{
  const float z[4][D] = { { 3 }, { 0, 2 }, { 1 }, { 0, 5 } };
  float loss = nt_xent_on (device, &z[0][0], 4, 0.5f);

  CHECK (fabsf (loss - (logf (expf (2) + 2) - 2)) < 1e-5f, "%g", (double) loss);
}

/* All rows alike: every other row is as near as the partner, log (2N - 1). */
static void
test_collapse (const char *device)
{
  float z[6][D];
  float loss;

  for (int i = 0; i < 6; i++)
    for (int k = 0; k < D; k++)
      z[i][k] = 1;
  loss = nt_xent_on (device, &z[0][0], 6, 0.1f);
  CHECK (fabsf (loss - logf (5)) < 1e-5f, "%g", (double) loss);
}

/* exp (1 / t) is beyond float at t = 0.005; the loss of opposed images is 0, of swapped
 * views 1 / t times the difference of similarities, 2. */
static void
test_low_temperature (const char *device)
{
  const float apart[4][D] = { { 1 }, { -1 }, { 1 }, { -1 } };
  const float swapped[4][D] = { { 1 }, { -1 }, { -1 }, { 1 } };
  float loss = nt_xent_on (device, &apart[0][0], 4, 0.005f);

  CHECK (fabsf (loss) < 1e-5f, "%g", (double) loss);
  loss = nt_xent_on (device, &swapped[0][0], 4, 0.005f);
  CHECK (fabsf (loss - 400) < 1e-2f, "%g", (double) loss);
}

/* More rows than one strip of the fast back-ends, and no multiple of it. */
static void
test_equals_reference_on_many_rows (const char *device)
{
  enum
  {
    N = 418
  };
  static float z[N * D];
  float loss, expected;

  fill_random (z, N * D, 3);
  loss = nt_xent_on (device, z, N, 0.2f);
  expected = nt_xent_on ("reference", z, N, 0.2f);
  CHECK (fabsf (loss - expected) < 1e-5f * expected, "%.8g and %.8g", (double) loss,
         (double) expected);
}

KERNEL_TESTS ({ "nt-xent/images-at-right-angles", test_right_angles, true },
              { "nt-xent/collapse-is-the-logarithm-of-all-others", test_collapse, true },
              { "nt-xent/no-temperature-leaves-the-range-of-float", test_low_temperature,
                true },
              { "nt-xent/many-rows-equal-the-reference",
                test_equals_reference_on_many_rows, true })
