/* training.c - how fast a SimCLR training step and an embedding are, and in what memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * benchmark-training CASE [float32|bfloat16|auto] [THREADS]
 *
 * CASE is ENCODER-SIZE-IMAGES, of a step with both views of each image, or the same
 * behind "embed-". Inputs are ready in memory; forward, backward and the optimiser are
 * timed. One case a process, so that the peak of memory is its own. Prints one JSON
 * object with the names of the peer's (training_peer.py).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/model/model.h"

#define ROUNDS 5

typedef struct
{
  char encoder[32];
  int size, images;
  gboolean embed;
} benchmark_case;

static gboolean
parse_case (const char *text, benchmark_case *self)
{
  self->embed = g_str_has_prefix (text, "embed-");
  if (self->embed)
    text += strlen ("embed-");
  return sscanf (text, "%31[^-]-%d-%d", self->encoder, &self->size, &self->images) == 3;
}

static int
compare_doubles (const void *a, const void *b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

static void
check (pk_status status)
{
  if (status != PK_OK)
    g_error ("%s", pk_message ());
}

static void
run_step (pk_plan *plan, pk_parameters *parameters, gboolean embed, int step)
{
  const pk_optimiser sgd = { .kind = PK_SGD, .momentum = 0.9f, .weight_decay = 1e-4f };

  check (pk_plan_forward (plan));
  if (embed)
    return;

  check (pk_parameters_clear_gradients (parameters));
  check (pk_plan_backward (plan, 1));
  check (pk_parameters_update (parameters, &sgd, 0.01f, 1, step));
}

static double
peak_mebibytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_maxrss / 1024;
}

static void
time_case (const char *name, const benchmark_case *c, pk_precision precision, int threads)
{
  const char *const training[] = { PHENO_OUTPUT_LOSS, NULL };
  const char *const embedding[] = { PHENO_OUTPUT_FEATURES, NULL };
  int views = c->embed ? c->images : 2 * c->images;
  PhenoModelOptions options = { c->encoder, 3, c->size, c->embed ? 0 : 128, 0.5f };
  g_autoptr (GError) error = NULL;
  pk_graph *graph = pheno_model_new_graph (&options, &error);
  pk_device *device;
  pk_parameters *parameters;
  pk_plan *plan;
  double milliseconds[ROUNDS], operations;
  float *pixels, loss = NAN;

  g_assert_no_error (error);
  check (pk_device_open ("cpu", threads, &device));
  check (pk_parameters_new (device, graph, &parameters));
  if (!pheno_model_initialise (graph, parameters, 1, &error))
    g_error ("%s", error->message);
  check (pk_plan_new (device, graph, parameters,
                      &(pk_plan_options){ .batch = views,
                                          .training = !c->embed,
                                          .precision = precision,
                                          .outputs = c->embed ? embedding : training },
                      &plan));

  pixels = pk_plan_input (plan, "pixels");
  for (gint64 i = 0; i < (gint64) views * 3 * c->size * c->size; i++)
    pixels[i] = pk_uniform (pk_philox ((pk_random4){ { (guint32) i } }, 1).word[0]);

  run_step (plan, parameters, c->embed, 1); /* warm */
  for (int i = 0; i < ROUNDS; i++)
    {
      gint64 start = g_get_monotonic_time ();

      run_step (plan, parameters, c->embed, i + 2);
      milliseconds[i] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  if (!c->embed)
    {
      check (pk_plan_read (plan, PHENO_OUTPUT_LOSS, &loss));
      g_assert_true (isfinite (loss));
    }
  qsort (milliseconds, ROUNDS, sizeof (double), compare_doubles);

  /* A backward pass is two forward passes, but for the first layer's pixels. */
  operations = pk_graph_operations (graph, NULL) * views * (c->embed ? 1 : 3);
  g_print ("{\"test\": \"%s\", \"mode\": \"phenoscape\", \"bf16\": %s, \"ms_min\": %.5g, "
           "\"ms_med\": %.5g, \"views\": %d, \"views_per_s\": %.5g, \"gflop\": %.5g, "
           "\"gflops\": %.5g, \"gigabytes_per_s\": %.4g, \"rss_mb\": %.5g, \"plan_mb\": "
           "%.5g}\n",
           name, precision == PK_BFLOAT16 ? "true" : "false", milliseconds[0],
           milliseconds[ROUNDS / 2], views, views / milliseconds[ROUNDS / 2] * 1e3,
           operations / 1e9, operations / milliseconds[0] / 1e6,
           pk_plan_traffic (plan) / milliseconds[0] / 1e6, peak_mebibytes (),
           (double) pk_plan_memory (plan) / 1048576);

  pk_plan_free (plan);
  pk_parameters_free (parameters);
  pk_graph_free (graph);
  pk_device_close (device);
}

int
main (int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "resnet18-128-32";
  const char *precision = argc > 2 ? argv[2] : "auto";
  pk_device_info info;
  benchmark_case c;
  gboolean bfloat16;

  check (pk_device_describe (0, &info));
  if (!parse_case (name, &c))
    g_error ("%s is no case: write ENCODER-SIZE-IMAGES", name);
  bfloat16 = g_str_equal (precision, "bfloat16")
             || (g_str_equal (precision, "auto") && info.bfloat16_is_faster);

  time_case (name, &c, bfloat16 ? PK_BFLOAT16 : PK_FLOAT32,
             argc > 3 ? atoi (argv[3]) : 0);
  return 0;
}
