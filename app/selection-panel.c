/* selection-panel.c - the selected specimens as an object: count, list, name
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A name is a value in a column of the metadata, so that a selection is found again in
 * the table, in filters, in legends and in every file that is exported. Files are written
 * in selection-panel-files.c.
 */
#include "app/selection-panel-private.h"

#include <string.h>

#include "app/item-name.h"
#include "app/specimen-picture.h"
#include "app/tab-leaves.h"

#define PICTURE_SIDE 72

G_DEFINE_FINAL_TYPE (PhenoSelectionPanel, pheno_selection_panel, ADW_TYPE_BIN)

enum
{
  ROW_CHOSEN,
  COLOUR_BY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- the grid ---- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, pheno_specimen_picture_new (PICTURE_SIDE));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  PhenoSpecimen *specimen = gtk_list_item_get_item (item);
  GtkWidget *picture = gtk_list_item_get_child (item);
  g_autofree char *words = pheno_specimen_in_words (specimen);

  pheno_specimen_picture_set (picture, specimen);
  pheno_item_set_name (picture, words);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  pheno_specimen_picture_set (gtk_list_item_get_child (item), NULL);
}

static void
activated_cb (GtkGridView *grid, guint position, PhenoSelectionPanel *self)
{
  g_autoptr (PhenoSpecimen) specimen
      = g_list_model_get_item (G_LIST_MODEL (gtk_grid_view_get_model (grid)), position);

  for (gsize row = 0; row < pheno_map_model_get_n_rows (self->model); row++)
    if (pheno_map_model_get_specimen (self->model, row) == specimen)
      {
        g_signal_emit (self, signals[ROW_CHOSEN], 0, (int) row);
        return;
      }
}

/* ---- in words ---- */

static int
compare_counts (gconstpointer a, gconstpointer b, gpointer counts)
{
  const PhenoMapCount *all = counts;
  guint first = all[*(const int *) a + 1].selected;
  guint second = all[*(const int *) b + 1].selected;

  return (first < second) - (first > second);
}

/* "Species: erato 12, melpomene 3": the groups that are selected, the largest first. */
static char *
describe_groups (PhenoMapModel *model)
{
  const char *column = pheno_map_model_get_colour_by (model);
  g_autofree PhenoMapCount *counts = pheno_map_model_count (model);
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (int));
  GString *words;

  if (column == NULL || g_str_equal (column, PHENO_MAP_BY_SELECTION))
    return g_strdup ("");
  for (int g = -1; g < (int) pheno_map_model_get_n_groups (model); g++)
    if (counts[g + 1].selected > 0)
      g_array_append_val (groups, g);
  g_array_sort_with_data (groups, compare_counts, counts);

  words = g_string_new (NULL);
  for (guint i = 0; i < groups->len; i++)
    {
      int group = g_array_index (groups, int, i);

      g_string_append_printf (words, "%s%s %u", i > 0 ? ", " : "",
                              pheno_map_model_group_name (model, group),
                              counts[group + 1].selected);
    }
  return g_string_free (words, FALSE);
}

static void
update_name_button (PhenoSelectionPanel *self)
{
  gboolean named = *gtk_editable_get_text (self->value_entry) != '\0'
                   && *gtk_editable_get_text (self->column_entry) != '\0';

  gtk_widget_set_sensitive (self->name_button, named);
}

static void
update (PhenoSelectionPanel *self)
{
  gsize n = pheno_map_model_get_n_selected (self->model);
  g_autofree char *count = NULL, *groups = NULL;

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "selection" : "empty");
  if (n == 0)
    return;
  count = g_strdup_printf (ngettext ("%zu selected", "%zu selected", n), n);
  gtk_label_set_label (self->count_label, count);
  groups = describe_groups (self->model);
  gtk_label_set_label (self->groups_label, groups);
}

static void
changed_cb (PhenoMapModel *model, PhenoSelectionPanel *self)
{
  update (self);
}

/* ---- naming ---- */

static void
name_cb (PhenoSelectionPanel *self)
{
  PhenoSession *session = pheno_map_model_get_session (self->model);
  g_autoptr (GPtrArray) specimens = pheno_session_selected (session);
  g_autofree char *column
      = g_strstrip (g_strdup (gtk_editable_get_text (self->column_entry)));
  g_autofree char *value
      = g_strstrip (g_strdup (gtk_editable_get_text (self->value_entry)));

  if (*column == '\0' || *value == '\0')
    return;
  if (g_str_equal (column, "file") || g_str_equal (column, "name")
      || g_str_equal (column, PHENO_MAP_BY_SELECTION))
    {
      pheno_session_toast (
          session, _ ("That column cannot be edited: choose another name for it."), NULL,
          NULL);
      return;
    }
  if (specimens->len == 0)
    {
      pheno_session_toast (
          session, _ ("None of the selected rows is an image of this collection."), NULL,
          NULL);
      return;
    }
  pheno_session_edit (session, specimens, column, value);
}

static void
colour_cb (GtkButton *button, PhenoSelectionPanel *self)
{
  g_signal_emit (self, signals[COLOUR_BY], 0, gtk_editable_get_text (self->column_entry));
}

static void
update_colour_button (PhenoSelectionPanel *self)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (self->model);

  gtk_widget_set_sensitive (self->colour_button,
                            g_strv_contains ((const char *const *) columns,
                                             gtk_editable_get_text (self->column_entry)));
}

static void
entry_changed_cb (PhenoSelectionPanel *self)
{
  update_name_button (self);
  if (self->model != NULL)
    update_colour_button (self);
}

static void
groups_changed_cb (PhenoMapModel *model, PhenoSelectionPanel *self)
{
  update_colour_button (self);
  update (self);
}

static void
clear_cb (GtkButton *button, PhenoSelectionPanel *self)
{
  pheno_map_model_select (self->model, NULL, 0, PHENO_SELECT_ONLY);
}

static void
invert_cb (GtkButton *button, PhenoSelectionPanel *self)
{
  pheno_map_model_invert_selection (self->model);
}

void
pheno_selection_panel_set_model (PhenoSelectionPanel *self, PhenoMapModel *model)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (
      pheno_session_get_selection (pheno_map_model_get_session (model)));
  GtkSelectionFilterModel *selected;

  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  selected = gtk_selection_filter_model_new (selection);
  self->selected = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (selected)));
  g_signal_connect_object (model, "selection-changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (model, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  groups_changed_cb (model, self);
}

/* ---- the widget ---- */

/* Who selects ten thousand specimens elsewhere need not wait for pictures of them here.
 */
static void
pheno_selection_panel_map (GtkWidget *widget)
{
  PhenoSelectionPanel *self = PHENO_SELECTION_PANEL (widget);

  gtk_grid_view_set_model (self->grid, self->selected);
  GTK_WIDGET_CLASS (pheno_selection_panel_parent_class)->map (widget);
}

static void
pheno_selection_panel_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pheno_selection_panel_parent_class)->unmap (widget);
  gtk_grid_view_set_model (PHENO_SELECTION_PANEL (widget)->grid, NULL);
}

static void
pheno_selection_panel_dispose (GObject *object)
{
  PhenoSelectionPanel *self = PHENO_SELECTION_PANEL (object);

  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SELECTION_PANEL);
  g_clear_object (&self->chooser);
  g_clear_object (&self->selected);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (pheno_selection_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoSelectionPanel, name)

static void
pheno_selection_panel_class_init (PhenoSelectionPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_selection_panel_dispose;
  widget_class->map = pheno_selection_panel_map;
  widget_class->unmap = pheno_selection_panel_unmap;
  signals[ROW_CHOSEN] = g_signal_new ("row-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[COLOUR_BY] = g_signal_new ("colour-by", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/selection-panel.ui");
  BIND (stack);
  BIND (count_label);
  BIND (groups_label);
  BIND (invert_button);
  BIND (clear_button);
  BIND (grid);
  BIND (value_entry);
  BIND (column_entry);
  BIND (name_button);
  BIND (colour_button);
}

static void
pheno_selection_panel_init (PhenoSelectionPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  pheno_selection_panel_add_actions (self);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_grid_view_set_factory (self->grid, factory);
  g_object_unref (factory);

  g_signal_connect (self->grid, "activate", G_CALLBACK (activated_cb), self);
  pheno_tab_leaves (GTK_WIDGET (self->grid));
  g_signal_connect (self->invert_button, "clicked", G_CALLBACK (invert_cb), self);
  g_signal_connect (self->clear_button, "clicked", G_CALLBACK (clear_cb), self);
  g_signal_connect_swapped (self->name_button, "clicked", G_CALLBACK (name_cb), self);
  g_signal_connect_swapped (self->value_entry, "activate", G_CALLBACK (name_cb), self);
  g_signal_connect_swapped (self->value_entry, "changed", G_CALLBACK (entry_changed_cb),
                            self);
  g_signal_connect_swapped (self->column_entry, "changed", G_CALLBACK (entry_changed_cb),
                            self);
  g_signal_connect (self->colour_button, "clicked", G_CALLBACK (colour_cb), self);
  update_name_button (self);
}
