/* filter-sidebar.h - words to look for, and the values of all columns, to be checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoFilterSidebar:
 *
 * Property "session". What is checked here counts for grid, table and map.
 */
#define PHENO_TYPE_FILTER_SIDEBAR (pheno_filter_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (PhenoFilterSidebar, pheno_filter_sidebar, PHENO, FILTER_SIDEBAR,
                      AdwBin)

/* The words are typed next. */
void pheno_filter_sidebar_grab_search (PhenoFilterSidebar *self);

G_END_DECLS
