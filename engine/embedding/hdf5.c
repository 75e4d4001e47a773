/* hdf5.c - the table in one HDF5 file
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     /embeddings        (N, D) float32
 *     /file              (N) variable-length UTF-8: relative names
 *     /path              (N) where the images are
 *     /species, /sex ... (N) metadata, each with its own name as attribute "name"
 *     /projections/      (N, 2) maps, one dataset a method
 *     attributes of /    provenance, text by key
 *
 * From other programs the numbers are /embeddings or the only two-dimensional array of
 * numbers, the names /file, /filename or /filenames, and metadata are the other arrays of
 * N strings or numbers.
 */
#include "engine/embedding/table.h"

/* The 1.10 names, which later libraries keep under this word. */
#define H5_USE_110_API
#include <hdf5.h>
#include <math.h>
#include <string.h>

/* A length in a file is believed up to this many times the file's size: compression of
 * numbers does not do better, and a broken length is mostly far beyond. */
#define LARGEST_RATIO 1100

/* Closes any kind of identifier at the end of the block. */
static void
close_id (hid_t *id)
{
  if (*id > 0)
    H5Idec_ref (*id);
}
#define AutoId __attribute__ ((cleanup (close_id))) hid_t

typedef struct
{
  hid_t file;
  const char *path;
  guint64 bytes; /* of the file */
  PhenoEmbedding *embedding;
} Source;

static void
set_format_error (GError **error, const char *path, const char *reason)
{
  g_autofree char *name = pheno_display_name (path);

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("“%s” cannot be read as embeddings: %s Copy it again, or make it again "
                  "with “embed”."),
               name, reason);
}

/* ---- Reading ---- */

static hid_t
open_dataset (hid_t file, const char *name)
{
  H5O_info_t info;

  /* Links out of the file are not followed: an embedding file is whole. */
  H5L_info_t link;
  if (H5Lget_info (file, name, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD
      || H5Oget_info_by_name (file, name, &info, H5P_DEFAULT) < 0
      || info.type != H5O_TYPE_DATASET)
    return -1;
  return H5Dopen2 (file, name, H5P_DEFAULT);
}

/* The sizes of a dataset of @rank dimensions whose data may well be in a file of @bytes.
 */
static gboolean
dataset_shape (hid_t dataset, int rank, guint64 bytes, hsize_t *shape)
{
  AutoId space = H5Dget_space (dataset), type = H5Dget_type (dataset);
  guint64 size = type > 0 ? H5Tget_size (type) : 0;

  if (space < 0 || size == 0 || H5Sget_simple_extent_ndims (space) != rank
      || H5Sget_simple_extent_dims (space, shape, NULL) != rank)
    return FALSE;
  for (int i = 0; i < rank; i++)
    {
      if (shape[i] != 0 && size > bytes * LARGEST_RATIO / shape[i])
        return FALSE;
      size *= shape[i];
    }

  return TRUE;
}

static H5T_class_t
dataset_class (hid_t dataset)
{
  AutoId type = H5Dget_type (dataset);

  return type > 0 ? H5Tget_class (type) : H5T_NO_CLASS;
}

static gboolean
is_number_class (H5T_class_t class)
{
  return class == H5T_INTEGER || class == H5T_FLOAT;
}

/* Strings of either kind as variable-length ones. */
static gboolean
read_variable_strings (hid_t dataset, gsize rows, char **values)
{
  AutoId type = H5Tcopy (H5T_C_S1), space = H5Dget_space (dataset),
         own = H5Dget_type (dataset);
  g_autofree char **raw = g_new0 (char *, rows);

  if (H5Tset_size (type, H5T_VARIABLE) < 0 || H5Tset_cset (type, H5Tget_cset (own)) < 0
      || H5Dread (dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0)
    return FALSE;
  for (gsize i = 0; i < rows; i++)
    values[i] = g_strdup (raw[i] != NULL ? raw[i] : "");
  H5Dvlen_reclaim (type, space, H5P_DEFAULT, raw);
  return TRUE;
}

static gboolean
read_fixed_strings (hid_t dataset, gsize rows, char **values)
{
  AutoId type = H5Dget_type (dataset);
  gsize size = H5Tget_size (type);
  g_autofree char *raw = g_try_malloc0_n (rows, size);
  gboolean padded = H5Tget_strpad (type) == H5T_STR_SPACEPAD;

  if (raw == NULL || H5Dread (dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0)
    return FALSE;
  for (gsize i = 0; i < rows; i++)
    {
      values[i] = g_strndup (raw + i * size, size);
      if (padded)
        g_strchomp (values[i]);
    }
  return TRUE;
}

static gboolean
read_numbers_as_text (hid_t dataset, gsize rows, char **values)
{
  g_autofree double *raw = g_try_new (double, rows);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (raw == NULL
      || H5Dread (dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0)
    return FALSE;
  for (gsize i = 0; i < rows; i++)
    values[i] = isnan (raw[i])
                    ? g_strdup ("")
                    : g_strdup (g_ascii_formatd (digits, sizeof digits, "%.15g", raw[i]));
  return TRUE;
}

/* The column's name, which the link may not be: it cannot hold a slash. */
static char *
read_name_attribute (hid_t object, const char *name)
{
  AutoId attribute = -1, type = -1, own = -1, space = -1;
  char *value = NULL, *copy;

  if (H5Aexists (object, name) <= 0
      || (attribute = H5Aopen (object, name, H5P_DEFAULT)) < 0
      || (own = H5Aget_type (attribute)) < 0 || H5Tget_class (own) != H5T_STRING
      || (space = H5Aget_space (attribute)) < 0
      || H5Sget_simple_extent_npoints (space) != 1)
    return NULL;

  if (H5Tis_variable_str (own) <= 0)
    {
      gsize size = H5Tget_size (own);

      if ((value = g_try_malloc0 (size + 1)) == NULL
          || H5Aread (attribute, own, value) < 0)
        g_clear_pointer (&value, g_free);
      return value;
    }
  type = H5Tcopy (H5T_C_S1);
  if (H5Tset_size (type, H5T_VARIABLE) < 0 || H5Tset_cset (type, H5Tget_cset (own)) < 0
      || H5Aread (attribute, type, &value) < 0 || value == NULL)
    return NULL;
  copy = g_strdup (value);
  H5Dvlen_reclaim (type, space, H5P_DEFAULT, &value);
  return copy;
}

static herr_t
read_provenance_cb (hid_t root, const char *name, const H5A_info_t *info, void *data)
{
  Source *source = data;
  char *value = read_name_attribute (root, name);

  if (value != NULL)
    g_hash_table_replace (source->embedding->provenance, g_strdup (name), value);
  return 0;
}

/* A metadata column, when it is one: N strings or numbers. */
static herr_t
read_column_cb (hid_t root, const char *link, const H5L_info_t *info, void *data)
{
  Source *source = data;
  AutoId dataset = open_dataset (root, link);
  gsize rows = source->embedding->matrix->rows;
  g_autofree char *name = NULL;
  char **values;
  gboolean done = FALSE;
  hsize_t shape;

  if (dataset < 0 || !dataset_shape (dataset, 1, source->bytes, &shape) || shape != rows)
    return 0;

  values = g_new0 (char *, rows + 1);
  if (dataset_class (dataset) == H5T_STRING)
    {
      AutoId type = H5Dget_type (dataset);

      done = H5Tis_variable_str (type) > 0 ? read_variable_strings (dataset, rows, values)
                                           : read_fixed_strings (dataset, rows, values);
    }
  else if (is_number_class (dataset_class (dataset)))
    done = read_numbers_as_text (dataset, rows, values);
  else
    {
      g_strfreev (values);
      return 0;
    }
  if (!done)
    {
      g_strfreev (values);
      return -1;
    }

  name = read_name_attribute (dataset, "name");
  pheno_embedding_take_column (source->embedding, name != NULL ? name : link, values);
  return 0;
}

typedef struct
{
  char *name;
  guint count;
} Candidate;

static herr_t
find_numbers_cb (hid_t root, const char *link, const H5L_info_t *info, void *data)
{
  Candidate *candidate = data;
  AutoId dataset = open_dataset (root, link), space = -1;

  if (dataset > 0 && is_number_class (dataset_class (dataset))
      && (space = H5Dget_space (dataset)) > 0 && H5Sget_simple_extent_ndims (space) == 2)
    {
      candidate->count++;
      if (candidate->name == NULL)
        candidate->name = g_strdup (link);
    }
  return 0;
}

static hid_t
open_numbers (const Source *source, GError **error)
{
  Candidate candidate = { NULL, 0 };
  hid_t dataset = open_dataset (source->file, "embeddings");

  if (dataset > 0)
    return dataset;

  H5Literate (source->file, H5_INDEX_NAME, H5_ITER_INC, NULL, find_numbers_cb,
              &candidate);
  if (candidate.count == 1)
    dataset = open_dataset (source->file, candidate.name);
  g_free (candidate.name);
  if (dataset < 0)
    set_format_error (
        error, source->path,
        candidate.count > 1 ? _ (
            "it has no dataset “embeddings”, and several others that could be meant.")
                            : _ ("it has no dataset “embeddings” of rows of numbers."));
  return dataset;
}

static gboolean
read_numbers (Source *source, GError **error)
{
  AutoId dataset = open_numbers (source, error);
  hsize_t shape[2];

  if (dataset < 0)
    return FALSE;
  if (!is_number_class (dataset_class (dataset))
      || !dataset_shape (dataset, 2, source->bytes, shape))
    {
      set_format_error (
          error, source->path,
          _ ("its embeddings are no table of numbers, or more than the file can hold."));
      return FALSE;
    }
  source->embedding = pheno_embedding_try_new (shape[0], shape[1], source->path, error);
  if (source->embedding == NULL)
    return FALSE;
  if (H5Dread (dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
               source->embedding->matrix->values)
      < 0)
    {
      set_format_error (error, source->path, _ ("the embeddings in it are damaged."));
      return FALSE;
    }

  return TRUE;
}

/* Columns in the order in which they were written, where the file remembers it. */
static gboolean
read_columns (Source *source, GError **error)
{
  AutoId root = H5Gopen2 (source->file, "/", H5P_DEFAULT);
  AutoId creation = root > 0 ? H5Gget_create_plist (root) : -1;
  unsigned order = 0;

  if (creation > 0)
    H5Pget_link_creation_order (creation, &order);
  if (H5Literate (source->file,
                  order & H5P_CRT_ORDER_INDEXED ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME,
                  H5_ITER_INC, NULL, read_column_cb, source)
          < 0
      || H5Aiterate2 (source->file, H5_INDEX_NAME, H5_ITER_INC, NULL, read_provenance_cb,
                      source)
             < 0)
    {
      set_format_error (error, source->path,
                        _ ("the names or metadata in it are damaged."));
      return FALSE;
    }

  return TRUE;
}

static PhenoEmbedding *
load (const char *path, guint64 bytes, GError **error)
{
  AutoId access = H5Pcreate (H5P_FILE_ACCESS), file = -1;
  Source source = { .path = path, .bytes = bytes };

  H5Pset_file_locking (access, FALSE, TRUE); /* some network disks know no locks */
  if ((file = H5Fopen (path, H5F_ACC_RDONLY, access)) < 0)
    {
      set_format_error (error, path, _ ("it is no HDF5 file, or it was cut short."));
      return NULL;
    }

  source.file = file;
  if (read_numbers (&source, error) && read_columns (&source, error)
      && pheno_embedding_complete (source.embedding, path, error))
    return source.embedding;

  pheno_embedding_free (source.embedding);
  return NULL;
}

typedef struct
{
  const char *path;
  guint64 bytes;
} Rehearsal;

/* Closing the library is part of it: what a damaged file leaves behind can crash there.
 */
static void
rehearse_cb (gconstpointer data)
{
  const Rehearsal *rehearsal = data;

  pheno_embedding_free (load (rehearsal->path, rehearsal->bytes, NULL));
  H5close ();
}

PhenoEmbedding *
pheno_embedding_load_hdf5 (const char *path, GError **error)
{
  g_autoptr (GMappedFile) mapped = pheno_embedding_map (path, error);
  Rehearsal rehearsal = { path, mapped != NULL ? g_mapped_file_get_length (mapped) : 0 };

  PhenoEmbedding *embedding;

  if (mapped == NULL)
    return NULL;

  /* Ten seconds, and one more for each 10 MB. */
  if (!pheno_rehearse (10 + (guint) (rehearsal.bytes / 10000000), rehearse_cb,
                       &rehearsal))
    {
      set_format_error (error, path,
                        _ ("it is damaged so badly that the HDF5 library fails on it."));
      return NULL;
    }

  pheno_hdf5_lock ();
  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL); /* errors are told in our words */
  embedding = load (path, rehearsal.bytes, error);
  pheno_hdf5_unlock ();
  return embedding;
}

/* ---- Writing ---- */

static hid_t
text_type (void)
{
  hid_t type = H5Tcopy (H5T_C_S1);

  H5Tset_size (type, H5T_VARIABLE);
  H5Tset_cset (type, H5T_CSET_UTF8);
  return type;
}

static gboolean
write_text_attribute (hid_t object, const char *name, const char *value)
{
  AutoId type = text_type (), space = H5Screate (H5S_SCALAR);
  AutoId attribute = H5Acreate2 (object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);

  return attribute > 0 && H5Awrite (attribute, type, &value) >= 0;
}

/* @link: name in the file; @name: (nullable): the column's own, where it differs. */
static gboolean
write_strings (hid_t file, const char *link, const char *name, char *const *values,
               hsize_t rows)
{
  AutoId type = text_type (), space = H5Screate_simple (1, &rows, NULL);
  AutoId creation = H5Pcreate (H5P_LINK_CREATE), dataset = -1;

  H5Pset_char_encoding (creation, H5T_CSET_UTF8);
  dataset = H5Dcreate2 (file, link, type, space, creation, H5P_DEFAULT, H5P_DEFAULT);
  return dataset > 0
         && H5Dwrite (dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0
         && (name == NULL || write_text_attribute (dataset, "name", name));
}

static gboolean
write_columns (hid_t file, const PhenoEmbedding *embedding)
{
  static const char *const taken[]
      = { "embeddings", "file", "path", "projections", NULL };
  hsize_t rows = embedding->matrix->rows;

  for (guint i = 0; i < embedding->columns->len; i++)
    {
      const char *name = embedding->columns->pdata[i];
      gboolean fits = name[0] != '\0' && name[0] != '.' && strchr (name, '/') == NULL
                      && !g_strv_contains (taken, name)
                      && !pheno_embedding_is_file_column (name);
      g_autofree char *link
          = fits ? g_strdup (name) : g_strdup_printf ("column %u", i + 1);

      if (!write_strings (file, link, fits ? NULL : name, embedding->values->pdata[i],
                          rows))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_provenance (hid_t file, const PhenoEmbedding *embedding)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (embedding->provenance),
                                        (GCompareFunc) strcmp);

  for (GList *at = keys; at != NULL; at = at->next)
    if (!write_text_attribute (file, at->data,
                               g_hash_table_lookup (embedding->provenance, at->data)))
      return FALSE;
  return TRUE;
}

static gboolean
write_all (hid_t file, const PhenoEmbedding *embedding)
{
  const PhenoMatrix *matrix = embedding->matrix;
  hsize_t shape[2] = { matrix->rows, matrix->columns };
  AutoId space = H5Screate_simple (2, shape, NULL);
  AutoId numbers = H5Dcreate2 (file, "embeddings", H5T_IEEE_F32LE, space, H5P_DEFAULT,
                               H5P_DEFAULT, H5P_DEFAULT);
  AutoId group = -1;

  return numbers > 0
         && H5Dwrite (numbers, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                      matrix->values)
                >= 0
         && write_strings (file, "file", NULL, (char **) embedding->files->pdata,
                           matrix->rows)
         && (embedding->paths == NULL
             || write_strings (file, "path", NULL, (char **) embedding->paths->pdata,
                               matrix->rows))
         && write_columns (file, embedding) && write_provenance (file, embedding)
         && (group
             = H5Gcreate2 (file, "projections", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT))
                > 0
         && H5Fflush (file, H5F_SCOPE_GLOBAL) >= 0;
}

/* Writes a whole file. One that could not be written, as on a full disk, is not closed:
 * HDF5 1.10 would try to write the rest once more, and crash. */
static gboolean
write_file (const char *path, const PhenoEmbedding *embedding)
{
  AutoId creation = H5Pcreate (H5P_FILE_CREATE), access = H5Pcreate (H5P_FILE_ACCESS);
  hid_t file;

  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);
  H5Pset_link_creation_order (creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  H5Pset_file_locking (access, FALSE, TRUE);
  file = H5Fcreate (path, H5F_ACC_TRUNC, creation, access);

  return file > 0 && write_all (file, embedding) && H5Fclose (file) >= 0;
}

gboolean
pheno_embedding_save_hdf5 (const PhenoEmbedding *embedding, const char *path,
                           GError **error)
{
  g_autoptr (PhenoReplacement) replacement = pheno_replacement_new (path, error);
  gboolean done;

  if (replacement == NULL)
    return FALSE;

  pheno_hdf5_lock ();
  done = write_file (pheno_replacement_path (replacement), embedding);
  pheno_hdf5_unlock ();
  if (!done)
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("“%s” could not be written. Check whether the disk is full, and try again."),
          name);
      return FALSE;
    }

  return pheno_replacement_commit (replacement, error);
}
