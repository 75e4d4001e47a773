/* specimen-cell.h - a specimen in a grid: its picture, name and species
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"

G_BEGIN_DECLS

/**
 * PhenoSpecimenCell:
 *
 * The picture is made when the cell shows a specimen, and given up when the cell shows
 * another one before it is there.
 */
#define PHENO_TYPE_SPECIMEN_CELL (pheno_specimen_cell_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenCell, pheno_specimen_cell, PHENO, SPECIMEN_CELL,
                      GtkWidget)

GtkWidget *pheno_specimen_cell_new (void);
PhenoSpecimen *
pheno_specimen_cell_get_specimen (PhenoSpecimenCell *self); /* (nullable) */
void pheno_specimen_cell_set_specimen (PhenoSpecimenCell *self, PhenoSpecimen *specimen);

/* Whether its picture is there. */
gboolean pheno_specimen_cell_has_picture (PhenoSpecimenCell *self);

/* Pixels of the picture's side. */
void pheno_specimen_cell_set_side (PhenoSpecimenCell *self, int side);

G_END_DECLS
