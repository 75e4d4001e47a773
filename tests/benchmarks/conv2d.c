/* conv2d.c - the 3 x 3 convolutions of ResNet with Winograd's algorithm and with oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * benchmark-conv2d [float32|bfloat16] [IMAGES CHANNELS SIDE [THREADS]]
 *
 * For each shape and direction one line: milliseconds of both, the best of many rounds
 * taken in turn, the share of the fastest product's rate that the remaining products
 * reach, and the largest difference beside the largest value. The rule in
 * kernels/cpu/conv2d.c comes from this.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernels/cpu/onednn.h"
#include "kernels/cpu/parallel.h"
#include "kernels/cpu/passes.h"
#include "kernels/cpu/weight-gradient.h"
#include "kernels/cpu/winograd.h"

#define ROUNDS 9

typedef struct
{
  pk_onednn *onednn;
  const pk_winograd_passes *passes;
  pk_precision precision;
  int block, threads;
} setting;

static double
seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* Numbers from -1 to 1, times @scale. */
static void *
filled (size_t count, pk_precision type, float scale)
{
  size_t size = type == PK_BFLOAT16 ? 2 : 4;
  char *memory = aligned_alloc (64, (count * size + 63) / 64 * 64);
  uint32_t state = 12345;

  for (size_t i = 0; memory != NULL && i < count; i++)
    {
      float value;
      uint32_t word;

      state = state * 1664525u + 1013904223u;
      value = scale * ((float) (state >> 8) / 8388608.0f - 1);
      memcpy (&word, &value, sizeof word);
      if (type == PK_BFLOAT16)
        ((uint16_t *) memory)[i] = (uint16_t) (word >> 16);
      else
        ((float *) memory)[i] = value;
    }

  return memory;
}

static float
at (const void *x, size_t i, pk_precision type)
{
  uint32_t word;
  float value;

  if (type == PK_FLOAT32)
    return ((const float *) x)[i];
  word = (uint32_t) ((const uint16_t *) x)[i] << 16;
  memcpy (&value, &word, sizeof value);
  return value;
}

static double
difference (const void *a, const void *b, size_t count, pk_precision type)
{
  double most = 0, largest = 0;

  for (size_t i = 0; i < count; i++)
    {
      most = fmax (most, fabs ((double) at (a, i, type) - at (b, i, type)));
      largest = fmax (largest, fabs ((double) at (b, i, type)));
    }
  return most / largest;
}

static void
report (const char *direction, int images, int channels, int side, const double *best,
        double error)
{
  double products = 2.0 * images * side * side * 9 * channels * channels;

  printf (
      "%-15s %3d x %3d x %2d x %2d   winograd %8.3f ms   onednn %8.3f ms   %5.2f times "
      "as fast   %6.0f GFLOP/s of the sum   differs by %.1e\n",
      direction, images, channels, side, side, best[0] * 1e3, best[1] * 1e3,
      best[1] / best[0], products / best[0] / 1e9, error);
}

static void
check (pk_status status)
{
  if (status == PK_OK)
    return;
  fprintf (stderr, "%s\n", pk_message ());
  exit (1);
}

static void
time_forward (const setting *s, int images, int channels, int side, bool turned)
{
  size_t count = (size_t) images * (size_t) channels * (size_t) side * (size_t) side;
  pk_tensor tensor = { .shape = { 4, { images, channels, side, side } },
                       .format = { s->precision, s->block } };
  pk_winograd_shape shape
      = { s->precision, images, channels, channels, s->block, s->block,
          side,         side,   side,     side,     1 };
  void *x = filled (count, s->precision, 1), *y[2];
  float *w = filled ((size_t) (channels * channels * 9), PK_FLOAT32, 0.05f);
  double best[2] = { 1e9, 1e9 };
  pk_convolution *convolution;
  pk_winograd winograd;
  char *scratch[2], *packed;

  check (pk_convolution_new (
      s->onednn,
      &(pk_convolution_options){ .kind = turned ? PK_CONVOLUTION_INPUT_GRADIENT
                                                : PK_CONVOLUTION_FORWARD,
                                 .precision = s->precision,
                                 .kernel = 3,
                                 .stride = 1,
                                 .padding = 1,
                                 .input = &tensor,
                                 .output = &tensor },
      &convolution));
  pk_winograd_plan (&winograd, s->passes, &shape, turned, s->threads);
  y[0] = filled (count, s->precision, 0);
  y[1] = filled (count, s->precision, 0);
  packed = aligned_alloc (64, (pk_convolution_weight_bytes (convolution) + 63) / 64 * 64);
  scratch[0] = aligned_alloc (64, (pk_winograd_scratch (&winograd) + 63) / 64 * 64);
  scratch[1] = aligned_alloc (64, (pk_convolution_scratch (convolution) + 127) / 64 * 64);

  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds (), middle;

      pk_winograd_run (&winograd, x, w, NULL, y[0], scratch[0]);
      middle = seconds ();
      check (pk_convolution_pack_weights (convolution, w, packed));
      check (pk_convolution_run (convolution, turned ? y[1] : x, packed, NULL,
                                 turned ? x : y[1], scratch[1]));
      best[0] = fmin (best[0], middle - start);
      best[1] = fmin (best[1], seconds () - middle);
    }
  report (turned ? "input gradient" : "forward", images, channels, side, best,
          difference (y[0], y[1], count, s->precision));

  pk_convolution_free (convolution);
  free (x);
  free (w);
  free (packed);
  for (int i = 0; i < 2; i++)
    {
      free (y[i]);
      free (scratch[i]);
    }
}

static void
time_weight_gradient (const setting *s, int images, int channels, int side)
{
  size_t count = (size_t) images * (size_t) channels * (size_t) side * (size_t) side;
  size_t weights = (size_t) (channels * channels * 9);
  pk_tensor tensor = { .shape = { 4, { images, channels, side, side } },
                       .format = { s->precision, s->block } };
  pk_winograd_shape shape
      = { s->precision, images, channels, channels, s->block, s->block,
          side,         side,   side,     side,     1 };
  void *x = filled (count, s->precision, 1), *g = filled (count, s->precision, 0.1f);
  float *w[2] = { filled (weights, PK_FLOAT32, 0), filled (weights, PK_FLOAT32, 0) };
  double best[2] = { 1e9, 1e9 };
  pk_convolution *convolution = NULL;
  pk_winograd_gradient winograd;
  char *scratch[2];
  size_t bytes;
#ifdef PK_HAVE_AVX512_BFLOAT16
  pk_weight_gradient_shape own
      = { images, channels, channels, side, side, side, side, 3, 1, 1 };
#endif
  bool is_own = s->precision == PK_BFLOAT16 && !pk_onednn_has_amx ();

  pk_winograd_gradient_plan (&winograd, s->passes, &shape, s->threads);
  check (pk_convolution_new (
      s->onednn,
      &(pk_convolution_options){ .kind = PK_CONVOLUTION_WEIGHT_GRADIENT,
                                 .precision = s->precision,
                                 .kernel = 3,
                                 .stride = 1,
                                 .padding = 1,
                                 .input = &tensor,
                                 .output = &tensor },
      &convolution));
  bytes = pk_convolution_scratch (convolution);
#ifdef PK_HAVE_AVX512_BFLOAT16
  if (is_own)
    bytes = pk_weight_gradient_scratch (&own);
#endif
  scratch[0]
      = aligned_alloc (64, (pk_winograd_gradient_scratch (&winograd) + 63) / 64 * 64);
  scratch[1] = aligned_alloc (64, (bytes + 127) / 64 * 64);

  for (int i = 0; i < ROUNDS; i++)
    {
      double start = seconds (), middle;

      pk_winograd_gradient_run (&winograd, x, g, w[0], false, scratch[0]);
      middle = seconds ();
#ifdef PK_HAVE_AVX512_BFLOAT16
      if (is_own)
        pk_weight_gradient (s->threads, &own, x, g, w[1], false, scratch[1]);
#endif
      if (!is_own)
        check (pk_convolution_run_weight_gradient (convolution, x, w[1], false, g,
                                                   scratch[1]));
      best[0] = fmin (best[0], middle - start);
      best[1] = fmin (best[1], seconds () - middle);
    }
  report (is_own ? "weights (own)" : "weights", images, channels, side, best,
          difference (w[0], w[1], weights, PK_FLOAT32));

  pk_convolution_free (convolution);
  free (x);
  free (g);
  for (int i = 0; i < 2; i++)
    {
      free (w[i]);
      free (scratch[i]);
    }
}

int
main (int argc, char **argv)
{
  static const pk_passes *const variants[PK_ISA_COUNT] = {
    [PK_ISA_GENERIC] = &pk_passes_generic,
#ifdef PK_HAVE_VARIANTS
    [PK_ISA_V3] = &pk_passes_v3,
    [PK_ISA_V4] = &pk_passes_v4,
#endif
  };
  static const int shapes[][3]
      = { { 64, 64, 32 }, { 64, 128, 16 }, { 64, 256, 8 },  { 64, 512, 4 },
          { 32, 64, 56 }, { 32, 128, 28 }, { 32, 256, 14 }, { 32, 512, 7 } };
  setting s = { .precision = argc > 1 && strcmp (argv[1], "bfloat16") == 0 ? PK_BFLOAT16
                                                                           : PK_FLOAT32,
                .block = pk_onednn_has_avx512 () ? 16 : 8,
                .threads = argc > 5 ? atoi (argv[5]) : pk_parallel_cores (),
                .passes = variants[pk_isa_detect ()]->winograd };

#ifdef PK_HAVE_AVX512_BFLOAT16
  if (pk_onednn_has_bfloat16 ())
    s.passes = pk_passes_bfloat16.winograd;
#endif
  check (pk_onednn_open (&s.onednn));
  pk_parallel_limit (s.threads);
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    {
      int images = shapes[i][0], channels = shapes[i][1], side = shapes[i][2];

      if (argc > 4)
        {
          images = atoi (argv[2]);
          channels = atoi (argv[3]);
          side = atoi (argv[4]);
        }
      time_forward (&s, images, channels, side, false);
      time_forward (&s, images, channels, side, true);
      time_weight_gradient (&s, images, channels, side);
      if (argc > 4)
        break;
    }
  pk_onednn_close (s.onednn);
  return 0;
}
