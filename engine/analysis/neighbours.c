/* neighbours.c - the nearest rows, exactly
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Products in float32 say which rows may be among the nearest (neighbour-tiles.c), a few
 * more than are wanted. Their distances are then computed in double and sorted. A bound
 * on the rounding of the products tells whether a row that was passed over could still be
 * nearer: such a query is looked through once more. So the answer is that of a search in
 * double, for any order of the work, and copies of one image are told apart by their row
 * alone.
 */
#include "engine/analysis/neighbour-tiles.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/analysis/parallel.h"

#define CHUNK 64 /* queries of one task */

typedef struct
{
  const PhenoMatrix *matrix; /* as given */
  PhenoMetric metric;
  double *length; /* (N) of the rows, for cosine */
  PhenoMatrix *points;
  float *half;
  PhenoTiles tiles;
  PhenoCandidates *candidates;
  PhenoNeighbours *neighbours;
} Search;

typedef struct
{
  double distance;
  int index;
} Pair;

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *x = a, *y = b;

  if (x->distance != y->distance)
    return x->distance < y->distance ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

/* A row without length has no direction: its cosine with all others counts as 0. */
static double
distance_between (const Search *self, gsize i, gsize j)
{
  const float *a = pheno_matrix_row (self->matrix, i),
              *b = pheno_matrix_row (self->matrix, j);
  gsize columns = self->matrix->columns;
  double cosine;

  if (self->metric == PHENO_METRIC_EUCLIDEAN)
    return sqrt (pheno_analysis_squared_distance (a, b, columns));
  if (self->length[i] == 0 || self->length[j] == 0)
    return 1;
  cosine = pheno_analysis_dot (a, b, columns) / (self->length[i] * self->length[j]);
  return 1 - CLAMP (cosine, -1, 1);
}

/* In the measure of the scores: half of the squared Euclidean distance between points. */
static double
half_square (const Search *self, double distance)
{
  return self->metric == PHENO_METRIC_EUCLIDEAN ? distance * distance / 2 : distance;
}

/* Points and halves. The bound is that of a sum of D products in any order, D u |a| |b|
 * with u = 2^-24 (Higham 2002, chapter 3), and |a| |b| <= (|a|^2 + |b|^2) / 2 shares it
 * out among the two rows; 16 more for the rounding of points, halves and scores
 * themselves. */
static gboolean
prepare_points (Search *self, GError **error)
{
  const PhenoMatrix *matrix = self->matrix;
  gsize rows = matrix->rows, columns = matrix->columns;
  g_autofree double *mean = g_new0 (double, columns);
  double bound = (columns + 16) * ldexp (1, -24);

  self->points = pheno_matrix_new (rows, columns);
  self->length = g_new (double, rows);
  if ((self->half = pheno_analysis_allocate (rows, sizeof (float), error)) == NULL)
    return FALSE;

  /* Centred points are shorter, so the products round less; distances stay. */
  if (self->metric == PHENO_METRIC_EUCLIDEAN)
    for (gsize i = 0; i < rows; i++)
      for (gsize j = 0; j < columns; j++)
        mean[j] += (double) pheno_matrix_row (matrix, i)[j] / (double) rows;

  for (gsize i = 0; i < rows; i++)
    {
      const float *row = pheno_matrix_row (matrix, i);
      float *point = pheno_matrix_row (self->points, i);
      double square;

      self->length[i] = sqrt (pheno_analysis_dot (row, row, columns));
      for (gsize j = 0; j < columns; j++)
        point[j] = self->metric == PHENO_METRIC_EUCLIDEAN ? (float) (row[j] - mean[j])
                   : self->length[i] > 0 ? (float) (row[j] / self->length[i])
                                         : 0;
      /* A row of zeros takes part as one at right angles to all others. */
      square = self->metric == PHENO_METRIC_EUCLIDEAN
                   ? pheno_analysis_dot (point, point, columns)
                   : 1;
      self->half[i] = (float) (square / 2 * (1 - bound));
    }

  return TRUE;
}

static void
measure (const Search *self, gsize row, const int *index, gsize count, GArray *pairs)
{
  g_array_set_size (pairs, 0);
  for (gsize i = 0; i < count; i++)
    {
      Pair pair = { distance_between (self, row, index[i]), index[i] };
      g_array_append_val (pairs, pair);
    }
  g_array_sort (pairs, compare_pairs);
}

static void
finish_row (Search *self, gsize row, GArray *pairs, GArray *found)
{
  const PhenoCandidates *candidates = self->candidates;
  PhenoNeighbours *neighbours = self->neighbours;
  gsize k = neighbours->k, count = candidates->count[row];

  measure (self, row, candidates->index + row * candidates->room, count, pairs);

  /* A row passed over is at least this far away; where that is not beyond the last one
   * taken, all rows within its distance are measured. */
  if (count == candidates->room && count >= k && count < candidates->rows - 1)
    {
      double farthest = half_square (self, g_array_index (pairs, Pair, k - 1).distance);
      double passed_over = (double) self->half[row] - candidates->worst[row];

      if (passed_over <= farthest * (1 + 1e-6))
        {
          double least = self->half[row] - farthest * (1 + 1e-6);

          g_array_set_size (found, 0);
          pheno_tiles_collect (&self->tiles, row, nextafterf ((float) least, -INFINITY),
                               found);
          measure (self, row, (const int *) found->data, found->len, pairs);
        }
    }

  for (gsize i = 0; i < k; i++)
    {
      gboolean is_there = i < pairs->len;
      Pair pair = is_there ? g_array_index (pairs, Pair, i) : (Pair){ NAN, -1 };

      neighbours->index[row * k + i] = pair.index;
      neighbours->distance[row * k + i] = (float) pair.distance;
    }
}

static void
finish_chunk (gsize task, gpointer data)
{
  Search *self = data;
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (int));

  for (gsize row = task * CHUNK; row < MIN ((task + 1) * CHUNK, self->matrix->rows);
       row++)
    finish_row (self, row, pairs, found);
}

static void
search_clear (Search *self)
{
  g_free (self->length);
  g_free (self->half);
  pheno_matrix_free (self->points);
  pheno_candidates_free (self->candidates);
  pheno_neighbours_free (self->neighbours);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
check_lengths (const Search *self, GError **error)
{
  for (gsize i = 0; i < self->matrix->rows; i++)
    if (self->length[i] > 0)
      return TRUE;
  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("All embeddings are zero, so they have no direction to compare. Train again, or "
         "choose another layer."));
  return FALSE;
}

PhenoNeighbours *
pheno_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                  const int *exclude, int threads, GCancellable *cancellable,
                  GError **error)
{
  g_auto (Search) self = { .matrix = matrix, .metric = metric };
  gsize rows = matrix->rows, room;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  if (rows > G_MAXINT)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("There are more than 2,147,483,647 embeddings. Search in a part of them."));
      return NULL;
    }
  if (k == 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                           _ ("The number of neighbours must be at least 1."));
      return NULL;
    }

  /* Some candidates more than wanted, so that few queries have to be looked through
   * again. */
  room = k < rows ? MIN (k + MAX (8, k / 4), rows - 1) : rows - 1;
  self.neighbours = g_new0 (PhenoNeighbours, 1);
  self.neighbours->rows = rows;
  self.neighbours->k = k;
  if ((self.neighbours->index = pheno_analysis_allocate (rows * k, sizeof (int), error))
          == NULL
      || (self.neighbours->distance
          = pheno_analysis_allocate (rows * k, sizeof (float), error))
             == NULL
      || (self.candidates = pheno_candidates_new (rows, room, error)) == NULL
      || !prepare_points (&self, error)
      || (metric == PHENO_METRIC_COSINE && !check_lengths (&self, error)))
    return NULL;

  self.tiles = (PhenoTiles){ self.points, self.half, exclude };
  if (!pheno_tiles_search (&self.tiles, self.candidates, threads, cancellable, error)
      || !pheno_analysis_run ((rows + CHUNK - 1) / CHUNK, threads, finish_chunk, &self,
                              cancellable, error))
    return NULL;

  return g_steal_pointer (&self.neighbours);
}

void
pheno_neighbours_free (PhenoNeighbours *neighbours)
{
  if (neighbours == NULL)
    return;
  g_free (neighbours->index);
  g_free (neighbours->distance);
  g_free (neighbours);
}
