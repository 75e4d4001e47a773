/* table.h - what the readers and writers of the table share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/embedding/embedding.h"

G_BEGIN_DECLS

PhenoEmbedding *pheno_embedding_load_hdf5 (const char *path, GError **error);
gboolean pheno_embedding_save_hdf5 (const PhenoEmbedding *embedding, const char *path,
                                    GError **error);

PhenoEmbedding *pheno_embedding_load_csv (const char *path, GError **error);
gboolean pheno_embedding_save_csv (const PhenoEmbedding *embedding, const char *path,
                                   GError **error);

PhenoEmbedding *pheno_embedding_load_npy (const char *path, GError **error);
gboolean pheno_embedding_save_npy (const PhenoEmbedding *embedding, const char *path,
                                   GError **error);

/* Names and metadata of a .csv without numbers, for a .npy of @embedding->matrix->rows
 * rows. */
gboolean pheno_embedding_load_names (PhenoEmbedding *embedding, const char *path,
                                     GError **error);
gboolean pheno_embedding_save_names (const PhenoEmbedding *embedding, const char *path,
                                     GError **error);

/* Whether a column of this name holds the file names, or where the images are. */
gboolean pheno_embedding_is_file_column (const char *name);
gboolean pheno_embedding_is_path_column (const char *name);

/* Takes @values, N strings and a NULL, as file names, paths or metadata, as @name says.
 */
void pheno_embedding_take_column (PhenoEmbedding *embedding, const char *name,
                                  char **values);

/* Names for rows without one: their number from 1. Error when two have the same. */
gboolean pheno_embedding_complete (PhenoEmbedding *embedding, const char *path,
                                   GError **error);

/* Room for (rows, columns) numbers, or %PHENO_ERROR_DATA. */
PhenoEmbedding *pheno_embedding_try_new (guint64 rows, guint64 columns, const char *path,
                                         GError **error);

/* The whole file, mapped; the error names it and the way out. */
GMappedFile *pheno_embedding_map (const char *path, GError **error);

/* "wings.npy" and ".csv" give "wings.csv". */
char *pheno_embedding_beside (const char *path, const char *extension);

G_END_DECLS
