/* preset-button.h - which recipe is in use, and the others to choose from
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_PRESET_BUTTON (pheno_preset_button_get_type ())
G_DECLARE_FINAL_TYPE (PhenoPresetButton, pheno_preset_button, PHENO, PRESET_BUTTON,
                      AdwBin)

void pheno_preset_button_set_session (PhenoPresetButton *self, PhenoSession *session);

G_END_DECLS
