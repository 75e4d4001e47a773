/* hdbscan.c - clusters of any shape, and rows that belong to none
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14. Distances are made
 * at least as large as that of either row to its least_samples-th neighbour, a shortest
 * tree through all rows is cut from the longest edge on, and of the pieces that have
 * least_size rows those are kept that last longest:
 *
 *     stability = sum over rows of (1 / distance at which it leaves - 1 / at which the
 *     cluster begins)
 *
 * The tree is Prim's: N^2 distances, none of them kept.
 */
#include "engine/analysis/map-work.h"

#include <math.h>
#include <stdlib.h>

typedef struct
{
  int a, b;
  double length;
} Edge;

/* A piece of the condensed tree, or a row that leaves one. */
typedef struct
{
  int parent, child, size; /* child: a row, or N + number of the cluster */
  double lambda;
} Part;

static int
compare_edges (const void *a, const void *b)
{
  const Edge *x = a, *y = b;

  if (x->length != y->length)
    return x->length < y->length ? -1 : 1;
  return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

typedef struct
{
  const PhenoMatrix *matrix;
  const double *core;
  double *best; /* (N): to the tree; negative: in it */
  int *from;
  int last;
} Prim;

#define TASK 1024

static void
look_from_last (gsize task, gpointer data)
{
  Prim *self = data;

  for (gsize row = task * TASK; row < MIN ((task + 1) * TASK, self->matrix->rows); row++)
    {
      double d;

      if (self->best[row] < 0)
        continue;
      d = sqrt (pheno_analysis_squared_distance (
          pheno_matrix_row (self->matrix, (gsize) self->last),
          pheno_matrix_row (self->matrix, row), self->matrix->columns));
      d = MAX (d, MAX (self->core[row], self->core[self->last]));
      if (d < self->best[row])
        {
          self->best[row] = d;
          self->from[row] = self->last;
        }
    }
}

/* (transfer full): N - 1 edges, shortest first. */
static Edge *
shortest_tree (const PhenoMatrix *matrix, const double *core, int threads,
               GCancellable *cancellable, GError **error)
{
  gsize rows = matrix->rows, tasks = (rows + TASK - 1) / TASK;
  g_autofree double *best = g_new (double, rows);
  g_autofree int *from = g_new0 (int, rows);
  g_autofree Edge *edges = g_new (Edge, rows);
  Prim self = { matrix, core, best, from, 0 };

  for (gsize row = 0; row < rows; row++)
    best[row] = INFINITY;
  best[0] = -1;
  for (gsize n = 0; n + 1 < rows; n++)
    {
      int next = -1;

      /* Threads pay for large tables only. */
      if (!pheno_analysis_run (tasks, rows * matrix->columns < 1000000 ? 1 : threads,
                               look_from_last, &self, cancellable, error))
        return NULL;
      for (int row = 0; row < (int) rows; row++)
        if (best[row] >= 0 && (next < 0 || best[row] < best[next]))
          next = row;
      edges[n] = (Edge){ from[next], next, best[next] };
      best[next] = -1;
      self.last = next;
    }
  qsort (edges, rows - 1, sizeof *edges, compare_edges);
  return g_steal_pointer (&edges);
}

static int
root_of (int *parent, int at)
{
  while (parent[at] != at)
    at = parent[at] = parent[parent[at]];
  return at;
}

typedef struct
{
  gsize rows, least;
  int *left, *right, *size; /* of merges N ... 2N - 2 */
  double *height;
  GArray *parts; /* Part */
  int n_clusters;
} Condensed;

static void
make_dendrogram (Condensed *self, const Edge *edges)
{
  gsize rows = self->rows;
  g_autofree int *parent = g_new (int, 2 * rows);

  for (gsize i = 0; i < 2 * rows; i++)
    parent[i] = (int) i;
  for (gsize step = 0; step + 1 < rows; step++)
    {
      int at = (int) (rows + step);
      int a = root_of (parent, edges[step].a), b = root_of (parent, edges[step].b);

      self->left[step] = a;
      self->right[step] = b;
      self->height[step] = edges[step].length;
      self->size[step] = (a < (int) rows ? 1 : self->size[(gsize) a - rows])
                         + (b < (int) rows ? 1 : self->size[(gsize) b - rows]);
      parent[a] = parent[b] = at;
    }
}

/* All rows below @node leave the cluster at that lambda. */
static void
rows_leave (Condensed *self, int node, int cluster, double lambda, GArray *stack)
{
  guint bottom = stack->len;

  g_array_append_val (stack, node);
  while (stack->len > bottom)
    {
      int at = g_array_index (stack, int, stack->len - 1);

      g_array_set_size (stack, stack->len - 1);
      if (at < (int) self->rows)
        {
          Part part = { cluster, at, 1, lambda };

          g_array_append_val (self->parts, part);
        }
      else
        {
          g_array_append_val (stack, self->left[(gsize) at - self->rows]);
          g_array_append_val (stack, self->right[(gsize) at - self->rows]);
        }
    }
}

/* From the top: a split in which both sides are large enough begins two clusters; when
 * one side is not, its rows leave and the cluster goes on in the other. */
static void
condense (Condensed *self)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (int));
  int top[2] = { (int) (2 * self->rows - 2), 0 };

  self->n_clusters = 1;
  g_array_append_vals (nodes, top, 2);
  while (nodes->len > 0)
    {
      int node = g_array_index (nodes, int, nodes->len - 2);
      int cluster = g_array_index (nodes, int, nodes->len - 1), side[2];
      double lambda;
      gboolean is_large[2];

      g_array_set_size (nodes, nodes->len - 2);
      if (node < (int) self->rows)
        {
          rows_leave (self, node, cluster, INFINITY, stack);
          continue;
        }
      side[0] = self->left[(gsize) node - self->rows];
      side[1] = self->right[(gsize) node - self->rows];
      lambda = self->height[(gsize) node - self->rows] > 0
                   ? 1 / self->height[(gsize) node - self->rows]
                   : INFINITY;
      for (int i = 0; i < 2; i++)
        is_large[i] = (side[i] < (int) self->rows
                           ? 1
                           : (gsize) self->size[(gsize) side[i] - self->rows])
                      >= self->least;
      for (int i = 0; i < 2; i++)
        if (!is_large[i])
          rows_leave (self, side[i], cluster, lambda, stack);
        else
          {
            int next[2] = { side[i], cluster };

            if (is_large[0] && is_large[1])
              {
                Part part = { cluster, (int) self->rows + self->n_clusters,
                              side[i] < (int) self->rows
                                  ? 1
                                  : self->size[(gsize) side[i] - self->rows],
                              lambda };

                next[1] = self->n_clusters++;
                g_array_append_val (self->parts, part);
              }
            g_array_append_vals (nodes, next, 2);
          }
    }
}

/* Which clusters are kept: one, or what is kept inside of it, whichever lasts longer; the
 * whole is none. */
static gboolean *
choose (const Condensed *self)
{
  gsize n = (gsize) self->n_clusters;
  g_autofree double *birth = g_new0 (double, n), *stability = g_new0 (double, n);
  g_autofree double *inside = g_new0 (double, n);
  g_autofree int *parent = g_new0 (int, n);
  gboolean *kept = g_new0 (gboolean, n);

  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);

      if (part->child >= (int) self->rows)
        {
          birth[part->child - (int) self->rows] = part->lambda;
          parent[part->child - (int) self->rows] = part->parent;
        }
    }
  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);

      stability[part->parent]
          += (MIN (part->lambda, 1e300) - MIN (birth[part->parent], 1e300)) * part->size;
    }
  /* Children have higher numbers than their parents. */
  for (gsize c = n; c-- > 1;)
    {
      kept[c] = stability[c] >= inside[c];
      inside[parent[c]] += MAX (stability[c], inside[c]);
    }
  return kept;
}

static void
label_rows (const Condensed *self, const gboolean *kept, int *labels, float *probability,
            gsize *n_clusters)
{
  gsize n = (gsize) self->n_clusters;
  g_autofree int *label = g_new (int, n);
  g_autofree double *most = g_new0 (double, n);
  int next = 0;

  /* A cluster below a kept one is part of it; parents come first. */
  label[0] = -1;
  for (gsize c = 1; c < n; c++)
    label[c] = -1;
  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);
      int child = part->child - (int) self->rows;

      if (child >= 0)
        label[child] = label[part->parent] >= 0 ? label[part->parent]
                       : kept[child]            ? next++
                                                : -1;
    }
  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);

      if (part->child < (int) self->rows)
        {
          labels[part->child] = label[part->parent];
          if (label[part->parent] >= 0 && isfinite (part->lambda))
            most[label[part->parent]] = MAX (most[label[part->parent]], part->lambda);
        }
    }
  for (guint i = 0; probability != NULL && i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);
      int own = label[part->parent];

      if (part->child < (int) self->rows)
        probability[part->child]
            = own < 0 ? 0
              : most[own] == 0 || !isfinite (part->lambda)
                  ? 1
                  : (float) (MIN (part->lambda, most[own]) / most[own]);
    }
  *n_clusters = (gsize) next;
}

int *
pheno_hdbscan (const PhenoMatrix *matrix, gsize least_size, gsize least_samples,
               int threads, gsize *n_clusters, float *probability,
               GCancellable *cancellable, GError **error)
{
  gsize rows = matrix->rows;
  g_autoptr (PhenoNeighbours) found = NULL;
  g_autofree double *core = NULL;
  g_autofree Edge *edges = NULL;
  g_autofree gboolean *kept = NULL;
  g_autofree int *memory = NULL;
  g_autofree double *height = NULL;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
  Condensed self = { .rows = rows, .least = MAX (least_size, 2), .parts = parts };
  int *labels;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  least_samples = CLAMP (least_samples, 1, rows - 1);
  found = pheno_map_neighbours (matrix, least_samples, PHENO_METRIC_EUCLIDEAN, threads,
                                cancellable, error);
  if (found == NULL)
    return NULL;
  core = g_new (double, rows);
  for (gsize row = 0; row < rows; row++)
    core[row] = found->distance[row * found->k + found->k - 1];
  if ((edges = shortest_tree (matrix, core, threads, cancellable, error)) == NULL)
    return NULL;
  memory = g_new (int, 3 * rows);
  height = g_new (double, rows);
  self.left = memory;
  self.right = memory + rows;
  self.size = memory + 2 * rows;
  self.height = height;
  make_dendrogram (&self, edges);
  condense (&self);
  kept = choose (&self);
  labels = g_new (int, rows);
  label_rows (&self, kept, labels, probability, n_clusters);
  return labels;
}
