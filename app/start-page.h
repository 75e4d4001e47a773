/* start-page.h - recent studies, and the ways to begin
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_START_PAGE (pheno_start_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoStartPage, pheno_start_page, PHENO, START_PAGE, AdwBin)

G_END_DECLS
