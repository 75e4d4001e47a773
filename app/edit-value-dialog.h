/* edit-value-dialog.h - one value for all specimens that are selected
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_EDIT_VALUE_DIALOG (pheno_edit_value_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhenoEditValueDialog, pheno_edit_value_dialog, PHENO,
                      EDIT_VALUE_DIALOG, AdwWindow)

/* @specimens: (element-type PhenoSpecimen), not empty; @parent: in whose window it opens
 */
void pheno_edit_value_dialog_present (GtkWidget *parent, PhenoSession *session,
                                      GPtrArray *specimens);

G_END_DECLS
