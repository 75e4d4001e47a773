/* lists.c - typical and strange specimens, near-duplicates, doubtful labels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All from the graph of the k nearest rows. PageRank (Brin and Page 1998, damping 0.85)
 * goes from a row to its look-alikes by nearness: a row is typical when typical rows find
 * it similar.
 */
#include "engine/analysis/map-work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAMPING 0.85
#define MOST_ROUNDS 200
#define SETTLED 1e-10

typedef struct
{
  int a, b;
  float distance;
} Twin;

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (const double *values, gsize count)
{
  g_autofree double *sorted = g_memdup2 (values, count * sizeof (double));

  qsort (sorted, count, sizeof (double), compare_doubles);
  return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* Weights of the k nearest, 1 for the nearest, falling with the distance. Returns: their
 * number. */
static gsize
weights_of (const PhenoNeighbours *found, gsize row, double *weight)
{
  const float *distance = found->distance + row * found->k;
  double mean = 0;
  gsize n = 0;

  while (n < found->k && found->index[row * found->k + n] >= 0)
    n++;
  for (gsize i = 0; i < n; i++)
    mean += (distance[i] - distance[0]) / (double) n;
  for (gsize i = 0; i < n; i++)
    weight[i] = mean > 0 ? exp (-(distance[i] - distance[0]) / mean) : 1;
  return n;
}

static void
fill_ranks (const PhenoNeighbours *found, double *rank)
{
  gsize rows = found->rows, k = found->k;
  g_autofree double *share = g_new0 (double, rows *k), *next = g_new (double, rows);

  for (gsize row = 0; row < rows; row++)
    {
      double *own = share + row * k, sum = 0;
      gsize n = weights_of (found, row, own);

      for (gsize i = 0; i < n; i++)
        sum += own[i];
      for (gsize i = 0; i < n; i++)
        own[i] /= sum;
      rank[row] = 1;
    }
  for (int round = 0; round < MOST_ROUNDS; round++)
    {
      double moved = 0, all = 0;

      for (gsize row = 0; row < rows; row++)
        next[row] = 0;
      for (gsize row = 0; row < rows; row++)
        for (gsize i = 0; i < k && found->index[row * k + i] >= 0; i++)
          next[found->index[row * k + i]] += rank[row] * share[row * k + i];
      for (gsize row = 0; row < rows; row++)
        all += next[row];
      for (gsize row = 0; row < rows; row++)
        {
          /* What rows without neighbours hold goes to all. */
          double value = 1 - DAMPING
                         + DAMPING * (next[row] + ((double) rows - all) / (double) rows);

          moved += fabs (value - rank[row]);
          rank[row] = value;
        }
      if (moved < SETTLED * (double) rows)
        break;
    }
}

static void
fill_strangeness (const PhenoNeighbours *found, double *strangeness)
{
  gsize rows = found->rows, k = found->k;
  g_autofree double *off = g_new (double, rows);
  double middle, spread;

  for (gsize row = 0; row < rows; row++)
    {
      gsize n = 0;

      strangeness[row] = 0;
      for (; n < k && found->index[row * k + n] >= 0; n++)
        strangeness[row] += found->distance[row * k + n];
      strangeness[row] /= (double) MAX (n, 1);
    }
  middle = median (strangeness, rows);
  for (gsize row = 0; row < rows; row++)
    off[row] = fabs (strangeness[row] - middle);
  spread = 1.4826 * median (off, rows);
  for (gsize row = 0; row < rows; row++)
    strangeness[row] = spread > 0 ? (strangeness[row] - middle) / spread : 0;
}

static void
fill_doubts (const PhenoNeighbours *found, const int *groups, double *doubt,
             int *suggested)
{
  gsize rows = found->rows, k = found->k;
  g_autofree double *weight = g_new (double, k), *votes = NULL;
  int n_groups = 0;

  for (gsize row = 0; row < rows; row++)
    n_groups = MAX (n_groups, groups != NULL ? groups[row] + 1 : 0);
  votes = g_new0 (double, n_groups + 1);
  for (gsize row = 0; row < rows; row++)
    {
      gsize n = weights_of (found, row, weight);
      double all = 0;
      int best = -1;

      doubt[row] = NAN;
      suggested[row] = -1;
      for (gsize i = 0; groups != NULL && i < n; i++)
        {
          int group = groups[found->index[row * k + i]];

          if (group < 0)
            continue;
          votes[group] += weight[i];
          all += weight[i];
          if (best < 0 || votes[group] > votes[best])
            best = group;
        }
      if (all > 0)
        {
          suggested[row] = best;
          if (groups[row] >= 0)
            doubt[row] = 1 - votes[groups[row]] / all;
        }
      memset (votes, 0, (gsize) n_groups * sizeof (double));
    }
}

static int
compare_twins (const void *a, const void *b)
{
  const Twin *x = a, *y = b;

  if (x->distance != y->distance)
    return x->distance < y->distance ? -1 : 1;
  return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

static void
fill_twins (const PhenoNeighbours *found, double near, PhenoLists *lists)
{
  gsize rows = found->rows, k = found->k;
  g_autofree double *nearest = g_new (double, rows);
  g_autoptr (GArray) twins = g_array_new (FALSE, FALSE, sizeof (Twin));
  double limit;

  for (gsize row = 0; row < rows; row++)
    nearest[row] = found->distance[row * k];
  limit = near * median (nearest, rows);
  for (gsize row = 0; row < rows; row++)
    for (gsize i = 0; i < k; i++)
      {
        int other = found->index[row * k + i];
        Twin twin = { (int) row, other, found->distance[row * k + i] };
        gboolean other_knows = FALSE;

        if (other < 0 || twin.distance > limit)
          break;
        /* A pair that both know is told once, by the lower. */
        for (gsize j = 0; j < k && other < (int) row; j++)
          other_knows = other_knows || found->index[(gsize) other * k + j] == (int) row;
        if (other_knows)
          continue;
        twin.a = MIN ((int) row, other);
        twin.b = MAX ((int) row, other);
        g_array_append_val (twins, twin);
      }
  qsort (twins->data, twins->len, sizeof (Twin), compare_twins);
  lists->n_pairs = twins->len;
  lists->pairs = g_new (int, 2 * twins->len + 1);
  lists->pair_distance = g_new (float, twins->len + 1);
  for (guint i = 0; i < twins->len; i++)
    {
      const Twin *twin = &g_array_index (twins, Twin, i);

      lists->pairs[2 * i] = twin->a;
      lists->pairs[2 * i + 1] = twin->b;
      lists->pair_distance[i] = twin->distance;
    }
}

PhenoLists *
pheno_lists (const PhenoMatrix *matrix, const int *groups, gsize k, PhenoMetric metric,
             double near, int threads, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoLists) lists = g_new0 (PhenoLists, 1);
  g_autoptr (PhenoNeighbours) found = NULL;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  found = pheno_map_neighbours (matrix, MIN (MAX (k, 1), matrix->rows - 1), metric,
                                threads, cancellable, error);
  if (found == NULL)
    return NULL;
  lists->rows = matrix->rows;
  lists->rank = g_new (double, matrix->rows);
  lists->strangeness = g_new (double, matrix->rows);
  lists->doubt = g_new (double, matrix->rows);
  lists->suggested = g_new (int, matrix->rows);
  fill_ranks (found, lists->rank);
  fill_strangeness (found, lists->strangeness);
  fill_doubts (found, groups, lists->doubt, lists->suggested);
  fill_twins (found, near, lists);
  return g_steal_pointer (&lists);
}

void
pheno_lists_free (PhenoLists *lists)
{
  if (lists == NULL)
    return;
  g_free (lists->rank);
  g_free (lists->strangeness);
  g_free (lists->doubt);
  g_free (lists->suggested);
  g_free (lists->pairs);
  g_free (lists->pair_distance);
  g_free (lists);
}
