/* scan.c - from folders to a collection
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/scan.h"

#include <string.h>

typedef struct
{
  PhenoRecord *record;
  GError *error; /* why its header cannot be read */
} Pending;

static void
pending_clear (Pending *pending)
{
  g_clear_error (&pending->error);
}

static void
read_header_cb (gsize index, gpointer user_data)
{
  Pending *pending = &g_array_index ((GArray *) user_data, Pending, index);
  PhenoRecord *record = pending->record;
  g_auto (PhenoImageHeader) header = { 0 };

  if (!pheno_reader_read_header (record->path, &header, &pending->error))
    return;

  pheno_record_take_header (record, &header);
}

/* A broken file leaves the records for the problems. What a file holds is remembered;
 * that it could not be opened may be otherwise the next time. */
static void
set_broken (PhenoCollection *collection, PhenoRecord *record, const char *reason)
{
  pheno_collection_add_problem (collection, record->file, reason);
  record->width = 0;
}

static void
remove_broken (PhenoCollection *collection)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&collection->records);

  g_ptr_array_set_free_func (all, NULL);
  collection->records
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_record_free);
  for (guint i = 0; i < all->len; i++)
    {
      PhenoRecord *record = all->pdata[i];

      if (record->width > 0)
        g_ptr_array_add (collection->records, record);
      else
        pheno_record_free (record);
    }
}

static gboolean
read_headers (PhenoCollection *collection, PhenoCatalogue *catalogue, int threads,
              PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GArray) pending = g_array_new (FALSE, TRUE, sizeof (Pending));
  gboolean done;

  g_array_set_clear_func (pending, (GDestroyNotify) pending_clear);
  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];
      Pending item = { record, NULL };
      const char *problem = NULL;

      if (catalogue == NULL || !pheno_catalogue_find (catalogue, record, &problem))
        g_array_append_val (pending, item);
      else if (problem != NULL)
        set_broken (collection, record, problem);
    }

  done = pheno_for_each_index (pending->len, threads, read_header_cb, pending, "scan",
                               progress, user_data, cancellable, error);
  if (!done)
    return FALSE;

  for (guint i = 0; i < pending->len; i++)
    {
      Pending *item = &g_array_index (pending, Pending, i);

      if (item->error == NULL)
        continue;
      if (catalogue != NULL
          && g_error_matches (item->error, PHENO_ERROR, PHENO_ERROR_FORMAT))
        pheno_catalogue_add_broken (catalogue, item->record, item->error->message);
      set_broken (collection, item->record, item->error->message);
    }
  remove_broken (collection);

  return TRUE;
}

/* (transfer full) (nullable): the table that belongs to a root. */
static char *
find_table (const char *root)
{
  static const char *const names[] = { "metadata.csv", "metadata.tsv", "metadata.txt" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (root, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

typedef struct
{
  char *path;
  PhenoTable *table;
  int root; /* -1: of all */
} RootTable;

static void
root_table_clear (RootTable *item)
{
  g_free (item->path);
  pheno_table_free (item->table);
}

/* A table that was asked for has to be readable; one that is just there may be a problem.
 */
static gboolean
read_tables (const PhenoScanOptions *options, PhenoCollection *collection, GArray *tables,
             GError **error)
{
  g_autoptr (GHashTable) seen
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (options->metadata != NULL)
    {
      RootTable item = { g_strdup (options->metadata), NULL, -1 };

      if ((item.table = pheno_table_read (item.path, error)) == NULL)
        {
          root_table_clear (&item);
          return FALSE;
        }
      g_array_append_val (tables, item);
      return TRUE;
    }

  for (guint i = 0; i < collection->roots->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      RootTable item = { find_table (collection->roots->pdata[i]), NULL, (int) i };

      if (item.path == NULL)
        continue;
      if ((item.table = pheno_table_read (item.path, &local_error)) != NULL)
        {
          g_array_append_val (tables, item);
          continue;
        }
      g_autofree char *base = g_path_get_basename (item.path);
      pheno_collection_add_problem (collection, base, local_error->message);
      root_table_clear (&item);
    }

  return TRUE;
}

static gboolean
any_has_species (const GArray *tables)
{
  for (guint i = 0; i < tables->len; i++)
    if (pheno_table_find_species (g_array_index (tables, RootTable, i).table) >= 0)
      return TRUE;

  return FALSE;
}

/* "auto" becomes what it stands for; NULL with @error when "metadata" cannot be. */
static const char *
choose_rule (const char *rule, const GArray *tables, GError **error)
{
  gboolean from_table = any_has_species (tables);

  if (rule == NULL || *rule == '\0' || strcmp (rule, "auto") == 0)
    return from_table ? "metadata" : "folder";
  if (strcmp (rule, "metadata") != 0 || from_table)
    return rule;

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      tables->len > 0
          ? _ (
              "The species are to come from the metadata, which has no column “species”. "
              "Add one, or set the species rule to “folder”.")
          : _ ("The species are to come from the metadata, but there is no metadata.csv. "
               "Write one, or set the species rule to “folder”."));
  return NULL;
}

static gboolean
apply_rule (const char *text, PhenoCollection *collection, GError **error)
{
  static const char *const known[] = { "auto", "folder", "metadata", NULL };
  g_autoptr (PhenoSpeciesRule) rule = NULL;
  const char *nearest;

  if (strcmp (text, "metadata") == 0)
    return TRUE; /* the join will bring them */
  if (strcmp (text, "folder") == 0)
    {
      pheno_species_by_folder (collection);
      return TRUE;
    }
  if (strchr (text, '{') == NULL && (nearest = pheno_nearest_word (text, known)) != NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("There is no species rule “%s”. Did you mean “%s”?"), text,
                   nearest);
      return FALSE;
    }
  if ((rule = pheno_species_rule_new (text, error)) == NULL)
    return FALSE;

  pheno_species_rule_apply (rule, collection);

  return TRUE;
}

static gboolean
label (const PhenoScanOptions *options, PhenoCollection *collection, GError **error)
{
  g_autoptr (GArray) tables = g_array_new (FALSE, TRUE, sizeof (RootTable));
  const char *rule;
  guint n_ruled;

  g_array_set_clear_func (tables, (GDestroyNotify) root_table_clear);
  if (!read_tables (options, collection, tables, error)
      || (rule = choose_rule (options->species, tables, error)) == NULL
      || !apply_rule (rule, collection, error))
    return FALSE;

  n_ruled = collection->columns->len;
  for (guint i = 0; i < tables->len; i++)
    {
      const RootTable *item = &g_array_index (tables, RootTable, i);

      pheno_table_join (item->table, item->path, item->root, n_ruled, collection);
    }
  for (guint i = 0; i < collection->records->len; i++)
    pheno_record_reserve_values (collection->records->pdata[i], collection->columns->len);

  return TRUE;
}

static int
compare_problems (gconstpointer a, gconstpointer b)
{
  const PhenoProblem *first = *(PhenoProblem *const *) a,
                     *second = *(PhenoProblem *const *) b;
  int order = strcmp (first->file, second->file);

  return order != 0 ? order : strcmp (first->reason, second->reason);
}

/* A scan without its catalogue is only slower, so it goes on and says so. */
static void
add_catalogue_problem (PhenoCollection *collection, const char *path, const GError *error)
{
  g_autofree char *base = g_path_get_basename (path);

  pheno_collection_add_problem (collection, base, error->message);
}

PhenoCollection *
pheno_collection_scan (const char *const *roots, const PhenoScanOptions *options,
                       PhenoProgressFunc progress, gpointer user_data,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoCollection) collection = pheno_collection_new ();
  g_autoptr (PhenoCatalogue) catalogue = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (roots != NULL && options != NULL, NULL);

  if (!pheno_walk (roots, collection, cancellable, error))
    return NULL;
  if (options->catalogue != NULL)
    {
      catalogue = pheno_catalogue_open (options->catalogue, &local_error);
      if (catalogue == NULL)
        add_catalogue_problem (collection, options->catalogue, local_error);
    }
  if (!read_headers (collection, catalogue, options->threads, progress, user_data,
                     cancellable, error)
      || !label (options, collection, error))
    return NULL;
  if (catalogue != NULL && !pheno_catalogue_update (catalogue, collection, &local_error))
    add_catalogue_problem (collection, options->catalogue, local_error);

  g_ptr_array_sort (collection->problems, compare_problems);

  return g_steal_pointer (&collection);
}
