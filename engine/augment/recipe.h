/* recipe.h - what a recipe holds
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/operation.h"

G_BEGIN_DECLS

struct _PhenoBackgrounds
{
  int references, bands;
  guint n;
  float *colours; /* (n, bands) */
};

struct _PhenoRecipe
{
  PhenoSetting setting[PHENO_N_OPERATIONS];
  guint order[PHENO_N_OPERATIONS]; /* operations by stage, then place, then table */
  PhenoBackgrounds *backgrounds;   /* (nullable) */
};

/* To be called after places have changed. */
void pheno_recipe_sort (PhenoRecipe *recipe);

/* A parameter's text to its value, checked, and back. */
gboolean pheno_value_parse (PhenoValue *value, const PhenoOperation *operation,
                            const PhenoParameterInfo *info, const char *text,
                            GError **error);
char *pheno_value_to_text (const PhenoValue *value, const PhenoParameterInfo *info);
void pheno_value_copy (PhenoValue *to, const PhenoValue *from);
gboolean pheno_value_equal (const PhenoValue *a, const PhenoValue *b);

/* "true" or "false"; FALSE with @error for anything else. */
gboolean pheno_switch_parse (const char *operation, const char *key, const char *text,
                             gboolean *value, GError **error);

G_END_DECLS
