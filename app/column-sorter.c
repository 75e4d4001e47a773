/* column-sorter.c - the order of specimens by one column
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a value is compared by is made once and kept: a list of ten thousand is compared a
 * hundred and fifty thousand times.
 */
#include "app/column-sorter.h"

#include <string.h>

typedef enum
{
  NUMBER,
  WORDS,
  NOTHING
} Kind;

typedef struct
{
  Kind kind;
  double number;
  char *words;
} Key;

typedef struct
{
  char *column;
  GHashTable *keys; /* PhenoSpecimen to Key */
} Keys;

static void
key_free (gpointer data)
{
  Key *self = data;

  g_free (self->words);
  g_free (self);
}

static void
keys_free (gpointer data)
{
  Keys *self = data;

  g_hash_table_unref (self->keys);
  g_free (self->column);
  g_free (self);
}

static Key *
number_key (double number)
{
  Key *key = g_new0 (Key, 1);

  key->kind = NUMBER;
  key->number = number;
  return key;
}

static Key *
value_key (const char *value)
{
  Key *key;
  char *end;
  double number;

  if (value == NULL || *value == '\0')
    {
      key = g_new0 (Key, 1);
      key->kind = NOTHING;
      return key;
    }

  number = g_ascii_strtod (value, &end);
  if (*end == '\0' && isfinite (number))
    return number_key (number);

  key = g_new0 (Key, 1);
  key->kind = WORDS;
  key->words = g_utf8_collate_key_for_filename (value, -1);
  return key;
}

static Key *
make_key (const char *column, PhenoSpecimen *specimen)
{
  int width, height, bands;

  pheno_specimen_get_size (specimen, &width, &height, &bands);
  if (g_str_equal (column, "size"))
    return number_key ((double) width * height);
  if (g_str_equal (column, "bands"))
    return number_key (bands);
  if (g_str_equal (column, "excluded"))
    return number_key (!pheno_specimen_get_excluded (specimen));
  return value_key (pheno_specimen_get_value (specimen, column));
}

static const Key *
key_of (Keys *self, PhenoSpecimen *specimen)
{
  Key *key = g_hash_table_lookup (self->keys, specimen);

  if (key == NULL)
    {
      key = make_key (self->column, specimen);
      g_hash_table_insert (self->keys, g_object_ref (specimen), key);
    }
  return key;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Key *first = key_of (user_data, (PhenoSpecimen *) a);
  const Key *second = key_of (user_data, (PhenoSpecimen *) b);

  if (first->kind != second->kind)
    return first->kind < second->kind ? -1 : 1;
  if (first->kind == WORDS)
    return strcmp (first->words, second->words);
  return (first->number > second->number) - (first->number < second->number);
}

GtkSorter *
pheno_column_sorter_new (const char *column)
{
  Keys *keys = g_new0 (Keys, 1);
  GtkSorter *sorter;

  keys->column = g_strdup (column);
  keys->keys = g_hash_table_new_full (NULL, NULL, g_object_unref, key_free);
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare, keys, keys_free));
  g_object_set_data (G_OBJECT (sorter), "keys", keys);
  return sorter;
}

void
pheno_column_sorter_forget (GtkSorter *sorter)
{
  Keys *keys = g_object_get_data (G_OBJECT (sorter), "keys");

  /* One that has not sorted yet is not disturbed. */
  if (g_hash_table_size (keys->keys) == 0)
    return;
  g_hash_table_remove_all (keys->keys);
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
}
