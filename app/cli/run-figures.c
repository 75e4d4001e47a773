/* run-figures.c - the curves of a run, from its history
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/run-figures.h"

#include "app/cli/cli.h"
#include "engine/figure/figure.h"

/* One column of history.csv; cells that are no number are NAN. */
typedef struct
{
  double *epoch, *value;
  gsize length;
  gboolean known; /* there is a number at all */
} Column;

static void
column_clear (Column *column)
{
  g_free (column->epoch);
  g_free (column->value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Column, column_clear)

static double
number_of (const char *text)
{
  char *end;
  double value = g_ascii_strtod (text, &end);

  return end != text && *g_strchug (end) == '\0' ? value : NAN;
}

static int
find_name (char **names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (g_str_equal (g_strstrip (names[i]), name))
      return i;
  return -1;
}

/* Sentences come last in a line, so a comma in one shifts no number. */
static void
read_column (char **lines, const char *name, Column *column)
{
  g_auto (GStrv) names = g_strsplit (lines[0], ",", -1);
  int at = find_name (names, name);
  guint n = g_strv_length (lines);

  column->epoch = g_new0 (double, n);
  column->value = g_new0 (double, n);
  for (char **line = lines + 1; at > 0 && *line != NULL; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, ",", -1);
      double epoch = cells[0] != NULL ? number_of (cells[0]) : NAN;

      if (!isfinite (epoch) || (int) g_strv_length (cells) <= at)
        continue;
      column->epoch[column->length] = epoch;
      column->value[column->length] = number_of (cells[at]);
      column->known |= isfinite (column->value[column->length]);
      column->length++;
    }
}

static GHashTable *
read_provenance (const char *directory)
{
  GHashTable *provenance
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *path = g_build_filename (directory, "run.ini", NULL);
  char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    g_hash_table_insert (provenance, g_strdup ("run"), text);
  g_hash_table_insert (provenance, g_strdup ("version"), g_strdup (PHENO_VERSION));
  return provenance;
}

static gboolean
draw (const char *directory, const char *name, const char *title, const char *y_label,
      const PhenoCurve *curves, gsize n, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "figures", name, NULL);
  g_autoptr (GHashTable) provenance = read_provenance (directory);
  PhenoFigureFile file
      = { .path = path, .width_mm = 120, .height_mm = 80, .provenance = provenance };

  return pheno_cli_make_folder_of (path, error)
         && pheno_figure_curves (curves, n, title, _ ("epoch"), y_label, &file, error);
}

gboolean
pheno_run_figures_draw (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "history.csv", NULL), *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (Column) loss = { 0 }, accuracy = { 0 }, balanced = { 0 };

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  read_column (lines, "loss", &loss);
  read_column (lines, "knn_accuracy", &accuracy);
  read_column (lines, "knn_balanced_accuracy", &balanced);

  if (loss.known)
    {
      PhenoCurve curve = { _ ("loss"), loss.epoch, loss.value, loss.length };

      if (!draw (directory, "curves.svg", _ ("Loss of training"), _ ("loss (NT-Xent)"),
                 &curve, 1, error))
        return FALSE;
    }
  if (accuracy.known)
    {
      PhenoCurve curves[] = {
        { _ ("accuracy"), accuracy.epoch, accuracy.value, accuracy.length },
        { _ ("balanced accuracy"), balanced.epoch, balanced.value, balanced.length },
      };

      return draw (directory, "accuracy.svg",
                   _ ("Species found among the nearest neighbours"),
                   _ ("share of specimens"), curves, balanced.known ? 2 : 1, error);
    }
  return TRUE;
}
