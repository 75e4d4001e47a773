/* spectrum.c - the slow directions of a graph: eigenvectors of its random walk
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A walk on the graph goes from i to j with probability w_ij / d_i, d the sums of rows.
 * Its eigenvectors are those of the symmetric w_ij / sqrt (d_i d_j), divided by sqrt (d).
 * All lie between -1 and 1; the first is constant with value 1.
 *
 * A block of vectors is filtered by Chebyshev polynomials, which damp all values below a
 * bound and raise those above; then their best combinations are taken (Rayleigh and
 * Ritz), and the bound follows. Groups that hang together loosely have many values near
 * 1, which single vectors cannot tell apart and a block can. Zhou, Saad, Tiago and
 * Chelikowsky 2006, doi:10.1016/j.jcp.2006.03.017.
 */
#include "engine/analysis/map-work.h"

#include <cblas.h>
#include <lapacke.h>
#include <string.h>

#include "kernels/pk.h"

#define GUARDS 8 /* vectors beyond those wanted, which settle last */
#define DEGREE 12
#define MOST_ROUNDS 60
#define SETTLED 1e-6 /* length of what A v differs from its multiple of v by */
#define LOWEST -1.0

typedef struct
{
  const PhenoGraph *graph;
  const double *root; /* 1 / sqrt (d) */
  gsize count;        /* vectors of the block */
  const double *in, *last;
  double *out;
  double times, shift, minus; /* out = times (A - shift) in - minus last */
} Multiply;

static void
multiply_rows (gsize task, gpointer data)
{
  Multiply *self = data;
  gsize count = self->count;

  for (gsize row = task * PHENO_MAP_TASK;
       row < MIN ((task + 1) * PHENO_MAP_TASK, self->graph->rows); row++)
    {
      double *out = self->out + row * count;

      for (gsize v = 0; v < count; v++)
        out[v] = 0;
      for (gsize e = self->graph->start[row]; e < self->graph->start[row + 1]; e++)
        {
          gsize other = (gsize) self->graph->index[e];
          double weight = self->graph->weight[e] * self->root[row] * self->root[other];

          for (gsize v = 0; v < count; v++)
            out[v] += weight * self->in[other * count + v];
        }
      for (gsize v = 0; v < count; v++)
        out[v] = self->times * (out[v] - self->shift * self->in[row * count + v])
                 - (self->last != NULL ? self->minus * self->last[row * count + v] : 0);
    }
}

static void
multiply (Multiply *self, int threads)
{
  pheno_analysis_run ((self->graph->rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK, threads,
                      multiply_rows, self, NULL, NULL);
}

/* Columns of @block (rows, count) at right angles and of length 1 (Householder). */
static void
straighten (double *block, gsize rows, gsize count)
{
  g_autofree double *reflections = g_new (double, count);

  LAPACKE_dgeqrf (LAPACK_ROW_MAJOR, (lapack_int) rows, (lapack_int) count, block,
                  (lapack_int) count, reflections);
  LAPACKE_dorgqr (LAPACK_ROW_MAJOR, (lapack_int) rows, (lapack_int) count,
                  (lapack_int) count, block, (lapack_int) count, reflections);
}

/* Three blocks go round: T_n+1 = 2 x T_n - T_n-1 with x running from -1 to 1 over the
 * values to be damped. */
static void
filter (Multiply *work, double *blocks[3], double bound, int threads)
{
  double half = (bound - LOWEST) / 2, middle = (bound + LOWEST) / 2;

  work->shift = middle;
  for (int n = 0; n < DEGREE; n++)
    {
      double *spare = blocks[2];

      work->in = blocks[0];
      work->last = n > 0 ? blocks[1] : NULL;
      work->out = spare;
      work->times = (n > 0 ? 2 : 1) / half;
      work->minus = 1;
      multiply (work, threads);
      blocks[2] = blocks[1];
      blocks[1] = blocks[0];
      blocks[0] = spare;
    }
}

/* The best combinations of the block, largest value first; and how well the wanted ones
 * are settled. */
static double
combine (Multiply *work, double *blocks[3], double *values, gsize wanted, int threads)
{
  gsize rows = work->graph->rows, count = work->count;
  g_autofree double *small = g_new (double, count *count);
  double worst = 0;

  work->in = blocks[0];
  work->last = NULL;
  work->out = blocks[1];
  work->times = 1;
  work->shift = 0;
  multiply (work, threads);
  cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) count, (int) count,
               (int) rows, -1, blocks[0], (int) count, blocks[1], (int) count, 0, small,
               (int) count);
  /* Of the negative, so that the largest comes first. */
  LAPACKE_dsyev (LAPACK_ROW_MAJOR, 'V', 'U', (lapack_int) count, small,
                 (lapack_int) count, values);
  for (gsize v = 0; v < count; v++)
    values[v] = -values[v];
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, (int) count,
               (int) count, 1, blocks[1], (int) count, small, (int) count, 0, blocks[2],
               (int) count);
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, (int) count,
               (int) count, 1, blocks[0], (int) count, small, (int) count, 0, blocks[1],
               (int) count);
  for (gsize v = 0; v < wanted; v++)
    {
      double off = 0;

      for (gsize row = 0; row < rows; row++)
        off += pow (blocks[2][row * count + v] - values[v] * blocks[1][row * count + v],
                    2);
      worst = MAX (worst, sqrt (off));
    }
  memcpy (blocks[0], blocks[1], rows * count * sizeof (double));
  return worst;
}

static void
fill_at_random (double *block, gsize rows, gsize count, const double *root, guint64 seed)
{
  for (gsize row = 0; row < rows; row++)
    for (gsize v = 0; v < count; v++)
      {
        pk_random4 counter
            = { { (guint32) row, (guint32) (row >> 32), (guint32) v, 0x73706563 } };

        /* The first is known. */
        block[row * count + v]
            = v == 0 ? 1 / root[row]
                     : pk_uniform (pk_philox (counter, seed).word[0]) - 0.5;
      }
}

/* Divided by the first, and each turned so that its largest entry is positive. */
static PhenoMatrix *
take_vectors (const double *block, gsize rows, gsize count, gsize wanted,
              const double *root, double norm)
{
  PhenoMatrix *vectors = pheno_matrix_new (rows, wanted);

  for (gsize v = 0; v < wanted; v++)
    {
      double largest = 0;

      for (gsize row = 0; row < rows; row++)
        {
          double value = block[row * count + v + 1] * root[row] * norm;

          if (fabs (value) > fabs (largest) * (1 + 1e-9))
            largest = value;
        }
      for (gsize row = 0; row < rows; row++)
        pheno_matrix_row (vectors, row)[v]
            = (float) copysign (1, largest)
              * (float) (block[row * count + v + 1] * root[row] * norm);
    }
  return vectors;
}

gboolean
pheno_graph_eigenvectors (const PhenoGraph *graph, gsize wanted, guint64 seed,
                          int threads, PhenoMatrix **vectors, double *values,
                          GCancellable *cancellable, GError **error)
{
  gsize rows = graph->rows, count = MIN (wanted + 1 + GUARDS, rows);
  g_autofree double *root = g_new (double, rows), *all = g_new (double, count);
  g_autofree double *memory
      = pheno_analysis_allocate (3 * rows * count, sizeof (double), error);
  double *blocks[3], sum = 0;
  Multiply work = { .graph = graph, .root = root, .count = count };

  if (memory == NULL)
    return FALSE;
  pheno_analysis_use_one_blas_thread ();
  wanted = MIN (wanted, rows - 1);
  for (gsize row = 0; row < rows; row++)
    {
      double degree = 0;

      for (gsize e = graph->start[row]; e < graph->start[row + 1]; e++)
        degree += graph->weight[e];
      root[row] = 1 / sqrt (MAX (degree, 1e-30));
      sum += degree;
    }
  for (int b = 0; b < 3; b++)
    blocks[b] = memory + (gsize) b * rows * count;
  fill_at_random (blocks[0], rows, count, root, seed);
  straighten (blocks[0], rows, count);
  combine (&work, blocks, all, wanted + 1, threads);
  for (int round = 0; round < MOST_ROUNDS; round++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (count < rows)
        filter (&work, blocks, CLAMP (all[count - 1], -0.5, 0.9999), threads);
      straighten (blocks[0], rows, count);
      if (combine (&work, blocks, all, wanted + 1, threads) < SETTLED)
        break;
    }
  for (gsize v = 0; v < wanted; v++)
    values[v] = all[v + 1];
  *vectors = take_vectors (blocks[0], rows, count, wanted, root, sqrt (sum));
  return TRUE;
}
