/* hidden-pages.c - screen readers are told of what is seen, and of nothing else
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A page of a stack that is not on top, or what a closed revealer or popover holds, is
 * not mapped, but GTK 4.8 leaves it in the accessibility tree: a screen reader would walk
 * through all four pages and the start page one after the other. So what loses its place
 * on the screen is marked as hidden, and what comes back is not.
 */
#include "app/hidden-pages.h"

static GQuark marked;

static gboolean
has_pages (GtkWidget *widget)
{
  return GTK_IS_STACK (widget) || ADW_IS_VIEW_STACK (widget) || GTK_IS_REVEALER (widget)
         || ADW_IS_FLAP (widget) || ADW_IS_LEAFLET (widget) || ADW_IS_SQUEEZER (widget);
}

/* Of a tree that goes, only the widget at its root: its parent is still there. */
static gboolean
unmap_hook (GSignalInvocationHint *hint, guint n_values, const GValue *values,
            gpointer user_data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if ((parent != NULL && gtk_widget_get_mapped (parent) && has_pages (parent))
      || (GTK_IS_POPOVER (widget) && gtk_widget_get_visible (widget)))
    {
      g_object_set_qdata (G_OBJECT (widget), marked, widget);
      gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN,
                                   TRUE, -1);
    }
  return TRUE;
}

static gboolean
map_hook (GSignalInvocationHint *hint, guint n_values, const GValue *values,
          gpointer user_data)
{
  GObject *widget = g_value_get_object (&values[0]);

  if (g_object_steal_qdata (widget, marked) != NULL)
    gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN,
                                 FALSE, -1);
  return TRUE;
}

void
pheno_hidden_pages_watch (void)
{
  gpointer class = g_type_class_ref (GTK_TYPE_WIDGET); /* its signals, for good */

  marked = g_quark_from_static_string ("pheno-hidden-page");
  g_signal_add_emission_hook (g_signal_lookup ("map", G_TYPE_FROM_CLASS (class)), 0,
                              map_hook, NULL, NULL);
  g_signal_add_emission_hook (g_signal_lookup ("unmap", G_TYPE_FROM_CLASS (class)), 0,
                              unmap_hook, NULL, NULL);
}
