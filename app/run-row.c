/* run-row.c - a run in the list of runs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/run-row.h"

#include "engine/base/base.h"

#include <string.h>

struct _PhenoRunRow
{
  AdwActionRow parent_instance;

  /* template children */
  GtkWidget *compare_button, *resume_button, *explore_button, *menu_button;

  /* owned */
  PhenoRunItem *item;
};

G_DEFINE_FINAL_TYPE (PhenoRunRow, pheno_run_row, ADW_TYPE_ACTION_ROW)

static guint asked_signal;

static void
name_control (GtkWidget *widget, const char *format, const char *name)
{
  g_autofree char *label = g_strdup_printf (format, name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
show_item (PhenoRunRow *self)
{
  const PhenoRunFacts *facts = pheno_run_item_get_facts (self->item);
  PhenoRunState state = facts->state;
  gboolean is_idle = state != PHENO_RUN_RUNNING;

  gtk_widget_set_visible (self->resume_button,
                          facts->run != NULL && is_idle && state != PHENO_RUN_DONE);
  gtk_widget_set_visible (self->explore_button, facts->has_weights && is_idle);
  gtk_widget_set_sensitive (self->compare_button, facts->history->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.delete", is_idle);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.use-settings",
                                 facts->run != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.embed",
                                 facts->has_weights && is_idle);
}

static void
changed_cb (PhenoRunItem *item, PhenoRunRow *self)
{
  show_item (self);
}

static void
ask (PhenoRunRow *self, const char *what)
{
  g_signal_emit (self, asked_signal, 0, what);
}

static void
resume_cb (GtkButton *button, PhenoRunRow *self)
{
  ask (self, "resume");
}

static void
explore_cb (GtkButton *button, PhenoRunRow *self)
{
  ask (self, "explore");
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (PHENO_RUN_ROW (widget), name + strlen ("run."));
}

GtkWidget *
pheno_run_row_new (PhenoRunItem *item)
{
  PhenoRunRow *self = g_object_new (PHENO_TYPE_RUN_ROW, NULL);
  const char *name = pheno_run_item_get_name (item);

  self->item = g_object_ref (item);
  g_object_bind_property (item, "title", self, "title", G_BINDING_SYNC_CREATE);
  g_object_bind_property (item, "subtitle", self, "subtitle", G_BINDING_SYNC_CREATE);
  g_object_bind_property (item, "compared", self->compare_button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (item, "changed", G_CALLBACK (changed_cb), self, 0);

  /* Translators: %s is the name of a run, such as 2026-11-24-a. */
  name_control (self->compare_button, _ ("Compare %s"), name);
  name_control (self->resume_button, _ ("Resume %s"), name);
  name_control (self->explore_button, _ ("Explore %s"), name);
  name_control (self->menu_button, _ ("More for %s"), name);
  show_item (self);
  return GTK_WIDGET (self);
}

PhenoRunItem *
pheno_run_row_get_item (PhenoRunRow *self)
{
  return self->item;
}

static void
pheno_run_row_dispose (GObject *object)
{
  PhenoRunRow *self = PHENO_RUN_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_RUN_ROW);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (pheno_run_row_parent_class)->dispose (object);
}

static void
pheno_run_row_class_init (PhenoRunRowClass *class)
{
  static const char *const actions[]
      = { "run.use-settings", "run.embed", "run.open-folder", "run.delete" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_run_row_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/run-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoRunRow, compare_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoRunRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoRunRow, explore_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoRunRow, menu_button);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i], NULL, menu_action);
  asked_signal = g_signal_new ("asked", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                               NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pheno_run_row_init (PhenoRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  g_signal_connect (self->resume_button, "clicked", G_CALLBACK (resume_cb), self);
  g_signal_connect (self->explore_button, "clicked", G_CALLBACK (explore_cb), self);
}
