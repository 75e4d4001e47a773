/* study.h - one folder on disk that holds a piece of work
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     wings.study/
 *       study.ini               collections, species rule, bands, mask, scaling, exclusions
 *       catalogue.db            what the scan found; may be deleted
 *       cache/                  prepared pixels; may be deleted
 *       runs/2026-11-23-a/      one folder for each run
 *
 * Folders and files beside or below the study are written relative to it, so that study and
 * photographs can be moved together to another disk.
 */
#pragma once

#include "engine/collection/collection.h"

G_BEGIN_DECLS

/**
 * PhenoStudy:
 * @path: (type filename): the folder, absolute
 * @roots: (type filename): absolute folders of the collection
 * @species: the species rule, as in PhenoScanOptions
 * @metadata: (nullable) (type filename): a table elsewhere than in the roots, absolute
 * @bands: "all", or which
 * @radiometry: "type", "reflectance", "percentile" or "image"
 * @mask: "auto", or where the mask comes from
 * @excluded: (element-type filename): absolute paths that the user left out
 *
 * What stands in study.ini. Change it and call pheno_study_save().
 */
typedef struct
{
  char *path;
  GPtrArray *roots;
  char *species;
  char *metadata;
  char *bands;
  char *radiometry;
  char *mask;
  GHashTable *excluded;
} PhenoStudy;

/**
 * pheno_study_create:
 * @path: (type filename): a folder that does not exist, or holds nothing but the runs, the
 *   catalogue and the cache of a study
 *
 * Errors: %PHENO_ERROR_FILE when it cannot be made, or has something in it already
 */
PhenoStudy *pheno_study_create (const char *path, GError **error);

/**
 * pheno_study_open:
 *
 * Errors: %PHENO_ERROR_FILE when there is no study.ini; %PHENO_ERROR_SETTING for a key or
 * value in it that is not known, with the nearest one
 */
PhenoStudy *pheno_study_open (const char *path, GError **error);
void pheno_study_free (PhenoStudy *study);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoStudy, pheno_study_free)

/* Whether the folder has a study.ini. */
gboolean pheno_study_is_one (const char *path);

gboolean pheno_study_save (const PhenoStudy *study, GError **error);

PhenoStudy *pheno_study_copy (const PhenoStudy *study);

/* Adds a root, when it is not there yet. */
void pheno_study_add_root (PhenoStudy *study, const char *path);

/* Leaves a file out of everything, or takes it back. */
void pheno_study_set_excluded (PhenoStudy *study, const char *path, gboolean excluded);

/**
 * pheno_study_move_root:
 * @from: (type filename): a root of the study
 * @to: (type filename): the folder where its files are now, or the folder above that
 *
 * All that the study says about files below @from is said about @to: exclusions, and the
 * table of metadata, whether it lies there or names files by their whole paths. Other
 * roots that are missing and lie below the same folder as @from did are found in the same
 * way. Save the study afterwards.
 *
 * Errors: %PHENO_ERROR_FILE when @to is no folder; %PHENO_ERROR_SETTING when the study has
 * no root @from
 */
gboolean pheno_study_move_root (PhenoStudy *study, const char *from, const char *to,
                                GError **error);

/* Sets @excluded of each record. Returns: how many are left out. */
guint pheno_study_apply_exclusions (const PhenoStudy *study, PhenoCollection *collection);

/* pheno_collection_scan() with the study's roots, rule and catalogue, exclusions applied. */
PhenoCollection *pheno_study_scan (const PhenoStudy *study, int threads,
                                   PhenoProgressFunc progress, gpointer user_data,
                                   GCancellable *cancellable, GError **error);

/* (transfer full) (type filename) */
char *pheno_study_catalogue_path (const PhenoStudy *study);

/* (transfer full) (type filename): the study's own table, which holds what was edited. */
char *pheno_study_metadata_path (const PhenoStudy *study);

/* (transfer full) (type filename): the cache of images with that shorter side; its folder is
 * made when it is not there. */
char *pheno_study_cache_path (const PhenoStudy *study, int shorter_side, GError **error);

/**
 * pheno_study_new_run:
 *
 * Makes the next folder runs/YEAR-MONTH-DAY-LETTERS of today: a to z, then aa, ab ... Two
 * programs that ask at once get two folders.
 *
 * Returns: (transfer full) (nullable) (type filename): its absolute path
 */
char *pheno_study_new_run (const PhenoStudy *study, GError **error);

/* (transfer full) (element-type filename): absolute paths of all runs, the oldest first. */
GPtrArray *pheno_study_runs (const PhenoStudy *study);

G_END_DECLS
