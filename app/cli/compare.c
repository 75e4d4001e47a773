/* compare.c - phenoscape-cli compare: what two embeddings of the same images agree on
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "app/cli/table.h"

#define MOVERS_SHOWN 10

typedef struct
{
  char *metric, *output;
  int k, permutations, threads;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->metric);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  PhenoEmbedding *a, *b; /* the images that both have, in the order of a */
  guint only_a, only_b;
  double mantel, mantel_p, mantel_ranks, mantel_ranks_p, disparity, overlap;
  float *residual, *shares;
  int *order; /* those that move most first */
} Comparison;

static void
comparison_clear (Comparison *self)
{
  g_clear_pointer (&self->a, pheno_embedding_free);
  g_clear_pointer (&self->b, pheno_embedding_free);
  g_free (self->residual);
  g_free (self->shares);
  g_free (self->order);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparison, comparison_clear)

/* Rows by the whole name of the file, and by its last part where only one has that:
 * tables of two modalities often differ in their folders. Values are rows and 1; 0:
 * several. */
static GHashTable *
rows_by_name (const PhenoEmbedding *embedding)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint row = 0; row < embedding->files->len; row++)
    {
      char *name = g_path_get_basename (embedding->files->pdata[row]);
      gboolean is_known = g_hash_table_contains (rows, name);

      g_hash_table_insert (rows, name, GUINT_TO_POINTER (is_known ? 0 : row + 1));
    }
  for (guint row = 0; row < embedding->files->len; row++)
    g_hash_table_insert (rows, g_strdup (embedding->files->pdata[row]),
                         GUINT_TO_POINTER (row + 1));
  return rows;
}

/* For each row of @a that of @b, -1: none. Each is taken once. */
static int *
partners (const PhenoEmbedding *a, const PhenoEmbedding *b, guint *matched)
{
  g_autoptr (GHashTable) rows = rows_by_name (b);
  g_autofree guint8 *taken = g_new0 (guint8, b->matrix->rows + 1);
  int *partner = g_new (int, a->matrix->rows + 1);

  *matched = 0;
  for (gsize row = 0; row < a->matrix->rows; row++)
    {
      g_autofree char *name = g_path_get_basename (a->files->pdata[row]);
      int there = GPOINTER_TO_INT (g_hash_table_lookup (rows, a->files->pdata[row]));

      if (there == 0)
        there = GPOINTER_TO_INT (g_hash_table_lookup (rows, name));
      partner[row] = there > 0 && !taken[there - 1] ? there - 1 : -1;
      if (partner[row] >= 0)
        {
          taken[partner[row]] = 1;
          (*matched)++;
        }
    }
  return partner;
}

static gboolean
match (const char *path_a, const char *path_b, Comparison *self, GError **error)
{
  g_autoptr (PhenoEmbedding) a = pheno_cli_load_table (path_a, error);
  g_autoptr (PhenoEmbedding) b = a != NULL ? pheno_cli_load_table (path_b, error) : NULL;
  g_autofree int *partner = NULL;
  g_autofree guint8 *in_a = NULL;
  guint matched;
  gsize at = 0;

  if (b == NULL)
    return FALSE;
  partner = partners (a, b, &matched);
  if (matched < 3)
    {
      g_autofree char *name_a = pheno_display_name (path_a);
      g_autofree char *name_b = pheno_display_name (path_b);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("“%s” and “%s” have %u images in common; at least 3 are needed. "
                      "Are they tables of the same collection?"),
                   name_a, name_b, matched);
      return FALSE;
    }
  in_a = g_new0 (guint8, a->matrix->rows);
  self->b = pheno_embedding_new (matched, b->matrix->columns);
  for (gsize row = 0; row < a->matrix->rows; row++)
    if (partner[row] >= 0)
      {
        in_a[row] = 1;
        memcpy (pheno_matrix_row (self->b->matrix, at++),
                pheno_matrix_row (b->matrix, (gsize) partner[row]),
                b->matrix->columns * sizeof (float));
      }
  self->a = pheno_embedding_take (a, in_a);
  self->only_a = (guint) a->matrix->rows - matched;
  self->only_b = (guint) b->matrix->rows - matched;
  return TRUE;
}

static int
compare_movers (const void *a, const void *b, void *data)
{
  const Comparison *self = data;
  int i = *(const int *) a, j = *(const int *) b;

  if (self->residual[i] != self->residual[j])
    return self->residual[i] > self->residual[j] ? -1 : 1;
  return (i > j) - (i < j);
}

static gboolean
measure (PhenoCli *cli, const Options *options, Comparison *self, GError **error)
{
  GCancellable *cancellable = pheno_cli_cancellable (cli);
  gsize rows = self->a->matrix->rows;
  guint permutations = (guint) options->permutations;
  guint64 seed = (guint64) options->seed;
  g_autoptr (PhenoMatrix) a = NULL, b = NULL;
  PhenoMetric metric;

  if (!pheno_cli_metric (options->metric, &metric, error))
    return FALSE;
  self->residual = g_new (float, rows);
  self->shares = g_new (float, rows);
  self->order = g_new (int, rows);
  if ((a
       = pheno_distances (self->a->matrix, metric, options->threads, cancellable, error))
          == NULL
      || (b = pheno_distances (self->b->matrix, metric, options->threads, cancellable,
                               error))
             == NULL
      || !pheno_mantel (a, b, FALSE, permutations, seed, options->threads, &self->mantel,
                        &self->mantel_p, cancellable, error)
      || !pheno_mantel (a, b, TRUE, permutations, seed, options->threads,
                        &self->mantel_ranks, &self->mantel_ranks_p, cancellable, error)
      || !pheno_procrustes (self->a->matrix, self->b->matrix, &self->disparity,
                            self->residual, NULL, error))
    return FALSE;
  self->overlap = pheno_neighbour_overlap (self->a->matrix, self->b->matrix,
                                           (gsize) options->k, metric, self->shares,
                                           options->threads, cancellable, error);
  if (isnan (self->overlap))
    return FALSE;
  for (gsize row = 0; row < rows; row++)
    self->order[row] = (int) row;
  qsort_r (self->order, rows, sizeof (int), compare_movers, self);
  return TRUE;
}

static gboolean
write_rows (const Comparison *self, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("filename,moved,shared_neighbours\n");

  for (gsize i = 0; i < self->a->matrix->rows; i++)
    {
      int row = self->order[i];

      pheno_append_field (text, self->a->files->pdata[row]);
      pheno_cli_append_number (text, self->residual[row]);
      pheno_cli_append_number (text, self->shares[row]);
      g_string_append_c (text, '\n');
    }
  return pheno_cli_write_table (path, text, error);
}

static void
print_result (PhenoCli *cli, const Options *options, const Comparison *self)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *p = pheno_cli_p (self->mantel_p);
  gsize rows = self->a->matrix->rows;

  pheno_cli_add_count (builder, "images", (gint64) rows);
  pheno_cli_add_count (builder, "only_in_first", self->only_a);
  pheno_cli_add_count (builder, "only_in_second", self->only_b);
  pheno_cli_add_number (builder, "mantel", self->mantel);
  pheno_cli_add_number (builder, "mantel_p", self->mantel_p);
  pheno_cli_add_number (builder, "mantel_spearman", self->mantel_ranks);
  pheno_cli_add_number (builder, "mantel_spearman_p", self->mantel_ranks_p);
  pheno_cli_add_number (builder, "procrustes", self->disparity);
  pheno_cli_add_count (builder, "k", options->k);
  pheno_cli_add_number (builder, "shared_neighbours", self->overlap);
  json_builder_set_member_name (builder, "move_most");
  json_builder_begin_array (builder);
  g_string_printf (
      text,
      _ ("%zu images in both; %u in the first alone, %u in the second alone\n"
         "Mantel: r %.3f (p %s), of ranks %.3f\n"
         "Procrustes: %.3f is left of 1\n"
         "shared among the %d nearest: %.1f %%\n"
         "move most:\n"),
      rows, self->only_a, self->only_b, self->mantel, p, self->mantel_ranks,
      self->disparity, options->k, 100 * self->overlap);
  for (gsize i = 0; i < MIN (rows, MOVERS_SHOWN); i++)
    {
      int row = self->order[i];
      g_autofree char *name = pheno_display_name (self->a->files->pdata[row]);

      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "file", self->a->files->pdata[row]);
      pheno_cli_add_number (builder, "moved", self->residual[row]);
      pheno_cli_add_number (builder, "shared_neighbours", self->shares[row]);
      json_builder_end_object (builder);
      g_string_append_printf (text, "  %s  %.4f\n", name, self->residual[row]);
    }
  json_builder_end_array (builder);
  pheno_cli_add_text (builder, "table", options->output);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text->str);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .k = 15, .permutations = 999, .seed = 1 };
  g_auto (Comparison) comparison = { 0 };
  const GOptionEntry entries[] = {
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k,
      N_ ("Nearest images that are counted (15)"), "N" },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("cosine or euclidean (cosine)"), N_ ("NAME") },
    { "permutations", 0, 0, G_OPTION_ARG_INT, &options.permutations,
      N_ ("Of the Mantel test (999)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, N_ ("Of the permutations (1)"),
      "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Table of how far each image moves"), N_ ("FILE.csv") },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 2, 2, error))
    return FALSE;
  if (options.k < 1 || options.permutations < 0 || options.permutations > 10000000)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                           _ ("“-k” is from 1, and “--permutations” 0 to 10,000,000."));
      return FALSE;
    }
  if (!match (argv[1], argv[2], &comparison, error)
      || !measure (cli, &options, &comparison, error)
      || (options.output != NULL && !write_rows (&comparison, options.output, error)))
    return FALSE;
  print_result (cli, &options, &comparison);
  return TRUE;
}

const PhenoCliVerb pheno_cli_compare = {
  .name = "compare",
  .arguments = N_ ("EMBEDDINGS EMBEDDINGS"),
  .summary = N_ ("Tell what two embeddings of the same images agree on"),
  .details
  = N_ ("Images are matched by file name. Which specimens move most is told from "
        "both laid on top of each other (Procrustes).\n\n"
        "Examples:\n"
        "  phenoscape-cli compare photographs.h5 ultraviolet.h5\n"
        "  phenoscape-cli compare run-a.h5 run-b.h5 --permutations=9999 -o "
        "moved.csv --json\n"),
  .run = run,
};
