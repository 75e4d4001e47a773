/* evaluate.c - phenoscape-cli evaluate: how well near rows share a label
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "app/cli/readout.h"
#include "engine/analysis/analysis.h"
#include "engine/collection/collection.h"

typedef struct
{
  PhenoReadout readout;
  char *by, *only, *exclude_same, *metric;
  int k, at_least, folds;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  pheno_readout_clear (&options->readout);
  g_free (options->by);
  g_free (options->only);
  g_free (options->exclude_same);
  g_free (options->metric);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  PhenoEvaluation numbers;
  const char *unit;     /* (nullable): column that the interval resamples */
  const char *repeated; /* (nullable): column of individuals that was not excluded */
} Evaluation;

static gboolean
check (const Options *options, GError **error)
{
  static const char *const known[] = { "cosine", "euclidean", NULL };

  if (options->metric != NULL && !g_strv_contains (known, options->metric))
    pheno_cli_set_choice_error (error, "metric", options->metric, known);
  else if (options->k < 1 || options->k > 1000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“-k %d” is out of range: 1 to 1000."), options->k);
  else if (options->folds < 0 || options->folds == 1 || options->folds > 1000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--folds=%d” is out of range: 0, or 2 to 1000."), options->folds);
  else if (options->at_least < 1)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--at-least=%d” is out of range: from 1."), options->at_least);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_table (const char *source)
{
  return !g_file_test (source, G_FILE_TEST_IS_DIR)
         && !g_str_has_prefix (source, "baseline:")
         && !g_str_has_suffix (source, ".safetensors")
         && !g_str_has_suffix (source, ".pt") && !g_str_has_suffix (source, ".pth");
}

/* A table of numbers, or a source that is embedded first. */
static PhenoEmbedding *
open_source (PhenoCli *cli, const char *source, const Options *options, GError **error)
{
  const char *option = pheno_readout_needs_images (&options->readout);
  g_autofree char *name = pheno_display_name (source);
  guint left_out;

  if (!is_table (source))
    return pheno_readout_embed (&options->readout, source, cli, &left_out, error);
  if (option == NULL)
    return pheno_embedding_load (source, error);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is a finished table, so “--%s” comes too late. Give the run's "
                  "folder, or use it with "
                  "“embed”."),
               name, option);
  return NULL;
}

/* Whitens a table; what pheno_embed() made is white already. */
static PhenoMatrix *
make_matrix (const char *source, const PhenoEmbedding *embedding, const Options *options,
             GError **error)
{
  int components = pheno_readout_whiten (&options->readout, error);
  g_autoptr (PhenoPca) pca = NULL;

  if (components < 0)
    return NULL;
  if (components == 0 || !is_table (source))
    return pheno_matrix_copy (embedding->matrix);
  pca = pheno_pca (embedding->matrix, (gsize) components, error);
  return pca != NULL ? pheno_pca_project (pca, embedding->matrix, TRUE) : NULL;
}

/* Whether a value stands in more than one row. */
static gboolean
repeats (const PhenoEmbedding *embedding, const char *column)
{
  char **values = pheno_embedding_column (embedding, column);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize row = 0; values != NULL && row < embedding->matrix->rows; row++)
    if (*values[row] != '\0' && !g_hash_table_add (seen, values[row]))
      return TRUE;
  return FALSE;
}

/* Columns by which a collection says which photographs are of one animal. */
static const char *
find_individuals (const PhenoEmbedding *embedding)
{
  const char *const *names = pheno_individual_columns ();

  for (guint i = 0; names[i] != NULL; i++)
    if (repeats (embedding, names[i]))
      return names[i];
  return NULL;
}

static gboolean
measure (PhenoCli *cli, const PhenoEmbedding *embedding, const PhenoMatrix *matrix,
         const Options *options, const char *by, Evaluation *evaluation, GError **error)
{
  g_autofree int *groups = pheno_embedding_groups (embedding, by, NULL, error);
  g_autofree int *exclude = NULL, *unit = NULL;
  PhenoMetric metric = g_strcmp0 (options->metric, "euclidean") == 0
                           ? PHENO_METRIC_EUCLIDEAN
                           : PHENO_METRIC_COSINE;
  const char *individuals = find_individuals (embedding);
  PhenoEvaluateOptions wanted = { .k = (gsize) options->k,
                                  .metric = metric,
                                  .at_least = (guint) options->at_least,
                                  .folds = (guint) options->folds,
                                  .seed = (guint64) options->seed };

  if (groups == NULL
      || (options->only != NULL
          && !pheno_embedding_keep (embedding, options->only, groups, error))
      || (options->exclude_same != NULL
          && (exclude
              = pheno_embedding_groups (embedding, options->exclude_same, NULL, error))
                 == NULL))
    return FALSE;
  evaluation->unit = options->exclude_same != NULL ? options->exclude_same : individuals;
  evaluation->repeated = options->exclude_same == NULL ? individuals : NULL;
  if (evaluation->unit != NULL)
    unit = pheno_embedding_groups (embedding, evaluation->unit, NULL, NULL);

  wanted.groups = groups;
  wanted.exclude = exclude;
  wanted.unit = unit;
  return pheno_evaluate (matrix, &wanted, &evaluation->numbers, NULL, NULL,
                         pheno_cli_cancellable (cli), error);
}

/* A probe that learns on other individuals. */
static void
tell_probe (JsonBuilder *builder, GString *text, const char *key, const char *title,
            const PhenoAccuracy *accuracy)
{
  if (accuracy->rows == 0)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_begin_object (builder);
  pheno_cli_add_number (builder, "accuracy", accuracy->accuracy);
  pheno_cli_add_number (builder, "balanced_accuracy", accuracy->balanced_accuracy);
  pheno_cli_add_number (builder, "interval_low", accuracy->interval_low);
  pheno_cli_add_number (builder, "interval_high", accuracy->interval_high);
  json_builder_end_object (builder);
  g_string_append_printf (text,
                          _ ("%s: balanced accuracy %.1f %% (95 %% interval %.1f to "
                             "%.1f)\n"),
                          title, 100 * accuracy->balanced_accuracy,
                          100 * accuracy->interval_low, 100 * accuracy->interval_high);
}

static void
print_result (PhenoCli *cli, const char *by, const Options *options,
              const Evaluation *evaluation)
{
  const PhenoAccuracy *accuracy = &evaluation->numbers.accuracy;
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) probes = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  pheno_cli_add_text (builder, "by", by);
  pheno_cli_add_text (builder, "only", options->only);
  pheno_cli_add_count (builder, "specimens", (gint64) accuracy->rows);
  pheno_cli_add_count (builder, "groups", (gint64) accuracy->groups);
  pheno_cli_add_count (builder, "left_out", evaluation->numbers.left_out);
  pheno_cli_add_count (builder, "k", options->k);
  pheno_cli_add_text (builder, "metric", options->metric ? options->metric : "cosine");
  pheno_cli_add_text (builder, "exclude_same", options->exclude_same);
  pheno_cli_add_number (builder, "knn_accuracy", accuracy->accuracy);
  pheno_cli_add_number (builder, "knn_balanced_accuracy", accuracy->balanced_accuracy);
  pheno_cli_add_number (builder, "interval_low", accuracy->interval_low);
  pheno_cli_add_number (builder, "interval_high", accuracy->interval_high);
  pheno_cli_add_number (builder, "standard_error", accuracy->standard_error);
  pheno_cli_add_text (builder, "resampled_by", evaluation->unit);
  pheno_cli_add_number (builder, "chance", accuracy->chance);
  pheno_cli_add_number (builder, "silhouette", evaluation->numbers.silhouette);
  tell_probe (builder, probes, "nearest_centroid", _ ("nearest mean"),
              &evaluation->numbers.centroid);
  tell_probe (builder, probes, "linear_probe", _ ("linear probe"),
              &evaluation->numbers.linear);
  json_builder_end_object (builder);

  g_string_printf (text, _ ("%s: %zu images in %zu groups\n"), by, accuracy->rows,
                   accuracy->groups);
  g_string_append_printf (text,
                          _ ("balanced accuracy of %d nearest neighbours: %.1f %% (95 %% "
                             "interval %.1f to %.1f; "
                             "chance %.1f %%)\n"),
                          options->k, 100 * accuracy->balanced_accuracy,
                          100 * accuracy->interval_low, 100 * accuracy->interval_high,
                          100 * accuracy->chance);
  g_string_append_printf (text, _ ("accuracy: %.1f %%\n"), 100 * accuracy->accuracy);
  if (isfinite (evaluation->numbers.silhouette))
    g_string_append_printf (text, _ ("silhouette: %.3f\n"),
                            evaluation->numbers.silhouette);
  g_string_append (text, probes->str);
  if (evaluation->numbers.left_out > 0)
    g_string_append_printf (
        text, _ ("left out: %u images without a label or in groups of fewer than %d\n"),
        evaluation->numbers.left_out, options->at_least);
  pheno_cli_result (cli, builder, text->str);
}

/* An animal's other photograph is no proof that its species was recognised. */
static void
print_note (const Evaluation *evaluation)
{
  if (evaluation->repeated != NULL)
    g_printerr (_ ("note: some animals have several images, and these may be each "
                   "other's neighbours. "
                   "“--exclude-same=%s” leaves them out and is the honest number.\n"),
                evaluation->repeated);
}

static gboolean
evaluate (PhenoCli *cli, const char *source, const Options *options, GError **error)
{
  const char *by = options->by != NULL ? options->by : "species";
  g_autoptr (PhenoEmbedding) embedding = NULL;
  g_autoptr (PhenoMatrix) matrix = NULL;
  Evaluation evaluation = { .numbers.silhouette = NAN };

  if (!check (options, error)
      || (embedding = open_source (cli, source, options, error)) == NULL
      || (matrix = make_matrix (source, embedding, options, error)) == NULL
      || !measure (cli, embedding, matrix, options, by, &evaluation, error))
    return FALSE;
  print_result (cli, by, options, &evaluation);
  print_note (&evaluation);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .k = 5, .at_least = 2, .folds = 5, .seed = 1 };
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_ ("Metadata column with the labels (species)"), N_ ("COLUMN") },
    { "only", 0, 0, G_OPTION_ARG_STRING, &options.only,
      N_ ("Only rows of these values, as of a pair of species"),
      N_ ("COLUMN:VALUE,VALUE") },
    { "exclude-same", 0, 0, G_OPTION_ARG_STRING, &options.exclude_same,
      N_ ("Images with the same value in this column are no neighbours"), N_ ("COLUMN") },
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k,
      N_ ("Number of neighbours that vote (5)"), "N" },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("cosine or euclidean (cosine)"), N_ ("NAME") },
    { "at-least", 0, 0, G_OPTION_ARG_INT, &options.at_least,
      N_ ("Leave out groups of fewer individuals than this (2)"), "N" },
    { "folds", 0, 0, G_OPTION_ARG_INT, &options.folds,
      N_ ("Of whole individuals, for the probes; 0: no probes (5)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      N_ ("Of the resampling for the interval (1)"), "N" },
    PHENO_READOUT_ENTRIES (&options.readout),
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
         && evaluate (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_evaluate = {
  .name = "evaluate",
  .arguments = N_ ("EMBEDDINGS|RUN_DIR|WEIGHTS|baseline:NAME"),
  .summary = N_ ("Measure how well near rows share a label, with an honest interval"),
  .details
  = N_ ("A table is measured as it is (or whitened); anything else is embedded first, as "
        "by “embed”.\n"
        "Compare with “baseline:background”: what the background alone predicts is no "
        "merit.\n\n"
        "Examples:\n"
        "  phenoscape-cli evaluate embeddings.h5\n"
        "  phenoscape-cli evaluate embeddings.h5 --by=subspecies --exclude-same=specimen "
        "--at-least=5\n"
        "  phenoscape-cli evaluate embeddings.h5 \"--only=species:Chromoptera "
        "lutea,Chromoptera arcana\"\n"
        "  phenoscape-cli evaluate baseline:background --collection=photographs --json\n"
        "  phenoscape-cli evaluate run --layer=layer2 --pool=2x2 --whiten=64\n"),
  .run = run,
};
