/* operation-list.h - all operations there are, stage by stage, with what a recipe says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoOperationList:
 *
 * One row for each operation that the engine has. Changes go to the session, as steps of
 * undo. Property "only" (nullable): the name of the operation that is to be shown alone.
 */
#define PHENO_TYPE_OPERATION_LIST (pheno_operation_list_get_type ())
G_DECLARE_FINAL_TYPE (PhenoOperationList, pheno_operation_list, PHENO, OPERATION_LIST,
                      AdwBin)

/* Makes some more of the rows, as all of them take too long for one turn of the main
 * loop. Returns: FALSE where they were there already. */
gboolean pheno_operation_list_make_more (PhenoOperationList *self);
void pheno_operation_list_set_session (PhenoOperationList *self, PhenoSession *session);
const char *pheno_operation_list_get_only (PhenoOperationList *self);
void pheno_operation_list_set_only (PhenoOperationList *self, const char *name);

G_END_DECLS
