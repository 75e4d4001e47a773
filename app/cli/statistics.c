/* statistics.c - phenoscape-cli statistics: do groups differ, in what, and by how much
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/table.h"

#define COMPONENTS_FOR_MANOVA 10
#define MOST_FACTORS 8

typedef struct
{
  char **by;
  char *strata, *metric, *spearman, *columns, *distances;
  int permutations, components, threads;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->by);
  g_free (options->strata);
  g_free (options->metric);
  g_free (options->spearman);
  g_free (options->columns);
  g_free (options->distances);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  PhenoEmbedding *embedding;
  GPtrArray *names;   /* of the factors */
  GPtrArray *factors; /* int * */
  PhenoTerm terms[MOST_FACTORS + 1];
  PhenoTerm dispersion;
  PhenoManova manova;
  gboolean has_manova;
  gsize components;
  double within, between, share;
  JsonBuilder *builder;
  GString *text;
} Statistics;

static void
statistics_clear (Statistics *self)
{
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->factors, g_ptr_array_unref);
  g_clear_object (&self->builder);
  if (self->text != NULL)
    g_string_free (self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Statistics, statistics_clear)

static gboolean
check (const Options *options, GError **error)
{
  if (options->permutations < 0 || options->permutations > 1000000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--permutations=%d” is out of range: 0 to 1,000,000."),
                 options->permutations);
  else if (options->components < 1)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--components=%d” is out of range: from 1."), options->components);
  else if (options->by != NULL && g_strv_length (options->by) > MOST_FACTORS)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There are more than %d factors. Leave some out."), MOST_FACTORS);
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_factors (Statistics *self, const Options *options, GError **error)
{
  static const char *const usual[] = { "species", NULL };
  const char *const *by = options->by != NULL ? (const char *const *) options->by : usual;

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->factors = g_ptr_array_new_with_free_func (g_free);
  for (; *by != NULL; by++)
    {
      int *groups = pheno_embedding_groups (self->embedding, *by, NULL, error);

      if (groups == NULL)
        return FALSE;
      g_ptr_array_add (self->names, g_strdup (*by));
      g_ptr_array_add (self->factors, groups);
    }
  return TRUE;
}

static gboolean
test_distances (PhenoCli *cli, Statistics *self, const Options *options,
                const PhenoMatrix *distances, PhenoMetric metric, GError **error)
{
  GCancellable *cancellable = pheno_cli_cancellable (cli);
  g_autofree int *strata = NULL;
  g_autoptr (PhenoMatrix) rows = pheno_matrix_copy (self->embedding->matrix);

  if (options->strata != NULL
      && (strata = pheno_embedding_groups (self->embedding, options->strata, NULL, error))
             == NULL)
    return FALSE;
  /* PERMDISP needs places, not distances: chords are those of rows of length 1. */
  for (gsize row = 0; metric == PHENO_METRIC_COSINE && row < rows->rows; row++)
    {
      float *values = pheno_matrix_row (rows, row);
      double square = 0;

      for (gsize d = 0; d < rows->columns; d++)
        square += (double) values[d] * values[d];
      for (gsize d = 0; square > 0 && d < rows->columns; d++)
        values[d] = (float) (values[d] / sqrt (square));
    }
  return pheno_permanova (distances, (const int *const *) self->factors->pdata,
                          self->factors->len, strata, (guint) options->permutations,
                          (guint64) options->seed, options->threads, self->terms,
                          cancellable, error)
         && pheno_permdisp (rows, self->factors->pdata[0], TRUE,
                            (guint) MIN (options->permutations, 999),
                            (guint64) options->seed, options->threads, &self->dispersion,
                            NULL, cancellable, error);
}

/* On principal components, as there must be more images than columns. */
static void
test_components (Statistics *self, const Options *options)
{
  g_autoptr (PhenoPca) pca = NULL;
  g_autoptr (PhenoMatrix) scores = NULL;
  g_autoptr (GError) error = NULL;

  pca = pheno_pca (self->embedding->matrix, (gsize) options->components, &error);
  if (pca == NULL)
    return;
  scores = pheno_pca_project (pca, self->embedding->matrix, FALSE);
  self->components = scores->columns;
  self->has_manova
      = pheno_manova (scores, self->factors->pdata[0], &self->manova, &error);
  if (!self->has_manova)
    g_printerr (_ ("note: %s\n"), error->message);
}

static void
tell_term (Statistics *self, const char *name, const PhenoTerm *term)
{
  g_autofree char *p = pheno_cli_p (term->p);

  json_builder_begin_object (self->builder);
  pheno_cli_add_text (self->builder, "factor", name);
  pheno_cli_add_number (self->builder, "degrees", term->degrees);
  pheno_cli_add_number (self->builder, "sum_of_squares", term->sum_of_squares);
  pheno_cli_add_number (self->builder, "r2", term->r2);
  pheno_cli_add_number (self->builder, "f", term->f);
  pheno_cli_add_number (self->builder, "p", term->p);
  json_builder_end_object (self->builder);
  if (isnan (term->f))
    g_string_append_printf (self->text, "  %-16s %5.0f  R² %.4f\n", name, term->degrees,
                            term->r2);
  else
    g_string_append_printf (self->text, "  %-16s %5.0f  R² %.4f  F %.3f  p %s\n", name,
                            term->degrees, term->r2, term->f, p);
}

static void
tell_tests (Statistics *self, const Options *options)
{
  static const char *const names[] = { "wilks", "pillai", "hotelling_lawley", "roy" };

  g_string_append_printf (self->text, _ ("PERMANOVA, %d permutations:\n"),
                          options->permutations);
  json_builder_set_member_name (self->builder, "permanova");
  json_builder_begin_array (self->builder);
  for (guint f = 0; f < self->factors->len; f++)
    tell_term (self, self->names->pdata[f], &self->terms[f]);
  tell_term (self, "residual", &self->terms[self->factors->len]);
  json_builder_end_array (self->builder);

  g_string_append (self->text,
                   _ ("PERMDISP (a small p: groups differ in their spread, so a small p "
                      "above need not be their middles):\n"));
  json_builder_set_member_name (self->builder, "permdisp");
  tell_term (self, self->names->pdata[0], &self->dispersion);

  if (self->has_manova)
    {
      g_autofree char *p = pheno_cli_p (self->manova.p[1]);

      json_builder_set_member_name (self->builder, "manova");
      json_builder_begin_object (self->builder);
      pheno_cli_add_count (self->builder, "components", (gint64) self->components);
      for (int i = 0; i < 4; i++)
        {
          g_autofree char *f_name = g_strconcat (names[i], "_f", NULL);
          g_autofree char *p_name = g_strconcat (names[i], "_p", NULL);

          pheno_cli_add_number (self->builder, names[i], self->manova.value[i]);
          pheno_cli_add_number (self->builder, f_name, self->manova.f[i]);
          pheno_cli_add_number (self->builder, p_name, self->manova.p[i]);
        }
      json_builder_end_object (self->builder);
      g_string_append_printf (
          self->text,
          _ ("MANOVA of %zu components: Pillai's trace %.4f, F %.3f, p "
             "%s\n"),
          self->components, self->manova.value[1], self->manova.f[1], p);
    }
  pheno_cli_add_number (self->builder, "variance_between", self->share);
  pheno_cli_add_number (self->builder, "mean_square_between", self->between);
  pheno_cli_add_number (self->builder, "mean_square_within", self->within);
  g_string_append_printf (self->text,
                          _ ("%.1f %% of the variance lies between groups.\n"),
                          100 * self->share);
}

/* A table of all columns, with the number of tests told by the corrections. */
static gboolean
write_columns (Statistics *self, const Options *options, GError **error)
{
  const PhenoMatrix *matrix = self->embedding->matrix;
  g_autofree PhenoAssociation *anova = g_new (PhenoAssociation, matrix->columns);
  g_autofree PhenoAssociation *kruskal = g_new (PhenoAssociation, matrix->columns);
  g_autofree PhenoAssociation *spearman = g_new0 (PhenoAssociation, matrix->columns);
  g_autofree double *numbers = g_new (double, matrix->rows);
  const PhenoAssociation *all[] = { anova, kruskal, spearman };
  guint n_tests = options->spearman != NULL ? 3 : 2;
  g_autoptr (GString) text = g_string_new (
      "column,anova_r2,anova_f,anova_p,anova_fdr,anova_holm,kruskal_epsilon2,kruskal_h,"
      "kruskal_p,kruskal_fdr,kruskal_holm");

  if (!pheno_anova (matrix, self->factors->pdata[0], anova, error)
      || !pheno_kruskal_wallis (matrix, self->factors->pdata[0], kruskal, error))
    return FALSE;
  if (options->spearman != NULL)
    {
      char **values = pheno_embedding_column (self->embedding, options->spearman);

      if (values == NULL)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("There is no column “%s” in the metadata."), options->spearman);
          return FALSE;
        }
      for (gsize row = 0; row < matrix->rows; row++)
        {
          char *end;

          numbers[row] = g_ascii_strtod (values[row], &end);
          if (end == values[row] || *end != '\0')
            numbers[row] = NAN;
        }
      if (!pheno_spearman (matrix, numbers, spearman, error))
        return FALSE;
      g_string_append (text,
                       ",spearman_rho,spearman_t,spearman_p,spearman_fdr,spearman_holm");
    }
  g_string_append_c (text, '\n');
  for (gsize column = 0; column < matrix->columns; column++)
    {
      g_string_append_printf (text, "%zu", column + 1);
      for (guint t = 0; t < n_tests; t++)
        {
          pheno_cli_append_number (text, all[t][column].effect);
          pheno_cli_append_number (text, all[t][column].statistic);
          pheno_cli_append_number (text, all[t][column].p);
          pheno_cli_append_number (text, all[t][column].p_adjusted);
          pheno_cli_append_number (text, all[t][column].p_holm);
        }
      g_string_append_c (text, '\n');
    }
  return pheno_cli_write_table (options->columns, text, error);
}

static gboolean
analyse (PhenoCli *cli, const char *path, const Options *options, Statistics *self,
         GError **error)
{
  g_autoptr (PhenoMatrix) distances = NULL;
  PhenoMetric metric;

  if (!check (options, error) || !pheno_cli_metric (options->metric, &metric, error)
      || (self->embedding = pheno_cli_load_table (path, error)) == NULL
      || (distances = pheno_distances (self->embedding->matrix, metric, options->threads,
                                       pheno_cli_cancellable (cli), error))
             == NULL)
    return FALSE;
  if (options->distances != NULL
      && (!pheno_cli_make_folder_of (options->distances, error)
          || !pheno_distances_save (distances, self->embedding->files, options->distances,
                                    error)))
    return FALSE;
  if (!read_factors (self, options, error)
      || !test_distances (cli, self, options, distances, metric, error)
      || (options->columns != NULL && !write_columns (self, options, error)))
    return FALSE;
  test_components (self, options);
  self->share = pheno_variance_between (self->embedding->matrix, self->factors->pdata[0],
                                        &self->within, &self->between, error);
  return !isnan (self->share);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options
      = { .permutations = 9999, .components = COMPONENTS_FOR_MANOVA, .seed = 1 };
  g_auto (Statistics) self = { 0 };
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.by,
      N_ ("Metadata column with the groups (species); repeated: more factors, each after "
          "those before it"),
      N_ ("COLUMN") },
    { "strata", 0, 0, G_OPTION_ARG_STRING, &options.strata,
      N_ ("Permute only among images with the same value here"), N_ ("COLUMN") },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("cosine or euclidean (cosine)"), N_ ("NAME") },
    { "permutations", 0, 0, G_OPTION_ARG_INT, &options.permutations,
      N_ ("How many (9999)"), "N" },
    { "components", 0, 0, G_OPTION_ARG_INT, &options.components,
      N_ ("Principal components of the MANOVA (10)"), "N" },
    { "columns", 0, 0, G_OPTION_ARG_FILENAME, &options.columns,
      N_ ("Table of tests of each number of the embedding"), N_ ("FILE.csv") },
    { "spearman", 0, 0, G_OPTION_ARG_STRING, &options.spearman,
      N_ ("Column of numbers that the table is correlated with"), N_ ("COLUMN") },
    { "distances", 0, 0, G_OPTION_ARG_FILENAME, &options.distances,
      N_ ("All distances: .csv, .phy (PHYLIP) or .nex (NEXUS)"), N_ ("FILE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, N_ ("Of the permutations (1)"),
      "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
      || !analyse (cli, argv[1], &options, &self, error))
    return FALSE;
  self.builder = json_builder_begin_object (json_builder_new ());
  self.text = g_string_new (NULL);
  pheno_cli_add_count (self.builder, "images", (gint64) self.embedding->matrix->rows);
  pheno_cli_add_count (self.builder, "permutations", options.permutations);
  tell_tests (&self, &options);
  pheno_cli_add_text (self.builder, "columns", options.columns);
  pheno_cli_add_text (self.builder, "distances", options.distances);
  json_builder_end_object (self.builder);
  pheno_cli_result (cli, g_steal_pointer (&self.builder), self.text->str);
  return TRUE;
}

const PhenoCliVerb pheno_cli_statistics = {
  .name = "statistics",
  .arguments = N_ ("EMBEDDINGS"),
  .summary = N_ ("Test whether groups differ: PERMANOVA, PERMDISP, MANOVA, each number"),
  .details
  = N_ ("Examples:\n"
        "  phenoscape-cli statistics embeddings.h5\n"
        "  phenoscape-cli statistics embeddings.h5 --by=sex --by=species "
        "--strata=locality\n"
        "  phenoscape-cli statistics embeddings.h5 --columns=numbers.csv "
        "--spearman=latitude\n"
        "  phenoscape-cli statistics embeddings.h5 --distances=wings.nex --json\n"),
  .run = run,
};
