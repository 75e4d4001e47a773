/* export-dialog.h - the map as a figure for a paper, with a preview
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/map-figure.h"

G_BEGIN_DECLS

/* Signal "exported" (path, after the figure is on the disk). */
#define PHENO_TYPE_EXPORT_DIALOG (pheno_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PhenoExportDialog, pheno_export_dialog, PHENO, EXPORT_DIALOG,
                      AdwWindow)

/* @name: of the file that is suggested, without an extension */
PhenoExportDialog *pheno_export_dialog_new (GtkWindow *parent, PhenoMapFigure *figure,
                                            const char *name);

G_END_DECLS
