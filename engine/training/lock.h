/* lock.h - one trainer at a time in a run's folder
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * pheno_lock_folder:
 * Holds “run.lock” in @directory. The system lets go of it when the process ends, however
 * it ends, so a killed training leaves nothing to clean up.
 *
 * Returns: a file descriptor to close; -1 with @error
 * Errors: %PHENO_ERROR_FILE naming the process that holds it
 */
int pheno_lock_folder (const char *directory, GError **error);

G_END_DECLS
