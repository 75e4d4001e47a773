/* presets.h - recipes with a name: those of the program, and the user's own
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The user's own lie as text files NAME.recipe in the folder “phenoscape/recipes” of the
 * user's data; phenoscape-cli takes them with --recipe=FILE.
 */
#pragma once

#include "engine/augment/augment.h"

G_BEGIN_DECLS

/* (transfer full) (array zero-terminated=1): names of the user's own, sorted as people
 * sort. */
char **pheno_presets_own (void);

/* Whether there is such a preset of the user's own. */
gboolean pheno_presets_has (const char *name);

/* (transfer full) (type filename) */
char *pheno_presets_path (const char *name);

/* (transfer full): for people. */
char *pheno_presets_title (const char *name);

/* (transfer full) (nullable): of either kind. */
PhenoRecipe *pheno_presets_load (const char *name, GError **error);

/**
 * pheno_presets_check_name:
 *
 * Whether a preset may be called so: some text that is a file name on any system, and not
 * that of a built-in recipe.
 */
gboolean pheno_presets_check_name (const char *name, GError **error);

/* Replaces one of the same name. */
gboolean pheno_presets_save (const char *name, const PhenoRecipe *recipe, GError **error);
gboolean pheno_presets_delete (const char *name, GError **error);

/**
 * pheno_presets_import:
 * @path: (type filename): a recipe anywhere
 *
 * Takes a copy among the user's own, under the file's name; a number is added where
 * another recipe has it.
 *
 * Returns: (transfer full) (nullable): its name
 */
char *pheno_presets_import (const char *path, GError **error);

G_END_DECLS
