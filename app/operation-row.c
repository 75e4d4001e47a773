/* operation-row.c - one operation of a recipe, with all that can be set about it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/operation-row.h"

#include <string.h>

#include "app/parameter-row.h"

struct _PhenoOperationRow
{
  AdwExpanderRow parent_instance;

  /* template children */
  GtkWidget *handle, *colour_image, *only_button, *menu_button;
  GtkSwitch *enabled_switch;

  /* borrowed */
  const PhenoOperation *operation;
  const PhenoRecipe *recipe; /* that was shown last */
  GPtrArray *parameters;     /* owned; PhenoParameterRow, which are children */

  gboolean only, showing, has_parameters;
};

G_DEFINE_FINAL_TYPE (PhenoOperationRow, pheno_operation_row, ADW_TYPE_EXPANDER_ROW)

enum
{
  PROP_ONLY = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SET,
  MOVE,
  MOVE_BESIDE,
  RESET,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

const PhenoOperation *
pheno_operation_row_get_operation (PhenoOperationRow *self)
{
  return self->operation;
}

/* ---- what the user does ---- */

static void
enabled_cb (GtkSwitch *widget, GParamSpec *pspec, PhenoOperationRow *self)
{
  if (!self->showing)
    g_signal_emit (self, signals[SET], 0, "enabled",
                   gtk_switch_get_active (widget) ? "true" : "false");
}

static void
parameter_cb (PhenoParameterRow *row, const char *text, PhenoOperationRow *self)
{
  if (!self->showing)
    g_signal_emit (self, signals[SET], 0, pheno_parameter_row_get_info (row)->name, text);
}

static void
move_up_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[MOVE], 0, -1);
}

static void
move_down_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[MOVE], 0, 1);
}

static void
reset_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[RESET], 0);
}

/* ---- dragging ---- */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, PhenoOperationRow *self)
{
  return gdk_content_provider_new_typed (PHENO_TYPE_OPERATION_ROW, self);
}

static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, PhenoOperationRow *self)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, paintable, 0, 0);
}

/* (nullable): the row that is dragged, when it can be dropped here. */
static PhenoOperationRow *
dragged_row (PhenoOperationRow *self, const GValue *value)
{
  PhenoOperationRow *row = G_VALUE_HOLDS (value, PHENO_TYPE_OPERATION_ROW)
                               ? g_value_get_object (value)
                               : NULL;

  return row != NULL && row != self && row->operation->stage == self->operation->stage
             ? row
             : NULL;
}

static GdkDragAction
drag_motion_cb (GtkDropTarget *target, double x, double y, PhenoOperationRow *self)
{
  const GValue *value = gtk_drop_target_get_value (target);

  return value != NULL && dragged_row (self, value) != NULL ? GDK_ACTION_MOVE : 0;
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y,
         PhenoOperationRow *self)
{
  PhenoOperationRow *row = dragged_row (self, value);

  if (row == NULL)
    return FALSE;
  g_signal_emit (self, signals[MOVE_BESIDE], 0, row->operation->name);
  return TRUE;
}

static void
set_up_dragging (PhenoOperationRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (PHENO_TYPE_OPERATION_ROW, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (self->handle, GTK_EVENT_CONTROLLER (source));
  gtk_widget_set_cursor_from_name (self->handle, "grab");

  gtk_drop_target_set_preload (target, TRUE);
  g_signal_connect (target, "motion", G_CALLBACK (drag_motion_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* ---- what is shown ---- */

void
pheno_operation_row_show (PhenoOperationRow *self, const PhenoRecipe *recipe)
{
  const char *name = self->operation->name;
  g_autofree char *enabled = pheno_recipe_get (recipe, name, "enabled");
  gboolean changes = pheno_recipe_changes_colour (recipe, name, NULL);

  self->recipe = recipe;
  self->showing = TRUE;
  gtk_switch_set_active (self->enabled_switch, g_str_equal (enabled, "true"));
  gtk_widget_set_visible (self->colour_image, changes);
  for (guint i = 0; i < self->parameters->len; i++)
    pheno_parameter_row_show (self->parameters->pdata[i], recipe);
  self->showing = FALSE;
}

void
pheno_operation_row_set_movable (PhenoOperationRow *self, gboolean up, gboolean down)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "operation.move-up", up);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "operation.move-down", down);
  gtk_widget_set_visible (self->handle, up || down);
}

/* ---- making one ---- */

static void
add_parameter (PhenoOperationRow *self, const PhenoParameterInfo *info)
{
  PhenoParameterRow *row = pheno_parameter_row_new (self->operation, info);

  g_signal_connect (row, "changed", G_CALLBACK (parameter_cb), self);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (row));
  g_ptr_array_add (self->parameters, row);
}

/* Beside switch, menu and handle it would have one word a line. */
static void
add_doc (PhenoOperationRow *self)
{
  GtkWidget *label = gtk_label_new (_ (self->operation->doc));
  GtkWidget *row = adw_preferences_row_new ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_margin_top (label, 9);
  gtk_widget_set_margin_bottom (label, 9);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}

/* All parameters of all operations at once would hold the window up as it opens. */
static void
expanded_cb (PhenoOperationRow *self, GParamSpec *pspec, gpointer user_data)
{
  if (self->has_parameters)
    return;

  self->has_parameters = TRUE;
  add_doc (self);
  if (self->operation->random)
    add_parameter (self, pheno_operation_probability ());
  for (guint i = 0; self->operation->parameters[i].name != NULL; i++)
    add_parameter (self, &self->operation->parameters[i]);
  if (self->recipe != NULL)
    pheno_operation_row_show (self, self->recipe);
}

static void
set_names (PhenoOperationRow *self)
{
  const char *title = _ (self->operation->title), *doc = _ (self->operation->doc);
  g_autofree char *only = g_strdup_printf (_ ("Show “%s” alone"), title);
  g_autofree char *menu = g_strdup_printf (_ ("More for “%s”"), title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), doc);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enabled_switch),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, doc, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->only_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, only, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
}

PhenoOperationRow *
pheno_operation_row_new (const PhenoOperation *operation)
{
  PhenoOperationRow *self = g_object_new (PHENO_TYPE_OPERATION_ROW, NULL);

  self->operation = operation;
  set_names (self);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
  return self;
}

static void
pheno_operation_row_get_property (GObject *object, guint id, GValue *value,
                                  GParamSpec *pspec)
{
  PhenoOperationRow *self = PHENO_OPERATION_ROW (object);

  if (id == PROP_ONLY)
    g_value_set_boolean (value, self->only);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_operation_row_set_property (GObject *object, guint id, const GValue *value,
                                  GParamSpec *pspec)
{
  PhenoOperationRow *self = PHENO_OPERATION_ROW (object);

  if (id != PROP_ONLY)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (self->only != g_value_get_boolean (value))
    {
      self->only = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, props[PROP_ONLY]);
    }
}

static void
pheno_operation_row_dispose (GObject *object)
{
  PhenoOperationRow *self = PHENO_OPERATION_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_OPERATION_ROW);
  g_clear_pointer (&self->parameters, g_ptr_array_unref);

  G_OBJECT_CLASS (pheno_operation_row_parent_class)->dispose (object);
}

static void
install_signals (GType type)
{
  signals[SET] = g_signal_new ("set", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[MOVE] = g_signal_new ("move", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_INT);
  signals[MOVE_BESIDE] = g_signal_new ("move-beside", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RESET] = g_signal_new ("reset", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
pheno_operation_row_class_init (PhenoOperationRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_operation_row_get_property;
  object_class->set_property = pheno_operation_row_set_property;
  object_class->dispose = pheno_operation_row_dispose;
  props[PROP_ONLY] = g_param_spec_boolean ("only", NULL, NULL, FALSE,
                                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                               | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  install_signals (G_TYPE_FROM_CLASS (class));

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/operation-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationRow, handle);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationRow, colour_image);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationRow, only_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationRow, enabled_switch);

  gtk_widget_class_install_action (widget_class, "operation.move-up", NULL,
                                   move_up_action);
  gtk_widget_class_install_action (widget_class, "operation.move-down", NULL,
                                   move_down_action);
  gtk_widget_class_install_action (widget_class, "operation.reset", NULL, reset_action);
  gtk_widget_class_install_property_action (widget_class, "operation.only", "only");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK,
                                       "operation.move-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK,
                                       "operation.move-down", NULL);
}

static void
pheno_operation_row_init (PhenoOperationRow *self)
{
  self->parameters = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  set_up_dragging (self);
  g_signal_connect (self->enabled_switch, "notify::active", G_CALLBACK (enabled_cb),
                    self);
}
