/* combo-row.h - what is chosen in a row that drops down is shown whole
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The row gives the room to its subtitle, and cuts what is chosen down to “M…”. From now
 * on the subtitle gets more lines instead. The model is of GtkStringObject. */
void pheno_combo_row_show_whole (AdwComboRow *row);

G_END_DECLS
