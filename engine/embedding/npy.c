/* npy.c - numpy's array files
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     \x93NUMPY  major minor  header length (2 bytes, from version 2 on 4)
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (996, 512), }  spaces, newline
 *     values
 *
 * numpy.lib.format describes it. Objects (pickles) are never read.
 */
#include "engine/embedding/table.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  char kind;        /* f, i, u, b as numpy has them */
  gsize size;       /* bytes of a value */
  gboolean swapped; /* against this machine */
  gboolean fortran;
  guint64 rows, columns;
  gsize offset; /* of the values */
} Header;

static gboolean
set_format_error (GError **error, const char *path, const char *reason)
{
  g_autofree char *name = pheno_display_name (path);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” cannot be read as a .npy file: %s Save it again with numpy.save."), name,
      reason);
  return FALSE;
}

static gboolean
parse_descr (const char *text, Header *header)
{
  const char *descr = strstr (text, "'descr'"), *quote;
  gboolean big;

  if (descr == NULL || (quote = strchr (descr + 7, '\'')) == NULL || strlen (quote) < 4
      || strchr ("<>|=", quote[1]) == NULL || strchr ("fiub", quote[2]) == NULL)
    return FALSE;
  header->kind = quote[2];
  header->size = strtoul (quote + 3, NULL, 10);
  big = quote[1] == '>' || (quote[1] == '=' && G_BYTE_ORDER == G_BIG_ENDIAN);
  header->swapped = header->size > 1 && big != (G_BYTE_ORDER == G_BIG_ENDIAN);

  return header->kind == 'f' ? header->size == 2 || header->size == 4 || header->size == 8
         : header->kind == 'b' ? header->size == 1
                               : header->size == 1 || header->size == 2
                                     || header->size == 4 || header->size == 8;
}

/* "(996, 512)" or "(996,)", which are rows of one number. */
static gboolean
parse_shape (const char *text, Header *header)
{
  const char *shape = strstr (text, "'shape'"), *at;
  char *end;

  if (shape == NULL || (at = strchr (shape, '(')) == NULL || !g_ascii_isdigit (at[1]))
    return FALSE;
  header->rows = g_ascii_strtoull (at + 1, &end, 10);
  header->columns = 1;
  if (*end++ != ',')
    return FALSE;
  while (*end == ' ')
    end++;
  if (*end == ')')
    return TRUE;
  if (!g_ascii_isdigit (*end))
    return FALSE;
  header->columns = g_ascii_strtoull (end, &end, 10);

  return *end == ')' || (*end == ',' && end[1] == ')');
}

static gboolean
parse_header (const guint8 *bytes, gsize length, const char *path, Header *header,
              GError **error)
{
  g_autofree char *text = NULL;
  gsize start, size;

  if (length < 12 || memcmp (bytes, "\x93NUMPY", 6) != 0)
    return set_format_error (error, path, _ ("it does not begin as one."));
  if (bytes[6] < 1 || bytes[6] > 3)
    return set_format_error (error, path, _ ("its version is not 1, 2 or 3."));

  start = bytes[6] == 1 ? 10 : 12;
  size = bytes[6] == 1 ? bytes[8] | (gsize) bytes[9] << 8
                       : bytes[8] | (gsize) bytes[9] << 8 | (gsize) bytes[10] << 16
                             | (gsize) bytes[11] << 24;
  if (size > length - start)
    return set_format_error (error, path, _ ("it is cut short within the header."));
  text = g_strndup ((const char *) bytes + start, size);
  header->offset = start + size;

  if (!parse_descr (text, header))
    return set_format_error (error, path,
                             _ ("its values are no plain numbers of 8 to 64 bits."));
  if (strstr (text, "'fortran_order'") == NULL)
    return set_format_error (error, path,
                             _ ("its header does not tell the order of the values."));
  header->fortran = strstr (text, "'fortran_order': True") != NULL;
  if (!parse_shape (text, header))
    return set_format_error (
        error, path, _ ("its array does not have two dimensions, rows and numbers."));

  if (header->columns != 0 && header->rows > G_MAXUINT64 / 8 / header->columns)
    return set_format_error (error, path, _ ("its shape is impossible."));
  if (header->rows * header->columns * header->size > length - header->offset)
    return set_format_error (
        error, path, _ ("it is cut short: it holds less than its header describes."));
  return TRUE;
}

/* IEEE 754 half precision; all its values are floats. */
static float
half_to_float (guint16 half)
{
  int exponent = half >> 10 & 31, fraction = half & 1023;
  float size = exponent == 0    ? ldexpf ((float) fraction, -24)
               : exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                                : ldexpf ((float) (1024 + fraction), exponent - 25);

  return half & 0x8000 ? -size : size;
}

static double
value_at (const guint8 *bytes, const Header *header)
{
  union
  {
    guint8 bytes[8];
    guint16 u16;
    guint32 u32;
    guint64 u64;
    gint8 i8;
    gint16 i16;
    gint32 i32;
    gint64 i64;
    float f32;
    double f64;
  } value;

  for (gsize i = 0; i < header->size; i++)
    value.bytes[i] = bytes[header->swapped ? header->size - 1 - i : i];

  if (header->kind == 'f')
    return header->size == 2   ? half_to_float (value.u16)
           : header->size == 4 ? value.f32
                               : value.f64;
  if (header->kind == 'i')
    return header->size == 1   ? value.i8
           : header->size == 2 ? value.i16
           : header->size == 4 ? value.i32
                               : (double) value.i64;
  return header->size == 1   ? value.bytes[0]
         : header->size == 2 ? value.u16
         : header->size == 4 ? value.u32
                             : (double) value.u64;
}

static gboolean
read_values (PhenoEmbedding *embedding, const guint8 *bytes, const Header *header,
             const char *path, GError **error)
{
  gsize rows = header->rows, columns = header->columns;

  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < columns; j++)
      {
        gsize at = header->fortran ? j * rows + i : i * columns + j;
        double value = value_at (bytes + header->offset + at * header->size, header);

        if (isfinite (value) && !isfinite ((float) value))
          return set_format_error (error, path,
                                   _ ("it has values beyond the range of float32."));
        pheno_matrix_row (embedding->matrix, i)[j] = (float) value;
      }

  return TRUE;
}

PhenoEmbedding *
pheno_embedding_load_npy (const char *path, GError **error)
{
  g_autofree char *names = pheno_embedding_beside (path, ".csv");
  g_autoptr (PhenoEmbedding) embedding = NULL;
  g_autoptr (GMappedFile) file = NULL;
  Header header = { 0 };
  const guint8 *bytes;

  if ((file = pheno_embedding_map (path, error)) == NULL)
    return NULL;
  bytes = (const guint8 *) g_mapped_file_get_contents (file);
  if (!parse_header (bytes, g_mapped_file_get_length (file), path, &header, error)
      || (embedding = pheno_embedding_try_new (header.rows, header.columns, path, error))
             == NULL
      || !read_values (embedding, bytes, &header, path, error)
      || (g_file_test (names, G_FILE_TEST_EXISTS)
          && !pheno_embedding_load_names (embedding, names, error))
      || !pheno_embedding_complete (embedding, path, error))
    return NULL;

  return g_steal_pointer (&embedding);
}

gboolean
pheno_embedding_save_npy (const PhenoEmbedding *embedding, const char *path,
                          GError **error)
{
  const PhenoMatrix *matrix = embedding->matrix;
  g_autofree char *names = pheno_embedding_beside (path, ".csv");
  g_autofree char *dictionary = g_strdup_printf (
      "{'descr': '%s', 'fortran_order': False, 'shape': (%" G_GSIZE_FORMAT
      ", %" G_GSIZE_FORMAT "), }",
      G_BYTE_ORDER == G_LITTLE_ENDIAN ? "<f4" : ">f4", matrix->rows, matrix->columns);
  gsize bytes = matrix->rows * matrix->columns * sizeof (float);
  char header[128] = "\x93NUMPY\x01";
  g_autoptr (PhenoReplacement) replacement = NULL;
  FILE *file;
  int failed;

  /* Values start at a multiple of 64, as numpy has them. */
  header[8] = 118;
  memset (header + 10, ' ', 117);
  memcpy (header + 10, dictionary, strlen (dictionary));
  header[127] = '\n';

  if (!pheno_embedding_save_names (embedding, names, error)
      || (replacement = pheno_replacement_new (path, error)) == NULL)
    return FALSE;
  errno = 0;
  if ((file = fopen (pheno_replacement_path (replacement), "wb")) == NULL)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }
  failed = fwrite (header, 1, 128, file) != 128
           || fwrite (matrix->values, 1, bytes, file) != bytes;
  failed |= fclose (file) != 0;
  if (failed)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }

  return pheno_replacement_commit (replacement, error);
}
