/* preferences.c - program matters: device, threads, light or dark, cache
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What belongs to a run stands on the Train page; here is what new runs begin with.
 */
#include "app/preferences.h"

#include "app/application.h"
#include "app/cache-sweep.h"
#include "engine/base/base.h"
#include "kernels/pk.h"

struct _PhenoPreferences
{
  AdwPreferencesWindow parent_instance;

  /* template children */
  AdwComboRow *device_row, *scheme_row;
  GtkSpinButton *threads_spin;
  AdwActionRow *place_row, *size_row;
  GtkSpinner *spinner;

  /* owned */
  GPtrArray *device_names; /* char *, as the rows of the list */
  GCancellable *sweeping;
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (PhenoPreferences, pheno_preferences, ADW_TYPE_PREFERENCES_WINDOW)

GtkWidget *
pheno_preferences_new (GtkWindow *parent)
{
  return g_object_new (PHENO_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE,
                       NULL);
}

/* ---- light or dark ---- */

/* In the order of the rows. */
static const struct
{
  const char *name;
  AdwColorScheme scheme;
} schemes[] = {
  { "system", ADW_COLOR_SCHEME_DEFAULT },
  { "light", ADW_COLOR_SCHEME_FORCE_LIGHT },
  { "dark", ADW_COLOR_SCHEME_FORCE_DARK },
};

static guint
chosen_scheme (void)
{
  g_autofree char *name = g_settings_get_string (pheno_settings (), "colour-scheme");

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i].name, name))
      return i;
  return 0;
}

static void
scheme_changed_cb (PhenoPreferences *self)
{
  guint index = adw_combo_row_get_selected (self->scheme_row);

  if (index >= G_N_ELEMENTS (schemes))
    return;
  g_settings_set_string (pheno_settings (), "colour-scheme", schemes[index].name);
  pheno_preferences_apply ();
}

void
pheno_preferences_apply (void)
{
  g_autofree char *folder = g_settings_get_string (pheno_settings (), "cache-folder");

  pheno_set_cache_place (folder);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[chosen_scheme ()].scheme);
}

/* ---- device ---- */

static void
device_changed_cb (PhenoPreferences *self)
{
  guint index = adw_combo_row_get_selected (self->device_row);

  if (index < self->device_names->len)
    g_settings_set_string (pheno_settings (), "device", self->device_names->pdata[index]);
}

static void
fill_devices (PhenoPreferences *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (pheno_settings (), "device");
  guint selected = 0;

  gtk_string_list_append (list, _ ("The best one"));
  g_ptr_array_add (self->device_names, g_strdup ("auto"));
  for (int i = 0; i < pk_device_count (); i++)
    {
      pk_device_info info;
      g_autofree char *text = NULL;

      if (pk_device_describe (i, &info) != PK_OK)
        continue;
      text = g_strdup_printf ("%s: %s", info.name, info.description);
      gtk_string_list_append (list, text);
      if (g_str_equal (info.name, chosen))
        selected = self->device_names->len;
      g_ptr_array_add (self->device_names, g_strdup (info.name));
    }
  /* A card that was taken out, or whose driver is gone: it stays chosen until another one
   * is, and runs say so. */
  if (selected == 0 && !g_str_equal (chosen, "auto"))
    {
      g_autofree char *text = g_strdup_printf (_ ("%s: not found"), chosen);

      gtk_string_list_append (list, text);
      selected = self->device_names->len;
      g_ptr_array_add (self->device_names, g_strdup (chosen));
    }
  adw_combo_row_set_model (self->device_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->device_row, selected);
  g_signal_connect_swapped (self->device_row, "notify::selected",
                            G_CALLBACK (device_changed_cb), self);
}

/* ---- cache ---- */

static void
show_place (PhenoPreferences *self)
{
  g_autofree char *folder = g_settings_get_string (pheno_settings (), "cache-folder");
  g_autofree char *shown = g_filename_display_name (folder);

  adw_action_row_set_subtitle (
      self->place_row, *folder != '\0' ? shown : _ ("In the folder of each study"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preferences.reset", *folder != '\0');
}

static void sweep (PhenoPreferences *self, gboolean clear);

static void
swept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoPreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL, *text = NULL;
  PhenoCacheSize size;

  if (!pheno_cache_sweep_finish (result, &size, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          gtk_spinner_stop (self->spinner);
          adw_action_row_set_subtitle (self->size_row, error->message);
        }
      return;
    }

  gtk_spinner_stop (self->spinner);
  bytes = g_format_size (size.bytes);
  if (size.bytes == 0)
    text = g_strdup (_ ("Empty"));
  else if (size.in_use > 0)
    text = g_strdup_printf (
        ngettext ("%s; that of %u study is needed by a run now and stays",
                  "%s; those of %u studies are needed by runs now and stay", size.in_use),
        bytes, size.in_use);
  else
    text = g_strdup_printf (ngettext ("%s in %u study", "%s in %u studies", size.studies),
                            bytes, size.studies);
  adw_action_row_set_subtitle (self->size_row, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preferences.clear",
                                 size.bytes > 0 && size.in_use < size.studies);
}

static void
sweep (PhenoPreferences *self, gboolean clear)
{
  g_cancellable_cancel (self->sweeping);
  g_clear_object (&self->sweeping);
  self->sweeping = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "preferences.clear", FALSE);
  pheno_cache_sweep_async (clear, self->sweeping, swept_cb, g_object_ref (self));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sweep (PHENO_PREFERENCES (widget), TRUE);
}

static void
set_place (PhenoPreferences *self, const char *folder)
{
  g_settings_set_string (pheno_settings (), "cache-folder", folder);
  pheno_set_cache_place (folder);
  show_place (self);
  sweep (self, FALSE);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoPreferences *self)
{
  g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && folder != NULL
      && g_file_peek_path (folder) != NULL)
    set_place (self, g_file_peek_path (folder));
  g_clear_object (&self->chooser);
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoPreferences *self = PHENO_PREFERENCES (widget);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Folder for Prepared Pixels and Thumbnails"), GTK_WINDOW (self),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_place (PHENO_PREFERENCES (widget), "");
}

/* ---- the window itself ---- */

static void
pheno_preferences_dispose (GObject *object)
{
  PhenoPreferences *self = PHENO_PREFERENCES (object);

  g_cancellable_cancel (self->sweeping);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_PREFERENCES);
  g_clear_object (&self->sweeping);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->device_names, g_ptr_array_unref);

  G_OBJECT_CLASS (pheno_preferences_parent_class)->dispose (object);
}

static void
pheno_preferences_class_init (PhenoPreferencesClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_preferences_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, device_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, scheme_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, threads_spin);
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, place_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, size_row);
  gtk_widget_class_bind_template_child (widget_class, PhenoPreferences, spinner);

  gtk_widget_class_install_action (widget_class, "preferences.choose", NULL,
                                   choose_action);
  gtk_widget_class_install_action (widget_class, "preferences.reset", NULL, reset_action);
  gtk_widget_class_install_action (widget_class, "preferences.clear", NULL, clear_action);
}

static void
pheno_preferences_init (PhenoPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->device_names = g_ptr_array_new_with_free_func (g_free);
  fill_devices (self);
  adw_combo_row_set_selected (self->scheme_row, chosen_scheme ());
  g_signal_connect_swapped (self->scheme_row, "notify::selected",
                            G_CALLBACK (scheme_changed_cb), self);
  g_settings_bind (pheno_settings (), "threads",
                   gtk_spin_button_get_adjustment (self->threads_spin), "value",
                   G_SETTINGS_BIND_DEFAULT);
  show_place (self);
  sweep (self, FALSE);
}
