/* neighbours-panel.c - what looks most like the specimen that was clicked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/neighbours-panel.h"

#include "app/item-name.h"
#include "app/main-task.h"
#include "app/specimen-picture.h"

#define QUERY_SIDE 88
#define PICTURE_SIDE 56

struct _PhenoNeighboursPanel
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *stack;
  GtkBox *query_box;
  GtkLabel *query_name, *query_group, *note_label;
  GtkWidget *back_button, *select_button;
  GtkDropDown *metric_choice;
  GtkSpinButton *count_button;
  GtkCheckButton *whitened_button, *other_species_button, *other_individual_button,
      *shown_only_button;
  GtkListBox *list;

  /* owned */
  GtkWidget *query_picture; /* in the box */
  PhenoMapModel *model;
  GCancellable *searching;
  GArray *rows; /* int: of the list */
};

G_DEFINE_FINAL_TYPE (PhenoNeighboursPanel, pheno_neighbours_panel, ADW_TYPE_BIN)

enum
{
  ROW_CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- the search, on a thread ---- */

typedef struct
{
  PhenoMeasure *measure;
  gboolean whitened;
  gsize row, k;
  PhenoMetric metric;
  guint8 *left_out;
} Search;

static void
search_free (gpointer data)
{
  Search *self = data;

  pheno_measure_unref (self->measure);
  g_free (self->left_out);
  g_free (self);
}

static void
search_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Search *search = data;
  GError *error = NULL;
  const PhenoMatrix *matrix
      = pheno_measure_get_matrix (search->measure, search->whitened, &error);
  PhenoNeighbours *found = NULL;

  if (matrix != NULL)
    found = pheno_nearest (matrix, search->row, search->k, search->metric,
                           search->left_out, cancellable, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) pheno_neighbours_free);
  else
    g_task_return_error (task, error);
}

static void
leave_out_same (PhenoNeighboursPanel *self, gsize query, const char *column,
                guint8 *left_out)
{
  const char *own = pheno_map_model_get_value (self->model, query, column);

  for (gsize row = 0; *own != '\0' && row < pheno_map_model_get_n_rows (self->model);
       row++)
    if (g_str_equal (pheno_map_model_get_value (self->model, row, column), own))
      left_out[row] = TRUE;
}

static guint8 *
make_left_out (PhenoNeighboursPanel *self, gsize query)
{
  gsize n = pheno_map_model_get_n_rows (self->model);
  const guint8 *shown = pheno_map_model_get_shown (self->model);
  const char *individuals = pheno_map_model_get_individuals (self->model);
  guint8 *left_out = g_new0 (guint8, n);

  for (gsize row = 0; gtk_check_button_get_active (self->shown_only_button) && row < n;
       row++)
    left_out[row] = !shown[row];
  if (gtk_check_button_get_active (self->other_species_button))
    leave_out_same (self, query, "species", left_out);
  if (gtk_check_button_get_active (self->other_individual_button) && individuals != NULL)
    leave_out_same (self, query, individuals, left_out);
  return left_out;
}

/* ---- the list ---- */

static void
clear_list (PhenoNeighboursPanel *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_array_set_size (self->rows, 0);
}

/* File names differ at their end. */
static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static void
add_row (PhenoNeighboursPanel *self, int row, float distance)
{
  PhenoSpecimen *specimen = pheno_map_model_get_specimen (self->model, (gsize) row);
  const char *name = pheno_map_model_get_name (self->model, (gsize) row);
  const char *species = pheno_map_model_get_value (self->model, (gsize) row, "species");
  GtkWidget *line = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *labels = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *picture = pheno_specimen_picture_new (PICTURE_SIDE);
  g_autofree char *number = g_strdup_printf ("%.3f", distance);
  GtkWidget *label = gtk_label_new (number);
  g_autofree char *words = NULL;

  pheno_specimen_picture_set (picture, specimen);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_valign (labels, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (labels, TRUE);
  gtk_box_append (GTK_BOX (labels), make_label (name, NULL));
  gtk_box_append (GTK_BOX (labels), make_label (species, "dim-label"));
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), labels);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "look-alike");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (line), box);
  /* Translators: a look-alike, for a screen reader: name, species, distance */
  words = g_strdup_printf (_ ("%s, %s, distance %s"), name, species, number);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  gtk_list_box_append (self->list, line);
  g_array_append_val (self->rows, row);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoNeighboursPanel *self = PHENO_NEIGHBOURS_PANEL (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoNeighbours) found = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->searching)
    return;
  g_clear_object (&self->searching);
  clear_list (self);
  if (found == NULL)
    {
      gtk_label_set_label (self->note_label, error->message);
      return;
    }

  for (gsize i = 0; i < found->k && found->index[i] >= 0; i++)
    add_row (self, found->index[i], found->distance[i]);
  gtk_widget_set_sensitive (self->select_button, self->rows->len > 0);
  if (self->rows->len == 0)
    gtk_label_set_label (self->note_label,
                         _ ("Nothing is left to compare with: change what is left out "
                            "above, or the filter."));
  else
    gtk_label_set_label (
        self->note_label,
        gtk_drop_down_get_selected (self->metric_choice) == 0
            ? _ ("Cosine distances go from 0, alike, to 2. They are measured in all "
                 "directions of the embedding, not on the map.")
            : _ ("Euclidean distances are in units of the embedding, and are measured in "
                 "all of its directions, not on the map."));
}

static void
search_again (PhenoNeighboursPanel *self)
{
  int query = self->model != NULL ? pheno_map_model_get_query (self->model) : -1;
  g_autoptr (GTask) task = NULL;
  Search *search;

  if (self->searching != NULL)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  if (query < 0)
    return;

  search = g_new0 (Search, 1);
  search->measure = pheno_measure_ref (pheno_map_model_get_measure (self->model));
  search->whitened = pheno_map_model_get_whitened (self->model);
  search->row = (gsize) query;
  search->k = (gsize) gtk_spin_button_get_value_as_int (self->count_button);
  search->metric = gtk_drop_down_get_selected (self->metric_choice) == 0
                       ? PHENO_METRIC_COSINE
                       : PHENO_METRIC_EUCLIDEAN;
  search->left_out = make_left_out (self, (gsize) query);
  self->searching = g_cancellable_new ();
  task = g_task_new (self, self->searching, found_cb, NULL);
  g_task_set_task_data (task, search, search_free);
  pheno_task_run (task, search_in_thread);
}

/* ---- the query ---- */

static void
show_name (PhenoNeighboursPanel *self, const char *name)
{
  g_autofree char *text = pheno_breakable_name (name);
  g_autofree char *words = pheno_accessible_name (name);

  gtk_label_set_label (self->query_name, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->query_name),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
show_query (PhenoNeighboursPanel *self)
{
  int query = pheno_map_model_get_query (self->model);

  gtk_stack_set_visible_child_name (self->stack, query >= 0 ? "query" : "empty");
  if (query < 0)
    {
      clear_list (self);
      return;
    }

  show_name (self, pheno_map_model_get_name (self->model, (gsize) query));
  gtk_label_set_label (self->query_group,
                       pheno_map_model_get_value (self->model, (gsize) query, "species"));
  pheno_specimen_picture_set (self->query_picture,
                              pheno_map_model_get_specimen (self->model, (gsize) query));
}

static void
query_changed_cb (PhenoMapModel *model, GParamSpec *pspec, PhenoNeighboursPanel *self)
{
  show_query (self);
  search_again (self);
}

/* Which questions the columns allow. */
static void
groups_changed_cb (PhenoMapModel *model, PhenoNeighboursPanel *self)
{
  g_auto (GStrv) columns = NULL;

  if (pheno_map_model_get_embedding (model) == NULL)
    return;
  columns = pheno_map_model_get_columns (model);
  gtk_widget_set_visible (GTK_WIDGET (self->other_species_button),
                          g_strv_contains ((const char *const *) columns, "species"));
  gtk_widget_set_visible (GTK_WIDGET (self->other_individual_button),
                          pheno_map_model_get_individuals (model) != NULL);
  if (pheno_map_model_get_query (model) >= 0)
    show_query (self);
}

static void
shown_changed_cb (PhenoMapModel *model, PhenoNeighboursPanel *self)
{
  if (gtk_check_button_get_active (self->shown_only_button))
    search_again (self);
}

static void
setting_cb (PhenoNeighboursPanel *self)
{
  search_again (self);
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *line, PhenoNeighboursPanel *self)
{
  int index = gtk_list_box_row_get_index (line);

  if (index >= 0 && index < (int) self->rows->len)
    g_signal_emit (self, signals[ROW_CHOSEN], 0, g_array_index (self->rows, int, index));
}

static void
back_cb (GtkButton *button, PhenoNeighboursPanel *self)
{
  pheno_map_model_go_back (self->model);
}

static void
select_cb (GtkButton *button, PhenoNeighboursPanel *self)
{
  int query = pheno_map_model_get_query (self->model);

  pheno_map_model_select (self->model, &query, 1, PHENO_SELECT_ONLY);
  pheno_map_model_select (self->model, (const int *) self->rows->data, self->rows->len,
                          PHENO_SELECT_ADD);
}

void
pheno_neighbours_panel_set_model (PhenoNeighboursPanel *self, PhenoMapModel *model)
{
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  g_object_bind_property (model, "can-go-back", self->back_button, "sensitive",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (model, "can-whiten", self->whitened_button, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (model, "whitened", self->whitened_button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (model, "notify::whitened", G_CALLBACK (setting_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::query", G_CALLBACK (query_changed_cb), self,
                           0);
  g_signal_connect_object (model, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  g_signal_connect_object (model, "shown-changed", G_CALLBACK (shown_changed_cb), self,
                           0);
  groups_changed_cb (model, self);
  show_query (self);
}

static void
pheno_neighbours_panel_dispose (GObject *object)
{
  PhenoNeighboursPanel *self = PHENO_NEIGHBOURS_PANEL (object);

  if (self->searching != NULL)
    g_cancellable_cancel (self->searching);
  g_clear_object (&self->searching);
  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_NEIGHBOURS_PANEL);
  g_clear_object (&self->model);
  g_clear_pointer (&self->rows, g_array_unref);
  G_OBJECT_CLASS (pheno_neighbours_panel_parent_class)->dispose (object);
}

static void
pheno_neighbours_panel_class_init (PhenoNeighboursPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_neighbours_panel_dispose;
  signals[ROW_CHOSEN]
      = g_signal_new ("row-chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/neighbours-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, query_box);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, query_name);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, query_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, note_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, back_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        select_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        metric_choice);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, count_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        whitened_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        other_species_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        other_individual_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel,
                                        shown_only_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoNeighboursPanel, list);
}

static void
pheno_neighbours_panel_init (PhenoNeighboursPanel *self)
{
  GObject *settings[3];

  self->rows = g_array_new (FALSE, FALSE, sizeof (int));
  gtk_widget_init_template (GTK_WIDGET (self));
  pheno_label_forbid_hyphens (self->query_name);
  self->query_picture = pheno_specimen_picture_new (QUERY_SIDE);
  gtk_box_prepend (self->query_box, self->query_picture);

  settings[0] = G_OBJECT (self->other_species_button);
  settings[1] = G_OBJECT (self->other_individual_button);
  settings[2] = G_OBJECT (self->shown_only_button);
  for (guint i = 0; i < 3; i++)
    g_signal_connect_swapped (settings[i], "toggled", G_CALLBACK (setting_cb), self);
  g_signal_connect_swapped (self->metric_choice, "notify::selected",
                            G_CALLBACK (setting_cb), self);
  g_signal_connect_swapped (self->count_button, "value-changed", G_CALLBACK (setting_cb),
                            self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect (self->back_button, "clicked", G_CALLBACK (back_cb), self);
  g_signal_connect (self->select_button, "clicked", G_CALLBACK (select_cb), self);
}
