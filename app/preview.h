/* preview.h - pairs of views of some specimens, drawn as training will draw them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"
#include "engine/augment/augment.h"

G_BEGIN_DECLS

/**
 * PhenoPair: one specimen and its two views
 * @number: of the specimen among the usable ones of its collection
 * @source: (nullable): the prepared pixels, with the outlines of both views
 * @views: (nullable): the two views, as people see them
 * @what: (nullable): what was drawn for each, as pheno_augment_describe() says it
 * @reason: (nullable): why there are no pictures, as a sentence
 * @size: pixels of a view
 */
typedef struct
{
  PhenoSpecimen *specimen;
  guint32 number;
  GdkTexture *source, *views[2];
  char *what[2];
  char *reason;
  int size;
} PhenoPair;

PhenoPair *pheno_pair_new (PhenoSpecimen *specimen, guint32 number);
void pheno_pair_free (PhenoPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoPair, pheno_pair_free)

/**
 * PhenoPreview:
 *
 * Keeps the specimens' pixels in memory at the size that training prepares, so that a
 * change of the recipe costs the drawing alone. Draws on a thread; of changes that come
 * while it draws only the latest is drawn. Signal "drawn".
 */
#define PHENO_TYPE_PREVIEW (pheno_preview_get_type ())
G_DECLARE_FINAL_TYPE (PhenoPreview, pheno_preview, PHENO, PREVIEW, GObject)

PhenoPreview *pheno_preview_new (void);

/**
 * pheno_preview_draw:
 * @pairs: (element-type PhenoPair): of which specimen and number count
 * @epoch: from 0
 */
void pheno_preview_draw (PhenoPreview *self, const PhenoRecipe *recipe, GPtrArray *pairs,
                         guint64 seed, guint32 epoch, int size);

/* (transfer none) (nullable) (element-type PhenoPair): what was drawn last. */
GPtrArray *pheno_preview_get_pairs (PhenoPreview *self);

/* Forgets all pixels. */
void pheno_preview_clear (PhenoPreview *self);

G_END_DECLS
