/* export-dialog.c - the map as a figure for a paper, with a preview
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The preview is the figure itself, drawn on a thread at the screen's resolution; while
 * one is being drawn the newest change waits.
 */
#include "app/export-dialog.h"

#include "app/main-task.h"

/* Fine enough for a screen of high resolution, and drawn in some hundredths of a second.
 */
#define PREVIEW_DOTS_PER_INCH 150

static const char *const formats[] = { "pdf", "svg", "png" }; /* as the choice has them */
static const double preset_widths[] = { 89, 120, 183 };

struct _PhenoExportDialog
{
  AdwWindow parent_instance;

  /* template children */
  GtkPicture *preview;
  GtkLabel *error_label;
  GtkSpinner *spinner;
  GtkWidget *cancel_button, *export_button, *resolution_row;
  AdwComboRow *format_row, *preset_row, *legend_row;
  GtkSpinButton *width_button, *height_button, *resolution_button, *font_button,
      *point_button;
  GtkSwitch *sight_switch, *mark_switch;
  GtkEditable *title_row, *caption_row;

  /* owned */
  PhenoMapFigure *figure;
  char *name;
  GtkFileChooserNative *chooser;
  gboolean drawing, changed, setting_width;
};

G_DEFINE_FINAL_TYPE (PhenoExportDialog, pheno_export_dialog, ADW_TYPE_WINDOW)

enum
{
  EXPORTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- the drawing, on a thread ---- */

typedef struct
{
  PhenoMapFigure *figure;
  PhenoMapFigureOptions options;
  char *path; /* NULL: a preview */
} Drawing;

static void
drawing_free (gpointer data)
{
  Drawing *self = data;

  pheno_map_figure_unref (self->figure);
  g_free (self->options.title);
  g_free (self->options.caption);
  g_free (self->path);
  g_free (self);
}

static char *
text_of (GtkEditable *row)
{
  const char *text = gtk_editable_get_text (row);

  return *text != '\0' ? g_strdup (text) : NULL;
}

static Drawing *
drawing_new (PhenoExportDialog *self, const char *path)
{
  Drawing *drawing = g_new0 (Drawing, 1);

  drawing->figure = pheno_map_figure_ref (self->figure);
  drawing->path = g_strdup (path);
  drawing->options = (PhenoMapFigureOptions){
    .format
    = path != NULL ? formats[adw_combo_row_get_selected (self->format_row)] : "png",
    .width_mm = gtk_spin_button_get_value (self->width_button),
    .height_mm = gtk_spin_button_get_value (self->height_button),
    .dots_per_inch = path != NULL ? gtk_spin_button_get_value (self->resolution_button)
                                  : PREVIEW_DOTS_PER_INCH,
    .font_size = gtk_spin_button_get_value (self->font_button),
    .point_size = gtk_spin_button_get_value (self->point_button),
    .legend = (PhenoLegendPlace) adw_combo_row_get_selected (self->legend_row),
    .title = text_of (self->title_row),
    .caption = text_of (self->caption_row),
    .in_sight = gtk_switch_get_active (self->sight_switch),
    .mark_selected = gtk_switch_get_active (self->mark_switch),
  };
  return drawing;
}

static void
draw_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Drawing *drawing = data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes
      = pheno_map_figure_draw (drawing->figure, &drawing->options, &error);
  GdkTexture *texture = NULL;

  if (bytes != NULL && drawing->path != NULL
      && pheno_write_file (drawing->path, g_bytes_get_data (bytes, NULL),
                           g_bytes_get_size (bytes), &error))
    g_task_return_pointer (task, NULL, NULL);
  else if (bytes != NULL && drawing->path == NULL
           && (texture = gdk_texture_new_from_bytes (bytes, &error)) != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* ---- preview ---- */

static void draw_preview (PhenoExportDialog *self);

static void
previewed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoExportDialog *self = PHENO_EXPORT_DIALOG (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  self->drawing = FALSE;
  if (self->preview == NULL) /* closed meanwhile */
    return;
  gtk_spinner_stop (self->spinner);
  gtk_picture_set_paintable (self->preview, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), error != NULL);
  gtk_widget_set_sensitive (self->export_button, error == NULL);
  if (error != NULL)
    gtk_label_set_label (self->error_label, error->message);
  if (self->changed)
    draw_preview (self);
}

static void
draw_preview (PhenoExportDialog *self)
{
  g_autoptr (GTask) task = NULL;

  self->changed = self->drawing;
  if (self->drawing || self->figure == NULL)
    return;

  self->drawing = TRUE;
  gtk_spinner_start (self->spinner);
  task = g_task_new (self, NULL, previewed_cb, NULL);
  g_task_set_task_data (task, drawing_new (self, NULL), drawing_free);
  pheno_task_run (task, draw_in_thread);
}

static void
changed_cb (PhenoExportDialog *self)
{
  gtk_widget_set_visible (self->resolution_row,
                          adw_combo_row_get_selected (self->format_row) == 2);
  draw_preview (self);
}

static void
preset_cb (PhenoExportDialog *self)
{
  guint preset = adw_combo_row_get_selected (self->preset_row);

  if (preset >= G_N_ELEMENTS (preset_widths))
    return;
  self->setting_width = TRUE;
  gtk_spin_button_set_value (self->width_button, preset_widths[preset]);
  self->setting_width = FALSE;
}

static void
width_cb (PhenoExportDialog *self)
{
  if (!self->setting_width)
    adw_combo_row_set_selected (self->preset_row, G_N_ELEMENTS (preset_widths));
  changed_cb (self);
}

/* ---- export ---- */

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoExportDialog *self = PHENO_EXPORT_DIALOG (object);
  const Drawing *drawing = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  g_task_propagate_pointer (G_TASK (result), &error);
  if (self->preview == NULL)
    return;
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_sensitive (self->export_button, TRUE);
  if (error != NULL)
    {
      gtk_label_set_label (self->error_label, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
      gtk_picture_set_paintable (self->preview, NULL);
      return;
    }
  g_signal_emit (self, signals[EXPORTED], 0, drawing->path);
  gtk_window_close (GTK_WINDOW (self));
}

/* By what was typed as the name; -1 for another extension. */
static int
format_of (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (path, formats[i]))
      return (int) i;
  return -1;
}

static void
chosen_cb (GtkNativeDialog *native, int response, PhenoExportDialog *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GTask) task = NULL;
  int format = path != NULL ? format_of (path) : -1;

  g_clear_object (&self->chooser);
  if (response != GTK_RESPONSE_ACCEPT || path == NULL)
    return;
  if (format < 0)
    {
      gtk_label_set_label (self->error_label,
                           _ ("The name of a figure must end in .pdf, .svg or .png."));
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
      return;
    }
  adw_combo_row_set_selected (self->format_row, (guint) format);
  gtk_widget_set_sensitive (self->export_button, FALSE);
  gtk_spinner_start (self->spinner);
  task = g_task_new (self, NULL, exported_cb, NULL);
  g_task_set_task_data (task, drawing_new (self, path), drawing_free);
  pheno_task_run (task, draw_in_thread);
}

static void
export_cb (GtkButton *button, PhenoExportDialog *self)
{
  const char *format = formats[adw_combo_row_get_selected (self->format_row)];
  g_autofree char *name = g_strdup_printf ("%s.%s", self->name, format);

  self->chooser = gtk_file_chooser_native_new (_ ("Export Figure"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE,
                                               _ ("_Export"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_signal_connect (self->chooser, "response", G_CALLBACK (chosen_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* ---- the window ---- */

PhenoExportDialog *
pheno_export_dialog_new (GtkWindow *parent, PhenoMapFigure *figure, const char *name)
{
  PhenoExportDialog *self
      = g_object_new (PHENO_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);

  self->figure = pheno_map_figure_ref (figure);
  self->name = g_strdup (name);
  draw_preview (self);
  return self;
}

static void
pheno_export_dialog_dispose (GObject *object)
{
  PhenoExportDialog *self = PHENO_EXPORT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_EXPORT_DIALOG);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->figure, pheno_map_figure_unref);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (pheno_export_dialog_parent_class)->dispose (object);
}

#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoExportDialog, name)

static void
pheno_export_dialog_class_init (PhenoExportDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_export_dialog_dispose;
  signals[EXPORTED]
      = g_signal_new ("exported", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/export-dialog.ui");
  BIND (preview);
  BIND (error_label);
  BIND (spinner);
  BIND (cancel_button);
  BIND (export_button);
  BIND (resolution_row);
  BIND (format_row);
  BIND (preset_row);
  BIND (legend_row);
  BIND (width_button);
  BIND (height_button);
  BIND (resolution_button);
  BIND (font_button);
  BIND (point_button);
  BIND (sight_switch);
  BIND (mark_switch);
  BIND (title_row);
  BIND (caption_row);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
pheno_export_dialog_init (PhenoExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_swapped (self->format_row, "notify::selected", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->legend_row, "notify::selected", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->preset_row, "notify::selected", G_CALLBACK (preset_cb),
                            self);
  g_signal_connect_swapped (self->width_button, "value-changed", G_CALLBACK (width_cb),
                            self);
  g_signal_connect_swapped (self->height_button, "value-changed", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->font_button, "value-changed", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->point_button, "value-changed", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->sight_switch, "notify::active", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->mark_switch, "notify::active", G_CALLBACK (changed_cb),
                            self);
  g_signal_connect_swapped (self->title_row, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->caption_row, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (gtk_window_close),
                            self);
  g_signal_connect (self->export_button, "clicked", G_CALLBACK (export_cb), self);
}
