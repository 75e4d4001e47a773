/* neighbour-tiles.h - which rows may be the nearest, from matrix products in float32
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/analysis/analysis.h"

G_BEGIN_DECLS

/**
 * PhenoTiles:
 * @points: (N, D): rows of length 1 for cosine; less their mean for Euclidean distances
 * @half: (N): half of each row's squared length, less the bound on rounding
 * @exclude: (nullable): N group numbers
 *
 * The score of a pair is points_i . points_j - half_j, so half_i - score is never more
 * than half of the squared distance of rows i and j: whatever the rounding of the
 * product, a row that is left out for its score is farther away than the score says.
 */
typedef struct
{
  const PhenoMatrix *points;
  const float *half;
  const int *exclude;
} PhenoTiles;

/**
 * PhenoCandidates: for each row the best @room rows by score, unordered
 * @count: (N): how many there are, all of them where less than @room
 * @worst: (N): smallest score kept; -infinity while there is room
 */
typedef struct
{
  gsize rows, room;
  int *index;   /* (N, room): a heap, the worst first */
  float *score; /* (N, room) */
  int *count;
  float *worst;
} PhenoCandidates;

PhenoCandidates *pheno_candidates_new (gsize rows, gsize room, GError **error);
void pheno_candidates_free (PhenoCandidates *candidates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoCandidates, pheno_candidates_free)

/* Each pair's product is computed once and serves both rows. */
gboolean pheno_tiles_search (const PhenoTiles *tiles, PhenoCandidates *candidates,
                             int threads, GCancellable *cancellable, GError **error);

/**
 * pheno_tiles_collect:
 * @row: the query
 * @least: score
 * @found: (inout): indices of all allowed rows with at least this score are appended, in
 * order
 */
void pheno_tiles_collect (const PhenoTiles *tiles, gsize row, float least, GArray *found);

/* Whether row @j may be a neighbour of row @i. */
static inline gboolean
pheno_tiles_allow (const PhenoTiles *tiles, gsize i, gsize j)
{
  return i != j
         && (tiles->exclude == NULL || tiles->exclude[i] < 0
             || tiles->exclude[i] != tiles->exclude[j]);
}

G_END_DECLS
