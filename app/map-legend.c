/* map-legend.c - which colour and shape is which group, with counts
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-legend.h"

#include "app/filter-group.h"
#include "app/map-raster.h"

/* More rows than that nobody reads, and making them takes its time. */
#define MOST_ROWS 200

typedef struct
{
  int group;
  GtkWidget *row, *counts, *hidden;
} Entry;

struct _PhenoMapLegend
{
  AdwBin parent_instance;

  /* template children */
  GtkLabel *title_label, *summary_label;
  GtkWidget *all_button;
  GtkListBox *list;

  /* owned */
  PhenoMapModel *model;
  GArray *entries; /* Entry */
};

G_DEFINE_FINAL_TYPE (PhenoMapLegend, pheno_map_legend, ADW_TYPE_BIN)

static void
draw_marker_cb (GtkDrawingArea *area, cairo_t *cairo, int width, int height,
                gpointer user_data)
{
  PhenoMapLegend *self = PHENO_MAP_LEGEND (
      gtk_widget_get_ancestor (GTK_WIDGET (area), PHENO_TYPE_MAP_LEGEND));

  if (self != NULL)
    pheno_map_draw_marker (cairo, GPOINTER_TO_INT (user_data),
                           pheno_map_model_get_n_groups (self->model),
                           adw_style_manager_get_dark (adw_style_manager_get_default ()),
                           width / 2.0, height / 2.0, 5);
}

static Entry
make_entry (PhenoMapLegend *self, int group)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *marker = gtk_drawing_area_new ();
  GtkWidget *name = gtk_label_new (pheno_map_model_group_name (self->model, group));
  Entry entry = { .group = group,
                  .row = gtk_list_box_row_new (),
                  .counts = gtk_label_new (NULL),
                  .hidden = gtk_image_new_from_icon_name ("view-conceal-symbolic") };

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (marker), 16);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (marker), 16);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (marker), draw_marker_cb,
                                  GINT_TO_POINTER (group), NULL);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (entry.counts, "numeric");
  gtk_widget_add_css_class (entry.counts, "dim-label");
  gtk_box_append (GTK_BOX (box), marker);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), entry.hidden);
  gtk_box_append (GTK_BOX (box), entry.counts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (entry.row), box);
  gtk_list_box_append (self->list, entry.row);
  return entry;
}

static void
update_entry (PhenoMapLegend *self, const Entry *entry, const PhenoMapCount *count)
{
  gboolean shown = pheno_map_model_group_is_shown (self->model, entry->group);
  const char *name = pheno_map_model_group_name (self->model, entry->group);
  g_autofree char *words = NULL, *numbers = NULL;

  if (count->selected > 0)
    numbers
        = g_strdup_printf ("%u / %u / %u", count->selected, count->shown, count->total);
  else if (count->shown != count->total)
    numbers = g_strdup_printf ("%u / %u", count->shown, count->total);
  else
    numbers = g_strdup_printf ("%u", count->total);
  gtk_label_set_label (GTK_LABEL (entry->counts), numbers);
  gtk_widget_set_visible (entry->hidden, !shown);
  if (shown)
    gtk_widget_remove_css_class (entry->row, "dim-label");
  else
    gtk_widget_add_css_class (entry->row, "dim-label");

  /* Translators: an entry of the legend, for a screen reader: group, counts */
  words = g_strdup_printf (shown ? _ ("%s, shown: %u selected, %u shown, %u in all")
                                 : _ ("%s, hidden: %u selected, %u shown, %u in all"),
                           name, count->selected, count->shown, count->total);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry->row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
update (PhenoMapLegend *self)
{
  g_autofree PhenoMapCount *counts = NULL;
  g_autofree char *summary = NULL;
  gsize n_selected, n_shown, n;
  gboolean any_hidden = FALSE;

  if (pheno_map_model_get_embedding (self->model) == NULL)
    return;
  counts = pheno_map_model_count (self->model);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      update_entry (self, entry, counts + entry->group + 1);
      any_hidden |= !pheno_map_model_group_is_shown (self->model, entry->group);
    }
  /* It keeps its place: a list that moved would take the second of two clicks amiss. */
  gtk_widget_set_sensitive (self->all_button, any_hidden);

  n_selected = pheno_map_model_get_n_selected (self->model);
  n_shown = pheno_map_model_get_n_shown (self->model);
  n = pheno_map_model_get_n_rows (self->model);
  /* Translators: what the three numbers of the legend are, with their sums */
  summary = g_strdup_printf (_ ("Selected %zu / shown %zu / all %zu"), n_selected,
                             n_shown, n);
  gtk_label_set_label (self->summary_label, summary);
}

static void
clear_list (PhenoMapLegend *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_array_set_size (self->entries, 0);
}

static void
add_rest (PhenoMapLegend *self, guint n_more)
{
  g_autofree char *words = g_strdup_printf (
      ngettext ("and %u more group", "and %u more groups", n_more), n_more);
  GtkWidget *label = gtk_label_new (words);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_widget_add_css_class (label, "dim-label");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_append (self->list, row);
}

static void
groups_changed_cb (PhenoMapModel *model, PhenoMapLegend *self)
{
  const char *column = pheno_map_model_get_colour_by (model);
  int n = (int) pheno_map_model_get_n_groups (model);
  g_autofree PhenoMapCount *counts = NULL;

  clear_list (self);
  if (pheno_map_model_get_embedding (model) == NULL)
    return;

  gtk_label_set_label (self->title_label, column == NULL ? _ ("One colour")
                                          : g_str_equal (column, PHENO_MAP_BY_SELECTION)
                                              ? _ ("Selection")
                                              : pheno_column_title (column));
  counts = pheno_map_model_count (model);
  for (int group = 0; group < MIN (n, MOST_ROWS); group++)
    {
      Entry entry = make_entry (self, group);

      g_array_append_val (self->entries, entry);
    }
  if (counts[0].total > 0)
    {
      Entry entry = make_entry (self, -1);

      g_array_append_val (self->entries, entry);
    }
  if (n > MOST_ROWS)
    add_rest (self, (guint) (n - MOST_ROWS));
  update (self);
}

static void
changed_cb (PhenoMapModel *model, PhenoMapLegend *self)
{
  update (self);
}

/* ---- hiding and isolating ---- */

static const Entry *
entry_of (PhenoMapLegend *self, GtkWidget *row)
{
  for (guint i = 0; row != NULL && i < self->entries->len; i++)
    if (g_array_index (self->entries, Entry, i).row == row)
      return &g_array_index (self->entries, Entry, i);
  return NULL;
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, PhenoMapLegend *self)
{
  const Entry *entry = entry_of (self, GTK_WIDGET (row));

  if (entry != NULL)
    pheno_map_model_show_group (
        self->model, entry->group,
        !pheno_map_model_group_is_shown (self->model, entry->group));
}

/* Again on the one that stands alone: all come back. */
static void
isolate (PhenoMapLegend *self, const Entry *entry)
{
  gboolean alone = pheno_map_model_group_is_shown (self->model, entry->group);

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *other = &g_array_index (self->entries, Entry, i);

      alone = alone
              && (other->group == entry->group
                  || !pheno_map_model_group_is_shown (self->model, other->group));
    }
  if (alone)
    pheno_map_model_show_all_groups (self->model);
  else
    pheno_map_model_isolate_group (self->model, entry->group);
}

static void
select_group (PhenoMapLegend *self, const Entry *entry, GdkModifierType state)
{
  pheno_map_model_select_group (self->model, entry->group,
                                state & GDK_SHIFT_MASK ? PHENO_SELECT_ADD
                                                       : PHENO_SELECT_ONLY);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y,
            PhenoMapLegend *self)
{
  const Entry *entry
      = entry_of (self, GTK_WIDGET (gtk_list_box_get_row_at_y (self->list, (int) y)));
  GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (entry == NULL || (n_press != 2 && !(state & GDK_CONTROL_MASK)))
    return;
  /* The list would take it as one more plain click. */
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (state & GDK_CONTROL_MASK)
    select_group (self, entry, state);
  else
    isolate (self, entry);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code,
                GdkModifierType state, PhenoMapLegend *self)
{
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  const Entry *entry = entry_of (self, row);

  if (entry == NULL || !(state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK))
      || (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter))
    return FALSE;
  if (state & GDK_CONTROL_MASK)
    select_group (self, entry, state);
  else
    isolate (self, entry);
  return TRUE;
}

static void
all_cb (GtkButton *button, PhenoMapLegend *self)
{
  pheno_map_model_show_all_groups (self->model);
}

void
pheno_map_legend_set_model (PhenoMapLegend *self, PhenoMapModel *model)
{
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  g_signal_connect_object (model, "shown-changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (model, "selection-changed", G_CALLBACK (changed_cb), self, 0);
  groups_changed_cb (model, self);
}

static void
pheno_map_legend_dispose (GObject *object)
{
  PhenoMapLegend *self = PHENO_MAP_LEGEND (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_MAP_LEGEND);
  g_clear_object (&self->model);
  g_clear_pointer (&self->entries, g_array_unref);
  G_OBJECT_CLASS (pheno_map_legend_parent_class)->dispose (object);
}

static void
pheno_map_legend_class_init (PhenoMapLegendClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_map_legend_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/map-legend.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoMapLegend, title_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapLegend, summary_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapLegend, all_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapLegend, list);
}

static void
pheno_map_legend_init (PhenoMapLegend *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  g_signal_connect (self->all_button, "clicked", G_CALLBACK (all_cb), self);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (click));
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), key);
}
