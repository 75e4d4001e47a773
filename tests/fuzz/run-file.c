/* run-file.c - hostile run files
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/training.h"
#include "tests/fuzz/memory-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  PhenoRun *run = pheno_run_load (memory_file (data, size), &error);

  g_assert_true ((run == NULL) == (error != NULL));
  check_error (error);
  if (run != NULL)
    pheno_run_free (run);

  return 0;
}
