/* collection.c - the records of a collection, and what others ask of them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/scan.h"

#include <string.h>

/* Values may be %NULL, so their number has to be known to free them. */
typedef struct
{
  PhenoRecord record; /* first: this is what others see */
  guint n_values;
} CountedRecord;

PhenoRecord *
pheno_record_new (void)
{
  CountedRecord *self = g_new0 (CountedRecord, 1);

  return &self->record;
}

void
pheno_record_free (PhenoRecord *record)
{
  CountedRecord *self = (CountedRecord *) record;

  if (record == NULL)
    return;

  for (guint i = 0; i < self->n_values; i++)
    g_free (record->values[i]);
  g_free (record->values);
  g_free (record->path);
  g_free (record->file);
  g_free (record->wavelengths_nm);
  g_free (record->widths_nm);
  g_strfreev (record->band_names);
  g_free (record->bad_bands);
  g_free (record->dataset);
  g_clear_pointer (&record->samples, pheno_spectrum_free);
  g_free (record->species);
  g_free (self);
}

void
pheno_record_reserve_values (PhenoRecord *record, guint n_columns)
{
  CountedRecord *self = (CountedRecord *) record;

  if (n_columns <= self->n_values)
    return;

  record->values = g_renew (char *, record->values, n_columns);
  while (self->n_values < n_columns)
    record->values[self->n_values++] = NULL;
}

void
pheno_record_set_value (PhenoRecord *record, guint n_columns, guint column,
                        const char *value)
{
  g_return_if_fail (column < n_columns);

  pheno_record_reserve_values (record, n_columns);
  g_free (record->values[column]);
  record->values[column] = g_strdup (value);
}

PhenoProblem *
pheno_problem_new (const char *file, const char *reason)
{
  PhenoProblem *problem = g_new (PhenoProblem, 1);

  problem->file = g_strdup (file);
  problem->reason = g_strdup (reason);

  return problem;
}

void
pheno_problem_free (PhenoProblem *problem)
{
  if (problem == NULL)
    return;

  g_free (problem->file);
  g_free (problem->reason);
  g_free (problem);
}

PhenoCollection *
pheno_collection_new (void)
{
  PhenoCollection *collection = g_new0 (PhenoCollection, 1);

  collection->roots = g_ptr_array_new_with_free_func (g_free);
  collection->columns = g_ptr_array_new_with_free_func (g_free);
  collection->records
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_record_free);
  collection->problems
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  collection->unmatched_rows = g_ptr_array_new_with_free_func (g_free);
  collection->unmatched_files = g_ptr_array_new_with_free_func (g_free);

  return collection;
}

void
pheno_collection_free (PhenoCollection *collection)
{
  if (collection == NULL)
    return;

  g_ptr_array_unref (collection->records);
  g_ptr_array_unref (collection->roots);
  g_ptr_array_unref (collection->columns);
  g_ptr_array_unref (collection->problems);
  g_ptr_array_unref (collection->unmatched_rows);
  g_ptr_array_unref (collection->unmatched_files);
  g_free (collection);
}

void
pheno_collection_add_problem (PhenoCollection *collection, const char *file,
                              const char *reason)
{
  g_ptr_array_add (collection->problems, pheno_problem_new (file, reason));
}

const char *const *
pheno_individual_columns (void)
{
  static const char *const names[]
      = { "specimen", "specimen_id",    "specimen_number",  "individual", "individual_id",
          "animal",   "catalog_number", "catalogue_number", NULL };

  return names;
}

int
pheno_collection_find_column (const PhenoCollection *collection, const char *name)
{
  g_return_val_if_fail (collection != NULL && name != NULL, -1);

  for (guint i = 0; i < collection->columns->len; i++)
    if (g_strcmp0 (collection->columns->pdata[i], name) == 0)
      return i;

  return -1;
}

guint
pheno_collection_add_column (PhenoCollection *collection, const char *name)
{
  int column = pheno_collection_find_column (collection, name);

  if (column >= 0)
    return column;

  g_ptr_array_add (collection->columns, g_strdup (name));
  return collection->columns->len - 1;
}

const char *
pheno_record_value (const PhenoCollection *collection, const PhenoRecord *record,
                    const char *name)
{
  int column;

  g_return_val_if_fail (collection != NULL && record != NULL && name != NULL, NULL);

  if (g_strcmp0 (name, "species") == 0)
    return record->species;

  column = pheno_collection_find_column (collection, name);

  return column >= 0 && record->values != NULL ? record->values[column] : NULL;
}

guint
pheno_collection_exclude (PhenoCollection *collection, const char *const *files)
{
  g_autoptr (GHashTable) found = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_missing = 0;

  if (files == NULL || *files == NULL)
    return 0;

  for (const char *const *file = files; *file != NULL; file++)
    g_hash_table_insert (found, (gpointer) *file, GINT_TO_POINTER (FALSE));
  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];
      const char *names[] = { record->file, record->path };

      for (guint k = 0; k < G_N_ELEMENTS (names); k++)
        if (g_hash_table_contains (found, names[k]))
          {
            record->excluded = TRUE;
            g_hash_table_replace (found, (gpointer) names[k], GINT_TO_POINTER (TRUE));
          }
    }

  for (const char *const *file = files; *file != NULL; file++)
    n_missing += g_hash_table_lookup (found, *file) == NULL;
  return n_missing;
}

GPtrArray *
pheno_collection_usable (const PhenoCollection *collection, PhenoModality modality)
{
  GPtrArray *usable;

  g_return_val_if_fail (collection != NULL, NULL);

  usable = g_ptr_array_new ();
  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];

      if (!record->excluded && record->modality == modality)
        g_ptr_array_add (usable, record);
    }

  return usable;
}

char *
pheno_collection_digest (const PhenoCollection *collection)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_return_val_if_fail (collection != NULL, NULL);

  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];
      g_autofree char *sizes = NULL;

      if (record->excluded)
        continue;

      /* The name with its 0, so that "a" + "bc" is not "ab" + "c". */
      sizes = g_strdup_printf ("%u %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                               record->root, record->bytes, record->modified_us);
      g_checksum_update (checksum, (const guchar *) record->file,
                         strlen (record->file) + 1);
      g_checksum_update (checksum, (const guchar *) sizes, -1);
    }

  return g_strdup (g_checksum_get_string (checksum));
}
