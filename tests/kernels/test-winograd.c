/* test-winograd.c - Winograd's algorithm against the sum that it replaces
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Shapes: one pixel; pictures smaller than a tile, of whole tiles and of pieces; one
 * image and several; tiles that fill several groups; outputs that fill half a panel;
 * kernels that are more than the tiles, and the reverse; every padding. On each
 * instruction set that this processor has and DNNL_MAX_CPU_ISA allows.
 */
#include "kernels/cpu/passes.h"
#include "kernels/cpu/winograd.h"
#include "tests/support/kernel-test.h"

static const struct
{
  int images, in, out, height, width, padding;
} shapes[] = {
  { 1, 16, 16, 1, 1, 1 },   { 1, 16, 16, 2, 3, 1 },  { 3, 32, 16, 3, 2, 1 },
  { 1, 16, 48, 4, 4, 1 },   { 2, 48, 32, 7, 9, 1 },  { 5, 16, 16, 13, 5, 1 },
  { 1, 16, 32, 37, 41, 1 }, { 2, 16, 16, 8, 11, 0 }, { 2, 16, 16, 5, 6, 2 },
  { 4, 128, 160, 4, 4, 1 }, { 40, 64, 80, 8, 6, 1 },
};

#define SHAPES (int) (sizeof shapes / sizeof *shapes)

/* A picture of one layout: plain numbers, and the same in blocks. */
typedef struct
{
  int images, channels, height, width, block;
  pk_precision type;
  int64_t count;
  float *plain;
  void *blocked;
} picture;

static int64_t
place (const picture *p, int64_t i) /* of plain number @i */
{
  int64_t pixels = p->height * p->width, pixel = i % pixels, plane = i / pixels;
  int64_t channel = plane % p->channels, image = plane / p->channels;

  return ((image * p->channels + channel / p->block * p->block) * pixels
          + pixel * p->block)
         + channel % p->block;
}

static float
shorten (float value) /* 8 bits: exact in bfloat16 */
{
  return roundf (value * 64) / 64;
}

static void
put (picture *p)
{
  for (int64_t i = 0; i < p->count; i++)
    {
      uint32_t word;

      memcpy (&word, &p->plain[i], sizeof word);
      if (p->type == PK_BFLOAT16)
        ((uint16_t *) p->blocked)[place (p, i)] = (uint16_t) (word >> 16);
      else
        ((float *) p->blocked)[place (p, i)] = p->plain[i];
    }
}

static void
take (picture *p)
{
  for (int64_t i = 0; i < p->count; i++)
    {
      uint32_t word = 0;

      if (p->type == PK_FLOAT32)
        p->plain[i] = ((const float *) p->blocked)[place (p, i)];
      else
        {
          word = (uint32_t) ((const uint16_t *) p->blocked)[place (p, i)] << 16;
          memcpy (&p->plain[i], &word, sizeof word);
        }
    }
}

static picture
new_picture (int images, int channels, int height, int width, int block,
             pk_precision type, uint32_t stream)
{
  picture p = { images, channels, height, width, block, type, 0, NULL, NULL };

  p.count = (int64_t) images * channels * height * width;
  p.plain = malloc ((size_t) p.count * sizeof (float));
  p.blocked = malloc ((size_t) p.count * (type == PK_BFLOAT16 ? 2 : 4));
  fill_random (p.plain, p.count, stream);
  for (int64_t i = 0; i < p.count; i++)
    p.plain[i] = shorten (p.plain[i]);
  put (&p);
  return p;
}

static void
free_picture (picture *p)
{
  free (p->plain);
  free (p->blocked);
}

static float
pixel (const picture *p, int n, int c, int y, int x)
{
  if (y < 0 || x < 0 || y >= p->height || x >= p->width)
    return 0;
  return p->plain[(((int64_t) n * p->channels + c) * p->height + y) * p->width + x];
}

/* y (n, o) = sum over c and taps of x (n, c) w; @turned: of the gradient of an input,
 * whose weights stand as (c, o) and by half a turn. */
static void
convolve (const picture *x, const float *w, bool turned, int padding, float *to,
          int channels, int height, int width)
{
  for (int n = 0; n < x->images; n++)
    for (int o = 0; o < channels; o++)
      for (int i = 0; i < height * width; i++, to++)
        {
          double sum = 0;

          for (int c = 0; c < x->channels; c++)
            for (int tap = 0; tap < 9; tap++)
              sum += (double) (turned ? w[(c * channels + o) * 9 + 8 - tap]
                                      : w[(o * x->channels + c) * 9 + tap])
                     * pixel (x, n, c, i / width + tap / 3 - padding,
                              i % width + tap % 3 - padding);
          *to = (float) sum;
        }
}

typedef struct
{
  const char *name;
  const pk_winograd_passes *passes;
  pk_precision type;
  int block;
} variant;

static void *
scratch_of (size_t bytes)
{
  return aligned_alloc (64, (bytes + 63) / 64 * 64);
}

/* One shape, one direction, with or without an ending, by one thread and by two. */
static void
check_run (const variant *v, int shape, bool turned, bool ended)
{
  int padding = turned ? 2 - shapes[shape].padding : shapes[shape].padding;
  int in = shapes[shape].in, out = shapes[shape].out, images = shapes[shape].images;
  int height = shapes[shape].height, width = shapes[shape].width;
  int out_height = height + 2 * padding - 2, out_width = width + 2 * padding - 2;
  picture x = new_picture (images, in, height, width, v->block, v->type, 1);
  picture y = new_picture (images, out, out_height, out_width, v->block, v->type, 2);
  picture skip = new_picture (images, out, out_height, out_width, v->block, v->type, 3);
  float *w = malloc ((size_t) (in * out * 9) * sizeof (float));
  float *expected = malloc ((size_t) y.count * sizeof (float));
  float *once = malloc ((size_t) y.count * sizeof (float));
  float scale[256], bias[256];
  pk_winograd_ending ending = { scale, bias, skip.blocked, true };
  pk_winograd_shape s = { v->type, images, in,         out,       v->block, v->block,
                          height,  width,  out_height, out_width, padding };
  double tolerance = v->type == PK_BFLOAT16 ? 4e-3 : 2e-5, difference;

  fill_random (w, in * out * 9, 4);
  fill_random (scale, out, 5);
  fill_random (bias, out, 6);
  convolve (&x, w, turned, padding, expected, out, out_height, out_width);
  for (int64_t i = 0; ended && i < y.count; i++)
    {
      int64_t c = i / (out_height * out_width) % out;

      expected[i] = fmaxf (expected[i] * scale[c] + bias[c] + skip.plain[i], 0);
    }

  for (int threads = 1; threads <= 2; threads++)
    {
      pk_winograd winograd;
      void *scratch;

      pk_winograd_plan (&winograd, v->passes, &s, turned, threads);
      scratch = scratch_of (pk_winograd_scratch (&winograd));
      pk_winograd_run (&winograd, x.blocked, w, ended ? &ending : NULL, y.blocked,
                       scratch);
      free (scratch);
      take (&y);
      if (threads == 1)
        memcpy (once, y.plain, (size_t) y.count * sizeof (float));
    }
  difference = relative_difference (y.plain, expected, y.count);
  if (memcmp (once, y.plain, (size_t) y.count * sizeof (float)) != 0)
    difference = INFINITY; /* threads must not matter */

  free_picture (&x);
  free_picture (&y);
  free_picture (&skip);
  free (w);
  free (expected);
  free (once);
  CHECK (difference <= tolerance, "%s, block %d, shape %d%s%s: differs by %g", v->name,
         v->block, shape, turned ? ", turned" : "", ended ? ", with an ending" : "",
         difference);
}

/* w (o, c) = sum over images and pixels of g (n, o) x (n, c) */
static void
check_gradient (const variant *v, int shape)
{
  int padding = shapes[shape].padding;
  int in = shapes[shape].in, out = shapes[shape].out, images = shapes[shape].images;
  int height = shapes[shape].height, width = shapes[shape].width;
  int out_height = height + 2 * padding - 2, out_width = width + 2 * padding - 2;
  picture x = new_picture (images, in, height, width, v->block, v->type, 1);
  picture g = new_picture (images, out, out_height, out_width, v->block, v->type, 2);
  int64_t count = (int64_t) in * out * 9;
  float *expected = malloc ((size_t) count * sizeof (float));
  float *w = malloc ((size_t) count * sizeof (float));
  float *once = malloc ((size_t) count * sizeof (float));
  pk_winograd_shape s = { v->type, images, in,         out,       v->block, v->block,
                          height,  width,  out_height, out_width, padding };
  double difference;

  for (int64_t i = 0; i < count; i++)
    {
      int c = (int) (i / 9 % in), o = (int) (i / 9 / in), tap = (int) (i % 9);
      double sum = 0;

      for (int n = 0; n < images; n++)
        for (int k = 0; k < out_height * out_width; k++)
          sum += (double) pixel (&g, n, o, k / out_width, k % out_width)
                 * pixel (&x, n, c, k / out_width + tap / 3 - padding,
                          k % out_width + tap % 3 - padding);
      expected[i] = (float) (2 * sum);
    }

  for (int threads = 1; threads <= 2; threads++)
    {
      pk_winograd_gradient gradient;
      void *scratch;

      pk_winograd_gradient_plan (&gradient, v->passes, &s, threads);
      scratch = scratch_of (pk_winograd_gradient_scratch (&gradient));
      for (int add = 0; add < 2; add++)
        pk_winograd_gradient_run (&gradient, x.blocked, g.blocked, w, add == 1, scratch);
      free (scratch);
      if (threads == 1)
        memcpy (once, w, (size_t) count * sizeof (float));
    }
  difference = relative_difference (w, expected, count);
  if (memcmp (once, w, (size_t) count * sizeof (float)) != 0)
    difference = INFINITY;

  free_picture (&x);
  free_picture (&g);
  free (w);
  free (expected);
  free (once);
  CHECK (difference <= 2e-5, "%s, block %d, shape %d: weights differ by %g", v->name,
         v->block, shape, difference);
}

static void
on_each_variant (void (*check) (const variant *))
{
  const variant variants[] = {
    { "generic", &pk_winograd_generic, PK_FLOAT32, 8 },
    { "generic", &pk_winograd_generic, PK_BFLOAT16, 16 },
#ifdef PK_HAVE_VARIANTS
    { "v3", &pk_winograd_v3, PK_FLOAT32, 8 },
    { "v3", &pk_winograd_v3, PK_BFLOAT16, 16 },
    { "v4", &pk_winograd_v4, PK_FLOAT32, 16 },
    { "v4", &pk_winograd_v4, PK_BFLOAT16, 16 },
#endif
  };

  for (size_t i = 0; i < sizeof variants / sizeof *variants && !test_failed; i++)
    if ((int) pk_isa_detect () >= (int) i / 2)
      check (&variants[i]);
}

static void
check_forward (const variant *v)
{
  for (int i = 0; i < SHAPES; i++)
    check_run (v, i, false, false);
}

static void
check_endings (const variant *v)
{
  for (int i = 0; i < SHAPES; i++)
    check_run (v, i, false, true);
}

static void
check_input_gradients (const variant *v)
{
  for (int i = 0; i < SHAPES; i++)
    check_run (v, i, true, false);
}

static void
check_weight_gradients (const variant *v)
{
  for (int i = 0; i < SHAPES; i++)
    check_gradient (v, i);
}

static void
test_forward (const char *device)
{
  on_each_variant (check_forward);
}

static void
test_endings (const char *device)
{
  on_each_variant (check_endings);
}

static void
test_input_gradients (const char *device)
{
  on_each_variant (check_input_gradients);
}

static void
test_weight_gradients (const char *device)
{
  on_each_variant (check_weight_gradients);
}

/* What is no number stays visible: its tile and no other has none. */
static void
test_nan_stays_in_its_tile (const char *device)
{
  picture x = new_picture (1, 16, 12, 12, 8, PK_FLOAT32, 1);
  picture y = new_picture (1, 16, 12, 12, 8, PK_FLOAT32, 2);
  pk_winograd_shape s = { PK_FLOAT32, 1, 16, 16, 8, 8, 12, 12, 12, 12, 1 };
  float w[16 * 16 * 9];
  pk_winograd winograd;
  void *scratch;
  bool reached, elsewhere = false;

  fill_random (w, 16 * 16 * 9, 4);
  x.plain[6 * 12 + 6] = NAN; /* the middle of the middle tile */
  put (&x);
  pk_winograd_plan (&winograd, &pk_winograd_generic, &s, false, 1);
  scratch = scratch_of (pk_winograd_scratch (&winograd));
  pk_winograd_run (&winograd, x.blocked, w, NULL, y.blocked, scratch);
  take (&y);
  reached = isnan (y.plain[5 * 12 + 5]) && isnan (y.plain[7 * 12 + 7]);
  for (int i = 0; i < 12; i++)
    elsewhere = elsewhere || isnan (y.plain[i]) || isnan (y.plain[11 * 12 + i]);
  free (scratch);
  free_picture (&x);
  free_picture (&y);
  CHECK (reached, "the outputs about the pixel are numbers");
  CHECK (!elsewhere, "outputs far from the pixel are none");
}

KERNEL_TESTS ({ "winograd/forward-equals-the-sum", test_forward, false },
              { "winograd/scale-bias-skip-and-relu", test_endings, false },
              { "winograd/input-gradient-equals-the-sum", test_input_gradients, false },
              { "winograd/weight-gradient-equals-the-sum", test_weight_gradients, false },
              { "winograd/a-pixel-that-is-no-number-stays-in-its-tile",
                test_nan_stays_in_its_tile, false })
