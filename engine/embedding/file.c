/* file.c - the table on disk: which format, and the provenance of those without room for
 * it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * HDF5 keeps everything in one file. CSV and NPY hold numbers only, so what the table was
 * made from stands beside them, in NAME.provenance.ini.
 */
#include "engine/embedding/table.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROVENANCE_GROUP "provenance"

typedef struct
{
  const char *extension;
  PhenoEmbedding *(*load) (const char *path, GError **error);
  gboolean (*save) (const PhenoEmbedding *embedding, const char *path, GError **error);
  gboolean holds_provenance;
} Format;

static const Format formats[] = {
  { ".h5", pheno_embedding_load_hdf5, pheno_embedding_save_hdf5, TRUE },
  { ".hdf5", pheno_embedding_load_hdf5, pheno_embedding_save_hdf5, TRUE },
  { ".csv", pheno_embedding_load_csv, pheno_embedding_save_csv, FALSE },
  { ".tsv", pheno_embedding_load_csv, pheno_embedding_save_csv, FALSE },
  { ".npy", pheno_embedding_load_npy, pheno_embedding_save_npy, FALSE },
};

GMappedFile *
pheno_embedding_map (const char *path, GError **error)
{
  struct stat status;
  GMappedFile *file = NULL;
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (descriptor >= 0 && fstat (descriptor, &status) == 0)
    {
      errno = S_ISDIR (status.st_mode) ? EISDIR : EINVAL;
      if (S_ISREG (status.st_mode))
        file = g_mapped_file_new_from_fd (descriptor, FALSE, NULL);
    }
  if (file == NULL)
    pheno_set_file_error (error, path, errno);
  if (descriptor >= 0)
    close (descriptor);
  return file;
}

static const Format *
format_of (const char *path, GError **error)
{
  g_autofree char *name = NULL;
  const char *dot = strrchr (path, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (dot, formats[i].extension) == 0)
      return &formats[i];

  name = pheno_display_name (path);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“%s” is no name of a table of embeddings: it must end in .h5, .csv or .npy."),
      name);
  return NULL;
}

static gboolean
save_provenance (const PhenoEmbedding *embedding, const char *path, GError **error)
{
  g_autofree char *beside = pheno_embedding_beside (path, ".provenance.ini"),
                  *text = NULL;
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GList) keys = NULL;
  gsize length;

  if (g_hash_table_size (embedding->provenance) == 0)
    return TRUE;
  keys = g_list_sort (g_hash_table_get_keys (embedding->provenance),
                      (GCompareFunc) strcmp);
  for (GList *at = keys; at != NULL; at = at->next)
    {
      g_autofree char *value
          = g_utf8_make_valid (g_hash_table_lookup (embedding->provenance, at->data), -1);

      g_key_file_set_string (key_file, PROVENANCE_GROUP, at->data, value);
    }
  text = g_key_file_to_data (key_file, &length, NULL);
  return pheno_write_file (beside, text, length, error);
}

/* A file that is not there, or not ours, says nothing about the numbers: they are still
 * good. */
static void
load_provenance (PhenoEmbedding *embedding, const char *path)
{
  g_autofree char *beside = pheno_embedding_beside (path, ".provenance.ini");
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  if (!g_key_file_load_from_file (key_file, beside, G_KEY_FILE_NONE, NULL)
      || (keys = g_key_file_get_keys (key_file, PROVENANCE_GROUP, NULL, NULL)) == NULL)
    return;
  for (char **key = keys; *key != NULL; key++)
    {
      char *value = g_key_file_get_string (key_file, PROVENANCE_GROUP, *key, NULL);

      if (value != NULL)
        g_hash_table_replace (embedding->provenance, g_strdup (*key), value);
    }
}

PhenoEmbedding *
pheno_embedding_load (const char *path, GError **error)
{
  const Format *format = format_of (path, error);
  PhenoEmbedding *embedding;

  if (format == NULL || (embedding = format->load (path, error)) == NULL)
    return NULL;
  if (!format->holds_provenance)
    load_provenance (embedding, path);
  return embedding;
}

gboolean
pheno_embedding_save (const PhenoEmbedding *embedding, const char *path, GError **error)
{
  const Format *format = format_of (path, error);

  return format != NULL && format->save (embedding, path, error)
         && (format->holds_provenance || save_provenance (embedding, path, error));
}
