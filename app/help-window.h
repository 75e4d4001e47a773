/* help-window.h - the chapters of the documentation
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PhenoHelpWindow:
 *
 * The chapters are part of the program: they need no viewer and no network, and are those
 * of this version.
 */
#define PHENO_TYPE_HELP_WINDOW (pheno_help_window_get_type ())
G_DECLARE_FINAL_TYPE (PhenoHelpWindow, pheno_help_window, PHENO, HELP_WINDOW, AdwWindow)

/* Opens the chapter: "start", "collection", "augment", "train", "explore", "formats" ... */
void pheno_help_show (GtkApplication *application, const char *chapter);

G_END_DECLS
