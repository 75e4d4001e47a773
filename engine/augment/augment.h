/* augment.h - from an image to a random view of it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A recipe says what may happen, a draw what happens to one view, apply does it. A draw is
 * a function of (seed, epoch, image, view) and of nothing else, so any number of threads,
 * the preview and the training make the same views.
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

typedef struct _PhenoRecipe PhenoRecipe;

/**
 * pheno_recipe_load:
 * @name: a built-in recipe ("simclr", "colour", "shape", "none") or a file of the same form
 *
 * Errors: %PHENO_ERROR_SETTING with key, value and range, and the nearest known name
 */
PhenoRecipe *pheno_recipe_load (const char *name, GError **error);

/**
 * pheno_recipe_new_from_key_file:
 * @base: (nullable): recipe whose operations the groups override
 * @key_file: groups [augment.OPERATION]; other groups are left alone
 */
PhenoRecipe *pheno_recipe_new_from_key_file (const PhenoRecipe *base, GKeyFile *key_file,
                                             GError **error);
char *pheno_recipe_to_text (const PhenoRecipe *recipe); /* groups [augment.OPERATION], all keys */
void pheno_recipe_free (PhenoRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRecipe, pheno_recipe_free)

const char *const *pheno_recipe_names (void); /* built-in recipes, NULL-ended */

/* Which view: everything that random numbers depend on. */
typedef struct
{
  guint64 seed;
  guint32 epoch, image, view;
} PhenoViewKey;

/**
 * pheno_augment:
 * @size: side of the square view
 * @view: (out caller-allocates): (C, size, size) float32, normalised as the recipe says
 * @scratch: made by pheno_augment_scratch_new(), one for each thread
 *
 * Draws with @key and applies: allocates nothing.
 */
typedef struct _PhenoAugmentScratch PhenoAugmentScratch;
PhenoAugmentScratch *pheno_augment_scratch_new (int size, int bands);
void pheno_augment_scratch_free (PhenoAugmentScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoAugmentScratch, pheno_augment_scratch_free)

void pheno_augment (const PhenoRecipe *recipe, const PhenoImage *image, PhenoViewKey key, int size,
                    PhenoAugmentScratch *scratch, float *view);

/**
 * pheno_augment_plain:
 * The view for embedding: the whole image, longer side scaled to @size, padded (letterbox)
 * on the median colour of its own border, normalised as the recipe says; nothing random.
 */
void pheno_augment_plain (const PhenoRecipe *recipe, const PhenoImage *image, int size,
                          PhenoAugmentScratch *scratch, float *view);

/**
 * pheno_augment_batch:
 * @images: (array length=n)
 * @keys: (array length=n)
 * @views: (out caller-allocates): (n, C, size, size)
 *
 * The same for many views on @threads threads; equal to one by one, to the bit.
 * %NULL @keys: plain views.
 */
void pheno_augment_batch (const PhenoRecipe *recipe, const PhenoImage *const *images,
                          const PhenoViewKey *keys, guint n, int size, int threads, float *views);

/**
 * pheno_augment_sheet:
 * A picture of @n_views views of one image in a grid, with the image itself first, as 8-bit RGB.
 */
PhenoImage *pheno_augment_sheet (const PhenoRecipe *recipe, const PhenoImage *image, guint64 seed,
                                 int n_views, int size, GError **error);

/* JSON object of what is drawn for a view, operation by operation: for tests and for people. */
char *pheno_augment_describe (const PhenoRecipe *recipe, const PhenoImage *image, PhenoViewKey key,
                              int size);

G_END_DECLS
