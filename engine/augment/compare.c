/* compare.c - in what two recipes differ
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/recipe.h"

#include <string.h>

void
pheno_recipe_difference_free (PhenoRecipeDifference *difference)
{
  g_free (difference->one);
  g_free (difference->other);
  g_free (difference);
}

static void
compare_key (GPtrArray *differences, const PhenoRecipe *a, const PhenoRecipe *b,
             const PhenoOperation *operation, const char *key)
{
  g_autofree char *one = pheno_recipe_get (a, operation->name, key);
  g_autofree char *other = pheno_recipe_get (b, operation->name, key);
  PhenoRecipeDifference *difference;

  if (g_strcmp0 (one, other) == 0)
    return;
  difference = g_new0 (PhenoRecipeDifference, 1);
  difference->operation = operation;
  difference->key = key;
  difference->one = g_steal_pointer (&one);
  difference->other = g_steal_pointer (&other);
  g_ptr_array_add (differences, difference);
}

GPtrArray *
pheno_recipe_compare (const PhenoRecipe *a, const PhenoRecipe *b)
{
  static const char *const common[] = { "enabled", "probability", "place" };
  GPtrArray *differences
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_recipe_difference_free);

  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      const PhenoOperation *operation = pheno_operation_get (a->order[i]);
      guint index = a->order[i];

      if (!a->setting[index].enabled && !b->setting[index].enabled)
        continue; /* what never happens is no difference */
      for (guint k = 0; k < G_N_ELEMENTS (common); k++)
        compare_key (differences, a, b, operation, common[k]);
      if (a->setting[index].enabled == b->setting[index].enabled)
        for (guint k = 0; operation->parameters[k].name != NULL; k++)
          compare_key (differences, a, b, operation, operation->parameters[k].name);
    }
  return differences;
}
