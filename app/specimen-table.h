/* specimen-table.h - the specimens as a table of their metadata
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoSpecimenTable:
 *
 * Signal "activated" (PhenoSpecimen *). The order of its header is the order of all
 * lists.
 */
#define PHENO_TYPE_SPECIMEN_TABLE (pheno_specimen_table_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenTable, pheno_specimen_table, PHENO, SPECIMEN_TABLE,
                      AdwBin)

void pheno_specimen_table_set_session (PhenoSpecimenTable *self, PhenoSession *session);

/* Makes the rows, before they are shown the first time. */
void pheno_specimen_table_fill (PhenoSpecimenTable *self);
void pheno_specimen_table_scroll_to (PhenoSpecimenTable *self, guint position);

/* By a column, or "file"; a second time the other way round. */
void pheno_specimen_table_sort_by (PhenoSpecimenTable *self, const char *column);

/* What can be sorted by, for a menu of the action collection.sort. */
GMenuModel *pheno_specimen_table_get_sort_menu (PhenoSpecimenTable *self);

G_END_DECLS
