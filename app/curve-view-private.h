/* curve-view-private.h - what the files of the curves share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <math.h>

#include "app/curve-view.h"

typedef struct
{
  char *name;
  guint series, n;
  double *epochs, *values;
  gboolean dashed;
} PhenoPlotCurve;

struct _PhenoCurveView
{
  GtkWidget parent_instance;

  char *title, *empty_text, *level_name;
  gboolean percent;
  GPtrArray *curves;
  double level;
  double cursor; /* an epoch; NAN: none */
  guint tell_source;

  /* of the last drawing, for the pointer */
  double plot_left, plot_right, drawn_epochs;
};

char *pheno_curve_view_format (const PhenoCurveView *self, double value);
char *pheno_curve_view_cursor_words (const PhenoCurveView *self); /* NULL: no cursor */
double pheno_plot_curve_at (const PhenoPlotCurve *curve, double epoch);

/* Whether there is a value; up to which epoch. */
gboolean pheno_curve_view_range (const PhenoCurveView *self, double *last_epoch);

/* Of curve-view-draw.c. */
void pheno_curve_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
double pheno_curve_view_epoch_at (const PhenoCurveView *self, double x);
