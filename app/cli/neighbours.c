/* neighbours.c - phenoscape-cli neighbours: what looks most like a specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "app/cli/heat-map.h"
#include "app/cli/neighbour-lists.h"
#include "engine/analysis/analysis.h"
#include "engine/embedding/embedding.h"
#include "engine/figure/figure.h"

/* A sheet without a query shows one specimen of each species, and a page holds about so
 * many. */
#define QUERIES_SHOWN 10

typedef struct
{
  char **queries;
  char *metric, *exclude_same, *output, *lists, *by, *centroid, *from;
  PhenoHeatMap heat_map;
  int k, threads, limit;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->queries);
  g_free (options->metric);
  g_free (options->exclude_same);
  g_free (options->output);
  g_free (options->heat_map.output);
  g_free (options->heat_map.run);
  g_free (options->heat_map.layer);
  g_free (options->lists);
  g_free (options->by);
  g_free (options->centroid);
  g_free (options->from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What was found, with what is needed to tell it. */
typedef struct
{
  PhenoEmbedding *embedding;
  PhenoNeighbours *neighbours;
  GArray *queries; /* int: rows */
  PhenoMetric metric;
  int *groups; /* (nullable): species */
  GPtrArray *group_names;
} Found;

static void
found_clear (Found *found)
{
  g_clear_pointer (&found->embedding, pheno_embedding_free);
  g_clear_pointer (&found->neighbours, pheno_neighbours_free);
  g_clear_pointer (&found->queries, g_array_unref);
  g_clear_pointer (&found->group_names, g_ptr_array_unref);
  g_free (found->groups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
check (const Options *options, PhenoMetric *metric, GError **error)
{
  static const char *const known[] = { "cosine", "euclidean", "mahalanobis", NULL };

  /* That of Mahalanobis is Euclidean on turned rows. */
  *metric = options->metric == NULL || g_str_equal (options->metric, "cosine")
                ? PHENO_METRIC_COSINE
                : PHENO_METRIC_EUCLIDEAN;
  if (options->metric != NULL && !g_strv_contains (known, options->metric))
    pheno_cli_set_choice_error (error, "metric", options->metric, known);
  else if (options->k < 1 || options->k > 1000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“-k %d” is out of range: 1 to 1000."), options->k);
  else if (options->heat_map.output != NULL
           && (options->queries == NULL || options->queries[1] != NULL))
    g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                         _ ("“--heat-map” is of one specimen and its neighbours. Add one "
                            "“--query=FILE”."));
  else if (options->limit < 1)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--limit=%d” is out of range: from 1."), options->limit);
  else if (options->queries == NULL && options->output == NULL && options->lists == NULL
           && options->centroid == NULL && options->from == NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("whose neighbours? Add “--query=FILE” or the number of its row, or "
                    "“-o SHEET.png” for a "
                    "sheet with one specimen of each species."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
turn_rows (PhenoEmbedding *embedding, const Options *options, GError **error)
{
  PhenoMatrix *turned;

  if (g_strcmp0 (options->metric, "mahalanobis") != 0)
    return TRUE;
  if ((turned = pheno_mahalanobis (embedding->matrix, NULL, error)) == NULL)
    return FALSE;
  pheno_matrix_free (embedding->matrix);
  embedding->matrix = turned;
  return TRUE;
}

static gboolean
find_named_queries (char **names, Found *found, GError **error)
{
  for (char **name = names; *name != NULL; name++)
    {
      int row = pheno_embedding_find_file (found->embedding, *name);
      g_autofree char *shown = pheno_display_name (*name);

      if (row < 0)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("“--query=%s” is neither a file among the embeddings nor a row "
                          "from 1 to %zu."),
                       shown, found->embedding->matrix->rows);
          return FALSE;
        }
      g_array_append_val (found->queries, row);
    }
  return TRUE;
}

/* The first row of each group; without groups rows at equal distances. */
static void
choose_queries (Found *found)
{
  gsize rows = found->embedding->matrix->rows;
  int next_group = 0;

  for (gsize i = 0; found->groups == NULL && i < MIN (rows, QUERIES_SHOWN); i++)
    {
      int row = (int) (i * rows / MIN (rows, QUERIES_SHOWN));

      g_array_append_val (found->queries, row);
    }
  for (; found->groups != NULL
         && next_group < (int) MIN (found->group_names->len, QUERIES_SHOWN);
       next_group++)
    for (int row = 0; row < (int) rows; row++)
      if (found->groups[row] == next_group)
        {
          g_array_append_val (found->queries, row);
          break;
        }
}

static gboolean
find (PhenoCli *cli, const char *path, const Options *options, Found *found,
      GError **error)
{
  g_autofree int *exclude = NULL;

  found->queries = g_array_new (FALSE, FALSE, sizeof (int));
  found->embedding = pheno_embedding_load (path, error);
  if (found->embedding == NULL || !turn_rows (found->embedding, options, error))
    return FALSE;
  if (pheno_embedding_column (found->embedding, "species") != NULL)
    found->groups
        = pheno_embedding_groups (found->embedding, "species", &found->group_names, NULL);
  if (options->exclude_same != NULL
      && (exclude
          = pheno_embedding_groups (found->embedding, options->exclude_same, NULL, error))
             == NULL)
    return FALSE;
  if (options->queries == NULL)
    choose_queries (found);
  else if (!find_named_queries (options->queries, found, error))
    return FALSE;
  found->neighbours
      = pheno_neighbours (found->embedding->matrix, (gsize) options->k, found->metric,
                          exclude, options->threads, pheno_cli_cancellable (cli), error);
  return found->neighbours != NULL;
}

static const char *
species_of (const Found *found, int row)
{
  return found->groups != NULL && found->groups[row] >= 0
             ? found->group_names->pdata[found->groups[row]]
             : "";
}

/* Neighbour @place of the query, or -1 where there are no more. */
static int
neighbour (const Found *found, int query, int place, float *distance)
{
  gsize at = (gsize) query * found->neighbours->k + place;

  *distance = found->neighbours->distance[at];
  return found->neighbours->index[at];
}

static void
add_query (JsonBuilder *builder, const Found *found, int query)
{
  pheno_cli_add_text (builder, "query", found->embedding->files->pdata[query]);
  pheno_cli_add_text (builder, "metric",
                      found->metric == PHENO_METRIC_COSINE ? "cosine" : "euclidean");
  json_builder_set_member_name (builder, "neighbours");
  json_builder_begin_array (builder);
  for (int place = 0; place < (int) found->neighbours->k; place++)
    {
      float distance;
      int row = neighbour (found, query, place, &distance);

      if (row < 0)
        break;
      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "file", found->embedding->files->pdata[row]);
      pheno_cli_add_number (builder, "distance", distance);
      if (found->groups != NULL)
        pheno_cli_add_text (builder, "species", species_of (found, row));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* One query is the object itself; several stand in an array. */
static JsonBuilder *
make_json (const Found *found)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());

  if (found->queries->len == 1)
    add_query (builder, found, g_array_index (found->queries, int, 0));
  else
    {
      json_builder_set_member_name (builder, "queries");
      json_builder_begin_array (builder);
      for (guint i = 0; i < found->queries->len; i++)
        {
          json_builder_begin_object (builder);
          add_query (builder, found, g_array_index (found->queries, int, i));
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  return builder;
}

static void
append_line (GString *text, const Found *found, int row, const char *mark)
{
  g_autofree char *name = pheno_display_name (found->embedding->files->pdata[row]);

  g_string_append_printf (text, "%s  %s", mark, name);
  if (*species_of (found, row) != '\0')
    g_string_append_printf (text, "  (%s)", species_of (found, row));
  g_string_append_c (text, '\n');
}

static void
append_query (GString *text, const Found *found, int query)
{
  append_line (text, found, query, _ ("query "));
  for (int place = 0; place < (int) found->neighbours->k; place++)
    {
      float distance;
      int row = neighbour (found, query, place, &distance);
      char mark[16];

      if (row < 0)
        break;
      g_snprintf (mark, sizeof mark, "%.4f", distance);
      append_line (text, found, row, mark);
    }
}

/* Two lines: the species, then the distance; of a query its file. */
static PhenoSheetPicture
picture_of (const Found *found, int row, const char *second_line, GPtrArray *captions)
{
  const GPtrArray *paths = found->embedding->paths;
  const char *first_line = species_of (found, row);
  char *caption = *first_line != '\0'
                      ? g_strdup_printf ("%s\n%s", first_line, second_line)
                      : g_strdup (second_line);

  g_ptr_array_add (captions, caption);
  return (PhenoSheetPicture){ .path = paths != NULL ? paths->pdata[row] : NULL,
                              .caption = caption,
                              .group = found->groups != NULL ? found->groups[row] : -1 };
}

static gboolean
draw_sheet (const Found *found, const char *path, GError **error)
{
  g_autoptr (GPtrArray) captions = g_ptr_array_new_with_free_func (g_free);
  gsize columns = found->neighbours->k + 1, at = 0;
  g_autofree PhenoSheetPicture *pictures
      = g_new0 (PhenoSheetPicture, columns * found->queries->len);
  PhenoFigureFile file = { .path = path, .provenance = found->embedding->provenance };

  for (guint i = 0; i < found->queries->len; i++)
    {
      int query = g_array_index (found->queries, int, i);
      g_autofree char *name = g_path_get_basename (found->embedding->files->pdata[query]);
      g_autofree char *shown = pheno_display_name (name);

      pictures[at++] = picture_of (found, query, shown, captions);
      for (int place = 0; place < (int) found->neighbours->k; place++)
        {
          float distance;
          int row = neighbour (found, query, place, &distance);
          char text[16];

          g_snprintf (text, sizeof text, "%.3f", distance);
          if (row >= 0)
            pictures[at++] = picture_of (found, row, text, captions);
          else
            pictures[at++] = (PhenoSheetPicture){ .caption = "", .group = -1 };
        }
    }
  return pheno_cli_make_folder_of (path, error)
         && pheno_figure_neighbours (
             pictures, at, columns, found->group_names ? found->group_names->len : 0,
             _ ("Nearest neighbours: the query, then the most alike"), &file, error);
}

/* Questions that are not about single rows of the table. */
static gboolean
ask_otherwise (PhenoCli *cli, const char *path, const Options *options,
               PhenoMetric metric, GError **error)
{
  g_autoptr (PhenoEmbedding) embedding = pheno_cli_load_table (path, error);
  PhenoListOptions wanted = { .lists = options->lists,
                              .by = options->by,
                              .output = options->output,
                              .k = options->k,
                              .limit = options->limit,
                              .threads = options->threads,
                              .metric = metric };

  if (embedding == NULL || !turn_rows (embedding, options, error))
    return FALSE;
  return options->lists != NULL
             ? pheno_cli_neighbour_lists (cli, embedding, &wanted, error)
             : pheno_cli_neighbours_of_others (cli, embedding, options->centroid,
                                               options->from, &wanted, error);
}

static gboolean
draw_heat_map (PhenoCli *cli, const Options *options, const Found *found, GError **error)
{
  int query = g_array_index (found->queries, int, 0);
  PhenoHeatMap heat_map = options->heat_map;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));

  heat_map.threads = options->threads;
  for (int place = 0; place < (int) found->neighbours->k; place++)
    {
      float distance;
      int row = neighbour (found, query, place, &distance);

      if (row >= 0)
        g_array_append_val (rows, row);
    }
  return pheno_cli_draw_heat_map (cli, &heat_map, found->embedding, query,
                                  (const int *) rows->data, rows->len, error);
}

static gboolean
neighbours (PhenoCli *cli, const char *path, const Options *options, GError **error)
{
  g_auto (Found) found = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);

  if (!check (options, &found.metric, error))
    return FALSE;
  if (options->lists != NULL || options->centroid != NULL || options->from != NULL)
    return ask_otherwise (cli, path, options, found.metric, error);
  if (!find (cli, path, options, &found, error)
      || (options->output != NULL && !draw_sheet (&found, options->output, error))
      || (options->heat_map.output != NULL
          && !draw_heat_map (cli, options, &found, error)))
    return FALSE;
  /* Queries that nobody asked for are on the sheet, and would fill a terminal. */
  for (guint i = 0; options->queries != NULL && i < found.queries->len; i++)
    append_query (text, &found, g_array_index (found.queries, int, i));
  if (options->output != NULL)
    {
      g_autofree char *name = pheno_display_name (options->output);

      g_string_append_printf (text, _ ("The sheet is in “%s”.\n"), name);
    }
  pheno_cli_result (cli, make_json (&found), text->str);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .k = 6, .limit = 20 };
  const GOptionEntry entries[] = {
    { "query", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.queries,
      N_ ("File name, or number of its row from 1; may be repeated"), N_ ("NAME|ROW") },
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k, N_ ("Number of neighbours (6)"), "N" },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("cosine, euclidean or mahalanobis (cosine)"), N_ ("NAME") },
    { "exclude-same", 0, 0, G_OPTION_ARG_STRING, &options.exclude_same,
      N_ ("Leave out rows with the query's own value in this column"), N_ ("COLUMN") },
    { "centroid", 0, 0, G_OPTION_ARG_STRING, &options.centroid,
      N_ ("Neighbours of the mean of these images"), N_ ("COLUMN:VALUE") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &options.from,
      N_ ("Neighbours of each row of another table, as of new images embedded by the "
          "same "
          "run"),
      N_ ("EMBEDDINGS") },
    { "lists", 0, 0, G_OPTION_ARG_STRING, &options.lists,
      N_ ("typical, strange, duplicates, mislabels, with commas between"), N_ ("NAMES") },
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_ ("Of mislabels: column with the labels (species)"), N_ ("COLUMN") },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, N_ ("Lines of each list (20)"),
      "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Sheet of pictures: .svg, .pdf or .png; of lists, a table: .csv"),
      N_ ("FILE") },
    { "heat-map", 0, 0, G_OPTION_ARG_FILENAME, &options.heat_map.output,
      N_ ("Figure of the query and its neighbours: which parts make them alike"),
      N_ ("FIGURE") },
    { "run", 0, 0, G_OPTION_ARG_FILENAME, &options.heat_map.run,
      N_ ("Encoder of the heat map (the one that made the embeddings)"),
      N_ ("RUN_DIR|WEIGHTS") },
    { "layer", 0, 0, G_OPTION_ARG_STRING, &options.heat_map.layer,
      N_ ("Layer of the heat map (that of the embeddings); earlier ones are finer"),
      N_ ("NAME") },
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
         && neighbours (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_neighbours = {
  .name = "neighbours",
  .arguments = N_ ("EMBEDDINGS"),
  .summary = N_ ("List and draw what looks most like a specimen"),
  .details
  = N_ ("Examples:\n"
        "  phenoscape-cli neighbours embeddings.h5 --query=erato/0001.jpg -k 10\n"
        "  phenoscape-cli neighbours embeddings.h5 --query=1 --exclude-same=specimen "
        "--json\n"
        "  phenoscape-cli neighbours embeddings.h5 --query=1 -k 3 --heat-map=alike.png "
        "--layer=layer3\n"
        "  phenoscape-cli neighbours embeddings.h5 --centroid=species:erato\n"
        "  phenoscape-cli neighbours embeddings.h5 --lists=duplicates,mislabels -o "
        "rows.csv\n"
        "  phenoscape-cli neighbours embeddings.h5 -o sheet.png       one query of each "
        "species\n"),
  .run = run,
};
