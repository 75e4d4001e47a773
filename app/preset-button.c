/* preset-button.c - which recipe is in use, and the others to choose from
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/preset-button.h"

#include "app/presets.h"

struct _PhenoPresetButton
{
  AdwBin parent_instance;

  /* template children */
  GtkMenuButton *button;
  GtkPopover *popover;
  GtkLabel *title_label, *state_label;
  GtkListBox *list;

  /* owned */
  PhenoSession *session;
  GtkFileChooserNative *chooser;
  PhenoRecipe *preset; /* (nullable): as it is kept under the session's recipe name */
  char *preset_name;
};

G_DEFINE_FINAL_TYPE (PhenoPresetButton, pheno_preset_button, ADW_TYPE_BIN)

static void
say (PhenoPresetButton *self, const GError *error)
{
  pheno_session_toast (self->session, error->message, NULL, NULL);
}

/* ---- what is in use ---- */

/* The preset is read once, not at each move of a slider. */
static void
remember_preset (PhenoPresetButton *self, gboolean anew)
{
  const char *name = pheno_session_get_recipe_name (self->session);

  if (!anew && g_strcmp0 (self->preset_name, name) == 0)
    return;

  g_free (self->preset_name);
  self->preset_name = g_strdup (name);
  g_clear_pointer (&self->preset, pheno_recipe_free);
  self->preset = pheno_presets_load (name, NULL);
}

static gboolean
is_modified (PhenoPresetButton *self)
{
  return self->preset != NULL
         && !pheno_recipe_equal (self->preset, pheno_session_get_recipe (self->session));
}

static void
show_state (PhenoPresetButton *self, gboolean anew)
{
  g_autofree char *title = NULL, *name = NULL;
  const char *state;

  remember_preset (self, anew);
  title = pheno_presets_title (self->preset_name);
  if (self->preset == NULL)
    state = _ ("No longer among your recipes");
  else if (is_modified (self))
    state = _ ("Modified");
  else
    state = _ ("Recipe");

  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->state_label, state);
  /* Translators: what a screen reader says of a button: “Recipe: Colour matters,
   * Modified”
   */
  name = is_modified (self) || self->preset == NULL
             ? g_strdup_printf (C_ ("accessible", "Recipe: %s, %s"), title, state)
             : g_strdup_printf (C_ ("accessible", "Recipe: %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preset.restore", is_modified (self));
}

static void
recipe_changed_cb (PhenoSession *session, PhenoPresetButton *self)
{
  show_state (self, FALSE);
}

static void
use (PhenoPresetButton *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRecipe) recipe = pheno_presets_load (name, &error);
  g_autofree char *title = pheno_presets_title (name);
  g_autofree char *label = g_strdup_printf (_ ("Recipe “%s” chosen"), title);

  if (recipe == NULL)
    say (self, error);
  else
    pheno_session_set_preset (self->session, name, recipe, label);
}

/* ---- deleting, and taking it back ---- */

typedef struct
{
  GWeakRef button;
  char *name;
  PhenoRecipe *recipe;
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *self = data;

  g_weak_ref_clear (&self->button);
  g_free (self->name);
  pheno_recipe_free (self->recipe);
  g_free (self);
}

static void
deletion_done (Deletion *deletion, const GError *error)
{
  g_autoptr (PhenoPresetButton) self = g_weak_ref_get (&deletion->button);

  if (self == NULL || self->session == NULL)
    return;
  if (error != NULL)
    say (self, error);
  show_state (self, TRUE);
}

static void
deletion_undo (gpointer data)
{
  Deletion *self = data;
  g_autoptr (GError) error = NULL;

  pheno_presets_save (self->name, self->recipe, &error);
  deletion_done (self, error);
}

static void
deletion_redo (gpointer data)
{
  Deletion *self = data;
  g_autoptr (GError) error = NULL;

  pheno_presets_delete (self->name, &error);
  deletion_done (self, error);
}

static void
delete_preset (PhenoPresetButton *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRecipe) recipe = pheno_presets_load (name, NULL);
  g_autofree char *label = g_strdup_printf (_ ("Recipe “%s” deleted"), name);
  Deletion *deletion;

  if (!pheno_presets_delete (name, &error))
    {
      say (self, error);
      return;
    }
  if (recipe == NULL) /* it was broken, so there is nothing to bring back */
    {
      pheno_session_toast (self->session, label, NULL, NULL);
      return;
    }

  deletion = g_new0 (Deletion, 1);
  g_weak_ref_init (&deletion->button, self);
  deletion->name = g_strdup (name);
  deletion->recipe = g_steal_pointer (&recipe);
  pheno_undo_push (pheno_session_get_undo (self->session), label, deletion_undo,
                   deletion_redo, deletion, deletion_free);
  pheno_session_toast (self->session, label, _ ("Undo"), "win.undo");
  show_state (self, TRUE);
}

/* ---- the list ---- */

static void
delete_cb (GtkWidget *button, PhenoPresetButton *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, GTK_TYPE_LIST_BOX_ROW);
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (row), "name"));

  gtk_popover_popdown (self->popover);
  delete_preset (self, name);
}

static void
add_row (PhenoPresetButton *self, const char *name)
{
  GtkWidget *row = adw_action_row_new ();
  const char *doc = pheno_recipe_doc (name);
  g_autofree char *title = pheno_presets_title (name);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  g_object_set_data_full (G_OBJECT (row), "name", g_strdup (name), g_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), escaped);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), doc != NULL ? doc : _ ("Your own"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  if (g_str_equal (name, self->preset_name))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               gtk_image_new_from_icon_name ("object-select-symbolic"));
  if (doc == NULL)
    {
      GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
      g_autofree char *label = g_strdup_printf (_ ("Delete recipe “%s”"), title);

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_tooltip_text (button, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      g_signal_connect (button, "clicked", G_CALLBACK (delete_cb), self);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  gtk_list_box_append (self->list, row);
}

static void
fill_list (GtkPopover *popover, PhenoPresetButton *self)
{
  g_auto (GStrv) own = pheno_presets_own ();
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (const char *const *name = pheno_recipe_names (); *name != NULL; name++)
    add_row (self, *name);
  for (char **name = own; *name != NULL; name++)
    add_row (self, *name);
}

static void
row_cb (GtkListBox *list, GtkListBoxRow *row, PhenoPresetButton *self)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (row), "name"));

  gtk_popover_popdown (self->popover);
  use (self, name);
}

/* ---- saving and loading ---- */

typedef struct
{
  PhenoPresetButton *button;
  GtkWidget *dialog, *entry, *label;
} Saving;

static char *
typed_name (Saving *saving)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (saving->entry))));
}

static void
name_changed_cb (GtkEditable *editable, Saving *saving)
{
  g_autofree char *name = typed_name (saving);
  g_autoptr (GError) error = NULL;
  gboolean allowed = pheno_presets_check_name (name, &error);
  gboolean exists = allowed && pheno_presets_has (name);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (saving->dialog);

  adw_message_dialog_set_response_enabled (dialog, "save", allowed);
  adw_message_dialog_set_response_label (dialog, "save",
                                         exists ? _ ("_Replace") : _ ("_Save"));
  gtk_label_set_label (GTK_LABEL (saving->label),
                       exists ? _ ("There is one of this name. It will be replaced.")
                       : !allowed && *name != '\0' ? error->message
                                                   : "");
}

static void
save_response_cb (AdwMessageDialog *dialog, const char *response, Saving *saving)
{
  PhenoPresetButton *self = saving->button;
  const PhenoRecipe *recipe = pheno_session_get_recipe (self->session);
  g_autofree char *name = typed_name (saving);
  g_autofree char *label = g_strdup_printf (_ ("Recipe saved as “%s”"), name);
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "save"))
    return;
  if (!pheno_presets_save (name, recipe, &error))
    {
      say (self, error);
      return;
    }
  pheno_session_set_preset (self->session, name, recipe, label);
  show_state (self, TRUE);
  pheno_session_toast (self->session, label, NULL, NULL);
}

static void
saving_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
save_as_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PhenoPresetButton *self = PHENO_PRESET_BUTTON (widget);
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (gtk_widget_get_root (widget)), _ ("Save Recipe"),
      _ ("It is kept as a text file, for all your studies."));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  Saving *saving = g_new0 (Saving, 1);

  saving->button = self;
  saving->dialog = dialog;
  saving->entry = gtk_entry_new ();
  saving->label = gtk_label_new (NULL);
  gtk_entry_set_activates_default (GTK_ENTRY (saving->entry), TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (saving->entry), _ ("Name"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (saving->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name of the recipe"),
                                  -1);
  gtk_label_set_wrap (GTK_LABEL (saving->label), TRUE);
  gtk_widget_add_css_class (saving->label, "caption");
  gtk_box_append (GTK_BOX (box), saving->entry);
  gtk_box_append (GTK_BOX (box), saving->label);

  gtk_popover_popdown (self->popover);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), box);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"),
                                    "save", _ ("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  g_signal_connect (saving->entry, "changed", G_CALLBACK (name_changed_cb), saving);
  g_signal_connect_data (dialog, "response", G_CALLBACK (save_response_cb), saving,
                         saving_free, 0);
  if (self->preset != NULL && pheno_recipe_title (self->preset_name) == NULL)
    gtk_editable_set_text (GTK_EDITABLE (saving->entry), self->preset_name);
  name_changed_cb (GTK_EDITABLE (saving->entry), saving);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoPresetButton *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    {
      name = pheno_presets_import (path, &error);
      if (name != NULL)
        use (self, name);
      else
        say (self, error);
    }
  g_clear_object (&self->chooser);
}

static void
load_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PhenoPresetButton *self = PHENO_PRESET_BUTTON (widget);
  g_autoptr (GtkFileFilter) recipes = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_popover_popdown (self->popover);
  gtk_file_filter_set_name (recipes, _ ("Recipes (*.recipe)"));
  gtk_file_filter_add_suffix (recipes, "recipe");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Load a Recipe"), GTK_WINDOW (gtk_widget_get_root (widget)),
      GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Load"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), recipes);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
restore_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  PhenoPresetButton *self = PHENO_PRESET_BUTTON (widget);

  gtk_popover_popdown (self->popover);
  use (self, self->preset_name);
}

/* ---- the button itself ---- */

void
pheno_preset_button_set_session (PhenoPresetButton *self, PhenoSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "recipe-changed", G_CALLBACK (recipe_changed_cb),
                           self, 0);
  show_state (self, TRUE);
}

static void
pheno_preset_button_dispose (GObject *object)
{
  PhenoPresetButton *self = PHENO_PRESET_BUTTON (object);

  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_PRESET_BUTTON);
  g_clear_object (&self->session);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->preset, pheno_recipe_free);
  g_clear_pointer (&self->preset_name, g_free);

  G_OBJECT_CLASS (pheno_preset_button_parent_class)->dispose (object);
}

static void
pheno_preset_button_class_init (PhenoPresetButtonClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_preset_button_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/preset-button.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoPresetButton, button);
  gtk_widget_class_bind_template_child (widget_class, PhenoPresetButton, popover);
  gtk_widget_class_bind_template_child (widget_class, PhenoPresetButton, title_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoPresetButton, state_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoPresetButton, list);

  gtk_widget_class_install_action (widget_class, "preset.save-as", NULL, save_as_action);
  gtk_widget_class_install_action (widget_class, "preset.load", NULL, load_action);
  gtk_widget_class_install_action (widget_class, "preset.restore", NULL, restore_action);
}

static void
pheno_preset_button_init (PhenoPresetButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (self->popover, "show", G_CALLBACK (fill_list), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_cb), self);
}
