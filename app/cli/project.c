/* project.c - phenoscape-cli project: a map of the embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/table.h"
#include "engine/figure/figure.h"

#include <string.h>

#define PLACED_BY 10 /* look-alikes on the map */

typedef struct
{
  char *method, *colour_by, *coordinates, *output, *place;
  char **set;
  int dimensions, threads, seeds;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->method);
  g_free (options->colour_by);
  g_free (options->coordinates);
  g_free (options->output);
  g_free (options->place);
  g_strfreev (options->set);
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
  else if (options->dimensions < 2
           || (gsize) options->dimensions > method_of (options)->most_axes)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--dimensions=%d” is out of range: 2 to %zu with “%s”."),
                 options->dimensions, method_of (options)->most_axes,
                 method_of (options)->name);
  else if (options->seeds < 1 || options->seeds > 100)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--seeds=%d” is out of range: 1 to 100."), options->seeds);
  else if (options->output == NULL && options->coordinates == NULL)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("there is no place for the map. Add “-o FIGURE.svg” (or .pdf, .png), or "
           "“--coordinates=FILE.csv”."));
  else if (options->place != NULL && options->coordinates == NULL)
    g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                         _ ("“--place” writes a table. Add “--coordinates=FILE.csv”."));
  else
    return TRUE;
  return FALSE;
}

static const PhenoParameter *
find_parameter (const PhenoProjection *method, const char *name, gsize *at,
                GError **error)
{
  g_autofree const char **known = g_new0 (const char *, method->n_parameters + 1);

  for (*at = 0; *at < method->n_parameters; (*at)++)
    {
      if (g_str_equal (method->parameters[*at].name, name))
        return &method->parameters[*at];
      known[*at] = method->parameters[*at].name;
    }
  pheno_cli_set_choice_error (error, "set", name, known);
  return NULL;
}

/* A number, or the place of the word among those that there are. */
static gboolean
read_value (const PhenoParameter *parameter, const char *text, double *value,
            GError **error)
{
  char *end;

  if (parameter->words != NULL)
    {
      for (int word = 0; parameter->words[word] != NULL; word++)
        if (g_str_equal (parameter->words[word], text))
          {
            *value = word;
            return TRUE;
          }
      pheno_cli_set_choice_error (error, parameter->name, text, parameter->words);
      return FALSE;
    }
  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && isfinite (*value))
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING, _ ("“--set=%s=%s” is no number."),
               parameter->name, text);
  return FALSE;
}

/* (transfer full): values of all parameters, NAN where nothing was said. */
static double *
read_parameters (const Options *options, GError **error)
{
  const PhenoProjection *method = method_of (options);
  g_autofree double *values = g_new (double, method->n_parameters + 1);

  for (gsize i = 0; i < method->n_parameters; i++)
    values[i] = NAN;
  for (char **each = options->set; each != NULL && *each != NULL; each++)
    {
      g_auto (GStrv) parts = g_strsplit (*each, "=", 2);
      const PhenoParameter *parameter;
      gsize at;

      if (parts[0] == NULL || parts[1] == NULL)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("“--set=%s” has no value. Write “--set=NAME=VALUE”."), *each);
          return NULL;
        }
      if ((parameter = find_parameter (method, parts[0], &at, error)) == NULL
          || !read_value (parameter, parts[1], &values[at], error))
        return NULL;
    }
  return g_steal_pointer (&values);
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
                   const float *spread, const char *path, GError **error)
{
  static const char *const axis[] = { "x", "y", "z" };
  g_autoptr (GString) text = g_string_new ("filename");

  for (gsize d = 0; d < scores->columns; d++)
    if (scores->columns <= G_N_ELEMENTS (axis))
      g_string_append_printf (text, ",%s", axis[d]);
    else
      g_string_append_printf (text, ",axis%zu", d + 1);
  if (spread != NULL)
    g_string_append (text, ",spread");
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
      if (spread != NULL)
        pheno_cli_append_number (text, spread[row]);
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

static double
mean_of (const float *values, gsize count)
{
  double sum = 0;

  for (gsize i = 0; i < count; i++)
    sum += values[i] / (double) count;
  return sum;
}

static void
print_result (PhenoCli *cli, const Options *options, const PhenoEmbedding *embedding,
              const PhenoProjection *method, const PhenoMap *map, const float *spread,
              const char *column)
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
  pheno_cli_add_count (builder, "seed", options->seed);
  if (isfinite (map->loss))
    pheno_cli_add_number (builder, "loss", map->loss);
  if (spread != NULL)
    pheno_cli_add_number (builder, "mean_spread",
                          mean_of (spread, embedding->matrix->rows));
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
  if (spread != NULL)
    g_string_append_printf (text,
                            _ ("With %d seeds an image moves by %.1f %% of the size of "
                               "the map, on average.\n"),
                            options->seeds,
                            100 * mean_of (spread, embedding->matrix->rows));
  if (options->output != NULL)
    {
      g_autofree char *name = pheno_display_name (options->output);

      g_string_append_printf (text, _ ("The map is in “%s”.\n"), name);
    }
  pheno_cli_result (cli, builder, text->str);
}

/* One map, or several, of which the first is shown and the spread is told. */
static PhenoMap *
make_map (PhenoCli *cli, const PhenoEmbedding *embedding, const Options *options,
          float *spread, GError **error)
{
  const PhenoProjection *method = method_of (options);
  g_autofree double *values = read_parameters (options, error);
  PhenoProjectionOptions wanted = { .n_axes = (gsize) options->dimensions,
                                    .seed = (guint64) options->seed,
                                    .threads = options->threads,
                                    .values = values };

  if (values == NULL)
    return NULL;
  if (options->seeds > 1)
    return pheno_map_stability (embedding->matrix, method, &wanted,
                                (guint) options->seeds, spread, pheno_cli_progress, cli,
                                pheno_cli_cancellable (cli), error);
  return method->project (embedding->matrix, &wanted, pheno_cli_progress, cli,
                          pheno_cli_cancellable (cli), error);
}

/* Rows of another table on the same map: written behind those of the map. */
static gboolean
write_placed (PhenoCli *cli, const PhenoEmbedding *embedding, const PhenoMap *map,
              const Options *options, GError **error)
{
  g_autoptr (PhenoEmbedding) others = pheno_cli_load_table (options->place, error);
  g_autoptr (PhenoMatrix) places = NULL;
  g_autofree char *stem = NULL, *path = NULL;

  if (others == NULL
      || (places = pheno_map_place (embedding->matrix, map->coordinates, others->matrix,
                                    PLACED_BY, PHENO_METRIC_EUCLIDEAN, options->threads,
                                    pheno_cli_cancellable (cli), error))
             == NULL)
    return FALSE;
  stem = g_str_has_suffix (options->coordinates, ".csv")
             ? g_strndup (options->coordinates, strlen (options->coordinates) - 4)
             : g_strdup (options->coordinates);
  path = g_strconcat (stem, ".placed.csv", NULL);
  return write_coordinates (others, places, NULL, path, error);
}

static gboolean
project (PhenoCli *cli, const char *path, const Options *options, GError **error)
{
  const PhenoProjection *method = method_of (options);
  g_autoptr (PhenoEmbedding) embedding = pheno_cli_load_table (path, error);
  g_autoptr (PhenoMap) map = NULL;
  g_autofree float *spread = NULL;
  const char *column;

  if (embedding == NULL)
    return FALSE;
  if (options->seeds > 1)
    spread = g_new (float, embedding->matrix->rows + 1);
  if ((map = make_map (cli, embedding, options, spread, error)) == NULL)
    return FALSE;
  column = colour_column (options, embedding);
  if (options->output != NULL
      && !draw (embedding, method, map, column, options->output, error))
    return FALSE;
  if (options->coordinates != NULL
      && !write_coordinates (embedding, map->coordinates, spread, options->coordinates,
                             error))
    return FALSE;
  if (options->place != NULL && !write_placed (cli, embedding, map, options, error))
    return FALSE;
  print_result (cli, options, embedding, method, map, spread, column);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .dimensions = 2, .seeds = 1, .seed = 1 };
  const GOptionEntry entries[] = {
    { "method", 0, 0, G_OPTION_ARG_STRING, &options.method,
      N_ ("pca, tsne, umap or diffusion (pca)"), N_ ("NAME") },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.set,
      N_ ("Parameter of the method: see below; may be repeated"), N_ ("NAME=VALUE") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      N_ ("The same seed gives the same map, on any number of threads (1)"), "N" },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &options.seeds,
      N_ ("Make as many maps and tell how far each image moves between them (1)"), "N" },
    { "place", 0, 0, G_OPTION_ARG_FILENAME, &options.place,
      N_ ("Another table: its places on this map go beside “--coordinates”"),
      N_ ("EMBEDDINGS") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    { "dimensions", 0, 0, G_OPTION_ARG_INT, &options.dimensions,
      N_ ("From 2; the figure shows the first two (2)"), "N" },
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
        "  phenoscape-cli project embeddings.h5 --dimensions=3 --coordinates=map.csv\n"
        "  phenoscape-cli project embeddings.h5 --method=umap --set=neighbours=30 -o "
        "map.svg\n"
        "  phenoscape-cli project embeddings.h5 --method=tsne --seeds=5 "
        "--coordinates=map.csv\n\n"
        "Parameters (--set=NAME=VALUE):\n"
        "  tsne       perplexity=30 steps=500 exaggeration=12 begin=pca|random "
        "metric=euclidean|cosine\n"
        "  umap       neighbours=15 min-dist=0.1 epochs=0 begin=pca|random|spectral "
        "metric=euclidean|cosine\n"
        "  diffusion  neighbours=30 alpha=1 time=1 metric=euclidean|cosine\n"),
  .run = run,
};
