/* graph.c - a symmetric graph from the nearest rows of each row
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each row has its own k edges; those that point at it are found by counting, and both
 * lists are merged in the order of the other end:
 *
 *     row's own    2  5     9         sorted
 *     pointing     2     7  9         sorted, as rows are looked through in order
 *     merged       2  5  7  9
 */
#include "engine/analysis/map-work.h"

#include <stdlib.h>

typedef struct
{
  int index;
  float weight;
} Edge;

void
pheno_graph_free (PhenoGraph *graph)
{
  if (graph == NULL)
    return;
  g_free (graph->start);
  g_free (graph->index);
  g_free (graph->weight);
  g_free (graph);
}

static int
compare_edges (const void *a, const void *b)
{
  const Edge *x = a, *y = b;

  return (x->index > y->index) - (x->index < y->index);
}

/* The edges that point at each row. @start: (N + 1) */
static Edge *
edges_back (const PhenoNeighbours *neighbours, const float *weight, gsize *start)
{
  gsize rows = neighbours->rows, k = neighbours->k;
  g_autofree gsize *at = g_new (gsize, rows);
  Edge *back = g_new (Edge, rows * k + 1);

  for (gsize e = 0; e < rows * k; e++)
    if (neighbours->index[e] >= 0 && weight[e] > 0)
      start[neighbours->index[e] + 1]++;
  for (gsize row = 0; row < rows; row++)
    {
      start[row + 1] += start[row];
      at[row] = start[row];
    }
  for (gsize row = 0; row < rows; row++)
    for (gsize e = row * k; e < (row + 1) * k; e++)
      if (neighbours->index[e] >= 0 && weight[e] > 0)
        back[at[neighbours->index[e]]++] = (Edge){ (int) row, weight[e] };
  return back;
}

static float
joined (float there, float back, PhenoUnion how)
{
  switch (how)
    {
    case PHENO_UNION_FUZZY:
      return there + back - there * back;
    case PHENO_UNION_MOST:
      return MAX (there, back);
    case PHENO_UNION_MEAN:
    default:
      return (there + back) / 2;
    }
}

static gsize
merge_row (PhenoGraph *graph, gsize at, const Edge *own, gsize n_own, const Edge *back,
           gsize n_back, PhenoUnion how)
{
  for (gsize i = 0, j = 0; i < n_own || j < n_back; at++)
    {
      int from_own = i < n_own ? own[i].index : G_MAXINT;
      int from_back = j < n_back ? back[j].index : G_MAXINT;
      float there = from_own <= from_back ? own[i].weight : 0;
      float here = from_back <= from_own ? back[j].weight : 0;

      graph->index[at] = MIN (from_own, from_back);
      graph->weight[at] = joined (there, here, how);
      i += from_own <= from_back;
      j += from_back <= from_own;
    }
  return at;
}

PhenoGraph *
pheno_graph_new (const PhenoNeighbours *neighbours, const float *weight, PhenoUnion how,
                 GError **error)
{
  gsize rows = neighbours->rows, k = neighbours->k, at = 0;
  g_autofree gsize *start = g_new0 (gsize, rows + 1);
  g_autofree Edge *back = edges_back (neighbours, weight, start);
  g_autofree Edge *own = g_new (Edge, k);
  g_autoptr (PhenoGraph) graph = g_new0 (PhenoGraph, 1);

  graph->rows = rows;
  graph->start = g_new (gsize, rows + 1);
  if ((graph->index = pheno_analysis_allocate (2 * start[rows], sizeof (int), error))
          == NULL
      || (graph->weight
          = pheno_analysis_allocate (2 * start[rows], sizeof (float), error))
             == NULL)
    return NULL;

  for (gsize row = 0; row < rows; row++)
    {
      gsize n = 0;

      for (gsize e = row * k; e < (row + 1) * k; e++)
        if (neighbours->index[e] >= 0 && weight[e] > 0)
          own[n++] = (Edge){ neighbours->index[e], weight[e] };
      qsort (own, n, sizeof *own, compare_edges);
      graph->start[row] = at;
      at = merge_row (graph, at, own, n, back + start[row], start[row + 1] - start[row],
                      how);
    }
  graph->start[rows] = at;
  return g_steal_pointer (&graph);
}
