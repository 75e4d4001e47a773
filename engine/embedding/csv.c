/* csv.c - the table as text
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     filename,x1,x2,...,xN,species,sex,path
 *
 * Written with nine digits, which give a float32 back to the bit. Read from anyone: the
 * numbers are the columns whose names count up (x1 ..., embedding_0 ..., 0 ...), or,
 * where none do, all columns that hold nothing but numbers. The other columns are names
 * and metadata.
 */
#include "engine/embedding/delimited.h"
#include "engine/embedding/table.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef enum
{
  COLUMN_TEXT,
  COLUMN_NUMBER
} ColumnKind;

typedef struct
{
  const char *path;
  GMappedFile *file;
  GPtrArray *names;  /* of all columns */
  ColumnKind *kinds; /* of all columns */
  gboolean has_header;
  guint n_numbers;
  gsize rows;
} Csv;

static void
csv_clear (Csv *csv)
{
  g_clear_pointer (&csv->file, g_mapped_file_unref);
  g_clear_pointer (&csv->names, g_ptr_array_unref);
  g_free (csv->kinds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Csv, csv_clear)

static void
set_row_error (GError **error, const char *path, guint line, const char *reason)
{
  g_autofree char *name = pheno_display_name (path);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("Line %u of “%s” cannot be read: %s Correct the line, or save the table again."),
      line, name, reason);
}

static void
start_reading (const Csv *csv, PhenoDelimited *reader)
{
  pheno_delimited_init (reader, g_mapped_file_get_contents (csv->file),
                        g_mapped_file_get_length (csv->file));
}

/* "embedding_12": the length of what stands before the number, and the number. */
static gboolean
split_name (const char *name, gsize *prefix, guint64 *number)
{
  gsize length = strlen (name), digits = 0;

  while (digits < length && digits < 9 && g_ascii_isdigit (name[length - 1 - digits]))
    digits++;
  *prefix = length - digits;
  return digits > 0
         && g_ascii_string_to_unsigned (name + *prefix, 10, 0, G_MAXINT, number, NULL);
}

/* The longest run of columns whose names count up from 0 or 1. A run of one is x1 or
 * nothing: "locality2" alone is no embedding. */
static guint
find_counting_columns (Csv *csv)
{
  guint best = 0, best_from = 0, n = csv->names->len;

  for (guint from = 0, next; from < n; from = next)
    {
      gsize prefix = 0, other;
      guint64 first = 0, number;
      const char *name = csv->names->pdata[from];

      next = from + 1;
      if (!split_name (name, &prefix, &first) || first > 1)
        continue;
      while (next < n && split_name (csv->names->pdata[next], &other, &number)
             && other == prefix && strncmp (csv->names->pdata[next], name, prefix) == 0
             && number == first + (next - from))
        next++;
      if (next - from > best && (next - from > 1 || strcmp (name, "x1") == 0))
        {
          best = next - from;
          best_from = from;
        }
    }
  for (guint i = best_from; i < best_from + best; i++)
    csv->kinds[i] = COLUMN_NUMBER;

  return best;
}

static gboolean
row_has_no_names (const PhenoDelimited *reader)
{
  double number;

  if (reader->n_fields < 2)
    return FALSE;
  for (guint i = 1; i < reader->n_fields; i++)
    if (!pheno_delimited_number (reader, i, &number))
      return FALSE;
  return TRUE;
}

/* Columns without names in the first line, and names that count up: pandas writes 0, 1, 2
 * ... */
static gboolean
read_names (Csv *csv, PhenoDelimited *reader, GError **error)
{
  g_autofree char *name = pheno_display_name (csv->path);

  if (!pheno_delimited_next (reader))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” is empty. Make the embeddings again with “embed”."), name);
      return FALSE;
    }
  if (memchr (g_mapped_file_get_contents (csv->file), '\0',
              g_mapped_file_get_length (csv->file))
      != NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” is no text table: it holds binary data or UTF-16. Save it as "
                      "CSV in UTF-8."),
                   name);
      return FALSE;
    }

  csv->names = g_ptr_array_new_with_free_func (g_free);
  csv->kinds = g_new0 (ColumnKind, reader->n_fields);
  for (guint i = 0; i < reader->n_fields; i++)
    g_ptr_array_add (csv->names,
                     g_strstrip (g_strdup (pheno_delimited_field (reader, i))));
  csv->n_numbers = find_counting_columns (csv);
  csv->has_header = csv->n_numbers > 0 || !row_has_no_names (reader);
  if (!csv->has_header)
    for (guint i = 0; i < csv->names->len; i++)
      {
        g_free (csv->names->pdata[i]);
        csv->names->pdata[i]
            = i == 0 ? g_strdup ("filename") : g_strdup_printf ("x%u", i);
        csv->kinds[i] = i == 0 ? COLUMN_TEXT : COLUMN_NUMBER;
        csv->n_numbers = csv->names->len - 1;
      }

  return TRUE;
}

/* Counts the rows and looks at how many fields they have; where no names count up, finds
 * the columns of nothing but numbers. */
static gboolean
survey (Csv *csv, gboolean find_numbers, GError **error)
{
  g_auto (PhenoDelimited) reader = { 0 };
  double number;

  start_reading (csv, &reader);
  if (csv->has_header)
    pheno_delimited_next (&reader);
  if (find_numbers)
    for (guint i = 1; i < csv->names->len; i++)
      csv->kinds[i] = pheno_embedding_is_path_column (csv->names->pdata[i])
                          ? COLUMN_TEXT
                          : COLUMN_NUMBER;

  while (pheno_delimited_next (&reader))
    {
      csv->rows++;
      if (reader.n_fields != csv->names->len)
        {
          g_autofree char *reason
              = g_strdup_printf (_ ("it has %u fields, but the first line has %u."),
                                 reader.n_fields, csv->names->len);

          set_row_error (error, csv->path, reader.line, reason);
          return FALSE;
        }
      for (guint i = 1; find_numbers && i < csv->names->len; i++)
        if (csv->kinds[i] == COLUMN_NUMBER
            && !pheno_delimited_number (&reader, i, &number))
          csv->kinds[i] = COLUMN_TEXT;
    }

  if (find_numbers)
    for (guint i = 0; i < csv->names->len; i++)
      csv->n_numbers += csv->kinds[i] == COLUMN_NUMBER;
  return TRUE;
}

static gboolean
open_csv (Csv *csv, const char *path, gboolean with_numbers, GError **error)
{
  g_auto (PhenoDelimited) reader = { 0 };

  csv->path = path;
  if ((csv->file = pheno_embedding_map (path, error)) == NULL)
    return FALSE;
  start_reading (csv, &reader);

  return read_names (csv, &reader, error)
         && survey (csv, with_numbers && csv->n_numbers == 0, error);
}

static gboolean
read_row (const Csv *csv, const PhenoDelimited *reader, float *row, char ***texts,
          gsize at, GError **error)
{
  guint next = 0;

  for (guint i = 0; i < csv->names->len; i++)
    {
      double number;

      if (csv->kinds[i] == COLUMN_TEXT)
        {
          texts[i][at] = g_strdup (pheno_delimited_field (reader, i));
          continue;
        }
      if (!pheno_delimited_number (reader, i, &number)
          || (isfinite (number) && !isfinite ((float) number)))
        {
          g_autofree char *column = pheno_display_name (csv->names->pdata[i]);
          g_autofree char *reason
              = g_strdup_printf (_ ("column “%s” holds no number of float32."), column);

          set_row_error (error, csv->path, reader->line, reason);
          return FALSE;
        }
      row[next++] = (float) number;
    }

  return TRUE;
}

/* Fills @embedding, which has room for the numbers where there are some. */
static gboolean
read_rows (const Csv *csv, PhenoEmbedding *embedding, GError **error)
{
  g_auto (PhenoDelimited) reader = { 0 };
  g_autofree char ***texts = g_new0 (char **, csv->names->len);
  gboolean done = TRUE;

  for (guint i = 0; i < csv->names->len; i++)
    if (csv->kinds[i] == COLUMN_TEXT)
      texts[i] = g_new0 (char *, csv->rows + 1);

  start_reading (csv, &reader);
  if (csv->has_header)
    pheno_delimited_next (&reader);
  for (gsize at = 0; done && at < csv->rows && pheno_delimited_next (&reader); at++)
    done = read_row (csv, &reader,
                     csv->n_numbers > 0 ? pheno_matrix_row (embedding->matrix, at) : NULL,
                     texts, at, error);

  for (guint i = 0; i < csv->names->len; i++)
    if (texts[i] != NULL && done)
      pheno_embedding_take_column (embedding, csv->names->pdata[i], texts[i]);
    else
      g_strfreev (texts[i]);

  return done;
}

/* The first text column names the files, unless another one says that it does. */
static void
choose_file_column (Csv *csv)
{
  for (guint i = 0; i < csv->names->len; i++)
    if (csv->kinds[i] == COLUMN_TEXT
        && pheno_embedding_is_file_column (csv->names->pdata[i]))
      return;
  if (csv->names->len > 0 && csv->kinds[0] == COLUMN_TEXT)
    {
      g_free (csv->names->pdata[0]);
      csv->names->pdata[0] = g_strdup ("filename");
    }
}

PhenoEmbedding *
pheno_embedding_load_csv (const char *path, GError **error)
{
  g_auto (Csv) csv = { 0 };
  g_autoptr (PhenoEmbedding) embedding = NULL;

  if (!open_csv (&csv, path, TRUE, error))
    return NULL;
  choose_file_column (&csv);
  if ((embedding = pheno_embedding_try_new (csv.rows, csv.n_numbers, path, error)) == NULL
      || !read_rows (&csv, embedding, error)
      || !pheno_embedding_complete (embedding, path, error))
    return NULL;

  return g_steal_pointer (&embedding);
}

gboolean
pheno_embedding_load_names (PhenoEmbedding *embedding, const char *path, GError **error)
{
  g_auto (Csv) csv = { 0 };

  if (!open_csv (&csv, path, FALSE, error))
    return FALSE;
  memset (csv.kinds, 0,
          csv.names->len * sizeof (ColumnKind)); /* numbers are in the .npy */
  csv.n_numbers = 0;
  choose_file_column (&csv);
  if (csv.rows != embedding->matrix->rows)
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” names %zu files, but the .npy beside it has %zu rows. Copy "
                      "both files again, or take the .csv away."),
                   name, csv.rows, embedding->matrix->rows);
      return FALSE;
    }

  return read_rows (&csv, embedding, error);
}

/* Columns of the counting kind keep their place after the name, metadata comes last: what
 * reads names and numbers alone is not disturbed. */
static void
append_row (const PhenoEmbedding *embedding, gsize row, gboolean with_numbers,
            char delimiter, GString *line)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_truncate (line, 0);
  pheno_delimited_append (line, embedding->files->pdata[row], delimiter);
  for (gsize j = 0; with_numbers && j < embedding->matrix->columns; j++)
    {
      g_string_append_c (line, delimiter);
      g_string_append (line,
                       g_ascii_formatd (digits, sizeof digits, "%.9g",
                                        pheno_matrix_row (embedding->matrix, row)[j]));
    }
  for (guint i = 0; i < embedding->columns->len; i++)
    {
      g_string_append_c (line, delimiter);
      pheno_delimited_append (line, ((char **) embedding->values->pdata[i])[row],
                              delimiter);
    }
  if (embedding->paths != NULL)
    {
      g_string_append_c (line, delimiter);
      pheno_delimited_append (line, embedding->paths->pdata[row], delimiter);
    }
  g_string_append_c (line, '\n');
}

static void
append_header (const PhenoEmbedding *embedding, gboolean with_numbers, char delimiter,
               GString *line)
{
  g_string_append (line, "filename");
  for (gsize j = 0; with_numbers && j < embedding->matrix->columns; j++)
    g_string_append_printf (line, "%cx%" G_GSIZE_FORMAT, delimiter, j + 1);
  for (guint i = 0; i < embedding->columns->len; i++)
    {
      g_string_append_c (line, delimiter);
      pheno_delimited_append (line, embedding->columns->pdata[i], delimiter);
    }
  if (embedding->paths != NULL)
    g_string_append_printf (line, "%cpath", delimiter);
  g_string_append_c (line, '\n');
}

static gboolean
save (const PhenoEmbedding *embedding, const char *path, gboolean with_numbers,
      GError **error)
{
  char delimiter = g_str_has_suffix (path, ".tsv") ? '\t' : ',';
  g_autoptr (PhenoReplacement) replacement = pheno_replacement_new (path, error);
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean failed;
  FILE *file;

  if (replacement == NULL)
    return FALSE;
  if ((file = fopen (pheno_replacement_path (replacement), "wb")) == NULL)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }

  append_header (embedding, with_numbers, delimiter, line);
  failed = fwrite (line->str, 1, line->len, file) != line->len;
  for (gsize i = 0; i < embedding->matrix->rows && !failed; i++)
    {
      append_row (embedding, i, with_numbers, delimiter, line);
      failed = fwrite (line->str, 1, line->len, file) != line->len;
    }
  if (fclose (file) != 0 || failed)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }

  return pheno_replacement_commit (replacement, error);
}

gboolean
pheno_embedding_save_csv (const PhenoEmbedding *embedding, const char *path,
                          GError **error)
{
  return save (embedding, path, TRUE, error);
}

gboolean
pheno_embedding_save_names (const PhenoEmbedding *embedding, const char *path,
                            GError **error)
{
  return save (embedding, path, FALSE, error);
}
