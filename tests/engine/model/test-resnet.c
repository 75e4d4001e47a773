/* test-resnet.c - encoders against torchvision
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Golden values: tests/golden/model, torchvision 0.29.2.
 */
#include <math.h>

#include "engine/model/model.h"
#include "tests/support/fill.h"

#define SIZE 64
#define BATCH 2

typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
  pk_plan *plan;
} Net;

static void
fill_parameters (const pk_graph *graph, pk_parameters *parameters)
{
  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_autofree float *values = g_new (float, pk_shape_count (info->shape));

      fill_weight (info->name, info->shape.rank, info->shape.size, values);
      g_assert_cmpint (pk_parameters_write (parameters, i, values), ==, PK_OK);
    }
}

static void
net_open (Net *net, const char *device, const char *encoder)
{
  static const char *const outputs[]
      = { "features", "stem", "layer1", "layer2", "layer3", "layer4", NULL };
  PhenoModelOptions model = { .encoder = encoder, .bands = 3, .size = SIZE };
  pk_plan_options options = { .batch = BATCH, .outputs = outputs };
  g_autoptr (GError) error = NULL;
  float *pixels;

  net->graph = pheno_model_new_graph (&model, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pk_device_open (device, 0, &net->device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (net->device, net->graph, &net->parameters), ==,
                   PK_OK);
  fill_parameters (net->graph, net->parameters);
  g_assert_cmpint (
      pk_plan_new (net->device, net->graph, net->parameters, &options, &net->plan), ==,
      PK_OK);

  pixels = pk_plan_input (net->plan, PHENO_INPUT);
  for (guint32 i = 0; i < BATCH * 3 * SIZE * SIZE; i++)
    pixels[i] = fill_uniform (fill_name_hash ("pixels"), i);
  g_assert_cmpint (pk_plan_forward (net->plan), ==, PK_OK);
}

static void
net_close (Net *net)
{
  pk_plan_free (net->plan);
  pk_parameters_free (net->parameters);
  pk_device_close (net->device);
  pk_graph_free (net->graph);
}

/* Means over the map of output @name, (BATCH, C), against the golden ones: the difference
 * is measured by the largest of them, as a value near 0 is a sum of large ones. */
static void
check_output (Net *net, const char *name, const PhenoTensors *golden)
{
  pk_shape shape = pk_graph_output_shape (net->graph, name, BATCH);
  gint64 area = pk_shape_count (shape) / (shape.size[0] * shape.size[1]);
  g_autofree float *values = g_new (float, pk_shape_count (shape));
  const float *expected = pheno_tensors_find (golden, name, NULL, NULL);
  double largest = 0, difference = 0;

  g_assert_nonnull (expected);
  g_assert_cmpint (pk_plan_read (net->plan, name, values), ==, PK_OK);
  for (gint64 i = 0; i < shape.size[0] * shape.size[1]; i++)
    {
      double mean = 0;

      for (gint64 j = 0; j < area; j++)
        mean += values[i * area + j];
      mean /= (double) area;
      largest = MAX (largest, fabs (expected[i]));
      difference = MAX (difference, fabs (mean - expected[i]));
    }

  g_test_message ("%s: largest %g, difference %g", name, largest, difference / largest);
  g_assert_cmpfloat (largest, >, 0);
  g_assert_cmpfloat (difference, <, 1e-4 * largest);
}

static void
check_forward (const char *device, const char *encoder)
{
  static const char *const outputs[]
      = { "stem", "layer1", "layer2", "layer3", "layer4", "features" };
  g_autofree char *file = g_strconcat (encoder, ".safetensors", NULL);
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "model", file, NULL);
  g_autoptr (PhenoTensors) golden = NULL;
  g_autoptr (GError) error = NULL;
  Net net;

  golden = pheno_tensors_load (path, &error);
  g_assert_no_error (error);

  net_open (&net, device, encoder);
  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++)
    check_output (&net, outputs[i], golden);
  net_close (&net);
}

static void
test_forward_is_torchvisions (gconstpointer encoder)
{
  check_forward ("auto", encoder);
}

static void
test_reference_forward_is_torchvisions (void)
{
  check_forward ("reference", "resnet18");
}

/* Every parameter of torchvision's network but the classifier's and the counters, in its
 * shape, and no other. */
static void
test_parameters_are_torchvisions (gconstpointer encoder)
{
  g_autofree char *file = g_strdup_printf ("names-%s.csv", (const char *) encoder);
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "model", file, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  PhenoModelOptions model = { .encoder = encoder, .bands = 3, .size = SIZE };
  pk_graph *graph = pheno_model_new_graph (&model, NULL);
  int found = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; **line != '\0'; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, ",", 3);
      g_autoptr (GString) shape = g_string_new (NULL);
      const pk_parameter_info *info;
      int index = pk_graph_find_parameter (graph, fields[0]);

      if (g_str_has_prefix (fields[0], "fc.") || g_str_equal (fields[1], "I64"))
        {
          g_assert_cmpint (index, <, 0);
          continue;
        }

      g_assert_cmpint (index, >=, 0);
      info = pk_graph_parameter (graph, index);
      for (int i = 0; i < info->shape.rank; i++)
        g_string_append_printf (shape, "%s%d", i > 0 ? "x" : "",
                                (int) info->shape.size[i]);
      g_assert_cmpstr (shape->str, ==, fields[2]);
      found++;
    }

  g_assert_cmpint (found, ==, pk_graph_parameter_count (graph));
  pk_graph_free (graph);
}

static void
test_unknown_encoder_names_the_nearest (void)
{
  PhenoModelOptions model = { .encoder = "resnet-18", .bands = 3, .size = SIZE };
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_model_new_graph (&model, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==,
                   "There is no encoder “resnet-18”. Did you mean “resnet18”?");
}

static void
test_size_out_of_range_is_named (void)
{
  PhenoModelOptions model = { .encoder = "resnet18", .bands = 3, .size = 8 };
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_model_new_graph (&model, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==, "“size” is 8; it must be from 32 to 4096.");
}

static float *
initial_weights (guint64 seed, int projection, const char *name, gint64 *count)
{
  PhenoModelOptions model = { .encoder = "resnet18",
                              .bands = 3,
                              .size = SIZE,
                              .projection = projection,
                              .temperature = 1 };
  pk_graph *graph = pheno_model_new_graph (&model, NULL);
  pk_device *device;
  pk_parameters *parameters;
  int index = pk_graph_find_parameter (graph, name);
  float *values;

  g_assert_cmpint (pk_device_open ("reference", 1, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  g_assert_true (pheno_model_initialise (graph, parameters, seed, NULL));
  *count = pk_shape_count (pk_graph_parameter (graph, index)->shape);
  values = g_new (float, *count);
  g_assert_cmpint (pk_parameters_read (parameters, index, values), ==, PK_OK);

  pk_parameters_free (parameters);
  pk_device_close (device);
  pk_graph_free (graph);
  return values;
}

/* Kaiming normal, fan out: layer2.0.conv1 is (128, 64, 3, 3), so the variance is 2 / (128
 * x 9). Over 73728 values the mean strays by 0.00015 and the variance by 0.5 %. */
static void
test_convolutions_begin_kaiming_normal (void)
{
  gint64 count;
  g_autofree float *values = initial_weights (7, 0, "layer2.0.conv1.weight", &count);
  double sum = 0, squares = 0, beyond = 0;
  double deviation = sqrt (2.0 / (128 * 9));

  g_assert_cmpint (count, ==, 128 * 64 * 9);
  for (gint64 i = 0; i < count; i++)
    {
      sum += values[i];
      squares += (double) values[i] * values[i];
      beyond += fabs (values[i]) > 1.959964 * deviation;
    }

  g_assert_cmpfloat (fabs (sum / (double) count), <, 5 * 0.00016);
  g_assert_cmpfloat_with_epsilon (squares / (double) count, deviation * deviation,
                                  0.025 * deviation * deviation);
  g_assert_cmpfloat_with_epsilon (beyond / (double) count, 0.05, 0.005); /* of a normal */
}

/* PyTorch's linear layer: uniform within 1 / sqrt (512), bias alike. */
static void
test_head_begins_uniform (void)
{
  gint64 count;
  g_autofree float *weight = initial_weights (7, 64, "projection.2.weight", &count);
  g_autofree float *bias = NULL;
  double bound = 1 / sqrt (512), largest = 0, squares = 0;

  g_assert_cmpint (count, ==, 64 * 512);
  for (gint64 i = 0; i < count; i++)
    {
      largest = MAX (largest, fabs (weight[i]));
      squares += (double) weight[i] * weight[i];
    }
  g_assert_cmpfloat (largest, <=, bound);
  g_assert_cmpfloat (largest, >, 0.999 * bound);
  g_assert_cmpfloat_with_epsilon (squares / (double) count, bound * bound / 3,
                                  0.03 * bound * bound);

  bias = initial_weights (7, 64, "projection.2.bias", &count);
  g_assert_cmpint (count, ==, 64);
  for (gint64 i = 0; i < count; i++)
    g_assert_cmpfloat (fabs (bias[i]), <=, bound);
}

static void
test_weights_depend_on_the_seed_alone (void)
{
  gint64 count;
  g_autofree float *bare = initial_weights (7, 0, "layer1.0.conv1.weight", &count);
  g_autofree float *headed = initial_weights (7, 128, "layer1.0.conv1.weight", &count);
  g_autofree float *other = initial_weights (8, 0, "layer1.0.conv1.weight", &count);

  g_assert_cmpmem (bare, sizeof (float) * (gsize) count, headed,
                   sizeof (float) * (gsize) count);
  g_assert_true (memcmp (bare, other, sizeof (float) * (gsize) count) != 0);
}

static const char *const resnets[]
    = { "resnet18", "resnet34", "resnet50", "resnet101", NULL };

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (const char *const *name = resnets; *name != NULL; name++)
    {
      g_autofree char *forward
          = g_strdup_printf ("/model/%s/forward-is-torchvisions", *name);
      g_autofree char *names
          = g_strdup_printf ("/model/%s/parameters-are-torchvisions", *name);

      g_test_add_data_func (names, *name, test_parameters_are_torchvisions);
      g_test_add_data_func (forward, *name, test_forward_is_torchvisions);
    }
  g_test_add_func ("/model/reference/forward-is-torchvisions",
                   test_reference_forward_is_torchvisions);
  g_test_add_func ("/model/unknown-encoder-names-the-nearest",
                   test_unknown_encoder_names_the_nearest);
  g_test_add_func ("/model/size-out-of-range-is-named", test_size_out_of_range_is_named);
  g_test_add_func ("/model/convolutions-begin-kaiming-normal",
                   test_convolutions_begin_kaiming_normal);
  g_test_add_func ("/model/head-begins-uniform", test_head_begins_uniform);
  g_test_add_func ("/model/weights-depend-on-the-seed-alone",
                   test_weights_depend_on_the_seed_alone);

  return g_test_run ();
}
