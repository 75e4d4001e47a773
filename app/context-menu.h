/* context-menu.h - the menu of what is selected in a list: by the right button, or the
 * Menu key
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A right click on @cell, the child of @item, selects the item, where it is not selected,
 * and opens @menu. @view: the list of the cell. */
void pheno_context_menu_add_click (GtkWidget *cell, GtkWidget *view, GtkListItem *item,
                                   GMenuModel *menu);

/* The same, at a place of @view. */
void pheno_context_menu_popup (GtkWidget *cell, GtkListItem *item, GtkWidget *view,
                               double x, double y, GMenuModel *menu);

/* The Menu key and Shift+F10 open @menu at the item that has the focus. */
void pheno_context_menu_add_key (GtkWidget *view, GMenuModel *menu);

G_END_DECLS
