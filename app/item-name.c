/* item-name.c - what screen readers call a row or a cell of a list
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/item-name.h"

#include <string.h>

#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"

char *
pheno_accessible_name (const char *text)
{
  return g_strdelimit (g_strdup (text), "_", ' ');
}

char *
pheno_breakable_name (const char *name)
{
  GString *text = g_string_new (NULL);

  for (; *name != '\0'; name++)
    {
      g_string_append_c (text, *name);
      if (strchr ("_-./\\", *name) != NULL)
        g_string_append (text, ZERO_WIDTH_SPACE);
    }
  return g_string_free (text, FALSE);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  g_autofree char *words = pheno_accessible_name (name);

  if (widget != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
pheno_item_set_name (GtkWidget *child, const char *name)
{
  set_name (gtk_widget_get_parent (child), name);
}

/* A cell's child is in a cell, and the cell in the row. */
void
pheno_table_row_set_name (GtkWidget *cell, const char *name)
{
  GtkWidget *parent = gtk_widget_get_parent (cell);

  set_name (parent != NULL ? gtk_widget_get_parent (parent) : NULL, name);
}

void
pheno_label_forbid_hyphens (GtkLabel *label)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, attributes);
  pango_attr_list_unref (attributes);
}
