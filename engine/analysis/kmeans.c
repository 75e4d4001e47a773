/* kmeans.c - k means
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lloyd 1982, begun with means that are drawn far apart (Arthur and Vassilvitskii 2007).
 * Sums of clusters are taken in the order of the rows, so that the number of threads
 * changes nothing.
 */
#include "engine/analysis/parallel.h"

#include <math.h>
#include <string.h>

#include "kernels/pk.h"

#define MOST_STEPS 300
#define TASK 256

typedef struct
{
  const PhenoMatrix *matrix;
  gsize k;
  double *means; /* (k, D) */
  int *cluster;
  double *square; /* (N): to its mean */
  guint64 seed;
  guint try;
} Kmeans;

static double
square_to (const float *row, const double *mean, gsize columns)
{
  double sum[4] = { 0 };
  gsize d = 0;

  for (; d + 4 <= columns; d += 4)
    for (gsize l = 0; l < 4; l++)
      sum[l] += (row[d + l] - mean[d + l]) * (row[d + l] - mean[d + l]);
  for (; d < columns; d++)
    sum[0] += (row[d] - mean[d]) * (row[d] - mean[d]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void
assign_rows (gsize task, gpointer data)
{
  Kmeans *self = data;
  gsize columns = self->matrix->columns;

  for (gsize row = task * TASK; row < MIN ((task + 1) * TASK, self->matrix->rows); row++)
    {
      self->square[row] = INFINITY;
      for (gsize c = 0; c < self->k; c++)
        {
          double square = square_to (pheno_matrix_row (self->matrix, row),
                                     self->means + c * columns, columns);

          if (square < self->square[row])
            {
              self->square[row] = square;
              self->cluster[row] = (int) c;
            }
        }
    }
}

static double
draw (const Kmeans *self, gsize which)
{
  pk_random4 counter = { { (guint32) which, self->try, 0, 0x6b6d6561 /* "kmea" */ } };
  pk_random4 random = pk_philox (counter, self->seed);

  return ((double) random.word[0] * 4294967296.0 + random.word[1]) * 0x1p-64;
}

static void
take_mean (Kmeans *self, gsize c, gsize row)
{
  for (gsize d = 0; d < self->matrix->columns; d++)
    self->means[c * self->matrix->columns + d] = pheno_matrix_row (self->matrix, row)[d];
}

/* Each next mean is a row drawn by its squared distance from those there are. */
static void
begin (Kmeans *self)
{
  gsize rows = self->matrix->rows, columns = self->matrix->columns;

  for (gsize row = 0; row < rows; row++)
    self->square[row] = 1;
  for (gsize c = 0; c < self->k; c++)
    {
      double all = 0, at;
      gsize row = 0;

      for (gsize i = 0; i < rows; i++)
        all += self->square[i];
      at = draw (self, c) * all;
      while (row + 1 < rows && (at -= self->square[row]) >= 0)
        row++;
      take_mean (self, c, row);
      for (gsize i = 0; i < rows; i++)
        {
          double square = square_to (pheno_matrix_row (self->matrix, i),
                                     self->means + c * columns, columns);

          self->square[i] = c == 0 ? square : MIN (self->square[i], square);
        }
    }
}

/* Means of the rows; a cluster that lost all of them takes the row farthest from its
 * own. */
static void
move_means (Kmeans *self)
{
  gsize columns = self->matrix->columns;
  g_autofree gsize *size = g_new0 (gsize, self->k);

  memset (self->means, 0, self->k * columns * sizeof (double));
  for (gsize row = 0; row < self->matrix->rows; row++)
    {
      double *mean = self->means + (gsize) self->cluster[row] * columns;

      size[self->cluster[row]]++;
      for (gsize d = 0; d < columns; d++)
        mean[d] += pheno_matrix_row (self->matrix, row)[d];
    }
  for (gsize c = 0; c < self->k; c++)
    if (size[c] > 0)
      for (gsize d = 0; d < columns; d++)
        self->means[c * columns + d] /= (double) size[c];
    else
      {
        gsize farthest = 0;

        for (gsize row = 1; row < self->matrix->rows; row++)
          if (self->square[row] > self->square[farthest])
            farthest = row;
        self->square[farthest] = 0;
        take_mean (self, c, farthest);
      }
}

static gboolean
settle (Kmeans *self, int threads, double *inertia, GCancellable *cancellable,
        GError **error)
{
  gsize rows = self->matrix->rows, tasks = (rows + TASK - 1) / TASK;
  g_autofree int *last = g_new (int, rows);

  begin (self);
  for (int step = 0; step < MOST_STEPS; step++)
    {
      memcpy (last, self->cluster, rows * sizeof (int));
      if (!pheno_analysis_run (tasks, threads, assign_rows, self, cancellable, error))
        return FALSE;
      if (step > 0 && memcmp (last, self->cluster, rows * sizeof (int)) == 0)
        break;
      move_means (self);
    }
  *inertia = 0;
  for (gsize row = 0; row < rows; row++)
    *inertia += self->square[row];
  return TRUE;
}

int *
pheno_kmeans (const PhenoMatrix *matrix, gsize k, guint tries, guint64 seed, int threads,
              double *inertia, GCancellable *cancellable, GError **error)
{
  g_autofree int *cluster = NULL, *best = NULL;
  g_autofree double *means = NULL, *square = NULL;
  double least = INFINITY, now;
  Kmeans self = { .matrix = matrix, .k = k, .seed = seed };

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  if (k < 1 || k > matrix->rows)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("%zu clusters are out of range: 1 to %zu, the number of images."),
                   k, matrix->rows);
      return NULL;
    }
  cluster = g_new0 (int, matrix->rows);
  best = g_new0 (int, matrix->rows);
  means = g_new (double, k * matrix->columns);
  square = g_new (double, matrix->rows);
  self.cluster = cluster;
  self.means = means;
  self.square = square;
  for (self.try = 0; self.try < MAX (tries, 1); self.try++)
    {
      if (!settle (&self, threads, &now, cancellable, error))
        return NULL;
      if (now < least)
        {
          least = now;
          memcpy (best, cluster, matrix->rows * sizeof (int));
        }
    }
  if (inertia != NULL)
    *inertia = least;
  return g_steal_pointer (&best);
}
