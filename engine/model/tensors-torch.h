/* tensors-torch.h - PyTorch's own files; the model room's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/tensors.h"

G_BEGIN_DECLS

/* Whether bytes are the beginning of a file of torch.save(), new (zip) or old. */
gboolean pheno_torch_probe (const guint8 *bytes, gsize length);

/**
 * pheno_torch_read:
 * @tensors: its @file is the mapped file; filled
 *
 * Every tensor that the file's dictionaries and lists hold, under its keys joined with
 * dots: "state_dict.layer1.0.conv1.weight". Nothing in the file is run.
 *
 * Errors: %PHENO_ERROR_FORMAT
 */
gboolean pheno_torch_read (PhenoTensors *tensors, const char *path, GError **error);

G_END_DECLS
