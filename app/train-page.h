/* train-page.h - settings of a run, how it goes, and the runs there are
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PhenoTrainPage:
 *
 * Properties: "session"; "sidebar", whether the settings are shown; "summary", how far
 * the training is, for the header of the window: “34 %”, "" where nothing is under way;
 * and "status", the same in a sentence.
 */
#define PHENO_TYPE_TRAIN_PAGE (pheno_train_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoTrainPage, pheno_train_page, PHENO, TRAIN_PAGE, AdwBin)

/* Shows the settings of the next run, or hides them. */
void pheno_train_page_toggle_sidebar (PhenoTrainPage *self);

/**
 * pheno_train_page_holds_close:
 *
 * For the window that is about to close: while a run is trained the user is asked once
 * what is to become of it, and the window is closed after the answer.
 *
 * Returns: whether the window must stay open for now
 */
gboolean pheno_train_page_holds_close (PhenoTrainPage *self);

G_END_DECLS
