/* figure.h - figures for the screen and the paper, drawn once with cairo
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sizes are in mm; the same drawing goes to SVG, PDF, PNG and TIFF, by the extension.
 * Every file carries its provenance: PNG as text chunks, TIFF as its description, PDF and
 * SVG as metadata.
 */
#pragma once

#include "engine/base/base.h"

#include <cairo.h>

G_BEGIN_DECLS

/**
 * PhenoFigureFile:
 * @path: .svg, .pdf, .png or .tif
 * @width_mm: 0: 180 (two columns of a journal)
 * @height_mm: 0: what the content needs
 * @dots_per_inch: of a PNG or TIFF; 0: 300
 * @provenance: (nullable): text by key, as in PhenoEmbedding
 * @font_size: points of the numbers and the legend; lines and other words grow with it;
 *   0: 7
 */
typedef struct
{
  const char *path;
  double width_mm, height_mm;
  double dots_per_inch;
  GHashTable *provenance;
  double font_size;
} PhenoFigureFile;

/* Colours for groups: Okabe and Ito up to 8, Tol's muted up to 10, beyond that colour x
 * shape: the ten colours again in each of seven shapes, 70 groups in all before one comes
 * again. Okabe and Ito 2008, "Color Universal Design"; Tol 2021, SRON/EPS/TN/09-002. */
void pheno_palette_colour (guint group, guint n_groups, double rgb[3]);

/* Colour for a number that lies @share of the way from the lowest to the highest, 0 to 1:
 * viridis. Whoever draws one says so before: a NAN has no colour. */
void pheno_palette_ramp (double share, double rgb[3]);
guint pheno_palette_shape (guint group, guint n_groups);

/* The outline of a point of that shape (pheno_palette_shape()) as the path of @cairo: a
 * disc of that radius, or another shape of about its area. */
void pheno_marker_trace (cairo_t *cairo, guint shape, double x, double y, double radius);

/**
 * PhenoLegendPlace: where the legend stands
 * @PHENO_LEGEND_AUTO: beside the plot where it fits there, otherwise below
 */
typedef enum
{
  PHENO_LEGEND_AUTO,
  PHENO_LEGEND_BESIDE,
  PHENO_LEGEND_BELOW,
  PHENO_LEGEND_NONE
} PhenoLegendPlace;

/**
 * PhenoScatter: a map
 * @coordinates: (N, 2); rows that are no numbers are left out, and the caption says how
 * many
 * @groups: (nullable): N group numbers, -1: grey
 * @group_names: (nullable): char *, for the legend, which counts each group's points
 * @title: (nullable); so are the labels and the @caption, a line below the map
 * @selected: (nullable): N flags: on top of the others, with a dark edge
 * @legend: where it stands
 * @point_size: points from edge to edge; 0: by how many there are
 * @low, @high: the part of the map that is shown, which grows where the paper has another
 *   shape; all 0: the whole map
 *
 * Both axes have one scale: distances on a map mean the same in all directions.
 */
typedef struct
{
  const PhenoMatrix *coordinates;
  const int *groups;
  GPtrArray *group_names;
  const char *title, *x_label, *y_label, *caption;
  const guint8 *selected;
  PhenoLegendPlace legend;
  double point_size;
  double low[2], high[2];
} PhenoScatter;
/* Errors: %PHENO_ERROR_DATA when no row has coordinates; those of
 * pheno_figure_neighbours() */
gboolean pheno_figure_scatter (const PhenoScatter *scatter, const PhenoFigureFile *file,
                               GError **error);
/* The same as it would stand in the file, for a preview or a clipboard: nothing is
 * written, and of the path only the extension counts. */
GBytes *pheno_figure_scatter_bytes (const PhenoScatter *scatter,
                                    const PhenoFigureFile *file, GError **error);

typedef struct
{
  const char *name;
  const double *x, *y;
  gsize length;
} PhenoCurve;
/* Lines; NAN breaks a line. */
gboolean pheno_figure_curves (const PhenoCurve *curves, gsize n, const char *title,
                              const char *x_label, const char *y_label,
                              const PhenoFigureFile *file, GError **error);

/**
 * PhenoParallelAxis:
 * @words: (array zero-terminated=1) (nullable): values are numbers of words, from 0
 * @logarithmic: values are above 0, and factors count
 */
typedef struct
{
  const char *name;
  const char *const *words;
  gboolean logarithmic;
} PhenoParallelAxis;
/**
 * pheno_figure_parallel:
 * @axes: (array length=n_axes): two or more; the last is what came of the others, by
 * which lines are coloured
 * @values: (n_lines, n_axes); a NAN ends a line
 *
 * Errors: as of pheno_figure_curves()
 */
gboolean pheno_figure_parallel (const PhenoParallelAxis *axes, gsize n_axes,
                                const double *values, gsize n_lines, const char *title,
                                const PhenoFigureFile *file, GError **error);

/**
 * PhenoBarSeries: bars of one colour
 * @name: (nullable): for the legend
 * @value: (array length=n): a NAN has no bar
 * @low, @high: (nullable) (array length=n): ends of a line through the end of the bar
 */
typedef struct
{
  const char *name;
  const double *value, *low, *high;
} PhenoBarSeries;
typedef struct
{
  const char *x_label; /* (nullable) */
  const PhenoBarSeries *series;
  gsize n_series;
} PhenoBarPanel;
/**
 * pheno_figure_bars:
 * @names: (array length=n): from top to bottom, one for the bars of all panels
 * @panels: side by side, each with a scale of its own; the legend is the first one's
 *
 * Errors: %PHENO_ERROR_DATA for nothing; those of pheno_figure_neighbours()
 */
gboolean pheno_figure_bars (const char *const *names, gsize n,
                            const PhenoBarPanel *panels, gsize n_panels,
                            const char *title, const PhenoFigureFile *file,
                            GError **error);

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
/**
 * pheno_figure_neighbours:
 * @pictures: (array length=n): row after row; the last row may be shorter
 * @columns: pictures of a row; the first of each is the query, set off by a rule
 * @n_groups: of which the frames' colours are chosen
 *
 * Errors: %PHENO_ERROR_SETTING for another extension, or a size no format can hold;
 * %PHENO_ERROR_DATA for no pictures; %PHENO_ERROR_FILE
 */
gboolean pheno_figure_neighbours (const PhenoSheetPicture *pictures, gsize n,
                                  gsize columns, guint n_groups, const char *title,
                                  const PhenoFigureFile *file, GError **error);

/**
 * PhenoLikenessPair: two specimens with what makes them alike laid over them
 * @path: image files
 * @caption: one or two lines below each
 * @map: (rows, columns): of each; covers the square of the longer side
 */
typedef struct
{
  const char *path[2];
  const char *caption[2];
  const float *map[2];
  int rows, columns;
} PhenoLikenessPair;
/**
 * pheno_figure_likeness:
 * @pairs: (array length=n): one below the other
 *
 * Yellow to red where a part makes the two alike, blue where it makes them differ; one
 * scale for all pairs, that of the largest part.
 *
 * Errors: those of pheno_figure_neighbours()
 */
gboolean pheno_figure_likeness (const PhenoLikenessPair *pairs, gsize n,
                                const char *title, const PhenoFigureFile *file,
                                GError **error);

/**
 * PhenoFigureMatrix: a table of numbers, drawn as colours
 * @value: (rows, columns); a NAN is grey
 * @row_names, @column_names: (nullable)
 * @low, @high: ends of the colours; equal: those of the values
 * @step: of the numbers in the cells, 1 for whole ones; 0: a hundredth of the range
 */
typedef struct
{
  const double *value;
  gsize rows, columns;
  const char *const *row_names, *const *column_names;
  const char *title, *x_label, *y_label, *value_label;
  double low, high, step;
} PhenoFigureMatrix;
/* Cells are squares. Errors: those of pheno_figure_neighbours() */
gboolean pheno_figure_matrix (const PhenoFigureMatrix *matrix,
                              const PhenoFigureFile *file, GError **error);

G_END_DECLS
