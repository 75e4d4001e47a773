/* explore-page.h - the map of look-alikes, neighbours, groups, figures
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_EXPLORE_PAGE (pheno_explore_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoExplorePage, pheno_explore_page, PHENO, EXPLORE_PAGE, AdwBin)

void pheno_explore_page_toggle_sidebar (PhenoExplorePage *self);

G_END_DECLS
