/* study.c - study.ini, and what stands beside it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/study/study.h"
#include "engine/study/study-path.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *const group_names[] = { "study", "collection", "excluded", NULL };

/* The keys of each group, in the same order. */
static const char *const group_keys[][8] = {
  { "version", NULL },
  { "roots", "species", "metadata", "bands", "radiometry", "mask", NULL },
  { "files", NULL },
};

/* Counted up when an older program could no longer understand the file. */
#define VERSION 1

static PhenoStudy *
study_new (const char *path)
{
  PhenoStudy *study = g_new0 (PhenoStudy, 1);

  study->path = g_canonicalize_filename (path, NULL);
  study->roots = g_ptr_array_new_with_free_func (g_free);
  study->species = g_strdup ("auto");
  study->bands = g_strdup ("all");
  study->radiometry = g_strdup ("auto");
  study->mask = g_strdup ("auto");
  study->excluded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return study;
}

void
pheno_study_free (PhenoStudy *study)
{
  if (study == NULL)
    return;

  g_free (study->path);
  g_ptr_array_unref (study->roots);
  g_free (study->species);
  g_free (study->metadata);
  g_free (study->bands);
  g_free (study->radiometry);
  g_free (study->mask);
  g_hash_table_unref (study->excluded);
  g_free (study);
}

static void
set_text (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

PhenoStudy *
pheno_study_copy (const PhenoStudy *study)
{
  PhenoStudy *copy = study_new (study->path);
  GHashTableIter iter;
  gpointer file;

  for (guint i = 0; i < study->roots->len; i++)
    g_ptr_array_add (copy->roots, g_strdup (study->roots->pdata[i]));
  g_hash_table_iter_init (&iter, study->excluded);
  while (g_hash_table_iter_next (&iter, &file, NULL))
    g_hash_table_add (copy->excluded, g_strdup (file));
  set_text (&copy->species, study->species);
  set_text (&copy->metadata, study->metadata);
  set_text (&copy->bands, study->bands);
  set_text (&copy->radiometry, study->radiometry);
  set_text (&copy->mask, study->mask);

  return copy;
}

static char *
ini_path (const char *study)
{
  return g_build_filename (study, "study.ini", NULL);
}

gboolean
pheno_study_is_one (const char *path)
{
  g_autofree char *ini = ini_path (path);

  return g_file_test (ini, G_FILE_TEST_IS_REGULAR);
}

/* “phenoscape-cli train -o a.study/runs/first” makes these before there is a study. */
static gboolean
holds_nothing_else (const char *path)
{
  static const char *const own[] = { "runs", "cache", "catalogue.db", NULL };
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  const char *name;

  if (entries == NULL)
    return FALSE;
  while ((name = g_dir_read_name (entries)) != NULL)
    if (!g_strv_contains (own, name))
      return FALSE;
  return TRUE;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;

  pheno_set_file_error (error, path, errno);
  return FALSE;
}

PhenoStudy *
pheno_study_create (const char *path, GError **error)
{
  g_autoptr (PhenoStudy) study = NULL;
  g_autofree char *runs = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !holds_nothing_else (path))
    {
      pheno_set_file_error (error, path, EEXIST);
      return NULL;
    }

  study = study_new (path);
  runs = g_build_filename (study->path, "runs", NULL);
  if (!make_folder (runs, error) || !pheno_study_save (study, error))
    return NULL;

  return g_steal_pointer (&study);
}

static void
set_paths (GKeyFile *ini, const char *group, const char *key, const PhenoStudy *study,
           GPtrArray *paths)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (texts, pheno_study_path_to_text (study->path, paths->pdata[i]));
  g_key_file_set_string_list (ini, group, key, (const char *const *) texts->pdata,
                              texts->len);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

gboolean
pheno_study_save (const PhenoStudy *study, GError **error)
{
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autoptr (GPtrArray) excluded = g_ptr_array_new ();
  g_autofree char *path = NULL, *text = NULL;
  GHashTableIter iter;
  gpointer file;
  gsize length;

  g_return_val_if_fail (study != NULL, FALSE);

  g_key_file_set_integer (ini, "study", "version", VERSION);
  set_paths (ini, "collection", "roots", study, study->roots);
  g_key_file_set_string (ini, "collection", "species", study->species);
  if (study->metadata != NULL)
    {
      g_autofree char *metadata = pheno_study_path_to_text (study->path, study->metadata);

      g_key_file_set_string (ini, "collection", "metadata", metadata);
    }
  g_key_file_set_string (ini, "collection", "bands", study->bands);
  g_key_file_set_string (ini, "collection", "radiometry", study->radiometry);
  g_key_file_set_string (ini, "collection", "mask", study->mask);

  g_hash_table_iter_init (&iter, study->excluded);
  while (g_hash_table_iter_next (&iter, &file, NULL))
    g_ptr_array_add (excluded, file);
  g_ptr_array_sort (excluded, compare_paths);
  set_paths (ini, "excluded", "files", study, excluded);

  path = ini_path (study->path);
  text = g_key_file_to_data (ini, &length, NULL);

  return pheno_write_file (path, text, length, error);
}

static gboolean
fail_word (const char *path, const char *word, const char *const *known, GError **error)
{
  g_autofree char *name = pheno_display_name (path);
  g_autofree char *shown = pheno_display_name (word);
  const char *nearest = pheno_nearest_word (word, known);

  if (nearest != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” has “%s”, which is not known. Did you mean “%s”?"), name, shown,
                 nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” has “%s”, which is not known. Remove it."), name, shown);
  return FALSE;
}

static int
index_of (const char *word, const char *const *known)
{
  for (int i = 0; known[i] != NULL; i++)
    if (strcmp (word, known[i]) == 0)
      return i;

  return -1;
}

static gboolean
check_words (GKeyFile *ini, const char *path, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (ini, NULL);

  for (gsize i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (ini, groups[i], NULL, NULL);
      int group = index_of (groups[i], group_names);

      if (group < 0)
        return fail_word (path, groups[i], group_names, error);
      for (gsize k = 0; keys != NULL && keys[k] != NULL; k++)
        if (index_of (keys[k], group_keys[group]) < 0)
          return fail_word (path, keys[k], group_keys[group], error);
    }

  return TRUE;
}

static void
take_text (GKeyFile *ini, const char *key, char **value)
{
  char *text = g_key_file_get_string (ini, "collection", key, NULL);

  if (text == NULL || *text == '\0')
    {
      g_free (text);
      return;
    }
  g_free (*value);
  *value = text;
}

static void
take_values (GKeyFile *ini, PhenoStudy *study)
{
  g_auto (GStrv) roots
      = g_key_file_get_string_list (ini, "collection", "roots", NULL, NULL);
  g_auto (GStrv) excluded
      = g_key_file_get_string_list (ini, "excluded", "files", NULL, NULL);

  for (gsize i = 0; roots != NULL && roots[i] != NULL; i++)
    g_ptr_array_add (study->roots, pheno_study_path_from_text (study->path, roots[i]));
  for (gsize i = 0; excluded != NULL && excluded[i] != NULL; i++)
    g_hash_table_add (study->excluded,
                      pheno_study_path_from_text (study->path, excluded[i]));
  take_text (ini, "species", &study->species);
  take_text (ini, "bands", &study->bands);
  take_text (ini, "radiometry", &study->radiometry);
  take_text (ini, "mask", &study->mask);
  take_text (ini, "metadata", &study->metadata);
  if (study->metadata != NULL)
    {
      g_autofree char *text = study->metadata;

      study->metadata = pheno_study_path_from_text (study->path, text);
    }
}

static gboolean
check_values (GKeyFile *ini, const PhenoStudy *study, const char *path, GError **error)
{
  g_autofree char *name = pheno_display_name (path);

  if (!pheno_preparation_check ("bands", study->bands, error)
      || !pheno_preparation_check ("radiometry", study->radiometry, error)
      || !pheno_preparation_check ("mask", study->mask, error))
    {
      g_prefix_error (error, _ ("In “%s”: "), name);
      return FALSE;
    }
  if (g_key_file_has_key (ini, "study", "version", NULL)
      && g_key_file_get_integer (ini, "study", "version", NULL) > VERSION)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” was written by a newer Phenoscape. Open it with that one."),
                   name);
      return FALSE;
    }

  return TRUE;
}

PhenoStudy *
pheno_study_open (const char *path, GError **error)
{
  g_autoptr (PhenoStudy) study = NULL;
  g_autoptr (GKeyFile) ini = g_key_file_new ();
  g_autoptr (GError) local_error = NULL;
  g_autofree char *ini_name = NULL, *text = NULL;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  study = study_new (path);
  ini_name = ini_path (study->path);
  errno = EIO;
  if (!g_file_get_contents (ini_name, &text, &length, &local_error))
    {
      pheno_set_file_error (
          error, ini_name,
          g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT)   ? ENOENT
          : g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_ACCES) ? EACCES
                                                                            : errno);
      return NULL;
    }
  if (!g_key_file_load_from_data (ini, text, length, G_KEY_FILE_NONE, &local_error))
    {
      g_autofree char *shown = pheno_display_name (ini_name);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("“%s” cannot be understood (%s). Correct it, or bring back an older copy."),
          shown, local_error->message);
      return NULL;
    }
  if (!check_words (ini, ini_name, error))
    return NULL;
  take_values (ini, study);
  if (!check_values (ini, study, ini_name, error))
    return NULL;

  return g_steal_pointer (&study);
}

void
pheno_study_add_root (PhenoStudy *study, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  if (!g_ptr_array_find_with_equal_func (study->roots, absolute, g_str_equal, NULL))
    g_ptr_array_add (study->roots, g_steal_pointer (&absolute));
}

void
pheno_study_set_excluded (PhenoStudy *study, const char *path, gboolean excluded)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);

  if (excluded)
    g_hash_table_add (study->excluded, g_steal_pointer (&absolute));
  else
    g_hash_table_remove (study->excluded, absolute);
}

guint
pheno_study_apply_exclusions (const PhenoStudy *study, PhenoCollection *collection)
{
  guint count = 0;

  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];

      record->excluded = g_hash_table_contains (study->excluded, record->path);
      count += record->excluded;
    }

  return count;
}

PhenoCollection *
pheno_study_scan (const PhenoStudy *study, int threads, PhenoProgressFunc progress,
                  gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *catalogue = pheno_study_catalogue_path (study);
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();
  PhenoScanOptions options = { .species = study->species,
                               .metadata = study->metadata,
                               .catalogue = catalogue,
                               .threads = threads };
  PhenoCollection *collection;

  for (guint i = 0; i < study->roots->len; i++)
    g_ptr_array_add (roots, study->roots->pdata[i]);
  g_ptr_array_add (roots, NULL);

  collection = pheno_collection_scan ((const char *const *) roots->pdata, &options,
                                      progress, user_data, cancellable, error);
  if (collection != NULL)
    pheno_study_apply_exclusions (study, collection);

  return collection;
}

char *
pheno_study_catalogue_path (const PhenoStudy *study)
{
  return g_build_filename (study->path, "catalogue.db", NULL);
}

char *
pheno_study_metadata_path (const PhenoStudy *study)
{
  return g_build_filename (study->path, "metadata.csv", NULL);
}

char *
pheno_study_cache_path (const PhenoStudy *study, int shorter_side, GError **error)
{
  g_autofree char *folder = pheno_cache_folder (study->path);
  g_autofree char *name = g_strdup_printf ("prepared-%d.h5", shorter_side);

  return make_folder (folder, error) ? g_build_filename (folder, name, NULL) : NULL;
}
