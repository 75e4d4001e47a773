/* map-model-private.h - what the files of the model share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/map-model.h"

struct _PhenoMapModel
{
  GObject parent_instance;

  PhenoSession *session;

  /* rows */
  PhenoEmbedding *embedding; /* one owner of it */
  gsize n, n_strangers;
  GPtrArray *specimens; /* (N), NULL for strangers */
  GPtrArray *names;     /* (N), each made when it is asked for */
  int *position;        /* (N): in the visible list; -1 */
  GArray *row_at;       /* of each position of the visible list; -1 */

  /* places */
  const PhenoProjection *projection;
  GCancellable *projecting;
  PhenoMap *map;
  char *error;
  guint x_axis, y_axis;
  float *points;
  PhenoMapIndex *index;

  /* groups */
  char *colour_by;
  int *group; /* (N) */
  GPtrArray *group_names;

  /* shown and selected */
  guint8 *shown, *selected; /* (N) */
  gsize n_shown, n_selected;
  guint refresh_source;
  gboolean selecting; /* the selection's signal is ours */

  /* what look-alikes and scores are measured in */
  PhenoMeasure *measure;
  gboolean whitened;

  int query;
  GArray *asked; /* int */
};

/* The model's files tell each other and everyone. */
void pheno_map_model_emit (PhenoMapModel *self, const char *signal);
void pheno_map_model_notify (PhenoMapModel *self, const char *property);

/* What one file does when another has changed something. */
void pheno_map_model_start_projection (PhenoMapModel *self);
void pheno_map_model_forget_map (PhenoMapModel *self);
void pheno_map_model_update_groups (PhenoMapModel *self);
