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
 * @folds: of the probes, see pheno_probe(); 0: none
 */
typedef struct
{
  const int *groups, *exclude, *unit;
  gsize k;
  PhenoMetric metric;
  guint at_least, folds;
  guint64 seed;
} PhenoEvaluateOptions;

/**
 * PhenoEvaluation:
 * @silhouette: NAN where no group has two rows
 * @left_out: rows without a label, or in groups that are too small
 * @centroid, @linear: of the probes; rows 0 where none were asked for
 */
typedef struct
{
  PhenoAccuracy accuracy;
  double silhouette;
  guint left_out;
  PhenoAccuracy centroid, linear;
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
 * @told: (out caller-allocates): N: the group that the known rows nearest to the altered
 *   one tell, other than its own; -1 where there are none, or it is not asked
 *
 * Errors: %PHENO_ERROR_DATA for fewer than two groups; %G_IO_ERROR_CANCELLED
 */
gboolean pheno_altered_votes (const PhenoMatrix *known, const PhenoMatrix *altered,
                              const int *groups, const int *unit, gsize k, int threads,
                              int *told, GCancellable *cancellable, GError **error);

/**
 * pheno_accuracy_lost:
 * @plain, @altered: N groups that pheno_altered_votes() told
 * @lost: (out caller-allocates): accuracy_lost and its interval are set
 *
 * Source: Breiman 2001, "Random forests", section 10, for permuted values.
 */
void pheno_accuracy_lost (const int *plain, const int *altered, const int *groups,
                          const int *unit, gsize rows, guint64 seed,
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

/* ---- distances and tests ---- */

/**
 * pheno_distances:
 * @metric: with the cosine rows are made of length 1 first, and distances are those
 *   between these ends (chords), whose squares are twice 1 - cos
 *
 * Returns: (N, N), for tests on distances
 * Errors: those of pheno_neighbours(); %PHENO_ERROR_DATA when there is no memory for it
 */
PhenoMatrix *pheno_distances (const PhenoMatrix *matrix, PhenoMetric metric, int threads,
                              GCancellable *cancellable, GError **error);

/* By the extension: .csv, a square with names; .phy (PHYLIP) or .nex (NEXUS), in which
 * blanks and punctuation of names become underscores. Errors: %PHENO_ERROR_SETTING for
 * another extension; %PHENO_ERROR_FILE */
gboolean pheno_distances_save (const PhenoMatrix *distances, const GPtrArray *names,
                               const char *path, GError **error);

/**
 * PhenoTerm: one line of a table of variances
 * @degrees: of freedom
 * @f, @p: NAN for the residual
 * @r2: share of the whole
 */
typedef struct
{
  double degrees, sum_of_squares, r2, f, p;
} PhenoTerm;

/**
 * pheno_permanova:
 * @distances: (N, N)
 * @factors: (array length=n_factors): each N group numbers from 0; rows with -1 in any
 *   are left out
 * @strata: (nullable): N numbers: rows change places only with rows of the same
 * @permutations: 999, 9,999 ...; the smallest p is 1 / (permutations + 1)
 * @terms: (out caller-allocates): n_factors + 1: each factor after those before it, then
 *   the residual
 *
 * Whether groups differ in their middles, or, which PERMDISP tells apart, in their
 * spread. Permutations depend on the seed alone.
 *
 * Source: Anderson 2001, doi:10.1111/j.1442-9993.2001.01070.pp.x; McArdle and Anderson
 * 2001 for several factors
 * Errors: %PHENO_ERROR_DATA for fewer than two groups, no rows left for the residual, or
 * a factor that those before it tell already
 */
gboolean pheno_permanova (const PhenoMatrix *distances, const int *const *factors,
                          gsize n_factors, const int *strata, guint permutations,
                          guint64 seed, int threads, PhenoTerm *terms,
                          GCancellable *cancellable, GError **error);

/**
 * pheno_permdisp:
 * @to_median: distances from the spatial median of each group, otherwise from its
 * centroid
 * @dispersion: (out caller-allocates) (nullable): mean distance for each group number
 *
 * Whether groups differ in their spread: analysis of variance of the distances of rows
 * from the middle of their group. Euclidean. Anderson 2006,
 * doi:10.1111/j.1541-0420.2005.00440.x
 */
gboolean pheno_permdisp (const PhenoMatrix *matrix, const int *groups, gboolean to_median,
                         guint permutations, guint64 seed, int threads, PhenoTerm *term,
                         double *dispersion, GCancellable *cancellable, GError **error);

/**
 * PhenoManova: four statistics of one table, their F and its p
 * @p: of Wilks' lambda, Pillai's trace, Hotelling and Lawley's trace, Roy's root
 */
typedef struct
{
  double value[4], f[4], degrees[4], residual_degrees[4], p[4];
} PhenoManova;
/* Errors: %PHENO_ERROR_DATA where there are not more rows than groups and columns: take
 * fewer components. */
gboolean pheno_manova (const PhenoMatrix *matrix, const int *groups, PhenoManova *manova,
                       GError **error);

/**
 * PhenoAssociation: how one column goes with a label or a number
 * @effect: ANOVA: R^2; Kruskal and Wallis: epsilon^2; Spearman: rho
 * @statistic: F, H, or t
 * @p_adjusted: by Benjamini and Hochberg over all columns; @p_holm: by Holm
 */
typedef struct
{
  double effect, statistic, p, p_adjusted, p_holm;
} PhenoAssociation;
/* For each column of @matrix one of @results; NAN for constant ones. */
gboolean pheno_anova (const PhenoMatrix *matrix, const int *groups,
                      PhenoAssociation *results, GError **error);
gboolean pheno_kruskal_wallis (const PhenoMatrix *matrix, const int *groups,
                               PhenoAssociation *results, GError **error);
/* @numbers: N; NAN leaves a row out */
gboolean pheno_spearman (const PhenoMatrix *matrix, const double *numbers,
                         PhenoAssociation *results, GError **error);

/* Share of the variance of all columns that lies between groups, 0 to 1; @within and
 * @between: (out) (nullable): mean squares of all columns together. */
double pheno_variance_between (const PhenoMatrix *matrix, const int *groups,
                               double *within, double *between, GError **error);

/* ---- two embeddings of the same rows ---- */

/* Correlation of distances, of ranks with @by_ranks, and its p of permuted rows. Mantel
 * 1967. @a, @b: (N, N) */
gboolean pheno_mantel (const PhenoMatrix *a, const PhenoMatrix *b, gboolean by_ranks,
                       guint permutations, guint64 seed, int threads, double *correlation,
                       double *p, GCancellable *cancellable, GError **error);

/**
 * pheno_procrustes:
 * @a, @b: (N, K) and (N, L); the narrower one counts as filled up with zeros
 * @fitted: (out) (nullable): b moved, turned and scaled onto a, in units of a, less the
 *   middle of a
 * @disparity: (out) (nullable): what is left of 1, when both have squared size 1
 * @residual: (out caller-allocates) (nullable): N: distance of each row from its partner
 */
gboolean pheno_procrustes (const PhenoMatrix *a, const PhenoMatrix *b, double *disparity,
                           float *residual, PhenoMatrix **fitted, GError **error);
/* For each row the share of its k nearest that are the same in both. Returns: the mean;
 * NAN with @error set. @shares: (out caller-allocates) (nullable): N */
double pheno_neighbour_overlap (const PhenoMatrix *a, const PhenoMatrix *b, gsize k,
                                PhenoMetric metric, float *shares, int threads,
                                GCancellable *cancellable, GError **error);

/* ---- probes ---- */

typedef enum
{
  PHENO_PROBE_CENTROID, /* the nearest mean of a group */
  PHENO_PROBE_LINEAR    /* ridge regression to the groups, columns standardised */
} PhenoProbe;

/**
 * pheno_probe:
 * @unit: (nullable): N numbers: rows that are never parted by a fold
 * @folds: from 2
 * @predicted: (out caller-allocates) (nullable): N group numbers; -1: left out
 *
 * What the embedding tells about a label to somebody who learns on other individuals:
 * cross-validation in folds of whole units, stratified by group. The interval resamples
 * units, as in pheno_knn_accuracy().
 */
gboolean pheno_probe (const PhenoMatrix *matrix, const int *groups, const int *unit,
                      PhenoProbe probe, guint folds, guint64 seed, int *predicted,
                      PhenoAccuracy *accuracy, GCancellable *cancellable, GError **error);

/* ---- clusters ---- */

/* All give (transfer full): N cluster numbers from 0, -1: in none; @n_clusters: (out). */

/* Lloyd 1982, begun as Arthur and Vassilvitskii 2007; the best of @tries. @inertia:
 * (out) (nullable) */
int *pheno_kmeans (const PhenoMatrix *matrix, gsize k, guint tries, guint64 seed,
                   int threads, double *inertia, GCancellable *cancellable,
                   GError **error);

typedef enum
{
  PHENO_LINKAGE_AVERAGE,
  PHENO_LINKAGE_WARD,
  PHENO_LINKAGE_COMPLETE,
  PHENO_LINKAGE_SINGLE
} PhenoLinkage;
/**
 * PhenoMerge: one step of a dendrogram: @a and @b become cluster N + step
 */
typedef struct
{
  int a, b, size;
  double height;
} PhenoMerge;
/* (transfer full) (array length=N - 1): nearest first, as scipy's linkage. @distances:
 * (N, N), destroyed. Murtagh 1983. */
PhenoMerge *pheno_linkage (PhenoMatrix *distances, PhenoLinkage linkage,
                           GCancellable *cancellable, GError **error);
/* Cut into @k clusters, numbered by their first row. */
int *pheno_linkage_cut (const PhenoMerge *merges, gsize rows, gsize k);

/* Campello, Moulavi and Sander 2013; excess of mass. @probability: (out caller-allocates)
 * (nullable): N */
int *pheno_hdbscan (const PhenoMatrix *matrix, gsize least_size, gsize least_samples,
                    int threads, gsize *n_clusters, float *probability,
                    GCancellable *cancellable, GError **error);

/* Modularity on the graph of shared look-alikes, with the refinement of Traag, Waltman
 * and van Eck 2019 (Leiden), which never leaves a community in pieces. */
int *pheno_communities (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                        double resolution, guint64 seed, int threads, gsize *n_clusters,
                        double *modularity, GCancellable *cancellable, GError **error);

/**
 * PhenoAgreement: of clusters and labels
 *
 * Rosenberg and Hirschberg 2007; Hubert and Arabie 1985; Vinh, Epps and Bailey 2010.
 */
typedef struct
{
  double homogeneity, completeness, v_measure, adjusted_rand;
} PhenoAgreement;
/* Rows with -1 in either are left out; all NAN where none is left. */
void pheno_agreement (const int *labels, const int *clusters, gsize rows,
                      PhenoAgreement *agreement);

/* ---- lists ---- */

/**
 * PhenoLists: what the graph of neighbours tells about each row
 * @rank: (N): PageRank, mean 1: most typical the largest
 * @strangeness: (N): mean distance to the k nearest, less the median of all, in units of
 *   its median absolute deviation (1.4826): outliers the largest
 * @doubt: (N): share of the k nearest, by nearness, that have another label; NAN without
 * a label
 * @suggested: (N): their label of most weight; -1
 * @pairs: (array length=n_pairs): near-duplicates: (a, b) with a < b, nearest first
 * @pair_distance: of each
 */
typedef struct
{
  gsize rows, n_pairs;
  double *rank, *strangeness, *doubt;
  int *suggested;
  int *pairs;
  float *pair_distance;
} PhenoLists;
/* @near: pairs nearer than this share of the median distance to the nearest row are
 * near-duplicates (0.1) */
PhenoLists *pheno_lists (const PhenoMatrix *matrix, const int *groups, gsize k,
                         PhenoMetric metric, double near, int threads,
                         GCancellable *cancellable, GError **error);
void pheno_lists_free (PhenoLists *lists);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoLists, pheno_lists_free)

/* Neighbours of @others, which are no rows of @matrix: (M, k), exact. @left_out: N flags.
 */
PhenoNeighbours *pheno_nearest_to (const PhenoMatrix *matrix, const PhenoMatrix *others,
                                   gsize k, PhenoMetric metric, const guint8 *left_out,
                                   int threads, GCancellable *cancellable,
                                   GError **error);

/* Rows turned and scaled so that Euclidean distances are those of Mahalanobis, of the
 * covariance within groups (NULL: of all rows), shrunk towards its mean variance as
 * Ledoit and Wolf 2004. */
PhenoMatrix *pheno_mahalanobis (const PhenoMatrix *matrix, const int *groups,
                                GError **error);

G_END_DECLS
