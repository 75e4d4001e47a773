/* window.h - one window: a start page, then the four pages of the work
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_WINDOW (pheno_window_get_type ())
G_DECLARE_FINAL_TYPE (PhenoWindow, pheno_window, PHENO, WINDOW, AdwApplicationWindow)

PhenoWindow *pheno_window_new (GtkApplication *application);

/* Opens a study, or a folder of images; what is wrong is shown in the window. */
void pheno_window_open (PhenoWindow *self, GFile *folder);
gboolean pheno_window_has_study (PhenoWindow *self);
PhenoSession *pheno_window_get_session (PhenoWindow *self);

/* Goes to "collection", "augment", "train" or "explore". */
void pheno_window_show_page (PhenoWindow *self, const char *name);
/* The page that is seen: one of these, or "start". */
const char *pheno_window_get_page (PhenoWindow *self);

G_END_DECLS
