/* map-model.h - what the Explore page shows: rows of an embedding, their places, groups,
 * and which of them are shown and selected
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows are those of the session's embedding. Filter and selection are the session's; only
 * rows that are no specimen of the open study are kept selected here.
 */
#pragma once

#include "app/session.h"
#include "app/map-index.h"
#include "app/measure.h"
#include "engine/analysis/analysis.h"

G_BEGIN_DECLS

/* A column that is none: whether a row is selected. */
#define PHENO_MAP_BY_SELECTION "selection:"

typedef enum
{
  PHENO_SELECT_ONLY,
  PHENO_SELECT_ADD,
  PHENO_SELECT_REMOVE
} PhenoSelectMode;

/**
 * PhenoMapModel:
 *
 * Properties: "busy" (the map is being made), "n-rows", "n-shown", "n-selected", "query"
 * (row, -1: none), "can-go-back", "can-whiten", "whitened" (writable).
 *
 * Signals: "rows-changed": another embedding, or none; "map-changed": places, or none
 * yet; "groups-changed"; "shown-changed"; "selection-changed".
 */
#define PHENO_TYPE_MAP_MODEL (pheno_map_model_get_type ())
G_DECLARE_FINAL_TYPE (PhenoMapModel, pheno_map_model, PHENO, MAP_MODEL, GObject)

PhenoMapModel *pheno_map_model_new (PhenoSession *session);
PhenoSession *pheno_map_model_get_session (PhenoMapModel *self);

/* ---- rows ---- */

const PhenoEmbedding *
pheno_map_model_get_embedding (PhenoMapModel *self); /* (nullable) */
gsize pheno_map_model_get_n_rows (PhenoMapModel *self);
/* How many rows are no specimen of the open study. */
gsize pheno_map_model_get_n_strangers (PhenoMapModel *self);
/* (nullable): NULL for a row that is none of the open study's. */
PhenoSpecimen *pheno_map_model_get_specimen (PhenoMapModel *self, gsize row);
/* The last part of the file's name; for people. */
const char *pheno_map_model_get_name (PhenoMapModel *self, gsize row);
/* "" where there is none. The specimen's, as edits stand there; else the embedding's. */
const char *pheno_map_model_get_value (PhenoMapModel *self, gsize row,
                                       const char *column);
/* (transfer full): all columns, of the study and of the embedding; "species" first. */
char **pheno_map_model_get_columns (PhenoMapModel *self);
/* Group numbers of a column, as pheno_embedding_groups() gives them. (transfer full) */
int *pheno_map_model_make_groups (PhenoMapModel *self, const char *column,
                                  GPtrArray **names);
/* (nullable): a column that tells which images are of one animal, when one is there more
 * than once. */
const char *pheno_map_model_get_individuals (PhenoMapModel *self);

/* ---- what look-alikes and scores are measured in ---- */

/* (nullable): NULL where there is no embedding. */
PhenoMeasure *pheno_map_model_get_measure (PhenoMapModel *self);
gboolean pheno_map_model_get_whitened (PhenoMapModel *self);

/* ---- places ---- */

const PhenoProjection *pheno_map_model_get_projection (PhenoMapModel *self);
void pheno_map_model_set_projection (PhenoMapModel *self,
                                     const PhenoProjection *projection);
/* (nullable): NULL while there is none. */
const PhenoMap *pheno_map_model_get_map (PhenoMapModel *self);
/* (nullable): why there is none, as a sentence for people. */
const char *pheno_map_model_get_error (PhenoMapModel *self);
/* Axes, from 0. */
void pheno_map_model_set_axes (PhenoMapModel *self, guint x, guint y);
void pheno_map_model_get_axes (PhenoMapModel *self, guint *x, guint *y);
/* (transfer full): "component 1 (38.2 % of the variance)"; @brief: "component 1 (38.2 %)"
 */
char *pheno_map_model_axis_label (PhenoMapModel *self, guint axis, gboolean brief);
/* (nullable): (N, 2), of the chosen axes, and the index of it. */
const float *pheno_map_model_get_points (PhenoMapModel *self);
const PhenoMapIndex *pheno_map_model_get_index (PhenoMapModel *self);

/* ---- groups ---- */

/* @column: (nullable): NULL: all of one colour; or %PHENO_MAP_BY_SELECTION */
void pheno_map_model_set_colour_by (PhenoMapModel *self, const char *column);
const char *pheno_map_model_get_colour_by (PhenoMapModel *self);
guint pheno_map_model_get_n_groups (PhenoMapModel *self);
/* -1: those without a value. */
const char *pheno_map_model_group_name (PhenoMapModel *self, int group);
int pheno_map_model_group_of (PhenoMapModel *self, gsize row);
const int *pheno_map_model_get_groups (PhenoMapModel *self); /* (nullable): N numbers */
typedef struct
{
  guint selected, shown, total;
} PhenoMapCount;
/* (transfer full): of the rows without a value, then of each group: groups + 1 in all. */
PhenoMapCount *pheno_map_model_count (PhenoMapModel *self);
gboolean pheno_map_model_group_is_shown (PhenoMapModel *self, int group);
/* Through the session's filter, so that grid and table follow. */
void pheno_map_model_show_group (PhenoMapModel *self, int group, gboolean shown);
void pheno_map_model_isolate_group (PhenoMapModel *self, int group);
void pheno_map_model_show_all_groups (PhenoMapModel *self);
/* Its rows that are shown. */
void pheno_map_model_select_group (PhenoMapModel *self, int group, PhenoSelectMode mode);

/* ---- shown and selected ---- */

const guint8 *pheno_map_model_get_shown (PhenoMapModel *self); /* N flags */
gsize pheno_map_model_get_n_shown (PhenoMapModel *self);
const guint8 *pheno_map_model_get_selected (PhenoMapModel *self); /* N flags */
gsize pheno_map_model_get_n_selected (PhenoMapModel *self);
/* @rows: (array length=n) */
void pheno_map_model_select (PhenoMapModel *self, const int *rows, gsize n,
                             PhenoSelectMode mode);
void pheno_map_model_invert_selection (PhenoMapModel *self);

/* The row whose neighbours are shown; -1: none. What was asked before is remembered. */
void pheno_map_model_set_query (PhenoMapModel *self, int row);
int pheno_map_model_get_query (PhenoMapModel *self);
void pheno_map_model_go_back (PhenoMapModel *self);

G_END_DECLS
