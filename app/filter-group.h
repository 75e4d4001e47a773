/* filter-group.h - the values of one column, to be checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_FILTER_GROUP (pheno_filter_group_get_type ())
G_DECLARE_FINAL_TYPE (PhenoFilterGroup, pheno_filter_group, PHENO, FILTER_GROUP, AdwBin)

GtkWidget *pheno_filter_group_new (PhenoSession *session, const char *column);
const char *pheno_filter_group_get_column (PhenoFilterGroup *self);
void pheno_filter_group_set_expanded (PhenoFilterGroup *self, gboolean expanded);

/**
 * pheno_filter_group_count:
 * @visible: (array): for each of the session's specimens, whether the filter shows it
 *
 * Counts anew. A group that is folded counts when it is unfolded.
 */
void pheno_filter_group_count (PhenoFilterGroup *self, const gboolean *visible);

/* What people call a column: “species” is “Species”, others are as they are written. */
const char *pheno_column_title (const char *column);

/* A value as it is shown; the empty one in words. */
const char *pheno_value_title (const char *value);

G_END_DECLS
