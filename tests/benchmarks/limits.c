/* limits.c - what this machine can do at most: products and memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints one JSON object: the best rate of a float32 matrix product and, where the
 * processor has bfloat16, of a convolution in it (oneDNN, 512 channels, 28 x 28), in
 * GFLOP/s, and of the triad a = b + s c on all threads, in GB/s (two reads and a write).
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernels/cpu/onednn.h"
#include "kernels/cpu/parallel.h"

#define ROUNDS 7
#define SIDE 2048
#define TRIAD_COUNT (1 << 26)
#define TRIAD_BLOCK (1 << 18)

static double
seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static void *
filled (size_t bytes)
{
  unsigned char *memory = aligned_alloc (64, (bytes + 63) / 64 * 64);

  for (size_t i = 0; memory != NULL && i < bytes; i++)
    memory[i]
        = (unsigned char) (i % 4 == 3 ? 0x3e : i); /* numbers near 0.1 in both types */
  return memory;
}

static double
matrix_rate (void)
{
  float *a = filled (SIDE * SIDE * sizeof (float)),
        *b = filled (SIDE * SIDE * sizeof (float));
  float *c = filled (SIDE * SIDE * sizeof (float));
  double best = 0;

  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds (), rate;

      pk_onednn_matrix_product (false, false, SIDE, SIDE, SIDE, 1, a, SIDE, b, SIDE, 0, c,
                                SIDE);
      rate = 2.0 * SIDE * SIDE * SIDE / (seconds () - start) / 1e9;
      best = rate > best ? rate : best;
    }
  free (a);
  free (b);
  free (c);

  return best;
}

static double
bfloat16_rate (void)
{
  enum
  {
    IMAGES = 32,
    CHANNELS = 512,
    PIXELS = 28
  };
  int block = pk_onednn_has_amx () ? CHANNELS : 16;
  pk_tensor tensor = { .shape = { 4, { IMAGES, CHANNELS, PIXELS, PIXELS } },
                       .format = { PK_BFLOAT16, block } };
  pk_convolution_options options = { .kind = PK_CONVOLUTION_FORWARD,
                                     .precision = PK_BFLOAT16,
                                     .kernel = 1,
                                     .stride = 1,
                                     .input = &tensor,
                                     .output = &tensor };
  size_t bytes = (size_t) IMAGES * CHANNELS * PIXELS * PIXELS * 2;
  pk_onednn *onednn = NULL;
  pk_convolution *convolution = NULL;
  void *x = filled (bytes), *y = filled (bytes), *w, *scratch;
  float *plain = filled (CHANNELS * CHANNELS * sizeof (float));
  double best = 0;

  if (!pk_onednn_has_bfloat16 () || pk_onednn_open (&onednn) != PK_OK
      || pk_convolution_new (onednn, &options, &convolution) != PK_OK)
    return 0;

  w = filled (pk_convolution_weight_bytes (convolution));
  scratch = filled (pk_convolution_scratch (convolution) + 64);
  pk_convolution_pack_weights (convolution, plain, w);
  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds (), rate;

      pk_convolution_run (convolution, x, w, NULL, y, scratch);
      rate = 2.0 * IMAGES * PIXELS * PIXELS * CHANNELS * CHANNELS / (seconds () - start)
             / 1e9;
      best = rate > best ? rate : best;
    }
  pk_convolution_free (convolution);
  pk_onednn_close (onednn);
  free (x);
  free (y);
  free (w);
  free (scratch);
  free (plain);

  return best;
}

static float *triad_a, *triad_b, *triad_c;

static void
triad_cb (int item, void *user_data)
{
  size_t from = (size_t) item * TRIAD_BLOCK;

  for (size_t i = from; i < from + TRIAD_BLOCK; i++)
    triad_a[i] = triad_b[i] + 3 * triad_c[i];
}

static double
triad_rate (int threads)
{
  size_t bytes = (size_t) TRIAD_COUNT * sizeof (float);
  double best = 0;

  triad_a = filled (bytes);
  triad_b = filled (bytes);
  triad_c = filled (bytes);
  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds (), rate;

      pk_parallel (threads, TRIAD_COUNT / TRIAD_BLOCK, triad_cb, NULL);
      rate = 3.0 * (double) bytes / (seconds () - start) / 1e9;
      best = rate > best ? rate : best;
    }
  free (triad_a);
  free (triad_b);
  free (triad_c);

  return best;
}

int
main (void)
{
  int threads = pk_parallel_cores ();

  pk_parallel_limit (threads);
  printf ("{\"test\": \"limits\", \"threads\": %d, \"instructions\": \"%s\", "
          "\"float32_gflops\": %.4g, \"bfloat16_gflops\": %.4g, "
          "\"triad_gigabytes_per_s\": %.4g}\n",
          threads, pk_onednn_instructions (), matrix_rate (), bfloat16_rate (),
          triad_rate (threads));
  return 0;
}
