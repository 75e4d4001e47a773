/* button-names.c - what GTK 4.8 and libadwaita 1.2 do not do with some widgets, for all
 * of them: buttons are called by their labels, and choices are shown whole
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/button-names.h"

#include "app/combo-row.h"

/* A name that a template gives stays. That of a label can be asked for only as tests do.
 */
static gboolean
is_named_by_label (GtkButton *button)
{
  const char *label = gtk_button_get_label (button);
  g_autofree char *other = NULL;

  if (label == NULL)
    return FALSE;
  other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (button),
                                              GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  return other == NULL;
}

static gboolean
realize_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values,
            gpointer user_data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);

  if (GTK_IS_BUTTON (widget) && is_named_by_label (GTK_BUTTON (widget)))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL);
  /* The button within a list that drops down takes the focus, but has no name. */
  else if (GTK_IS_TOGGLE_BUTTON (widget)
           && GTK_IS_DROP_DOWN (gtk_widget_get_parent (widget)))
    gtk_accessible_update_relation (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                    gtk_widget_get_parent (widget), NULL, -1);
  else if (ADW_IS_COMBO_ROW (widget))
    pheno_combo_row_show_whole (ADW_COMBO_ROW (widget));
  return TRUE; /* and for the next widget */
}

void
pheno_button_names_mend (void)
{
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  g_signal_add_emission_hook (g_signal_lookup ("realize", GTK_TYPE_WIDGET), 0, realize_cb,
                              NULL, NULL);
}
