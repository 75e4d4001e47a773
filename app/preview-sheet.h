/* preview-sheet.h - pairs of views on one sheet, to copy and to keep
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/preview.h"

G_BEGIN_DECLS

/**
 * pheno_preview_sheet:
 * @pairs: (element-type PhenoPair): those without pictures are passed over
 * @title: (nullable): above them: the recipe, the epoch and the seed
 *
 * Returns: (transfer full) (nullable): a picture on white paper; NULL where no pair has
 *   pictures
 */
GdkTexture *pheno_preview_sheet (GPtrArray *pairs, const char *title);

G_END_DECLS
