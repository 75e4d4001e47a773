/* item-name.h - what screen readers call a row or a cell of a list
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names the widget of a list that @child was put into: it takes the focus, and GTK 4.8
 * gives it the name of its type. To be called when @child is bound. */
void pheno_item_set_name (GtkWidget *child, const char *name);

/* The same for the row of a table, of which @cell is a cell. */
void pheno_table_row_set_name (GtkWidget *cell, const char *name);

/* (transfer full): @name with places where a line may be broken after what divides it
 * (“_”, “-”, “.”, “/”), for a label that wraps: to a line breaker it is one word. */
char *pheno_breakable_name (const char *name);

/* A hyphen in the name of a file would be read as a part of it. */
void pheno_label_forbid_hyphens (GtkLabel *label);

/* (transfer full): a file's name for the accessibility tree. GTK takes it for a label
 * with mnemonics and drops each “_”, so a space stands for it, which reads well. */
char *pheno_accessible_name (const char *text);

G_END_DECLS
