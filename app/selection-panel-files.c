/* selection-panel-files.c - the selection as lists and copies of files
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Images are copied, never moved, and a file that is there already is never replaced.
 */
#include "app/selection-panel-private.h"

#include <string.h>

#include "app/main-task.h"
#include "app/map-figure.h"

typedef enum
{
  EXPORT_CSV,
  EXPORT_NAMES,
  COPY_IMAGES
} Task;

static PhenoSession *
session_of (PhenoSelectionPanel *self)
{
  return pheno_map_model_get_session (self->model);
}

/* ---- lists ---- */

static char *
names_text (PhenoSelectionPanel *self)
{
  const PhenoEmbedding *embedding = pheno_map_model_get_embedding (self->model);
  const guint8 *selected = pheno_map_model_get_selected (self->model);
  GString *text = g_string_new (NULL);

  for (gsize row = 0; row < pheno_map_model_get_n_rows (self->model); row++)
    if (selected[row])
      g_string_append_printf (text, "%s\n", (char *) embedding->files->pdata[row]);
  return g_string_free (text, FALSE);
}

static void
write_list (PhenoSelectionPanel *self, const char *path, Task task)
{
  g_autofree char *text
      = task == EXPORT_CSV ? pheno_map_text (self->model, ',') : names_text (self);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = pheno_display_name (base);
  g_autofree char *words = NULL;
  g_autoptr (GError) error = NULL;

  if (pheno_write_file (path, text, strlen (text), &error))
    words = g_strdup_printf (_ ("“%s” is saved"), name);
  pheno_session_toast (session_of (self), words != NULL ? words : error->message, NULL,
                       NULL);
}

/* ---- copies, on a thread ---- */

typedef struct
{
  GPtrArray *paths;
  GFile *folder;
  guint n_copied, n_there;
} Copying;

static void
copying_free (gpointer data)
{
  Copying *self = data;

  g_ptr_array_unref (self->paths);
  g_object_unref (self->folder);
  g_free (self);
}

static void
copy_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Copying *self = data;

  for (guint i = 0; i < self->paths->len; i++)
    {
      g_autoptr (GFile) from = g_file_new_for_path (self->paths->pdata[i]);
      g_autofree char *base = g_file_get_basename (from);
      g_autoptr (GFile) to = g_file_get_child (self->folder, base);
      GError *error = NULL;

      if (g_file_copy (from, to, G_FILE_COPY_NONE, cancellable, NULL, NULL, &error))
        self->n_copied++;
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          self->n_there++;
          g_clear_error (&error);
        }
      else
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_boolean (task, TRUE);
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoSelectionPanel *self = PHENO_SELECTION_PANEL (object);
  const Copying *copying = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (self->model == NULL)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    words = g_strdup (error->message);
  else if (copying->n_there == 0)
    words = g_strdup_printf (
        ngettext ("%u image copied", "%u images copied", copying->n_copied),
        copying->n_copied);
  else
    words = g_strdup_printf (
        /* Translators: numbers of images: copied, and left as they were */
        _ ("%u copied; %u were left alone, as files of that name are there already"),
        copying->n_copied, copying->n_there);
  pheno_session_toast (session_of (self), words, NULL, NULL);
}

static void
copy_images (PhenoSelectionPanel *self, GFile *folder)
{
  g_autoptr (GPtrArray) specimens = pheno_session_selected (session_of (self));
  g_autoptr (GTask) task = g_task_new (self, NULL, copied_cb, NULL);
  Copying *copying = g_new0 (Copying, 1);

  copying->folder = g_object_ref (folder);
  copying->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < specimens->len; i++)
    g_ptr_array_add (copying->paths,
                     g_strdup (pheno_specimen_get_path (specimens->pdata[i])));
  g_task_set_task_data (task, copying, copying_free);
  pheno_task_run (task, copy_in_thread);
}

/* ---- choosers ---- */

static void
chosen_cb (GtkNativeDialog *dialog, int response, PhenoSelectionPanel *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  Task task = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (self->chooser), "task"));

  g_clear_object (&self->chooser);
  if (response != GTK_RESPONSE_ACCEPT || path == NULL
      || pheno_map_model_get_embedding (self->model) == NULL)
    return;
  if (task == COPY_IMAGES)
    copy_images (self, file);
  else
    write_list (self, path, task);
}

static void
choose (PhenoSelectionPanel *self, const char *title, Task task, const char *name)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      title, window,
      name != NULL ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
      name != NULL ? _ ("_Export") : _ ("_Copy Here"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_object_set_data (G_OBJECT (self->chooser), "task", GINT_TO_POINTER (task));
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
export_csv_action (GSimpleAction *action, GVariant *parameter, gpointer panel)
{
  choose (panel, _ ("Export the Selection as a List"), EXPORT_CSV, "selection.csv");
}

static void
export_names_action (GSimpleAction *action, GVariant *parameter, gpointer panel)
{
  choose (panel, _ ("Export the Names of the Selection"), EXPORT_NAMES, "selection.txt");
}

static void
copy_images_action (GSimpleAction *action, GVariant *parameter, gpointer panel)
{
  choose (panel, _ ("Copy the Selected Images"), COPY_IMAGES, NULL);
}

/* As files, which a file manager pastes, and as text. */
static void
copy_files_action (GSimpleAction *action, GVariant *parameter, gpointer panel)
{
  PhenoSelectionPanel *self = panel;
  g_autoptr (GPtrArray) specimens = pheno_session_selected (session_of (self));
  g_autofree char *names = names_text (self);
  GSList *files = NULL;
  GdkFileList *list;
  GdkContentProvider *providers[2];
  GdkContentProvider *both;

  for (guint i = specimens->len; i-- > 0;)
    files = g_slist_prepend (
        files, g_file_new_for_path (pheno_specimen_get_path (specimens->pdata[i])));
  list = gdk_file_list_new_from_list (files);
  providers[0] = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  providers[1] = gdk_content_provider_new_typed (G_TYPE_STRING, names);
  both = gdk_content_provider_new_union (providers, 2);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), both);
  g_object_unref (both);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);
  pheno_session_toast (session_of (self),
                       _ ("The selected files are in the clipboard, to be pasted into a "
                          "folder or a text"),
                       NULL, NULL);
}

static const GActionEntry entries[] = {
  { .name = "export-csv", .activate = export_csv_action },
  { .name = "export-names", .activate = export_names_action },
  { .name = "copy-images", .activate = copy_images_action },
  { .name = "copy-files", .activate = copy_files_action },
};

void
pheno_selection_panel_add_actions (PhenoSelectionPanel *self)
{
  GSimpleActionGroup *group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "selection", G_ACTION_GROUP (group));
  g_object_unref (group);
}
