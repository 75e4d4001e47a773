/* study-path.h - paths as they stand in study.ini; the study's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * pheno_study_path_to_text:
 * @study: the study's folder, absolute
 * @path: (type filename): absolute
 *
 * Returns: (transfer full): relative to @study where it lies in the same folder as the study
 *   or below, else absolute; a name that is not UTF-8 as "bytes:" and %XX
 */
char *pheno_study_path_to_text (const char *study, const char *path);

/* (transfer full) (type filename): absolute again. */
char *pheno_study_path_from_text (const char *study, const char *text);

G_END_DECLS
