/* table.c - the table in memory: one row of numbers for each image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/table.h"

#include <string.h>

static PhenoEmbedding *
embedding_around (PhenoMatrix *matrix)
{
  PhenoEmbedding *embedding = g_atomic_rc_box_new0 (PhenoEmbedding);

  embedding->files = g_ptr_array_new_with_free_func (g_free);
  embedding->columns = g_ptr_array_new_with_free_func (g_free);
  embedding->values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  embedding->provenance = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  embedding->matrix = matrix;
  return embedding;
}

PhenoEmbedding *
pheno_embedding_new (gsize rows, gsize columns)
{
  return embedding_around (pheno_matrix_new (rows, columns));
}

PhenoEmbedding *
pheno_embedding_try_new (guint64 rows, guint64 columns, const char *path, GError **error)
{
  g_autofree char *name = pheno_display_name (path);
  PhenoMatrix *matrix;
  float *values;

  if (rows == 0 || columns == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("“%s” holds no embeddings. Make it again with “embed”."), name);
      return NULL;
    }
  if (columns > G_MAXINT32 || rows > G_MAXINT32
      || rows * columns > G_MAXSIZE / sizeof (float)
      || (values = g_try_malloc0_n (rows, columns * sizeof (float))) == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("“%s” describes %zu rows of %zu numbers, which do not fit into "
                      "memory. Check whether the file is "
                      "damaged."),
                   name, (gsize) rows, (gsize) columns);
      return NULL;
    }

  matrix = g_new0 (PhenoMatrix, 1);
  matrix->rows = rows;
  matrix->columns = columns;
  matrix->values = values;
  return embedding_around (matrix);
}

PhenoEmbedding *
pheno_embedding_ref (const PhenoEmbedding *embedding)
{
  return g_atomic_rc_box_acquire ((PhenoEmbedding *) embedding);
}

static void
clear (gpointer data)
{
  PhenoEmbedding *embedding = data;

  g_clear_pointer (&embedding->files, g_ptr_array_unref);
  g_clear_pointer (&embedding->paths, g_ptr_array_unref);
  g_clear_pointer (&embedding->columns, g_ptr_array_unref);
  g_clear_pointer (&embedding->values, g_ptr_array_unref);
  g_clear_pointer (&embedding->matrix, pheno_matrix_free);
  g_clear_pointer (&embedding->provenance, g_hash_table_unref);
}

void
pheno_embedding_free (PhenoEmbedding *embedding)
{
  if (embedding != NULL)
    g_atomic_rc_box_release_full (embedding, clear);
}

int
pheno_embedding_find_file (const PhenoEmbedding *embedding, const char *file_or_row)
{
  int found = -1;
  guint64 row;

  for (guint i = 0; i < embedding->files->len; i++)
    if (strcmp (embedding->files->pdata[i], file_or_row) == 0)
      return (int) i;

  for (guint i = 0; i < embedding->files->len; i++)
    {
      const char *file = embedding->files->pdata[i], *slash = strrchr (file, '/');

      if (slash == NULL || strcmp (slash + 1, file_or_row) != 0)
        continue;
      if (found >= 0)
        return -1; /* two folders have a file of this name */
      found = (int) i;
    }
  if (found >= 0)
    return found;

  if (g_ascii_string_to_unsigned (file_or_row, 10, 1, embedding->matrix->rows, &row,
                                  NULL))
    return (int) (row - 1);
  return -1;
}

char **
pheno_embedding_column (const PhenoEmbedding *embedding, const char *name)
{
  for (guint i = 0; i < embedding->columns->len; i++)
    if (strcmp (embedding->columns->pdata[i], name) == 0)
      return embedding->values->pdata[i];

  return NULL;
}

void
pheno_embedding_add_column (PhenoEmbedding *embedding, const char *name,
                            const char *const *values)
{
  gsize rows = embedding->matrix->rows;
  char **copy = g_new0 (char *, rows + 1);

  for (gsize i = 0; i < rows; i++)
    copy[i] = g_strdup (values[i] != NULL ? values[i] : "");
  for (guint i = 0; i < embedding->columns->len; i++)
    if (strcmp (embedding->columns->pdata[i], name) == 0)
      {
        g_strfreev (embedding->values->pdata[i]);
        embedding->values->pdata[i] = copy;
        return;
      }
  g_ptr_array_add (embedding->columns, g_strdup (name));
  g_ptr_array_add (embedding->values, copy);
}

gboolean
pheno_embedding_is_file_column (const char *name)
{
  return g_ascii_strcasecmp (name, "filename") == 0
         || g_ascii_strcasecmp (name, "filenames") == 0
         || g_ascii_strcasecmp (name, "file") == 0
         || g_ascii_strcasecmp (name, "files") == 0
         || g_ascii_strcasecmp (name, "file_name") == 0
         || g_ascii_strcasecmp (name, "image") == 0;
}

gboolean
pheno_embedding_is_path_column (const char *name)
{
  return strcmp (name, "path") == 0;
}

void
pheno_embedding_take_column (PhenoEmbedding *embedding, const char *name, char **values)
{
  GPtrArray *target;

  if (pheno_embedding_is_file_column (name) && embedding->files->len == 0)
    target = embedding->files;
  else if (pheno_embedding_is_path_column (name) && embedding->paths == NULL)
    target = embedding->paths = g_ptr_array_new_with_free_func (g_free);
  else
    {
      pheno_embedding_add_column (embedding, name, (const char *const *) values);
      g_strfreev (values);
      return;
    }
  for (gsize i = 0; i < embedding->matrix->rows; i++)
    g_ptr_array_add (target, values[i]);
  g_free (values);
}

gboolean
pheno_embedding_complete (PhenoEmbedding *embedding, const char *path, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  if (embedding->files->len == 0)
    for (gsize i = 0; i < embedding->matrix->rows; i++)
      g_ptr_array_add (embedding->files, g_strdup_printf ("%" G_GSIZE_FORMAT, i + 1));

  for (guint i = 0; i < embedding->files->len; i++)
    {
      char *file = embedding->files->pdata[i];
      gpointer before;

      if (g_hash_table_lookup_extended (known, file, NULL, &before))
        {
          g_autofree char *name = pheno_display_name (path),
                          *shown = pheno_display_name (file);

          g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                       _ ("“%s” names the file “%s” twice, in rows %u and %u. Take one "
                          "of them out, or "
                          "write the folder before the name."),
                       name, shown, GPOINTER_TO_UINT (before), i + 1);
          return FALSE;
        }
      g_hash_table_insert (known, file, GUINT_TO_POINTER (i + 1));
    }

  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
set_column_error (const PhenoEmbedding *embedding, const char *column, GError **error)
{
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree char *all = NULL;
  const char *near;

  for (guint i = 0; i < embedding->columns->len; i++)
    g_ptr_array_add (known, embedding->columns->pdata[i]);
  g_ptr_array_add (known, NULL);
  if (known->len == 1)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("There is no column “%s”: the embeddings have no metadata. Embed a "
                      "collection "
                      "with species folders or a metadata.csv."),
                   column);
      return;
    }
  if ((near = pheno_nearest_word (column, (const char *const *) known->pdata)) != NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("There is no column “%s” in the embeddings. Did you mean “%s”?"),
                   column, near);
      return;
    }
  all = g_strjoinv (", ", (char **) known->pdata);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("There is no column “%s” in the embeddings. There are: %s."), column,
               all);
}

int *
pheno_embedding_groups (const PhenoEmbedding *embedding, const char *column,
                        GPtrArray **names, GError **error)
{
  char **values = pheno_embedding_column (embedding, column);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_free);
  gsize rows = embedding->matrix->rows;
  int *groups;

  if (values == NULL)
    {
      set_column_error (embedding, column, error);
      return NULL;
    }

  for (gsize i = 0; i < rows; i++)
    if (values[i][0] != '\0' && g_hash_table_add (known, values[i]))
      g_ptr_array_add (sorted, g_strdup (values[i]));
  g_ptr_array_sort (sorted, compare_names);
  g_hash_table_remove_all (known);
  for (guint g = 0; g < sorted->len; g++)
    g_hash_table_insert (known, sorted->pdata[g], GUINT_TO_POINTER (g + 1));

  groups = g_new (int, rows);
  for (gsize i = 0; i < rows; i++)
    groups[i] = GPOINTER_TO_INT (g_hash_table_lookup (known, values[i])) - 1;
  if (names != NULL)
    *names = g_steal_pointer (&sorted);
  return groups;
}

char *
pheno_embedding_beside (const char *path, const char *extension)
{
  const char *dot = strrchr (path, '.'), *slash = strrchr (path, '/');
  gsize stem = dot != NULL && (slash == NULL || dot > slash + 1) ? (gsize) (dot - path)
                                                                 : strlen (path);

  return g_strdup_printf ("%.*s%s", (int) stem, path, extension);
}
