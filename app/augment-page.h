/* augment-page.h - what the two views of a specimen go through, tuned by eye
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_AUGMENT_PAGE (pheno_augment_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoAugmentPage, pheno_augment_page, PHENO, AUGMENT_PAGE, AdwBin)

/* Makes what is left to be made of it, a piece a turn of the main loop. Returns: FALSE
 * where all was there. */
gboolean pheno_augment_page_make_more (PhenoAugmentPage *self);

/* Hides the operations beside the views, or shows them. */
void pheno_augment_page_toggle_sidebar (PhenoAugmentPage *self);

G_END_DECLS
