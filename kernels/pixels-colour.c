/* pixels-colour.c - colour operations, as few passes as there can be
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All steps are done to one block of pixels before the next block is read: the block
 * stays in the nearest cache, so a run of steps costs one journey through memory. Only
 * contrast ends a run, for it needs the mean grey of the whole view as the steps before
 * it leave it; that mean is summed up while they run.
 *
 * Saturation, grey and hue look at all bands of a pixel. Where bands are few, those of a
 * block are all near, and the greys of a block are enough; where they are many, planes of
 * greys are kept, and the bands come one after another.
 */
#include "kernels/body/photometric.h"
#include "kernels/pixels-variant.h"

/* Sums run in this many lanes, whatever the registers hold: the same sum everywhere. */
#define SUM_LANES 16

/* Some pixels of all bands, and what these have in common: rows of @stride floats. */
typedef struct
{
  float *view;
  const pk_bands *bands;
  size_t at, count, pixels;
  float *common;
  size_t stride;
} tile;

static double
sum_up (const float *x, int count)
{
  float lane[SUM_LANES] = { 0 };
  double sum = 0;
  int i = 0;

  for (; i + SUM_LANES <= count; i += SUM_LANES)
    for (int k = 0; k < SUM_LANES; k++)
      lane[k] += x[i + k];
  for (; i < count; i++)
    sum += (double) x[i];
  for (int k = 0; k < SUM_LANES; k++)
    sum += (double) lane[k];
  return sum;
}

static void
add_weighted (float *restrict sum, const float *restrict x, float weight, size_t count)
{
  if (weight != 0.0f)
    for (size_t i = 0; i < count; i++)
      sum[i] += x[i] * weight;
}

static const float *
band_of (const tile *self, int band)
{
  return self->view + (size_t) band * self->pixels + self->at;
}

/* The luma of a photograph in one go, which is what nearly all views are. */
static void
find_luma (const tile *self)
{
  const float *restrict r = band_of (self, 0), *restrict g = band_of (self, 1),
                        *restrict b = band_of (self, 2);
  const float *weight = self->bands->weight;
  float *restrict grey = self->common;

  for (size_t i = 0; i < self->count; i++)
    grey[i] = weight[0] * r[i] + weight[1] * g[i] + weight[2] * b[i];
}

static void
find_greys (const tile *self)
{
  const pk_bands *bands = self->bands;

  if (bands->bands == 3 && bands->groups == 1)
    {
      find_luma (self);
      return;
    }
  for (int group = 0; group < bands->groups; group++)
    memset (self->common + (size_t) group * self->stride, 0,
            self->count * sizeof (float));
  for (int band = 0; band < bands->bands; band++)
    if (bands->group[band] != PK_NO_GROUP)
      add_weighted (self->common + (size_t) bands->group[band] * self->stride,
                    band_of (self, band), bands->weight[band], self->count);
}

static void
turn_hues (float *restrict r, float *restrict g, float *restrict b, size_t count,
           float sixths)
{
  for (size_t i = 0; i < count; i++)
    {
      float red = r[i], green = g[i], blue = b[i];

      pk_turn_hue (&red, &green, &blue, sixths);
      r[i] = red;
      g[i] = green;
      b[i] = blue;
    }
}

/* Three primaries in place of red, green and blue: what they move by, for the bands. */
static void
find_moves (const tile *self, float sixths)
{
  float *a = self->common, *b = a + self->stride, *c = b + self->stride;

  for (int k = 0; k < 3; k++)
    {
      memset (a + (size_t) k * self->stride, 0, self->count * sizeof (float));
      for (int band = 0; band < self->bands->bands; band++)
        add_weighted (a + (size_t) k * self->stride, band_of (self, band),
                      self->bands->primary[band][k], self->count);
    }
  for (size_t i = 0; i < self->count; i++)
    {
      float red = a[i], green = b[i], blue = c[i];

      pk_turn_hue (&red, &green, &blue, sixths);
      a[i] = red - a[i];
      b[i] = green - b[i];
      c[i] = blue - c[i];
    }
}

/* What a step needs to know of all bands before it is done to each. */
static void
look_around (const tile *self, const pk_colour_step *step)
{
  const pk_bands *bands = self->bands;

  if (step->kind == PK_COLOUR_SATURATION || step->kind == PK_COLOUR_GREY)
    find_greys (self);
  else if (step->kind == PK_COLOUR_HUE && bands->primary != NULL)
    find_moves (self, step->factor * 6.0f);
  else if (step->kind == PK_COLOUR_HUE)
    for (int t = 0; t < bands->triples; t++)
      turn_hues ((float *) band_of (self, bands->triple[t][0]),
                 (float *) band_of (self, bands->triple[t][1]),
                 (float *) band_of (self, bands->triple[t][2]), self->count,
                 step->factor * 6.0f);
}

/* Steps that need not look around again, done to all bands of the tile. */
static void
run_on_bands (const tile *self, const pk_colour_step *steps, int n_steps)
{
  for (int band = 0; band < self->bands->bands; band++)
    for (size_t done = 0; done < self->count; done += PK_BLOCK)
      {
        size_t left = self->count - done;
        pk_block block = { .x = (float *) band_of (self, band) + done,
                           .count = left < PK_BLOCK ? (int) left : PK_BLOCK,
                           .band = band,
                           .at = self->at + done,
                           .pixels = self->pixels,
                           .bands = self->bands,
                           .grey = self->common + done,
                           .grey_stride = self->stride };

        PK_NAMED (pk_block_steps) (&block, steps, n_steps);
      }
}

static int
looks_around (pk_colour_kind kind)
{
  return kind == PK_COLOUR_SATURATION || kind == PK_COLOUR_GREY || kind == PK_COLOUR_HUE;
}

static void
run_tile (const tile *self, const pk_colour_step *steps, int n_steps)
{
  for (int s = 0; s < n_steps;)
    {
      int end = s + 1;

      look_around (self, &steps[s]);
      while (end < n_steps && !looks_around (steps[end].kind))
        end++;
      run_on_bands (self, steps + s, end - s);
      s = end;
    }
}

/* Adds the tile's greys to sums of the whole view, one for each group. */
static void
add_sums (const tile *self, double *sum)
{
  const pk_bands *bands = self->bands;

  for (int band = 0; band < bands->bands; band++)
    if (bands->group[band] != PK_NO_GROUP)
      for (size_t done = 0; done < self->count; done += PK_BLOCK)
        {
          size_t left = self->count - done;

          sum[bands->group[band]] += (double) bands->weight[band]
                                     * sum_up (band_of (self, band) + done,
                                               left < PK_BLOCK ? (int) left : PK_BLOCK);
        }
}

/* The steps over all pixels; @mean (may be NULL): the mean greys that they leave. */
static void
run_pass (const pk_colour_step *steps, int n_steps, float *view, const pk_bands *bands,
          size_t count, float *planes, float *mean)
{
  float near[PK_GROUPS * PK_BLOCK];
  int few = bands->bands <= PK_FEW_BANDS;
  size_t step = few ? PK_BLOCK : count;
  double sum[PK_GROUPS] = { 0 };

  for (size_t done = 0; done < count; done += step)
    {
      tile self = { .view = view,
                    .bands = bands,
                    .at = done,
                    .count = count - done < step ? count - done : step,
                    .pixels = count,
                    .common = few ? near : planes,
                    .stride = step };

      run_tile (&self, steps, n_steps);
      if (mean != NULL)
        add_sums (&self, sum);
    }
  if (mean != NULL)
    for (int group = 0; group < bands->groups; group++)
      mean[group] = (float) (sum[group] / (double) count);
}

void
PK_NAMED (pk_colour) (float *view, const pk_bands *bands, size_t count,
                      pk_colour_step *steps, int n_steps, float *planes)
{
  int first = 0;

  for (int s = 0; s < n_steps; s++)
    if (steps[s].kind == PK_COLOUR_CONTRAST)
      {
        run_pass (steps + first, s - first, view, bands, count, planes, steps[s].mean);
        first = s;
      }
  if (first < n_steps)
    run_pass (steps + first, n_steps - first, view, bands, count, planes, NULL);
}

void
PK_NAMED (pk_colour_of_bands) (float *view, const pk_bands *bands, int first, int n,
                               size_t count, const pk_colour_step *steps, int n_steps)
{
  for (int band = 0; band < n; band++)
    for (size_t done = 0; done < count; done += PK_BLOCK)
      {
        pk_block block
            = { .x = view + (size_t) band * count + done,
                .count = count - done < PK_BLOCK ? (int) (count - done) : PK_BLOCK,
                .band = first + band,
                .at = done,
                .pixels = count,
                .bands = bands };

        PK_NAMED (pk_block_steps) (&block, steps, n_steps);
      }
}
