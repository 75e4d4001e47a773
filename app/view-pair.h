/* view-pair.h - a photograph and its two views, side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/preview.h"

G_BEGIN_DECLS

/**
 * PhenoSquare: a picture in a square that is as wide as there is room
 *
 * Property "paintable" (nullable).
 */
#define PHENO_TYPE_SQUARE (pheno_square_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSquare, pheno_square, PHENO, SQUARE, GtkWidget)
void pheno_square_set_paintable (PhenoSquare *self, GdkPaintable *paintable);

/**
 * PhenoViewPair:
 *
 * Property "large": what happened stands below the pictures, not behind a button. Signal
 * "activate" when the pictures are clicked.
 */
#define PHENO_TYPE_VIEW_PAIR (pheno_view_pair_get_type ())
G_DECLARE_FINAL_TYPE (PhenoViewPair, pheno_view_pair, PHENO, VIEW_PAIR, AdwBin)

GtkWidget *pheno_view_pair_new (void);
void pheno_view_pair_show (PhenoViewPair *self, const PhenoPair *pair);
PhenoSpecimen *pheno_view_pair_get_specimen (PhenoViewPair *self); /* (nullable) */

/* (transfer full): what pheno_augment_describe() says, as lines for people. */
char *pheno_describe_view (const char *what);

G_END_DECLS
