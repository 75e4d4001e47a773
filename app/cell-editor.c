/* cell-editor.c - one value of one specimen, edited where it stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cell-editor.h"

#include <string.h>

#include "app/filter-group.h"

/* Values that a completion offers: more are not looked through. */
#define MOST_VALUES 2000

typedef struct
{
  GtkWidget *popover; /* borrowed: the editor is its data */
  GtkEditable *entry;
  PhenoSession *session;
  PhenoSpecimen *specimen;
  char *column;
  PhenoCellLeave leave;
  gpointer user_data;
} Editor;

static void
editor_free (gpointer data)
{
  Editor *self = data;

  g_object_unref (self->session);
  g_object_unref (self->specimen);
  g_free (self->column);
  g_free (self);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

GStrv
pheno_column_values (PhenoSession *session, const char *column, guint most)
{
  GListModel *specimens = pheno_session_get_specimens (session);
  guint n = g_list_model_get_n_items (specimens);
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < n && values->len < most; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);
      const char *value = pheno_specimen_get_value (specimen, column);

      if (value != NULL && g_hash_table_add (set, (gpointer) value))
        g_ptr_array_add (values, g_strdup (value));
    }
  g_ptr_array_sort (values, compare_strings);
  g_ptr_array_add (values, NULL);
  return (GStrv) g_ptr_array_free (values, FALSE);
}

static GtkEntryCompletion *
completion_new (PhenoSession *session, const char *column)
{
  GtkEntryCompletion *completion = gtk_entry_completion_new ();
  g_autoptr (GtkListStore) store = gtk_list_store_new (1, G_TYPE_STRING);
  g_auto (GStrv) values = pheno_column_values (session, column, MOST_VALUES);

  for (guint i = 0; values[i] != NULL; i++)
    gtk_list_store_insert_with_values (store, NULL, -1, 0, values[i], -1);
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (store));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_completion_set_inline_completion (completion, TRUE);
  gtk_entry_completion_set_popup_completion (completion, FALSE);
  return completion;
}

static void
take (Editor *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  const char *before = pheno_specimen_get_value (self->specimen, self->column);
  g_autoptr (GPtrArray) specimens = g_ptr_array_new ();

  if (g_strcmp0 (text, before != NULL ? before : "") != 0)
    {
      g_ptr_array_add (specimens, self->specimen);
      pheno_session_edit (self->session, specimens, self->column, text);
    }
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
entered_cb (GtkEntry *entry, Editor *self)
{
  take (self);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code,
                GdkModifierType modifiers, Editor *self)
{
  gboolean back = key == GDK_KEY_ISO_Left_Tab || (modifiers & GDK_SHIFT_MASK) != 0;

  if (key != GDK_KEY_Tab && key != GDK_KEY_KP_Tab && key != GDK_KEY_ISO_Left_Tab)
    return GDK_EVENT_PROPAGATE;

  take (self);
  self->leave (self->specimen, self->column, back ? -1 : 1, self->user_data);
  return GDK_EVENT_STOP;
}

static gboolean
remove_cb (gpointer popover)
{
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkPopover *popover, Editor *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remove_cb, g_object_ref (popover),
                   g_object_unref);
}

void
pheno_cell_editor_popup (GtkWidget *view, GtkWidget *cell, PhenoSession *session,
                         PhenoSpecimen *specimen, const char *column,
                         PhenoCellLeave leave, gpointer user_data)
{
  Editor *self = g_new0 (Editor, 1);
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *value = pheno_specimen_get_value (specimen, column);
  g_autoptr (GtkEntryCompletion) completion = completion_new (session, column);
  GdkRectangle at = { 0, 0, 1, 1 };
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (cell, view, &bounds))
    at = (GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y,
                         (int) bounds.size.width, (int) bounds.size.height };
  /* A cell that is scrolled into sight by this gets there with the next frame. */
  at.x = CLAMP (at.x, 0, MAX (0, gtk_widget_get_width (view) - at.width));
  self->popover = gtk_popover_new ();
  self->entry = GTK_EDITABLE (entry);
  self->session = g_object_ref (session);
  self->specimen = g_object_ref (specimen);
  self->column = g_strdup (column);
  self->leave = leave;
  self->user_data = user_data;
  g_object_set_data_full (G_OBJECT (self->popover), "editor", self, editor_free);

  gtk_entry_set_completion (GTK_ENTRY (entry), completion);
  gtk_editable_set_text (self->entry, value != NULL ? value : "");
  gtk_editable_set_width_chars (self->entry, 24);
  gtk_editable_select_region (self->entry, 0, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  pheno_column_title (column), -1);
  g_signal_connect (entry, "activate", G_CALLBACK (entered_cb), self);
  g_signal_connect (self->popover, "closed", G_CALLBACK (closed_cb), self);
  /* Before the entry, which would give the focus away. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (entry, keys);

  gtk_popover_set_child (GTK_POPOVER (self->popover), entry);
  gtk_widget_set_parent (self->popover, view);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  gtk_widget_grab_focus (entry);
}
