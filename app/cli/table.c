/* table.c - what verbs on finished embeddings share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/table.h"

PhenoEmbedding *
pheno_cli_load_table (const char *path, GError **error)
{
  g_autoptr (PhenoEmbedding) all = pheno_embedding_load (path, error);
  PhenoEmbedding *usable;
  guint left_out;

  if (all == NULL || (usable = pheno_embedding_usable (all, &left_out, error)) == NULL)
    return NULL;
  if (left_out > 0)
    g_printerr (ngettext ("left out: %u row with a value that is no finite number\n",
                          "left out: %u rows with values that are no finite numbers\n",
                          left_out),
                left_out);
  return usable;
}

gboolean
pheno_cli_metric (const char *name, PhenoMetric *metric, GError **error)
{
  static const char *const known[] = { "cosine", "euclidean", NULL };

  *metric
      = g_strcmp0 (name, "euclidean") == 0 ? PHENO_METRIC_EUCLIDEAN : PHENO_METRIC_COSINE;
  if (name == NULL || g_strv_contains (known, name))
    return TRUE;
  pheno_cli_set_choice_error (error, "metric", name, known);
  return FALSE;
}

gboolean
pheno_cli_write_table (const char *path, const GString *text, GError **error)
{
  return pheno_cli_make_folder_of (path, error)
         && pheno_write_file (path, text->str, text->len, error);
}

void
pheno_cli_append_number (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.7g", value));
}

char *
pheno_cli_p (double p)
{
  if (isnan (p))
    return g_strdup ("-");
  return p < 1e-4 ? g_strdup_printf ("%.1e", p) : g_strdup_printf ("%.4f", p);
}
