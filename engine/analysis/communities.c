/* communities.c - groups that hang together on the graph of look-alikes
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Edges weigh the share of look-alikes that both ends have in common (Jaccard; Levine et
 * al. 2015, doi:10.1016/j.cell.2015.05.047). Communities make the modularity large
 * (Newman and Girvan 2004; with a resolution, Reichardt and Bornholdt 2006), by the steps
 * of Traag, Waltman and van Eck 2019 (Leiden, doi:10.1038/s41598-019-41695-z):
 *
 *     1. nodes move to the community where they gain most, until none does
 *     2. each community is built up anew from single nodes, joined only where they gain:
 *        its parts, which hang together
 *     3. parts become the nodes of a smaller graph, which begins with the communities of
 * 1
 *
 * On one thread; the order in which nodes come is drawn by the seed.
 */
#include "engine/analysis/map-work.h"
#include "engine/analysis/statistics.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LEVELS 50
#define LEAST_GAIN 1e-12

typedef struct
{
  gsize n;
  gsize *start;
  int *index;
  double *weight;   /* of edges to others, both ways */
  double *strength; /* of all edges of a node, loops twice */
  double all;       /* twice the weight of all edges */
} Network;

static void
network_free (Network *network)
{
  if (network == NULL)
    return;
  g_free (network->start);
  g_free (network->index);
  g_free (network->weight);
  g_free (network->strength);
  g_free (network);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Network, network_free)

static int
compare_ints (const void *a, const void *b)
{
  return (*(const int *) a > *(const int *) b) - (*(const int *) a < *(const int *) b);
}

/* Weights of the edges of @found: look-alikes in common, both rows themselves included.
 */
static float *
shared_weights (const PhenoNeighbours *found)
{
  gsize rows = found->rows, k = found->k;
  g_autofree int *sorted = g_new (int, rows *(k + 1));
  float *weight = g_new0 (float, rows *k);

  for (gsize row = 0; row < rows; row++)
    {
      memcpy (sorted + row * (k + 1), found->index + row * k, k * sizeof (int));
      sorted[row * (k + 1) + k] = (int) row;
      qsort (sorted + row * (k + 1), k + 1, sizeof (int), compare_ints);
    }
  for (gsize row = 0; row < rows; row++)
    for (gsize i = 0; i < k && found->index[row * k + i] >= 0; i++)
      {
        const int *a = sorted + row * (k + 1);
        const int *b = sorted + (gsize) found->index[row * k + i] * (k + 1);
        gsize same = 0;

        for (gsize x = 0, y = 0; x <= k && y <= k;)
          if (a[x] == b[y])
            {
              same += a[x] >= 0;
              x++;
              y++;
            }
          else if (a[x] < b[y])
            x++;
          else
            y++;
        weight[row * k + i] = (float) same / (float) (2 * (k + 1) - same);
      }
  return weight;
}

static Network *
network_of (const PhenoGraph *graph)
{
  Network *network = g_new0 (Network, 1);
  gsize edges = graph->start[graph->rows];

  network->n = graph->rows;
  network->start = g_memdup2 (graph->start, (graph->rows + 1) * sizeof (gsize));
  network->index = g_memdup2 (graph->index, edges * sizeof (int));
  network->weight = g_new (double, edges + 1);
  network->strength = g_new0 (double, graph->rows);
  for (gsize node = 0; node < graph->rows; node++)
    for (gsize e = graph->start[node]; e < graph->start[node + 1]; e++)
      {
        network->weight[e] = graph->weight[e];
        network->strength[node] += graph->weight[e];
        network->all += graph->weight[e];
      }
  return network;
}

typedef struct
{
  const Network *network;
  double resolution;
  int *community;
  double *total;  /* strength of each community */
  double *toward; /* (n): weight from the node at hand, by community; all 0 otherwise */
  int *near;      /* communities with any */
} Moves;

/* The community among those of the neighbours that a node would gain most in, when it
 * stands alone; its own where none is better. @within: (nullable): only of the same. */
static int
best_community (Moves *self, int node, const int *within)
{
  const Network *network = self->network;
  int own = self->community[node], best = own, n_near = 0;
  double strength = network->strength[node], by = self->resolution / network->all;
  double best_gain;

  self->near[n_near++] = own;
  for (gsize e = network->start[node]; e < network->start[node + 1]; e++)
    {
      int other = network->index[e], there = self->community[other];

      if (other == node || (within != NULL && within[other] != within[node]))
        continue;
      if (self->toward[there] == 0 && there != own)
        self->near[n_near++] = there;
      self->toward[there] += network->weight[e];
    }
  best_gain = self->toward[own] - by * strength * (self->total[own] - strength);
  for (int i = 1; i < n_near; i++)
    {
      int there = self->near[i];
      double gain = self->toward[there] - by * strength * self->total[there];

      if (gain > best_gain + LEAST_GAIN)
        {
          best_gain = gain;
          best = there;
        }
    }
  for (int i = 0; i < n_near; i++)
    self->toward[self->near[i]] = 0;
  return best;
}

static void
move_node (Moves *self, int node, int to)
{
  self->total[self->community[node]] -= self->network->strength[node];
  self->total[to] += self->network->strength[node];
  self->community[node] = to;
}

/* Nodes whose neighbours have moved are looked at again. Returns: whether any moved. */
static gboolean
move_nodes (Moves *self, const int *order)
{
  const Network *network = self->network;
  gsize n = network->n;
  g_autofree gboolean *waits = g_new (gboolean, n);
  g_autofree int *queue = g_memdup2 (order, n * sizeof (int));
  gsize first = 0, waiting = n;
  gboolean moved = FALSE;

  for (gsize i = 0; i < n; i++)
    waits[i] = TRUE;
  for (; waiting > 0; waiting--)
    {
      int node = queue[first], to;

      first = (first + 1) % n;
      waits[node] = FALSE;
      to = best_community (self, node, NULL);
      if (to == self->community[node])
        continue;
      move_node (self, node, to);
      moved = TRUE;
      for (gsize e = network->start[node]; e < network->start[node + 1]; e++)
        {
          int other = network->index[e];

          if (waits[other] || self->community[other] == to)
            continue;
          waits[other] = TRUE;
          queue[(first + waiting - 1) % n] = other;
          waiting++;
        }
    }
  return moved;
}

/* Parts of the communities: single nodes join the part of their community that they gain
 * most in; who has been joined stays. */
static void
refine (Moves *self, const int *communities, const int *order)
{
  gsize n = self->network->n;
  g_autofree int *size = g_new (int, n);

  for (gsize i = 0; i < n; i++)
    {
      self->community[i] = (int) i;
      self->total[i] = self->network->strength[i];
      size[i] = 1;
    }
  for (gsize i = 0; i < n; i++)
    {
      int node = order[i], to;

      if (self->community[node] != node || size[node] > 1)
        continue;
      to = best_community (self, node, communities);
      if (to == node)
        continue;
      size[node]--;
      size[to]++;
      move_node (self, node, to);
    }
}

/* Numbers from 0 without gaps, in the order of the nodes. Returns: how many. */
static gsize
renumber (int *numbers, gsize n)
{
  g_autofree int *known = g_new (int, n + 1);
  gsize next = 0;

  for (gsize i = 0; i < n; i++)
    known[i] = -1;
  for (gsize i = 0; i < n; i++)
    {
      if (known[numbers[i]] < 0)
        known[numbers[i]] = (int) next++;
      numbers[i] = known[numbers[i]];
    }
  return next;
}

/* One node for each part. */
static Network *
gather (const Network *network, const int *part, gsize n_parts)
{
  Network *small = g_new0 (Network, 1);
  g_autofree int *order = g_new (int, network->n + 1), *near = g_new (int, n_parts + 1);
  g_autofree gsize *begin = g_new0 (gsize, n_parts + 1);
  g_autofree double *toward = g_new0 (double, n_parts);
  gsize edges = network->start[network->n], at = 0;

  small->n = n_parts;
  small->all = network->all;
  small->start = g_new0 (gsize, n_parts + 1);
  small->index = g_new (int, edges + 1);
  small->weight = g_new (double, edges + 1);
  small->strength = g_new0 (double, n_parts);
  for (gsize node = 0; node < network->n; node++)
    {
      begin[part[node] + 1]++;
      small->strength[part[node]] += network->strength[node];
    }
  for (gsize p = 0; p < n_parts; p++)
    begin[p + 1] += begin[p];
  for (gsize node = network->n; node-- > 0;)
    order[--begin[part[node] + 1]] = (int) node;
  for (gsize p = 0; p < n_parts; p++)
    {
      gsize n_near = 0, from = begin[p + 1];
      gsize to = p + 1 < n_parts ? begin[p + 2] : network->n;

      for (gsize i = from; i < to; i++)
        for (gsize e = network->start[order[i]]; e < network->start[order[i] + 1]; e++)
          {
            int there = part[network->index[e]];

            if (there == (int) p)
              continue;
            if (toward[there] == 0)
              near[n_near++] = there;
            toward[there] += network->weight[e];
          }
      qsort (near, n_near, sizeof (int), compare_ints);
      for (gsize i = 0; i < n_near; i++)
        {
          small->index[at] = near[i];
          small->weight[at++] = toward[near[i]];
          toward[near[i]] = 0;
        }
      small->start[p + 1] = at;
    }
  return small;
}

static double
modularity_of (const Network *network, const int *community, double resolution)
{
  g_autofree double *total = g_new0 (double, network->n);
  double inside = 0, expected = 0;

  for (gsize node = 0; node < network->n; node++)
    {
      total[community[node]] += network->strength[node];
      for (gsize e = network->start[node]; e < network->start[node + 1]; e++)
        if (community[network->index[e]] == community[node])
          inside += network->weight[e];
    }
  for (gsize c = 0; c < network->n; c++)
    expected += total[c] / network->all * (total[c] / network->all);
  return inside / network->all - resolution * expected;
}

/* @community: of the nodes, as they begin; where they end. @part: (out) their parts.
 * Returns: whether any node moved. */
static gboolean
one_level (const Network *network, double resolution, guint level, guint64 seed,
           int *community, int *part)
{
  gsize n = network->n;
  g_autofree double *total = g_new0 (double, n), *toward = g_new0 (double, n);
  g_autofree int *near = g_new (int, n + 1), *order = g_new (int, n + 1);
  Moves moves = { network, resolution, community, total, toward, near };
  gboolean moved;

  pheno_permutation (order, n, NULL, level, seed);
  for (gsize node = 0; node < n; node++)
    total[community[node]] += network->strength[node];
  moved = move_nodes (&moves, order);
  moves.community = part;
  refine (&moves, community, order);
  return moved;
}

static int *
find_communities (const Network *whole, double resolution, guint64 seed,
                  gsize *n_communities)
{
  gsize rows = whole->n;
  int *of_row = g_new (int, rows); /* node of each row, then its community */
  g_autofree int *community = g_new (int, rows + 1);
  g_autoptr (Network) small = NULL;
  const Network *network = whole;

  for (gsize row = 0; row < rows; row++)
    of_row[row] = community[row] = (int) row;
  for (guint level = 0; level < MOST_LEVELS; level++)
    {
      gsize n = network->n, n_parts;
      g_autofree int *part = g_new (int, n), *next = NULL;
      gboolean moved = one_level (network, resolution, level, seed, community, part);
      Network *gathered;

      n_parts = renumber (part, n);
      if (!moved || n_parts == n)
        break;
      next = g_new (int, n_parts);
      for (gsize row = 0; row < rows; row++)
        of_row[row] = part[of_row[row]];
      gathered = gather (network, part, n_parts);
      g_clear_pointer (&small, network_free);
      network = small = gathered;
      renumber (community, n);
      for (gsize node = 0; node < n; node++)
        next[part[node]] = community[node];
      memcpy (community, next, n_parts * sizeof (int));
    }
  for (gsize row = 0; row < rows; row++)
    of_row[row] = community[of_row[row]];
  *n_communities = renumber (of_row, rows);
  return of_row;
}

int *
pheno_communities (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                   double resolution, guint64 seed, int threads, gsize *n_clusters,
                   double *modularity, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoNeighbours) found = NULL;
  g_autoptr (PhenoGraph) graph = NULL;
  g_autoptr (Network) network = NULL;
  g_autofree float *weight = NULL;
  int *communities;

  if (!pheno_analysis_check (matrix, error))
    return NULL;
  found = pheno_map_neighbours (matrix, MIN (MAX (k, 1), matrix->rows - 1), metric,
                                threads, cancellable, error);
  if (found == NULL)
    return NULL;
  weight = shared_weights (found);
  if ((graph = pheno_graph_new (found, weight, PHENO_UNION_MOST, error)) == NULL)
    return NULL;
  network = network_of (graph);
  communities = find_communities (network, resolution, seed, n_clusters);
  if (modularity != NULL)
    *modularity = modularity_of (network, communities, resolution);
  return communities;
}
