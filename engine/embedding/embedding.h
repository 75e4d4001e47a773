/* embedding.h - the table: one row of numbers for each image, with names and metadata
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoEmbedding:
 * @files: (array length=N): relative names, unique
 * @paths: (nullable) (array length=N): where the images are, for pictures in figures
 * @columns: names of the metadata columns; "species" among them where known
 * @values: for each column a char ** of N values, "" where empty
 * @matrix: (N, D)
 * @provenance: text by key: version, device, run, recipe, seed, collection digest, layer, pool, whiten
 */
typedef struct
{
  GPtrArray *files, *paths, *columns, *values;
  PhenoMatrix *matrix;
  GHashTable *provenance;
} PhenoEmbedding;

PhenoEmbedding *pheno_embedding_new (gsize rows, gsize columns);
void pheno_embedding_free (PhenoEmbedding *embedding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoEmbedding, pheno_embedding_free)

int pheno_embedding_find_file (const PhenoEmbedding *embedding, const char *file_or_row);
/* (nullable): N values of a metadata column. */
char **pheno_embedding_column (const PhenoEmbedding *embedding, const char *name);
void pheno_embedding_add_column (PhenoEmbedding *embedding, const char *name, const char *const *values);
/* Group numbers from 0 in the order of the sorted names; -1 where the value is empty. */
int *pheno_embedding_groups (const PhenoEmbedding *embedding, const char *column, GPtrArray **names,
                             GError **error);

/**
 * pheno_embedding_load:
 * @path: .h5, .csv (filename, x1, ..., xN; more text columns are metadata) or .npy; ours or
 *   anyone's
 */
PhenoEmbedding *pheno_embedding_load (const char *path, GError **error);

/* By the extension of @path: .h5, .csv or .npy (with names and metadata in .csv beside it). */
gboolean pheno_embedding_save (const PhenoEmbedding *embedding, const char *path, GError **error);

/**
 * PhenoEmbedOptions: as `embed`; see docs/methods.md
 * @source: run folder, weights file, or "baseline:mean-colour", "baseline:histogram",
 *   "baseline:pixels", "baseline:untrained", "baseline:background"
 * @collections: (nullable): folders; the run's own when absent
 * @layer: "stem", "layer1" ... "layer4", "features"
 * @pool_rows: cells of the average pooling of a map, 1 x 1 for the mean
 * @whiten: components kept by PCA whitening over the collection; 0: none
 */
typedef struct
{
  const char *source;
  const char *const *collections;
  const char *species;
  const char *layer;
  int pool_rows, pool_columns;
  int whiten;
  int size; /* 0: as the run */
  const char *device;
  int threads;
} PhenoEmbedOptions;

PhenoEmbedding *pheno_embed (const PhenoEmbedOptions *options, GPtrArray *problems,
                             PhenoProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, GError **error);
const char *const *pheno_embed_baselines (void);

G_END_DECLS
