/* material.h - what a run learns from: images, their groups, and what was left out
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/partners.h"
#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoMaterial:
 * @images: (array length=n): borrowed from @cache
 * @numbers: (array length=n): of each image in @usable, on which its views depend
 * @groups: (nullable): species numbers from 0, -1 unknown; %NULL when nothing can be told
 *   from them
 * @rows: (array length=n): of each image in @cache
 * @bands: of the encoder's input
 * @counts: what was found among the samples of all images
 * @units: (nullable): specimen numbers where the collection has such a column, -1 unknown
 * @why_no_groups: (nullable): a sentence, where @groups is %NULL
 * @left_out: PhenoProblem
 * @n_not_found: names of the run's “excluded” that are no image of the collection
 * @digest: of the collection's usable files
 */
typedef struct
{
  PhenoCollection *collection;
  GPtrArray *usable;
  PhenoCache *cache;
  const PhenoImage **images;
  guint32 *numbers, *rows;
  guint n;
  int bands;
  int *groups, *units;
  PhenoPartners *partners; /* (nullable): pairs are of specimens and not of images */
  char *why_no_groups;
  GPtrArray *left_out;
  guint n_not_found;
  PhenoSampleCounts counts;
  char *digest;
} PhenoMaterial;

/**
 * pheno_material_new:
 * @run: modality, mask, radiometry, bands and levels become what "auto" stands for
 * @directory: the run's folder: the cache is kept in the study that it belongs to, or in
 * it
 *
 * Scans the run's folders and prepares the pixels, of the size that pheno_views_side()
 * says.
 *
 * Errors: %PHENO_ERROR_DATA for fewer than two usable images
 */
PhenoMaterial *pheno_material_new (PhenoRun *run, const char *directory,
                                   PhenoProgressFunc progress, gpointer user_data,
                                   GCancellable *cancellable, GError **error);
/* What a loader orders: images, or specimens where pairs are of specimens. */
guint pheno_material_items (const PhenoMaterial *material);

void pheno_material_free (PhenoMaterial *material);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMaterial, pheno_material_free)

/* The memory of image @index may be taken back. */
void pheno_material_release (const PhenoMaterial *material, guint index);

/* samples.csv: what was found among the samples of each image; not written where nothing
 * is wrong with any. */
gboolean pheno_material_write_samples (const PhenoMaterial *material,
                                       const char *directory, GError **error);

/* left-out.csv: file, reason. Written also when it is empty: then nothing was left out.
 */
gboolean pheno_material_write_left_out (const PhenoMaterial *material,
                                        const char *directory, GError **error);

G_END_DECLS
