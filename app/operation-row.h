/* operation-row.h - one operation of a recipe, with all that can be set about it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "engine/augment/augment.h"

G_BEGIN_DECLS

/**
 * PhenoOperationRow:
 *
 * Made from the engine's table alone. It changes no recipe: it tells what the user wants.
 *
 * Property "only": whether the preview is to show this operation alone.
 * Signals: "set" (key, value as text), "move" (-1 up, 1 down), "move-beside" (name of the
 * operation that was dropped on it), "reset".
 */
#define PHENO_TYPE_OPERATION_ROW (pheno_operation_row_get_type ())
G_DECLARE_FINAL_TYPE (PhenoOperationRow, pheno_operation_row, PHENO, OPERATION_ROW,
                      AdwExpanderRow)

PhenoOperationRow *pheno_operation_row_new (const PhenoOperation *operation);
const PhenoOperation *pheno_operation_row_get_operation (PhenoOperationRow *self);

/* Shows what @recipe says, which has to stay until the next is shown; emits nothing. */
void pheno_operation_row_show (PhenoOperationRow *self, const PhenoRecipe *recipe);

/* Whether there is a row above and below in its stage. */
void pheno_operation_row_set_movable (PhenoOperationRow *self, gboolean up,
                                      gboolean down);

G_END_DECLS
