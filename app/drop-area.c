/* drop-area.c - an outline over the window that says what dropping a file will do
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/drop-area.h"

#include "app/open-target.h"
#include "engine/base/base.h"

struct _PhenoDropArea
{
  AdwBin parent_instance;

  /* template children */
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (PhenoDropArea, pheno_drop_area, ADW_TYPE_BIN)

enum
{
  DROPPED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* (transfer full) (nullable) */
static GFile *
first_file (const GValue *value)
{
  GSList *files = value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST)
                      ? gdk_file_list_get_files (g_value_get_boxed (value))
                      : NULL;
  GFile *first = files != NULL ? g_object_ref (files->data) : NULL;

  g_slist_free (files);
  return first;
}

/* Programs send the names some moments after the pointer has come. */
static void
describe (PhenoDropArea *self, GtkDropTarget *target)
{
  g_autoptr (GFile) file = first_file (gtk_drop_target_get_value (target));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (PhenoOpenTarget) what = path != NULL ? pheno_open_target_new (path) : NULL;

  gtk_label_set_label (self->label,
                       what != NULL ? what->words : _ ("Open what is dropped"));
}

static void
value_cb (GtkDropTarget *target, GParamSpec *pspec, PhenoDropArea *self)
{
  describe (self, target);
}

static GdkDragAction
enter_cb (GtkDropTarget *target, double x, double y, PhenoDropArea *self)
{
  describe (self, target);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target, PhenoDropArea *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y,
         PhenoDropArea *self)
{
  g_autoptr (GFile) file = first_file (value);

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (file == NULL)
    return FALSE;
  g_signal_emit (self, signals[DROPPED], 0, file);
  return TRUE;
}

void
pheno_drop_area_watch (PhenoDropArea *self, GtkWidget *target)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_drop_target_set_preload (drop, TRUE);
  g_signal_connect_object (drop, "notify::value", G_CALLBACK (value_cb), self, 0);
  g_signal_connect_object (drop, "enter", G_CALLBACK (enter_cb), self, 0);
  g_signal_connect_object (drop, "leave", G_CALLBACK (leave_cb), self, 0);
  g_signal_connect_object (drop, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (target, GTK_EVENT_CONTROLLER (drop));
}

static void
pheno_drop_area_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHENO_TYPE_DROP_AREA);
  G_OBJECT_CLASS (pheno_drop_area_parent_class)->dispose (object);
}

static void
pheno_drop_area_class_init (PhenoDropAreaClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_drop_area_dispose;
  signals[DROPPED]
      = g_signal_new ("dropped", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/drop-area.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoDropArea, label);
}

static void
pheno_drop_area_init (PhenoDropArea *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
