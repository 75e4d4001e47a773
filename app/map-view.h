/* map-view.h - the map of look-alikes: a point or a picture for each specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/map-model.h"

G_BEGIN_DECLS

typedef enum
{
  PHENO_MAP_TOOL_POINTER,
  PHENO_MAP_TOOL_LASSO,
  PHENO_MAP_TOOL_RECTANGLE
} PhenoMapTool;

/**
 * PhenoMapView:
 *
 * Properties: "tool" (PhenoMapTool, as an int), "pictures" (points become pictures when
 * near enough), "faint" (what the filter leaves out is drawn faint), "drawing" (nullable:
 * a sentence on the lasso that is being drawn).
 */
#define PHENO_TYPE_MAP_VIEW (pheno_map_view_get_type ())
G_DECLARE_FINAL_TYPE (PhenoMapView, pheno_map_view, PHENO, MAP_VIEW, GtkWidget)

void pheno_map_view_set_model (PhenoMapView *self, PhenoMapModel *model);

void pheno_map_view_fit (PhenoMapView *self);
/* @factor: above 1: nearer; at the middle. */
void pheno_map_view_zoom (PhenoMapView *self, double factor);
/* Moves the map, if it must, until the row is in sight, and marks it. */
void pheno_map_view_show_row (PhenoMapView *self, int row);
/* What is in sight, in the map's units; FALSE while there is no map. */
gboolean pheno_map_view_get_limits (PhenoMapView *self, double low[2], double high[2]);

G_END_DECLS
