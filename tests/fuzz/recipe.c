/* recipe.c - hostile recipes of augmentation
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/augment.h"
#include "tests/fuzz/memory-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe = pheno_recipe_load (memory_file (data, size), &error);

  g_assert_true ((recipe == NULL) == (error != NULL));
  check_error (error);
  if (recipe != NULL)
    pheno_recipe_free (recipe);

  return 0;
}
