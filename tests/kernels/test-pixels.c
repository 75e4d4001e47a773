/* test-pixels.c - the passes over pixels: by definition, and alike on every instruction
 * set
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/body/half.h"
#include "kernels/body/photometric.h"
#include "tests/support/kernel-test.h"

#define WIDTH 61
#define HEIGHT 47
#define SIZE 37
#define MOST 21

typedef struct
{
  int start[512], count[512], first[512];
  float weight[8192];
} taps_memory;

static pk_taps
make_taps (taps_memory *memory, int length, double origin, double step, double support,
           int samples)
{
  pk_taps taps = { .length = length,
                   .start = memory->start,
                   .count = memory->count,
                   .first = memory->first,
                   .weight = memory->weight };

  if (pk_taps_room (length, support) > sizeof memory->weight / sizeof (float)
      || length > 512)
    abort ();
  pk_taps_fill (&taps, origin, step, support, samples);
  return taps;
}

/* Weights sum to 1, stay on the line, and hit the place they are for: the mean position
 * under the weights is the centre wherever the triangle is not cut off. */
static void
taps_are_centred (const char *device)
{
  static const double supports[] = { 1, 1.7, 3.25, 20 };
  static taps_memory memory;

  for (size_t k = 0; k < sizeof supports / sizeof *supports; k++)
    {
      pk_taps taps = make_taps (&memory, 50, -3.3, 1.9, supports[k], 80);

      for (int i = 0; i < taps.length; i++)
        {
          double centre = -3.3 + 1.9 * i, sum = 0, mean = 0;

          CHECK (taps.start[i] >= 0 && taps.start[i] + taps.count[i] <= 80, "output %d",
                 i);
          CHECK (taps.start[i] >= taps.low && taps.start[i] + taps.count[i] <= taps.high,
                 "output %d", i);
          for (int t = 0; t < taps.count[i]; t++)
            {
              float weight = taps.weight[taps.first[i] + t];

              CHECK (weight > 0, "a weight of %g costs time for nothing",
                     (double) weight);
              sum += weight;
              mean += weight * (taps.start[i] + t);
            }
          CHECK (fabs (sum - 1) < 1e-6, "output %d: %g", i, sum);
          if (supports[k] == 1 && centre > 0 && centre < 79)
            CHECK (fabs (mean - centre) < 1e-5, "output %d: %g for %g", i, mean, centre);
        }
    }
}

/* A line of ones is ones, and at support 1 whole places are copies. */
static void
resample_copies (const char *device)
{
  static uint16_t pixels[HEIGHT * WIDTH * 3];
  static taps_memory columns, rows;
  static float view[3 * HEIGHT * WIDTH], line[(WIDTH + 64) * 3 + 16];
  static const float black[6] = { 100, 100, 100 };
  static const float gain[6] = { 1.0f / 1000, 1.0f / 1000, 1.0f / 1000 };
  pk_source source = { pixels, PK_SAMPLE_UINT16, WIDTH, HEIGHT, 3, 0, 3, black, gain };
  pk_taps across = make_taps (&columns, WIDTH, 0, 1, 1, WIDTH);
  pk_taps down = make_taps (&rows, HEIGHT, HEIGHT - 1, -1, 1, HEIGHT);
  pk_target target = { view, WIDTH, WIDTH * HEIGHT };

  for (int i = 0; i < HEIGHT * WIDTH * 3; i++)
    pixels[i] = (uint16_t) (i * 2654435761u >> 16);
  for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
    {
      memset (view, 0xff, sizeof view);
      pk_pixels_get (isa)->resample (&source, &across, &down, line, &target);
      for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
          for (int band = 0; band < 3; band++)
            {
              float pixel = pixels[((HEIGHT - 1 - y) * WIDTH + x) * 3 + band];
              float expected = (pixel - 100) * (1.0f / 1000);

              CHECK (view[(band * HEIGHT + y) * WIDTH + x] == expected, "at %d, %d, %d",
                     x, y, band);
            }
    }
}

/* Any pass, run with the passes of each instruction set on the same input, gives the same
 * bits: views must not depend on the machine. */
typedef void (*pass) (const pk_pixels *passes, int bands, float *view);

static float
value_at (int i)
{
  return pk_uniform (pk_philox ((pk_random4){ { (uint32_t) i, 9, 0, 0 } }, 3).word[0]);
}

static void
run_resample (const pk_pixels *passes, int bands, float *view)
{
  static uint8_t pixels[HEIGHT * WIDTH * MOST];
  static taps_memory columns, rows;
  static float line[(WIDTH + 64) * MOST + 16], black[MOST + 3], gain[MOST + 3];
  pk_source source
      = { pixels, PK_SAMPLE_UINT8, WIDTH, HEIGHT, bands, 0, bands, black, gain };
  pk_taps across = make_taps (&columns, SIZE, 0.3, 1.6, 1.6, WIDTH);
  pk_taps down = make_taps (&rows, SIZE, 1.1, 0.7, 1, HEIGHT);
  pk_target target = { view, SIZE, SIZE * SIZE };

  for (int band = 0; band < MOST; band++)
    {
      black[band] = 3 + (float) band;
      gain[band] = 1 / (250 + (float) band);
    }
  for (int i = 0; i < HEIGHT * WIDTH * bands; i++)
    pixels[i] = (uint8_t) (value_at (i) * 256);
  passes->resample (&source, &across, &down, line, &target);
}

static void
run_warp (const pk_pixels *passes, int bands, float *view)
{
  static const pk_spline spline
      = { .point = { { -1, -1 }, { -1, 1 }, { 1, -1 }, { 1, 1 }, { 0, 0 } },
          .weight
          = { { 0.1f, 0 }, { -0.1f, 0.05f }, { 0, 0 }, { 0, -0.1f }, { 0.05f, 0 } },
          .affine = { { 0, 0 }, { 0.9f, 0.1f }, { -0.1f, 1 } },
          .scale = 2.0f / SIZE,
          .shift = 1.0f / SIZE - 1,
          .unit = SIZE / 2.0f };
  static const pk_map map = { { 1, 0.1, 0, 0, 1, 0, 0.0001, 0, 1 },
                              { 1.1, -0.4, 3, 0.5, 0.9, -6, 0.001, -0.002, 1 },
                              &spline };
  static int32_t column[SIZE * SIZE + 32], row[SIZE * SIZE + 32];
  static float x[SIZE * SIZE + 32], y[SIZE * SIZE + 32];
  static float samples[HEIGHT * WIDTH * MOST + 3], fill[MOST + 3];
  pk_stage stage = { samples, 0, 0, WIDTH, HEIGHT, WIDTH, HEIGHT, bands };
  pk_places places = { .column = column, .row = row, .x = x, .y = y };

  for (int i = 0; i < HEIGHT * WIDTH * bands; i++)
    samples[i] = value_at (i);
  for (int band = 0; band < bands; band++)
    fill[band] = (float) band / 10;
  passes->places (&map, SIZE, WIDTH, HEIGHT, &places);
  passes->warp (&stage, &places, SIZE, PK_OUTSIDE_FILL, fill, view);
}

/* As the engine has them: a photograph; or two groups of bands with primaries. */
static pk_bands
make_bands (int bands)
{
  static uint8_t group[MOST];
  static float weight[MOST], primary[MOST][3];
  pk_bands made = { .bands = bands,
                    .groups = bands > 3 ? 2 : 1,
                    .group = group,
                    .weight = weight,
                    .triples = bands == 3,
                    .triple = { { 0, 1, 2 } } };

  for (int band = 0; band < bands; band++)
    {
      group[band] = bands > 3 ? band % 2 : 0;
      weight[band] = (bands > 3 ? 2.0f : 1.0f) / (float) bands;
      for (int k = 0; k < 3; k++)
        primary[band][k] = k == band % 3 ? 3.0f / (float) bands : 0;
    }
  if (bands > 3)
    {
      group[bands - 1] = PK_NO_GROUP;
      made.primary = made.share = (const float (*)[3]) primary;
    }
  return made;
}

static void
run_colour (const pk_pixels *passes, int bands, float *view)
{
  static float scale[MOST], shift[MOST], plane[SIZE * SIZE];
  static float greys[PK_GROUPS * SIZE * SIZE];
  pk_bands about = make_bands (bands);
  pk_noise noise = { 12345, 1, 2, 3 };
  pk_colour_step steps[]
      = { { .kind = PK_COLOUR_CLAMP },
          { .kind = PK_COLOUR_HUE, .factor = 0.23f },
          { .kind = PK_COLOUR_BRIGHTNESS, .factor = 1.3f },
          { .kind = PK_COLOUR_CONTRAST, .factor = 0.6f },
          { .kind = PK_COLOUR_SATURATION, .factor = 1.9f },
          { .kind = PK_COLOUR_HUE, .factor = -0.41f },
          { .kind = PK_COLOUR_GAMMA, .factor = 0.7f, .other = 1.1f },
          { .kind = PK_COLOUR_CONTRAST, .factor = 1.5f },
          { .kind = PK_COLOUR_SOLARISE, .factor = 0.8f, .other = 0.05f },
          { .kind = PK_COLOUR_POSTERISE, .factor = 4 },
          { .kind = PK_COLOUR_SENSOR, .factor = 500, .other = 5, .noise = noise },
          { .kind = PK_COLOUR_NOISE, .factor = 0.1f, .noise = noise },
          { .kind = PK_COLOUR_TIMES, .plane = plane },
          { .kind = PK_COLOUR_BEHIND,
            .scale = scale,
            .plane = plane,
            .factor = 0.1f,
            .noise = noise },
          { .kind = PK_COLOUR_SCALE, .scale = scale, .shift = shift } };

  for (int i = 0; i < bands * SIZE * SIZE; i++)
    view[i] = 1.4f * value_at (i) - 0.2f;
  for (int i = 0; i < SIZE * SIZE; i++)
    plane[i] = value_at (i + 77);
  for (int band = 0; band < bands; band++)
    {
      scale[band] = 2 + (float) band;
      shift[band] = (float) band - 1;
    }
  passes->colour (view, &about, SIZE * SIZE, steps, sizeof steps / sizeof *steps, greys);
}

static void
run_sharpen (const pk_pixels *passes, int bands, float *view)
{
  static float line[3 * SIZE];

  for (int i = 0; i < bands * SIZE * SIZE; i++)
    view[i] = 1.2f * value_at (i) - 0.1f;
  passes->sharpen (view, bands, SIZE, SIZE, 1.7f, line);
}

static void
run_mix (const pk_pixels *passes, int bands, float *view)
{
  static float planes[MOST * 256], weight[3 * MOST];
  static int start[MOST], count[MOST], first[MOST];
  pk_taps taps = { bands, 0, bands, 3, start, count, first, weight };

  for (int i = 0; i < bands * SIZE * SIZE; i++)
    view[i] = value_at (i);
  for (int band = 0; band < bands; band++)
    {
      start[band] = band > 0 ? band - 1 : 0;
      count[band] = (band + 2 < bands ? band + 2 : bands) - start[band];
      first[band] = 3 * band;
      for (int t = 0; t < 3; t++)
        weight[3 * band + t] = value_at (3 * band + t);
    }
  passes->mix (view, SIZE * SIZE, &taps, planes);
}

static void
run_blur (const pk_pixels *passes, int bands, float *view)
{
  static const float weight[] = { 0.3f, 0.2f, 0.1f, 0.04f, 0.01f };
  static float line[SIZE + 2 * 4 + 16], plane[SIZE * SIZE];

  for (int i = 0; i < bands * SIZE * SIZE; i++)
    view[i] = value_at (i);
  passes->blur (view, bands, SIZE, SIZE, weight, 4, line, plane);
}

static void
same_bits (const char *device)
{
  static const pass each[]
      = { run_resample, run_warp, run_colour, run_blur, run_sharpen, run_mix };
  static const char *const names[]
      = { "resample", "warp", "colour", "blur", "sharpen", "mix" };
  static const int counts[] = { 1, 2, 3, 5, 7, 16, 17, MOST };
  static float expected[MOST * SIZE * SIZE], found[MOST * SIZE * SIZE];

  for (size_t p = 0; p < sizeof each / sizeof *each; p++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
      {
        int bands = counts[c];
        size_t size = (size_t) (bands * SIZE * SIZE) * sizeof (float);

        memset (expected, 0xff, sizeof expected);
        each[p](pk_pixels_get (PK_ISA_GENERIC), bands, expected);
        for (int i = 0; i < bands * SIZE * SIZE; i++)
          CHECK (isfinite (expected[i]), "%s of %d bands at %d", names[p], bands, i);
        for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
          {
            memset (found, 0xff, sizeof found);
            each[p](pk_pixels_get (isa), bands, found);
            CHECK (memcmp (found, expected, size) == 0, "%s of %d bands on isa %d",
                   names[p], bands, (int) isa);
          }
      }
}

/* The polynomials against the mathematics library. */
static void
elementary (const char *device)
{
  for (int i = 1; i < 100000; i++)
    {
      float x = (float) i * 1e-4f, cosine, sine;
      uint32_t word = (uint32_t) i * 2654435761u;
      double angle = 2 * M_PI * word / 4294967296.0;

      CHECK (fabs ((double) pk_log (x) - log ((double) x))
                 < 4e-7 + 2e-7 * fabs (log ((double) x)),
             "%g", (double) x);
      CHECK (fabs ((double) pk_exp2 (x - 5) / exp2 ((double) x - 5) - 1) < 3e-7, "%g",
             (double) x);
      CHECK (fabs ((double) pk_power (x / 10, 2.2f) - pow ((double) x / 10, 2.2)) < 2e-6,
             "%g", (double) x);
      pk_turn (word, &cosine, &sine);
      CHECK (fabs ((double) cosine - cos (angle)) < 3e-7
                 && fabs ((double) sine - sin (angle)) < 3e-7,
             "%g is %g %g", angle, (double) cosine, (double) sine);
    }
  CHECK (pk_power (0, 0) == 1 && pk_power (0, 2) == 0 && pk_power (1, 3) == 1, "ends");
  CHECK (isnan (pk_power (NAN, 2)), "a NaN");
}

/* Turning a hue by thirds of the wheel moves the bands round; greys stay. */
static void
hue_by_thirds (const char *device)
{
  static const float colours[][3] = { { 0.9f, 0.2f, 0.4f },
                                      { 0, 1, 0.5f },
                                      { 0.3f, 0.3f, 0.3f },
                                      { 0, 0, 0 },
                                      { 0.1f, 0.7f, 0.7f } };

  for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
    {
      float r = colours[i][0], g = colours[i][1], b = colours[i][2];

      pk_turn_hue (&r, &g, &b, 2);
      CHECK (fabsf (r - colours[i][2]) < 1e-6f && fabsf (g - colours[i][0]) < 1e-6f
                 && fabsf (b - colours[i][1]) < 1e-6f,
             "colour %zu became %g %g %g", i, (double) r, (double) g, (double) b);
    }
}

/* A NaN of a broken sensor stays one, and touches no more than its neighbourhood. */
static void
nan_stays (const char *device)
{
  static float pixels[HEIGHT * WIDTH], view[HEIGHT * WIDTH], line[WIDTH + 64];
  static taps_memory columns, rows;
  static const float black[4] = { 0 }, gain[4] = { 1 };
  pk_source source = { pixels, PK_SAMPLE_FLOAT32, WIDTH, HEIGHT, 1, 0, 1, black, gain };
  pk_bands bands = make_bands (1);
  pk_taps across = make_taps (&columns, WIDTH, 0, 1, 1, WIDTH);
  pk_taps down = make_taps (&rows, HEIGHT, 0, 1, 1, HEIGHT);
  pk_target target = { view, WIDTH, WIDTH * HEIGHT };
  pk_colour_step steps[]
      = { { .kind = PK_COLOUR_CLAMP }, { .kind = PK_COLOUR_BRIGHTNESS, .factor = 0.5f } };

  pixels[5 * WIDTH + 7] = NAN;
  for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
    {
      pk_pixels_get (isa)->resample (&source, &across, &down, line, &target);
      pk_pixels_get (isa)->colour (view, &bands, WIDTH * HEIGHT, steps, 2, NULL);
      for (int i = 0; i < WIDTH * HEIGHT; i++)
        CHECK (isnan (view[i]) == (i == 5 * WIDTH + 7), "pixel %d is %g", i,
               (double) view[i]);
    }
}

/* Every half goes to a float and back; each is what its three parts say. */
static void
halves_are_exact (const char *device)
{
  for (uint32_t half = 0; half < 0x10000; half++)
    {
      int exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
      double magnitude = exponent == 0 ? ldexp (fraction, -24)
                                       : ldexp (1024 + fraction, exponent - 25);
      float value = pk_from_half ((uint16_t) half);

      if (exponent == 0x1f && fraction != 0)
        {
          CHECK (isnan (value), "%04x became %g", half, (double) value);
          continue;
        }
      if (exponent == 0x1f)
        magnitude = INFINITY;
      CHECK ((double) value == (half & 0x8000 ? -magnitude : magnitude), "%04x became %g",
             half, (double) value);
      CHECK (pk_to_half (value) == half, "%04x came back as %04x", half,
             pk_to_half (value));
    }

  CHECK (pk_to_half (2049) == pk_to_half (2048), "a tie goes to the even one");
  CHECK (pk_to_half (2051) == pk_to_half (2052), "a tie goes to the even one");
  CHECK (pk_to_half (65519) == 0x7bff && pk_to_half (65520) == 0x7c00, "65504 is last");
  CHECK (pk_to_half (0x1p-25f) == 0 && pk_to_half (0x1.8p-25f) == 1, "the smallest");
}

/* Five bands of halves and three of integers, each band with levels of its own. */
static void
resample_levels (const char *device)
{
  static uint16_t pixels[HEIGHT * WIDTH * 5];
  static taps_memory columns, rows;
  static float view[5 * HEIGHT * WIDTH], line[(WIDTH + 64) * 5 + 16];
  static const float black[8] = { 0, 1, -2, 3, 4 }, gain[8] = { 1, 2, 0.5f, 4, 8 };

  for (int i = 0; i < HEIGHT * WIDTH * 5; i++)
    pixels[i] = (uint16_t) ((i * 2654435761u >> 16) % 0x7c00);
  for (int bands = 3; bands <= 5; bands += 2)
    for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
      {
        pk_source source = { .samples = pixels,
                             .type = bands == 3 ? PK_SAMPLE_UINT16 : PK_SAMPLE_FLOAT16,
                             .width = WIDTH,
                             .height = HEIGHT,
                             .bands = bands,
                             .count = bands,
                             .black = black,
                             .gain = gain };
        pk_taps across = make_taps (&columns, WIDTH, 0, 1, 1, WIDTH);
        pk_taps down = make_taps (&rows, HEIGHT, 0, 1, 1, HEIGHT);
        pk_target target = { view, WIDTH, WIDTH * HEIGHT };

        pk_pixels_get (isa)->resample (&source, &across, &down, line, &target);
        for (int i = 0; i < WIDTH * HEIGHT; i++)
          for (int band = 0; band < bands; band++)
            {
              uint16_t sample = pixels[i * bands + band];
              float value = bands == 3 ? (float) sample : pk_from_half (sample);

              CHECK (view[band * WIDTH * HEIGHT + i]
                         == (value - black[band]) * gain[band],
                     "pixel %d, band %d of %d", i, band, bands);
            }
      }
}

KERNEL_TESTS ({ "pixels/taps-are-centred", taps_are_centred, false },
              { "pixels/resample-copies-at-whole-places", resample_copies, false },
              { "pixels/halves-are-exact", halves_are_exact, false },
              { "pixels/resample-levels-of-each-band", resample_levels, false },
              { "pixels/same-bits-on-every-instruction-set", same_bits, false },
              { "pixels/elementary-functions", elementary, false },
              { "pixels/hue-by-thirds-moves-bands-round", hue_by_thirds, false },
              { "pixels/nan-stays-where-it-is", nan_stays, false })
