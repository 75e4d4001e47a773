/* pixels-colour.c - colour operations, as few passes as there can be
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All steps are done to one block of pixels before the next block is read: the block
 * stays in the nearest cache, so a run of steps costs one journey through memory. Only
 * contrast ends a run, for it needs the mean grey of the whole view as the steps before
 * it leave it; that mean is summed up while they run.
 */
#include "kernels/body/photometric.h"
#include "kernels/pixels-variant.h"

/* Pixels: of three planes 6 KiB, so that they stay in the first cache. */
#define BLOCK 512

/* Sums run in this many lanes, whatever the registers hold: the same sum everywhere. */
#define SUM_LANES 16

static void
find_grey (const float *view, int bands, size_t stride, int count, float *restrict grey)
{
  if (bands == 3)
    {
      const float *restrict r = view, *restrict g = view + stride,
                            *restrict b = view + 2 * stride;

      for (int i = 0; i < count; i++)
        grey[i] = pk_luma (r[i], g[i], b[i]);
      return;
    }

  memset (grey, 0, (size_t) count * sizeof (float));
  for (int band = 0; band < bands; band++)
    {
      const float *restrict x = view + (size_t) band * stride;

      for (int i = 0; i < count; i++)
        grey[i] += x[i] * (1.0f / (float) bands);
    }
}

static double
sum_up (const float *grey, int count)
{
  float lane[SUM_LANES] = { 0 };
  double sum = 0;
  int i = 0;

  for (; i + SUM_LANES <= count; i += SUM_LANES)
    for (int k = 0; k < SUM_LANES; k++)
      lane[k] += grey[i + k];
  for (; i < count; i++)
    sum += (double) grey[i];
  for (int k = 0; k < SUM_LANES; k++)
    sum += (double) lane[k];
  return sum;
}

static void
turn_hues (float *restrict r, float *restrict g, float *restrict b, int count,
           float sixths)
{
  for (int i = 0; i < count; i++)
    {
      float red = r[i], green = g[i], blue = b[i];

      pk_turn_hue (&red, &green, &blue, sixths);
      r[i] = red;
      g[i] = green;
      b[i] = blue;
    }
}

/* A step that looks at each band alone. */
static void
one_band (const pk_colour_step *step, int band, float *restrict x, int count)
{
  float factor = step->factor, mean = step->mean;

  switch (step->kind)
    {
    case PK_COLOUR_CLAMP:
      for (int i = 0; i < count; i++)
        x[i] = pk_unit (x[i]);
      break;
    case PK_COLOUR_BRIGHTNESS:
      for (int i = 0; i < count; i++)
        x[i] = pk_unit (x[i] * factor);
      break;
    case PK_COLOUR_CONTRAST:
      for (int i = 0; i < count; i++)
        x[i] = pk_blend (x[i], mean, factor);
      break;
    case PK_COLOUR_SCALE:
      {
        float scale = step->scale[band], shift = step->shift[band];

        for (int i = 0; i < count; i++)
          x[i] = x[i] * scale + shift;
        break;
      }
    default:
      break;
    }
}

/* A step that blends each band with the pixel's grey, or puts the grey in its place. */
static void
with_grey (const pk_colour_step *step, float *view, int bands, size_t stride, int count)
{
  float grey[BLOCK];

  find_grey (view, bands, stride, count, grey);
  for (int band = 0; band < bands; band++)
    {
      float *restrict x = view + (size_t) band * stride;
      float factor = step->factor;

      if (step->kind == PK_COLOUR_GREY)
        memcpy (x, grey, (size_t) count * sizeof (float));
      else
        for (int i = 0; i < count; i++)
          x[i] = pk_blend (x[i], grey[i], factor);
    }
}

static void
run_steps (const pk_colour_step *steps, int n_steps, float *view, int bands,
           size_t stride, int count)
{
  for (int s = 0; s < n_steps; s++)
    {
      const pk_colour_step *step = &steps[s];

      if (step->kind == PK_COLOUR_HUE)
        {
          if (bands == 3)
            turn_hues (view, view + stride, view + 2 * stride, count,
                       step->factor * 6.0f);
        }
      else if (step->kind == PK_COLOUR_GREY || step->kind == PK_COLOUR_SATURATION)
        with_grey (step, view, bands, stride, count);
      else
        for (int band = 0; band < bands; band++)
          one_band (step, band, view + (size_t) band * stride, count);
    }
}

/* The steps over all pixels; @mean (may be NULL): the mean grey that they leave. */
static void
run_pass (const pk_colour_step *steps, int n_steps, float *view, int bands, size_t count,
          float *mean)
{
  double sum = 0;

  for (size_t done = 0; done < count; done += BLOCK)
    {
      int block = count - done < BLOCK ? (int) (count - done) : BLOCK;

      run_steps (steps, n_steps, view + done, bands, count, block);
      if (mean != NULL)
        {
          float grey[BLOCK];

          find_grey (view + done, bands, count, block, grey);
          sum += sum_up (grey, block);
        }
    }
  if (mean != NULL)
    *mean = (float) (sum / (double) count);
}

void
PK_NAMED (pk_colour) (float *view, int bands, size_t count, pk_colour_step *steps,
                      int n_steps)
{
  int first = 0;

  for (int s = 0; s < n_steps; s++)
    if (steps[s].kind == PK_COLOUR_CONTRAST)
      {
        run_pass (steps + first, s - first, view, bands, count, &steps[s].mean);
        first = s;
      }
  if (first < n_steps)
    run_pass (steps + first, n_steps - first, view, bands, count, NULL);
}
