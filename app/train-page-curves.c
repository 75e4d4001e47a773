/* train-page-curves.c - the curves of one run, or of several over each other, and the
 * settings in which these differ
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/train-page-private.h"

#include <math.h>
#include <string.h>

/* Runs to draw: those that are ticked, or else the one that is shown. */
static GPtrArray *
drawn_runs (PhenoTrainPage *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *runs = pheno_training_get_runs (self->training);
  guint n = g_list_model_get_n_items (runs);

  for (guint i = 0; i < n; i++)
    {
      PhenoRunItem *item = g_list_model_get_item (runs, i);

      if (pheno_run_item_get_compared (item))
        g_ptr_array_add (items, item);
      else
        g_object_unref (item);
    }
  if (items->len == 0 && self->shown != NULL)
    g_ptr_array_add (items, g_object_ref (self->shown));
  return items;
}

static void
add_curve (PhenoCurveView *view, PhenoRunItem *item, guint series, const char *measure,
           gboolean alone, gsize offset, gboolean dashed)
{
  const GArray *history = pheno_run_item_get_facts (item)->history;
  const char *name = pheno_run_item_get_name (item);
  g_autofree double *epochs = g_new (double, history->len + 1);
  g_autofree double *values = g_new (double, history->len + 1);
  g_autofree char *label = NULL;

  for (guint i = 0; i < history->len; i++)
    {
      const PhenoHistoryRow *row = &g_array_index (history, PhenoHistoryRow, i);

      epochs[i] = row->epoch;
      values[i] = *(const double *) (const void *) ((const char *) row + offset);
    }

  if (measure == NULL)
    label = g_strdup (name);
  else if (alone)
    label = g_strdup (measure);
  else
    label = g_strdup_printf ("%s · %s", name, measure);
  pheno_curve_view_add (view, label, series, epochs, values, history->len, dashed);
}

/* Of runs that began alike, or none. */
static double
untrained_of (GPtrArray *items)
{
  double level = pheno_run_item_get_facts (items->pdata[0])->untrained;

  for (guint i = 1; i < items->len; i++)
    if (pheno_run_item_get_facts (items->pdata[i])->untrained != level)
      return NAN;
  return level;
}

/* Of batches that all runs share, or none. */
static double
chance_of (GPtrArray *items)
{
  int batch = 0;

  for (guint i = 0; i < items->len; i++)
    {
      const PhenoRun *run = pheno_run_item_get_facts (items->pdata[i])->run;

      if (run == NULL || (batch != 0 && run->batch != batch))
        return NAN;
      batch = run->batch;
    }
  return batch > 0 ? log (2.0 * batch - 1) : NAN;
}

static void
draw_all (PhenoTrainPage *self, GPtrArray *items)
{
  PhenoCurveView *views[]
      = { self->loss_view, self->accuracy_view, self->spread_view, self->rate_view };
  gboolean alone = items->len == 1;

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    pheno_curve_view_clear (views[i]);

  for (guint i = 0; i < items->len; i++)
    {
      PhenoRunItem *item = items->pdata[i];
      guint second = alone ? 1 : i;

#define FIELD(name) offsetof (PhenoHistoryRow, name)
      add_curve (self->loss_view, item, i, NULL, alone, FIELD (loss), FALSE);
      add_curve (self->accuracy_view, item, i, NULL, alone, FIELD (knn_accuracy), FALSE);
      add_curve (self->spread_view, item, i, _ ("alignment"), alone, FIELD (alignment),
                 FALSE);
      add_curve (self->spread_view, item, second, _ ("uniformity"), alone,
                 FIELD (uniformity), TRUE);
      add_curve (self->rate_view, item, i, NULL, alone, FIELD (learning_rate), FALSE);
#undef FIELD
    }
  pheno_curve_view_set_level (self->loss_view, chance_of (items),
                              /* Translators: the loss of a network that only guesses. */
                              _ ("guessing"));
  if (items->len > 0)
    pheno_curve_view_set_level (self->accuracy_view, untrained_of (items),
                                /* Translators: the accuracy of an encoder before its
                                 * first step. */
                                _ ("before training"));
}

/* ---- the table ---- */

/* “training.epochs” to its value, of all keys and operations. */
static GHashTable *
settings_of (PhenoRunItem *item, GPtrArray *order)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const PhenoRun *run = pheno_run_item_get_facts (item)->run;
  g_autofree char *text = run != NULL ? pheno_run_to_text (run) : g_strdup ("");
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;

  g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL);
  groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group != NULL; group++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, *group, NULL, NULL);

      for (char **key = keys; key != NULL && *key != NULL; key++)
        {
          char *name = g_strconcat (*group, ".", *key, NULL);

          if (!g_ptr_array_find_with_equal_func (order, name, g_str_equal, NULL))
            g_ptr_array_add (order, g_strdup (name));
          g_hash_table_insert (table, name,
                               g_key_file_get_string (file, *group, *key, NULL));
        }
    }
  return table;
}

static void
add_cell (GtkGrid *grid, int column, int row, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (label, style);
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

static gboolean
differs (GPtrArray *tables, const char *name)
{
  const char *first = g_hash_table_lookup (tables->pdata[0], name);

  for (guint i = 1; i < tables->len; i++)
    if (g_strcmp0 (g_hash_table_lookup (tables->pdata[i], name), first) != 0)
      return TRUE;
  return FALSE;
}

static void
fill_table (PhenoTrainPage *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) tables
      = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func (g_free);
  int row = 1;

  add_cell (self->comparison_grid, 0, 0, _ ("Setting"), "dim-label");
  for (guint i = 0; i < items->len; i++)
    {
      g_ptr_array_add (tables, settings_of (items->pdata[i], order));
      add_cell (self->comparison_grid, (int) i + 1, 0,
                pheno_run_item_get_name (items->pdata[i]), "heading");
    }
  for (guint k = 0; k < order->len; k++)
    {
      if (!differs (tables, order->pdata[k]))
        continue;
      add_cell (self->comparison_grid, 0, row, order->pdata[k], "dim-label");
      for (guint i = 0; i < tables->len; i++)
        {
          const char *value = g_hash_table_lookup (tables->pdata[i], order->pdata[k]);

          add_cell (self->comparison_grid, (int) i + 1, row, value != NULL ? value : "–",
                    "numeric");
        }
      row++;
    }
  if (row == 1)
    add_cell (self->comparison_grid, 0, row, _ ("None: the settings are the same"),
              "dim-label");
}

static void
show_comparison (PhenoTrainPage *self, GPtrArray *items)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->comparison_grid)))
         != NULL)
    gtk_grid_remove (self->comparison_grid, child);
  gtk_widget_set_visible (self->comparison_group, items->len > 1);
  if (items->len > 1)
    fill_table (self, items);
}

void
pheno_train_page_draw_curves (PhenoTrainPage *self)
{
  g_autoptr (GPtrArray) items = drawn_runs (self);

  gtk_stack_set_visible_child_name (self->curves_stack,
                                    items->len > 0 ? "curves" : "none");
  draw_all (self, items);
  show_comparison (self, items);
}
