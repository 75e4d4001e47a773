/* figure-groups.c - figures of groups against groups: confusions, distances
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/figure.h"
#include "engine/analysis/analysis.h"
#include "engine/embedding/embedding.h"

typedef struct
{
  PhenoEmbedding *embedding;
  int *groups, *exclude;
  GPtrArray *names;
  const char *by;
} Groups;

static void
groups_clear (Groups *groups)
{
  g_clear_pointer (&groups->embedding, pheno_embedding_free);
  g_clear_pointer (&groups->names, g_ptr_array_unref);
  g_free (groups->groups);
  g_free (groups->exclude);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Groups, groups_clear)

/* The provenance of the table becomes the figure's. */
static void
copy_provenance (GHashTable *from, GHashTable *to)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_replace (to, g_strdup (key), g_strdup (value));
}

static gboolean
load (const char *source, const PhenoFigureOptions *options, PhenoFigureFile *file,
      Groups *groups, GError **error)
{
  groups->by = options->by != NULL ? options->by : "species";
  groups->embedding = pheno_embedding_load (source, error);
  if (groups->embedding == NULL
      || (groups->groups
          = pheno_embedding_groups (groups->embedding, groups->by, &groups->names, error))
             == NULL
      || (options->exclude_same != NULL
          && (groups->exclude = pheno_embedding_groups (
                  groups->embedding, options->exclude_same, NULL, error))
                 == NULL))
    return FALSE;
  copy_provenance (groups->embedding->provenance, file->provenance);
  return TRUE;
}

static void
write_table (const PhenoFigureMatrix *matrix, const char *corner, GString *table)
{
  pheno_append_field (table, corner);
  for (gsize c = 0; c < matrix->columns; c++)
    {
      g_string_append_c (table, ',');
      pheno_append_field (table, matrix->column_names[c]);
    }
  g_string_append_c (table, '\n');
  for (gsize r = 0; r < matrix->rows; r++)
    {
      pheno_append_field (table, matrix->row_names[r]);
      for (gsize c = 0; c < matrix->columns; c++)
        pheno_figure_append_number (table, matrix->value[r * matrix->columns + c]);
      g_string_append_c (table, '\n');
    }
}

/* Title of the options, where they have one; an empty one is none. */
static const char *
title_of (const PhenoFigureOptions *options, const char *usual)
{
  if (options->title == NULL)
    return usual;
  return *options->title != '\0' ? options->title : NULL;
}

/* Shares of each group in per cent: rows of groups of different size can be compared. */
static gboolean
draw_confusion (PhenoCli *cli, const char *source, const PhenoFigureOptions *options,
                PhenoFigureFile *file, GString *table, GError **error)
{
  g_auto (Groups) groups = { 0 };
  g_autofree double *share = NULL, *all = NULL;
  g_autofree int *told = NULL;
  g_autofree char *title = NULL;
  PhenoFigureMatrix matrix;
  gsize n, rows;

  if (!load (source, options, file, &groups, error))
    return FALSE;
  n = groups.names->len;
  rows = groups.embedding->matrix->rows;
  told = g_new (int, rows);
  if (!pheno_altered_votes (groups.embedding->matrix, groups.embedding->matrix,
                            groups.groups, groups.exclude, (gsize) options->k,
                            options->threads, told, pheno_cli_cancellable (cli), error))
    return FALSE;
  share = g_new0 (double, n *n);
  all = g_new0 (double, n);
  for (gsize i = 0; i < rows; i++)
    if (groups.groups[i] >= 0)
      {
        all[groups.groups[i]]++;
        if (told[i] >= 0)
          share[(gsize) groups.groups[i] * n + (gsize) told[i]]++;
      }
  for (gsize g = 0; g < n; g++)
    for (gsize h = 0; h < n; h++)
      share[g * n + h] = all[g] > 0 ? 100 * share[g * n + h] / all[g] : NAN;

  title = g_strdup_printf (_ ("What the %d nearest neighbours tell"), options->k);
  matrix = (PhenoFigureMatrix){
    .value = share,
    .rows = n,
    .columns = n,
    .row_names = (const char *const *) groups.names->pdata,
    .column_names = (const char *const *) groups.names->pdata,
    .title = title_of (options, title),
    .x_label = _ ("told"),
    .y_label = groups.by,
    /* xgettext:no-c-format */
    .value_label = options->label != NULL ? options->label : _ ("% of the group"),
    .low = 0,
    .high = 100,
    .step = 1,
  };
  write_table (&matrix, groups.by, table);
  return pheno_figure_matrix (&matrix, file, error);
}

/* Sums of the rows of each group, each made of length 1. */
static double *
sum_groups (const PhenoMatrix *matrix, const int *groups, gsize n, double *count)
{
  double *sum = g_new0 (double, n * matrix->columns);

  for (gsize i = 0; i < matrix->rows; i++)
    {
      const float *row = pheno_matrix_row (matrix, i);
      double square = 0;

      if (groups[i] < 0)
        continue;
      for (gsize j = 0; j < matrix->columns; j++)
        square += (double) row[j] * row[j];
      count[groups[i]]++;
      for (gsize j = 0; j < matrix->columns && square > 0; j++)
        sum[(gsize) groups[i] * matrix->columns + j] += row[j] / sqrt (square);
    }
  return sum;
}

/* The mean cosine of all pairs is the product of the sums over the number of pairs;
 * within a group the pairs of a row with itself, of cosine 1, are taken out. */
static gboolean
draw_distances (PhenoCli *cli, const char *source, const PhenoFigureOptions *options,
                PhenoFigureFile *file, GString *table, GError **error)
{
  g_auto (Groups) groups = { 0 };
  g_autofree double *distance = NULL, *count = NULL, *sum = NULL;
  PhenoFigureMatrix matrix;
  gsize n, columns;

  if (!load (source, options, file, &groups, error))
    return FALSE;
  n = groups.names->len;
  columns = groups.embedding->matrix->columns;
  count = g_new0 (double, n);
  sum = sum_groups (groups.embedding->matrix, groups.groups, n, count);
  distance = g_new (double, n *n);
  for (gsize g = 0; g < n; g++)
    for (gsize h = 0; h < n; h++)
      {
        double product = 0,
               pairs = g == h ? count[g] * (count[g] - 1) : count[g] * count[h];

        for (gsize j = 0; j < columns; j++)
          product += sum[g * columns + j] * sum[h * columns + j];
        if (g == h)
          product -= count[g];
        distance[g * n + h] = pairs > 0 ? 1 - product / pairs : NAN;
      }
  matrix = (PhenoFigureMatrix){
    .value = distance,
    .rows = n,
    .columns = n,
    .row_names = (const char *const *) groups.names->pdata,
    .column_names = (const char *const *) groups.names->pdata,
    .title = title_of (options, _ ("How far groups lie from each other")),
    .value_label
    = options->label != NULL ? options->label : _ ("mean distance, 1 − cosine"),
  };
  write_table (&matrix, groups.by, table);
  return pheno_figure_matrix (&matrix, file, error);
}

const PhenoFigureKind pheno_figure_kind_confusion = { "confusion", draw_confusion };
const PhenoFigureKind pheno_figure_kind_distances = { "distances", draw_distances };
