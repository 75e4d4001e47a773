/* show-file.h - a file, in the file manager
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens the folder of @path with the file selected, where the file manager can do that.
 * @widget: whose window it belongs to. */
void pheno_show_file (GtkWidget *widget, const char *path);

G_END_DECLS
