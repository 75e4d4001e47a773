/* embedding-sources.h - what a study has to explore: embeddings of runs and of baselines
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/study/study.h"

G_BEGIN_DECLS

/**
 * PhenoEmbeddingSource:
 * @title: for people
 * @path: (type filename)
 * @modified: seconds
 * @control: something to compare with, and nothing to explore
 */
typedef struct
{
  char *title, *path;
  gint64 modified;
  gboolean control;
} PhenoEmbeddingSource;

/* (transfer full) (element-type PhenoEmbeddingSource): runs, the newest first, then
 * baselines. Reads the folders of the study. */
GPtrArray *pheno_embedding_sources (const PhenoStudy *study);

/* (transfer full): how a file is called there; of one from elsewhere its name. */
char *pheno_embedding_source_title (const char *path);

/* "Colour histogram": @name as in pheno_embed_baselines(). */
const char *pheno_baseline_title (const char *name);

/* (transfer full) (type filename) */
char *pheno_baseline_path (const PhenoStudy *study, const char *name);

G_END_DECLS
