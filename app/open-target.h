/* open-target.h - what a path is, and what opening it does
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoOpenTarget:
 * @folder: (nullable) (type filename): a study, or a folder of images; of an embedding,
 *   the study that it lies in
 * @embedding: (nullable) (type filename): a file of embeddings
 * @words: what opening it does, as a sentence
 */
typedef struct
{
  char *folder, *embedding;
  char *words;
} PhenoOpenTarget;

/* A file that is no embedding stands for the folder that it lies in. */
PhenoOpenTarget *pheno_open_target_new (const char *path);
void pheno_open_target_free (PhenoOpenTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoOpenTarget, pheno_open_target_free)

G_END_DECLS
