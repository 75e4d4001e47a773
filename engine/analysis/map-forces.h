/* map-forces.h - the inner loops of maps and permutations, compiled for several
 * instruction sets
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Plain C without GLib, like the kernels. Places are (N, axes) with axes of 2 or 3. All
 * read places and write what belongs to the rows from @from to @to - 1 alone, in a fixed
 * order: what comes out does not depend on who computes which rows.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * pheno_attraction:
 * @force: (N, axes): for each row i the sum over its edges of w (y_i - y_j) / (1 + d^2)
 */
typedef struct
{
  const float *places;
  const size_t *start;
  const int *index;
  const float *weight;
  int axes;
  float *force;
} pheno_attraction;

/* Values of a function of d^2 by its float's exponent and first 6 bits, then linearly. */
#define PHENO_CURVE_LOW (-24) /* exponents */
#define PHENO_CURVE_HIGH 24
#define PHENO_CURVE_SIZE ((PHENO_CURVE_HIGH - PHENO_CURVE_LOW) * 64 + 2)

/**
 * pheno_umap_step: one wave of one epoch
 * @order: rows of the wave: @from and @to count in here
 * @rate: (start[N]): how often an edge is drawn in an epoch, 0 to 1
 * @epoch: from 0; @alpha: length of steps
 * @attract, @repel: PHENO_CURVE_SIZE: what (y_i - y_j) is multiplied by
 * @next: (N, axes): new places, of the rows of the wave alone
 */
typedef struct
{
  const float *places;
  const int *order;
  size_t rows;
  const size_t *start;
  const int *index;
  const float *rate;
  int axes, negatives;
  unsigned epoch;
  uint64_t seed;
  float alpha;
  const float *attract, *repel;
  float *next;
} pheno_umap_step;

/* The cubic B-spline at the four nodes around a point that lies @u behind the second. */
static inline void
pheno_spline (float u, float weight[4])
{
  float v = 1 - u;

  weight[0] = v * v * v * (1.0f / 6);
  weight[1] = (3 * u * u * u - 6 * u * u + 4) * (1.0f / 6);
  weight[2] = (3 * v * v * v - 6 * v * v + 4) * (1.0f / 6);
  weight[3] = u * u * u * (1.0f / 6);
}

typedef struct
{
  void (*attract) (const pheno_attraction *self, size_t from, size_t to);
  void (*umap) (const pheno_umap_step *self, size_t from, size_t to);
  /* PHENO_FOURIER_LANES transforms of @n complex numbers at once: the real parts of the
   * first numbers of all, their imaginary parts, the real parts of the second ... @n is
   * made of 2, 3 and 5; @roots: (n, 2): cosine and sine of -2 pi i / n; @work: as large
   * as
   * @data, in which the result stands. */
  void (*fourier) (float *data, float *work, int n, const float *roots);
  /* Sum of the @values whose label is @own. */
  float (*sum_of_group) (const float *values, const int *labels, int own, size_t count);
} pheno_map_forces;

#define PHENO_FOURIER_LANES 16

/* The best that this machine can do. */
const pheno_map_forces *pheno_map_forces_get (void);
