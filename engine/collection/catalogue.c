/* catalogue.c - what was found in the headers before
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * An SQLite file with one row a file. It is read with one query at the beginning of a
 * scan and written in one transaction at its end, and only where something changed, so
 * that 100,000 unchanged files cost their stat and no more. It may be deleted at any
 * time.
 */
#include "engine/collection/scan.h"

#include <sqlite3.h>
#include <string.h>

/* "Phen": tells our file from any other SQLite file, which is never touched. */
#define APPLICATION_ID 0x5068656e

/* Counted up with the columns, and when a reader begins to understand more files. */
#define VERSION 2

/* How long another program may hold the file. */
#define BUSY_MS 5000

typedef struct
{
  guint64 bytes;
  gint64 modified_us;
  int width, height, bands;
  PhenoModality modality;
  PhenoSampleType type;
  double *wavelengths_nm;
  char *band_text;        /* names of bands and so on */
  char *problem;          /* %NULL: readable */
  char *species, *values; /* as they stand in the file, for people and other programs */
  gboolean seen, changed;
} Row;

struct _PhenoCatalogue
{
  char *path;
  sqlite3 *database;
  GHashTable *rows; /* path to Row */
};

static void
row_free (Row *row)
{
  g_free (row->wavelengths_nm);
  g_free (row->band_text);
  g_free (row->problem);
  g_free (row->species);
  g_free (row->values);
  g_free (row);
}

void
pheno_catalogue_free (PhenoCatalogue *catalogue)
{
  if (catalogue == NULL)
    return;

  sqlite3_close (catalogue->database);
  g_hash_table_unref (catalogue->rows);
  g_free (catalogue->path);
  g_free (catalogue);
}

static gboolean
fail (const PhenoCatalogue *self, GError **error)
{
  g_autofree char *name = pheno_display_name (self->path);
  int code = self->database != NULL ? sqlite3_errcode (self->database) : SQLITE_NOMEM;

  switch (code & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("There is no space left for the catalogue “%s”. Free some space."),
                   name);
      break;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("The catalogue “%s” cannot be written. Change its permissions, or keep the "
             "study elsewhere."),
          name);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("The catalogue “%s” is in use by another program. Wait for it to end."),
          name);
      break;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” is no catalogue, or damaged. Delete it, and it is made again."), name);
      break;
    default:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("The catalogue “%s” cannot be used (%s). Delete it, and it is made again."),
          name, sqlite3_errstr (code));
      break;
    }

  return FALSE;
}

static gboolean
run (const PhenoCatalogue *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->database, sql, NULL, NULL, NULL) == SQLITE_OK
         || fail (self, error);
}

static gboolean
ask_number (const PhenoCatalogue *self, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean done
      = sqlite3_prepare_v2 (self->database, sql, -1, &statement, NULL) == SQLITE_OK
        && sqlite3_step (statement) == SQLITE_ROW;

  if (done)
    *number = sqlite3_column_int64 (statement, 0);
  else
    fail (self, error);
  sqlite3_finalize (statement);

  return done;
}

static gboolean
make_tables (const PhenoCatalogue *self, GError **error)
{
  g_autofree char *marks = g_strdup_printf (
      "PRAGMA application_id = %d; PRAGMA user_version = %d;", APPLICATION_ID, VERSION);

  return run (self, marks, error) && run (self, "DROP TABLE IF EXISTS files;", error)
         && run (
             self,
             "CREATE TABLE files (path BLOB PRIMARY KEY, bytes INTEGER, modified_us "
             "INTEGER,"
             " width INTEGER, height INTEGER, bands INTEGER, modality TEXT, type TEXT,"
             " wavelengths_nm BLOB, problem TEXT, species TEXT, metadata TEXT,"
             " band_details TEXT)"
             " WITHOUT ROWID;",
             error);
}

/* An empty database becomes ours; another program's is refused; an older one of ours is
 * begun again. */
static gboolean
prepare_tables (const PhenoCatalogue *self, GError **error)
{
  gint64 application, version, tables;
  g_autofree char *name = NULL;

  if (!ask_number (self, "PRAGMA application_id;", &application, error)
      || !ask_number (self, "PRAGMA user_version;", &version, error)
      || !ask_number (self, "SELECT count(*) FROM sqlite_master;", &tables, error))
    return FALSE;
  if (application == APPLICATION_ID && version == VERSION)
    return TRUE;
  if (application == APPLICATION_ID || tables == 0)
    return make_tables (self, error);

  name = pheno_display_name (self->path);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” is a database of another program. Choose another name for the catalogue."),
      name);
  return FALSE;
}

static int
number_of (const char *name, const char *(*name_of) (int), int count)
{
  for (int i = 0; i < count; i++)
    if (g_strcmp0 (name, name_of (i)) == 0)
      return i;

  return -1;
}

static const char *
modality_name (int modality)
{
  return pheno_modality_name (modality);
}

static const char *
type_name (int type)
{
  return pheno_sample_type_name (type);
}

static char *
column_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

/* (nullable): the row that a statement stands on; %NULL when its values cannot be. */
static Row *
take_row (sqlite3_stmt *statement)
{
  Row *row = g_new0 (Row, 1);
  int modality
      = number_of ((const char *) sqlite3_column_text (statement, 6), modality_name, 3);
  int type = number_of ((const char *) sqlite3_column_text (statement, 7), type_name,
                        PHENO_SAMPLE_FLOAT64 + 1);
  gsize blob = sqlite3_column_bytes (statement, 8);

  row->bytes = sqlite3_column_int64 (statement, 1);
  row->modified_us = sqlite3_column_int64 (statement, 2);
  row->width = sqlite3_column_int (statement, 3);
  row->height = sqlite3_column_int (statement, 4);
  row->bands = sqlite3_column_int (statement, 5);
  row->modality = modality;
  row->type = type;
  if (blob > 0 && row->bands > 0 && blob == row->bands * sizeof (double))
    row->wavelengths_nm = g_memdup2 (sqlite3_column_blob (statement, 8), blob);
  row->problem = column_text (statement, 9);
  row->species = column_text (statement, 10);
  row->values = column_text (statement, 11);
  row->band_text = column_text (statement, 12);

  if (row->problem == NULL
      && (modality < 0 || type < 0 || row->width < 1 || row->height < 1
          || row->bands < 1))
    g_clear_pointer (&row, row_free);

  return row;
}

static gboolean
read_rows (PhenoCatalogue *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int step = SQLITE_ERROR;

  if (sqlite3_prepare_v2 (
          self->database,
          "SELECT path, bytes, modified_us, width, height, bands, modality, type,"
          " wavelengths_nm, problem, species, metadata, band_details FROM files;",
          -1, &statement, NULL)
      == SQLITE_OK)
    while ((step = sqlite3_step (statement)) == SQLITE_ROW)
      {
        Row *row = take_row (statement);

        if (row != NULL)
          g_hash_table_replace (self->rows,
                                g_strndup (sqlite3_column_blob (statement, 0),
                                           sqlite3_column_bytes (statement, 0)),
                                row);
      }
  if (step != SQLITE_DONE)
    fail (self, error);
  sqlite3_finalize (statement);

  return step == SQLITE_DONE;
}

PhenoCatalogue *
pheno_catalogue_open (const char *path, GError **error)
{
  g_autoptr (PhenoCatalogue) self = g_new0 (PhenoCatalogue, 1);

  self->path = g_strdup (path);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) row_free);
  if (sqlite3_open_v2 (path, &self->database,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
                       NULL)
      != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }

  sqlite3_busy_timeout (self->database, BUSY_MS);
  if (!prepare_tables (self, error) || !read_rows (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

gboolean
pheno_catalogue_find (const PhenoCatalogue *catalogue, PhenoRecord *record,
                      const char **problem)
{
  Row *row = g_hash_table_lookup (catalogue->rows, record->path);

  if (row == NULL || row->bytes != record->bytes
      || row->modified_us != record->modified_us)
    return FALSE;

  row->seen = TRUE;
  *problem = row->problem;
  record->width = row->width;
  record->height = row->height;
  record->bands = row->bands;
  record->modality = row->modality;
  record->type = row->type;
  if (row->wavelengths_nm != NULL)
    record->wavelengths_nm
        = g_memdup2 (row->wavelengths_nm, row->bands * sizeof (double));
  pheno_record_bands_from_text (record, row->band_text);

  return TRUE;
}

/* The row of @record, begun anew when there is none or the file changed. */
static Row *
get_row (PhenoCatalogue *self, const PhenoRecord *record)
{
  Row *row = g_hash_table_lookup (self->rows, record->path);

  if (row == NULL || row->bytes != record->bytes
      || row->modified_us != record->modified_us)
    {
      row = g_new0 (Row, 1);
      row->bytes = record->bytes;
      row->modified_us = record->modified_us;
      row->changed = TRUE;
      g_hash_table_replace (self->rows, g_strdup (record->path), row);
    }
  row->seen = TRUE;

  return row;
}

void
pheno_catalogue_add_broken (PhenoCatalogue *catalogue, const PhenoRecord *record,
                            const char *problem)
{
  Row *row = get_row (catalogue, record);

  g_free (row->problem);
  row->problem = g_strdup (problem);
  row->changed = TRUE;
}

/* Metadata as one line "column=value; ...": for people who look into the file. */
static char *
values_text (const PhenoCollection *collection, const PhenoRecord *record)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; record->values != NULL && i < collection->columns->len; i++)
    if (record->values[i] != NULL)
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "; " : "",
                              (const char *) collection->columns->pdata[i],
                              record->values[i]);

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
compare_record (PhenoCatalogue *self, const PhenoCollection *collection,
                const PhenoRecord *record)
{
  Row *row = get_row (self, record);
  g_autofree char *values = values_text (collection, record);

  if (row->changed)
    {
      row->width = record->width;
      row->height = record->height;
      row->bands = record->bands;
      row->modality = record->modality;
      row->type = record->type;
      row->wavelengths_nm
          = record->wavelengths_nm != NULL
                ? g_memdup2 (record->wavelengths_nm, record->bands * sizeof (double))
                : NULL;
      row->band_text = pheno_record_bands_to_text (record);
    }
  if (g_strcmp0 (row->species, record->species) != 0
      || g_strcmp0 (row->values, values) != 0)
    {
      row->changed = TRUE;
      g_free (row->species);
      g_free (row->values);
      row->species = g_strdup (record->species);
      row->values = g_steal_pointer (&values);
    }
}

/* Whether a path lies below one of the roots: files of other collections in the same
 * catalogue are left alone. */
static gboolean
is_below (const PhenoCollection *collection, const char *path)
{
  for (guint i = 0; i < collection->roots->len; i++)
    {
      const char *root = collection->roots->pdata[i];
      gsize length = strlen (root);

      if (strncmp (path, root, length) == 0 && (path[length] == '/' || length == 1))
        return TRUE;
    }

  return FALSE;
}

static gboolean
write_row (sqlite3_stmt *statement, const char *path, const Row *row)
{
  gboolean readable = row->problem == NULL;

  sqlite3_reset (statement);
  sqlite3_bind_blob (statement, 1, path, strlen (path), SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, row->bytes);
  sqlite3_bind_int64 (statement, 3, row->modified_us);
  sqlite3_bind_int (statement, 4, row->width);
  sqlite3_bind_int (statement, 5, row->height);
  sqlite3_bind_int (statement, 6, row->bands);
  sqlite3_bind_text (statement, 7, readable ? pheno_modality_name (row->modality) : NULL,
                     -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 8, readable ? pheno_sample_type_name (row->type) : NULL,
                     -1, SQLITE_STATIC);
  sqlite3_bind_blob (statement, 9, row->wavelengths_nm,
                     row->wavelengths_nm != NULL ? row->bands * sizeof (double) : 0,
                     SQLITE_STATIC);
  sqlite3_bind_text (statement, 10, row->problem, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 11, row->species, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 12, row->values, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 13, row->band_text, -1, SQLITE_STATIC);

  return sqlite3_step (statement) == SQLITE_DONE;
}

static gboolean
delete_row (sqlite3_stmt *statement, const char *path)
{
  sqlite3_reset (statement);
  sqlite3_bind_blob (statement, 1, path, strlen (path), SQLITE_STATIC);

  return sqlite3_step (statement) == SQLITE_DONE;
}

static gboolean
write_changes (PhenoCatalogue *self, const PhenoCollection *collection,
               sqlite3_stmt *replace, sqlite3_stmt *delete)
{
  GHashTableIter iter;
  gpointer path, value;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &path, &value))
    {
      const Row *row = value;

      if (row->changed && !write_row (replace, path, row))
        return FALSE;
      if (!row->seen && is_below (collection, path) && !delete_row (delete, path))
        return FALSE;
    }

  return TRUE;
}

gboolean
pheno_catalogue_update (PhenoCatalogue *catalogue, const PhenoCollection *collection,
                        GError **error)
{
  sqlite3_stmt *replace = NULL, *delete = NULL;
  gboolean done;

  for (guint i = 0; i < collection->records->len; i++)
    compare_record (catalogue, collection, collection->records->pdata[i]);

  done = run (catalogue, "BEGIN IMMEDIATE;", error);
  if (!done)
    return FALSE;

  done = sqlite3_prepare_v2 (
             catalogue->database,
             "REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);", -1,
             &replace, NULL)
             == SQLITE_OK
         && sqlite3_prepare_v2 (catalogue->database, "DELETE FROM files WHERE path = ?;",
                                -1, &delete, NULL)
                == SQLITE_OK
         && write_changes (catalogue, collection, replace, delete);
  if (!done)
    fail (catalogue, error);
  sqlite3_finalize (replace);
  sqlite3_finalize (delete);

  if (done)
    return run (catalogue, "COMMIT;", error);
  sqlite3_exec (catalogue->database, "ROLLBACK;", NULL, NULL, NULL);

  return FALSE;
}
