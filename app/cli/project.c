/* project.c - phenoscape-cli project: a map of the embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/analysis/analysis.h"
#include "engine/embedding/embedding.h"
#include "engine/figure/figure.h"

typedef struct
{
  char *method, *colour_by, *coordinates, *output;
  int dimensions;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->method);
  g_free (options->colour_by);
  g_free (options->coordinates);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check (const Options *options, GError **error)
{
  static const char *const known[] = { "pca", NULL };

  if (options->method != NULL && !g_str_equal (options->method, "pca"))
    pheno_cli_set_choice_error (error, "method", options->method, known);
  else if (options->dimensions != 2 && options->dimensions != 3)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--dimensions=%d” is out of range: 2 or 3."), options->dimensions);
  else if (options->output == NULL && options->coordinates == NULL)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("there is no place for the map. Add “-o FIGURE.svg” (or .pdf, .png), or "
           "“--coordinates=FILE.csv”."));
  else
    return TRUE;
  return FALSE;
}

/* Species where nothing was asked for and there is such a column. */
static const char *
colour_column (const Options *options, const PhenoEmbedding *embedding)
{
  if (options->colour_by != NULL)
    return options->colour_by;
  return pheno_embedding_column (embedding, "species") != NULL ? "species" : NULL;
}

static gboolean
write_coordinates (const PhenoEmbedding *embedding, const PhenoMatrix *scores,
                   const char *path, GError **error)
{
  static const char *const axis[] = { "x", "y", "z" };
  g_autoptr (GString) text = g_string_new ("filename");

  for (gsize d = 0; d < scores->columns; d++)
    g_string_append_printf (text, ",%s", axis[d]);
  for (guint c = 0; c < embedding->columns->len; c++)
    {
      g_string_append_c (text, ',');
      pheno_cli_append_csv (text, embedding->columns->pdata[c]);
    }
  g_string_append_c (text, '\n');
  for (gsize row = 0; row < scores->rows; row++)
    {
      pheno_cli_append_csv (text, embedding->files->pdata[row]);
      for (gsize d = 0; d < scores->columns; d++)
        {
          char digits[G_ASCII_DTOSTR_BUF_SIZE];

          g_string_append_printf (text, ",%s",
                                  g_ascii_formatd (digits, sizeof digits, "%.7g",
                                                   pheno_matrix_row (scores, row)[d]));
        }
      for (guint c = 0; c < embedding->values->len; c++)
        {
          g_string_append_c (text, ',');
          pheno_cli_append_csv (text, ((char **) embedding->values->pdata[c])[row]);
        }
      g_string_append_c (text, '\n');
    }
  return pheno_cli_make_folder_of (path, error)
         && pheno_write_file (path, text->str, text->len, error);
}

/* The figure is flat: of three dimensions it shows the first two. */
static PhenoMatrix *
first_two (const PhenoMatrix *scores)
{
  PhenoMatrix *flat = pheno_matrix_new (scores->rows, 2);

  for (gsize row = 0; row < scores->rows; row++)
    for (gsize d = 0; d < MIN (scores->columns, 2); d++)
      pheno_matrix_row (flat, row)[d] = pheno_matrix_row (scores, row)[d];
  return flat;
}

static gboolean
draw (const PhenoEmbedding *embedding, const PhenoMatrix *scores, const PhenoPca *pca,
      const char *column, const char *path, GError **error)
{
  g_autoptr (PhenoMatrix) flat = first_two (scores);
  g_autoptr (GPtrArray) names = NULL;
  g_autofree int *groups = NULL;
  g_autofree char *x_label = NULL, *y_label = NULL;
  PhenoFigureFile file = { .path = path, .provenance = embedding->provenance };
  PhenoScatter scatter = { .coordinates = flat };

  if (column != NULL
      && (groups = pheno_embedding_groups (embedding, column, &names, error)) == NULL)
    return FALSE;
  x_label = g_strdup_printf (_ ("component 1 (%.1f %% of the variance)"),
                             100 * pca->variance[0] / pca->total_variance);
  y_label = g_strdup_printf (
      _ ("component 2 (%.1f %%)"),
      scores->columns > 1 ? 100 * pca->variance[1] / pca->total_variance : 0);
  scatter.groups = groups;
  scatter.group_names = names;
  scatter.x_label = x_label;
  scatter.y_label = y_label;
  return pheno_cli_make_folder_of (path, error)
         && pheno_figure_scatter (&scatter, &file, error);
}

static void
print_result (PhenoCli *cli, const Options *options, const PhenoEmbedding *embedding,
              const PhenoPca *pca, const char *column)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);
  double share = 0;

  pheno_cli_add_text (builder, "method", "pca");
  pheno_cli_add_count (builder, "images", (gint64) embedding->matrix->rows);
  pheno_cli_add_text (builder, "figure", options->output);
  pheno_cli_add_text (builder, "coordinates", options->coordinates);
  pheno_cli_add_text (builder, "colour_by", column);
  json_builder_set_member_name (builder, "variance_shares");
  json_builder_begin_array (builder);
  for (gsize d = 0; d < pca->components->rows; d++)
    {
      json_builder_add_double_value (builder, pca->variance[d] / pca->total_variance);
      share += pca->variance[d] / pca->total_variance;
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  g_string_printf (
      text,
      _ ("%zu images on %zu principal components, which hold %.1f %% of the variance.\n"),
      embedding->matrix->rows, pca->components->rows, 100 * share);
  if (options->output != NULL)
    {
      g_autofree char *name = pheno_display_name (options->output);

      g_string_append_printf (text, _ ("The map is in “%s”.\n"), name);
    }
  pheno_cli_result (cli, builder, text->str);
}

static gboolean
project (PhenoCli *cli, const char *path, const Options *options, GError **error)
{
  g_autoptr (PhenoEmbedding) embedding = pheno_embedding_load (path, error);
  g_autoptr (PhenoPca) pca
      = embedding ? pheno_pca (embedding->matrix, options->dimensions, error) : NULL;
  g_autoptr (PhenoMatrix) scores
      = pca ? pheno_pca_project (pca, embedding->matrix, FALSE) : NULL;
  const char *column;

  if (scores == NULL)
    return FALSE;
  column = colour_column (options, embedding);
  if (options->output != NULL
      && !draw (embedding, scores, pca, column, options->output, error))
    return FALSE;
  if (options->coordinates != NULL
      && !write_coordinates (embedding, scores, options->coordinates, error))
    return FALSE;
  print_result (cli, options, embedding, pca, column);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .dimensions = 2 };
  const GOptionEntry entries[] = {
    { "method", 0, 0, G_OPTION_ARG_STRING, &options.method,
      N_ ("pca: principal components"), N_ ("NAME") },
    { "dimensions", 0, 0, G_OPTION_ARG_INT, &options.dimensions,
      N_ ("2 or 3; the figure shows the first two (2)"), "N" },
    { "colour-by", 0, 0, G_OPTION_ARG_STRING, &options.colour_by,
      N_ ("Metadata column (species)"), N_ ("COLUMN") },
    { "coordinates", 0, 0, G_OPTION_ARG_FILENAME, &options.coordinates,
      N_ ("Table of the coordinates with all metadata"), N_ ("FILE.csv") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Figure: .svg, .pdf or .png"), N_ ("FIGURE") },
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
         && check (&options, error) && project (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_project = {
  .name = "project",
  .arguments = "EMBEDDINGS",
  .summary = N_ ("Draw a map of the embeddings"),
  .details
  = N_ ("EMBEDDINGS is a .h5, .csv (filename, x1, ..., xN) or .npy file, ours or "
        "anyone's.\n\n"
        "Examples:\n"
        "  phenoscape-cli project embeddings.h5 -o map.svg\n"
        "  phenoscape-cli project embeddings.h5 --colour-by=sex -o map.pdf\n"
        "  phenoscape-cli project embeddings.h5 --dimensions=3 --coordinates=map.csv\n"),
  .run = run,
};
