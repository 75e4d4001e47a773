/* safetensors.c - hostile weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/model.h"
#include "tests/fuzz/memory-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  PhenoTensors *tensors = pheno_tensors_load (memory_file (data, size), &error);

  g_assert_true ((tensors == NULL) == (error != NULL));
  check_error (error);
  if (tensors != NULL)
    pheno_tensors_free (tensors);

  return 0;
}
