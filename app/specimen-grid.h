/* specimen-grid.h - the specimens as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoSpecimenGrid:
 *
 * Property "side": pixels of a picture's side. Signal "activated" (PhenoSpecimen *).
 */
#define PHENO_TYPE_SPECIMEN_GRID (pheno_specimen_grid_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenGrid, pheno_specimen_grid, PHENO, SPECIMEN_GRID,
                      AdwBin)

void pheno_specimen_grid_set_session (PhenoSpecimenGrid *self, PhenoSession *session);
/* Scrolls there and gives it the keyboard. */
void pheno_specimen_grid_focus (PhenoSpecimenGrid *self, guint position);

#define PHENO_GRID_SMALLEST 64
#define PHENO_GRID_LARGEST 320

G_END_DECLS
