/* map-forces.c - the inner loops of the maps
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Compiled once for each instruction set, with PHENO_VARIANT as its name.
 */
#include "engine/analysis/map-forces.h"

#include <math.h>
#include <string.h>

#include "kernels/random.h"

#define LANES 16
#define MOST_AXES 3
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_ (a, b)

/* Sixteen edges at a time; the sums of the lanes are added at the end, always alike. */
static inline __attribute__ ((always_inline)) void
attract_row (const pheno_attraction *self, size_t row, const int axes)
{
  const float *places = self->places, *own = places + row * axes;
  size_t edge = self->start[row], end = self->start[row + 1];
  float sum[MOST_AXES][LANES] = { 0 };

  for (; edge < end; edge += LANES)
    {
      int count = end - edge < LANES ? (int) (end - edge) : LANES;
      int index[LANES];
      float weight[LANES], difference[MOST_AXES][LANES], square[LANES];

      for (int l = 0; l < LANES; l++)
        {
          index[l] = l < count ? self->index[edge + l] : (int) row;
          weight[l] = l < count ? self->weight[edge + l] : 0;
          square[l] = 1;
        }
      for (int axis = 0; axis < axes; axis++)
        for (int l = 0; l < LANES; l++)
          {
            difference[axis][l] = own[axis] - places[(ptrdiff_t) index[l] * axes + axis];
            square[l] += difference[axis][l] * difference[axis][l];
          }
      for (int l = 0; l < LANES; l++)
        weight[l] /= square[l];
      for (int axis = 0; axis < axes; axis++)
        for (int l = 0; l < LANES; l++)
          sum[axis][l] += weight[l] * difference[axis][l];
    }
  for (int axis = 0; axis < axes; axis++)
    {
      float all = 0;

      for (int l = 0; l < LANES; l++)
        all += sum[axis][l];
      self->force[row * axes + axis] = all;
    }
}

static void
attract (const pheno_attraction *self, size_t from, size_t to)
{
  if (self->axes == 2)
    for (size_t row = from; row < to; row++)
      attract_row (self, row, 2);
  else
    for (size_t row = from; row < to; row++)
      attract_row (self, row, 3);
}

static inline float
curve_at (const float *curve, float square)
{
  const float low = 0x1p-24f, high = 0x1.fffp23f;
  uint32_t bits, at;
  float share;

  square = square < low ? low : square > high ? high : square;
  memcpy (&bits, &square, sizeof bits);
  at = (bits >> 17) - ((127 + PHENO_CURVE_LOW) << 6);
  share = (float) (bits & 0x1ffff) * 0x1p-17f;
  return curve[at] + share * (curve[at + 1] - curve[at]);
}

static inline float
clipped (float step)
{
  return step < -4 ? -4 : step > 4 ? 4 : step;
}

/* One step towards the other end of an edge. */
static inline __attribute__ ((always_inline)) void
umap_pull (const pheno_umap_step *self, float *own, const float *other, const int axes)
{
  float difference[MOST_AXES], square = 0, factor;

  for (int axis = 0; axis < axes; axis++)
    {
      difference[axis] = own[axis] - other[axis];
      square += difference[axis] * difference[axis];
    }
  if (square == 0)
    return;
  factor = curve_at (self->attract, square);
  for (int axis = 0; axis < axes; axis++)
    own[axis] += self->alpha * clipped (factor * difference[axis]);
}

static inline __attribute__ ((always_inline)) void
umap_push (const pheno_umap_step *self, float *own, uint64_t *state, const int axes)
{
  float sum[MOST_AXES] = { 0 };

  for (int n = 0; n < self->negatives; n++)
    {
      float difference[MOST_AXES], square = 0, factor;
      const float *other;

      *state = *state * 6364136223846793005u + 1442695040888963407u;
      other = self->places + ((*state >> 32) * self->rows >> 32) * axes;
      for (int axis = 0; axis < axes; axis++)
        {
          difference[axis] = own[axis] - other[axis];
          square += difference[axis] * difference[axis];
        }
      factor = curve_at (self->repel, square);
      for (int axis = 0; axis < axes; axis++)
        sum[axis] += clipped (factor * difference[axis]);
    }
  for (int axis = 0; axis < axes; axis++)
    own[axis] += self->alpha * sum[axis];
}

/* Whether an edge is drawn in this epoch: @rate of all epochs, evenly; @phase: 0 to 1. */
static inline int
is_drawn (const pheno_umap_step *self, float rate, float phase)
{
  float now = (float) self->epoch;

  return (int) ((now + 1) * rate + phase) != (int) (now * rate + phase);
}

/* Both ends of an edge move in the usual algorithm, and each edge is in the list of both:
 * so a row is pulled twice, once when the other end is moved, at half of the time between
 * two draws, and once when it is moved itself, when it also pushes. Pushes come last:
 * when pulls do, groups shrink to where their order is lost. */
static inline __attribute__ ((always_inline)) void
umap_row (const pheno_umap_step *self, size_t row, const int axes)
{
  float own[MOST_AXES];
  pk_random4 counter = { { (uint32_t) row, (uint32_t) ((uint64_t) row >> 32), self->epoch,
                           0x756d6170 /* "umap" */ } };
  pk_random4 random = pk_philox (counter, self->seed);
  /* Each row and epoch has a stream of its own, which begins at its address. */
  uint64_t state = (uint64_t) random.word[0] << 32 | random.word[1];

  for (int axis = 0; axis < axes; axis++)
    own[axis] = self->places[row * axes + axis];
  for (size_t edge = self->start[row]; edge < self->start[row + 1]; edge++)
    if (is_drawn (self, self->rate[edge], 0.5f))
      umap_pull (self, own, self->places + (ptrdiff_t) self->index[edge] * axes, axes);
  for (size_t edge = self->start[row]; edge < self->start[row + 1]; edge++)
    if (is_drawn (self, self->rate[edge], 0))
      {
        umap_pull (self, own, self->places + (ptrdiff_t) self->index[edge] * axes, axes);
        umap_push (self, own, &state, axes);
      }
  for (int axis = 0; axis < axes; axis++)
    self->next[row * axes + axis] = own[axis];
}

static void
umap (const pheno_umap_step *self, size_t from, size_t to)
{
  if (self->axes == 2)
    for (size_t at = from; at < to; at++)
      umap_row (self, (size_t) self->order[at], 2);
  else
    for (size_t at = from; at < to; at++)
      umap_row (self, (size_t) self->order[at], 3);
}

/* Sixteen numbers at once, of as many transforms. */
typedef float Lane __attribute__ ((vector_size (4 * PHENO_FOURIER_LANES), aligned (4)));
typedef struct
{
  Lane re, im;
} Number;

static inline Number
plus (Number a, Number b)
{
  return (Number){ a.re + b.re, a.im + b.im };
}

static inline Number
minus (Number a, Number b)
{
  return (Number){ a.re - b.re, a.im - b.im };
}

static inline Number
turned (Number a, float re, float im)
{
  return (Number){ a.re * re - a.im * im, a.re * im + a.im * re };
}

/* a + i b and a - i b */
static inline Number
plus_turned (Number a, Number b)
{
  return (Number){ a.re - b.im, a.im + b.re };
}

static inline Number
minus_turned (Number a, Number b)
{
  return (Number){ a.re + b.im, a.im - b.re };
}

static inline Number
scaled (Number a, float by)
{
  return (Number){ a.re * by, a.im * by };
}

/* The transform of length @radix of in[0], in[step] ... */
static inline __attribute__ ((always_inline)) void
butterfly (const Number *in, size_t step, Number *out, const int radix)
{
  if (radix == 2)
    {
      out[0] = plus (in[0], in[step]);
      out[1] = minus (in[0], in[step]);
    }
  else if (radix == 3)
    {
      Number sum = plus (in[step], in[2 * step]);
      Number across = scaled (minus (in[step], in[2 * step]), 0.8660254037844386f);
      Number middle = plus (in[0], scaled (sum, -0.5f));

      out[0] = plus (in[0], sum);
      out[1] = minus_turned (middle, across);
      out[2] = plus_turned (middle, across);
    }
  else if (radix == 4)
    {
      Number a = plus (in[0], in[2 * step]), b = minus (in[0], in[2 * step]);
      Number c = plus (in[step], in[3 * step]), d = minus (in[step], in[3 * step]);

      out[0] = plus (a, c);
      out[1] = minus_turned (b, d);
      out[2] = minus (a, c);
      out[3] = plus_turned (b, d);
    }
  else
    {
      const float cos1 = 0.30901699437494745f, cos2 = -0.8090169943749475f;
      const float sin1 = 0.9510565162951535f, sin2 = 0.5877852522924731f;
      Number a = plus (in[step], in[4 * step]), b = plus (in[2 * step], in[3 * step]);
      Number c = minus (in[step], in[4 * step]), d = minus (in[2 * step], in[3 * step]);
      Number e = plus (in[0], plus (scaled (a, cos1), scaled (b, cos2)));
      Number f = plus (in[0], plus (scaled (a, cos2), scaled (b, cos1)));
      Number g = plus (scaled (c, sin1), scaled (d, sin2));
      Number h = minus (scaled (c, sin2), scaled (d, sin1));

      out[0] = plus (in[0], plus (a, b));
      out[1] = minus_turned (e, g);
      out[2] = minus_turned (f, h);
      out[3] = plus_turned (f, h);
      out[4] = plus_turned (e, g);
    }
}

/* One pass of Stockham's transform, which leaves all in order without turning bits. */
static inline __attribute__ ((always_inline)) void
pass (const Number *in, Number *out, int length, size_t stride, const float *roots,
      const int radix)
{
  int part = length / radix;

  for (int p = 0; p < part; p++)
    for (size_t q = 0; q < stride; q++)
      {
        Number *at = out + q + stride * (size_t) (radix * p);
        Number sum[5];

        butterfly (in + q + stride * (size_t) p, stride * (size_t) part, sum, radix);
        at[0] = sum[0];
        for (int j = 1; j < radix; j++)
          {
            const float *root = roots + 2 * ((size_t) p * (size_t) j * stride);

            at[stride * (size_t) j] = turned (sum[j], root[0], root[1]);
          }
      }
}

static void
fourier (float *data, float *work, int n, const float *roots)
{
  Number *in = (Number *) data, *out = (Number *) work;
  size_t stride = 1;

  for (int length = n; length > 1;)
    {
      int radix = length % 4 == 0 ? 4 : length % 2 == 0 ? 2 : length % 3 == 0 ? 3 : 5;
      Number *swap = in;

      if (radix == 4)
        pass (in, out, length, stride, roots, 4);
      else if (radix == 2)
        pass (in, out, length, stride, roots, 2);
      else if (radix == 3)
        pass (in, out, length, stride, roots, 3);
      else
        pass (in, out, length, stride, roots, 5);
      length /= radix;
      stride *= (size_t) radix;
      in = out;
      out = swap;
    }
  if (in != (Number *) data)
    memcpy (data, in, (size_t) n * sizeof (Number));
}

static float
sum_of_group (const float *values, const int *labels, int own, size_t count)
{
  float sum[4 * LANES] = { 0 }, all = 0;
  size_t i = 0;

  for (; i + 4 * LANES <= count; i += 4 * LANES)
    for (int l = 0; l < 4 * LANES; l++)
      sum[l] += labels[i + l] == own ? values[i + l] : 0;
  for (; i < count; i++)
    sum[i % LANES] += labels[i] == own ? values[i] : 0;
  for (int l = 0; l < 4 * LANES; l++)
    all += sum[l];
  return all;
}

/* The table of this instruction set. */
extern const pheno_map_forces JOIN (pheno_map_forces_, PHENO_VARIANT);
const pheno_map_forces JOIN (pheno_map_forces_, PHENO_VARIANT)
    = { attract, umap, fourier, sum_of_group };
