/* context-menu.c - the menu of what is selected in a list: by the right button, or the
 * Menu key
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/context-menu.h"

static gboolean
remove_cb (gpointer popover)
{
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* It goes after the action of the item that was chosen. */
static void
closed_cb (GtkPopover *popover, gpointer user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remove_cb, g_object_ref (popover),
                   g_object_unref);
}

/* A list gives a popover of its own no new size, and a menu has its final one only when
 * it knows which of its actions can be done. */
static gboolean
present_cb (gpointer popover)
{
  if (gtk_widget_get_mapped (popover))
    gtk_popover_present (popover);
  return G_SOURCE_REMOVE;
}

static void
popup (GtkWidget *view, GMenuModel *menu, const GdkRectangle *at)
{
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  gtk_widget_set_parent (popover, view);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_widget_set_valign (popover, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), at);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, present_cb, g_object_ref (popover),
                   g_object_unref);
}

void
pheno_cell_set_item (GtkWidget *cell, GtkListItem *item)
{
  g_object_set_data (G_OBJECT (cell), "list-item", item);
}

/* The margin around a cell belongs to its parent. */
GtkListItem *
pheno_cell_item_at (GtkWidget *view, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (view, x, y, GTK_PICK_DEFAULT);

  for (; widget != NULL && widget != view; widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *child = gtk_widget_get_first_child (widget);
      GtkListItem *item = g_object_get_data (G_OBJECT (widget), "list-item");

      if (item == NULL && child != NULL)
        item = g_object_get_data (G_OBJECT (child), "list-item");
      if (item != NULL && gtk_list_item_get_item (item) != NULL)
        return item;
    }
  return NULL;
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, GMenuModel *menu)
{
  GtkWidget *view = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkListItem *item = pheno_cell_item_at (view, x, y);
  GdkRectangle at = { (int) x, (int) y, 1, 1 };

  if (item == NULL)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!gtk_list_item_get_selected (item) && gtk_list_item_get_selectable (item))
    gtk_widget_activate_action (gtk_list_item_get_child (item), "list.select-item",
                                "(ubb)", gtk_list_item_get_position (item), FALSE, FALSE);
  popup (view, menu, &at);
}

static gboolean
menu_key_cb (GtkWidget *view, GVariant *parameter, gpointer menu)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (view));
  graphene_rect_t bounds;
  GdkRectangle at = { 0, 0, 1, 1 };

  if (focus != NULL && gtk_widget_is_ancestor (focus, view)
      && gtk_widget_compute_bounds (focus, view, &bounds))
    {
      at.x = (int) (bounds.origin.x + bounds.size.width / 2);
      at.y = (int) (bounds.origin.y + bounds.size.height / 2);
    }
  popup (view, menu, &at);
  return TRUE;
}

void
pheno_context_menu_add (GtkWidget *view, GMenuModel *menu)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
  } keys[] = { { GDK_KEY_Menu, 0 }, { GDK_KEY_F10, GDK_SHIFT_MASK } };
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (
            gtk_keyval_trigger_new (keys[i].key, keys[i].modifiers),
            gtk_callback_action_new (menu_key_cb, g_object_ref (menu), g_object_unref)));
  gtk_widget_add_controller (view, controller);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), menu, 0);
  gtk_widget_add_controller (view, GTK_EVENT_CONTROLLER (click));
}
