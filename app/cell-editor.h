/* cell-editor.h - one value of one specimen, edited where it stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/session.h"

G_BEGIN_DECLS

/* Opens at @cell, which lies in @view. Enter takes the value, Escape leaves it as it was.
 */
void pheno_cell_editor_popup (GtkWidget *view, GtkWidget *cell, PhenoSession *session,
                              PhenoSpecimen *specimen, const char *column);

/* (transfer full): the values that a column has, each once, sorted; at most @most. */
GStrv pheno_column_values (PhenoSession *session, const char *column, guint most);

G_END_DECLS
