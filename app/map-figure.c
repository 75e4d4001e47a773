/* map-figure.c - the map as a figure, and its rows as a table
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-figure.h"

#include <string.h>

#define NARROW_MM 120 /* axes that are shorter have brief labels */

struct _PhenoMapFigure
{
  PhenoMatrix *coordinates; /* (n, 2): the rows shown */
  int *groups;
  GPtrArray *group_names;
  guint8 *selected;
  gboolean any_selected;
  char *labels[2][2]; /* of x and y; in full, brief */
  GHashTable *provenance;
  double low[2], high[2]; /* in sight */
};

/* ---- the figure ---- */

static GHashTable *
make_provenance (PhenoMapModel *model)
{
  const PhenoEmbedding *embedding = pheno_map_model_get_embedding (model);
  const PhenoProjection *projection = pheno_map_model_get_projection (model);
  const char *column = pheno_map_model_get_colour_by (model);
  GHashTable *provenance
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer key, value;
  guint x, y;

  g_hash_table_iter_init (&iter, embedding->provenance);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (provenance, g_strdup (key), g_strdup (value));

  pheno_map_model_get_axes (model, &x, &y);
  g_hash_table_insert (provenance, g_strdup ("projection"), g_strdup (projection->name));
  g_hash_table_insert (provenance, g_strdup ("axes"),
                       g_strdup_printf ("%u,%u", x + 1, y + 1));
  if (column != NULL)
    g_hash_table_insert (provenance, g_strdup ("colour-by"), g_strdup (column));
  return provenance;
}

static void
take_rows (PhenoMapFigure *self, PhenoMapModel *model)
{
  const guint8 *shown = pheno_map_model_get_shown (model);
  const guint8 *selected = pheno_map_model_get_selected (model);
  const float *points = pheno_map_model_get_points (model);
  gsize n = pheno_map_model_get_n_shown (model), at = 0;

  self->coordinates = pheno_matrix_new (n, 2);
  self->groups = g_new (int, n);
  self->selected = g_new (guint8, n);
  for (gsize row = 0; at < n && row < pheno_map_model_get_n_rows (model); row++)
    if (shown[row])
      {
        memcpy (pheno_matrix_row (self->coordinates, at), points + 2 * row,
                2 * sizeof (float));
        self->groups[at] = pheno_map_model_group_of (model, row);
        self->any_selected |= selected[row] != 0;
        self->selected[at++] = selected[row];
      }
}

PhenoMapFigure *
pheno_map_figure_new (PhenoMapModel *model, PhenoMapView *view)
{
  PhenoMapFigure *self;
  guint x, y;

  if (pheno_map_model_get_points (model) == NULL
      || pheno_map_model_get_n_shown (model) == 0)
    return NULL;

  self = g_atomic_rc_box_new0 (PhenoMapFigure);
  take_rows (self, model);
  self->group_names = g_ptr_array_new_with_free_func (g_free);
  for (guint g = 0; g < pheno_map_model_get_n_groups (model); g++)
    g_ptr_array_add (self->group_names,
                     g_strdup (pheno_map_model_group_name (model, (int) g)));
  pheno_map_model_get_axes (model, &x, &y);
  for (int brief = 0; brief < 2; brief++)
    {
      self->labels[0][brief] = pheno_map_model_axis_label (model, x, brief);
      self->labels[1][brief] = pheno_map_model_axis_label (model, y, brief);
    }
  self->provenance = make_provenance (model);
  pheno_map_view_get_limits (view, self->low, self->high);
  return self;
}

PhenoMapFigure *
pheno_map_figure_ref (PhenoMapFigure *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  PhenoMapFigure *self = data;

  pheno_matrix_free (self->coordinates);
  g_free (self->groups);
  g_free (self->selected);
  g_ptr_array_unref (self->group_names);
  for (int axis = 0; axis < 2; axis++)
    for (int brief = 0; brief < 2; brief++)
      g_free (self->labels[axis][brief]);
  g_hash_table_unref (self->provenance);
}

void
pheno_map_figure_unref (PhenoMapFigure *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

GBytes *
pheno_map_figure_draw (const PhenoMapFigure *self, const PhenoMapFigureOptions *options,
                       GError **error)
{
  g_autofree char *name = g_strconcat ("map.", options->format, NULL);
  int brief = options->width_mm < NARROW_MM;
  PhenoFigureFile file = {
    .path = name,
    .width_mm = options->width_mm,
    .height_mm = options->height_mm,
    .dots_per_inch = options->dots_per_inch,
    .font_size = options->font_size,
    .provenance = self->provenance,
  };
  PhenoScatter scatter = {
    .coordinates = self->coordinates,
    .groups = self->groups,
    .group_names = self->group_names,
    .title = options->title,
    .x_label = self->labels[0][brief],
    .y_label = self->labels[1][brief],
    .caption = options->caption,
    .selected = options->mark_selected && self->any_selected ? self->selected : NULL,
    .legend = options->legend,
    .point_size = options->point_size,
  };

  if (options->in_sight)
    for (int axis = 0; axis < 2; axis++)
      {
        scatter.low[axis] = self->low[axis];
        scatter.high[axis] = self->high[axis];
      }
  return pheno_figure_scatter_bytes (&scatter, &file, error);
}

/* ---- the table ---- */

static void
add_columns (PhenoMapModel *model, PhenoEmbedding *table, const GArray *rows)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (model);

  for (guint c = 0; columns[c] != NULL; c++)
    {
      g_autofree const char **values = g_new0 (const char *, rows->len + 1);

      for (guint i = 0; i < rows->len; i++)
        values[i] = pheno_map_model_get_value (
            model, (gsize) g_array_index (rows, int, i), columns[c]);
      pheno_embedding_add_column (table, columns[c], values);
    }
}

PhenoEmbedding *
pheno_map_table_new (PhenoMapModel *model, gboolean places)
{
  const PhenoEmbedding *embedding = pheno_map_model_get_embedding (model);
  const PhenoMap *map = pheno_map_model_get_map (model);
  const guint8 *shown = pheno_map_model_get_shown (model);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));
  const PhenoMatrix *source;
  PhenoEmbedding *table;

  if (embedding == NULL || (places && map == NULL)
      || pheno_map_model_get_n_shown (model) == 0)
    return NULL;
  source = places ? map->coordinates : embedding->matrix;
  for (int row = 0; row < (int) pheno_map_model_get_n_rows (model); row++)
    if (shown[row])
      g_array_append_val (rows, row);

  table = pheno_embedding_new (rows->len, source->columns);
  for (guint i = 0; i < rows->len; i++)
    {
      gsize row = (gsize) g_array_index (rows, int, i);

      g_ptr_array_add (table->files, g_strdup (embedding->files->pdata[row]));
      memcpy (pheno_matrix_row (table->matrix, i), pheno_matrix_row (source, row),
              source->columns * sizeof (float));
    }
  add_columns (model, table, rows);
  g_hash_table_unref (table->provenance);
  table->provenance = make_provenance (model);
  return table;
}

/* ---- text ---- */

static void
append_row (PhenoMapModel *model, GString *text, gsize row, char **columns,
            char separator)
{
  const float *points = pheno_map_model_get_points (model);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  pheno_append_field (text, pheno_map_model_get_embedding (model)->files->pdata[row]);
  for (int axis = 0; axis < 2 && points != NULL; axis++)
    g_string_append_printf (
        text, "%c%s", separator,
        g_ascii_formatd (digits, sizeof digits, "%.7g", points[2 * row + (gsize) axis]));
  for (guint c = 0; columns[c] != NULL; c++)
    {
      g_string_append_c (text, separator);
      pheno_append_field (text, pheno_map_model_get_value (model, row, columns[c]));
    }
  g_string_append_c (text, '\n');
}

char *
pheno_map_text (PhenoMapModel *model, char separator)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (model);
  const guint8 *wanted = pheno_map_model_get_n_selected (model) > 0
                             ? pheno_map_model_get_selected (model)
                             : pheno_map_model_get_shown (model);
  GString *text = g_string_new ("filename");

  if (pheno_map_model_get_points (model) != NULL)
    g_string_append_printf (text, "%cx%cy", separator, separator);
  for (guint c = 0; columns[c] != NULL; c++)
    {
      g_string_append_c (text, separator);
      pheno_append_field (text, columns[c]);
    }
  g_string_append_c (text, '\n');
  for (gsize row = 0; row < pheno_map_model_get_n_rows (model); row++)
    if (wanted[row])
      append_row (model, text, row, columns, separator);
  return g_string_free (text, FALSE);
}
