/* tab-leaves.h - Tab goes out of a list, not from line to line
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.8 walks through all the items of a list with Tab, which of thousands leads
 * nowhere; there are the arrow keys for that. @list is a GtkListView or GtkGridView. */
void pheno_tab_leaves (GtkWidget *list);

G_END_DECLS
