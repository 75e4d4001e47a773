/* canvas.h - a sheet of paper that becomes an SVG, a PDF, a PNG or a TIFF
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/figure.h"

#include <cairo.h>

G_BEGIN_DECLS

#define PHENO_POINTS_PER_MM (72 / 25.4)
#define PHENO_MARGIN 8.0 /* points of white around everything */

typedef enum
{
  PHENO_FIGURE_SVG,
  PHENO_FIGURE_PDF,
  PHENO_FIGURE_PNG,
  PHENO_FIGURE_TIFF
} PhenoFigureFormat;

/**
 * PhenoCanvas:
 * @cairo: in points (1/72 inch), from the upper left corner; white
 * @width: points
 * @zoom: how many points of the paper one of these is: a figure with a larger font is
 * laid out on smaller paper, which is enlarged
 */
typedef struct
{
  const PhenoFigureFile *file;
  PhenoFigureFormat format;
  cairo_surface_t *surface;
  cairo_t *cairo;
  GByteArray *bytes; /* what cairo has written */
  double width, height, zoom;
} PhenoCanvas;

/* Points of the canvas; the height is 0 where the file does not say. */
double pheno_figure_width (const PhenoFigureFile *file);
double pheno_figure_height (const PhenoFigureFile *file);

/**
 * pheno_canvas_new:
 * @height: points, where the file does not say
 * @title: (nullable): for the document's metadata
 */
PhenoCanvas *pheno_canvas_new (const PhenoFigureFile *file, double height,
                               const char *title, GError **error);
/* (transfer full): the file's content, with its provenance; nothing is drawn after it. */
GBytes *pheno_canvas_finish (PhenoCanvas *canvas, GError **error);
/* Finishes and writes the file; the old one stays until the new one is whole. */
gboolean pheno_canvas_save (PhenoCanvas *canvas, GError **error);
void pheno_canvas_free (PhenoCanvas *canvas);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoCanvas, pheno_canvas_free)

/* 1 at the resolution of the paper: pixels a point of what is drawn, for pictures. */
double pheno_canvas_pixels_per_point (const PhenoCanvas *canvas);

G_END_DECLS
