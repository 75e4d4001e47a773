/* map-figure.h - the map as a figure, and its rows as a table
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/map-view.h"
#include "engine/figure/figure.h"

G_BEGIN_DECLS

/**
 * PhenoMapFigure: what the map shows, held fast, so that threads can draw it while the
 * window goes on
 */
typedef struct _PhenoMapFigure PhenoMapFigure;

/**
 * PhenoMapFigureOptions:
 * @format: "pdf", "svg" or "png"
 * @title: (nullable); so is the @caption
 * @in_sight: only the part of the map that is in sight
 * @mark_selected: with a dark edge
 */
typedef struct
{
  const char *format;
  double width_mm, height_mm, dots_per_inch, font_size, point_size;
  PhenoLegendPlace legend;
  char *title, *caption;
  gboolean in_sight, mark_selected;
} PhenoMapFigureOptions;

/* (nullable): NULL while there is no map, or nothing is shown. */
PhenoMapFigure *pheno_map_figure_new (PhenoMapModel *model, PhenoMapView *view);
PhenoMapFigure *pheno_map_figure_ref (PhenoMapFigure *self);
void pheno_map_figure_unref (PhenoMapFigure *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMapFigure, pheno_map_figure_unref)

/* On any thread. */
GBytes *pheno_map_figure_draw (const PhenoMapFigure *self,
                               const PhenoMapFigureOptions *options, GError **error);

/* (transfer full) (nullable): the shown rows as a table: their places on all axes, or the
 * embedding's own numbers, with all columns of the metadata and the provenance. */
PhenoEmbedding *pheno_map_table_new (PhenoMapModel *model, gboolean places);

/* (transfer full): the selected rows, or the shown ones where none is selected, as text
 * for a spreadsheet: name, both places, columns; fields between @separator. */
char *pheno_map_text (PhenoMapModel *model, char separator);

G_END_DECLS
