/* explore-page-export.c - figures and numbers of the map, to files and to the clipboard
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/explore-page-private.h"

#include "app/export-dialog.h"
#include "app/main-task.h"

/* Of a figure in the clipboard: two columns of a journal. */
#define COPY_WIDTH_MM 183
#define COPY_DOTS_PER_INCH 200

/* (transfer full): what files are called first. */
static char *
suggest_name (PhenoExplorePage *self, const char *ending)
{
  return g_strdup_printf ("%s-%s", pheno_session_get_title (self->session), ending);
}

static void
say_saved (PhenoExplorePage *self, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = pheno_display_name (base);
  g_autofree char *words = g_strdup_printf (_ ("“%s” is saved"), name);

  pheno_session_toast (self->session, words, NULL, NULL);
}

static void
say_nothing_to_export (PhenoExplorePage *self)
{
  pheno_session_toast (
      self->session,
      _ ("There is nothing on the map to export: clear the filter, or open embeddings."),
      NULL, NULL);
}

/* ---- the figure ---- */

static void
exported_cb (PhenoExportDialog *dialog, const char *path, PhenoExplorePage *self)
{
  if (self->session != NULL)
    say_saved (self, path);
}

void
pheno_explore_page_export_figure (PhenoExplorePage *self)
{
  g_autoptr (PhenoMapFigure) figure = pheno_map_figure_new (self->model, self->map_view);
  g_autofree char *name = NULL;
  PhenoExportDialog *dialog;

  if (figure == NULL)
    {
      say_nothing_to_export (self);
      return;
    }
  name = suggest_name (self, "map");
  dialog = pheno_export_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                    figure, name);
  g_signal_connect_object (dialog, "exported", G_CALLBACK (exported_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- the clipboard ---- */

typedef struct
{
  GBytes *png, *svg;
} Copies;

static void
copies_free (gpointer data)
{
  Copies *self = data;

  g_clear_pointer (&self->png, g_bytes_unref);
  g_clear_pointer (&self->svg, g_bytes_unref);
  g_free (self);
}

static void
copy_in_thread (GTask *task, gpointer source, gpointer figure, GCancellable *cancellable)
{
  PhenoMapFigureOptions options = {
    .format = "png",
    .width_mm = COPY_WIDTH_MM,
    .dots_per_inch = COPY_DOTS_PER_INCH,
    .in_sight = TRUE,
    .mark_selected = TRUE,
  };
  Copies *copies = g_new0 (Copies, 1);
  GError *error = NULL;

  if ((copies->png = pheno_map_figure_draw (figure, &options, &error)) != NULL)
    {
      options.format = "svg";
      copies->svg = pheno_map_figure_draw (figure, &options, &error);
    }
  if (error == NULL)
    g_task_return_pointer (task, copies, copies_free);
  else
    {
      copies_free (copies);
      g_task_return_error (task, error);
    }
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);
  g_autoptr (GError) error = NULL;
  Copies *copies = g_task_propagate_pointer (G_TASK (result), &error);
  GdkContentProvider *providers[2];
  GdkContentProvider *both;

  if (self->session == NULL)
    {
      g_clear_pointer (&copies, copies_free);
      return;
    }
  if (copies == NULL)
    {
      pheno_session_toast (self->session, error->message, NULL, NULL);
      return;
    }

  providers[0] = gdk_content_provider_new_for_bytes ("image/png", copies->png);
  providers[1] = gdk_content_provider_new_for_bytes ("image/svg+xml", copies->svg);
  both = gdk_content_provider_new_union (providers, 2);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), both);
  g_object_unref (both);
  copies_free (copies);
  pheno_session_toast (self->session, _ ("The map is in the clipboard, as PNG and SVG"),
                       NULL, NULL);
}

void
pheno_explore_page_copy_figure (PhenoExplorePage *self)
{
  PhenoMapFigure *figure = pheno_map_figure_new (self->model, self->map_view);
  g_autoptr (GTask) task = NULL;

  if (figure == NULL)
    {
      say_nothing_to_export (self);
      return;
    }
  task = g_task_new (self, NULL, copied_cb, NULL);
  g_task_set_task_data (task, figure, (GDestroyNotify) pheno_map_figure_unref);
  pheno_task_run (task, copy_in_thread);
}

void
pheno_explore_page_copy_numbers (PhenoExplorePage *self)
{
  g_autofree char *text = NULL, *words = NULL;
  gsize n;

  if (pheno_map_model_get_embedding (self->model) == NULL)
    return;
  n = pheno_map_model_get_n_selected (self->model);
  if (n == 0)
    n = pheno_map_model_get_n_shown (self->model);
  text = pheno_map_text (self->model, '\t');
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  words
      = g_strdup_printf (ngettext ("%zu row is in the clipboard, for a spreadsheet",
                                   "%zu rows are in the clipboard, for a spreadsheet", n),
                         n);
  pheno_session_toast (self->session, words, NULL, NULL);
}

/* ---- numbers ---- */

typedef struct
{
  PhenoEmbedding *table;
  char *path;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *self = data;

  pheno_embedding_free (self->table);
  g_free (self->path);
  g_free (self);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Saving *saving = data;
  GError *error = NULL;

  if (pheno_embedding_save (saving->table, saving->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);
  const Saving *saving = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error) && self->session != NULL)
    say_saved (self, saving->path);
  else if (self->session != NULL)
    pheno_session_toast (self->session, error->message, NULL, NULL);
}

static void
save_chosen_cb (GtkNativeDialog *dialog, int response, PhenoExplorePage *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  gboolean places
      = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (self->chooser), "places"));
  PhenoEmbedding *table;
  g_autoptr (GTask) task = NULL;
  Saving *saving;

  g_clear_object (&self->chooser);
  if (response != GTK_RESPONSE_ACCEPT || path == NULL)
    return;
  if ((table = pheno_map_table_new (self->model, places)) == NULL)
    {
      say_nothing_to_export (self);
      return;
    }

  saving = g_new0 (Saving, 1);
  saving->table = table;
  saving->path = g_steal_pointer (&path);
  task = g_task_new (self, NULL, saved_cb, NULL);
  g_task_set_task_data (task, saving, saving_free);
  pheno_task_run (task, save_in_thread);
}

void
pheno_explore_page_export_numbers (PhenoExplorePage *self, gboolean places)
{
  g_autofree char *name = suggest_name (self, places ? "map.csv" : "embeddings.csv");

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (
      places ? _ ("Export the Places on the Map (.csv, .h5, .npy)")
             : _ ("Export the Embeddings (.csv, .h5, .npy)"),
      GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), GTK_FILE_CHOOSER_ACTION_SAVE,
      _ ("_Export"), _ ("_Cancel"));
  g_object_set_data (G_OBJECT (self->chooser), "places", GINT_TO_POINTER (places));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (save_chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}
