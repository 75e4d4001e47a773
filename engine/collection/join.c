/* join.c - which row of the metadata belongs to which file
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The column that names the files is found by its content, whatever it is called. A name
 * fits a file, in this order:
 *
 *     1  the whole path, from the table's folder or from the root     images/a/IMG_1.png
 *     2  the file's name                                              IMG_1.png
 *     3  the name without extension                                   IMG_1
 *
 * A name that fits several files at the first step that fits any is said, and joined to
 * none. Names are compared as composed Unicode: a Mac writes ü as two signs where others
 * write one.
 */
#include "engine/collection/scan.h"

#include <string.h>

typedef enum
{
  BY_PATH,
  BY_NAME,
  BY_STEM,
  N_STEPS
} Step;

typedef struct
{
  PhenoCollection *collection;
  const PhenoTable *table;
  const char *path;          /* of the table */
  GHashTable *keys[N_STEPS]; /* to PhenoRecord, or to &several */
  GHashTable *rows;          /* PhenoRecord to row number + 1 */
} Join;

static char several;

/* (transfer full): what is compared. */
static char *
make_key (const char *name)
{
  g_autofree char *text = NULL;
  char *key;

  if (g_str_is_ascii (name))
    return g_strdelimit (g_strdup (name), "\\", '/');
  if (g_utf8_validate (name, -1, NULL))
    text = g_strdup (name);
  else
    text = g_convert_with_fallback (name, -1, "UTF-8", "WINDOWS-1252", "?", NULL, NULL,
                                    NULL);
  if (text == NULL)
    text = g_utf8_make_valid (name, -1);

  for (char *c = text; *c != '\0'; c++)
    if (*c == '\\')
      *c = '/';
  key = g_utf8_normalize (text, -1, G_NORMALIZE_DEFAULT_COMPOSE);

  return key != NULL ? key : g_steal_pointer (&text);
}

static const char *
base_of (const char *key)
{
  const char *slash = strrchr (key, '/');

  return slash != NULL ? slash + 1 : key;
}

/* (transfer full): without extension, when it is one of an image. */
static char *
stem_of (const char *base)
{
  const char *dot = strrchr (base, '.');

  return dot != NULL && dot != base && pheno_reader_knows (base)
             ? g_strndup (base, dot - base)
             : g_strdup (base);
}

static void
add_key (Join *join, Step step, char *key, PhenoRecord *record)
{
  gpointer known = g_hash_table_lookup (join->keys[step], key);

  if (known == NULL || known == record)
    g_hash_table_replace (join->keys[step], key, record);
  else
    g_hash_table_replace (join->keys[step], key, &several);
}

static void
add_file (Join *join, PhenoRecord *record)
{
  g_autofree char *key = make_key (record->file);

  add_key (join, BY_PATH, g_strdup (key), record);
  add_key (join, BY_PATH, make_key (record->path), record);
  add_key (join, BY_NAME, g_strdup (base_of (key)), record);
  add_key (join, BY_STEM, stem_of (base_of (key)), record);
}

/* (nullable): the record, or &several. */
static gpointer
find_file (Join *join, const char *value)
{
  g_autofree char *folder = g_path_get_dirname (join->path);
  g_autofree char *key = NULL, *whole = NULL, *whole_key = NULL, *stem = NULL;
  gpointer found;

  if (*value == '\0')
    return NULL;

  key = make_key (value);
  if (g_str_has_prefix (key, "./"))
    memmove (key, key + 2, strlen (key) - 1);
  whole = g_canonicalize_filename (key, folder);
  whole_key = make_key (whole);
  stem = stem_of (base_of (key));

  if ((found = g_hash_table_lookup (join->keys[BY_PATH], whole_key)) != NULL)
    return found;
  if ((found = g_hash_table_lookup (join->keys[BY_PATH], key)) != NULL)
    return found;
  if ((found = g_hash_table_lookup (join->keys[BY_NAME], base_of (key))) != NULL)
    return found;

  return g_hash_table_lookup (join->keys[BY_STEM], stem);
}

/* The column with most values that fit a file; -1 when none has any. */
static int
find_name_column (Join *join)
{
  int best = -1;
  guint most = 0;

  for (guint column = 0; column < join->table->columns->len; column++)
    {
      guint n = join->table->rows->len, fit = 0;

      /* As long as it can still have more than the best one. */
      for (guint i = 0; i < n && fit + (n - i) > most; i++)
        fit += find_file (join, ((char **) join->table->rows->pdata[i])[column]) != NULL;
      if (fit > most)
        {
          most = fit;
          best = column;
        }
    }

  return best;
}

/* The column that sounds like file names, for the list of rows when nothing fits. */
static guint
guess_name_column (const PhenoTable *table)
{
  static const char *const names[]
      = { "filename", "file", "file_name", "image", "path", "name" };

  for (gsize k = 0; k < G_N_ELEMENTS (names); k++)
    for (guint i = 0; i < table->columns->len; i++)
      if (g_ascii_strcasecmp (table->columns->pdata[i], names[k]) == 0)
        return i;

  return 0;
}

static void
add_problem (Join *join, const char *sentence, const char *value)
{
  g_autofree char *base = g_path_get_basename (join->path);
  g_autofree char *shown = pheno_display_name (value);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* each has one %s */
  g_autofree char *reason = g_strdup_printf (sentence, shown);
#pragma GCC diagnostic pop

  pheno_collection_add_problem (join->collection, base, reason);
}

/* NA is what R writes where there is no value. */
static gboolean
has_value (const char *value)
{
  return *value != '\0' && strcmp (value, "NA") != 0;
}

static void
take_values (Join *join, PhenoRecord *record, char **row, const int *columns, int species)
{
  guint n_columns = join->collection->columns->len;

  for (guint i = 0; i < join->table->columns->len; i++)
    {
      if (columns[i] < 0 || !has_value (row[i]))
        continue;
      if ((int) i == species)
        {
          g_free (record->species);
          record->species = g_strdup (row[i]);
        }
      pheno_record_set_value (record, n_columns, columns[i], row[i]);
    }
}

static void
join_row (Join *join, guint number, guint name_column, const int *columns, int species)
{
  char **row = join->table->rows->pdata[number];
  gpointer found = find_file (join, row[name_column]);

  if (found == NULL || found == &several)
    g_ptr_array_add (join->collection->unmatched_rows, g_strdup (row[name_column]));
  if (found == &several)
    add_problem (
        join,
        _ ("The row “%s” fits several files and is joined to none. Write the path from "
           "the folder of the collection."),
        row[name_column]);
  if (found == NULL || found == &several)
    return;

  if (g_hash_table_contains (join->rows, found))
    {
      add_problem (
          join,
          _ ("The row “%s” is for a file that another row is for already, and is passed "
             "over. Leave one of them."),
          row[name_column]);
      return;
    }
  g_hash_table_insert (join->rows, found, GUINT_TO_POINTER (number + 1));
  take_values (join, found, row, columns, species);
}

/* (transfer full) (array length=table.columns): the collection's columns; -1 leaves out.
 */
static int *
map_columns (Join *join, guint name_column, int species, guint n_ruled)
{
  const PhenoTable *table = join->table;
  int *columns = g_new (int, table->columns->len);

  for (guint i = 0; i < table->columns->len; i++)
    {
      const char *name = (int) i == species ? "species" : table->columns->pdata[i];
      int known = pheno_collection_find_column (join->collection, name);

      if (i == name_column || (known >= 0 && known < (int) n_ruled))
        columns[i] = -1;
      else
        columns[i] = pheno_collection_add_column (join->collection, name);
    }

  return columns;
}

static void
join_rows (Join *join, guint n_ruled)
{
  int species = pheno_table_find_species (join->table);
  int name_column = find_name_column (join);
  g_autofree int *columns = NULL;

  if (name_column < 0)
    {
      guint guess = guess_name_column (join->table);

      for (guint i = 0; i < join->table->rows->len; i++)
        g_ptr_array_add (join->collection->unmatched_rows,
                         g_strdup (((char **) join->table->rows->pdata[i])[guess]));
      add_problem (
          join,
          _ ("No column of the table names any of the files; “%s” comes nearest. Write a "
             "column with the file names."),
          join->table->columns->pdata[guess]);
      return;
    }

  columns = map_columns (join, name_column, species, n_ruled);
  for (guint i = 0; i < join->table->rows->len; i++)
    join_row (join, i, name_column, columns, species);
}

void
pheno_table_join (const PhenoTable *table, const char *path, int root, guint n_ruled,
                  PhenoCollection *collection)
{
  g_autoptr (GHashTable) rows = g_hash_table_new (NULL, NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  Join join = { collection, table, absolute, { NULL }, rows };
  GPtrArray *records = collection->records;

  for (guint step = 0; step < N_STEPS; step++)
    join.keys[step] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < records->len; i++)
    if (root < 0 || ((PhenoRecord *) records->pdata[i])->root == (guint) root)
      add_file (&join, records->pdata[i]);

  for (guint i = 0; i < table->notes->len; i++)
    {
      g_autofree char *base = g_path_get_basename (path);

      pheno_collection_add_problem (collection, base, table->notes->pdata[i]);
    }
  join_rows (&join, n_ruled);

  for (guint i = 0; i < records->len; i++)
    {
      PhenoRecord *record = records->pdata[i];

      if ((root < 0 || record->root == (guint) root)
          && !g_hash_table_contains (rows, record))
        g_ptr_array_add (collection->unmatched_files, g_strdup (record->file));
    }
  for (guint step = 0; step < N_STEPS; step++)
    g_hash_table_unref (join.keys[step]);
}
