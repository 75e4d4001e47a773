/* run-row.h - a run in the list of runs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/run-item.h"

G_BEGIN_DECLS

/**
 * PhenoRunRow:
 *
 * Signal "asked" (name of what is to be done: "resume", "explore", "use-settings",
 * "embed", "open-folder", "delete").
 */
#define PHENO_TYPE_RUN_ROW (pheno_run_row_get_type ())
G_DECLARE_FINAL_TYPE (PhenoRunRow, pheno_run_row, PHENO, RUN_ROW, AdwActionRow)

GtkWidget *pheno_run_row_new (PhenoRunItem *item);
PhenoRunItem *pheno_run_row_get_item (PhenoRunRow *self);

G_END_DECLS
