/* augment-page-actions.c - what the buttons, menus and keys of the page do
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "app/augment-page-private.h"

#include "app/main-task.h"
#include "app/presets.h"
#include "app/preview-sheet.h"

/* ---- epochs ---- */

static void
re_roll_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  pheno_augment_page_set_epoch (self, self->epoch + 1);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  if (self->epoch > 0)
    pheno_augment_page_set_epoch (self, self->epoch - 1);
}

/* ---- colours, one operation alone, the filter ---- */

static void
keep_colours_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);
  g_autoptr (PhenoRecipe) recipe
      = pheno_recipe_copy (pheno_session_get_recipe (self->session));

  pheno_recipe_keep_colour (recipe);
  pheno_session_set_recipe (self->session, recipe, _ ("Colours kept"));
}

static void
show_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_operation_list_set_only (PHENO_AUGMENT_PAGE (widget)->operation_list, NULL);
}

static void
clear_filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_session_clear_filter (PHENO_AUGMENT_PAGE (widget)->session);
}

void
pheno_augment_page_toggle_sidebar (PhenoAugmentPage *self)
{
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

/* ---- one pair, larger ---- */

static void
close_large_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_augment_page_show_pairs (PHENO_AUGMENT_PAGE (widget));
}

static void
previous_pair_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  if (self->large > 0)
    pheno_augment_page_show_large (self, self->large - 1);
}

static void
next_pair_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  pheno_augment_page_show_large (self, self->large + 1);
}

/* ---- the sheet ---- */

static char *
recipe_words (PhenoAugmentPage *self)
{
  const char *name = pheno_session_get_recipe_name (self->session);
  g_autofree char *title = pheno_presets_title (name);
  g_autoptr (PhenoRecipe) preset = pheno_presets_load (name, NULL);
  gboolean same
      = preset != NULL
        && pheno_recipe_equal (preset, pheno_session_get_recipe (self->session));

  return g_strdup_printf (same ? _ ("Recipe “%s”") : _ ("Recipe “%s”, modified"), title);
}

static GdkTexture *
make_sheet (PhenoAugmentPage *self)
{
  const char *only = pheno_operation_list_get_only (self->operation_list);
  g_autofree char *recipe = recipe_words (self);
  g_autofree char *alone
      = only != NULL ? g_strdup_printf (
            _ ("“%s” alone"),
            _ (pheno_operation_get ((guint) pheno_operation_find (only))->title))
                     : NULL;
  g_autofree char *title = g_strdup_printf (
      /* Translators: title of a saved sheet of views; first “Recipe “SimCLR””, or the
       * operation that is shown alone */
      _ ("%s; epoch %u of seed %" PRIu64 "; views of %d px"),
      alone != NULL ? alone : recipe, self->epoch + 1,
      pheno_session_get_seed (self->session),
      pheno_session_get_input_size (self->session));
  GPtrArray *pairs = pheno_preview_get_pairs (self->preview);

  return pairs != NULL ? pheno_preview_sheet (pairs, title) : NULL;
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);
  g_autoptr (GdkTexture) sheet = make_sheet (self);

  if (sheet == NULL)
    return;
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (widget), sheet);
  pheno_session_toast (self->session, _ ("The views were copied as a picture"), NULL,
                       NULL);
}

typedef struct
{
  GdkTexture *sheet;
  char *path;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *self = data;

  g_object_unref (self->sheet);
  g_free (self->path);
  g_free (self);
}

static void
save_in_thread (GTask *task, gpointer page, gpointer data, GCancellable *cancellable)
{
  const Saving *saving = data;
  g_autoptr (GBytes) bytes = gdk_texture_save_to_png_bytes (saving->sheet);
  gsize length;
  gconstpointer contents = g_bytes_get_data (bytes, &length);
  GError *error = NULL;

  if (pheno_write_file (saving->path, contents, length, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (object);
  const Saving *saving = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = pheno_display_name (saving->path);
  g_autofree char *done = g_strdup_printf (_ ("The views were saved as “%s”"), name);
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return;
  if (g_task_propagate_boolean (G_TASK (result), &error))
    pheno_session_toast (self->session, done, NULL, NULL);
  else
    pheno_session_toast (self->session, error->message, NULL, NULL);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoAugmentPage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GdkTexture) sheet = NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL
      && (sheet = make_sheet (self)) != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, saved_cb, NULL);
      Saving *saving = g_new0 (Saving, 1);

      saving->sheet = g_steal_pointer (&sheet);
      saving->path = g_str_has_suffix (path, ".png") ? g_strdup (path)
                                                     : g_strconcat (path, ".png", NULL);
      g_task_set_task_data (task, saving, saving_free);
      pheno_task_run (task, save_in_thread);
    }
  g_clear_object (&self->chooser);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);
  g_autofree char *file
      = g_strdup_printf ("%s-views.png", pheno_session_get_title (self->session));

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Save the Views"), GTK_WINDOW (gtk_widget_get_root (widget)),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- actions and keys ---- */

void
pheno_augment_page_install_actions (GtkWidgetClass *class)
{
  gtk_widget_class_install_action (class, "augment.re-roll", NULL, re_roll_action);
  gtk_widget_class_install_action (class, "augment.back", NULL, back_action);
  gtk_widget_class_install_action (class, "augment.keep-colours", NULL,
                                   keep_colours_action);
  gtk_widget_class_install_action (class, "augment.show-all", NULL, show_all_action);
  gtk_widget_class_install_action (class, "augment.clear-filter", NULL,
                                   clear_filter_action);
  gtk_widget_class_install_action (class, "augment.close-large", NULL,
                                   close_large_action);
  gtk_widget_class_install_action (class, "augment.previous-pair", NULL,
                                   previous_pair_action);
  gtk_widget_class_install_action (class, "augment.next-pair", NULL, next_pair_action);
  gtk_widget_class_install_action (class, "augment.copy", NULL, copy_action);
  gtk_widget_class_install_action (class, "augment.save", NULL, save_action);
}

static gboolean
key_cb (GtkWidget *widget, GVariant *arguments, gpointer action)
{
  /* The keys are the window's, and mean nothing while another page is shown. */
  return gtk_widget_get_mapped (widget)
         && gtk_widget_activate_action_variant (widget, action, NULL);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "large") != 0)
    return FALSE;
  pheno_augment_page_show_pairs (self);
  return TRUE;
}

void
pheno_augment_page_add_shortcuts (PhenoAugmentPage *self)
{
  static const struct
  {
    const char *key, *action;
  } keys[] = {
    { "<Control>r", "augment.re-roll" },
    { "<Control><Shift>r", "augment.back" },
  };
  GtkEventController *global = gtk_shortcut_controller_new ();
  GtkEventController *local = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (global),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (global),
        gtk_shortcut_new (
            gtk_shortcut_trigger_parse_string (keys[i].key),
            gtk_callback_action_new (key_cb, (gpointer) keys[i].action, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), global);

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (local),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), local);
}
