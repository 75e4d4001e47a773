/* map-index.c - which point of a map is where
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows are sorted by cell; the rows of cell c are item[start[c]] to item[start[c + 1]].
 */
#include "app/map-index.h"

#include <math.h>

#define POINTS_A_CELL 4
#define MOST_CELLS_A_SIDE 512

struct _PhenoMapIndex
{
  const float *points;
  gsize n, n_finite;
  double low[2], high[2];
  gsize side;   /* cells along x and along y */
  gsize *start; /* (side x side + 1) */
  int *item;    /* (n_finite) */
};

static gboolean
is_finite (const float *point)
{
  return isfinite (point[0]) && isfinite (point[1]);
}

static gsize
cell_along (const PhenoMapIndex *self, int axis, double at)
{
  double width = self->high[axis] - self->low[axis];
  double cell = width > 0 ? (at - self->low[axis]) / width * (double) self->side : 0;

  return (gsize) CLAMP (floor (cell), 0, (double) self->side - 1);
}

static gsize
cell_of (const PhenoMapIndex *self, const float *point)
{
  return cell_along (self, 1, point[1]) * self->side + cell_along (self, 0, point[0]);
}

static void
measure (PhenoMapIndex *self)
{
  for (int axis = 0; axis < 2; axis++)
    {
      self->low[axis] = INFINITY;
      self->high[axis] = -INFINITY;
    }
  for (gsize i = 0; i < self->n; i++)
    if (is_finite (self->points + 2 * i))
      {
        for (int axis = 0; axis < 2; axis++)
          {
            self->low[axis] = MIN (self->low[axis], self->points[2 * i + axis]);
            self->high[axis] = MAX (self->high[axis], self->points[2 * i + axis]);
          }
        self->n_finite++;
      }
}

PhenoMapIndex *
pheno_map_index_new (const float *points, gsize n)
{
  PhenoMapIndex *self = g_new0 (PhenoMapIndex, 1);
  g_autofree gsize *next = NULL;
  gsize cells;

  self->points = points;
  self->n = n;
  measure (self);
  self->side = (gsize) CLAMP (sqrt ((double) self->n_finite / POINTS_A_CELL), 1,
                              MOST_CELLS_A_SIDE);
  cells = self->side * self->side;
  self->start = g_new0 (gsize, cells + 1);
  self->item = g_new (int, self->n_finite + 1);

  for (gsize i = 0; i < n; i++)
    if (is_finite (points + 2 * i))
      self->start[cell_of (self, points + 2 * i) + 1]++;
  for (gsize c = 0; c < cells; c++)
    self->start[c + 1] += self->start[c];
  next = g_memdup2 (self->start, (cells + 1) * sizeof *next);
  for (gsize i = 0; i < n; i++)
    if (is_finite (points + 2 * i))
      self->item[next[cell_of (self, points + 2 * i)]++] = (int) i;
  return self;
}

void
pheno_map_index_free (PhenoMapIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->start);
  g_free (self->item);
  g_free (self);
}

gboolean
pheno_map_index_bounds (const PhenoMapIndex *self, double low[2], double high[2])
{
  for (int axis = 0; axis < 2; axis++)
    {
      low[axis] = self->low[axis];
      high[axis] = self->high[axis];
    }
  return self->n_finite > 0;
}

/* ---- what is inside ---- */

void
pheno_map_index_in_box (const PhenoMapIndex *self, const guint8 *shown,
                        const double low[2], const double high[2], GArray *rows)
{
  if (self->n_finite == 0 || !(low[0] <= high[0]) || !(low[1] <= high[1]))
    return;

  for (gsize y = cell_along (self, 1, low[1]); y <= cell_along (self, 1, high[1]); y++)
    for (gsize x = cell_along (self, 0, low[0]); x <= cell_along (self, 0, high[0]); x++)
      for (gsize at = self->start[y * self->side + x];
           at < self->start[y * self->side + x + 1]; at++)
        {
          int row = self->item[at];
          const float *point = self->points + 2 * (gsize) row;

          if ((shown == NULL || shown[row]) && point[0] >= low[0] && point[0] <= high[0]
              && point[1] >= low[1] && point[1] <= high[1])
            g_array_append_val (rows, row);
        }
}

gboolean
pheno_in_polygon (const double *corners, gsize n, double x, double y)
{
  gboolean inside = FALSE;

  /* A ray to the right crosses the outline an odd number of times. */
  for (gsize i = 0, j = n - 1; i < n; j = i++)
    {
      const double *a = corners + 2 * i, *b = corners + 2 * j;

      if ((a[1] > y) != (b[1] > y)
          && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
        inside = !inside;
    }
  return inside;
}

void
pheno_map_index_in_polygon (const PhenoMapIndex *self, const guint8 *shown,
                            const double *corners, gsize n, GArray *rows)
{
  double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
  guint first = rows->len, kept = rows->len;

  for (gsize i = 0; i < n; i++)
    for (int axis = 0; axis < 2; axis++)
      {
        low[axis] = MIN (low[axis], corners[2 * i + axis]);
        high[axis] = MAX (high[axis], corners[2 * i + axis]);
      }
  pheno_map_index_in_box (self, shown, low, high, rows);
  for (guint i = first; i < rows->len; i++)
    {
      int row = g_array_index (rows, int, i);
      const float *point = self->points + 2 * (gsize) row;

      if (pheno_in_polygon (corners, n, point[0], point[1]))
        g_array_index (rows, int, kept++) = row;
    }
  g_array_set_size (rows, kept);
}

/* ---- what is near ---- */

int
pheno_map_index_nearest (const PhenoMapIndex *self, const guint8 *shown, double x,
                         double y, double radius)
{
  const double low[2] = { x - radius, y - radius }, high[2] = { x + radius, y + radius };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));
  double least = radius * radius;
  int nearest = -1;

  pheno_map_index_in_box (self, shown, low, high, rows);
  for (guint i = 0; i < rows->len; i++)
    {
      int row = g_array_index (rows, int, i);
      double dx = self->points[2 * (gsize) row] - x,
             dy = self->points[2 * (gsize) row + 1] - y, square = dx * dx + dy * dy;

      if (square < least || (square == least && row > nearest))
        {
          least = square;
          nearest = row;
        }
    }
  return nearest;
}

int
pheno_map_index_towards (const PhenoMapIndex *self, const guint8 *shown, int row,
                         PhenoTowards direction)
{
  const float *from = self->points + 2 * (gsize) row;
  int axis = direction == PHENO_TOWARDS_LEFT || direction == PHENO_TOWARDS_RIGHT ? 0 : 1;
  gboolean forward = direction == PHENO_TOWARDS_RIGHT || direction == PHENO_TOWARDS_DOWN;
  double sign
      = direction == PHENO_TOWARDS_RIGHT || direction == PHENO_TOWARDS_UP ? 1 : -1;
  double best = INFINITY, best_aside = INFINITY;
  int ahead = -1, aside = -1, same = -1;

  for (gsize i = 0; i < self->n; i++)
    {
      const float *point = self->points + 2 * i;
      double along, across, square;

      if ((int) i == row || (shown != NULL && !shown[i]) || !is_finite (point))
        continue;
      along = sign * (point[axis] - from[axis]);
      across = fabs (point[1 - axis] - from[1 - axis]);
      square = along * along + across * across;
      if (square == 0)
        {
          if (forward ? (int) i > row && same < 0 : (int) i < row)
            same = (int) i;
        }
      else if (along > 0 && across <= along && square < best)
        {
          best = square;
          ahead = (int) i;
        }
      else if (along > 0 && square < best_aside)
        {
          best_aside = square;
          aside = (int) i;
        }
    }
  return same >= 0 ? same : ahead >= 0 ? ahead : aside;
}
