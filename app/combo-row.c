/* combo-row.c - what is chosen in a row that drops down is shown whole
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/combo-row.h"

/* Longer ones are shown in two lines. */
#define WIDEST 18

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 1);
  gtk_label_set_justify (label, GTK_JUSTIFY_RIGHT);
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_max_width_chars (label, WIDEST);
  gtk_list_item_set_child (item, GTK_WIDGET (label));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

void
pheno_combo_row_show_whole (AdwComboRow *row)
{
  GtkListItemFactory *list = adw_combo_row_get_list_factory (row);
  g_autoptr (GtkListItemFactory) factory = NULL;

  if (list != NULL)
    return;

  /* The list that drops down stays as it is. */
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  adw_combo_row_set_factory (row, factory);
}
