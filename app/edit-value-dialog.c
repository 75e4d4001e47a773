/* edit-value-dialog.c - one value for all specimens that are selected
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The values that the column has already are listed, those first that begin with what is
 * typed: a value is chosen rather than spelt a second way.
 */
#include "app/edit-value-dialog.h"

#include <string.h>

#include "app/cell-editor.h"
#include "app/filter-group.h"

#define MOST_KNOWN 2000
#define MOST_SUGGESTIONS 6

struct _PhenoEditValueDialog
{
  AdwWindow parent_instance;

  /* template children */
  AdwComboRow *column_row;
  AdwEntryRow *name_row, *value_row;
  AdwPreferencesGroup *group;
  GtkListBox *suggestions;
  GtkLabel *suggestions_label;
  GtkButton *apply_button;

  /* owned */
  PhenoSession *session;
  GPtrArray *specimens;
  GStrv values; /* of the column */
  gboolean typed;
};

G_DEFINE_FINAL_TYPE (PhenoEditValueDialog, pheno_edit_value_dialog, ADW_TYPE_WINDOW)

/* (transfer full) (nullable): the column that is edited; NULL: a new one without a name.
 */
static char *
chosen_column (PhenoEditValueDialog *self)
{
  const char *const *columns = pheno_session_get_columns (self->session);
  guint index = adw_combo_row_get_selected (self->column_row);
  g_autofree char *name = NULL;

  if (index < g_strv_length ((GStrv) columns))
    return g_strdup (columns[index]);

  name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  return *name != '\0' ? g_steal_pointer (&name) : NULL;
}

static gboolean
is_new (PhenoEditValueDialog *self)
{
  return adw_combo_row_get_selected (self->column_row)
         >= g_strv_length ((GStrv) pheno_session_get_columns (self->session));
}

/* Names that mean something else already, in the table or on disk. */
static gboolean
is_allowed (PhenoEditValueDialog *self, const char *name)
{
  static const char *const taken[]
      = { "file", "filename", "name", "path", "size", "bands", "excluded", NULL };

  if (!is_new (self))
    return TRUE;
  for (guint i = 0; taken[i] != NULL; i++)
    if (g_ascii_strcasecmp (taken[i], name) == 0)
      return FALSE;
  return !g_strv_contains (pheno_session_get_columns (self->session), name);
}

static void
update (PhenoEditValueDialog *self)
{
  g_autofree char *column = chosen_column (self);
  gboolean allowed = column == NULL || is_allowed (self, column);

  gtk_widget_set_visible (GTK_WIDGET (self->name_row), is_new (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->apply_button), column != NULL && allowed);
  if (allowed)
    gtk_widget_remove_css_class (GTK_WIDGET (self->name_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->name_row), "error");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name_row),
                                 allowed ? _ ("Name of the New Column")
                                         : _ ("There Is Such a Column Already"));
}

/* ---- values that there are ---- */

static void
suggestion_activated_cb (GtkListBox *list, GtkListBoxRow *row, PhenoEditValueDialog *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->value_row),
                         g_object_get_data (G_OBJECT (row), "value"));
  gtk_widget_grab_focus (GTK_WIDGET (self->apply_button));
}

static void
add_suggestion (PhenoEditValueDialog *self, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "value", g_strdup (value), g_free);
  gtk_list_box_append (self->suggestions, row);
}

static void
suggest (PhenoEditValueDialog *self)
{
  g_autofree char *typed
      = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->value_row)), -1);
  GtkWidget *row;
  guint n = 0;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->suggestions))) != NULL)
    gtk_list_box_remove (self->suggestions, row);
  for (guint i = 0; self->values[i] != NULL && n < MOST_SUGGESTIONS; i++)
    {
      g_autofree char *folded = g_utf8_casefold (self->values[i], -1);

      if (self->typed && !g_str_has_prefix (folded, typed))
        continue;
      add_suggestion (self, self->values[i]);
      n++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->suggestions), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->suggestions_label), n > 0);
}

/* What the specimens have now, where it is the same; in a new column they have nothing.
 */
static void
show_before (PhenoEditValueDialog *self, const char *column)
{
  const char *value = column != NULL
                          ? pheno_specimen_get_value (self->specimens->pdata[0], column)
                          : NULL;
  guint n = self->specimens->len;
  g_autofree char *text = NULL;

  for (guint i = 1; column != NULL && i < n; i++)
    if (g_strcmp0 (value, pheno_specimen_get_value (self->specimens->pdata[i], column))
        != 0)
      {
        text = g_strdup_printf (
            ngettext ("The value is set for %u specimen, which has another one now.",
                      "The value is set for all %u specimens, which "
                      "have several different ones now.",
                      n),
            n);
        break;
      }
  if (text == NULL)
    {
      text = g_strdup_printf (ngettext ("The value is set for %u specimen.",
                                        "The value is set for all %u specimens.", n),
                              n);
      gtk_editable_set_text (GTK_EDITABLE (self->value_row), value != NULL ? value : "");
    }
  else
    gtk_editable_set_text (GTK_EDITABLE (self->value_row), "");
  adw_preferences_group_set_description (self->group, text);
}

static void
column_changed_cb (AdwComboRow *row, GParamSpec *pspec, PhenoEditValueDialog *self)
{
  g_autofree char *column = NULL;

  if (self->session == NULL)
    return;
  column = chosen_column (self);
  g_strfreev (self->values);
  self->values = column != NULL ? pheno_column_values (self->session, column, MOST_KNOWN)
                                : g_new0 (char *, 1);
  show_before (self, column);
  self->typed = FALSE;
  update (self);
  suggest (self);
}

static void
name_changed_cb (AdwEntryRow *row, PhenoEditValueDialog *self)
{
  if (self->session != NULL)
    update (self);
}

static void
value_changed_cb (AdwEntryRow *row, PhenoEditValueDialog *self)
{
  if (self->values == NULL)
    return;
  self->typed = TRUE;
  suggest (self);
}

/* ---- actions ---- */

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoEditValueDialog *self = PHENO_EDIT_VALUE_DIALOG (widget);
  g_autofree char *column = chosen_column (self);

  if (column == NULL || !is_allowed (self, column))
    return;
  pheno_session_edit (self->session, self->specimens, column,
                      gtk_editable_get_text (GTK_EDITABLE (self->value_row)));
  gtk_window_close (GTK_WINDOW (self));
}

static void
fill_columns (PhenoEditValueDialog *self)
{
  const char *const *columns = pheno_session_get_columns (self->session);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (; *columns != NULL; columns++)
    gtk_string_list_append (names, pheno_column_title (*columns));
  gtk_string_list_append (names, _ ("New column…"));
  adw_combo_row_set_model (self->column_row, G_LIST_MODEL (names));
}

void
pheno_edit_value_dialog_present (GtkWidget *parent, PhenoSession *session,
                                 GPtrArray *specimens)
{
  PhenoEditValueDialog *self = g_object_new (
      PHENO_TYPE_EDIT_VALUE_DIALOG, "transient-for", gtk_widget_get_root (parent), NULL);

  self->session = g_object_ref (session);
  self->specimens = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < specimens->len; i++)
    g_ptr_array_add (self->specimens, g_object_ref (specimens->pdata[i]));
  fill_columns (self);
  column_changed_cb (self->column_row, NULL, self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->value_row));
}

static void
pheno_edit_value_dialog_dispose (GObject *object)
{
  PhenoEditValueDialog *self = PHENO_EDIT_VALUE_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_EDIT_VALUE_DIALOG);
  g_clear_object (&self->session);
  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  g_clear_pointer (&self->values, g_strfreev);
  G_OBJECT_CLASS (pheno_edit_value_dialog_parent_class)->dispose (object);
}

static void
pheno_edit_value_dialog_class_init (PhenoEditValueDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_edit_value_dialog_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/edit-value-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, column_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, value_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, group);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, suggestions);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog,
                                        suggestions_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoEditValueDialog, apply_button);
  gtk_widget_class_bind_template_callback (widget_class, column_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, value_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, suggestion_activated_cb);
  gtk_widget_class_install_action (widget_class, "edit.apply", NULL, apply_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
pheno_edit_value_dialog_init (PhenoEditValueDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
