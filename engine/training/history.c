/* history.c - history.csv: one line an epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/history.h"

/* Columns that are numbers, in the order of the file; "epoch,step" before, "note" after.
 */
static const struct
{
  const char *name;
  gsize offset;
} columns[] = {
  { "loss", offsetof (PhenoHistoryRow, loss) },
  { "learning_rate", offsetof (PhenoHistoryRow, learning_rate) },
  { "knn_accuracy", offsetof (PhenoHistoryRow, knn_accuracy) },
  { "knn_balanced_accuracy", offsetof (PhenoHistoryRow, knn_balanced_accuracy) },
  { "alignment", offsetof (PhenoHistoryRow, alignment) },
  { "uniformity", offsetof (PhenoHistoryRow, uniformity) },
  { "effective_rank", offsetof (PhenoHistoryRow, effective_rank) },
  { "gradient_norm", offsetof (PhenoHistoryRow, gradient_norm) },
  { "views_per_second", offsetof (PhenoHistoryRow, views_per_second) },
  { "data_share", offsetof (PhenoHistoryRow, data_share) },
  { "seconds", offsetof (PhenoHistoryRow, seconds) },
};

#define VALUE(row, i) ((double *) (void *) ((char *) (row) + columns[i].offset))

static char *
make_header (void)
{
  GString *line = g_string_new ("epoch,step");

  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    g_string_append_printf (line, ",%s", columns[i].name);

  return g_string_free (g_string_append (line, ",note"), FALSE);
}

static void
append_row (GString *text, const PhenoHistoryRow *row)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "%u,%" G_GUINT64_FORMAT, row->epoch, row->step);
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      double value = *VALUE (row, i);

      g_string_append_c (text, ',');
      if (!isnan (value))
        g_string_append (text, g_ascii_formatd (number, sizeof number, "%.9g", value));
    }

  g_string_append_c (text, ',');
  if (row->note != NULL)
    pheno_append_field (text, row->note);
  g_string_append_c (text, '\n');
}

/* The note is the last field, and a note of this program never has a line break. */
static char *
parse_note (const char *field)
{
  GString *note;

  if (*field != '"')
    return *field != '\0' ? g_strdup (field) : NULL;

  note = g_string_new (NULL);
  for (const char *p = field + 1; *p != '\0'; p++)
    {
      if (*p == '"' && *++p != '"')
        break;
      g_string_append_c (note, *p);
    }

  return g_string_free (note, FALSE);
}

static gboolean
parse_row (const char *line, PhenoHistoryRow *row)
{
  guint n = G_N_ELEMENTS (columns);
  g_auto (GStrv) fields = g_strsplit (line, ",", (int) n + 3);
  char *end;

  if (g_strv_length (fields) != n + 3)
    return FALSE;

  row->epoch = (guint) g_ascii_strtoull (fields[0], &end, 10);
  if (end == fields[0] || *end != '\0')
    return FALSE;
  row->step = g_ascii_strtoull (fields[1], NULL, 10);
  for (guint i = 0; i < n; i++)
    *VALUE (row, i) = *fields[i + 2] != '\0' ? g_ascii_strtod (fields[i + 2], NULL) : NAN;
  row->note = parse_note (fields[n + 2]);

  return TRUE;
}

void
pheno_history_row_clear (gpointer row)
{
  g_clear_pointer (&((PhenoHistoryRow *) row)->note, g_free);
}

/* Rows of @text up to @last_epoch; none where it is not a history. */
static GArray *
parse_rows (const char *text, guint last_epoch)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (PhenoHistoryRow));
  g_autofree char *header = make_header ();
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  g_array_set_clear_func (rows, pheno_history_row_clear);
  if (lines == NULL || lines[0] == NULL || !g_str_equal (lines[0], header))
    return rows;

  for (guint i = 1; lines[i] != NULL; i++)
    {
      PhenoHistoryRow row = { 0 };

      if (!parse_row (lines[i], &row))
        continue;
      if (row.epoch <= last_epoch)
        g_array_append_val (rows, row);
      else
        pheno_history_row_clear (&row);
    }

  return rows;
}

GArray *
pheno_history_load (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "history.csv", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    text = NULL;
  return parse_rows (text, G_MAXUINT);
}

PhenoHistory *
pheno_history_open (const char *path, guint last_epoch)
{
  PhenoHistory *self = g_new0 (PhenoHistory, 1);
  g_autofree char *text = NULL;

  self->path = g_strdup (path);
  if (last_epoch == 0 || !g_file_get_contents (path, &text, NULL, NULL))
    text = NULL;
  self->rows = parse_rows (text, last_epoch);

  return self;
}

void
pheno_history_free (PhenoHistory *history)
{
  if (history == NULL)
    return;

  g_free (history->path);
  g_array_unref (history->rows);
  g_free (history);
}

gboolean
pheno_history_write (const PhenoHistory *history, GError **error)
{
  g_autofree char *header = make_header ();
  g_autoptr (GString) text = g_string_new (header);

  g_string_append_c (text, '\n');
  for (guint i = 0; i < history->rows->len; i++)
    append_row (text, &g_array_index (history->rows, PhenoHistoryRow, i));

  return pheno_write_file (history->path, text->str, text->len, error);
}

gboolean
pheno_history_append (PhenoHistory *history, const PhenoHistoryRow *row, GError **error)
{
  PhenoHistoryRow copy = *row;

  copy.note = g_strdup (row->note);
  g_array_append_val (history->rows, copy);

  return pheno_history_write (history, error);
}
