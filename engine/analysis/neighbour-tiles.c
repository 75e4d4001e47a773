/* neighbour-tiles.c - which rows may be the nearest, from matrix products in float32
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The (N, N) table of products is cut into square tiles, and as it is symmetric only
 * those on and above the diagonal are computed. Each tile is looked through twice, for
 * its rows and for its columns:
 *
 *            block J
 *          +---------+
 *     I    |  tile   |   row i: which j are among its best?
 *          +---------+   column j: which i are among its best?
 *
 * Two tiles of one block never touch its candidates at the same time: there is one lock a
 * block. In what order tiles come changes nothing: pairs are ordered by score, then by
 * row.
 */
#include "engine/analysis/neighbour-tiles.h"

#include <cblas.h>
#include <math.h>
#include <pthread.h>

#include "engine/analysis/parallel.h"

/* 512 x 512 float32 are 1 MB: half of the second cache, and large enough for a fast
 * product. */
#define BLOCK 512

typedef float Lane __attribute__ ((vector_size (16), aligned (4)));
typedef int Mask __attribute__ ((vector_size (16)));
#define LANE 4

PhenoCandidates *
pheno_candidates_new (gsize rows, gsize room, GError **error)
{
  g_autoptr (PhenoCandidates) candidates = g_new0 (PhenoCandidates, 1);

  candidates->rows = rows;
  candidates->room = room;
  candidates->count = g_new0 (int, rows);
  candidates->worst = g_new (float, rows);
  for (gsize i = 0; i < rows; i++)
    candidates->worst[i] = -INFINITY;
  if ((candidates->index = pheno_analysis_allocate (rows * room, sizeof (int), error))
          == NULL
      || (candidates->score
          = pheno_analysis_allocate (rows * room, sizeof (float), error))
             == NULL)
    return NULL;

  return g_steal_pointer (&candidates);
}

void
pheno_candidates_free (PhenoCandidates *candidates)
{
  if (candidates == NULL)
    return;
  g_free (candidates->index);
  g_free (candidates->score);
  g_free (candidates->count);
  g_free (candidates->worst);
  g_free (candidates);
}

static inline gboolean
is_worse (float score_a, int a, float score_b, int b)
{
  return score_a < score_b || (score_a == score_b && a > b);
}

static void
sink (int *index, float *score, int count, int at)
{
  for (int child; (child = 2 * at + 1) < count; at = child)
    {
      int kept_index = index[at];
      float kept_score = score[at];

      if (child + 1 < count
          && is_worse (score[child + 1], index[child + 1], score[child], index[child]))
        child++;
      if (!is_worse (score[child], index[child], kept_score, kept_index))
        return;
      index[at] = index[child];
      score[at] = score[child];
      index[child] = kept_index;
      score[child] = kept_score;
    }
}

static void
rise (int *index, float *score, int at)
{
  for (int parent; at > 0; at = parent)
    {
      int kept_index = index[at];
      float kept_score = score[at];

      parent = (at - 1) / 2;
      if (!is_worse (kept_score, kept_index, score[parent], index[parent]))
        return;
      index[at] = index[parent];
      score[at] = score[parent];
      index[parent] = kept_index;
      score[parent] = kept_score;
    }
}

static void
offer (PhenoCandidates *candidates, gsize row, int index, float score)
{
  int *heap_index = candidates->index + row * candidates->room;
  float *heap_score = candidates->score + row * candidates->room;
  int count = candidates->count[row];

  if ((gsize) count < candidates->room)
    {
      heap_index[count] = index;
      heap_score[count] = score;
      rise (heap_index, heap_score, count);
      candidates->count[row] = ++count;
    }
  else if (is_worse (heap_score[0], heap_index[0], score, index))
    {
      heap_index[0] = index;
      heap_score[0] = score;
      sink (heap_index, heap_score, count, 0);
    }
  if ((gsize) count == candidates->room)
    candidates->worst[row] = heap_score[0];
}

typedef struct
{
  const PhenoTiles *tiles;
  PhenoCandidates *candidates;
  gsize n_blocks;
  pthread_mutex_t *locks; /* one a block */
} Search;

/* Rows of the tile, whose candidates are in block @from_j. */
static void
look_along_rows (const Search *self, const float *tile, gsize from_i, gsize n_i,
                 gsize from_j, gsize n_j)
{
  const float *half = self->tiles->half + from_j;

  for (gsize i = 0; i < n_i; i++)
    {
      const float *products = tile + i * BLOCK;
      gsize row = from_i + i;

      for (gsize j = 0; j < n_j; j += 4 * LANE)
        {
          float worst = self->candidates->worst[row];
          Lane least = { worst, worst, worst, worst };
          Mask any = { 0 };

          if (j + 4 * LANE <= n_j)
            {
              for (int lane = 0; lane < 4; lane++)
                any |= *(const Lane *) (products + j + lane * LANE)
                           - *(const Lane *) (half + j + lane * LANE)
                       >= least;
              if (!(any[0] | any[1] | any[2] | any[3]))
                continue;
            }
          for (gsize at = j; at < MIN (j + 4 * LANE, n_j); at++)
            {
              float score = products[at] - half[at];

              if (score >= self->candidates->worst[row]
                  && pheno_tiles_allow (self->tiles, row, from_j + at))
                offer (self->candidates, row, (int) (from_j + at), score);
            }
        }
    }
}

/* Columns of the tile, whose candidates are in block @from_i. */
static void
look_along_columns (const Search *self, const float *tile, gsize from_i, gsize n_i,
                    gsize from_j, gsize n_j)
{
  const float *worst = self->candidates->worst + from_j;

  for (gsize i = 0; i < n_i; i++)
    {
      const float *products = tile + i * BLOCK;
      float half = self->tiles->half[from_i + i];
      Lane halves = { half, half, half, half };

      for (gsize j = 0; j < n_j; j += 4 * LANE)
        {
          Mask any = { 0 };

          if (j + 4 * LANE <= n_j)
            {
              for (int lane = 0; lane < 4; lane++)
                any |= *(const Lane *) (products + j + lane * LANE) - halves
                       >= *(const Lane *) (worst + j + lane * LANE);
              if (!(any[0] | any[1] | any[2] | any[3]))
                continue;
            }
          for (gsize at = j; at < MIN (j + 4 * LANE, n_j); at++)
            {
              float score = products[at] - half;

              if (score >= worst[at]
                  && pheno_tiles_allow (self->tiles, from_j + at, from_i + i))
                offer (self->candidates, from_j + at, (int) (from_i + i), score);
            }
        }
    }
}

/* Task t is the tile (I, J), I <= J. Tasks run along the diagonals: neighbours in time
 * then share no block, and seldom wait for a lock. */
static void
search_tile (gsize task, gpointer data)
{
  Search *self = data;
  const PhenoMatrix *points = self->tiles->points;
  int depth = (int) points->columns;
  gsize diagonal = 0, from_i, from_j, n_i, n_j;
  g_autofree float *tile = g_new (float, BLOCK *BLOCK);

  while (task >= self->n_blocks - diagonal)
    task -= self->n_blocks - diagonal++;
  from_i = task * BLOCK;
  from_j = (task + diagonal) * BLOCK;
  n_i = MIN (BLOCK, points->rows - from_i);
  n_j = MIN (BLOCK, points->rows - from_j);

  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) n_i, (int) n_j, depth, 1,
               pheno_matrix_row (points, from_i), depth,
               pheno_matrix_row (points, from_j), depth, 0, tile, BLOCK);

  pthread_mutex_lock (&self->locks[task]);
  look_along_rows (self, tile, from_i, n_i, from_j, n_j);
  pthread_mutex_unlock (&self->locks[task]);
  if (diagonal > 0)
    {
      pthread_mutex_lock (&self->locks[task + diagonal]);
      look_along_columns (self, tile, from_i, n_i, from_j, n_j);
      pthread_mutex_unlock (&self->locks[task + diagonal]);
    }
}

gboolean
pheno_tiles_search (const PhenoTiles *tiles, PhenoCandidates *candidates, int threads,
                    GCancellable *cancellable, GError **error)
{
  gsize n_blocks = (tiles->points->rows + BLOCK - 1) / BLOCK;
  g_autofree pthread_mutex_t *locks = g_new (pthread_mutex_t, n_blocks);
  Search self = { tiles, candidates, n_blocks, locks };
  gboolean done;

  for (gsize i = 0; i < n_blocks; i++)
    pthread_mutex_init (&locks[i], NULL);
  done = pheno_analysis_run (n_blocks * (n_blocks + 1) / 2, threads, search_tile, &self,
                             cancellable, error);
  for (gsize i = 0; i < n_blocks; i++)
    pthread_mutex_destroy (&locks[i]);

  return done;
}

void
pheno_tiles_collect (const PhenoTiles *tiles, gsize row, float least, GArray *found)
{
  const PhenoMatrix *points = tiles->points;
  int depth = (int) points->columns;
  float products[BLOCK];

  for (gsize from = 0; from < points->rows; from += BLOCK)
    {
      gsize count = MIN (BLOCK, points->rows - from);

      cblas_sgemv (CblasRowMajor, CblasNoTrans, (int) count, depth, 1,
                   pheno_matrix_row (points, from), depth, pheno_matrix_row (points, row),
                   1, 0, products, 1);
      for (gsize j = 0; j < count; j++)
        {
          int index = (int) (from + j);

          if (products[j] - tiles->half[from + j] >= least
              && pheno_tiles_allow (tiles, row, from + j))
            g_array_append_val (found, index);
        }
    }
}
