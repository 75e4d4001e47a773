/* test-graph.c - shapes, refusals, and what plans do with memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/small-net.h"

static void
test_shapes (const char *device)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 224, 224);
  pk_shape shape;

  x = pk_graph_conv2d (g, x, "conv1", 64, 7, 2, 3);
  shape = pk_graph_shape (g, x, 5);
  CHECK (shape.rank == 4 && shape.size[0] == 5 && shape.size[1] == 64
             && shape.size[2] == 112,
         "%d", (int) shape.size[2]);
  x = pk_graph_max_pool (g, x, 3, 2, 1);
  shape = pk_graph_shape (g, x, 1);
  CHECK (shape.size[2] == 56 && shape.size[3] == 56, "%d", (int) shape.size[2]);
  x = pk_graph_global_average_pool (g, x);
  CHECK (pk_graph_output (g, x, "features") == PK_OK, "%s", pk_message ());
  shape = pk_graph_output_shape (g, "features", 9);
  CHECK (shape.rank == 2 && shape.size[0] == 9 && shape.size[1] == 64, "%d", shape.rank);
  CHECK (pk_graph_output_shape (g, "nothing", 9).rank == 0,
         "an output that is not there");

  /* 7 x 7 x 3 products for each of 64 x 112 x 112 outputs, two operations a product. */
  CHECK (fabs (pk_graph_operations (g, NULL) - 2.0 * 147 * 64 * 112 * 112) < 1, "%g",
         pk_graph_operations (g, NULL));
  pk_graph_free (g);
}

static void
test_refusals (const char *device)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 8, 8), y;

  CHECK (pk_graph_input (g, "none", 0, 8, 8) < 0, "an image without bands");
  CHECK (pk_graph_conv2d (g, x, "a", 4, 11, 1, 0) < 0, "a kernel larger than the image");
  CHECK (strstr (pk_message (), "does not fit 8 x 8 pixels") != NULL, "%s",
         pk_message ());
  y = pk_graph_conv2d (g, x, "b", 4, 3, 1, 1);
  CHECK (pk_graph_conv2d (g, x, "b", 4, 3, 1, 1) < 0, "two parameters of one name");
  CHECK (strstr (pk_message (), "b.weight") != NULL, "%s", pk_message ());
  CHECK (pk_graph_add (g, x, y) < 0, "adding 3 and 4 channels");
  CHECK (pk_graph_linear (g, x, "c", 4, true) < 0, "a linear layer on an image");
  CHECK (pk_graph_nt_xent (g, pk_graph_global_average_pool (g, y), 0) < 0,
         "temperature 0");
  CHECK (pk_graph_relu (g, pk_graph_relu (g, -1)) < 0, "a failed value is handed on");
  pk_graph_free (g);
}

static void
test_unknown_device (const char *device)
{
  pk_device *opened;

  CHECK (pk_device_open ("abacus", 0, &opened) == PK_NO_DEVICE,
         "a device that is not there");
  CHECK (opened == NULL && strstr (pk_message (), "abacus") != NULL, "%s", pk_message ());
  CHECK (pk_device_open ("reference", -1, &opened) == PK_BAD_ARGUMENT, "-1 threads");
}

static void
test_plan_refusals (const char *device)
{
  static const char *const loss[] = { "loss", NULL }, *const nothing[]
                                                      = { "nothing", NULL };
  static const char *const features[] = { "features", NULL };
  pk_device *opened;
  pk_graph *g = small_net (16);
  pk_parameters *parameters;
  pk_plan *plan;
  float value;

  CHECK_OK (pk_device_open (device, 0, &opened));
  CHECK_OK (pk_parameters_new (opened, g, &parameters));
  CHECK (pk_plan_new (opened, g, parameters,
                      &(pk_plan_options){ .batch = 0, .outputs = features }, &plan)
             == PK_BAD_ARGUMENT,
         "a batch of nothing");
  CHECK (pk_plan_new (opened, g, parameters,
                      &(pk_plan_options){ .batch = 2, .outputs = nothing }, &plan)
             == PK_BAD_ARGUMENT,
         "an output that is not there");
  CHECK (strstr (pk_message (), "nothing") != NULL, "%s", pk_message ());
  CHECK (pk_plan_new (
             opened, g, parameters,
             &(pk_plan_options){ .batch = 4, .training = true, .outputs = features },
             &plan)
             == PK_BAD_ARGUMENT,
         "training without a loss");
  CHECK_OK (pk_plan_new (opened, g, parameters,
                         &(pk_plan_options){ .batch = 4, .outputs = features }, &plan));
  CHECK (pk_plan_backward (plan, 1) == PK_BAD_ARGUMENT, "backward without training");
  CHECK (pk_plan_read (plan, "loss", &value) == PK_BAD_ARGUMENT,
         "reading what is not computed");
  CHECK (pk_plan_input (plan, "sound") == NULL, "an input that is not there");
  CHECK (pk_plan_input (plan, "pixels") != NULL, "the input");
  pk_plan_free (plan);

  /* NT-Xent of one image, or of a view too many, is refused, on the way or at the start.
   */
  if (pk_plan_new (opened, g, parameters,
                   &(pk_plan_options){ .batch = 3, .training = true, .outputs = loss },
                   &plan)
      == PK_OK)
    {
      CHECK (pk_plan_forward (plan) == PK_BAD_ARGUMENT, "three rows");
      pk_plan_free (plan);
    }
  CHECK (strstr (pk_message (), "two views") != NULL, "%s", pk_message ());

  pk_parameters_free (parameters);
  pk_graph_free (g);
  pk_device_close (opened);
}

/* A plan without training gives the same maps whether they are outputs or lie inside,
 * where norms, additions and relus are taken along by convolutions. */
static void
test_fusing_changes_nothing (const char *device)
{
  static const char *const few[] = { "features", NULL };
  static const char *const all[] = { "features", "map", "stem", NULL };
  pk_device *opened;
  pk_graph *g = small_net (16);
  pk_parameters *parameters;
  float features[2][4 * 32];

  CHECK_OK (pk_device_open (device, 0, &opened));
  CHECK_OK (pk_parameters_new (opened, g, &parameters));
  fill_parameters (g, parameters);
  for (int i = 0; i < 2; i++)
    {
      pk_plan *plan;

      CHECK_OK (pk_plan_new (
          opened, g, parameters,
          &(pk_plan_options){ .batch = 4, .outputs = i == 0 ? few : all }, &plan));
      fill_random (pk_plan_input (plan, "pixels"),
                   4 * 3 * SMALL_NET_SIZE * (SMALL_NET_SIZE + 3), 7);
      CHECK_OK (pk_plan_forward (plan));
      CHECK_OK (pk_plan_read (plan, "features", features[i]));
      pk_plan_free (plan);
    }
  CHECK (relative_difference (features[0], features[1], 4 * 32) < 1e-5,
         "features differ");
  pk_parameters_free (parameters);
  pk_graph_free (g);
  pk_device_close (opened);
}

/* What one plan learns, the other computes with. */
static void
test_plans_share_parameters (const char *device)
{
  static const char *const features[] = { "features", NULL }, *const loss[]
                                                              = { "loss", NULL };
  pk_device *opened;
  pk_graph *g = small_net (16);
  pk_parameters *parameters;
  pk_plan *training, *plain;
  pk_optimiser sgd = { .kind = PK_SGD };
  float before[4 * 32], after[4 * 32];

  CHECK_OK (pk_device_open (device, 0, &opened));
  CHECK_OK (pk_parameters_new (opened, g, &parameters));
  fill_parameters (g, parameters);
  CHECK_OK (pk_plan_new (
      opened, g, parameters,
      &(pk_plan_options){ .batch = 4, .training = true, .outputs = loss }, &training));
  CHECK_OK (pk_plan_new (opened, g, parameters,
                         &(pk_plan_options){ .batch = 4, .outputs = features }, &plain));
  fill_random (pk_plan_input (training, "pixels"),
               4 * 3 * SMALL_NET_SIZE * (SMALL_NET_SIZE + 3), 7);
  fill_random (pk_plan_input (plain, "pixels"),
               4 * 3 * SMALL_NET_SIZE * (SMALL_NET_SIZE + 3), 7);

  CHECK_OK (pk_plan_forward (plain));
  CHECK_OK (pk_plan_read (plain, "features", before));
  CHECK_OK (pk_plan_forward (training));
  CHECK_OK (pk_parameters_clear_gradients (parameters));
  CHECK_OK (pk_plan_backward (training, 1));
  CHECK_OK (pk_parameters_update (parameters, &sgd, 0.5f, 1, 1));
  CHECK_OK (pk_plan_forward (plain));
  CHECK_OK (pk_plan_read (plain, "features", after));
  CHECK (relative_difference (after, before, 4 * 32) > 1e-3, "nothing was learned");

  pk_plan_free (training);
  pk_plan_free (plain);
  pk_parameters_free (parameters);
  pk_graph_free (g);
  pk_device_close (opened);
}

/* Outputs of norms are written again for the backward pass, one from the other along a
 * chain of blocks; outputs of the plan are kept. Both give the same gradients. */
static void
test_writing_again_changes_nothing (const char *device)
{
  static const char *const loss[] = { "loss", NULL };
  static const char *const all[]
      = { "loss", "stem", "layer1.0", "layer2.0", "layer2.1", "map", NULL };
  net again, kept;

  CHECK_OK (open_net (&again, device, 1, true, PK_FLOAT32, loss));
  CHECK_OK (open_net (&kept, device, 1, true, PK_FLOAT32, all));
  CHECK (pk_plan_memory (again.plan) < pk_plan_memory (kept.plan), "%zu bytes, not %zu",
         pk_plan_memory (again.plan), pk_plan_memory (kept.plan));
  for (int i = 0; i < 2; i++)
    {
      net *self = i == 0 ? &again : &kept;

      CHECK_OK (pk_plan_forward (self->plan));
      CHECK_OK (pk_parameters_clear_gradients (self->parameters));
      CHECK_OK (pk_plan_backward (self->plan, 1));
    }
  for (int i = 0; i < pk_graph_parameter_count (again.graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (again.graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *x = malloc (2 * (size_t) count * sizeof (float)), *y = x + count;

      if (info->trained)
        {
          CHECK_OK (pk_parameters_read_gradient (again.parameters, i, x));
          CHECK_OK (pk_parameters_read_gradient (kept.parameters, i, y));
          CHECK (memcmp (x, y, (size_t) count * sizeof (float)) == 0, "%s differs by %g",
                 info->name, relative_difference (x, y, count));
        }
      free (x);
    }
  close_net (&again);
  close_net (&kept);
}

KERNEL_TESTS ({ "graph/shapes-follow-the-windows", test_shapes, false },
              { "graph/what-does-not-fit-is-refused-in-words", test_refusals, false },
              { "device/an-unknown-name-is-refused", test_unknown_device, false },
              { "plan/what-it-cannot-do-is-refused", test_plan_refusals, true },
              { "plan/fusing-changes-nothing", test_fusing_changes_nothing, true },
              { "plan/writing-again-changes-nothing", test_writing_again_changes_nothing,
                true },
              { "plan/plans-share-parameters", test_plans_share_parameters, true })
