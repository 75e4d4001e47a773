/* map-legend.h - which colour and shape is which group, with counts
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/map-model.h"

G_BEGIN_DECLS

/* A click hides a group or shows it again, a double click shows it alone, with Ctrl it
 * selects it; Enter, Shift+Enter and Ctrl+Enter do the same. */
#define PHENO_TYPE_MAP_LEGEND (pheno_map_legend_get_type ())
G_DECLARE_FINAL_TYPE (PhenoMapLegend, pheno_map_legend, PHENO, MAP_LEGEND, AdwBin)

void pheno_map_legend_set_model (PhenoMapLegend *self, PhenoMapModel *model);

G_END_DECLS
