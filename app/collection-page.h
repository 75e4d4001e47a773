/* collection-page.h - the specimens: grid, table, problems, and one in large
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PhenoCollectionPage:
 *
 * Properties: "session"; "view": "grid", "table" or "problems".
 */
#define PHENO_TYPE_COLLECTION_PAGE (pheno_collection_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoCollectionPage, pheno_collection_page, PHENO, COLLECTION_PAGE,
                      AdwBin)

/* Unfolds the sidebar and takes the keyboard to the search. */
void pheno_collection_page_search (PhenoCollectionPage *self);
void pheno_collection_page_toggle_sidebar (PhenoCollectionPage *self);
void pheno_collection_page_show_view (PhenoCollectionPage *self, const char *view);

G_END_DECLS
