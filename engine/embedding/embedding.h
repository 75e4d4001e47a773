/* embedding.h - the table: one row of numbers for each image, with names and metadata
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/analysis/analysis.h"

G_BEGIN_DECLS

/**
 * PhenoEmbedding:
 * @files: (array length=N): relative names, unique
 * @paths: (nullable) (array length=N): where the images are, for pictures in figures
 * @columns: names of the metadata columns; "species" among them where known
 * @values: for each column a char ** of N values, "" where empty
 * @matrix: (N, D)
 * @provenance: text by key: version, device, run, recipe, seed, collection digest, layer,
 * pool, whiten
 */
typedef struct
{
  GPtrArray *files, *paths, *columns, *values;
  PhenoMatrix *matrix;
  GHashTable *provenance;
} PhenoEmbedding;

PhenoEmbedding *pheno_embedding_new (gsize rows, gsize columns);
/* One more owner, on any thread, for as long as nobody changes the table. */
PhenoEmbedding *pheno_embedding_ref (const PhenoEmbedding *embedding);
/* The last owner frees it. */
void pheno_embedding_free (PhenoEmbedding *embedding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoEmbedding, pheno_embedding_free)

/* Row of a file: by its name, by its last part where only one file has it, or by its
 * number from 1. -1 when there is none, or several. */
int pheno_embedding_find_file (const PhenoEmbedding *embedding, const char *file_or_row);
/* (nullable): N values of a metadata column. */
char **pheno_embedding_column (const PhenoEmbedding *embedding, const char *name);
/* @values: N, NULL counts as empty; copied. A column of that name is replaced. */
void pheno_embedding_add_column (PhenoEmbedding *embedding, const char *name,
                                 const char *const *values);
/**
 * pheno_embedding_groups:
 * @names: (out) (nullable) (transfer full): char * of the groups, in the order of their
 * numbers
 *
 * Group numbers from 0 in the order of the sorted names; -1 where the value is empty.
 *
 * Errors: %PHENO_ERROR_SETTING when there is no such column, with the nearest name or all
 * of them
 */
int *pheno_embedding_groups (const PhenoEmbedding *embedding, const char *column,
                             GPtrArray **names, GError **error);

/**
 * pheno_embedding_keep:
 * @only: "COLUMN:VALUE,VALUE": which rows; without a column values are of "species"
 * @groups: (inout) (array length=N): becomes -1 in all other rows
 *
 * Errors: %PHENO_ERROR_SETTING for a column or value that there is not
 */
gboolean pheno_embedding_keep (const PhenoEmbedding *embedding, const char *only,
                               int *groups, GError **error);

/* Rows with a flag in @wanted, with names, metadata and provenance. */
PhenoEmbedding *pheno_embedding_take (const PhenoEmbedding *embedding,
                                      const guint8 *wanted);
/* The rows that are numbers throughout: the same table where all are. Errors:
 * %PHENO_ERROR_DATA when none is. */
PhenoEmbedding *pheno_embedding_usable (PhenoEmbedding *embedding, guint *left_out,
                                        GError **error);

/**
 * pheno_embedding_load:
 * @path: .h5, .csv (filename, x1, ..., xN; more text columns are metadata; .tsv too) or
 * .npy (names and metadata in the .csv beside it); ours or anyone's
 *
 * Rows without names are called by their number from 1. Sizes are checked against the
 * file; a file that would crash libhdf5 is found out in a copy of the process.
 *
 * Errors: %PHENO_ERROR_FILE; %PHENO_ERROR_FORMAT with the line or the reason, also when a
 * file name is there twice; %PHENO_ERROR_DATA for no rows; %PHENO_ERROR_SETTING for
 * another extension
 */
PhenoEmbedding *pheno_embedding_load (const char *path, GError **error);

/* By the extension of @path: .h5, .csv or .npy (with names and metadata in .csv beside
 * it). Provenance is in the .h5, or in NAME.provenance.ini beside the others. Atomic. */
gboolean pheno_embedding_save (const PhenoEmbedding *embedding, const char *path,
                               GError **error);

/* In place of the rows of a pool: the map as it is. */
#define PHENO_POOL_NONE (-1)

/**
 * PhenoEmbedOptions: as `embed`; see docs/methods-analysis.md
 * @source: run folder, weights file, or "baseline:mean-colour", "baseline:histogram",
 *   "baseline:pixels", "baseline:untrained", "baseline:background"
 * @collections: (nullable): folders; the run's own when absent
 * @layer: "stem", "layer1" ... "layer4", "features"
 * @tokens: (nullable): of a transformer's blocks: "cls", the class token; "mean" of the
 *   others; "both", one after the other
 * @normalise: each row is made of length 1
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
  const char *tokens;
  gboolean normalise;
  int whiten;
  int size; /* 0: as the run */
  const char *const
      *settings; /* (nullable): "collection.KEY=VALUE" in place of the run's */
  const char *device;
  int threads;
} PhenoEmbedOptions;

PhenoEmbedding *pheno_embed (const PhenoEmbedOptions *options, GPtrArray *problems,
                             PhenoProgressFunc progress, gpointer user_data,
                             GCancellable *cancellable, GError **error);
const char *const *pheno_embed_baselines (void);

/**
 * pheno_whiten:
 * @components: at most; fewer where the collection does not have as many
 * @kept: (out): components
 *
 * Centred, turned to the principal components of all rows and each of these divided by
 * its standard deviation; then each row is made of length 1.
 */
PhenoMatrix *pheno_whiten (const PhenoMatrix *matrix, gsize components, gsize *kept,
                           GError **error);

/**
 * PhenoImportanceOptions:
 * @embed: which source, and how it is read
 * @by: metadata column of the groups; an accuracy is measured where it has two or more
 * @exclude_same: (nullable): column whose equal values are no neighbours
 * @k: neighbours that vote
 * @region_nm: width of a wavelength region; 0: at most 24 regions
 * @repeats: how often bands are exchanged among images, 1 to 100
 */
typedef struct
{
  PhenoEmbedOptions embed;
  const char *by, *exclude_same;
  gsize k;
  double region_nm;
  int repeats;
  guint64 seed;
} PhenoImportanceOptions;

/**
 * PhenoRegionImportance: what bands next to each other tell
 * @first, @count: bands of the encoder's input
 * @from_nm, @to_nm: centres of its outer bands; NAN without wavelengths
 * @flat: each band made its mean, so that it tells nothing
 * @exchanged: these bands taken from other images, drawn at random
 */
typedef struct
{
  char *name;
  int first, count;
  double from_nm, to_nm;
  PhenoImportance flat, exchanged;
} PhenoRegionImportance;

/**
 * PhenoImportanceTable:
 * @regions: PhenoRegionImportance
 * @accuracy: balanced, of the images as they are; NAN without two groups
 * @n_groups: @chance is 1 / it
 */
typedef struct
{
  GPtrArray *regions;
  GHashTable *provenance;
  gsize images, n_groups;
  double accuracy, chance;
} PhenoImportanceTable;

/**
 * pheno_importance:
 *
 * What each band, or region of wavelengths, of an encoder's input tells: the images are
 * seen again without it. All values are of views as they are embedded, not of the files.
 *
 * Errors: %PHENO_ERROR_SETTING for a baseline without bands, or a column that there is
 *   not; those of pheno_embed()
 * Source: Breiman 2001, "Random forests", doi:10.1023/A:1010933404324, for exchanged
 *   values; Zeiler and Fergus 2014, arXiv:1311.2901, for what is covered
 */
PhenoImportanceTable *pheno_importance (const PhenoImportanceOptions *options,
                                        GPtrArray *problems, PhenoProgressFunc progress,
                                        gpointer user_data, GCancellable *cancellable,
                                        GError **error);
void pheno_importance_table_free (PhenoImportanceTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoImportanceTable, pheno_importance_table_free)

/**
 * PhenoLikeness: which parts of two images make them alike
 * @rows, @columns: of the maps, which cover the whole view: the square of the image's
 *   longer side, in whose middle it lies
 * @first, @second: (rows, columns): what each part adds to @cosine; a map sums to it
 * @cosine: of the two images' means over the map, less those of the collection
 */
typedef struct
{
  int rows, columns;
  float *first, *second;
  double cosine;
} PhenoLikeness;

/**
 * pheno_likeness:
 * @options: source, layer, size, device and threads count
 * @query: an image file
 * @others: (array zero-terminated=1): image files
 * @sample: (array zero-terminated=1): images of the collection, of which the mean is
 *   taken; some tens are enough
 *
 * An embedding that is a mean over places is a sum of what is at each; so is its product
 * with another image's, to the last term.
 *
 * Returns: (transfer full): a PhenoLikeness for each of @others; NULL entries never
 * Errors: those of pheno_embed(); those of pheno_reader_read() of the query and others
 * Source: Stylianou, Souvenir and Pless 2019, "Visualizing deep similarity networks",
 *   arXiv:1901.00536
 */
GPtrArray *pheno_likeness (const PhenoEmbedOptions *options, const char *query,
                           const char *const *others, const char *const *sample,
                           GCancellable *cancellable, GError **error);

G_END_DECLS
