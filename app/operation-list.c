/* operation-list.c - all operations there are, stage by stage, with what a recipe says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/operation-list.h"

#include <stdlib.h>

#include "app/operation-row.h"

#define PLACE_STEP 10
/* Rows are made for so long in one turn of the main loop. */
#define MAKE_US 8000
#define N_STAGES (PHENO_STAGE_END + 1)

struct _PhenoOperationList
{
  AdwBin parent_instance;

  /* template children */
  AdwPreferencesGroup *base_group, *geometry_group, *colour_group, *end_group;

  /* owned */
  PhenoSession *session;
  GPtrArray *rows; /* PhenoOperationRow in the order shown; they are children */
  char *only;
};

G_DEFINE_FINAL_TYPE (PhenoOperationList, pheno_operation_list, ADW_TYPE_BIN)

enum
{
  PROP_ONLY = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const PhenoOperation *
operation_at (PhenoOperationList *self, guint i)
{
  return pheno_operation_row_get_operation (self->rows->pdata[i]);
}

static const char *
title_of (PhenoOperationRow *row)
{
  return _ (pheno_operation_row_get_operation (row)->title);
}

/* ---- order ---- */

static int
place_of (const PhenoRecipe *recipe, const PhenoOperation *operation)
{
  g_autofree char *text = pheno_recipe_get (recipe, operation->name, "place");

  return atoi (text);
}

/* As the engine does them: by stage, then place, then the table. */
static int
compare_rows (gconstpointer a, gconstpointer b, gpointer recipe)
{
  const PhenoOperation *first
      = pheno_operation_row_get_operation (*(PhenoOperationRow *const *) a);
  const PhenoOperation *second
      = pheno_operation_row_get_operation (*(PhenoOperationRow *const *) b);

  if (first->stage != second->stage)
    return (int) first->stage - (int) second->stage;
  if (place_of (recipe, first) != place_of (recipe, second))
    return place_of (recipe, first) - place_of (recipe, second);
  return pheno_operation_find (first->name) - pheno_operation_find (second->name);
}

static AdwPreferencesGroup *
group_of (PhenoOperationList *self, PhenoStage stage)
{
  AdwPreferencesGroup *const groups[N_STAGES] = {
    [PHENO_STAGE_BASE] = self->base_group,
    [PHENO_STAGE_GEOMETRY] = self->geometry_group,
    [PHENO_STAGE_COLOUR] = self->colour_group,
    [PHENO_STAGE_END] = self->end_group,
  };

  return groups[stage];
}

/* Rows that stand where they belong stay there, with the focus in them. */
static void
put_in_order (PhenoOperationList *self)
{
  g_autoptr (GPtrArray) before = g_ptr_array_copy (self->rows, NULL, NULL);
  guint first = 0;

  g_ptr_array_sort_with_data (self->rows, compare_rows,
                              (gpointer) pheno_session_get_recipe (self->session));
  while (first < before->len && before->pdata[first] == self->rows->pdata[first])
    first++;
  for (guint i = first; i < self->rows->len; i++)
    {
      AdwPreferencesGroup *group = group_of (self, operation_at (self, i)->stage);
      GtkWidget *row = self->rows->pdata[i];

      g_object_ref (row);
      adw_preferences_group_remove (group, row);
      adw_preferences_group_add (group, row);
      g_object_unref (row);
    }
}

static gboolean
is_of_stage (PhenoOperationList *self, gint64 i, PhenoStage stage)
{
  return i >= 0 && i < self->rows->len && operation_at (self, (guint) i)->stage == stage;
}

static void
show_order (PhenoOperationList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      PhenoStage stage = operation_at (self, i)->stage;

      pheno_operation_row_set_movable (self->rows->pdata[i],
                                       is_of_stage (self, (gint64) i - 1, stage),
                                       is_of_stage (self, (gint64) i + 1, stage));
    }
}

/* Moves a row to where another is; all places of the stage are numbered anew. */
static void
move (PhenoOperationList *self, guint from, guint to)
{
  g_autoptr (PhenoRecipe) recipe
      = pheno_recipe_copy (pheno_session_get_recipe (self->session));
  g_autoptr (GPtrArray) order = g_ptr_array_copy (self->rows, NULL, NULL);
  PhenoOperationRow *row = order->pdata[from];
  PhenoStage stage = pheno_operation_row_get_operation (row)->stage;
  g_autofree char *label = g_strdup_printf (_ ("“%s” moved"), title_of (row));
  int place = 0;

  g_ptr_array_remove_index (order, from);
  g_ptr_array_insert (order, (int) to, row);
  for (guint i = 0; i < order->len; i++)
    {
      const PhenoOperation *operation
          = pheno_operation_row_get_operation (order->pdata[i]);
      g_autofree char *text = g_strdup_printf ("%d", place);

      if (operation->stage != stage)
        continue;
      pheno_recipe_set (recipe, operation->name, "place", text, NULL);
      place += PLACE_STEP;
    }
  pheno_session_set_recipe (self->session, recipe, label);
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
move_cb (PhenoOperationRow *row, int delta, PhenoOperationList *self)
{
  guint from;
  gint64 to;

  g_ptr_array_find (self->rows, row, &from);
  to = (gint64) from + delta;
  if (is_of_stage (self, to, operation_at (self, from)->stage))
    move (self, from, (guint) to);
}

static void
move_beside_cb (PhenoOperationRow *target, const char *name, PhenoOperationList *self)
{
  guint to;

  g_ptr_array_find (self->rows, target, &to);
  for (guint from = 0; from < self->rows->len; from++)
    if (g_str_equal (operation_at (self, from)->name, name))
      {
        move (self, from, to);
        return;
      }
}

/* ---- values ---- */

static char *
label_of (PhenoOperationRow *row, const char *key, const char *value)
{
  const PhenoOperation *operation = pheno_operation_row_get_operation (row);
  const char *title = title_of (row);
  const PhenoParameterInfo *info = pheno_operation_probability ();

  if (g_str_equal (key, "enabled"))
    return g_str_equal (value, "true") ? g_strdup_printf (_ ("“%s” switched on"), title)
                                       : g_strdup_printf (_ ("“%s” switched off"), title);
  for (guint i = 0; operation->parameters[i].name != NULL; i++)
    if (g_str_equal (operation->parameters[i].name, key))
      info = &operation->parameters[i];
  /* Translators: a parameter of an operation, as in “Degrees” of “Rotation” changed */
  return g_strdup_printf (_ ("“%s” of “%s” changed"), _ (info->title), title);
}

static void
set_cb (PhenoOperationRow *row, const char *key, const char *value,
        PhenoOperationList *self)
{
  g_autoptr (PhenoRecipe) recipe
      = pheno_recipe_copy (pheno_session_get_recipe (self->session));
  g_autofree char *label = label_of (row, key, value);

  /* The row has asked the engine already. */
  if (pheno_recipe_set (recipe, pheno_operation_row_get_operation (row)->name, key, value,
                        NULL))
    pheno_session_set_recipe (self->session, recipe, label);
}

/* Probability and parameters as in the table; whether it is on, and where, stays. */
static void
reset_cb (PhenoOperationRow *row, PhenoOperationList *self)
{
  const PhenoOperation *operation = pheno_operation_row_get_operation (row);
  g_autoptr (PhenoRecipe) standard = pheno_recipe_new ();
  g_autoptr (PhenoRecipe) recipe
      = pheno_recipe_copy (pheno_session_get_recipe (self->session));
  g_autofree char *label = g_strdup_printf (_ ("“%s” reset to standard"), title_of (row));
  g_autofree char *probability
      = pheno_recipe_get (standard, operation->name, "probability");

  if (probability != NULL)
    pheno_recipe_set (recipe, operation->name, "probability", probability, NULL);
  for (guint i = 0; operation->parameters[i].name != NULL; i++)
    pheno_recipe_set (recipe, operation->name, operation->parameters[i].name,
                      operation->parameters[i].standard, NULL);
  pheno_session_set_recipe (self->session, recipe, label);
}

/* ---- one alone ---- */

const char *
pheno_operation_list_get_only (PhenoOperationList *self)
{
  return self->only;
}

void
pheno_operation_list_set_only (PhenoOperationList *self, const char *name)
{
  if (g_strcmp0 (self->only, name) == 0)
    return;

  g_free (self->only);
  self->only = g_strdup (name);
  for (guint i = 0; i < self->rows->len; i++)
    g_object_set (self->rows->pdata[i], "only",
                  g_strcmp0 (operation_at (self, i)->name, name) == 0, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLY]);
}

static void
only_cb (PhenoOperationRow *row, GParamSpec *pspec, PhenoOperationList *self)
{
  const char *name = pheno_operation_row_get_operation (row)->name;
  gboolean only;

  g_object_get (row, "only", &only, NULL);
  if (only)
    pheno_operation_list_set_only (self, name);
  else if (g_strcmp0 (self->only, name) == 0)
    pheno_operation_list_set_only (self, NULL);
}

/* ---- the list itself ---- */

static void
recipe_changed_cb (PhenoSession *session, PhenoOperationList *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    pheno_operation_row_show (self->rows->pdata[i], pheno_session_get_recipe (session));
  put_in_order (self);
  show_order (self);
}

static void
add_row (PhenoOperationList *self, const PhenoOperation *operation)
{
  PhenoOperationRow *row = pheno_operation_row_new (operation);

  g_signal_connect (row, "set", G_CALLBACK (set_cb), self);
  g_signal_connect (row, "move", G_CALLBACK (move_cb), self);
  g_signal_connect (row, "move-beside", G_CALLBACK (move_beside_cb), self);
  g_signal_connect (row, "reset", G_CALLBACK (reset_cb), self);
  g_signal_connect (row, "notify::only", G_CALLBACK (only_cb), self);
  adw_preferences_group_add (group_of (self, operation->stage), GTK_WIDGET (row));
  g_ptr_array_add (self->rows, row);
}

gboolean
pheno_operation_list_make_more (PhenoOperationList *self)
{
  gint64 until = g_get_monotonic_time () + MAKE_US;

  if (self->rows->len == pheno_operation_count ())
    return FALSE;

  while (self->rows->len < pheno_operation_count () && g_get_monotonic_time () < until)
    add_row (self, pheno_operation_get (self->rows->len));
  if (self->rows->len == pheno_operation_count () && self->session != NULL)
    recipe_changed_cb (self->session, self);
  return TRUE;
}

void
pheno_operation_list_set_session (PhenoOperationList *self, PhenoSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "recipe-changed", G_CALLBACK (recipe_changed_cb),
                           self, 0);
  recipe_changed_cb (session, self);
}

static void
pheno_operation_list_get_property (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec)
{
  PhenoOperationList *self = PHENO_OPERATION_LIST (object);

  if (id == PROP_ONLY)
    g_value_set_string (value, self->only);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_operation_list_dispose (GObject *object)
{
  PhenoOperationList *self = PHENO_OPERATION_LIST (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_OPERATION_LIST);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->only, g_free);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_operation_list_parent_class)->dispose (object);
}

static void
pheno_operation_list_class_init (PhenoOperationListClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_operation_list_get_property;
  object_class->dispose = pheno_operation_list_dispose;
  props[PROP_ONLY] = g_param_spec_string ("only", NULL, NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/operation-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationList, base_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationList, geometry_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationList, colour_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoOperationList, end_group);
}

static void
pheno_operation_list_init (PhenoOperationList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->rows = g_ptr_array_new ();
}
