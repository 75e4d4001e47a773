/* keep.c - a question that is asked of some rows only
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"

/* The column of "COLUMN:VALUE,VALUE"; without one the values are of species. */
static char *
split_column (const char *only, const char **values)
{
  const char *colon = strchr (only, ':');

  *values = colon != NULL ? colon + 1 : only;
  return colon != NULL ? g_strndup (only, (gsize) (colon - only)) : g_strdup ("species");
}

/* The values of the text, each of which the column must have. */
static gboolean
find_values (const char *text, const GPtrArray *names, GHashTable *wanted, GError **error)
{
  g_auto (GStrv) values = g_strsplit (text, ",", -1);
  g_autoptr (GPtrArray) known = g_ptr_array_new ();

  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (known, names->pdata[i]);
  g_ptr_array_add (known, NULL);
  for (char **value = values; *value != NULL; value++)
    {
      const char *near;

      g_strstrip (*value);
      if (g_strv_contains ((const char *const *) known->pdata, *value))
        {
          g_hash_table_add (wanted, g_strdup (*value));
          continue;
        }
      near = pheno_nearest_word (*value, (const char *const *) known->pdata);
      if (near != NULL)
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                     _ ("No row has the value “%s”. Did you mean “%s”?"), *value, near);
      else
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                     _ ("No row has the value “%s”. Write COLUMN:VALUE,VALUE with values "
                        "of the column."),
                     *value);
      return FALSE;
    }
  return TRUE;
}

gboolean
pheno_embedding_keep (const PhenoEmbedding *embedding, const char *only, int *groups,
                      GError **error)
{
  const char *text;
  g_autofree char *column = split_column (only, &text);
  g_autoptr (GHashTable) wanted
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = NULL;
  g_autofree int *numbers = pheno_embedding_groups (embedding, column, &names, error);

  if (numbers == NULL || !find_values (text, names, wanted, error))
    return FALSE;
  for (gsize row = 0; row < embedding->matrix->rows; row++)
    if (numbers[row] < 0 || !g_hash_table_contains (wanted, names->pdata[numbers[row]]))
      groups[row] = -1;
  return TRUE;
}
