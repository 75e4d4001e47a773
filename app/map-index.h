/* map-index.h - which point of a map is where
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoMapIndex: points in the cells of a grid, so that a search looks at few of them
 *
 * @shown: (nullable): n flags: only these are found. Points that are no numbers never
 * are.
 */
typedef struct _PhenoMapIndex PhenoMapIndex;

typedef enum
{
  PHENO_TOWARDS_LEFT,
  PHENO_TOWARDS_RIGHT,
  PHENO_TOWARDS_UP, /* larger y */
  PHENO_TOWARDS_DOWN
} PhenoTowards;

/* @points: (n, 2), borrowed: it must live as long as the index. */
PhenoMapIndex *pheno_map_index_new (const float *points, gsize n);
void pheno_map_index_free (PhenoMapIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMapIndex, pheno_map_index_free)

/* The range of the finite points; FALSE where there is none. */
gboolean pheno_map_index_bounds (const PhenoMapIndex *self, double low[2],
                                 double high[2]);

/* The point nearest to (x, y) within @radius; -1: none. Ties go to the last one, which is
 * drawn on top. */
int pheno_map_index_nearest (const PhenoMapIndex *self, const guint8 *shown, double x,
                             double y, double radius);

/* Appends the points of the box (edges count) to @rows, a GArray of int. */
void pheno_map_index_in_box (const PhenoMapIndex *self, const guint8 *shown,
                             const double low[2], const double high[2], GArray *rows);

/* The same for a polygon of (n, 2) corners, which closes by itself. Where it crosses
 * itself a point counts as inside when an odd number of turns surrounds it. */
void pheno_map_index_in_polygon (const PhenoMapIndex *self, const guint8 *shown,
                                 const double *corners, gsize n, GArray *rows);

/**
 * pheno_map_index_towards:
 *
 * The next point from @row in a direction: the nearest that lies within 45 degrees of it;
 * where there is none, the nearest in that half of the map. Points at the same place are
 * walked through by their row, so that each can be reached.
 *
 * Returns: -1 where there is nothing more in that direction
 */
int pheno_map_index_towards (const PhenoMapIndex *self, const guint8 *shown, int row,
                             PhenoTowards direction);

/* Whether (x, y) lies inside. */
gboolean pheno_in_polygon (const double *corners, gsize n, double x, double y);

G_END_DECLS
