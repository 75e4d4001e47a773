/* view-pair.c - a photograph and its two views, side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/view-pair.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct _PhenoViewPair
{
  AdwBin parent_instance;

  /* template children */
  GtkLabel *name_label, *reason_label, *what_label, *what_a_label, *what_b_label;
  GtkWidget *what_button, *button, *what_box;
  GtkPopover *what_popover;
  GtkStack *stack;
  PhenoSquare *source_square, *a_square, *b_square;

  PhenoSpecimen *specimen;
  gboolean large;
};

G_DEFINE_FINAL_TYPE (PhenoViewPair, pheno_view_pair, ADW_TYPE_BIN)

enum
{
  PROP_LARGE = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static guint activate_signal;

GtkWidget *
pheno_view_pair_new (void)
{
  return g_object_new (PHENO_TYPE_VIEW_PAIR, NULL);
}

PhenoSpecimen *
pheno_view_pair_get_specimen (PhenoViewPair *self)
{
  return self->specimen;
}

/* ---- what happened, in words ---- */

static void
add_numbers (GString *line, JsonObject *step, const PhenoOperation *operation)
{
  for (guint i = 0; operation->drawn != NULL && operation->drawn[i] != NULL; i++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (_ (operation->drawn[i])), "_", ' ');
      double value = json_object_get_double_member (step, operation->drawn[i]);

      /* Translators: name and value of a drawn number: “width 120” */
      g_string_append (line, i > 0 ? ", " : ": ");
      g_string_append_printf (line, C_ ("drawn", "%s %.4g"), name, value);
    }
}

static void
add_step (GString *text, JsonObject *step)
{
  int found = pheno_operation_find (json_object_get_string_member (step, "operation"));
  const PhenoOperation *operation = pheno_operation_get ((guint) MAX (found, 0));

  if (found < 0)
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  if (!json_object_get_boolean_member (step, "happens"))
    {
      g_string_append_printf (text, _ ("%s: did not happen"), _ (operation->title));
      return;
    }
  g_string_append (text, _ (operation->title));
  add_numbers (text, step, operation);
}

char *
pheno_describe_view (const char *what)
{
  g_autoptr (JsonNode) root = what != NULL ? json_from_string (what, NULL) : NULL;
  GString *text = g_string_new (NULL);
  JsonArray *steps;

  if (root == NULL)
    return g_string_free (text, FALSE);

  steps = json_object_get_array_member (json_node_get_object (root), "operations");
  for (guint i = 0; i < json_array_get_length (steps); i++)
    add_step (text, json_array_get_object_element (steps, i));
  if (text->len == 0)
    g_string_append (text, _ ("Nothing: the whole photograph"));
  return g_string_free (text, FALSE);
}

/* ---- what is shown ---- */

static void
describe (PhenoSquare *square, const char *label, const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (square), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
show_words (PhenoViewPair *self, const PhenoPair *pair)
{
  const char *name = pheno_specimen_get_name (pair->specimen);
  g_autofree char *a = pheno_describe_view (pair->what[0]);
  g_autofree char *b = pheno_describe_view (pair->what[1]);
  g_autofree char *view_a = g_strdup_printf (_ ("View A\n%s"), a);
  g_autofree char *view_b = g_strdup_printf (_ ("View B\n%s"), b);
  g_autofree char *both = g_strconcat (view_a, "\n\n", view_b, NULL);
  g_autofree char *larger = g_strdup_printf (_ ("Views of %s, larger"), name);
  g_autofree char *what = g_strdup_printf (_ ("What happened to the views of %s"), name);

  gtk_label_set_label (self->what_label, both);
  gtk_label_set_label (self->what_a_label, view_a);
  gtk_label_set_label (self->what_b_label, view_b);
  describe (self->source_square, _ ("Photograph"), name);
  describe (self->a_square, _ ("View A"), a);
  describe (self->b_square, _ ("View B"), b);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->large ? _ ("Back to all pairs") : larger,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, both, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->what_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, what, -1);
}

void
pheno_view_pair_show (PhenoViewPair *self, const PhenoPair *pair)
{
  g_autofree char *name = pheno_display_name (pheno_specimen_get_name (pair->specimen));
  gboolean broken = pair->reason != NULL;

  g_set_object (&self->specimen, pair->specimen);
  gtk_label_set_label (self->name_label, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label),
                               pheno_specimen_get_file (pair->specimen));
  gtk_stack_set_visible_child_name (self->stack, broken ? "reason" : "pictures");
  gtk_label_set_label (self->reason_label, broken ? pair->reason : "");
  gtk_widget_set_visible (self->what_button, !broken && !self->large);
  gtk_widget_set_visible (self->what_box, !broken && self->large);
  pheno_square_set_paintable (self->source_square, GDK_PAINTABLE (pair->source));
  pheno_square_set_paintable (self->a_square, GDK_PAINTABLE (pair->views[0]));
  pheno_square_set_paintable (self->b_square, GDK_PAINTABLE (pair->views[1]));
  if (!broken)
    show_words (self, pair);
}

static void
clicked_cb (GtkButton *button, PhenoViewPair *self)
{
  g_signal_emit (self, activate_signal, 0);
}

/* ---- the widget itself ---- */

static void
pheno_view_pair_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoViewPair *self = PHENO_VIEW_PAIR (object);

  if (id == PROP_LARGE)
    g_value_set_boolean (value, self->large);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_view_pair_set_property (GObject *object, guint id, const GValue *value,
                              GParamSpec *pspec)
{
  PhenoViewPair *self = PHENO_VIEW_PAIR (object);

  if (id == PROP_LARGE)
    {
      self->large = g_value_get_boolean (value);
      gtk_widget_set_tooltip_text (self->button, self->large
                                                     ? _ ("Back to all pairs (Escape)")
                                                     : _ ("Show larger"));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_view_pair_dispose (GObject *object)
{
  PhenoViewPair *self = PHENO_VIEW_PAIR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_VIEW_PAIR);
  g_clear_object (&self->specimen);

  G_OBJECT_CLASS (pheno_view_pair_parent_class)->dispose (object);
}

static void
pheno_view_pair_class_init (PhenoViewPairClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_view_pair_get_property;
  object_class->set_property = pheno_view_pair_set_property;
  object_class->dispose = pheno_view_pair_dispose;
  props[PROP_LARGE] = g_param_spec_boolean ("large", NULL, NULL, FALSE,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT
                                                | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  activate_signal = g_signal_new ("activate", G_TYPE_FROM_CLASS (class),
                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PHENO_TYPE_SQUARE);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/view-pair.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, name_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, reason_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_a_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_b_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_popover);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, button);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, what_box);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, source_square);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, a_square);
  gtk_widget_class_bind_template_child (widget_class, PhenoViewPair, b_square);
}

static void
pheno_view_pair_init (PhenoViewPair *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (self->button, "clicked", G_CALLBACK (clicked_cb), self);
}
