/* test-adapter.c - encoders that read any number of bands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/model/model.h"
#include "tests/support/fill.h"

#define TAPS 49

typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
} Net;

static void
net_open (Net *net, int bands, const char *adapter)
{
  PhenoModelOptions model
      = { .encoder = "resnet18", .bands = bands, .size = 32, .adapter = adapter };
  g_autoptr (GError) error = NULL;

  net->graph = pheno_model_new_graph (&model, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pk_device_open ("reference", 1, &net->device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (net->device, net->graph, &net->parameters), ==,
                   PK_OK);
}

static void
net_close (Net *net)
{
  pk_parameters_free (net->parameters);
  pk_device_close (net->device);
  pk_graph_free (net->graph);
}

/* A file that has the first layer alone, for three bands. */
static PhenoTensors *
make_file (float *values)
{
  const gint64 shape[] = { 64, 3, 7, 7 };
  PhenoTensors *tensors = pheno_tensors_new ();

  fill_weight ("conv1.weight", 4, shape, values);
  pheno_tensors_add (tensors, "conv1.weight", shape, 4, values);
  return tensors;
}

static float *
first_layer_of (Net *net)
{
  int index = pk_graph_find_parameter (net->graph, "conv1.weight");
  float *values
      = g_new (float, pk_shape_count (pk_graph_parameter (net->graph, index)->shape));

  g_assert_cmpint (pk_parameters_read (net->parameters, index, values), ==, PK_OK);
  return values;
}

/* timm 1.0.31, timm.models._manipulate.adapt_input_conv (7, w): the filters of red, green
 * and blue in turn, times 3 / 7. */
static void
test_weights_are_spread_over_seven_bands (void)
{
  float file[64 * 3 * TAPS];
  g_autoptr (PhenoTensors) tensors = make_file (file);
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autofree float *values = NULL;
  Net net;

  net_open (&net, 7, NULL);
  report = pheno_model_take_weights (net.graph, net.parameters, tensors, NULL);
  g_assert_nonnull (report);
  g_assert_cmpuint (report->spread->len, ==, 1);
  g_assert_cmpstr (report->spread->pdata[0], ==, "conv1.weight");
  g_assert_cmpuint (report->mismatched->len, ==, 0);

  values = first_layer_of (&net);
  for (int o = 0; o < 64; o++)
    for (int i = 0; i < 7; i++)
      for (int k = 0; k < TAPS; k++)
        g_assert_cmpfloat_with_epsilon (values[(o * 7 + i) * TAPS + k],
                                        file[(o * 3 + i % 3) * TAPS + k] * 3 / 7, 1e-6);
  net_close (&net);
}

/* A grey picture gives what it gave, whatever the number of bands that 3 divides; one
 * band is the sum of the three. */
static void
test_scale_is_kept (void)
{
  for (int bands = 1; bands <= 408; bands = bands == 1 ? 6 : bands == 6 ? 408 : 1000)
    {
      float file[64 * 3 * TAPS];
      g_autoptr (PhenoTensors) tensors = make_file (file);
      g_autoptr (PhenoWeightsReport) report = NULL;
      g_autofree float *values = NULL;
      Net net;

      net_open (&net, bands, NULL);
      report = pheno_model_take_weights (net.graph, net.parameters, tensors, NULL);
      values = first_layer_of (&net);
      for (int k = 0; k < TAPS; k++)
        {
          double had = 0, has = 0;

          for (int i = 0; i < 3; i++)
            had += file[(5 * 3 + i) * TAPS + k];
          for (int i = 0; i < bands; i++)
            has += values[(5 * bands + i) * TAPS + k];
          g_assert_cmpfloat_with_epsilon (has, had, 1e-5);
        }
      net_close (&net);
    }
}

/* With an adapter the encoder has three inputs and its weights fit as they are; those of
 * the adapter are not in a foreign file. */
static void
test_adapter_leaves_the_encoder_as_it_is (void)
{
  float file[64 * 3 * TAPS];
  g_autoptr (PhenoTensors) tensors = make_file (file);
  g_autoptr (PhenoWeightsReport) report = NULL;
  g_autofree float *values = NULL;
  Net net;
  int index;

  net_open (&net, 408, "linear");
  report = pheno_model_take_weights (net.graph, net.parameters, tensors, NULL);
  g_assert_cmpuint (report->spread->len, ==, 0);
  values = first_layer_of (&net);
  g_assert_cmpmem (values, sizeof file, file, sizeof file);

  index = pk_graph_find_parameter (net.graph, "adapter.0.weight");
  g_assert_cmpint (pk_graph_parameter (net.graph, index)->shape.size[0], ==, 204);
  g_assert_cmpint (pk_graph_parameter (net.graph, index)->shape.size[1], ==, 408);
  index = pk_graph_find_parameter (net.graph, "adapter.2.weight");
  g_assert_cmpint (pk_graph_parameter (net.graph, index)->shape.size[0], ==, 3);
  g_assert_true (pheno_model_is_surrounding ("adapter.2.weight"));
  g_assert_false (pheno_model_is_surrounding ("conv1.weight"));
  net_close (&net);
}

static void
test_unknown_words_are_named (void)
{
  PhenoModelOptions model
      = { .encoder = "resnet18", .bands = 7, .size = 32, .adapter = "linnear" };
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_model_new_graph (&model, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==,
                   "“adapter” is “linnear”, which does not exist. Choose one of: none, "
                   "linear.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/adapter/weights-are-spread-over-seven-bands",
                   test_weights_are_spread_over_seven_bands);
  g_test_add_func ("/model/adapter/the-scale-of-weights-is-kept", test_scale_is_kept);
  g_test_add_func ("/model/adapter/leaves-the-encoder-as-it-is",
                   test_adapter_leaves_the_encoder_as_it_is);
  g_test_add_func ("/model/adapter/unknown-words-are-named",
                   test_unknown_words_are_named);

  return g_test_run ();
}
