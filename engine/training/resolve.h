/* resolve.h - from "auto" to values
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

typedef void (*PhenoSayFunc) (const char *sentence, gpointer user_data);

/* Makes folders and files absolute, so that the run can be repeated from anywhere. */
void pheno_resolve_paths (PhenoRun *run);

/**
 * pheno_resolve_device:
 * Opens the device of @run and sets device, threads and precision to what they are.
 * Errors: %PHENO_ERROR_DEVICE; %PHENO_ERROR_SETTING for bfloat16 where there is none
 */
pk_device *pheno_resolve_device (PhenoRun *run, GError **error);

/**
 * pheno_resolve_sizes:
 * Fits batch and accumulate to @n images, warm-up to the epochs, and sets the learning
 * rate. What is not as asked for is said.
 */
void pheno_resolve_sizes (PhenoRun *run, guint n, PhenoSayFunc say, gpointer user_data);

/* Of a run that goes on: "auto" about images and pixels is what it was when it began. */
void pheno_resolve_as_before (PhenoRun *run, const PhenoRun *began);

G_END_DECLS
