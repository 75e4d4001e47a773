/* bookmark.h - where the user was in a study: page, filter, selection
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

/**
 * PhenoBookmark:
 *
 * Keeps STUDY/session.ini while a study is open, and puts the window back to it when the
 * study is opened again. The work itself, what is edited or left out, stands elsewhere
 * and needs no bookmark.
 */
#define PHENO_TYPE_BOOKMARK (pheno_bookmark_get_type ())
G_DECLARE_FINAL_TYPE (PhenoBookmark, pheno_bookmark, PHENO, BOOKMARK, GObject)

PhenoBookmark *pheno_bookmark_new (PhenoSession *session, AdwViewStack *pages);

/* Whether a study was open in a program that ended without closing it. */
gboolean pheno_bookmark_was_left_open (const char *study_path);

/* The user wants to hear no more of that. */
void pheno_bookmark_dismiss (const char *study_path);

G_END_DECLS
