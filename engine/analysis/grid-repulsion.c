/* grid-repulsion.c - the pushes between all points of a flat map, by a convolution
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Points are spread on a grid with cubic B-splines, the grid is convolved with the kernel
 * 1 / (1 + d^2) by Fourier transforms, and potential and gradient are read off the result
 * with the same splines and their derivatives. Linderman, Rachh, Hoskins, Steinerberger
 * and Kluger 2019 (FIt-SNE, doi:10.1038/s41592-018-0308-4) convolve four charges with a
 * kernel for the pushes; as these are the gradient of the potential one charge is enough,
 * which is how Essmann et al. 1995 (doi:10.1063/1.470117) compute the forces in crystals.
 *
 * The grid is padded to twice its side, so that what leaves on the right does not come in
 * on the left. Dividing the kernel's transform by that of the splines, twice, makes the
 * spread kernel pass through the true values at the nodes.
 *
 * Rows of the grid are spread by stripes, each of which takes the points near it in their
 * order; so the sums are the same for any number of threads.
 */
#include "engine/analysis/repulsion.h"

#include <string.h>

#include "engine/analysis/map-forces.h"

#define LANES PHENO_FOURIER_LANES
#define WIDEST 0.5 /* of a cell: the kernel has width 1 */
#define NARROWEST                                                                        \
  (1.0 / 8)             /* below, float's rounding of the potential shows in its slope */
#define LEAST_CELLS 32  /* across a map that is small yet */
#define STRIPE 32       /* rows of the grid of one task: as many as a transform takes */
#define POINTS 2048     /* of one task */
#define MOST_SIDE 16384 /* of the padded grid: 1 GB each for two planes */

struct _PhenoGridRepulsion
{
  gsize rows;
  int threads;
  const pheno_map_forces *forces;

  int side, cells; /* of the padded grid, and those that points may be on */
  double cell;     /* width of one */
  double origin[2];
  float *roots;   /* (side, 2) */
  float *kernel;  /* (side / 2 + 1 rounded up to lanes, side): transform, by columns */
  gsize columns;  /* of the spectrum, rounded up to lanes */
  float *grid;    /* (cells, cells): charges, then the potential */
  float *re, *im; /* (cells, columns): transforms of the rows */

  const float *places;
  float *push;
  int *in_row;     /* (cells + 1): where each row's points begin */
  int *order;      /* (N): points by the row of the grid */
  double *partial; /* potential of each task's points */
};

PhenoGridRepulsion *
pheno_grid_repulsion_new (gsize rows, int threads)
{
  PhenoGridRepulsion *self = g_new0 (PhenoGridRepulsion, 1);

  self->rows = rows;
  self->threads = threads;
  self->forces = pheno_map_forces_get ();
  self->order = g_new (int, rows);
  self->partial = g_new (double, rows / POINTS + 1);
  return self;
}

static void
forget_grid (PhenoGridRepulsion *self)
{
  g_clear_pointer (&self->roots, g_free);
  g_clear_pointer (&self->kernel, g_free);
  g_clear_pointer (&self->grid, g_free);
  g_clear_pointer (&self->re, g_free);
  g_clear_pointer (&self->im, g_free);
  g_clear_pointer (&self->in_row, g_free);
}

void
pheno_grid_repulsion_free (PhenoGridRepulsion *self)
{
  if (self == NULL)
    return;
  forget_grid (self);
  g_free (self->order);
  g_free (self->partial);
  g_free (self);
}

/* The next number that is made of 2, 3 and 5, and even. */
static int
fast_size (int least)
{
  for (int size = least + least % 2;; size += 2)
    {
      int rest = size;

      while (rest % 2 == 0)
        rest /= 2;
      while (rest % 3 == 0)
        rest /= 3;
      while (rest % 5 == 0)
        rest /= 5;
      if (rest == 1)
        return size;
    }
}

static float *
roots_of (int n)
{
  float *roots = g_new (float, 2 * (gsize) n);

  for (int i = 0; i < n; i++)
    {
      roots[2 * i] = (float) cos (2 * G_PI * i / n);
      roots[2 * i + 1] = (float) -sin (2 * G_PI * i / n);
    }
  return roots;
}

/* Transform of the cubic spline's values 1/6, 2/3, 1/6. */
static double
spline_transform (int frequency, int side)
{
  return (2 + cos (2 * G_PI * frequency / side)) / 3;
}

/* The kernel is even in both directions, so its transform is real, and a cosine transform
 * of one row of frequencies after the other; by the same passes as the charges. */
static void
transform_kernel (PhenoGridRepulsion *self)
{
  int side = self->side;
  gsize columns = self->columns;
  g_autofree float *rows = g_new0 (float, (gsize) side *columns);
  g_autofree float *data = g_new (float, 2 * LANES * (gsize) side);
  g_autofree float *work = g_new (float, 2 * LANES * (gsize) side);

  for (int from = 0; from <= side / 2; from += LANES)
    {
      for (int x = 0; x < side; x++)
        for (int l = 0; l < LANES; l++)
          {
            double dx = self->cell * MIN (x, side - x), dy = self->cell * (from + l);

            data[(2 * x) * LANES + l] = (float) (1 / (1 + dx * dx + dy * dy));
            data[(2 * x + 1) * LANES + l] = 0;
          }
      self->forces->fourier (data, work, side, self->roots);
      for (int l = 0; l < LANES && from + l <= side / 2; l++)
        for (gsize k = 0; k <= (gsize) side / 2; k++)
          {
            float value = data[(2 * k) * LANES + (gsize) l];

            rows[(gsize) (from + l) * columns + k] = value;
            if (from + l > 0)
              rows[(gsize) (side - from - l) * columns + k] = value;
          }
    }
  for (gsize from = 0; from < columns; from += LANES)
    {
      for (int y = 0; y < side; y++)
        {
          memcpy (data + 2 * y * LANES, rows + (gsize) y * columns + from,
                  LANES * sizeof (float));
          memset (data + (2 * y + 1) * LANES, 0, LANES * sizeof (float));
        }
      self->forces->fourier (data, work, side, self->roots);
      for (int y = 0; y < side; y++)
        for (int l = 0; l < LANES; l++)
          {
            double spline
                = spline_transform (y, side) * spline_transform ((int) from + l, side);

            self->kernel[(from * (gsize) side) + (gsize) y * LANES + (gsize) l]
                = (float) (data[2 * y * LANES + l]
                           / (spline * spline * side * (double) side));
          }
    }
}

/* A grid that has room for the map, and some to grow. */
static void
fit_grid (PhenoGridRepulsion *self)
{
  double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY }, span;
  double cell = WIDEST;
  int cells;

  for (gsize row = 0; row < self->rows; row++)
    for (int axis = 0; axis < 2; axis++)
      {
        low[axis] = MIN (low[axis], self->places[2 * row + (gsize) axis]);
        high[axis] = MAX (high[axis], self->places[2 * row + (gsize) axis]);
      }
  span = MAX (MAX (high[0] - low[0], high[1] - low[1]), 1e-6);
  while (span / cell < LEAST_CELLS && cell > NARROWEST)
    cell /= 2;
  while (2 * (span / cell + 8) > MOST_SIDE)
    cell *= 2;

  cells = MAX ((int) (span / cell) + 5, LEAST_CELLS);
  if (cell != self->cell || cells > self->cells || cells < self->cells * 4 / 5)
    {
      forget_grid (self);
      self->cell = cell;
      self->side = fast_size (2 * (cells + 4) + cells / 10);
      self->cells = self->side / 2 - 4;
      self->columns = (gsize) ((self->side / 2 + 1 + LANES - 1) / LANES * LANES);
      self->roots = roots_of (self->side);
      self->kernel = g_new0 (float, self->columns *(gsize) self->side);
      self->grid = g_new (float, (gsize) self->cells *(gsize) self->cells);
      self->re = g_new0 (float, (gsize) self->cells * self->columns);
      self->im = g_new0 (float, (gsize) self->cells * self->columns);
      self->in_row = g_new (int, self->cells + 1);
      transform_kernel (self);
    }
  for (int axis = 0; axis < 2; axis++)
    self->origin[axis]
        = (low[axis] + high[axis]) / 2 - self->cell * (self->cells - 1) / 2.0;
}

/* The first of the four nodes around a point, and the spline's values at them. */
static inline int
node_of (const PhenoGridRepulsion *self, gsize row, int axis, float weight[4],
         float *share)
{
  double at = (self->places[2 * row + (gsize) axis] - self->origin[axis]) / self->cell;
  int node = CLAMP ((int) floor (at), 1, self->cells - 3);

  *share = (float) (at - node);
  pheno_spline (*share, weight);
  return node - 1;
}

/* Points by the row of the grid at which their four nodes begin. */
static void
sort_points (PhenoGridRepulsion *self)
{
  g_autofree int *at = g_new (int, self->cells + 1);
  g_autofree int *node = g_new (int, self->rows);
  float weight[4], share;

  memset (self->in_row, 0, ((gsize) self->cells + 1) * sizeof (int));
  for (gsize row = 0; row < self->rows; row++)
    {
      node[row] = node_of (self, row, 1, weight, &share);
      self->in_row[node[row] + 1]++;
    }
  for (int y = 0; y < self->cells; y++)
    self->in_row[y + 1] += self->in_row[y];
  memcpy (at, self->in_row, ((gsize) self->cells + 1) * sizeof (int));
  for (gsize row = 0; row < self->rows; row++)
    self->order[at[node[row]]++] = (int) row;
}

static void
spread_stripe (const PhenoGridRepulsion *self, int from, int to)
{
  int cells = self->cells;

  memset (self->grid + (gsize) from * (gsize) cells, 0,
          (gsize) (to - from) * (gsize) cells * sizeof (float));
  for (int at = self->in_row[MAX (from - 3, 0)]; at < self->in_row[to]; at++)
    {
      gsize row = (gsize) self->order[at];
      float across[4], along[4], share;
      int x = node_of (self, row, 0, across, &share);
      int y = node_of (self, row, 1, along, &share);

      for (int j = MAX (0, from - y); j < MIN (4, to - y); j++)
        for (int i = 0; i < 4; i++)
          self->grid[(gsize) (y + j) * (gsize) cells + (gsize) (x + i)]
              += along[j] * across[i];
    }
}

/* Two rows are the real and the imaginary part of one transform, from which those of
 * both are told apart. */
static void
forward_rows (gsize task, gpointer data)
{
  PhenoGridRepulsion *self = data;
  gsize side = (gsize) self->side, cells = (gsize) self->cells, columns = self->columns;
  gsize from = task * STRIPE, count = MIN (STRIPE, cells - from);
  g_autofree float *numbers = g_new0 (float, 2 * LANES * side);
  g_autofree float *work = g_new (float, 2 * LANES * side);

  spread_stripe (self, (int) from, (int) (from + count));
  for (gsize row = 0; row < count; row++)
    for (gsize x = 0; x < cells; x++)
      numbers[(2 * x + row % 2) * LANES + row / 2] = self->grid[(from + row) * cells + x];
  self->forces->fourier (numbers, work, self->side, self->roots);

  for (gsize row = 0; row < count; row++)
    {
      float *re = self->re + (from + row) * columns,
            *im = self->im + (from + row) * columns;
      gsize l = row / 2;

      for (gsize k = 0; k <= side / 2; k++)
        {
          gsize back = k == 0 ? 0 : side - k;
          float a = numbers[2 * k * LANES + l], b = numbers[(2 * k + 1) * LANES + l];
          float c = numbers[2 * back * LANES + l],
                d = numbers[(2 * back + 1) * LANES + l];

          re[k] = row % 2 == 0 ? (a + c) / 2 : (b + d) / 2;
          im[k] = row % 2 == 0 ? (b - d) / 2 : (c - a) / 2;
        }
    }
}

/* Columns: there, times the kernel, and back. Backwards is forwards with real and
 * imaginary parts exchanged. */
static void
convolve_columns (gsize task, gpointer data)
{
  PhenoGridRepulsion *self = data;
  gsize side = (gsize) self->side, cells = (gsize) self->cells, columns = self->columns;
  gsize from = task * LANES;
  const float *kernel = self->kernel + from * side;
  g_autofree float *numbers = g_new0 (float, 2 * LANES * side);
  g_autofree float *work = g_new (float, 2 * LANES * side);

  for (gsize y = 0; y < cells; y++)
    {
      memcpy (numbers + 2 * y * LANES, self->re + y * columns + from,
              LANES * sizeof (float));
      memcpy (numbers + (2 * y + 1) * LANES, self->im + y * columns + from,
              LANES * sizeof (float));
    }
  self->forces->fourier (numbers, work, self->side, self->roots);
  for (gsize y = 0; y < side; y++)
    for (gsize l = 0; l < LANES; l++)
      {
        float by = kernel[y * LANES + l], re = numbers[2 * y * LANES + l];

        numbers[2 * y * LANES + l] = numbers[(2 * y + 1) * LANES + l] * by;
        numbers[(2 * y + 1) * LANES + l] = re * by;
      }
  self->forces->fourier (numbers, work, self->side, self->roots);
  for (gsize y = 0; y < cells; y++)
    {
      memcpy (self->im + y * columns + from, numbers + 2 * y * LANES,
              LANES * sizeof (float));
      memcpy (self->re + y * columns + from, numbers + (2 * y + 1) * LANES,
              LANES * sizeof (float));
    }
}

static void
backward_rows (gsize task, gpointer data)
{
  PhenoGridRepulsion *self = data;
  gsize side = (gsize) self->side, cells = (gsize) self->cells, columns = self->columns;
  gsize from = task * STRIPE, count = MIN (STRIPE, cells - from);
  g_autofree float *numbers = g_new0 (float, 2 * LANES * side);
  g_autofree float *work = g_new (float, 2 * LANES * side);

  /* a + i b of the rows' spectra, imaginary part first. */
  for (gsize l = 0; l < (count + 1) / 2; l++)
    {
      const float *re = self->re + (from + 2 * l) * columns;
      const float *im = self->im + (from + 2 * l) * columns;
      gboolean has_second = 2 * l + 1 < count;

      for (gsize k = 0; k <= side / 2; k++)
        {
          float c = has_second ? re[columns + k] : 0,
                d = has_second ? im[columns + k] : 0;
          gsize back = side - k;

          numbers[2 * k * LANES + l] = im[k] + c;
          numbers[(2 * k + 1) * LANES + l] = re[k] - d;
          if (k > 0 && back > side / 2)
            {
              numbers[2 * back * LANES + l] = c - im[k];
              numbers[(2 * back + 1) * LANES + l] = re[k] + d;
            }
        }
    }
  self->forces->fourier (numbers, work, self->side, self->roots);
  for (gsize row = 0; row < count; row++)
    for (gsize x = 0; x < cells; x++)
      self->grid[(from + row) * cells + x]
          = numbers[(2 * x + 1 - row % 2) * LANES + row / 2];
}

/* Derivatives of the spline's values at the nodes, by the share of a cell. */
static inline void
spline_slope (float u, float slope[4])
{
  float v = 1 - u;

  slope[0] = -v * v / 2;
  slope[1] = (3 * u * u - 4 * u) / 2;
  slope[2] = (-3 * v * v + 4 * v) / 2;
  slope[3] = u * u / 2;
}

/* Points in the order of the grid, so that neighbours read the same nodes. */
static void
read_points (gsize task, gpointer data)
{
  PhenoGridRepulsion *self = data;
  gsize cells = (gsize) self->cells, to = MIN ((task + 1) * POINTS, self->rows);
  double all = 0;

  for (gsize at = task * POINTS; at < to; at++)
    {
      gsize row = (gsize) self->order[at];
      float across[4], along[4], slope_x[4], slope_y[4], u, v;
      int x = node_of (self, row, 0, across, &u), y = node_of (self, row, 1, along, &v);
      const float *node = self->grid + (gsize) y * cells + (gsize) x;
      float potential = 0, gradient_x = 0, gradient_y = 0;

      spline_slope (u, slope_x);
      spline_slope (v, slope_y);
      for (int j = 0; j < 4; j++, node += cells)
        {
          float value = 0, slope = 0;

          for (int i = 0; i < 4; i++)
            {
              value += across[i] * node[i];
              slope += slope_x[i] * node[i];
            }
          potential += along[j] * value;
          gradient_x += along[j] * slope;
          gradient_y += slope_y[j] * value;
        }
      all += (double) potential - 1; /* its own */
      self->push[2 * row] = (float) (-gradient_x / 2 / self->cell);
      self->push[2 * row + 1] = (float) (-gradient_y / 2 / self->cell);
    }
  self->partial[task] = all;
}

double
pheno_grid_repulsion (PhenoGridRepulsion *self, const float *places, float *push)
{
  gsize stripes, tasks = (self->rows + POINTS - 1) / POINTS;
  double all = 0;

  self->places = places;
  self->push = push;
  fit_grid (self);
  sort_points (self);
  stripes = ((gsize) self->cells + STRIPE - 1) / STRIPE;
  pheno_analysis_run (stripes, self->threads, forward_rows, self, NULL, NULL);
  pheno_analysis_run (self->columns / LANES, self->threads, convolve_columns, self, NULL,
                      NULL);
  pheno_analysis_run (stripes, self->threads, backward_rows, self, NULL, NULL);
  pheno_analysis_run (tasks, self->threads, read_points, self, NULL, NULL);
  for (gsize task = 0; task < tasks; task++)
    all += self->partial[task];
  return all;
}
