/* parameter-row.h - one parameter of an operation: its name, its control, what it does
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "engine/augment/augment.h"

G_BEGIN_DECLS

/**
 * PhenoParameterRow:
 *
 * The control follows from the parameter's kind. Signal "changed" (text as in a recipe)
 * after the user changed it to something that is allowed; what is not allowed is answered
 * by the engine's own sentence below the control.
 */
#define PHENO_TYPE_PARAMETER_ROW (pheno_parameter_row_get_type ())
G_DECLARE_FINAL_TYPE (PhenoParameterRow, pheno_parameter_row, PHENO, PARAMETER_ROW,
                      AdwPreferencesRow)

/* @info: of @operation, or pheno_operation_probability(). */
PhenoParameterRow *pheno_parameter_row_new (const PhenoOperation *operation,
                                            const PhenoParameterInfo *info);
const PhenoParameterInfo *pheno_parameter_row_get_info (PhenoParameterRow *self);

/* Shows the value of @recipe; says nothing. */
void pheno_parameter_row_show (PhenoParameterRow *self, const PhenoRecipe *recipe);

G_END_DECLS
