/* neighbour-lists.c - typical and strange specimens, near-duplicates, likely mislabels;
 * neighbours of a mean, or of the rows of another table
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/neighbour-lists.h"

#include <stdlib.h>
#include <string.h>

#define NEAR_DUPLICATE 0.1 /* of the median distance to the nearest */
#define DOUBTFUL 0.5       /* of the look-alikes' weight for other labels */

typedef struct
{
  const PhenoEmbedding *embedding;
  const PhenoLists *lists;
  const int *groups;
  const GPtrArray *names;
  int limit;
  JsonBuilder *builder;
  GString *text;
} Telling;

static int
compare_scores (const void *a, const void *b, void *data)
{
  const double *score = data;
  int i = *(const int *) a, j = *(const int *) b;

  if (score[i] != score[j])
    return score[i] > score[j] ? -1 : 1;
  return (i > j) - (i < j);
}

/* Rows with the largest score first; those without one are left out. */
static void
tell_scores (Telling *self, const char *key, const char *title, const double *score,
             double least, gboolean suggests)
{
  gsize rows = self->lists->rows, n = 0;
  g_autofree int *order = g_new (int, rows + 1);

  for (gsize row = 0; row < rows; row++)
    if (score[row] >= least)
      order[n++] = (int) row;
  qsort_r (order, n, sizeof (int), compare_scores, (void *) score);
  json_builder_set_member_name (self->builder, key);
  json_builder_begin_array (self->builder);
  g_string_append_printf (self->text, "%s\n", title);
  for (gsize i = 0; i < MIN (n, (gsize) self->limit); i++)
    {
      const char *file = self->embedding->files->pdata[order[i]];
      g_autofree char *name = pheno_display_name (file);
      int own = self->groups != NULL ? self->groups[order[i]] : -1;
      int other = self->lists->suggested[order[i]];

      json_builder_begin_object (self->builder);
      pheno_cli_add_text (self->builder, "file", file);
      pheno_cli_add_number (self->builder, "score", fabs (score[order[i]]));
      g_string_append_printf (self->text, "  %.3f  %s", fabs (score[order[i]]), name);
      if (own >= 0)
        {
          pheno_cli_add_text (self->builder, "label", self->names->pdata[own]);
          g_string_append_printf (self->text, "  %s", (char *) self->names->pdata[own]);
        }
      if (suggests && other >= 0)
        {
          pheno_cli_add_text (self->builder, "suggested", self->names->pdata[other]);
          g_string_append_printf (self->text, " → %s",
                                  (char *) self->names->pdata[other]);
        }
      json_builder_end_object (self->builder);
      g_string_append_c (self->text, '\n');
    }
  json_builder_end_array (self->builder);
}

static void
tell_duplicates (Telling *self)
{
  json_builder_set_member_name (self->builder, "duplicates");
  json_builder_begin_array (self->builder);
  g_string_append (self->text, _ ("Near-duplicates, nearest first:\n"));
  for (gsize i = 0; i < MIN (self->lists->n_pairs, (gsize) self->limit); i++)
    {
      const char *a = self->embedding->files->pdata[self->lists->pairs[2 * i]];
      const char *b = self->embedding->files->pdata[self->lists->pairs[2 * i + 1]];
      g_autofree char *name_a = pheno_display_name (a), *name_b = pheno_display_name (b);

      json_builder_begin_object (self->builder);
      pheno_cli_add_text (self->builder, "file", a);
      pheno_cli_add_text (self->builder, "other", b);
      pheno_cli_add_number (self->builder, "distance", self->lists->pair_distance[i]);
      json_builder_end_object (self->builder);
      g_string_append_printf (self->text, "  %.4f  %s  %s\n",
                              self->lists->pair_distance[i], name_a, name_b);
    }
  json_builder_end_array (self->builder);
}

static gboolean
write_rows (const Telling *self, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("filename,typical,strange,doubt,suggested\n");

  for (gsize row = 0; row < self->lists->rows; row++)
    {
      int other = self->lists->suggested[row];

      pheno_append_field (text, self->embedding->files->pdata[row]);
      pheno_cli_append_number (text, self->lists->rank[row]);
      pheno_cli_append_number (text, self->lists->strangeness[row]);
      pheno_cli_append_number (text, self->lists->doubt[row]);
      g_string_append_c (text, ',');
      pheno_append_field (text, other >= 0 ? self->names->pdata[other] : NULL);
      g_string_append_c (text, '\n');
    }
  return pheno_cli_write_table (path, text, error);
}

static gboolean
check_lists (char **wanted, GError **error)
{
  static const char *const known[]
      = { "typical", "strange", "duplicates", "mislabels", NULL };

  for (; *wanted != NULL; wanted++)
    if (!g_strv_contains (known, *wanted))
      {
        pheno_cli_set_choice_error (error, "lists", *wanted, known);
        return FALSE;
      }
  return TRUE;
}

static void
tell (Telling *self, char **wanted)
{
  const char *const *words = (const char *const *) wanted;

  if (g_strv_contains (words, "typical"))
    tell_scores (self, "typical", _ ("Most typical (PageRank, mean 1):"),
                 self->lists->rank, 0, FALSE);
  if (g_strv_contains (words, "strange"))
    tell_scores (
        self, "strange",
        _ ("Strangest (distance to look-alikes, in deviations from the median):"),
        self->lists->strangeness, 3, FALSE);
  if (g_strv_contains (words, "duplicates"))
    tell_duplicates (self);
  if (g_strv_contains (words, "mislabels"))
    tell_scores (self, "mislabels",
                 _ ("Doubtful labels (share of look-alikes with another label):"),
                 self->lists->doubt, DOUBTFUL, TRUE);
}

gboolean
pheno_cli_neighbour_lists (PhenoCli *cli, const PhenoEmbedding *embedding,
                           const PhenoListOptions *options, GError **error)
{
  g_auto (GStrv) wanted = g_strsplit (options->lists, ",", -1);
  const char *by = options->by;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree int *groups = NULL;
  g_autoptr (PhenoLists) lists = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  Telling telling = { .embedding = embedding, .limit = options->limit, .text = text };

  if (by == NULL && pheno_embedding_column (embedding, "species") != NULL)
    by = "species";
  if (!check_lists (wanted, error)
      || (by != NULL
          && (groups = pheno_embedding_groups (embedding, by, &names, error)) == NULL)
      || (lists = pheno_lists (embedding->matrix, groups, (gsize) options->k,
                               options->metric, NEAR_DUPLICATE, options->threads,
                               pheno_cli_cancellable (cli), error))
             == NULL)
    return FALSE;
  telling.lists = lists;
  telling.groups = groups;
  telling.names = names;
  if (options->output != NULL && !write_rows (&telling, options->output, error))
    return FALSE;
  telling.builder = json_builder_begin_object (json_builder_new ());
  pheno_cli_add_count (telling.builder, "images", (gint64) embedding->matrix->rows);
  pheno_cli_add_count (telling.builder, "k", options->k);
  pheno_cli_add_text (telling.builder, "by", by);
  tell (&telling, wanted);
  pheno_cli_add_text (telling.builder, "table", options->output);
  json_builder_end_object (telling.builder);
  pheno_cli_result (cli, telling.builder, text->str);
  return TRUE;
}

/* The mean of the rows with that value; these are flagged in @own. */
static PhenoMatrix *
mean_of (const PhenoEmbedding *embedding, const char *where, guint8 *own, GError **error)
{
  const PhenoMatrix *matrix = embedding->matrix;
  g_auto (GStrv) parts = g_strsplit (where, ":", 2);
  char **values = parts[0] != NULL ? pheno_embedding_column (embedding, parts[0]) : NULL;
  g_autofree double *sum = g_new0 (double, matrix->columns);
  PhenoMatrix *mean;
  gsize n = 0;

  for (gsize row = 0; values != NULL && parts[1] != NULL && row < matrix->rows; row++)
    if (g_str_equal (values[row], parts[1]))
      {
        own[row] = 1;
        n++;
        for (gsize d = 0; d < matrix->columns; d++)
          sum[d] += pheno_matrix_row (matrix, row)[d];
      }
  if (n == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“--centroid=%s” is the value of no image. Give a column of the "
                      "metadata and a value, as “species:erato”."),
                   where);
      return NULL;
    }
  mean = pheno_matrix_new (1, matrix->columns);
  for (gsize d = 0; d < matrix->columns; d++)
    mean->values[d] = (float) (sum[d] / (double) n);
  return mean;
}

static void
tell_found (PhenoCli *cli, const PhenoEmbedding *embedding, const PhenoNeighbours *found,
            const GPtrArray *names)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);

  json_builder_set_member_name (builder, "queries");
  json_builder_begin_array (builder);
  for (gsize query = 0; query < found->rows; query++)
    {
      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "query", names->pdata[query]);
      json_builder_set_member_name (builder, "neighbours");
      json_builder_begin_array (builder);
      g_string_append_printf (text, "%s\n", (char *) names->pdata[query]);
      for (gsize i = query * found->k; i < (query + 1) * found->k; i++)
        if (found->index[i] >= 0)
          {
            const char *file = embedding->files->pdata[found->index[i]];
            g_autofree char *name = pheno_display_name (file);

            json_builder_begin_object (builder);
            pheno_cli_add_text (builder, "file", file);
            pheno_cli_add_number (builder, "distance", found->distance[i]);
            json_builder_end_object (builder);
            g_string_append_printf (text, "  %.4f  %s\n", found->distance[i], name);
          }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text->str);
}

gboolean
pheno_cli_neighbours_of_others (PhenoCli *cli, const PhenoEmbedding *embedding,
                                const char *centroid, const char *from,
                                const PhenoListOptions *options, GError **error)
{
  g_autofree guint8 *own = g_new0 (guint8, embedding->matrix->rows + 1);
  g_autoptr (PhenoEmbedding) others = NULL;
  g_autoptr (PhenoMatrix) mean = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PhenoNeighbours) found = NULL;

  if (centroid != NULL)
    {
      if ((mean = mean_of (embedding, centroid, own, error)) == NULL)
        return FALSE;
      g_ptr_array_add (names, g_strdup (centroid));
    }
  else
    {
      if ((others = pheno_cli_load_table (from, error)) == NULL)
        return FALSE;
      for (guint i = 0; i < others->files->len; i++)
        g_ptr_array_add (names, pheno_display_name (others->files->pdata[i]));
    }
  found = pheno_nearest_to (embedding->matrix, mean != NULL ? mean : others->matrix,
                            (gsize) options->k, options->metric, own, options->threads,
                            pheno_cli_cancellable (cli), error);
  if (found == NULL)
    return FALSE;
  tell_found (cli, embedding, found, names);
  return TRUE;
}
