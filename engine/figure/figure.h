/* figure.h - figures for the screen and the paper, drawn once with cairo
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sizes are in mm; the same drawing goes to SVG, PDF and PNG, by the extension. Every file carries its
 * provenance: PNG as text chunks, PDF and SVG as metadata.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoFigureFile:
 * @path: .svg, .pdf or .png
 * @width_mm: 0: 180 (two columns of a journal)
 * @dots_per_inch: of a PNG; 0: 300
 * @provenance: (nullable): text by key, as in PhenoEmbedding
 */
typedef struct
{
  const char *path;
  double width_mm, height_mm;
  double dots_per_inch;
  GHashTable *provenance;
} PhenoFigureFile;

/* Colours for groups: Okabe and Ito up to 8, Tol's muted up to 10, beyond that colour x shape. */
void pheno_palette_colour (guint group, guint n_groups, double rgb[3]);
guint pheno_palette_shape (guint group, guint n_groups);

/**
 * PhenoScatter: a map
 * @coordinates: (N, 2)
 * @groups: (nullable): N group numbers, -1: grey
 * @group_names: (nullable)
 * @pictures: (nullable): N paths; drawn as thumbnails when @thumbnails
 */
typedef struct
{
  const PhenoMatrix *coordinates;
  const int *groups;
  GPtrArray *group_names;
  const char *title, *x_label, *y_label, *caption;
} PhenoScatter;
gboolean pheno_figure_scatter (const PhenoScatter *scatter, const PhenoFigureFile *file, GError **error);

typedef struct
{
  const char *name;
  const double *x, *y;
  gsize length;
} PhenoCurve;
/* Lines; NAN breaks a line. */
gboolean pheno_figure_curves (const PhenoCurve *curves, gsize n, const char *title, const char *x_label,
                              const char *y_label, const PhenoFigureFile *file, GError **error);

/**
 * PhenoSheetPicture: one picture of a sheet
 * @path: (nullable): image file; a cross is drawn when it cannot be read
 * @caption: one or two lines below it
 * @group: colour of the frame, -1: none
 */
typedef struct
{
  const char *path;
  const char *caption;
  int group;
} PhenoSheetPicture;
/* Rows of @columns pictures; the first of each row is the query, set off by a rule. */
gboolean pheno_figure_neighbours (const PhenoSheetPicture *pictures, gsize n, gsize columns, guint n_groups,
                                  const char *title, const PhenoFigureFile *file, GError **error);

G_END_DECLS
