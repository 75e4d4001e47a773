/* study-adopt.h - runs of the command line become a study
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/study/study.h"

G_BEGIN_DECLS

/* Whether @path is a folder NAME.study without study.ini that holds runs, as
 * “phenoscape-cli train -o NAME.study/runs/first” makes it. */
gboolean pheno_study_has_only_runs (const char *path);

/**
 * pheno_study_adopt:
 * @path: (type filename): for which pheno_study_has_only_runs() is true
 * @folder: (nullable) (type filename): the folder of images that is opened, which the
 *   study lies beside; NULL when the study itself is opened
 *
 * Writes the study.ini that is missing: the folders of images, the rule of the species
 * and what is left out are those of the newest run whose run.ini can be read. Where that
 * run was of other folders than @folder, only @folder is taken.
 *
 * Errors: as of pheno_run_load() for the newest run when @folder is NULL and no run can
 * be read; as of pheno_study_create()
 */
PhenoStudy *pheno_study_adopt (const char *path, const char *folder, GError **error);

G_END_DECLS
