/* test-gradients.c - encoders with a head against PyTorch: features, loss and the
 * gradient of every parameter
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Golden values: tests/golden/model/NAME.gradients.csv, by make-gradients.py in float64.
 */
#include <math.h>

#include "engine/model/model.h"
#include "tests/support/fill.h"

#define BATCH 4
#define PRODUCTS 3

typedef struct
{
  const char *name; /* of the golden file */
  PhenoModelOptions model;
  double share; /* of a gradient's length by which it may differ */
} Case;

static const Case cases[] = {
  { "resnet18", { .encoder = "resnet18", .bands = 3, .size = 64 }, 1e-3 },
  /* PyTorch's own float32 is 5e-3 from its float64 here: relus flip. */
  { "resnet50", { .encoder = "resnet50", .bands = 3, .size = 160 }, 1e-2 },
  { "resnet10", { .encoder = "resnet10", .bands = 3, .size = 64 }, 1e-3 },
  /* The same: 1.6e-2 of what lies before its relus of 6. */
  { "efficientnet-lite0",
    { .encoder = "efficientnet-lite0", .bands = 3, .size = 192 },
    2e-2 },
  { "vit-s-16", { .encoder = "vit-s-16", .bands = 3, .size = 64 }, 1e-3 },
  { "vit-b-16", { .encoder = "vit-b-16", .bands = 3, .size = 48 }, 1e-3 },
  { "vit-b-32", { .encoder = "vit-b-32", .bands = 3, .size = 64 }, 1e-3 },
  { "vit-l-16", { .encoder = "vit-l-16", .bands = 3, .size = 32 }, 1e-3 },
  { "bands",
    { .encoder = "resnet18",
      .bands = 7,
      .size = 160,
      .adapter = "linear",
      .attention = "spectral" },
    5e-3 },
};

typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
  pk_plan *plan;
} Net;

static void
net_open (Net *net, const PhenoModelOptions *model)
{
  static const char *const outputs[] = { PHENO_OUTPUT_LOSS, PHENO_OUTPUT_FEATURES, NULL };
  pk_plan_options options = { .batch = BATCH, .training = TRUE, .outputs = outputs };
  PhenoModelOptions headed = *model;
  g_autoptr (GError) error = NULL;
  gsize count = (gsize) BATCH * model->bands * model->size * model->size;
  float *pixels;

  headed.projection = 16;
  headed.temperature = 0.5f;
  net->graph = pheno_model_new_graph (&headed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pk_device_open ("auto", 0, &net->device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (net->device, net->graph, &net->parameters), ==,
                   PK_OK);
  for (int i = 0; i < pk_graph_parameter_count (net->graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (net->graph, i);
      g_autofree float *values = g_new (float, pk_shape_count (info->shape));

      fill_weight (info->name, info->shape.rank, info->shape.size, values);
      for (gint64 k = 0; k < pk_shape_count (info->shape); k++)
        if (g_str_has_suffix (info->name, "bn3.weight"))
          values[k] *= 0.25f;
      pk_parameters_write (net->parameters, i, values);
    }
  g_assert_cmpint (
      pk_plan_new (net->device, net->graph, net->parameters, &options, &net->plan), ==,
      PK_OK);
  pixels = pk_plan_input (net->plan, PHENO_INPUT);
  for (gsize i = 0; i < count; i++)
    pixels[i] = fill_uniform (fill_name_hash ("pixels"), (guint32) i);
}

static void
net_close (Net *net)
{
  pk_plan_free (net->plan);
  pk_parameters_free (net->parameters);
  pk_device_close (net->device);
  pk_graph_free (net->graph);
}

/* The norm behind a convolution takes the mean: the gradient of what only moves it is 0
 * but for rounding. */
#define ROUNDING 1e-4

/* Whether @values have the length and the products of a golden line, each but for a share
 * of the length: a vector of numbers from -0.5 to 0.5 gives a product of 0.29 lengths. */
static void
check (char *const *fields, const float *values, gsize count, double share)
{
  const char *name = fields[0];
  double length = g_ascii_strtod (fields[1], NULL), squares = 0;

  for (gsize i = 0; i < count; i++)
    squares += (double) values[i] * values[i];
  if (!(fabs (sqrt (squares) - length) <= share * length + ROUNDING))
    g_error ("%s has the length %g, PyTorch's %g", name, sqrt (squares), length);

  for (int k = 0; k < PRODUCTS; k++)
    {
      g_autofree char *vector = g_strdup_printf ("%s#%d", name, k);
      guint32 hash = fill_name_hash (vector);
      double expected = g_ascii_strtod (fields[2 + k], NULL), product = 0;

      for (gsize i = 0; i < count; i++)
        product += values[i] * (fill_uniform (hash, (guint32) i) - 0.5);
      if (!(fabs (product - expected) <= share * length + ROUNDING))
        g_error ("%s: product %d is %g, PyTorch's %g, of a length of %g", name, k,
                 product, expected, length);
    }
}

static void
check_line (Net *net, char *const *fields, double share)
{
  int index = pk_graph_find_parameter (net->graph, fields[0]);
  pk_shape shape = index >= 0 ? pk_graph_parameter (net->graph, index)->shape
                              : pk_graph_output_shape (net->graph, fields[0], BATCH);
  g_autofree float *values = g_new (float, MAX (pk_shape_count (shape), 1));

  if (shape.rank == 0)
    g_error ("the model has no parameter %s", fields[0]);
  if (index < 0)
    g_assert_cmpint (pk_plan_read (net->plan, fields[0], values), ==, PK_OK);
  else
    g_assert_cmpint (pk_parameters_read_gradient (net->parameters, index, values), ==,
                     PK_OK);
  check (fields, values, (gsize) pk_shape_count (shape), index < 0 ? 1e-4 : share);
}

static void
test_gradients_are_pytorchs (gconstpointer data)
{
  const Case *this = data;
  g_autofree char *name = g_strconcat (this->name, ".gradients.csv", NULL);
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "model", name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  int trained = 0, checked = 0;
  Net net = { 0 };

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  net_open (&net, &this->model);
  g_assert_cmpint (pk_plan_forward (net.plan), ==, PK_OK);
  g_assert_cmpint (pk_parameters_clear_gradients (net.parameters), ==, PK_OK);
  g_assert_cmpint (pk_plan_backward (net.plan, 1), ==, PK_OK);

  for (char **line = lines; **line != '\0'; line++, checked++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, ",", -1);

      check_line (&net, fields, this->share);
    }
  for (int i = 0; i < pk_graph_parameter_count (net.graph); i++)
    trained += pk_graph_parameter (net.graph, i)->trained;
  g_assert_cmpint (checked, ==, trained + 2); /* features and loss */
  net_close (&net);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/model/%s/gradients-are-pytorchs", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_gradients_are_pytorchs);
    }

  return g_test_run ();
}
