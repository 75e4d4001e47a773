/* umap.c - uniform manifold approximation and projection
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * McInnes, Healy and Melville 2018, arXiv:1802.03426. Edges to the k nearest rows have
 * weights exp (-(d - nearest) / sigma) that add up to log2 k, both directions are joined
 * as a fuzzy union, and the map is moved by drawn edges, which pull, and drawn rows,
 * which push.
 *
 * The usual program moves both ends of an edge at once, on one thread, or on several
 * with whatever comes out. Here each row moves itself alone: rows are dealt out to waves
 * that come one after the other, the rows of a wave see the places before it, and what a
 * row draws depends on the seed, the row and the epoch. So the map is the same for any
 * number of threads, and no wave is so large that rows run past each other.
 */
#include "engine/analysis/map-work.h"

#include <stdlib.h>
#include <string.h>

#include "engine/analysis/map-forces.h"
#include "kernels/pk.h"

#define WAVES 8
#define NEGATIVES 5
#define EPOCHS_OF_FEW 500 /* up to FEW rows, as in the usual program */
#define EPOCHS_OF_MANY 200
#define FEW 10000
#define CURVE_POINTS 300
#define WIDE 4.0 /* standard deviation of the first axis at the beginning */
#define MOST_AXES 3

enum
{
  NEIGHBOURS,
  MIN_DIST,
  EPOCHS,
  BEGIN,
  METRIC
};

/* a and b of 1 / (1 + a d^(2b)), nearest to 1 up to min_dist and exp (min_dist - d)
 * beyond: Gauss and Newton, damped. */
static void
fit_curve (double min_dist, double *a, double *b)
{
  double damping = 1e-3, last = INFINITY;
  double at_a = 1.5, at_b = 1;

  for (int round = 0; round < 200; round++)
    {
      double aa = 0, ab = 0, bb = 0, ga = 0, gb = 0, loss = 0, det, step_a, step_b;

      for (int i = 1; i < CURVE_POINTS; i++)
        {
          double d = 3.0 * i / (CURVE_POINTS - 1);
          double wanted = d < min_dist ? 1 : exp (min_dist - d);
          double power = pow (d, 2 * at_b), value = 1 / (1 + at_a * power);
          double da = -power * value * value;
          double db = -at_a * power * 2 * log (d) * value * value;
          double off = wanted - value;

          aa += da * da;
          ab += da * db;
          bb += db * db;
          ga += da * off;
          gb += db * off;
          loss += off * off;
        }
      if (loss < last)
        {
          *a = at_a;
          *b = at_b;
          damping = last - loss < 1e-14 ? 0 : damping / 3;
          if (damping == 0)
            return;
          last = loss;
        }
      else
        damping *= 10;
      aa *= 1 + damping;
      bb *= 1 + damping;
      det = aa * bb - ab * ab;
      step_a = (ga * bb - gb * ab) / det;
      step_b = (gb * aa - ga * ab) / det;
      at_a = MAX (*a + step_a, 1e-3);
      at_b = MAX (*b + step_b, 1e-3);
      if (damping > 1e12)
        return;
    }
}

/* What the difference of two places is multiplied by, as a table of d^2. */
static void
fill_curves (double a, double b, float *attract, float *repel)
{
  for (int i = 0; i < PHENO_CURVE_SIZE; i++)
    {
      double square = ldexp (1 + (i % 64) / 64.0, PHENO_CURVE_LOW + i / 64);
      double power = pow (square, b);

      attract[i] = (float) (-2 * a * b * power / square / (1 + a * power));
      repel[i] = (float) (2 * b / ((0.001 + square) * (1 + a * power)));
    }
}

typedef struct
{
  const PhenoNeighbours *neighbours;
  double mean; /* distance of all */
  float *weight;
} Fuzzy;

static void
fuzzy_row (const Fuzzy *self, gsize row)
{
  gsize k = self->neighbours->k, n = 0;
  const float *distance = self->neighbours->distance + row * k;
  float *weight = self->weight + row * k;
  double nearest = 0, sigma = 1, low = 0, high = INFINITY, mean = 0, least;
  double wanted = log2 ((double) k + 1);

  for (; n < k && !isnan (distance[n]); n++)
    {
      if (nearest == 0)
        nearest = distance[n];
      mean += distance[n];
    }
  for (int round = 0; round < 64; round++)
    {
      double sum = 0;

      for (gsize i = 0; i < n; i++)
        sum += distance[i] > nearest ? exp (-(distance[i] - nearest) / sigma) : 1;
      if (fabs (sum - wanted) < 1e-5)
        break;
      if (sum > wanted)
        high = sigma;
      else
        low = sigma;
      sigma = isinf (high) ? sigma * 2 : (low + high) / 2;
    }
  /* As in the usual program: never narrower than a thousandth of the mean distance. */
  least = 1e-3 * (nearest > 0 && n > 0 ? mean / (double) n : self->mean);
  sigma = MAX (sigma, least);
  for (gsize i = 0; i < k; i++)
    weight[i] = i >= n ? 0
                : distance[i] > nearest && sigma > 0
                    ? (float) exp (-(distance[i] - nearest) / sigma)
                    : 1;
}

static void
fuzzy_rows (gsize task, gpointer data)
{
  Fuzzy *self = data;

  for (gsize row = task * PHENO_MAP_TASK;
       row < MIN ((task + 1) * PHENO_MAP_TASK, self->neighbours->rows); row++)
    fuzzy_row (self, row);
}

static PhenoGraph *
fuzzy_graph (const PhenoMatrix *matrix, gsize k, PhenoMetric metric, int threads,
             GCancellable *cancellable, GError **error)
{
  /* The row itself counts as one of the k. */
  gsize others = MIN (k - 1, matrix->rows - 1), rows = matrix->rows, there = 0;
  g_autoptr (PhenoNeighbours) neighbours
      = pheno_map_neighbours (matrix, others, metric, threads, cancellable, error);
  g_autofree float *weight = NULL;
  Fuzzy self = { neighbours, 0, NULL };

  if (neighbours == NULL
      || (weight = pheno_analysis_allocate (rows * others, sizeof (float), error))
             == NULL)
    return NULL;
  for (gsize i = 0; i < rows * others; i++)
    if (!isnan (neighbours->distance[i]))
      {
        self.mean += neighbours->distance[i];
        there++;
      }
  self.mean /= (double) MAX (there, 1);
  self.weight = weight;
  if (!pheno_analysis_run ((rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK, threads,
                           fuzzy_rows, &self, cancellable, error))
    return NULL;
  return pheno_graph_new (neighbours, weight, PHENO_UNION_FUZZY, error);
}

typedef struct
{
  const PhenoGraph *graph;
  PhenoMatrix *places;
  float *next, *rate, *attract, *repel;
  int *order;
  int threads;
  const pheno_map_forces *forces;
  pheno_umap_step step;
  gsize from, to; /* of this wave, in the order */
} Umap;

static void
umap_clear (Umap *self)
{
  pheno_matrix_free (self->places);
  g_free (self->next);
  g_free (self->rate);
  g_free (self->attract);
  g_free (self->repel);
  g_free (self->order);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Umap, umap_clear)

typedef struct
{
  guint32 drawn;
  int row;
} Dealt;

static int
compare_dealt (const void *a, const void *b)
{
  const Dealt *x = a, *y = b;

  if (x->drawn != y->drawn)
    return x->drawn < y->drawn ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

/* Rows dealt out at random, so that a wave is no group of its own; inside a wave they
 * stay in order, which is that of the memory. */
static int *
deal_out (gsize rows, guint64 seed)
{
  g_autofree Dealt *dealt = g_new (Dealt, rows);
  int *order = g_new (int, rows);

  for (gsize row = 0; row < rows; row++)
    {
      pk_random4 counter
          = { { (guint32) row, (guint32) (row >> 32), 0, 0x77617665 /* "wave" */ } };

      dealt[row] = (Dealt){ pk_philox (counter, seed).word[0] % WAVES, (int) row };
    }
  qsort (dealt, rows, sizeof *dealt, compare_dealt);
  for (gsize i = 0; i < rows; i++)
    order[i] = dealt[i].row;
  return order;
}

/* An edge is drawn as often as its weight says, the heaviest in each epoch; those that
 * would not come once are left out, as they are in the usual program. */
static void
fill_rates (Umap *self, guint epochs)
{
  gsize edges = self->graph->start[self->graph->rows];
  float most = 0;

  self->rate = g_new (float, edges + 1);
  for (gsize edge = 0; edge < edges; edge++)
    most = MAX (most, self->graph->weight[edge]);
  for (gsize edge = 0; edge < edges; edge++)
    {
      float rate = self->graph->weight[edge] / most;

      self->rate[edge] = rate * (float) epochs < 1 ? 0 : rate;
    }
}

static void
move_rows (gsize task, gpointer data)
{
  Umap *self = data;
  gsize from = self->from + task * PHENO_MAP_TASK;

  self->forces->umap (&self->step, from, MIN (from + PHENO_MAP_TASK, self->to));
}

static void
one_wave (Umap *self, gsize wave)
{
  gsize rows = self->graph->rows, axes = self->places->columns;

  self->from = rows * wave / WAVES;
  self->to = rows * (wave + 1) / WAVES;
  pheno_analysis_run ((self->to - self->from + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK,
                      self->threads, move_rows, self, NULL, NULL);
  for (gsize at = self->from; at < self->to; at++)
    {
      gsize row = (gsize) self->order[at];

      for (gsize axis = 0; axis < axes; axis++)
        self->places->values[row * axes + axis] = self->next[row * axes + axis];
    }
}

static guint
move_all (Umap *self, guint epochs, PhenoMapReport *report)
{
  guint epoch;

  report->total = epochs;
  for (epoch = 0; epoch < epochs; epoch++)
    {
      self->step.epoch = epoch;
      self->step.alpha = 1 - (float) epoch / (float) epochs;
      for (gsize wave = 0; wave < WAVES; wave++)
        one_wave (self, wave);
      if (!pheno_map_report (report, epoch + 1, NAN, self->places))
        return epoch + 1;
    }
  return epoch;
}

static void
start_moving (Umap *self, double min_dist, guint epochs, guint64 seed)
{
  gsize rows = self->graph->rows;
  double a = 1, b = 1;

  fit_curve (min_dist, &a, &b);
  self->forces = pheno_map_forces_get ();
  self->attract = g_new (float, PHENO_CURVE_SIZE);
  self->repel = g_new (float, PHENO_CURVE_SIZE);
  fill_curves (a, b, self->attract, self->repel);
  self->next = g_new0 (float, rows * self->places->columns);
  self->order = deal_out (rows, seed);
  fill_rates (self, epochs);
  self->step = (pheno_umap_step){ .places = self->places->values,
                                  .order = self->order,
                                  .rows = rows,
                                  .start = self->graph->start,
                                  .index = self->graph->index,
                                  .rate = self->rate,
                                  .axes = (int) self->places->columns,
                                  .negatives = NEGATIVES,
                                  .seed = seed,
                                  .attract = self->attract,
                                  .repel = self->repel,
                                  .next = self->next };
}

/* From the graph itself; a graph in pieces has vectors that tell only these apart, and
 * noise gives each piece some width. */
static PhenoMatrix *
begin_by_graph (const PhenoMatrix *matrix, const PhenoGraph *graph, gsize axes,
                guint64 seed, int threads, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoMatrix) vectors = NULL;
  g_autoptr (PhenoMatrix) noise
      = pheno_map_begin (matrix, axes, TRUE, seed, WIDE / 100, error);
  double values[MOST_AXES];

  if (noise == NULL
      || !pheno_graph_eigenvectors (graph, axes, seed, threads, &vectors, values,
                                    cancellable, error))
    return NULL;
  for (gsize axis = 0; axis < axes; axis++)
    {
      double square = 0;

      for (gsize row = 0; row < matrix->rows; row++)
        square += pow (pheno_matrix_row (vectors, row)[axis], 2);
      square = square > 0 ? WIDE / sqrt (square / (double) matrix->rows) : 0;
      for (gsize row = 0; row < matrix->rows; row++)
        pheno_matrix_row (noise, row)[axis]
            += (float) (pheno_matrix_row (vectors, row)[axis] * square);
    }
  return g_steal_pointer (&noise);
}

static gboolean
read_parameters (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
                 double values[5], GError **error)
{
  for (gsize i = 0; i < 5; i++)
    if (!pheno_map_parameter (&pheno_projection_umap, options, i, &values[i], error))
      return FALSE;
  if (values[EPOCHS] == 0)
    values[EPOCHS] = matrix->rows <= FEW ? EPOCHS_OF_FEW : EPOCHS_OF_MANY;
  return pheno_map_check (matrix, error);
}

static PhenoMap *
project (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
         PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
         GError **error)
{
  g_auto (Umap) self = { .threads = options->threads };
  g_autoptr (PhenoGraph) graph = NULL;
  PhenoMapReport report = { .options = options,
                            .progress = progress,
                            .user_data = user_data,
                            .cancellable = cancellable,
                            .phase = "map" };
  gsize axes = CLAMP (options->n_axes, 2, MOST_AXES);
  double values[5];
  PhenoMap *map;
  guint epochs;

  if (!read_parameters (matrix, options, values, error)
      || (graph
          = fuzzy_graph (matrix, (gsize) values[NEIGHBOURS], (PhenoMetric) values[METRIC],
                         options->threads, cancellable, error))
             == NULL)
    return NULL;
  self.graph = graph;
  self.places = values[BEGIN] == 2 ? begin_by_graph (matrix, graph, axes, options->seed,
                                                     options->threads, cancellable, error)
                                   : pheno_map_begin (matrix, axes, values[BEGIN] == 1,
                                                      options->seed, WIDE, error);
  if (self.places == NULL)
    return NULL;
  start_moving (&self, values[MIN_DIST], (guint) values[EPOCHS], options->seed);
  report.started_us = g_get_monotonic_time ();
  epochs = move_all (&self, (guint) values[EPOCHS], &report);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  map = g_new0 (PhenoMap, 1);
  map->coordinates = g_steal_pointer (&self.places);
  map->steps = epochs;
  map->loss = NAN;
  return map;
}

static const char *const begin_words[] = { "pca", "random", "spectral", NULL };
static const char *const metric_words[] = { "cosine", "euclidean", NULL };

static const PhenoParameter parameters[] = {
  [NEIGHBOURS] = { "neighbours", N_ ("Neighbours"),
                   N_ ("Of each point, itself included: few show the finest groups, many "
                       "the whole"),
                   15, 2, 500, TRUE, NULL },
  [MIN_DIST] = { "min-dist", N_ ("Least distance"),
                 N_ ("How near points may come on the map: small draws tight groups"),
                 0.1, 0, 2.5, FALSE, NULL },
  [EPOCHS] = { "epochs", N_ ("Epochs"), N_ ("0: 500 up to 10,000 images, 200 beyond"), 0,
               0, 100000, TRUE, NULL },
  [BEGIN]
  = { "begin", N_ ("Beginning"),
      N_ ("Places before the first step: principal components, random, or spectral, "
          "from the graph of neighbours"),
      0, 0, 2, TRUE, begin_words },
  [METRIC] = { "metric", N_ ("Distance"), N_ ("Between rows of the embedding"),
               PHENO_METRIC_EUCLIDEAN, 0, 1, TRUE, metric_words },
};

const PhenoProjection pheno_projection_umap = {
  .name = "umap",
  .title = N_ ("Neighbours (UMAP)"),
  .axis = N_ ("UMAP"),
  .meaning
  = N_ ("Near on this map is near in the embedding. How far groups lie apart, how "
        "large and how dense they are means little, and a gap between groups may "
        "be wider than it is."),
  .usual_axes = 2,
  .most_axes = MOST_AXES,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .project = project,
};
