/* test-nodes.c - small graphs of single operations: against finite differences on the
 * reference, and each device against the reference
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/gradients.h"

static const char *const only_loss[] = { "loss", NULL };

/* A head and a loss on rows of any width. */
static void
finish (pk_graph *g, pk_value rows)
{
  pk_value x = pk_graph_l2_normalise (g, pk_graph_linear (g, rows, "head", 8, true));

  pk_graph_output (g, pk_graph_nt_xent (g, x, 0.5f), "loss");
}

/* ---- Bands: attention over them, and down to three ---- */

#define BANDS 9
#define SIDE 6

static pk_graph *
bands_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", BANDS, SIDE, SIDE), factors;

  x = pk_graph_pointwise (g, x, "first", BANDS);
  factors = pk_graph_linear (g, pk_graph_global_average_pool (g, x), "squeeze", 4, true);
  factors = pk_graph_linear (g, pk_graph_sigmoid (g, factors), "excite", BANDS, true);
  x = pk_graph_scale (g, x, pk_graph_sigmoid (g, factors));
  x = pk_graph_sigmoid (g, pk_graph_pointwise (g, x, "second", 3));
  x = pk_graph_conv2d (g, x, "conv", 16, 3, 2, 1);
  finish (g, pk_graph_global_average_pool (g, x));

  return g;
}

typedef struct
{
  const char *name;
  pk_graph *(*build) (void);
  int64_t pixels; /* of one image */
} node_case;

static const node_case cases[] = {
  { "bands", bands_net, BANDS *SIDE *SIDE },
};

#define CASES (sizeof cases / sizeof *cases)

static void
check_differences (const node_case *c)
{
  net self;
  double errors = 0, sizes = 0;

  CHECK_OK (open_net_of (&self, c->build (), c->pixels, "reference", 1, true, PK_FLOAT32,
                         only_loss));
  CHECK (loss_of (&self) > 0, "%s: loss", c->name);
  CHECK_OK (pk_parameters_clear_gradients (self.parameters));
  CHECK_OK (pk_plan_backward (self.plan, 1));

  for (int i = 0; i < pk_graph_parameter_count (self.graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (self.graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *values = malloc (2 * (size_t) count * sizeof (float));
      float *gradient = values + count;

      CHECK_OK (pk_parameters_read (self.parameters, i, values));
      CHECK_OK (pk_parameters_read_gradient (self.parameters, i, gradient));
      for (int k = 0; info->trained && k < 4; k++)
        {
          int64_t at = (k * 7919 + i * 31) % count;
          double expected = numeric_gradient (&self, i, values, at);

          errors += fabs (expected - gradient[at]);
          sizes += fabs (expected);
          CHECK (fabs (expected - gradient[at]) < 0.05 * fabs (expected) + 1e-3,
                 "%s: %s[%d]: %g by differences, %g by the backward pass", c->name,
                 info->name, (int) at, expected, (double) gradient[at]);
        }
      free (values);
    }

  CHECK (errors < 0.03 * sizes, "%s: %g of %g", c->name, errors, sizes);
  close_net (&self);
}

static void
test_differences (const char *device)
{
  (void) device;
  for (size_t i = 0; i < CASES && !test_failed; i++)
    check_differences (&cases[i]);
}

static void
test_equal_reference (const char *device)
{
  for (size_t i = 0; i < CASES && !test_failed; i++)
    {
      net a, b;

      CHECK_OK (open_net_of (&a, cases[i].build (), cases[i].pixels, device, 0, true,
                             PK_FLOAT32, only_loss));
      CHECK_OK (open_net_of (&b, cases[i].build (), cases[i].pixels, "reference", 0, true,
                             PK_FLOAT32, only_loss));
      compare (&a, &b, 1e-5, 5e-4);
      if (test_failed)
        printf ("# %s\n", cases[i].name);
      close_net (&a);
      close_net (&b);
    }
}

static void
test_bfloat16 (const char *device)
{
  for (size_t i = 0; i < CASES && !test_failed; i++)
    {
      net a, b;
      pk_status status = open_net_of (&a, cases[i].build (), cases[i].pixels, device, 0,
                                      true, PK_BFLOAT16, only_loss);

      if (status == PK_UNSUPPORTED)
        {
          CHECK (strstr (pk_message (), "bfloat16") != NULL, "%s", pk_message ());
          close_net (&a);
          return;
        }
      CHECK (status == PK_OK, "%s: %s", cases[i].name, pk_message ());
      CHECK_OK (open_net_of (&b, cases[i].build (), cases[i].pixels, "reference", 0, true,
                             PK_FLOAT32, only_loss));
      compare_directions (&a, &b);
      if (test_failed)
        printf ("# %s\n", cases[i].name);
      close_net (&a);
      close_net (&b);
    }
}

KERNEL_TESTS ({ "nodes/gradients-equal-finite-differences", test_differences, false },
              { "nodes/equal-the-reference", test_equal_reference, true },
              { "nodes/bfloat16-is-near-or-refused", test_bfloat16, true })
