/* figure-tables.c - figures of the columns of a table: bars, lines over wavelengths
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/figure.h"
#include "engine/collection/collection.h"

static const char *
column_name (const PhenoTable *table, guint column)
{
  return table->columns->pdata[column];
}

static int
find_column (const PhenoTable *table, const char *name)
{
  for (guint c = 0; c < table->columns->len; c++)
    if (g_str_equal (column_name (table, c), name))
      return (int) c;
  return -1;
}

/* (transfer full): NAN where a cell is no number. */
static double *
read_column (const PhenoTable *table, guint column)
{
  double *values = g_new (double, table->rows->len + 1);

  for (guint row = 0; row < table->rows->len; row++)
    {
      const char *text = ((char **) table->rows->pdata[row])[column];
      char *end;

      values[row] = g_ascii_strtod (text, &end);
      if (end == text || *end != '\0')
        values[row] = NAN;
    }
  return values;
}

static double *
read_named (const PhenoTable *table, const char *stem, const char *ending)
{
  g_autofree char *name = g_strconcat (stem, ending, NULL);
  int column = find_column (table, name);

  return column >= 0 ? read_column (table, (guint) column) : NULL;
}

static gboolean
is_end (const PhenoTable *table, const char *name)
{
  static const char *const endings[] = { "_low", "_high" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      {
        g_autofree char *stem = g_strndup (name, strlen (name) - strlen (endings[i]));

        if (find_column (table, stem) >= 0)
          return TRUE;
      }
  return FALSE;
}

static gboolean
check (const PhenoTable *table, const char *source, GError **error)
{
  g_autofree char *name = pheno_display_name (source);

  if (table->columns->len >= 2 && table->rows->len >= 1)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
               _ ("“%s” has no two columns with rows of values. Give a table whose first "
                  "line names its columns."),
               name);
  return FALSE;
}

/* As it was read: what is drawn. */
static void
copy_table (const PhenoTable *table, GString *text)
{
  for (guint c = 0; c < table->columns->len; c++)
    {
      if (c > 0)
        g_string_append_c (text, ',');
      pheno_append_field (text, column_name (table, c));
    }
  g_string_append_c (text, '\n');
  for (guint row = 0; row < table->rows->len; row++)
    {
      for (guint c = 0; c < table->columns->len; c++)
        {
          if (c > 0)
            g_string_append_c (text, ',');
          pheno_append_field (text, ((char **) table->rows->pdata[row])[c]);
        }
      g_string_append_c (text, '\n');
    }
}

static const char *
title_of (const PhenoFigureOptions *options)
{
  return options->title != NULL && *options->title != '\0' ? options->title : NULL;
}

static gboolean
draw_bars (PhenoCli *cli, const char *source, const PhenoFigureOptions *options,
           PhenoFigureFile *file, GString *text, GError **error)
{
  g_autoptr (PhenoTable) table = pheno_table_read (source, error);
  g_autoptr (GArray) series = g_array_new (FALSE, TRUE, sizeof (PhenoBarSeries));
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  PhenoBarPanel panel = { .x_label = options->label };

  if (table == NULL || !check (table, source, error))
    return FALSE;
  for (guint row = 0; row < table->rows->len; row++)
    g_ptr_array_add (names, ((char **) table->rows->pdata[row])[0]);
  for (guint c = 1; c < table->columns->len; c++)
    {
      PhenoBarSeries one = { .name = column_name (table, c) };

      if (is_end (table, one.name))
        continue;
      one.value = read_column (table, c);
      one.low = read_named (table, one.name, "_low");
      one.high = read_named (table, one.name, "_high");
      g_ptr_array_add (values, (gpointer) one.value);
      g_ptr_array_add (values, (gpointer) one.low);
      g_ptr_array_add (values, (gpointer) one.high);
      g_array_append_val (series, one);
    }
  panel.series = (const PhenoBarSeries *) series->data;
  panel.n_series = series->len;
  copy_table (table, text);
  return pheno_figure_bars ((const char *const *) names->pdata, names->len, &panel, 1,
                            title_of (options), file, error);
}

static gboolean
draw_spectra (PhenoCli *cli, const char *source, const PhenoFigureOptions *options,
              PhenoFigureFile *file, GString *text, GError **error)
{
  g_autoptr (PhenoTable) table = pheno_table_read (source, error);
  g_autoptr (GArray) curves = g_array_new (FALSE, TRUE, sizeof (PhenoCurve));
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  const char *x_label;

  if (table == NULL || !check (table, source, error))
    return FALSE;
  for (guint c = 0; c < table->columns->len; c++)
    g_ptr_array_add (values, read_column (table, c));
  for (guint c = 1; c < table->columns->len; c++)
    {
      PhenoCurve curve = { .name = column_name (table, c),
                           .x = values->pdata[0],
                           .y = values->pdata[c],
                           .length = table->rows->len };

      g_array_append_val (curves, curve);
    }
  x_label = g_str_equal (column_name (table, 0), "wavelength_nm")
                ? _ ("wavelength, nm")
                : column_name (table, 0);
  copy_table (table, text);
  return pheno_figure_curves ((const PhenoCurve *) curves->data, curves->len,
                              title_of (options), x_label, options->label, file, error);
}

const PhenoFigureKind pheno_figure_kind_bars = { "bars", draw_bars };
const PhenoFigureKind pheno_figure_kind_spectra = { "spectra", draw_spectra };
