/* tab-leaves.h - Tab goes out of a list, not from line to line, and into a page
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.8 walks through all the items of a list with Tab, which of thousands leads
 * nowhere; there are the arrow keys for that. @list is a GtkListView or GtkGridView. */
void pheno_tab_leaves (GtkWidget *list);

/* Gives the keyboard to the first in @widget that takes it, where none in it has it.
 * Returns: FALSE if nothing in it takes it. */
gboolean pheno_tab_enters (GtkWidget *widget);

G_END_DECLS
