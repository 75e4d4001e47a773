/* map-work.h - what the projections share: graphs of neighbours, beginnings, reports
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/analysis/parallel.h"

G_BEGIN_DECLS

#define PHENO_MAP_TASK                                                                   \
  256 /* rows of one task: never a matter of the number of threads                       \
       */

/**
 * PhenoGraph: a symmetric graph with weights, row after row
 * @start: (N + 1): of each row's edges
 * @index: (start[N]): the other end, in order
 * @weight: (start[N])
 */
typedef struct
{
  gsize rows;
  gsize *start;
  int *index;
  float *weight;
} PhenoGraph;
void pheno_graph_free (PhenoGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoGraph, pheno_graph_free)

/**
 * PhenoUnion: the weight of a pair, of that of a to b and that of b to a
 * @PHENO_UNION_MEAN: (ab + ba) / 2
 * @PHENO_UNION_FUZZY: ab + ba - ab ba
 * @PHENO_UNION_MOST: the larger
 */
typedef enum
{
  PHENO_UNION_MEAN,
  PHENO_UNION_FUZZY,
  PHENO_UNION_MOST
} PhenoUnion;

/* @weight: (N, k), of the edges of @neighbours; those of 0 are left out. */
PhenoGraph *pheno_graph_new (const PhenoNeighbours *neighbours, const float *weight,
                             PhenoUnion how, GError **error);

/* Whether a map of neighbours can be made of the rows. Errors: %PHENO_ERROR_DATA */
gboolean pheno_map_check (const PhenoMatrix *matrix, GError **error);

/* The value of a parameter, by its place in the projection's list. Errors:
 * %PHENO_ERROR_SETTING where it is out of range. */
gboolean pheno_map_parameter (const PhenoProjection *projection,
                              const PhenoProjectionOptions *options, gsize which,
                              double *value, GError **error);

/* Neighbours for a graph: exact, or, of more than 100,000 rows, by HNSW. */
PhenoNeighbours *pheno_map_neighbours (const PhenoMatrix *matrix, gsize k,
                                       PhenoMetric metric, int threads,
                                       GCancellable *cancellable, GError **error);

/* By HNSW: nearly all of them, the same each time. */
PhenoNeighbours *pheno_nearly_all_neighbours (const PhenoMatrix *matrix, gsize k,
                                              PhenoMetric metric, int threads,
                                              GCancellable *cancellable, GError **error);

/* @wide: standard deviation of the first axis. Components, or, with @at_random and where
 * there are too few of them, normal numbers of the seed. */
PhenoMatrix *pheno_map_begin (const PhenoMatrix *matrix, gsize n_axes, gboolean at_random,
                              guint64 seed, double wide, GError **error);

/**
 * PhenoMapReport: tells of a map that is being made
 *
 * Fill in all but the last.
 */
typedef struct
{
  const PhenoProjectionOptions *options;
  PhenoProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  const char *phase;
  guint64 total;
  gint64 started_us;
  gint64 last_us;
} PhenoMapReport;

/* Returns: whether to go on: FALSE when cancelled, or to be kept as it is. */
gboolean pheno_map_report (PhenoMapReport *report, guint64 done, double loss,
                           const PhenoMatrix *coordinates);

/* The largest eigenvectors of a graph's weights divided by the roots of the degrees of
 * both ends, without the first, which is that of a graph without structure. @vectors:
 * (out) (N, count) divided by the first; @values: (out) count. By subspace iteration,
 * filtered with Chebyshev polynomials. */
gboolean pheno_graph_eigenvectors (const PhenoGraph *graph, gsize count, guint64 seed,
                                   int threads, PhenoMatrix **vectors, double *values,
                                   GCancellable *cancellable, GError **error);

extern const PhenoProjection pheno_projection_tsne, pheno_projection_umap,
    pheno_projection_diffusion;

G_END_DECLS
