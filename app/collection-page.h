/* collection-page.h - the specimens: grid, table, problems
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_COLLECTION_PAGE (pheno_collection_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoCollectionPage, pheno_collection_page, PHENO, COLLECTION_PAGE,
                      AdwBin)

G_END_DECLS
