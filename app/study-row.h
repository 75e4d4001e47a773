/* study-row.h - a recent study on the start page: picture, date, state of its last run
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/recent-studies.h"

G_BEGIN_DECLS

/**
 * PhenoStudyRow:
 *
 * Properties: "study" (PhenoRecentStudy); "state" (in words), "resumable", "missing"
 * and "left-open" (the program was killed), known some moments later. Signals: "resume",
 * "discard", "locate", "remove", when its buttons are clicked.
 */
#define PHENO_TYPE_STUDY_ROW (pheno_study_row_get_type ())
G_DECLARE_FINAL_TYPE (PhenoStudyRow, pheno_study_row, PHENO, STUDY_ROW, AdwActionRow)

GtkWidget *pheno_study_row_new (PhenoRecentStudy *study);
PhenoRecentStudy *pheno_study_row_get_study (PhenoStudyRow *self);

/* (nullable) (type filename): its newest run, when that is not finished. */
const char *pheno_study_row_get_run (PhenoStudyRow *self);

/* Looks again, as when a run goes on. */
void pheno_study_row_refresh (PhenoStudyRow *self);
gboolean pheno_study_row_is_training (PhenoStudyRow *self);

G_END_DECLS
