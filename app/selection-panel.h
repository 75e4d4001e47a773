/* selection-panel.h - the selected specimens as an object: count, list, name, files
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/map-model.h"

G_BEGIN_DECLS

/* Signals: "row-chosen" (int row): a picture was activated; "colour-by" (column): the map
 * is to be coloured by it. */
#define PHENO_TYPE_SELECTION_PANEL (pheno_selection_panel_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSelectionPanel, pheno_selection_panel, PHENO, SELECTION_PANEL,
                      AdwBin)

void pheno_selection_panel_set_model (PhenoSelectionPanel *self, PhenoMapModel *model);

G_END_DECLS
