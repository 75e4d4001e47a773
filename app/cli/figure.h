/* figure.h - what the kinds of "figure" share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/cli/cli.h"
#include "engine/figure/figure.h"

G_BEGIN_DECLS

typedef struct
{
  char *by, *title, *width, *output, *exclude_same, *label;
  double height_mm, dots_per_inch, font_size;
  int k, threads;
} PhenoFigureOptions;

/**
 * PhenoFigureKind:
 * @table: what is drawn, as a table with a first line of names, is appended to it
 *
 * What stands in figure.c's list is offered.
 */
typedef struct
{
  const char *name;
  gboolean (*draw) (PhenoCli *cli, const char *source, const PhenoFigureOptions *options,
                    PhenoFigureFile *file, GString *table, GError **error);
} PhenoFigureKind;

extern const PhenoFigureKind pheno_figure_kind_bars, pheno_figure_kind_spectra,
    pheno_figure_kind_confusion, pheno_figure_kind_distances;

/* ",VALUE" as in every locale; nothing for what is no number. */
void pheno_figure_append_number (GString *table, double value);

G_END_DECLS
