/* parameter-row.c - one parameter of an operation: its name, its control, what it does
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A slider covers the usual part of the range, the number beside it all of it. The number
 * keeps all digits of the recipe's value, of which it shows four: to leave it without
 * typing changes nothing.
 */
#include "app/parameter-row.h"

#include <string.h>

#define MOST_DIGITS 4

struct _PhenoParameterRow
{
  AdwPreferencesRow parent_instance;

  /* template children */
  GtkSpinButton *low_spin, *high_spin;
  GtkAdjustment *low_adjustment, *high_adjustment, *scale_adjustment;
  GtkWidget *dash_label, *scale, *entry;
  GtkSwitch *switch_;
  GtkDropDown *drop_down;
  GtkLabel *doc_label, *error_label;

  /* borrowed from the engine's table */
  const PhenoOperation *operation;
  const PhenoParameterInfo *info;

  gboolean showing;
};

G_DEFINE_FINAL_TYPE (PhenoParameterRow, pheno_parameter_row, ADW_TYPE_PREFERENCES_ROW)

static guint changed_signal;

const PhenoParameterInfo *
pheno_parameter_row_get_info (PhenoParameterRow *self)
{
  return self->info;
}

/* ---- what the user does ---- */

static void
set_error (PhenoParameterRow *self, const char *message)
{
  gtk_label_set_label (self->error_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (self->entry, "error");
  else
    gtk_widget_remove_css_class (self->entry, "error");
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
      message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* Whether the engine takes the text; its sentence is shown when it does not. */
static gboolean
check (PhenoParameterRow *self, const char *text)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
  g_autoptr (GError) error = NULL;

  pheno_recipe_set (recipe, self->operation->name, self->info->name, text, &error);
  set_error (self, error != NULL ? error->message : NULL);
  return error == NULL;
}

static void
change (PhenoParameterRow *self, const char *text)
{
  if (!self->showing && check (self, text))
    g_signal_emit (self, changed_signal, 0, text);
}

static char *
number_text (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  /* What a slider gives has no more digits than this, but for the noise of its sums. */
  return g_strdup (g_ascii_formatd (text, sizeof text, "%.10g", number));
}

static gboolean
is_range (PhenoParameterRow *self)
{
  return self->info->kind == PHENO_PARAMETER_RANGE;
}

static void
change_numbers (PhenoParameterRow *self)
{
  g_autofree char *low = number_text (gtk_adjustment_get_value (self->low_adjustment));
  g_autofree char *high = number_text (gtk_adjustment_get_value (self->high_adjustment));
  g_autofree char *both = g_strconcat (low, ";", high, NULL);

  change (self, is_range (self) ? both : low);
}

static void
show_on_scale (PhenoParameterRow *self, double value)
{
  gboolean was_showing = self->showing;

  self->showing = TRUE;
  gtk_adjustment_set_value (self->scale_adjustment, value);
  self->showing = was_showing;
}

static void
low_changed_cb (GtkAdjustment *adjustment, PhenoParameterRow *self)
{
  double value = gtk_adjustment_get_value (adjustment);

  if (self->showing)
    return;
  /* From 0, "chosen by the program", steps lead over the odd numbers. */
  if (self->info->kind == PHENO_PARAMETER_ODD && value > 0 && fmod (value, 2) == 0)
    {
      gtk_adjustment_set_value (adjustment, value - 1);
      return;
    }
  show_on_scale (self, value);
  if (is_range (self) && value > gtk_adjustment_get_value (self->high_adjustment))
    gtk_adjustment_set_value (self->high_adjustment, value); /* this tells of both */
  else
    change_numbers (self);
}

static void
high_changed_cb (GtkAdjustment *adjustment, PhenoParameterRow *self)
{
  double value = gtk_adjustment_get_value (adjustment);

  if (self->showing)
    return;
  if (value < gtk_adjustment_get_value (self->low_adjustment))
    gtk_adjustment_set_value (self->low_adjustment, value);
  else
    change_numbers (self);
}

static void
scale_changed_cb (GtkAdjustment *adjustment, PhenoParameterRow *self)
{
  if (!self->showing)
    gtk_adjustment_set_value (self->low_adjustment,
                              gtk_adjustment_get_value (adjustment));
}

static void
switch_changed_cb (GtkSwitch *widget, GParamSpec *pspec, PhenoParameterRow *self)
{
  change (self, gtk_switch_get_active (widget) ? "true" : "false");
}

static void
choice_changed_cb (GtkDropDown *widget, GParamSpec *pspec, PhenoParameterRow *self)
{
  guint selected = gtk_drop_down_get_selected (widget);

  if (self->info->kind == PHENO_PARAMETER_CHOICE && selected != GTK_INVALID_LIST_POSITION)
    change (self, self->info->choices[selected]);
}

static void
entry_changed_cb (GtkEditable *editable, PhenoParameterRow *self)
{
  change (self, gtk_editable_get_text (editable));
}

/* ---- numbers as text ---- */

/* At most four digits behind the point, and no zeros at the end. */
static char *
shown_number (double value)
{
  g_autofree char *text = g_strdup_printf ("%.*f", MOST_DIGITS, value);
  gsize length = strlen (text);

  while (length > 1 && text[length - 1] == '0')
    length--;
  if (length > 1 && !g_ascii_isdigit (text[length - 1]))
    length--;
  text[length] = '\0';
  return g_steal_pointer (&text);
}

static gboolean
output_cb (GtkSpinButton *spin, PhenoParameterRow *self)
{
  g_autofree char *text
      = shown_number (gtk_adjustment_get_value (gtk_spin_button_get_adjustment (spin)));

  if (strcmp (text, gtk_editable_get_text (GTK_EDITABLE (spin))) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static int
input_cb (GtkSpinButton *spin, double *value, PhenoParameterRow *self)
{
  double held = gtk_adjustment_get_value (gtk_spin_button_get_adjustment (spin));
  g_autofree char *shown = shown_number (held);
  g_autofree char *typed
      = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (spin))));
  g_autofree char *number = NULL, *text = NULL;
  char *end;

  *value = held;
  if (strcmp (typed, shown) == 0)
    return TRUE;

  *value = g_strtod (typed, &end);
  number = end != typed && *end == '\0' ? number_text (*value) : g_strdup (typed);
  text = is_range (self) ? g_strconcat (number, ";", number, NULL) : g_strdup (number);
  if (check (self, text))
    return TRUE;
  *value = held;
  return GTK_INPUT_ERROR;
}

/* ---- what is shown ---- */

static void
show_numbers (PhenoParameterRow *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ";", 2);
  double low = g_ascii_strtod (words[0], NULL);

  gtk_adjustment_set_value (self->low_adjustment, low);
  gtk_adjustment_set_value (self->scale_adjustment, low);
  if (words[1] != NULL)
    gtk_adjustment_set_value (self->high_adjustment, g_ascii_strtod (words[1], NULL));
}

void
pheno_parameter_row_show (PhenoParameterRow *self, const PhenoRecipe *recipe)
{
  g_autofree char *text
      = pheno_recipe_get (recipe, self->operation->name, self->info->name);

  self->showing = TRUE;
  switch (self->info->kind)
    {
    case PHENO_PARAMETER_SWITCH:
      gtk_switch_set_active (self->switch_, g_str_equal (text, "true"));
      break;
    case PHENO_PARAMETER_CHOICE:
      for (guint i = 0; self->info->choices[i] != NULL; i++)
        if (g_str_equal (self->info->choices[i], text))
          gtk_drop_down_set_selected (self->drop_down, i);
      break;
    case PHENO_PARAMETER_LIST:
      /* What is being typed is left as it is: "0.5;" is on its way to "0.5;0.4". */
      if (gtk_widget_get_focus_child (self->entry) == NULL)
        {
          gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
          set_error (self, NULL);
        }
      break;
    default:
      show_numbers (self, text);
    }
  self->showing = FALSE;
}

/* ---- making one ---- */

/* A round number near a hundredth of the slider. */
static double
step_of (const PhenoParameterInfo *info, double low, double high)
{
  if (info->kind == PHENO_PARAMETER_INTEGER)
    return 1;
  if (info->kind == PHENO_PARAMETER_ODD)
    return 2;
  return pow (10, floor (log10 ((high - low) / 50)));
}

static void
set_up_numbers (PhenoParameterRow *self)
{
  const PhenoParameterInfo *info = self->info;
  gboolean all = info->usual[0] >= info->usual[1];
  double low = all ? info->minimum : info->usual[0];
  double high = all ? info->maximum : info->usual[1];
  double step = step_of (info, low, high);
  GtkAdjustment *adjustments[]
      = { self->low_adjustment, self->high_adjustment, self->scale_adjustment };

  self->showing = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (adjustments); i++)
    gtk_adjustment_configure (adjustments[i], info->minimum, info->minimum, info->maximum,
                              step, 10 * step, 0);
  gtk_adjustment_set_lower (self->scale_adjustment, low);
  gtk_adjustment_set_upper (self->scale_adjustment, high);
  gtk_range_set_round_digits (GTK_RANGE (self->scale), (int) MAX (0, -log10 (step)));
  gtk_spin_button_set_digits (self->low_spin, MOST_DIGITS);
  gtk_spin_button_set_digits (self->high_spin, MOST_DIGITS);
  self->showing = FALSE;

  gtk_widget_set_visible (GTK_WIDGET (self->low_spin), TRUE);
  gtk_widget_set_visible (self->dash_label, is_range (self));
  gtk_widget_set_visible (GTK_WIDGET (self->high_spin), is_range (self));
  gtk_widget_set_visible (self->scale, !is_range (self));
}

static void
set_up_choice (PhenoParameterRow *self)
{
  const PhenoParameterInfo *info = self->info;
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  for (guint i = 0; info->choices[i] != NULL; i++)
    gtk_string_list_append (titles, info->choice_titles != NULL
                                        ? _ (info->choice_titles[i])
                                        : info->choices[i]);
  self->showing = TRUE;
  gtk_drop_down_set_model (self->drop_down, G_LIST_MODEL (titles));
  self->showing = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->drop_down), TRUE);
}

static void
set_name (GtkWidget *widget, const char *name, const char *doc)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, doc, -1);
}

/* The operation's name goes first: many have a probability. */
static void
set_names (PhenoParameterRow *self)
{
  const char *title = _ (self->info->title), *doc = _ (self->info->doc);
  /* Translators: operation and parameter, as a screen reader says them: “Rotation:
   * Degrees” */
  g_autofree char *name
      = g_strdup_printf (C_ ("accessible", "%s: %s"), _ (self->operation->title), title);
  g_autofree char *low = g_strdup_printf (_ ("%s, lowest"), name);
  g_autofree char *high = g_strdup_printf (_ ("%s, highest"), name);
  g_autofree char *slider = g_strdup_printf (_ ("%s, slider"), name);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_label_set_label (self->doc_label, doc);
  set_name (GTK_WIDGET (self->low_spin), is_range (self) ? low : name, doc);
  set_name (GTK_WIDGET (self->high_spin), high, doc);
  set_name (self->scale, slider, doc);
  set_name (GTK_WIDGET (self->switch_), name, doc);
  set_name (GTK_WIDGET (self->drop_down), name, doc);
  set_name (self->entry, name, doc);
}

PhenoParameterRow *
pheno_parameter_row_new (const PhenoOperation *operation, const PhenoParameterInfo *info)
{
  PhenoParameterRow *self = g_object_new (PHENO_TYPE_PARAMETER_ROW, NULL);

  self->operation = operation;
  self->info = info;
  set_names (self);
  if (info->kind == PHENO_PARAMETER_SWITCH)
    gtk_widget_set_visible (GTK_WIDGET (self->switch_), TRUE);
  else if (info->kind == PHENO_PARAMETER_CHOICE)
    set_up_choice (self);
  else if (info->kind == PHENO_PARAMETER_LIST)
    gtk_widget_set_visible (self->entry, TRUE);
  else
    set_up_numbers (self);
  return self;
}

static void
pheno_parameter_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHENO_TYPE_PARAMETER_ROW);

  G_OBJECT_CLASS (pheno_parameter_row_parent_class)->dispose (object);
}

static void
pheno_parameter_row_class_init (PhenoParameterRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_parameter_row_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/parameter-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, low_spin);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, high_spin);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, low_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, high_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow,
                                        scale_adjustment);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, dash_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, scale);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, entry);
  gtk_widget_class_bind_template_child_full (
      widget_class, "switch", FALSE, G_STRUCT_OFFSET (PhenoParameterRow, switch_));
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, drop_down);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, doc_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoParameterRow, error_label);
}

/* The wheel scrolls the list of rows; a slider that happens to pass below the pointer is
 * not to be moved by it. */
static void
ignore_wheel (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

static void
pheno_parameter_row_init (PhenoParameterRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ignore_wheel (self->scale);
  ignore_wheel (GTK_WIDGET (self->low_spin));
  ignore_wheel (GTK_WIDGET (self->high_spin));

  g_signal_connect (self->low_spin, "input", G_CALLBACK (input_cb), self);
  g_signal_connect (self->low_spin, "output", G_CALLBACK (output_cb), self);
  g_signal_connect (self->high_spin, "input", G_CALLBACK (input_cb), self);
  g_signal_connect (self->high_spin, "output", G_CALLBACK (output_cb), self);
  g_signal_connect (self->low_adjustment, "value-changed", G_CALLBACK (low_changed_cb),
                    self);
  g_signal_connect (self->high_adjustment, "value-changed", G_CALLBACK (high_changed_cb),
                    self);
  g_signal_connect (self->scale_adjustment, "value-changed",
                    G_CALLBACK (scale_changed_cb), self);
  g_signal_connect (self->switch_, "notify::active", G_CALLBACK (switch_changed_cb),
                    self);
  g_signal_connect (self->drop_down, "notify::selected", G_CALLBACK (choice_changed_cb),
                    self);
  g_signal_connect (self->entry, "changed", G_CALLBACK (entry_changed_cb), self);
}
