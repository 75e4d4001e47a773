/* nt-xent.c - how long the loss of many views takes, forward and backward
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * benchmark-nt-xent [IMAGES DIMENSIONS [THREADS]]
 *
 * Two views of each image; the peer is nt_xent_peer.py. Prints one JSON object.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "kernels/pk.h"

#define ROUNDS 9

static double
seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static void
check (pk_status status)
{
  if (status == PK_OK)
    return;
  fprintf (stderr, "%s\n", pk_message ());
  exit (1);
}

int
main (int argc, char **argv)
{
  static const char *const outputs[] = { "loss", NULL };
  int rows = 2 * (argc > 2 ? atoi (argv[1]) : 2048);
  int dimensions = argc > 2 ? atoi (argv[2]) : 128;
  pk_graph *graph = pk_graph_new ();
  pk_value x = pk_graph_input (graph, "pixels", dimensions, 1, 1);
  float *identity, *pixels, loss = NAN;
  double best = 1e9;
  pk_device *device;
  pk_parameters *parameters;
  pk_plan *plan;
  struct rusage usage;

  /* A layer in front, so that the loss has a gradient to give. */
  x = pk_graph_linear (graph, pk_graph_global_average_pool (graph, x), "head", dimensions,
                       false);
  x = pk_graph_l2_normalise (graph, x);
  pk_graph_output (graph, pk_graph_nt_xent (graph, x, 0.5f), "loss");
  check (pk_device_open ("cpu", argc > 3 ? atoi (argv[3]) : 0, &device));
  check (pk_parameters_new (device, graph, &parameters));
  identity = calloc ((size_t) dimensions * (size_t) dimensions, sizeof (float));
  for (int i = 0; identity != NULL && i < dimensions; i++)
    identity[i * dimensions + i] = 1;
  check (pk_parameters_write (parameters, 0, identity));
  check (pk_plan_new (
      device, graph, parameters,
      &(pk_plan_options){
          .batch = rows, .training = true, .precision = PK_FLOAT32, .outputs = outputs },
      &plan));
  pixels = pk_plan_input (plan, "pixels");
  for (int i = 0; i < rows * dimensions; i++)
    pixels[i]
        = pk_uniform (pk_philox ((pk_random4){ { (uint32_t) i } }, 1).word[0]) - 0.5f;

  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds ();

      check (pk_plan_forward (plan));
      check (pk_parameters_clear_gradients (parameters));
      check (pk_plan_backward (plan, 1));
      best = fmin (best, seconds () - start);
    }
  check (pk_plan_read (plan, "loss", &loss));
  getrusage (RUSAGE_SELF, &usage);
  printf ("{\"test\": \"nt-xent-%d-%d\", \"mode\": \"phenoscape\", \"ms_min\": %.4g, "
          "\"loss\": %.7g, \"rss_mb\": %.4g}\n",
          rows, dimensions, best * 1e3, (double) loss, (double) usage.ru_maxrss / 1024);

  pk_plan_free (plan);
  pk_parameters_free (parameters);
  pk_graph_free (graph);
  pk_device_close (device);
  free (identity);
  return 0;
}
