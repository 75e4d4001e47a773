/* train-page.h - settings of a run, how it goes, and the runs there are
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_TRAIN_PAGE (pheno_train_page_get_type ())
G_DECLARE_FINAL_TYPE (PhenoTrainPage, pheno_train_page, PHENO, TRAIN_PAGE, AdwBin)

G_END_DECLS
