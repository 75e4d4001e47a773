/* cell-editor.h - one value of one specimen, edited where it stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/session.h"

G_BEGIN_DECLS

/* Called when a value was taken by Tab (1) or Shift+Tab (-1), to edit the one beside it.
 */
typedef void (*PhenoCellLeave) (PhenoSpecimen *specimen, const char *column, int step,
                                gpointer user_data);

/* Opens at @cell, which lies in @view. Enter takes the value, Escape leaves it as it was,
 * Tab takes it and calls @leave. */
void pheno_cell_editor_popup (GtkWidget *view, GtkWidget *cell, PhenoSession *session,
                              PhenoSpecimen *specimen, const char *column,
                              PhenoCellLeave leave, gpointer user_data);

/* (transfer full): the values that a column has, each once, sorted; at most @most. */
GStrv pheno_column_values (PhenoSession *session, const char *column, guint most);

G_END_DECLS
