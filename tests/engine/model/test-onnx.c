/* test-onnx.c - networks as ONNX files, byte by byte and as onnxruntime computes them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/model/NAME.onnx was written by this test (PHENO_WRITE_GOLDEN=FOLDER) and
 * run by check-onnx.py with onnxruntime, whose output is NAME.npy.
 */
#include "engine/model/model.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"
#include "tests/support/small-net.h"

#define BATCH 2

static pk_graph *
convolutions (void)
{
  return small_net (4);
}

/* Every other node that an encoder may have. */
static pk_graph *
transformer (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value pixels = pk_graph_input (g, "pixels", 5, 8, 12), x, y, factors;

  factors = pk_graph_global_average_pool (g, pixels);
  factors = pk_graph_linear (g, factors, "bands.fc", 5, true);
  x = pk_graph_scale (g, pixels, pk_graph_sigmoid (g, factors));
  x = pk_graph_relu6 (g, pk_graph_pointwise (g, x, "adapter", 3));
  x = pk_graph_patches (g, x, "conv_proj", 12, 4);
  x = pk_graph_class_token (g, x, "class_token", "position");
  y = pk_graph_layer_norm (g, x, "ln_1", 1e-6f);
  y = pk_graph_linear (g, y, "in_proj_", 36, true);
  y = pk_graph_attention (g, y, -1, 3);
  x = pk_graph_add (g, x, pk_graph_linear (g, y, "out_proj", 12, false));
  y = pk_graph_gelu (g, pk_graph_linear (g, x, "mlp.0", 20, true));
  x = pk_graph_mix (g, x, 0.5f, pk_graph_linear (g, y, "mlp.3", 12, true), 2.0f);
  y = pk_graph_concat (
      g, x, pk_graph_tokens (g, pk_graph_conv2d (g, pixels, "map", 12, 3, 2, 1)));
  y = pk_graph_linear (g, y, "keys", 24, true);
  x = pk_graph_attention (g, pk_graph_slice (g, x, 1, 4), y, 2);
  x = pk_graph_concat (g, pk_graph_token (g, x, 2), pk_graph_mean_tokens (g, x, 1));
  pk_graph_output (g, pk_graph_l2_normalise (g, x), "features");

  return g;
}

/* Convolutions of EfficientNet, with one pixel more behind than before. */
static pk_graph *
depthwise (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 12, 12);

  x = pk_graph_conv2d (g, x, "stem", 6, 3, 2, PK_PADDING_SAME);
  x = pk_graph_relu6 (g, pk_graph_batch_norm (g, x, "bn0"));
  x = pk_graph_depthwise (g, x, "depthwise", 5, 2, PK_PADDING_SAME);
  x = pk_graph_depthwise (g, x, "again", 3, 1, 1);
  pk_graph_output (g, pk_graph_global_average_pool (g, x), "features");

  return g;
}

typedef struct
{
  const char *name;
  pk_graph *(*graph) (void);
  int bands, height, width;
} Case;

static const Case cases[] = {
  { "convolutions", convolutions, 3, SMALL_NET_SIZE, SMALL_NET_SIZE + 3 },
  { "transformer", transformer, 5, 8, 12 },
  { "depthwise", depthwise, 3, 12, 12 },
};

static void
compute (const Case *this, pk_device *device, pk_graph *graph, pk_parameters *parameters,
         float *features)
{
  const char *outputs[] = { "features", NULL };
  pk_plan_options options = { .batch = BATCH, .outputs = outputs };
  gsize count = (gsize) BATCH * this->bands * this->height * this->width;
  pk_plan *plan;

  g_assert_cmpint (pk_plan_new (device, graph, parameters, &options, &plan), ==, PK_OK);
  for (gsize i = 0; i < count; i++)
    pk_plan_input (plan, "pixels")[i] = (float) sin (0.37 * (double) i);
  g_assert_cmpint (pk_plan_forward (plan), ==, PK_OK);
  g_assert_cmpint (pk_plan_read (plan, "features", features), ==, PK_OK);
  pk_plan_free (plan);
}

static void
test_onnxruntime_agrees (gconstpointer data)
{
  const Case *this = data;
  g_autofree char *folder = test_folder_new ();
  g_autofree char *file = g_strconcat (this->name, ".onnx", NULL);
  g_autofree char *table = g_strconcat (this->name, ".npy", NULL);
  g_autofree char *path = g_build_filename (
      g_getenv ("PHENO_WRITE_GOLDEN") != NULL ? g_getenv ("PHENO_WRITE_GOLDEN") : folder,
      file, NULL);
  g_autofree char *known = golden_path ("model", file);
  g_autofree char *bytes = NULL, *expected = NULL;
  g_autofree float *features = NULL;
  g_autoptr (PhenoMatrix) reference = NULL;
  g_autoptr (GError) error = NULL;
  pk_graph *graph = this->graph ();
  pk_parameters *parameters;
  pk_device *device;
  gsize length, expected_length;

  g_assert_cmpint (pk_device_open ("reference", 1, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  fill_parameters (graph, parameters);
  g_assert_true (
      pheno_model_save_onnx (graph, parameters, "features", NULL, path, &error));
  g_assert_no_error (error);
  if (g_getenv ("PHENO_WRITE_GOLDEN") == NULL)
    {
      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_true (g_file_get_contents (known, &expected, &expected_length, NULL));
      g_assert_cmpmem (bytes, length, expected, expected_length);

      reference = golden_matrix ("model", table);
      g_assert_cmpuint (reference->rows, ==, BATCH);
      features = g_new (float, BATCH * reference->columns);
      compute (this, device, graph, parameters, features);
      for (gsize i = 0; i < BATCH * reference->columns; i++)
        g_assert_cmpfloat_with_epsilon (features[i], reference->values[i], 1e-5);
    }
  pk_parameters_free (parameters);
  pk_graph_free (graph);
  pk_device_close (device);
  test_folder_remove (folder);
}

/* A loss has no counterpart, and the sentence says which and what to do. */
static void
test_losses_are_refused (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "loss.onnx", NULL);
  g_autoptr (GError) error = NULL;
  pk_graph *graph = convolutions ();
  pk_parameters *parameters;
  pk_device *device;

  g_assert_cmpint (pk_device_open ("reference", 1, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  g_assert_false (pheno_model_save_onnx (graph, parameters, "loss", NULL, path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "nt_xent"));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  pk_parameters_free (parameters);
  pk_graph_free (graph);
  pk_device_close (device);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name
          = g_strconcat ("/onnx/onnxruntime-agrees/", cases[i].name, NULL);

      g_test_add_data_func (name, &cases[i], test_onnxruntime_agrees);
    }
  g_test_add_func ("/onnx/losses-are-refused", test_losses_are_refused);
  return g_test_run ();
}
