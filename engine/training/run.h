/* run.h - what the rest of the training room needs of a run file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * pheno_run_check_resume:
 * @began: the resolved run of the checkpoint
 * @now: the resolved run that wants to go on
 *
 * Errors: %PHENO_ERROR_SETTING naming the first key that must stay and has another value
 */
gboolean pheno_run_check_resume (const PhenoRun *began, const PhenoRun *now,
                                 GError **error);

G_END_DECLS
