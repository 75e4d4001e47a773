/* session-filter.c - which specimens are shown: words, and values of columns
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A specimen is shown when it has all the words, and, of each column of which values are
 * checked, one of these values.
 */
#include "app/session-private.h"

#include <string.h>

static gboolean
has_words (PhenoSession *self, PhenoSpecimen *specimen)
{
  const char *text;

  if (self->words == NULL)
    return TRUE;
  text = pheno_specimen_get_folded (specimen);
  for (gsize i = 0; self->words[i] != NULL; i++)
    if (strstr (text, self->words[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* (transfer full): the words of @search, casefolded; an empty one is found everywhere. */
static GStrv
split_words (const char *search)
{
  g_autofree char *folded = g_utf8_casefold (search, -1);

  return g_strsplit_set (folded, " \t", -1);
}

gboolean
pheno_session_match (gpointer item, gpointer user_data)
{
  PhenoSession *self = user_data;
  PhenoSpecimen *specimen = item;
  GHashTableIter iter;
  gpointer column, values;

  g_hash_table_iter_init (&iter, self->shown);
  while (g_hash_table_iter_next (&iter, &column, &values))
    {
      const char *value = pheno_specimen_get_value (specimen, column);

      if (!g_hash_table_contains (values, value != NULL ? value : ""))
        return FALSE;
    }
  return has_words (self, specimen);
}

gboolean
pheno_session_is_visible (PhenoSession *self, PhenoSpecimen *specimen)
{
  return pheno_session_match (specimen, self);
}

static void
filter_changed (PhenoSession *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  pheno_session_emit (self, PHENO_SESSION_FILTER_CHANGED);
}

void
pheno_session_set_search (PhenoSession *self, const char *words)
{
  if (words != NULL && *words == '\0')
    words = NULL;
  if (g_strcmp0 (self->search, words) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (words);
  g_strfreev (self->words);
  self->words = words != NULL ? split_words (words) : NULL;
  filter_changed (self);
}

const char *
pheno_session_get_search (PhenoSession *self)
{
  return self->search;
}

void
pheno_session_set_value_shown (PhenoSession *self, const char *column, const char *value,
                               gboolean shown)
{
  GHashTable *values = g_hash_table_lookup (self->shown, column);

  if (pheno_session_get_value_shown (self, column, value) == shown)
    return;

  if (values == NULL)
    {
      values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->shown, g_strdup (column), values);
    }
  if (shown)
    g_hash_table_add (values, g_strdup (value));
  else
    g_hash_table_remove (values, value);
  if (g_hash_table_size (values) == 0)
    g_hash_table_remove (self->shown, column);
  filter_changed (self);
}

gboolean
pheno_session_get_value_shown (PhenoSession *self, const char *column, const char *value)
{
  GHashTable *values = g_hash_table_lookup (self->shown, column);

  return values != NULL && g_hash_table_contains (values, value);
}

void
pheno_session_set_values_shown (PhenoSession *self, const char *column,
                                const char *const *values)
{
  if (values == NULL || *values == NULL)
    {
      if (!g_hash_table_remove (self->shown, column))
        return;
    }
  else
    {
      GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (; *values != NULL; values++)
        g_hash_table_add (set, g_strdup (*values));
      g_hash_table_replace (self->shown, g_strdup (column), set);
    }
  filter_changed (self);
}

gboolean
pheno_session_lets_through (PhenoSession *self, const char *column, const char *value)
{
  return !g_hash_table_contains (self->shown, column)
         || pheno_session_get_value_shown (self, column, value);
}

char **
pheno_session_get_values_shown (PhenoSession *self, const char *column)
{
  GHashTable *set = g_hash_table_lookup (self->shown, column);
  GPtrArray *values = g_ptr_array_new ();

  if (set != NULL)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, set);
      while (g_hash_table_iter_next (&iter, &value, NULL))
        g_ptr_array_add (values, g_strdup (value));
    }
  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (values, FALSE);
}

guint
pheno_session_count_shown (PhenoSession *self, const char *column)
{
  GHashTable *values = g_hash_table_lookup (self->shown, column);

  return values != NULL ? g_hash_table_size (values) : 0;
}

gboolean
pheno_session_is_filtered (PhenoSession *self)
{
  return self->search != NULL || g_hash_table_size (self->shown) > 0;
}

void
pheno_session_forget_filter (PhenoSession *self)
{
  g_hash_table_remove_all (self->shown);
  g_clear_pointer (&self->search, g_free);
  g_clear_pointer (&self->words, g_strfreev);
}

void
pheno_session_clear_filter (PhenoSession *self)
{
  if (!pheno_session_is_filtered (self))
    return;

  pheno_session_forget_filter (self);
  filter_changed (self);
}
