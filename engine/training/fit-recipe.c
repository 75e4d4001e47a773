/* fit-recipe.c - recipes that were made for three colours, for any bands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/training.h"

#include <string.h>

#define EVERY_BAND "[augment.normalise]\nmean=0.5\nstd=0.25\n"

/* (transfer full) (nullable): with the changes asked for. */
static PhenoRecipe *
change (const PhenoRecipe *recipe, gboolean normalise, gboolean keep_colour)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  PhenoRecipe *changed;

  if (normalise)
    g_key_file_load_from_data (file, EVERY_BAND, strlen (EVERY_BAND), G_KEY_FILE_NONE,
                               NULL);
  changed = pheno_recipe_new_from_key_file (recipe, file, NULL);
  if (changed != NULL && keep_colour)
    pheno_recipe_keep_colour (changed);
  return changed;
}

gboolean
pheno_recipe_fit (PhenoRecipe **recipe, const PhenoImage *image, gboolean *changed,
                  GError **error)
{
  *changed = FALSE;
  if (pheno_recipe_check_image (*recipe, image, NULL))
    return TRUE;

  /* Less before more: normalise alone, colour alone, both. */
  for (int what = 1; what <= 3; what++)
    {
      g_autoptr (PhenoRecipe) other = change (*recipe, (what & 1) != 0, (what & 2) != 0);

      if (other == NULL || !pheno_recipe_check_image (other, image, NULL))
        continue;
      pheno_recipe_free (*recipe);
      *recipe = g_steal_pointer (&other);
      *changed = TRUE;
      return TRUE;
    }
  return pheno_recipe_check_image (*recipe, image, error);
}
