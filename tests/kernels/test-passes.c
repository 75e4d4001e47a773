/* test-passes.c - the passes over tiles, in both layouts, on each instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same 64 channels stand once as four blocks of 16 and once all together, as on
 * processors with AMX. Each pass must give the same in both, on every instruction set
 * that this processor has, and within rounding what the generic one gives.
 */
#include "kernels/cpu/passes.h"
#include "tests/support/kernel-test.h"

enum
{
  CHANNELS = 64,
  HEIGHT = 7,
  WIDTH_PIXELS = 6,
  PIXELS = HEIGHT * WIDTH_PIXELS,
  OUT_HEIGHT = 4,
  OUT_WIDTH = 3,
  OUT_PIXELS = OUT_HEIGHT * OUT_WIDTH,
  COUNT = CHANNELS * PIXELS,
  RESULTS = 9
};

static const pk_window window = { .kernel = 3,
                                  .stride = 2,
                                  .padding = 1,
                                  .height = HEIGHT,
                                  .width = WIDTH_PIXELS,
                                  .out_height = OUT_HEIGHT,
                                  .out_width = OUT_WIDTH };

/* All results of one layout, as plain (pixel, channel) float32. */
typedef struct
{
  float value[RESULTS][COUNT];
} results;

static size_t
place (int block, int pixels, int pixel, int channel)
{
  return ((size_t) (channel / block) * (size_t) pixels + (size_t) pixel) * (size_t) block
         + (size_t) (channel % block);
}

static void
lay_out (const float *plain, int pixels, pk_precision type, int block, void *to)
{
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < CHANNELS; c++)
      {
        uint32_t word;

        memcpy (&word, &plain[p * CHANNELS + c], sizeof word);
        if (type == PK_BFLOAT16) /* the numbers were made to fit */
          ((uint16_t *) to)[place (block, pixels, p, c)] = (uint16_t) (word >> 16);
        else
          ((float *) to)[place (block, pixels, p, c)] = plain[p * CHANNELS + c];
      }
}

static void
pick_up (const void *from, int pixels, pk_precision type, int block, float *plain)
{
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < CHANNELS; c++)
      {
        uint32_t word = (uint32_t) ((const uint16_t *) from)[place (block, pixels, p, c)]
                        << 16;

        if (type == PK_BFLOAT16)
          memcpy (&plain[p * CHANNELS + c], &word, sizeof word);
        else
          plain[p * CHANNELS + c] = ((const float *) from)[place (block, pixels, p, c)];
      }
}

static void
fill_short (float *values, int count, uint32_t stream)
{
  fill_random (values, count, stream);
  for (int i = 0; i < count; i++)
    values[i] = roundf (values[i] * 64) / 64; /* 8 bits: exact in bfloat16 */
}

/* Runs every pass over all tiles of one layout. */
static void
run_passes (const pk_tile_passes *passes, pk_precision type, int block, results *r)
{
  static float plain[4][COUNT], channels[6][CHANNELS];
  static char x[COUNT * 4], g1[COUNT * 4], g2[COUNT * 4], skip[COUNT * 4], out[COUNT * 4];
  static char pooled[COUNT * 4], spread[COUNT * 4], gated[COUNT * 4], summed[COUNT * 4];
  static float rows[3 * WIDTH_PIXELS * 64], sums[2][CHANNELS], means[CHANNELS];
  static pk_mask mask[COUNT / 8];
  static uint8_t won[COUNT];
  int vectors = block == CHANNELS ? 4 : 1, each = vectors * passes->width;
  size_t size = type == PK_BFLOAT16 ? 2 : 4;

  memset (r, 0, sizeof *r);
  for (uint32_t i = 0; i < 4; i++)
    fill_short (plain[i], COUNT, i + 1);
  for (uint32_t i = 0; i < 6; i++)
    fill_short (channels[i], CHANNELS, i + 11);
  lay_out (plain[0], PIXELS, type, block, x);
  lay_out (plain[1], PIXELS, type, block, g1);
  lay_out (plain[2], PIXELS, type, block, g2);
  lay_out (plain[3], PIXELS, type, block, skip);

  for (int c = 0; c < CHANNELS; c += each)
    {
      pk_tile t = { type, vectors, block, PIXELS };
      size_t at = place (block, PIXELS, 0, c) * size,
             small = place (block, OUT_PIXELS, 0, c) * size;
      const float *a = channels[0] + c, *b = channels[1] + c, *mean = channels[2] + c;
      pk_mask *m = mask + c * PIXELS / 8;

      passes->moments (&t, x + at, mean, r->value[0] + c, r->value[0] + CHANNELS + c);
      passes->norm (&t, x + at, skip + at, out + at, a, b, true, m);
      passes->norm_sums (&t, x + at, g1 + at, g2 + at, a, b, true, m, mean, sums[0] + c,
                         sums[1] + c, summed + at);
      passes->norm_gradient (&t, x + at, g1 + at, NULL, a, b, true, NULL, channels[3] + c,
                             channels[4] + c, channels[5] + c, gated + at);
      passes->max_pool (&t, &window, x + at, pooled + small, won + c * OUT_PIXELS);
      passes->max_pool_gradient (&t, &window, pooled + small, NULL, won + c * OUT_PIXELS,
                                 rows, spread + at);
      passes->mean_pixels (&t, x + at, means + c);
    }

  memcpy (r->value[1], sums, sizeof sums);
  memcpy (r->value[2], means, sizeof means);
  pick_up (out, PIXELS, type, block, r->value[3]);
  pick_up (summed, PIXELS, type, block, r->value[4]);
  pick_up (gated, PIXELS, type, block, r->value[5]);
  pick_up (pooled, OUT_PIXELS, type, block, r->value[6]);
  pick_up (spread, PIXELS, type, block, r->value[7]);
}

static void
compare (const results *a, const results *b, double tolerance, const char *what)
{
  for (int i = 0; i < RESULTS; i++)
    CHECK (relative_difference (a->value[i], b->value[i], COUNT) <= tolerance,
           "%s: result %d differs by %g", what, i,
           relative_difference (a->value[i], b->value[i], COUNT));
}

static void
check_variant (const pk_passes *passes, const char *name)
{
  static results generic, blocked, together;

  for (int type = PK_FLOAT32; type <= PK_BFLOAT16; type++)
    {
      run_passes (&pk_passes_generic.wide, (pk_precision) type, 16, &generic);
      run_passes (&passes->wide, (pk_precision) type, 16, &blocked);
      run_passes (&passes->wide, (pk_precision) type, CHANNELS, &together);
      compare (&blocked, &generic, 1e-5, name);
      compare (&together, &blocked, 1e-6, "all channels together");
      if (type == PK_FLOAT32)
        {
          run_passes (&passes->narrow, PK_FLOAT32, 8, &together);
          compare (&together, &generic, 1e-5, "blocks of 8");
        }
    }
}

static void
test_variants (const char *device)
{
  check_variant (&pk_passes_generic, "generic");
#ifdef PK_HAVE_VARIANTS
  if (pk_isa_detect () >= PK_ISA_V3)
    check_variant (&pk_passes_v3, "v3");
  if (pk_isa_detect () >= PK_ISA_V4)
    check_variant (&pk_passes_v4, "v4");
#endif
}

/* By hand: two pixels, 1 and 4, about 2: -1 + 2 and 1 + 4. */
static void
test_moments_by_hand (const char *device)
{
  float x[32], shift[16], sum[16], square[16];
  pk_tile t = { PK_FLOAT32, 1, 16, 2 };

  for (int i = 0; i < 16; i++)
    {
      x[i] = 1;
      x[16 + i] = 4;
      shift[i] = 2;
    }
  pk_passes_generic.wide.moments (&t, x, shift, sum, square);
  CHECK (sum[5] == 1 && square[5] == 5, "%g and %g", (double) sum[5], (double) square[5]);
}

/* exp of what the loss takes exponentials of, against the library's. A float near 80 is
 * known to 4e-6, and its exponential no better. */
static void
test_exponentials (const char *device)
{
  float x[37], shifts[37];
  double expected = 0, sum;

  fill_random (x, 37, 5);
  for (int i = 0; i < 37; i++)
    {
      x[i] = 40 * x[i] - 45;
      shifts[i] = 1;
      expected += i == 3 ? 0 : exp ((double) x[i] + 4);
    }
  sum = pk_passes_generic.exp_sum (x, 37, -4, 3);
  CHECK (fabs (sum - expected) < 1e-5 * expected, "%g and %g", sum, expected);
  pk_passes_generic.exp_pair (x, shifts, 37, 2);
  fill_random (shifts, 37, 5);
  for (int i = 0; i < 37; i++)
    {
      double value = 40 * (double) shifts[i] - 45,
             pair = exp (value - 2) + exp (value - 1);

      CHECK (fabs (x[i] - pair) <= 1e-5 * pair + 1e-37, "%g and %g", (double) x[i], pair);
    }
}

KERNEL_TESTS ({ "passes/each-instruction-set-and-layout-gives-the-same", test_variants,
                false },
              { "passes/moments-by-hand", test_moments_by_hand, false },
              { "passes/exponentials-equal-the-library", test_exponentials, false })
