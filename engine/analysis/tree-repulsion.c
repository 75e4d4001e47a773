/* tree-repulsion.c - the pushes between all points of a map, by a tree of cells
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Barnes and Hut 1986 (doi:10.1038/324446a0); van der Maaten 2014, "Accelerating t-SNE
 * using tree-based algorithms". Points are sorted along a curve that fills the square or
 * cube (Morton), so that each cell is a run of points; the cells stand in the order of a
 * walk that looks into each, with the place where to go on when it does not:
 *
 *     cell      0   1   2   3   4 ...
 *     next     12   5   3   5   5       cell 1 holds cells 2, 3 and 4
 *
 * Each point's walk is its own, so the sums are the same for any number of threads.
 */
#include "engine/analysis/repulsion.h"

#include <stdlib.h>
#include <string.h>

#define LEAF 8   /* points that are not worth a cell of their own */
#define DEPTH 20 /* bits of a place along each axis */
#define MOST_AXES 3

typedef struct
{
  float middle[MOST_AXES]; /* of its points */
  float square;            /* of its width */
  int from, count, next;
  gboolean is_leaf;
} Cell;

typedef struct
{
  guint64 key;
  int row;
} Key;

struct _PhenoTreeRepulsion
{
  gsize rows;
  int axes, threads;
  double theta_square;
  double width; /* of the whole */
  Key *keys;
  float *sorted; /* (N, axes) */
  GArray *cells;

  float *push;
  double *partial;
};

PhenoTreeRepulsion *
pheno_tree_repulsion_new (gsize rows, int axes, double theta, int threads)
{
  PhenoTreeRepulsion *self = g_new0 (PhenoTreeRepulsion, 1);

  self->rows = rows;
  self->axes = axes;
  self->threads = threads;
  self->theta_square = theta * theta;
  self->keys = g_new (Key, rows);
  self->sorted = g_new (float, rows *(gsize) axes);
  self->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  self->partial = g_new (double, rows / PHENO_MAP_TASK + 1);
  return self;
}

void
pheno_tree_repulsion_free (PhenoTreeRepulsion *self)
{
  if (self == NULL)
    return;
  g_free (self->keys);
  g_free (self->sorted);
  g_array_unref (self->cells);
  g_free (self->partial);
  g_free (self);
}

static int
compare_keys (const void *a, const void *b)
{
  const Key *x = a, *y = b;

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

/* Bits of all axes taken in turn, the highest first. */
static void
sort_points (PhenoTreeRepulsion *self, const float *places)
{
  gsize axes = (gsize) self->axes;
  double low[MOST_AXES], high[MOST_AXES];

  for (gsize axis = 0; axis < axes; axis++)
    {
      low[axis] = high[axis] = places[axis];
      for (gsize row = 1; row < self->rows; row++)
        {
          low[axis] = MIN (low[axis], places[row * axes + axis]);
          high[axis] = MAX (high[axis], places[row * axes + axis]);
        }
    }
  self->width = 1e-12;
  for (gsize axis = 0; axis < axes; axis++)
    self->width = MAX (self->width, high[axis] - low[axis]);

  for (gsize row = 0; row < self->rows; row++)
    {
      guint64 key = 0;
      guint32 at[MOST_AXES];

      for (gsize axis = 0; axis < axes; axis++)
        at[axis] = (guint32) ((places[row * axes + axis] - low[axis]) / self->width
                              * ((1 << DEPTH) - 1));
      for (int bit = DEPTH - 1; bit >= 0; bit--)
        for (gsize axis = 0; axis < axes; axis++)
          key = key << 1 | (at[axis] >> bit & 1);
      self->keys[row] = (Key){ key, (int) row };
    }
  qsort (self->keys, self->rows, sizeof (Key), compare_keys);
  for (gsize i = 0; i < self->rows; i++)
    memcpy (self->sorted + i * axes, places + (gsize) self->keys[i].row * axes,
            axes * sizeof (float));
}

static void
add_cell (PhenoTreeRepulsion *self, int from, int count, int depth)
{
  gsize axes = (gsize) self->axes;
  double width = self->width / (1 << depth), sum[MOST_AXES] = { 0 };
  guint at = self->cells->len;
  Cell cell = { .from = from,
                .count = count,
                .square = (float) (width * width),
                .is_leaf = count <= LEAF || depth == DEPTH };

  for (int i = from; i < from + count; i++)
    for (gsize axis = 0; axis < axes; axis++)
      sum[axis] += self->sorted[(gsize) i * axes + axis];
  for (gsize axis = 0; axis < axes; axis++)
    cell.middle[axis] = (float) (sum[axis] / count);
  g_array_append_val (self->cells, cell);

  if (!cell.is_leaf)
    {
      guint shift = (guint) ((DEPTH - 1 - depth) * self->axes);

      for (int begin = from, end; begin < from + count; begin = end)
        {
          guint64 part = self->keys[begin].key >> shift;

          end = begin + 1;
          while (end < from + count && self->keys[end].key >> shift == part)
            end++;
          add_cell (self, begin, end - begin, depth + 1);
        }
    }
  g_array_index (self->cells, Cell, at).next = (int) self->cells->len;
}

static inline __attribute__ ((always_inline)) float
add_push (const float *own, const float *other, float times, double *push, const int axes)
{
  float difference[MOST_AXES], square = 1, potential;

  for (int axis = 0; axis < axes; axis++)
    {
      difference[axis] = own[axis] - other[axis];
      square += difference[axis] * difference[axis];
    }
  potential = times / square;
  for (int axis = 0; axis < axes; axis++)
    push[axis] += potential / square * difference[axis];
  return potential;
}

static inline __attribute__ ((always_inline)) double
walk (const PhenoTreeRepulsion *self, int at, double *push, const int axes)
{
  const Cell *cells = (const Cell *) self->cells->data;
  const float *own = self->sorted + (gsize) at * (gsize) axes;
  float theta_square = (float) self->theta_square;
  double all = 0;

  for (int c = 0, n = (int) self->cells->len; c < n;)
    {
      const Cell *cell = cells + c;
      float square = 0;

      if (cell->is_leaf)
        {
          for (int i = cell->from; i < cell->from + cell->count; i++)
            if (i != at)
              all += add_push (own, self->sorted + (gsize) i * (gsize) axes, 1, push,
                               axes);
          c = cell->next;
          continue;
        }
      for (int axis = 0; axis < axes; axis++)
        square += (own[axis] - cell->middle[axis]) * (own[axis] - cell->middle[axis]);
      if (cell->square < theta_square * square)
        {
          all += add_push (own, cell->middle, (float) cell->count, push, axes);
          c = cell->next;
        }
      else
        c++;
    }
  return all;
}

static void
push_points (gsize task, gpointer data)
{
  PhenoTreeRepulsion *self = data;
  gsize axes = (gsize) self->axes, to = MIN ((task + 1) * PHENO_MAP_TASK, self->rows);

  self->partial[task] = 0;
  for (gsize at = task * PHENO_MAP_TASK; at < to; at++)
    {
      double push[MOST_AXES] = { 0 };

      self->partial[task]
          += axes == 2 ? walk (self, (int) at, push, 2) : walk (self, (int) at, push, 3);
      for (gsize axis = 0; axis < axes; axis++)
        self->push[(gsize) self->keys[at].row * axes + axis] = (float) push[axis];
    }
}

double
pheno_tree_repulsion (PhenoTreeRepulsion *self, const float *places, float *push)
{
  gsize tasks = (self->rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK;
  double all = 0;

  self->push = push;
  sort_points (self, places);
  g_array_set_size (self->cells, 0);
  add_cell (self, 0, (int) self->rows, 0);
  pheno_analysis_run (tasks, self->threads, push_points, self, NULL, NULL);
  for (gsize task = 0; task < tasks; task++)
    all += self->partial[task];
  return all;
}
