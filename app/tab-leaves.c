/* tab-leaves.c - Tab goes out of a list, not from line to line
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/tab-leaves.h"

/* To what comes after @list, or before it; round the window where there is nothing. */
static gboolean
leave (GtkWidget *list, GtkDirectionType direction)
{
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkRoot *root = gtk_widget_get_root (list);

  for (GtkWidget *at = list; at != NULL && at != GTK_WIDGET (root);
       at = gtk_widget_get_parent (at))
    {
      GtkWidget *next = at;

      while ((next = forward ? gtk_widget_get_next_sibling (next)
                             : gtk_widget_get_prev_sibling (next))
             != NULL)
        if (gtk_widget_get_mapped (next) && gtk_widget_child_focus (next, direction))
          return TRUE;
    }
  gtk_root_set_focus (root, NULL);
  return gtk_widget_child_focus (GTK_WIDGET (root), direction);
}

gboolean
pheno_tab_enters (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, widget)
      && gtk_widget_get_mapped (focus))
    return TRUE;
  return gtk_widget_get_mapped (widget)
         && gtk_widget_child_focus (widget, GTK_DIR_TAB_FORWARD);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code,
                GdkModifierType modifiers, gpointer user_data)
{
  GtkWidget *list = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  gboolean back = key == GDK_KEY_ISO_Left_Tab || (modifiers & GDK_SHIFT_MASK) != 0;
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (list));

  /* Menus hang on the list, but have a surface of their own. */
  if (focus == NULL || gtk_widget_get_native (focus) != gtk_widget_get_native (list))
    return GDK_EVENT_PROPAGATE;
  if (key != GDK_KEY_Tab && key != GDK_KEY_KP_Tab && key != GDK_KEY_ISO_Left_Tab)
    return GDK_EVENT_PROPAGATE;
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  return leave (list, back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

void
pheno_tab_leaves (GtkWidget *list)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  g_signal_connect (controller, "key-pressed", G_CALLBACK (key_pressed_cb), NULL);
  gtk_widget_add_controller (list, controller);
}
