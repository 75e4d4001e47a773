/* test-weights.c - torchvision's weights go in and come out
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tensors are those of torchvision's resnet18, by name, type and shape, with values
 * of a formula (tests/golden/fill.py).
 */
#include "engine/model/tensors.h"
#include "tests/support/fill.h"
#include "tests/support/folder.h"

typedef struct
{
  char *folder;
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PhenoModelOptions model = {
    .encoder = "resnet18", .bands = 3, .size = 32, .projection = 16, .temperature = 1
  };

  fixture->folder = test_folder_new ();
  fixture->graph = pheno_model_new_graph (&model, NULL);
  g_assert_cmpint (pk_device_open ("reference", 1, &fixture->device), ==, PK_OK);
  g_assert_cmpint (
      pk_parameters_new (fixture->device, fixture->graph, &fixture->parameters), ==,
      PK_OK);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pk_parameters_free (fixture->parameters);
  pk_device_close (fixture->device);
  pk_graph_free (fixture->graph);
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

/* torchvision's resnet18, each name with @prefix before it. */
static PhenoTensors *
make_torchvisions (const char *prefix)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", "model",
                                                 "names-resnet18.csv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  PhenoTensors *tensors = pheno_tensors_new ();

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; **line != '\0'; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, ",", 3);
      g_auto (GStrv) sizes = g_strsplit (fields[2], "x", -1);
      PhenoTensor *tensor = g_new0 (PhenoTensor, 1);

      tensor->name = g_strconcat (prefix, fields[0], NULL);
      tensor->count = 1;
      for (; sizes[tensor->rank] != NULL; tensor->rank++)
        tensor->count *= (gsize) (tensor->shape[tensor->rank]
                                  = g_ascii_strtoll (sizes[tensor->rank], NULL, 10));
      tensor->values = tensor->owned = g_new0 (float, tensor->count);
      if (g_str_equal (fields[1], "I64"))
        {
          /* More than float32 can hold exactly. */
          tensor->integers = g_new (gint64, 1);
          tensor->integers[0] = 123456789;
        }
      else
        fill_weight (fields[0], tensor->rank, tensor->shape, tensor->owned);
      pheno_tensors_take (tensors, tensor);
    }

  return tensors;
}

static void
test_torchvisions_weights_come_out_unchanged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *in = g_build_filename (fixture->folder, "in.safetensors", NULL);
  g_autofree char *out = g_build_filename (fixture->folder, "out.safetensors", NULL);
  g_autoptr (PhenoTensors) made = make_torchvisions ("");
  g_autoptr (PhenoTensors) tensors = NULL, head = NULL;
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gsize length_before, length_after;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_tensors_save (made, in, &error));
  tensors = pheno_tensors_load (in, &error);
  g_assert_no_error (error);

  report
      = pheno_model_take_weights (fixture->graph, fixture->parameters, tensors, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->matched->len, ==, 100); /* 122, less 20 counters and fc.* */
  g_assert_cmpuint (report->mismatched->len, ==, 0);
  g_assert_cmpuint (report->unused->len, ==, 22);
  g_assert_cmpstr (report->unused->pdata[0], ==, "bn1.num_batches_tracked");
  g_assert_cmpuint (report->missing->len, ==, 4); /* the head */
  g_assert_cmpstr (report->missing->pdata[0], ==, "projection.0.weight");

  /* The graph's own head is added beside; without it the file is the same to the byte. */
  g_assert_true (
      pheno_model_add_weights (fixture->graph, fixture->parameters, tensors, &error));
  g_assert_nonnull (pheno_tensors_find (tensors, "projection.2.bias", NULL, NULL));
  for (guint i = 0; i < report->missing->len; i++)
    g_assert_true (g_hash_table_remove (tensors->tensors, report->missing->pdata[i]));
  g_assert_true (pheno_tensors_save (tensors, out, &error));

  g_assert_true (g_file_get_contents (in, &before, &length_before, NULL));
  g_assert_true (g_file_get_contents (out, &after, &length_after, NULL));
  g_assert_cmpmem (before, length_before, after, length_after);
}

static void
test_a_prefix_is_passed_over (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoTensors) tensors = make_torchvisions ("module.backbone.");
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autoptr (GError) error = NULL;

  report
      = pheno_model_take_weights (fixture->graph, fixture->parameters, tensors, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->prefix, ==, "module.backbone.");
  g_assert_cmpuint (report->matched->len, ==, 100);
}

/* Weights for seven bands: the first convolution does not fit, all else does. */
static void
test_another_shape_is_reported (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoTensors) tensors = make_torchvisions ("");
  g_autofree float *values = g_new0 (float, 64 * 7 * 49);
  const gint64 shape[4] = { 64, 7, 7, 7 };
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autoptr (GError) error = NULL;

  pheno_tensors_add (tensors, "conv1.weight", shape, 4, values);
  report
      = pheno_model_take_weights (fixture->graph, fixture->parameters, tensors, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->matched->len, ==, 99);
  g_assert_cmpuint (report->mismatched->len, ==, 1);
  g_assert_cmpstr (
      report->mismatched->pdata[0], ==,
      "conv1.weight: the file has the shape (64, 7, 7, 7), the model (64, 3, 7, 7)");
}

static void
test_a_missing_folder_is_an_error (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path
      = g_build_filename (fixture->folder, "nowhere", "w.safetensors", NULL);
  g_autoptr (PhenoTensors) tensors = make_torchvisions ("");
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_tensors_save (tensors, path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/weights/torchvisions-come-out-unchanged",
       test_torchvisions_weights_come_out_unchanged);
  ADD ("/weights/a-prefix-is-passed-over", test_a_prefix_is_passed_over);
  ADD ("/weights/another-shape-is-reported", test_another_shape_is_reported);
  ADD ("/weights/a-folder-that-is-not-there-is-named", test_a_missing_folder_is_an_error);

  return g_test_run ();
}
