/* run-options.h - what a command line says in place of a run file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

/**
 * pheno_run_override:
 * @collections: (nullable) (array zero-terminated=1): of --collection
 * @device: (nullable): of --device
 * @settings: (nullable) (array zero-terminated=1): of --set, in their order
 *
 * Errors: those of pheno_run_set()
 */
gboolean pheno_run_override (PhenoRun *run, char **collections, const char *device,
                             char **settings, GError **error);
