/* usable.c - the rows of a table that are numbers throughout
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"

#include <string.h>

static gboolean
is_usable (const PhenoMatrix *matrix, gsize row)
{
  const float *values = pheno_matrix_row (matrix, row);

  for (gsize d = 0; d < matrix->columns; d++)
    if (!isfinite (values[d]))
      return FALSE;
  return TRUE;
}

static void
take_provenance (PhenoEmbedding *to, const PhenoEmbedding *from)
{
  GHashTableIter iter;
  gpointer key, value;

  if (from->provenance == NULL || to->provenance == NULL)
    return;
  g_hash_table_iter_init (&iter, from->provenance);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->provenance, g_strdup (key), g_strdup (value));
}

PhenoEmbedding *
pheno_embedding_take (const PhenoEmbedding *embedding, const guint8 *wanted)
{
  const PhenoMatrix *matrix = embedding->matrix;
  g_autofree const char **values = g_new (const char *, matrix->rows + 1);
  PhenoEmbedding *taken;
  gsize n = 0, at = 0;

  for (gsize row = 0; row < matrix->rows; row++)
    n += wanted[row] != 0;
  taken = pheno_embedding_new (n, matrix->columns);
  for (gsize row = 0; row < matrix->rows; row++)
    if (wanted[row])
      {
        memcpy (pheno_matrix_row (taken->matrix, at++), pheno_matrix_row (matrix, row),
                matrix->columns * sizeof (float));
        g_ptr_array_add (taken->files, g_strdup (embedding->files->pdata[row]));
        if (embedding->paths != NULL)
          {
            if (taken->paths == NULL)
              taken->paths = g_ptr_array_new_with_free_func (g_free);
            g_ptr_array_add (taken->paths, g_strdup (embedding->paths->pdata[row]));
          }
      }
  for (guint c = 0; c < embedding->columns->len; c++)
    {
      char **all = embedding->values->pdata[c];

      at = 0;
      for (gsize row = 0; row < matrix->rows; row++)
        if (wanted[row])
          values[at++] = all[row];
      pheno_embedding_add_column (taken, embedding->columns->pdata[c], values);
    }
  take_provenance (taken, embedding);
  return taken;
}

PhenoEmbedding *
pheno_embedding_usable (PhenoEmbedding *embedding, guint *left_out, GError **error)
{
  gsize rows = embedding->matrix->rows;
  g_autofree guint8 *wanted = g_new (guint8, rows + 1);

  *left_out = 0;
  for (gsize row = 0; row < rows; row++)
    {
      wanted[row] = is_usable (embedding->matrix, row);
      *left_out += !wanted[row];
    }
  if (*left_out == 0)
    return pheno_embedding_ref (embedding);
  if (*left_out < rows)
    return pheno_embedding_take (embedding, wanted);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
               _ ("Each of the %zu rows has a value that is no finite number. Make the "
                  "embeddings again."),
               rows);
  return NULL;
}
