/* analysis.h - what embeddings say: maps, neighbours, statistics
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoPca:
 * @mean: (D)
 * @components: (K, D), rows of length 1; the entry of largest size is positive
 * @variance: (K), of the scores, with N - 1
 * @total_variance: over all D
 */
typedef struct
{
  float *mean;
  PhenoMatrix *components;
  double *variance;
  double total_variance;
} PhenoPca;
/**
 * pheno_pca:
 * @matrix: (N, D)
 * @n_components: K wanted; fewer are given where there are fewer: at most min (N - 1, D),
 * and none with less than 1e-12 of the variance of the first (that is rounding)
 *
 * Exact, by the eigenvectors of the covariance, or of the Gram matrix when N < D; summed
 * in double.
 *
 * Errors: %PHENO_ERROR_DATA for fewer than two rows, values that are no numbers, or no
 * variance at all
 */
PhenoPca *pheno_pca (const PhenoMatrix *matrix, gsize n_components, GError **error);
/* (N, K) scores of the same or other rows; with @whiten divided by the roots of the
 * variances. */
PhenoMatrix *pheno_pca_project (const PhenoPca *pca, const PhenoMatrix *matrix,
                                gboolean whiten);
void pheno_pca_free (PhenoPca *pca);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoPca, pheno_pca_free)

typedef enum
{
  PHENO_METRIC_COSINE, /* 1 - cosine, 0 to 2 */
  PHENO_METRIC_EUCLIDEAN
} PhenoMetric;

/**
 * PhenoNeighbours:
 * @k: as asked for
 * @index: (N, k): the nearest rows, nearest first; -1 where there are fewer
 * @distance: (N, k): NAN where there are fewer
 */
typedef struct
{
  gsize rows, k;
  int *index;      /* (N, k) */
  float *distance; /* (N, k) */
} PhenoNeighbours;
/**
 * pheno_neighbours:
 * @matrix: (N, D)
 * @k: from 1
 * @exclude: (nullable): N group numbers; rows of the query's own group (other than -1)
 * are left out
 * @threads: 0: one per core; the result is the same for any number
 *
 * Exact: distances are those of sums in double, ties go to the lower row. A row is never
 * its own neighbour. With the cosine, a row of zeros has distance 1 to all others. Memory
 * grows with N (D + k), never with N x N.
 *
 * Errors: %PHENO_ERROR_DATA for fewer than two rows, values that are no numbers, or, with
 * the cosine, nothing but zeros; %G_IO_ERROR_CANCELLED
 */
PhenoNeighbours *pheno_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                                   const int *exclude, int threads,
                                   GCancellable *cancellable, GError **error);
void pheno_neighbours_free (PhenoNeighbours *neighbours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoNeighbours, pheno_neighbours_free)

/**
 * pheno_nearest:
 * @row: the query
 * @left_out: (nullable): N flags: rows that are no neighbours
 *
 * The nearest rows of one row alone, as pheno_neighbours() gives them for all: exact,
 * ties to the lower row, never the row itself. One pass over the matrix on this thread.
 *
 * Returns: one row, (1, k)
 * Errors: those of pheno_neighbours()
 */
PhenoNeighbours *pheno_nearest (const PhenoMatrix *matrix, gsize row, gsize k,
                                PhenoMetric metric, const guint8 *left_out,
                                GCancellable *cancellable, GError **error);

/**
 * PhenoMap: places of the rows on a map
 * @coordinates: (N, K)
 * @shares: (nullable): (K): share of the variance that each axis holds, 0 to 1; NULL
 *   where axes have no such meaning
 * @steps: how many were done; fewer than all when it was stopped
 * @loss: what was made small, where there is such a thing; NAN
 */
typedef struct
{
  PhenoMatrix *coordinates;
  double *shares;
  guint steps;
  double loss;
} PhenoMap;
void pheno_map_free (PhenoMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMap, pheno_map_free)

/**
 * PhenoParameter: a number, or one of some words, that a projection can be told
 * @name: what users type: "perplexity"
 * @title: as forms show it; to be translated, and so is @help
 * @usual: when nothing is said
 * @words: (nullable) (array zero-terminated=1): the value is the place of a word in here
 */
typedef struct
{
  const char *name, *title, *help;
  double usual, least, most;
  gboolean whole;
  const char *const *words;
} PhenoParameter;

/* The map while it is made, some times a second, on the thread that makes it; the
 * coordinates live only during the call. Returns: FALSE to stop here and keep it. */
typedef gboolean (*PhenoMapFunc) (const PhenoMatrix *coordinates, gpointer user_data);

/**
 * PhenoProjectionOptions:
 * @n_axes: at most
 * @seed: of those that draw numbers
 * @threads: 0: one per core; the map is the same for any number
 * @values: (nullable): one for each parameter of the projection; NAN: the usual one
 * @moving: (nullable)
 */
typedef struct
{
  gsize n_axes;
  guint64 seed;
  int threads;
  const double *values;
  PhenoMapFunc moving;
  gpointer moving_data;
} PhenoProjectionOptions;

/**
 * PhenoProjection: a way to lay rows of many numbers on a map
 * @name: what users type: "pca"
 * @title: as menus show it; to be translated, and so are the next two
 * @axis: name of an axis, which its number follows: "component"
 * @meaning: what near and far on such a map mean, and what they do not; whole sentences
 * @usual_axes: how many a window asks for, of @most_axes
 * @parameters: (array length=n_parameters)
 * @project: makes the map
 *
 * What stands in pheno_projections() is offered by the command line and by the window.
 * Errors of @project: %PHENO_ERROR_DATA for too few rows, values that are no numbers, or
 * rows that are all the same; %PHENO_ERROR_SETTING for a value out of range;
 * %G_IO_ERROR_CANCELLED
 */
typedef struct
{
  const char *name, *title, *axis, *meaning;
  gsize usual_axes, most_axes;
  const PhenoParameter *parameters;
  gsize n_parameters;
  PhenoMap *(*project) (const PhenoMatrix *matrix, const PhenoProjectionOptions *options,
                        PhenoProgressFunc progress, gpointer user_data,
                        GCancellable *cancellable, GError **error);
} PhenoProjection;
/* (array zero-terminated=1): the first is the default. */
const PhenoProjection *const *pheno_projections (void);
/* (nullable): by its name. */
const PhenoProjection *pheno_projection_find (const char *name);

/**
 * pheno_map_place:
 * @matrix: (N, D): the rows of the map
 * @coordinates: (N, K): where they lie on it
 * @others: (M, D): rows that are not on it
 * @k: look-alikes that count, from 1
 *
 * Where new rows belong on a map that stays as it is: at the weighted geometric median of
 * their nearest rows (Weiszfeld), so that a look-alike on another island does not pull
 * one into the empty sea between. Weights fall with the distance as those of UMAP.
 *
 * Returns: (M, K)
 * Errors: %PHENO_ERROR_DATA where the columns differ, or values are no numbers
 */
PhenoMatrix *pheno_map_place (const PhenoMatrix *matrix, const PhenoMatrix *coordinates,
                              const PhenoMatrix *others, gsize k, PhenoMetric metric,
                              int threads, GCancellable *cancellable, GError **error);

/**
 * pheno_map_stability:
 * @options: seeds from options->seed on
 * @n_seeds: maps that are made, from 2
 * @spread: (out caller-allocates): N
 *
 * How much of a map is chance: it is made with several seeds, the maps are laid on top of
 * each other (Procrustes), and the spread of a row is the root of its mean squared
 * distance from its mean place, as a share of that of all rows from their middle: 0 at
 * the same place in all maps.
 *
 * Returns: the map of the first seed
 */
PhenoMap *pheno_map_stability (const PhenoMatrix *matrix,
                               const PhenoProjection *projection,
                               const PhenoProjectionOptions *options, guint n_seeds,
                               float *spread, PhenoProgressFunc progress,
                               gpointer user_data, GCancellable *cancellable,
                               GError **error);

/**
 * pheno_silhouette:
 * @matrix: (N, D)
 * @groups: N group numbers from 0; -1 leaves a row out
 * @widths: (out caller-allocates) (nullable): N widths, -1 to 1, NAN for rows left out
 *
 * How much nearer rows lie to their own group than to the next one. Distances are
 * Euclidean. A group of one has width 0. Looks at g_cancellable_get_current().
 *
 * Returns: the mean over the rows counted; NAN with @error set
 * Errors: %PHENO_ERROR_DATA when fewer than two groups have a row, or none has two
 * Source: Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7
 */
double pheno_silhouette (const PhenoMatrix *matrix, const int *groups, float *widths,
                         GError **error);

/**
 * PhenoAccuracy:
 * @rows: with a group; @groups: that have a row
 * @accuracy: share of rows that are right, 0 to 1
 * @balanced_accuracy: mean over groups of that share
 * @interval_low: 95 % bootstrap interval of the balanced accuracy, resampling whole units
 *   (specimens where @unit is given, rows otherwise)
 * @standard_error: of the balanced accuracy, from the same resampling
 */
typedef struct
{
  gsize rows, groups;
  double accuracy, balanced_accuracy;
  double interval_low, interval_high, standard_error;
  double chance; /* 1 / groups */
} PhenoAccuracy;

/**
 * pheno_knn_accuracy:
 * @matrix: (N, D)
 * @groups: N group numbers from 0; rows with -1 are neither queries nor neighbours
 * @exclude: (nullable): N numbers; rows with the query's own (other than -1) are no
 * neighbours
 * @unit: (nullable): N numbers: rows that the bootstrap draws together; -1: a unit of its
 * own
 * @seed: of the bootstrap
 *
 * k-NN classification: each row by its neighbours' majority; ties: the larger sum of
 * similarities. A row without any neighbour allowed counts as wrong. Looks at
 * g_cancellable_get_current().
 *
 * Errors: %PHENO_ERROR_DATA when fewer than two groups have a row; those of
 * pheno_neighbours()
 */
gboolean pheno_knn_accuracy (const PhenoMatrix *matrix, const int *groups,
                             const int *exclude, gsize k, PhenoMetric metric,
                             const int *unit, guint64 seed, PhenoAccuracy *accuracy,
                             GError **error);

/**
 * PhenoEvaluateOptions:
 * @groups: N group numbers from 0; -1: without a label
 * @exclude: (nullable): as in pheno_knn_accuracy()
 * @unit: (nullable): as in pheno_knn_accuracy(): which rows are of one individual
 * @k: neighbours that vote
 * @at_least: groups of fewer individuals are left out
 */
typedef struct
{
  const int *groups, *exclude, *unit;
  gsize k;
  PhenoMetric metric;
  guint at_least;
  guint64 seed;
} PhenoEvaluateOptions;

/**
 * PhenoEvaluation:
 * @silhouette: NAN where no group has two rows
 * @left_out: rows without a label, or in groups that are too small
 */
typedef struct
{
  PhenoAccuracy accuracy;
  double silhouette;
  guint left_out;
} PhenoEvaluation;

/* How well near rows share a label. Phases of the progress: "neighbours", "silhouette".
 * Errors: those of pheno_knn_accuracy(); %G_IO_ERROR_CANCELLED */
gboolean pheno_evaluate (const PhenoMatrix *matrix, const PhenoEvaluateOptions *options,
                         PhenoEvaluation *evaluation, PhenoProgressFunc progress,
                         gpointer user_data, GCancellable *cancellable, GError **error);

/**
 * PhenoImportance: what an alteration of the images costs
 * @accuracy_lost: balanced accuracy before less that after
 * @lost_low, @lost_high: its 95 % interval, from resampling whole individuals
 * @change: mean over rows of 1 - cosine of the row before and after, 0 to 2
 * @change_error: standard error of that mean
 */
typedef struct
{
  double accuracy_lost, lost_low, lost_high;
  double change, change_error;
} PhenoImportance;

/**
 * pheno_altered_votes:
 * @known: (N, D): rows of the images as they are
 * @altered: (N, D): rows of the same images after an alteration; or @known itself
 * @groups: N group numbers from 0; rows with -1 are neither asked nor neighbours
 * @unit: (nullable): N numbers; rows of the query's own (other than -1) are no neighbours
 * @k: neighbours that vote, by the cosine
 * @right: (out caller-allocates): N: whether the known rows nearest to the altered one,
 *   other than its own, tell its group
 *
 * Errors: %PHENO_ERROR_DATA for fewer than two groups; %G_IO_ERROR_CANCELLED
 */
gboolean pheno_altered_votes (const PhenoMatrix *known, const PhenoMatrix *altered,
                              const int *groups, const int *unit, gsize k, int threads,
                              gboolean *right, GCancellable *cancellable, GError **error);

/**
 * pheno_accuracy_lost:
 * @plain, @altered: N flags of pheno_altered_votes()
 * @lost: (out caller-allocates): accuracy_lost and its interval are set
 *
 * Source: Breiman 2001, "Random forests", section 10, for permuted values.
 */
void pheno_accuracy_lost (const gboolean *plain, const gboolean *altered,
                          const int *groups, const int *unit, gsize rows, guint64 seed,
                          PhenoImportance *lost);

/* @changed: (out caller-allocates): change and its error are set. */
void pheno_rows_changed (const PhenoMatrix *plain, const PhenoMatrix *altered,
                         PhenoImportance *changed);

/* Alignment and uniformity of (2N, D) rows of length 1, views i and i + N. Uniformity is
 * the mean of that of the first and that of the second views. NAN when there are too few
 * rows. Wang and Isola 2020, arXiv:2005.10242 (alpha 2, t 2). */
double pheno_alignment (const PhenoMatrix *views);
double pheno_uniformity (const PhenoMatrix *views);

/* exp of the entropy of the normalised singular values, 1 to min (N, D); the matrix is
 * not centred. NAN when it is all 0 or has values that are no numbers. Roy and Vetterli
 * 2007; Garrido et al. 2023. */
double pheno_effective_rank (const PhenoMatrix *matrix);

G_END_DECLS
