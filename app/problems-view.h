/* problems-view.h - what could not be used, what was left out, what fits nowhere
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_PROBLEMS_VIEW (pheno_problems_view_get_type ())
G_DECLARE_FINAL_TYPE (PhenoProblemsView, pheno_problems_view, PHENO, PROBLEMS_VIEW,
                      AdwBin)

void pheno_problems_view_set_session (PhenoProblemsView *self, PhenoSession *session);

G_END_DECLS
