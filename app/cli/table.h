/* table.h - what verbs on finished embeddings share: the table, its labels, its metric
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/cli/cli.h"
#include "engine/analysis/analysis.h"
#include "engine/embedding/embedding.h"

G_BEGIN_DECLS

/* Rows with values that are no numbers are left out, and their number is told on standard
 * error. */
PhenoEmbedding *pheno_cli_load_table (const char *path, GError **error);

/* @name: (nullable): cosine, the usual one, or euclidean */
gboolean pheno_cli_metric (const char *name, PhenoMetric *metric, GError **error);

/* Writes a table of text; makes its folder. */
gboolean pheno_cli_write_table (const char *path, const GString *text, GError **error);

/* A number for a table: 7 digits, empty where it is none. */
void pheno_cli_append_number (GString *text, double value);

/* "0.0001", "< 1e-16" ... : free with g_free() */
char *pheno_cli_p (double p);

G_END_DECLS
