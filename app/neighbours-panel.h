/* neighbours-panel.h - what looks most like the specimen that was clicked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/map-model.h"

G_BEGIN_DECLS

/* Signal "row-chosen" (int row): a look-alike was clicked, and is the next query. */
#define PHENO_TYPE_NEIGHBOURS_PANEL (pheno_neighbours_panel_get_type ())
G_DECLARE_FINAL_TYPE (PhenoNeighboursPanel, pheno_neighbours_panel, PHENO,
                      NEIGHBOURS_PANEL, AdwBin)

void pheno_neighbours_panel_set_model (PhenoNeighboursPanel *self, PhenoMapModel *model);

G_END_DECLS
