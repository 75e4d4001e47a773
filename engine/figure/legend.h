/* legend.h - which colour is which group
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/canvas.h"

G_BEGIN_DECLS

/**
 * PhenoLegend:
 * @names: (array length=n): shown
 * @groups: (array length=n): of the marker; -1: grey
 * @lines: lines instead of markers
 */
typedef struct
{
  char **names;
  int *groups;
  guint n, n_groups;
  gboolean lines;
  PhenoLegendPlace place;
  /* chosen by pheno_legend_place() */
  gboolean beside; /* right of the plot, in one column; otherwise below it */
  guint columns, rows, shown;
  double width, height, column_width;
} PhenoLegend;

/**
 * pheno_legend_place:
 * @width: points of the whole figure
 * @plot_height: points for a column beside the plot
 * @most_height: points that it may take below the plot; INFINITY: what it needs
 *
 * Where @place says; by itself beside the plot in one column where it fits there,
 * otherwise below it in as many columns as fit. Names that are too long lose their
 * middle; when not even that is enough the last entry says how many groups are not shown.
 */
void pheno_legend_place (PhenoLegend *legend, double width, double plot_height,
                         double most_height);
void pheno_legend_draw (PhenoCanvas *canvas, const PhenoLegend *legend, double x,
                        double y);
void pheno_legend_clear (PhenoLegend *legend);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoLegend, pheno_legend_clear)

G_END_DECLS
