/* scores-panel.h - how well near specimens share a label, in numbers and in words
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/map-model.h"

G_BEGIN_DECLS

/* Signal "embed" (name of a baseline): its embeddings are wanted, to compare with. */
#define PHENO_TYPE_SCORES_PANEL (pheno_scores_panel_get_type ())
G_DECLARE_FINAL_TYPE (PhenoScoresPanel, pheno_scores_panel, PHENO, SCORES_PANEL, AdwBin)

void pheno_scores_panel_set_model (PhenoScoresPanel *self, PhenoMapModel *model);

/* A baseline has been made, or could not be: the comparison goes on. */
void pheno_scores_panel_compare (PhenoScoresPanel *self);

G_END_DECLS
