/* test-gradient.c - the backward pass against finite differences, and the devices
 * against each other
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/gradients.h"

static const char *const outputs[] = { "loss", "features", "projection", NULL };

static void
test_finite_differences (const char *device)
{
  net self;
  double errors = 0, sizes = 0;
  int checked = 0;

  CHECK_OK (open_net (&self, device, 1, true, PK_FLOAT32, outputs));
  CHECK (loss_of (&self) > 0, "loss");
  CHECK_OK (pk_parameters_clear_gradients (self.parameters));
  CHECK_OK (pk_plan_backward (self.plan, 1));

  for (int i = 0; i < pk_graph_parameter_count (self.graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (self.graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *values, *gradient;

      if (!info->trained)
        continue;
      values = malloc ((size_t) count * sizeof (float));
      gradient = malloc ((size_t) count * sizeof (float));
      CHECK_OK (pk_parameters_read (self.parameters, i, values));
      CHECK_OK (pk_parameters_read_gradient (self.parameters, i, gradient));
      for (int k = 0; k < 3; k++)
        {
          int64_t at = (k * 7919 + i * 31) % count;
          double expected = numeric_gradient (&self, i, values, at);

          errors += fabs (expected - gradient[at]);
          sizes += fabs (expected);
          checked++;
          CHECK (fabs (expected - gradient[at]) < 0.15 * fabs (expected) + 6e-3,
                 "%s[%d]: %g by differences, %g by the backward pass", info->name,
                 (int) at, expected, (double) gradient[at]);
        }
      free (values);
      free (gradient);
    }

  /* Each alone may sit at a bend; together they may not. */
  CHECK (checked > 60 && errors < 0.04 * sizes, "%g of %g", errors, sizes);
  close_net (&self);
}

static void
test_equals_reference (const char *device)
{
  net a, b;

  CHECK_OK (open_net (&a, device, 0, true, PK_FLOAT32, outputs));
  CHECK_OK (open_net (&b, "reference", 0, true, PK_FLOAT32, outputs));
  compare (&a, &b, 1e-5, 2e-3);
  close_net (&a);
  close_net (&b);
}

/* Convolutions on pictures of 4, 2 and 1 pixels a side. */
static pk_graph *
tiny_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 8, 8);

  x = pk_graph_conv2d (g, x, "conv1", 16, 3, 2, 1);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn1"));
  x = pk_graph_conv2d (g, x, "conv2", 32, 3, 2, 1);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn2"));
  x = pk_graph_conv2d (g, x, "conv3", 48, 3, 1, 1);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn3"));
  x = pk_graph_batch_norm (g, pk_graph_conv2d (g, x, "conv4", 32, 3, 2, 1), "bn4");
  x = pk_graph_conv2d (g, x, "conv5", 16, 3, 1, 1);
  x = pk_graph_l2_normalise (g, pk_graph_global_average_pool (g, x));
  pk_graph_output (g, pk_graph_nt_xent (g, x, 0.3f), "loss");

  return g;
}

static void
test_tiny_pictures (const char *device)
{
  static const char *const loss[] = { "loss", NULL };
  net a, b;

  CHECK_OK (open_net_of (&a, tiny_net (), 3 * 8 * 8, device, 0, true, PK_FLOAT32, loss));
  CHECK_OK (
      open_net_of (&b, tiny_net (), 3 * 8 * 8, "reference", 0, true, PK_FLOAT32, loss));
  compare (&a, &b, 1e-5, 1e-4);
  close_net (&a);
  close_net (&b);
}

/* Wide enough for Winograd's algorithm, on pictures that are no whole tiles. */
static pk_graph *
wide_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 18, 13), skip;

  x = pk_graph_conv2d (g, x, "conv1", 64, 3, 1, 1);
  skip = x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn1"));
  x = pk_graph_conv2d (g, x, "conv2", 96, 3, 1, 1);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn2"));
  x = pk_graph_batch_norm (g, pk_graph_conv2d (g, x, "conv3", 64, 3, 1, 1), "bn3");
  x = pk_graph_relu (g, pk_graph_add (g, x, skip));
  x = pk_graph_global_average_pool (g, x);
  pk_graph_output (g, x, "features");
  pk_graph_output (g, pk_graph_nt_xent (g, pk_graph_l2_normalise (g, x), 0.3f), "loss");

  return g;
}

static void
test_wide (const char *device)
{
  static const char *const loss[] = { "loss", NULL }, *const features[]
                                                      = { "features", NULL };
  float x[SMALL_NET_BATCH * 64], y[SMALL_NET_BATCH * 64];
  net a, b;

  CHECK_OK (
      open_net_of (&a, wide_net (), 3 * 18 * 13, device, 0, true, PK_FLOAT32, loss));
  CHECK_OK (
      open_net_of (&b, wide_net (), 3 * 18 * 13, "reference", 0, true, PK_FLOAT32, loss));
  compare (&a, &b, 1e-5, 1e-3);
  close_net (&a);
  close_net (&b);

  CHECK_OK (
      open_net_of (&a, wide_net (), 3 * 18 * 13, device, 0, false, PK_FLOAT32, features));
  CHECK_OK (open_net_of (&b, wide_net (), 3 * 18 * 13, "reference", 0, false, PK_FLOAT32,
                         features));
  CHECK_OK (pk_plan_forward (a.plan));
  CHECK_OK (pk_plan_forward (b.plan));
  CHECK_OK (pk_plan_read (a.plan, "features", x));
  CHECK_OK (pk_plan_read (b.plan, "features", y));
  CHECK (relative_difference (x, y, SMALL_NET_BATCH * 64) <= 1e-5,
         "features differ by %g", relative_difference (x, y, SMALL_NET_BATCH * 64));
  close_net (&a);
  close_net (&b);
}

static void
test_threads_agree (const char *device)
{
  net a, b;

  CHECK_OK (open_net (&a, device, 2, true, PK_FLOAT32, outputs));
  CHECK_OK (open_net (&b, device, 1, true, PK_FLOAT32, outputs));
  compare (&a, &b, 1e-6, 1e-3);
  close_net (&a);
  close_net (&b);
}

static void
test_bfloat16 (const char *device)
{
  net a, b;
  pk_status status = open_net (&a, device, 0, true, PK_BFLOAT16, outputs);

  if (status == PK_UNSUPPORTED)
    {
      CHECK (strstr (pk_message (), "bfloat16") != NULL, "%s", pk_message ());
      close_net (&a);
      return;
    }
  CHECK (status == PK_OK, "%s", pk_message ());
  CHECK_OK (open_net (&b, "reference", 0, true, PK_FLOAT32, outputs));
  compare_directions (&a, &b);
  close_net (&a);
  close_net (&b);
}

/* What is no number must be seen in the loss: a relu that made 0 of it would hide it. */
static void
test_nan_is_not_hidden (const char *device)
{
  net self;

  CHECK_OK (open_net (&self, device, 0, true, PK_FLOAT32, outputs));
  pk_plan_input (self.plan, "pixels")[11] = NAN;
  CHECK (isnan (loss_of (&self)), "the loss is %g", (double) loss_of (&self));
  close_net (&self);
}

KERNEL_TESTS ({ "gradients/finite-differences", test_finite_differences, true },
              { "gradients/equal-the-reference", test_equals_reference, true },
              { "gradients/of-tiny-pictures-equal-the-reference", test_tiny_pictures,
                true },
              { "gradients/of-wide-pictures-equal-the-reference", test_wide, true },
              { "gradients/a-pixel-that-is-no-number-is-not-hidden",
                test_nan_is_not_hidden, true },
              { "gradients/one-and-two-threads-agree", test_threads_agree, true },
              { "gradients/bfloat16-is-near-or-refused", test_bfloat16, true })
