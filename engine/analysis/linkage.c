/* linkage.c - clusters of clusters: a dendrogram
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The chain of nearest neighbours (Murtagh 1983): from any cluster to its nearest, to the
 * nearest of that, until two are each other's nearest; these are merged. Distances to the
 * new cluster follow from the old ones (Lance and Williams 1967). Merges are then sorted
 * by height and numbered as scipy does.
 */
#include "engine/analysis/parallel.h"

#include <math.h>
#include <stdlib.h>

typedef struct
{
  PhenoMatrix *distances;
  PhenoLinkage linkage;
  int *size; /* 0: merged into another */
} Tree;

static double
joined (const Tree *self, int a, int b, int other)
{
  double da = pheno_matrix_row (self->distances, (gsize) a)[other];
  double db = pheno_matrix_row (self->distances, (gsize) b)[other];
  double ab = pheno_matrix_row (self->distances, (gsize) a)[b];
  double na = self->size[a], nb = self->size[b], n = self->size[other];

  switch (self->linkage)
    {
    case PHENO_LINKAGE_SINGLE:
      return MIN (da, db);
    case PHENO_LINKAGE_COMPLETE:
      return MAX (da, db);
    case PHENO_LINKAGE_WARD:
      return sqrt (MAX (
          ((na + n) * da * da + (nb + n) * db * db - n * ab * ab) / (na + nb + n), 0));
    case PHENO_LINKAGE_AVERAGE:
    default:
      return (na * da + nb * db) / (na + nb);
    }
}

/* The nearest cluster; of equally near ones @before, or the lowest. */
static int
nearest_of (const Tree *self, int cluster, int before)
{
  const float *row = pheno_matrix_row (self->distances, (gsize) cluster);
  int best = before;

  for (int other = 0; other < (int) self->distances->rows; other++)
    if (other != cluster && self->size[other] > 0 && (best < 0 || row[other] < row[best]))
      best = other;
  return best;
}

static void
merge (Tree *self, int a, int b)
{
  for (int other = 0; other < (int) self->distances->rows; other++)
    if (other != a && other != b && self->size[other] > 0)
      {
        float d = (float) joined (self, a, b, other);

        pheno_matrix_row (self->distances, (gsize) b)[other] = d;
        pheno_matrix_row (self->distances, (gsize) other)[b] = d;
      }
  self->size[b] += self->size[a];
  self->size[a] = 0;
}

static int
compare_merges (const void *a, const void *b)
{
  const PhenoMerge *x = a, *y = b;

  if (x->height != y->height)
    return x->height < y->height ? -1 : 1;
  return (x->size > y->size) - (x->size < y->size); /* the order of the chain */
}

static int
root_of (int *parent, int at)
{
  while (parent[at] != at)
    at = parent[at] = parent[parent[at]];
  return at;
}

/* From rows that stand for clusters to numbers of clusters. */
static void
number_merges (PhenoMerge *merges, gsize rows)
{
  g_autofree int *parent = g_new (int, rows), *name = g_new (int, rows);
  g_autofree int *size = g_new (int, rows);

  for (gsize row = 0; row < rows; row++)
    {
      parent[row] = name[row] = (int) row;
      size[row] = 1;
    }
  qsort (merges, rows - 1, sizeof *merges, compare_merges);
  for (gsize step = 0; step + 1 < rows; step++)
    {
      PhenoMerge *one = merges + step;
      int a = root_of (parent, one->a), b = root_of (parent, one->b);

      one->a = MIN (name[a], name[b]);
      one->b = MAX (name[a], name[b]);
      one->size = size[b] += size[a];
      parent[a] = b;
      name[b] = (int) (rows + step);
    }
}

PhenoMerge *
pheno_linkage (PhenoMatrix *distances, PhenoLinkage linkage, GCancellable *cancellable,
               GError **error)
{
  gsize rows = distances->rows, length = 0, done = 0;
  g_autofree PhenoMerge *merges = NULL;
  g_autofree int *size = g_new (int, rows + 1), *chain = g_new (int, rows + 1);
  Tree self = { distances, linkage, size };

  g_return_val_if_fail (distances->rows == distances->columns, NULL);
  if (rows < 2)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("A dendrogram needs at least two images."));
      return NULL;
    }
  merges = g_new (PhenoMerge, rows);
  for (gsize row = 0; row < rows; row++)
    size[row] = 1;
  while (done + 1 < rows)
    {
      int at, next;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (length == 0)
        for (at = 0; length == 0; at++)
          if (size[at] > 0)
            chain[length++] = at;
      at = chain[length - 1];
      next = nearest_of (&self, at, length > 1 ? chain[length - 2] : -1);
      if (length > 1 && next == chain[length - 2])
        {
          merges[done] = (PhenoMerge){ at, next, (int) done,
                                       pheno_matrix_row (distances, (gsize) at)[next] };
          merge (&self, at, next);
          done++;
          length -= 2;
        }
      else
        chain[length++] = next;
    }
  number_merges (merges, rows);
  return g_steal_pointer (&merges);
}

int *
pheno_linkage_cut (const PhenoMerge *merges, gsize rows, gsize k)
{
  g_autofree int *parent = g_new (int, 2 * rows), *number = g_new (int, 2 * rows);
  int *clusters = g_new (int, rows);
  int n = 0;

  for (gsize i = 0; i < 2 * rows; i++)
    {
      parent[i] = (int) i;
      number[i] = -1;
    }
  for (gsize step = 0; step + MAX (k, 1) < rows; step++)
    {
      parent[root_of (parent, merges[step].a)] = (int) (rows + step);
      parent[root_of (parent, merges[step].b)] = (int) (rows + step);
    }
  for (gsize row = 0; row < rows; row++)
    {
      int root = root_of (parent, (int) row);

      if (number[root] < 0)
        number[root] = n++;
      clusters[row] = number[root];
    }
  return clusters;
}
