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

/* (transfer container): names of the projections that there are, NULL-ended. */
static const char **
known_methods (void)
{
  const PhenoProjection *const *all = pheno_projections ();
  GPtrArray *names = g_ptr_array_new ();

  for (; *all != NULL; all++)
    g_ptr_array_add (names, (gpointer) (*all)->name);
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

static const PhenoProjection *
method_of (const Options *options)
{
  return options->method != NULL ? pheno_projection_find (options->method)
                                 : pheno_projections ()[0];
}

static gboolean
check (const Options *options, GError **error)
{
  g_autofree const char **known = known_methods ();

  if (method_of (options) == NULL)
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
      pheno_append_field (text, embedding->columns->pdata[c]);
    }
  g_string_append_c (text, '\n');
  for (gsize row = 0; row < scores->rows; row++)
    {
      pheno_append_field (text, embedding->files->pdata[row]);
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
          pheno_append_field (text, ((char **) embedding->values->pdata[c])[row]);
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

/* (transfer full): "component 1 (38.2 % of the variance)" */
static char *
axis_label (const PhenoProjection *method, const PhenoMap *map, gsize axis)
{
  if (map->shares == NULL || axis >= map->coordinates->columns)
    return g_strdup_printf ("%s %zu", _ (method->axis), axis + 1);
  return g_strdup_printf (_ ("%s %zu (%.1f %% of the variance)"), _ (method->axis),
                          axis + 1, 100 * map->shares[axis]);
}

static gboolean
draw (const PhenoEmbedding *embedding, const PhenoProjection *method, const PhenoMap *map,
      const char *column, const char *path, GError **error)
{
  g_autoptr (PhenoMatrix) flat = first_two (map->coordinates);
  g_autoptr (GPtrArray) names = NULL;
  g_autofree int *groups = NULL;
  g_autofree char *x_label = axis_label (method, map, 0);
  g_autofree char *y_label = axis_label (method, map, 1);
  PhenoFigureFile file = { .path = path, .provenance = embedding->provenance };
  PhenoScatter scatter = { .coordinates = flat };

  if (column != NULL
      && (groups = pheno_embedding_groups (embedding, column, &names, error)) == NULL)
    return FALSE;
  scatter.groups = groups;
  scatter.group_names = names;
  scatter.x_label = x_label;
  scatter.y_label = y_label;
  return pheno_cli_make_folder_of (path, error)
         && pheno_figure_scatter (&scatter, &file, error);
}

static void
print_result (PhenoCli *cli, const Options *options, const PhenoEmbedding *embedding,
              const PhenoProjection *method, const PhenoMap *map, const char *column)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);
  gsize axes = map->coordinates->columns;
  double share = 0;

  pheno_cli_add_text (builder, "method", method->name);
  pheno_cli_add_count (builder, "images", (gint64) embedding->matrix->rows);
  pheno_cli_add_text (builder, "figure", options->output);
  pheno_cli_add_text (builder, "coordinates", options->coordinates);
  pheno_cli_add_text (builder, "colour_by", column);
  if (map->shares != NULL)
    {
      json_builder_set_member_name (builder, "variance_shares");
      json_builder_begin_array (builder);
      for (gsize d = 0; d < axes; d++)
        {
          json_builder_add_double_value (builder, map->shares[d]);
          share += map->shares[d];
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);

  if (map->shares != NULL)
    g_string_printf (text,
                     _ ("%zu images on %zu principal components, which hold %.1f %% of "
                        "the variance.\n"),
                     embedding->matrix->rows, axes, 100 * share);
  else
    g_string_printf (text, _ ("%zu images on a map of %zu axes.\n"),
                     embedding->matrix->rows, axes);
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
  const PhenoProjection *method = method_of (options);
  PhenoProjectionOptions wanted = { .n_axes = (gsize) options->dimensions, .seed = 1 };
  g_autoptr (PhenoEmbedding) embedding = pheno_embedding_load (path, error);
  g_autoptr (PhenoMap) map = NULL;
  const char *column;

  if (embedding == NULL
      || (map = method->project (embedding->matrix, &wanted, pheno_cli_progress, cli,
                                 pheno_cli_cancellable (cli), error))
             == NULL)
    return FALSE;
  column = colour_column (options, embedding);
  if (options->output != NULL
      && !draw (embedding, method, map, column, options->output, error))
    return FALSE;
  if (options->coordinates != NULL
      && !write_coordinates (embedding, map->coordinates, options->coordinates, error))
    return FALSE;
  print_result (cli, options, embedding, method, map, column);
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
  .arguments = N_ ("EMBEDDINGS"),
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
