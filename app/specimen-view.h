/* specimen-view.h - one specimen in large, with all that is known about it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoSpecimenView:
 *
 * Property "specimen". Signal "closed": the user goes back. Steps through the specimens
 * that the filter shows.
 */
#define PHENO_TYPE_SPECIMEN_VIEW (pheno_specimen_view_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenView, pheno_specimen_view, PHENO, SPECIMEN_VIEW,
                      AdwBin)

void pheno_specimen_view_set_session (PhenoSpecimenView *self, PhenoSession *session);
void pheno_specimen_view_set_specimen (PhenoSpecimenView *self, PhenoSpecimen *specimen);
PhenoSpecimen *pheno_specimen_view_get_specimen (PhenoSpecimenView *self);

/* Among the visible ones; GTK_INVALID_LIST_POSITION where it is not among them. */
guint pheno_specimen_view_get_position (PhenoSpecimenView *self);

G_END_DECLS
