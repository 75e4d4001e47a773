/* text.h - words on the canvas
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/canvas.h"

G_BEGIN_DECLS

typedef enum
{
  PHENO_TEXT_LEFT,
  PHENO_TEXT_CENTRE,
  PHENO_TEXT_RIGHT
} PhenoTextAlign;

/**
 * PhenoTextStyle:
 * @size: points
 * @grey: 0 black to 1 white
 * @align: what @x of pheno_text_draw() is
 * @width: points at which the text ends in an ellipsis; 0: never
 * @lines: that the text may take when it is wider; 0: 1
 */
typedef struct
{
  double size, grey;
  gboolean bold;
  PhenoTextAlign align;
  double width;
  int lines;
} PhenoTextStyle;

/* Sizes of figures that are printed at their size: journals ask for 5 to 8 points. */
#define PHENO_TEXT_TITLE 9.0
#define PHENO_TEXT_LABEL 8.0
#define PHENO_TEXT_SMALL 7.0

/* @y is the upper edge. Returns the height of the text, points. */
double pheno_text_draw (PhenoCanvas *canvas, const PhenoTextStyle *style, double x,
                        double y, const char *text);
/* The same with @y in the middle of the first line. */
void pheno_text_draw_middle (PhenoCanvas *canvas, const PhenoTextStyle *style, double x,
                             double y, const char *text);
/* Turned by 90 degrees against the clock, its middle at (@x, @y), where x is the left
 * edge. */
void pheno_text_draw_upwards (PhenoCanvas *canvas, const PhenoTextStyle *style, double x,
                              double y, const char *text);
void pheno_text_measure (const PhenoTextStyle *style, const char *text, double *width,
                         double *height);

/* "0.25", "1e+06": @number with the digits that steps of @step need. Never by the locale.
 */
char *pheno_text_number (double number, double step);

G_END_DECLS
