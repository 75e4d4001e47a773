/* mask-border.h - the specimen on a plain background; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/**
 * pheno_mask_from_border:
 * @image: with any number of bands
 * @mask: (out caller-allocates): (H, W), 255 specimen, 0 background
 *
 * Background is what touches the border and is of the border's median colour, within four
 * median deviations of the border (9 to 14 % of the range).
 *
 * Returns: %FALSE where the border is of many colours, or where nothing or nearly all of
 *   the picture would be specimen; @mask is then to be forgotten
 */
gboolean pheno_mask_from_border (const PhenoImage *image, guint8 *mask);

G_END_DECLS
