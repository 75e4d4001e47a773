/* tsne.c - t-distributed stochastic neighbour embedding
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * van der Maaten and Hinton 2008, "Visualizing data using t-SNE". Each row has 3 x
 * perplexity nearest rows, with probabilities of a Gaussian whose width gives that
 * perplexity; the map is moved until its own, heavy-tailed probabilities are like them:
 *
 *     gradient_i = 4 (pull_i - push_i / Z)     pull_i = sum_j p_ij (y_i - y_j) / (1 +
 * d^2)
 *
 * Pushes come from a grid (flat maps), or from a tree of cells (three dimensions, and
 * small maps). Beginning with the principal components, exaggeration 12 for the first 250
 * steps, and steps of N / exaggeration are those of Belkina et al. 2019
 * (doi:10.1038/s41467-019-13055-y) and Kobak and Berens 2019
 * (doi:10.1038/s41467-019-13056-x).
 */
#include "engine/analysis/map-work.h"

#include <string.h>

#include "engine/analysis/map-forces.h"
#include "engine/analysis/repulsion.h"

#define EARLY_STEPS 250
#define THETA 0.5
#define TREE_UP_TO 2000 /* rows of a flat map: below, the tree is as fast as the grid */
#define LOSS_EVERY 50
#define LONGEST_STEP 5
#define LEAST_GAIN 0.01f
#define MOST_AXES 3

enum
{
  PERPLEXITY,
  STEPS,
  EXAGGERATION,
  BEGIN,
  METRIC
};

typedef struct
{
  const PhenoNeighbours *neighbours;
  double perplexity;
  float *weight;
} Calibration;

/* The width of a row's Gaussian, by halving: 1/2 to its precision beta. */
static void
calibrate_row (const Calibration *self, gsize row, double *squares)
{
  gsize k = self->neighbours->k, n = 0;
  const float *distance = self->neighbours->distance + row * k;
  float *weight = self->weight + row * k;
  double wanted = log (self->perplexity), beta = 1, low = 0, high = INFINITY, sum = 0;

  while (n < k && !isnan (distance[n]))
    {
      squares[n]
          = (double) distance[n] * distance[n] - (double) distance[0] * distance[0];
      n++;
    }
  if (n > 0 && squares[n - 1] > 0)
    beta = 1 / squares[n - 1];
  for (int round = 0; round < 64; round++)
    {
      double entropy, mean = 0;

      sum = 0;
      for (gsize i = 0; i < n; i++)
        {
          double p = exp (-beta * squares[i]);

          weight[i] = (float) p;
          sum += p;
          mean += p * squares[i];
        }
      entropy = log (sum) + beta * mean / sum;
      if (fabs (entropy - wanted) < 1e-5)
        break;
      if (entropy > wanted)
        low = beta;
      else
        high = beta;
      beta = isinf (high) ? beta * 2 : (low + high) / 2;
      if (!isfinite (beta) || beta > 1e300)
        break; /* copies of one row: all as likely */
    }
  for (gsize i = 0; i < k; i++)
    weight[i] = i < n && sum > 0 ? (float) (weight[i] / sum) : 0;
}

static void
calibrate_rows (gsize task, gpointer data)
{
  Calibration *self = data;
  g_autofree double *squares = g_new (double, self->neighbours->k);

  for (gsize row = task * PHENO_MAP_TASK;
       row < MIN ((task + 1) * PHENO_MAP_TASK, self->neighbours->rows); row++)
    calibrate_row (self, row, squares);
}

/* Probabilities of pairs; they add up to 1. */
static PhenoGraph *
probabilities (const PhenoMatrix *matrix, double perplexity, PhenoMetric metric,
               int threads, GCancellable *cancellable, GError **error)
{
  gsize rows = matrix->rows, k = (gsize) MIN (3 * perplexity, (double) (rows - 1));
  g_autoptr (PhenoNeighbours) neighbours
      = pheno_map_neighbours (matrix, k, metric, threads, cancellable, error);
  g_autofree float *weight = NULL;
  Calibration self = { neighbours, MIN (perplexity, (double) k / 3 + 0.5), NULL };
  PhenoGraph *graph;

  if (neighbours == NULL
      || (weight = pheno_analysis_allocate (rows * k, sizeof (float), error)) == NULL)
    return NULL;
  self.weight = weight;
  if (!pheno_analysis_run ((rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK, threads,
                           calibrate_rows, &self, cancellable, error)
      || (graph = pheno_graph_new (neighbours, weight, PHENO_UNION_MEAN, error)) == NULL)
    return NULL;
  for (gsize edge = 0; edge < graph->start[rows]; edge++)
    graph->weight[edge] /= (float) rows;
  return graph;
}

typedef struct
{
  PhenoMatrix *places;
  const PhenoGraph *graph;
  int threads;
  PhenoGridRepulsion *grid;
  PhenoTreeRepulsion *tree;
  const pheno_map_forces *forces;
  float *pull, *push, *speed, *gain;
  double *middle; /* (tasks, axes): sums of places */
  double *partial;

  /* of this step */
  float exaggeration, rate, momentum;
  double potential;
} Tsne;

static void
tsne_clear (Tsne *self)
{
  pheno_matrix_free (self->places);
  pheno_grid_repulsion_free (self->grid);
  pheno_tree_repulsion_free (self->tree);
  g_free (self->pull);
  g_free (self->push);
  g_free (self->speed);
  g_free (self->gain);
  g_free (self->middle);
  g_free (self->partial);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tsne, tsne_clear)

static void
move_row (Tsne *self, gsize row)
{
  gsize axes = self->places->columns;
  float *place = pheno_matrix_row (self->places, row), step[MOST_AXES], square = 0;
  float by = (float) (1 / self->potential), shorter = 1;

  for (gsize axis = 0; axis < axes; axis++)
    {
      gsize at = row * axes + axis;
      float gradient = 4 * (self->exaggeration * self->pull[at] - self->push[at] * by);

      self->gain[at] = (gradient > 0) != (self->speed[at] > 0)
                           ? self->gain[at] + 0.2f
                           : MAX (self->gain[at] * 0.8f, LEAST_GAIN);
      self->speed[at]
          = self->momentum * self->speed[at] - self->rate * self->gain[at] * gradient;
      step[axis] = self->speed[at];
      square += step[axis] * step[axis];
    }
  if (square > LONGEST_STEP * LONGEST_STEP)
    shorter = LONGEST_STEP / sqrtf (square);
  for (gsize axis = 0; axis < axes; axis++)
    place[axis] += step[axis] * shorter;
}

static void
pull_rows (gsize task, gpointer data)
{
  Tsne *self = data;
  const PhenoGraph *graph = self->graph;
  gsize from = task * PHENO_MAP_TASK, to = MIN (from + PHENO_MAP_TASK, graph->rows);
  pheno_attraction attraction = { .places = self->places->values,
                                  .start = graph->start,
                                  .index = graph->index,
                                  .weight = graph->weight,
                                  .axes = (int) self->places->columns,
                                  .force = self->pull };

  self->forces->attract (&attraction, from, to);
}

static void
move_rows (gsize task, gpointer data)
{
  Tsne *self = data;
  gsize from = task * PHENO_MAP_TASK, axes = self->places->columns;
  double *middle = self->middle + task * axes;

  memset (middle, 0, axes * sizeof (double));
  for (gsize row = from; row < MIN (from + PHENO_MAP_TASK, self->places->rows); row++)
    {
      move_row (self, row);
      for (gsize axis = 0; axis < axes; axis++)
        middle[axis] += pheno_matrix_row (self->places, row)[axis];
    }
}

static void
centre (Tsne *self, gsize tasks)
{
  gsize axes = self->places->columns;
  float middle[MOST_AXES];

  for (gsize axis = 0; axis < axes; axis++)
    {
      double sum = 0;

      for (gsize task = 0; task < tasks; task++)
        sum += self->middle[task * axes + axis];
      middle[axis] = (float) (sum / (double) self->places->rows);
    }
  for (gsize row = 0; row < self->places->rows; row++)
    for (gsize axis = 0; axis < axes; axis++)
      pheno_matrix_row (self->places, row)[axis] -= middle[axis];
}

static void
loss_rows (gsize task, gpointer data)
{
  Tsne *self = data;
  const PhenoGraph *graph = self->graph;
  gsize from = task * PHENO_MAP_TASK, axes = self->places->columns;
  double sum = 0;

  for (gsize row = from; row < MIN (from + PHENO_MAP_TASK, graph->rows); row++)
    for (gsize edge = graph->start[row]; edge < graph->start[row + 1]; edge++)
      {
        const float *own = pheno_matrix_row (self->places, row);
        const float *other = pheno_matrix_row (self->places, (gsize) graph->index[edge]);
        double square = 1, p = graph->weight[edge];

        for (gsize axis = 0; axis < axes; axis++)
          square += (own[axis] - other[axis]) * (own[axis] - other[axis]);
        sum += p > 0 ? p * log (p * square * self->potential) : 0;
      }
  self->partial[task] = sum;
}

/* The divergence of Kullback and Leibler between both sets of probabilities. */
static double
loss_of (Tsne *self, gsize tasks)
{
  double sum = 0;

  pheno_analysis_run (tasks, self->threads, loss_rows, self, NULL, NULL);
  for (gsize task = 0; task < tasks; task++)
    sum += self->partial[task];
  return sum;
}

static void
start_moving (Tsne *self)
{
  gsize rows = self->places->rows, axes = self->places->columns;
  gsize tasks = (rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK;

  self->forces = pheno_map_forces_get ();
  self->pull = g_new0 (float, rows *axes);
  self->push = g_new0 (float, rows *axes);
  self->speed = g_new0 (float, rows *axes);
  self->gain = g_new (float, rows *axes);
  self->middle = g_new (double, tasks *axes);
  self->partial = g_new (double, tasks);
  for (gsize at = 0; at < rows * axes; at++)
    self->gain[at] = 1;
  if (axes == 2 && rows > TREE_UP_TO)
    self->grid = pheno_grid_repulsion_new (rows, self->threads);
  else
    self->tree = pheno_tree_repulsion_new (rows, (int) axes, THETA, self->threads);
}

static void
one_step (Tsne *self, gsize tasks)
{
  const float *places = self->places->values;

  self->potential = self->grid != NULL
                        ? pheno_grid_repulsion (self->grid, places, self->push)
                        : pheno_tree_repulsion (self->tree, places, self->push);
  pheno_analysis_run (tasks, self->threads, pull_rows, self, NULL, NULL);
  pheno_analysis_run (tasks, self->threads, move_rows, self, NULL, NULL);
  centre (self, tasks);
}

/* Returns: steps done. */
static guint
move_all (Tsne *self, guint steps, double exaggeration, PhenoMapReport *report,
          double *loss)
{
  gsize rows = self->places->rows;
  gsize tasks = (rows + PHENO_MAP_TASK - 1) / PHENO_MAP_TASK;
  guint step;

  report->total = EARLY_STEPS + steps;
  *loss = NAN;
  for (step = 0; step < EARLY_STEPS + steps; step++)
    {
      gboolean early = step < EARLY_STEPS;

      if (step == EARLY_STEPS)
        {
          memset (self->speed, 0, rows * self->places->columns * sizeof (float));
          for (gsize at = 0; at < rows * self->places->columns; at++)
            self->gain[at] = 1;
        }
      self->exaggeration = early ? (float) exaggeration : 1;
      self->rate = (float) MAX ((double) rows / (early ? exaggeration : 1), 50);
      self->momentum = early ? 0.5f : 0.8f;
      one_step (self, tasks);
      if (step % LOSS_EVERY == LOSS_EVERY - 1)
        *loss = loss_of (self, tasks);
      if (!pheno_map_report (report, step + 1, *loss, self->places))
        return step + 1;
    }
  return step;
}

static gboolean
read_parameters (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
                 double values[5], GError **error)
{
  for (gsize i = 0; i < 5; i++)
    if (!pheno_map_parameter (&pheno_projection_tsne, options, i, &values[i], error))
      return FALSE;
  return pheno_map_check (matrix, error);
}

static PhenoMap *
project (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
         PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
         GError **error)
{
  g_auto (Tsne) self = { .threads = options->threads };
  g_autoptr (PhenoGraph) graph = NULL;
  PhenoMapReport report = { .options = options,
                            .progress = progress,
                            .user_data = user_data,
                            .cancellable = cancellable,
                            .phase = "map" };
  double values[5], loss;
  PhenoMap *map;
  guint steps;

  if (!read_parameters (matrix, options, values, error)
      || (graph = probabilities (matrix, values[PERPLEXITY], (PhenoMetric) values[METRIC],
                                 options->threads, cancellable, error))
             == NULL
      || (self.places = pheno_map_begin (matrix, CLAMP (options->n_axes, 2, MOST_AXES),
                                         values[BEGIN] == 1, options->seed, 1e-4, error))
             == NULL)
    return NULL;
  self.graph = graph;
  report.started_us = g_get_monotonic_time ();
  start_moving (&self);
  steps = move_all (&self, (guint) values[STEPS], values[EXAGGERATION], &report, &loss);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  map = g_new0 (PhenoMap, 1);
  map->coordinates = g_steal_pointer (&self.places);
  map->steps = steps;
  map->loss = loss;
  return map;
}

static const char *const begin_words[] = { "pca", "random", NULL };
static const char *const metric_words[] = { "cosine", "euclidean", NULL };

static const PhenoParameter parameters[] = {
  [PERPLEXITY] = { "perplexity", N_ ("Perplexity"),
                   N_ ("How many look-alikes a point has, softly: small shows the finest "
                       "groups, large the whole"),
                   30, 2, 500, FALSE, NULL },
  [STEPS] = { "steps", N_ ("Steps"), N_ ("After 250 that bring the groups together"), 500,
              0, 100000, TRUE, NULL },
  [EXAGGERATION] = { "exaggeration", N_ ("Exaggeration"),
                     N_ ("How much stronger pulls are in the first 250 steps"), 12, 1,
                     100, FALSE, NULL },
  [BEGIN] = { "begin", N_ ("Beginning"),
              N_ ("Places before the first step: principal components, which keep the "
                  "large picture, or random"),
              0, 0, 1, TRUE, begin_words },
  [METRIC] = { "metric", N_ ("Distance"), N_ ("Between rows of the embedding"),
               PHENO_METRIC_EUCLIDEAN, 0, 1, TRUE, metric_words },
};

const PhenoProjection pheno_projection_tsne = {
  .name = "tsne",
  .title = N_ ("Neighbours (t-SNE)"),
  .axis = N_ ("t-SNE"),
  .meaning
  = N_ ("Near on this map is near in the embedding. How far groups lie apart, how "
        "large and how dense they are means little: the method draws all groups "
        "about equally dense."),
  .usual_axes = 2,
  .most_axes = MOST_AXES,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .project = project,
};
