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
/* K is at most min (N - 1, D). Errors: %PHENO_ERROR_DATA for fewer than two rows, values that are
 * no numbers, or no variance at all. */
PhenoPca *pheno_pca (const PhenoMatrix *matrix, gsize n_components, GError **error);
PhenoMatrix *pheno_pca_project (const PhenoPca *pca, const PhenoMatrix *matrix, gboolean whiten);
void pheno_pca_free (PhenoPca *pca);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoPca, pheno_pca_free)

typedef enum
{
  PHENO_METRIC_COSINE, /* 1 - cosine, 0 to 2 */
  PHENO_METRIC_EUCLIDEAN
} PhenoMetric;

/**
 * PhenoNeighbours: for each of N rows its k nearest, nearest first; -1 and NAN where there are fewer
 */
typedef struct
{
  gsize rows, k;
  int *index;      /* (N, k) */
  float *distance; /* (N, k) */
} PhenoNeighbours;
/**
 * pheno_neighbours:
 * @exclude: (nullable): N group numbers; rows of the query's own group (other than -1) are left out
 *
 * Exact, blocked matrix products; ties go to the lower row. A row is never its own neighbour.
 */
PhenoNeighbours *pheno_neighbours (const PhenoMatrix *matrix, gsize k, PhenoMetric metric,
                                   const int *exclude, int threads, GCancellable *cancellable,
                                   GError **error);
void pheno_neighbours_free (PhenoNeighbours *neighbours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoNeighbours, pheno_neighbours_free)

/* Silhouette: see docs/methods.md. Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7. Euclidean.
 * @groups: -1 leaves a row out. @widths: (out caller-allocates) (nullable): N. Mean, or NAN with @error. */
double pheno_silhouette (const PhenoMatrix *matrix, const int *groups, float *widths, GError **error);

/**
 * PhenoAccuracy: k-NN classification, each row by its neighbours' majority (ties: the larger sum of
 * similarities)
 * @interval_low: 95 % bootstrap interval of the balanced accuracy, resampling whole units
 *   (specimens where @unit is given, rows otherwise)
 */
typedef struct
{
  gsize rows, groups;
  double accuracy, balanced_accuracy;
  double interval_low, interval_high, standard_error;
  double chance; /* 1 / groups */
} PhenoAccuracy;
gboolean pheno_knn_accuracy (const PhenoMatrix *matrix, const int *groups, const int *exclude, gsize k,
                             PhenoMetric metric, const int *unit, guint64 seed,
                             PhenoAccuracy *accuracy, GError **error);

/* Alignment and uniformity of (2N, D) rows of length 1, views i and i + N.
 * Wang and Isola 2020, arXiv:2005.10242 (alpha 2, t 2). */
double pheno_alignment (const PhenoMatrix *views);
double pheno_uniformity (const PhenoMatrix *views);

/* exp of the entropy of the normalised singular values. Roy and Vetterli 2007; Garrido et al. 2023. */
double pheno_effective_rank (const PhenoMatrix *matrix);

G_END_DECLS
