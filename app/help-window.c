/* help-window.c - the chapters of the documentation
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/help-window.h"

#include <string.h>

#include "app/markdown.h"
#include "engine/base/base.h"

#define CHAPTERS "/io/github/phenoscape/Phenoscape/docs/"

/* In the order in which they are read. */
static const char *const names[] = {
  "start",
  "collection",
  "augment",
  "train",
  "explore",
  "experiments",
  "formats",
  "methods",
  "methods-augment",
  "methods-training",
  "methods-analysis",
  "back-ends",
};

struct _PhenoHelpWindow
{
  AdwWindow parent_instance;

  /* template children */
  GtkDropDown *chapters;
  GtkTextView *text_view;
  GtkScrolledWindow *scrolled;

  /* owned */
  GQueue seen; /* guint, the last first */
  guint current;
  gboolean going;
};

G_DEFINE_FINAL_TYPE (PhenoHelpWindow, pheno_help_window, ADW_TYPE_WINDOW)

/* (transfer full) (nullable) */
static char *
read_chapter (const char *name)
{
  g_autofree char *path = g_strconcat (CHAPTERS, name, ".md", NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  gsize size;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return text != NULL ? g_strndup (text, size) : NULL;
}

static guint
index_of (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return i;
  return 0;
}

static void
show_chapter (PhenoHelpWindow *self, guint index)
{
  g_autofree char *text = read_chapter (names[index]);

  self->current = index;
  pheno_markdown_show (text, gtk_text_view_get_buffer (self->text_view));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  self->going = TRUE;
  gtk_drop_down_set_selected (self->chapters, index);
  self->going = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "help.back", self->seen.length > 0);
}

static void
go_to (PhenoHelpWindow *self, guint index)
{
  if (index != self->current)
    g_queue_push_head (&self->seen, GUINT_TO_POINTER (self->current));
  show_chapter (self, index);
}

static void
selected_cb (GtkDropDown *chapters, GParamSpec *pspec, PhenoHelpWindow *self)
{
  if (!self->going && gtk_drop_down_get_selected (chapters) < G_N_ELEMENTS (names))
    go_to (self, gtk_drop_down_get_selected (chapters));
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoHelpWindow *self = PHENO_HELP_WINDOW (widget);

  if (self->seen.length > 0)
    show_chapter (self, GPOINTER_TO_UINT (g_queue_pop_head (&self->seen)));
}

/* ---- links ---- */

/* (nullable): what the link under a point of the view points to. */
static const char *
target_at (PhenoHelpWindow *self, double x, double y)
{
  GtkTextIter iter;
  int left, top;
  const char *target = NULL;
  GSList *tags;

  gtk_text_view_window_to_buffer_coords (self->text_view, GTK_TEXT_WINDOW_WIDGET, (int) x,
                                         (int) y, &left, &top);
  if (!gtk_text_view_get_iter_at_location (self->text_view, &iter, left, top))
    return NULL;
  tags = gtk_text_iter_get_tags (&iter);
  for (GSList *tag = tags; tag != NULL && target == NULL; tag = tag->next)
    target = g_object_get_data (tag->data, "target");
  g_slist_free (tags);
  return target;
}

/* “formats.md#recipes” is the chapter “formats”; what is not here is not a link. */
static gboolean
find_chapter (const char *target, guint *index)
{
  g_autofree char *name = target != NULL ? g_strdup (target) : NULL;
  char *end = name != NULL ? strstr (name, ".md") : NULL;

  if (end == NULL)
    return FALSE;
  *end = '\0';
  *index = index_of (name);
  return g_str_equal (names[*index], name);
}

static void
released_cb (GtkGestureClick *click, int presses, double x, double y,
             PhenoHelpWindow *self)
{
  guint index;

  if (find_chapter (target_at (self, x, y), &index))
    go_to (self, index);
}

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, PhenoHelpWindow *self)
{
  guint index;

  gtk_widget_set_cursor_from_name (
      GTK_WIDGET (self->text_view),
      find_chapter (target_at (self, x, y), &index) ? "pointer" : "text");
}

/* ---- the window itself ---- */

void
pheno_help_show (GtkApplication *application, const char *chapter)
{
  GList *windows = gtk_application_get_windows (application);
  PhenoHelpWindow *self = NULL;

  for (; windows != NULL && self == NULL; windows = windows->next)
    if (PHENO_IS_HELP_WINDOW (windows->data))
      self = windows->data;
  if (self == NULL)
    {
      self = g_object_new (PHENO_TYPE_HELP_WINDOW, "application", application, NULL);
      show_chapter (self, index_of (chapter));
    }
  else
    go_to (self, index_of (chapter));
  gtk_window_present (GTK_WINDOW (self));
}

static void
pheno_help_window_dispose (GObject *object)
{
  PhenoHelpWindow *self = PHENO_HELP_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_HELP_WINDOW);
  g_queue_clear (&self->seen);

  G_OBJECT_CLASS (pheno_help_window_parent_class)->dispose (object);
}

static void
pheno_help_window_class_init (PhenoHelpWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_help_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoHelpWindow, chapters);
  gtk_widget_class_bind_template_child (widget_class, PhenoHelpWindow, text_view);
  gtk_widget_class_bind_template_child (widget_class, PhenoHelpWindow, scrolled);

  gtk_widget_class_install_action (widget_class, "help.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK,
                                       "help.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
pheno_help_window_init (PhenoHelpWindow *self)
{
  GtkEventController *click = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = read_chapter (names[i]);
      g_autofree char *title = text != NULL ? pheno_markdown_title (text) : NULL;

      gtk_string_list_append (titles, title != NULL ? title : names[i]);
    }
  self->going = TRUE;
  gtk_drop_down_set_model (self->chapters, G_LIST_MODEL (titles));
  self->going = FALSE;
  g_signal_connect (self->chapters, "notify::selected", G_CALLBACK (selected_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), click);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), motion);
}
