/* curve-view.h - curves over the epochs of runs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PhenoCurveView:
 *
 * Axes with round numbers, curves in colours and strokes of their own, a legend, and a
 * cursor that goes from epoch to epoch with the pointer or with the arrow keys and shows
 * the values there. What is drawn is also said, as the widget's accessible description.
 *
 * Properties: "title", "percent" (values are shares, 0 to 1, written as per cent),
 * "empty-text" (what stands where there is no value yet).
 */
#define PHENO_TYPE_CURVE_VIEW (pheno_curve_view_get_type ())
G_DECLARE_FINAL_TYPE (PhenoCurveView, pheno_curve_view, PHENO, CURVE_VIEW, GtkWidget)

/* Takes all curves away; what is added then is drawn once, later. */
void pheno_curve_view_clear (PhenoCurveView *self);

/**
 * pheno_curve_view_add:
 * @name: for the legend
 * @series: number of the colour
 * @epochs: (array length=n): rising
 * @values: (array length=n): NAN where there is none: the line goes on over it
 * @dashed: a second stroke, for the second measure of one run
 */
void pheno_curve_view_add (PhenoCurveView *self, const char *name, guint series,
                           const double *epochs, const double *values, guint n,
                           gboolean dashed);

/* A level to compare with, such as that of guessing; NAN: none. */
void pheno_curve_view_set_level (PhenoCurveView *self, double level, const char *name);

G_END_DECLS
