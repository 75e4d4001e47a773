/* foreign-names.h - what other programs call a parameter
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * pheno_foreign_names:
 * @parameter: as the graph names it
 *
 * Returns: (transfer full) (array zero-terminated=1): other names for it, none mostly: of
 *   a transformer timm's and torchvision's older ones, of EfficientNet those of
 *   efficientnet_pytorch
 */
GStrv pheno_foreign_names (const char *parameter);

G_END_DECLS
