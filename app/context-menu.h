/* context-menu.h - the menu of what is selected in a list: by the right button, or the
 * Menu key
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a factory: @cell is the child of @item, and is found by a click anywhere on it. */
void pheno_cell_set_item (GtkWidget *cell, GtkListItem *item);

/* (nullable): the item of the cell at that place of @view. */
GtkListItem *pheno_cell_item_at (GtkWidget *view, double x, double y);

/**
 * pheno_context_menu_add:
 * @view: a list of cells that know their items
 *
 * A right click selects what it is on, where it is not selected, and opens @menu; the
 * Menu key and Shift+F10 open it at what has the focus.
 */
void pheno_context_menu_add (GtkWidget *view, GMenuModel *menu);

G_END_DECLS
