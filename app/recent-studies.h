/* recent-studies.h - the studies that were open, the newest first
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PhenoRecentStudy:
 *
 * Properties: "path" of the study's folder, "title", "opened" (GDateTime), "picture"
 * (path of an image of it, or NULL).
 */
#define PHENO_TYPE_RECENT_STUDY (pheno_recent_study_get_type ())
G_DECLARE_FINAL_TYPE (PhenoRecentStudy, pheno_recent_study, PHENO, RECENT_STUDY, GObject)

const char *pheno_recent_study_get_path (PhenoRecentStudy *self);
const char *pheno_recent_study_get_title (PhenoRecentStudy *self);
GDateTime *pheno_recent_study_get_opened (PhenoRecentStudy *self);
const char *pheno_recent_study_get_picture (PhenoRecentStudy *self);

/* (transfer full): a list of PhenoRecentStudy as it is on disk now. */
GListStore *pheno_recent_studies_load (void);

/* Notes that a study was opened; @picture: (nullable): path of an image to show. */
void pheno_recent_studies_add (const char *path, const char *title, const char *picture);
void pheno_recent_studies_remove (const char *path);
/* Takes that back; it stands where it stood. */
void pheno_recent_studies_put_back (PhenoRecentStudy *study);

/* A study stands in another folder now. */
void pheno_recent_studies_move (const char *from, const char *to);

G_END_DECLS
