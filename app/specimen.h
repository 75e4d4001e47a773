/* specimen.h - one image of the collection, as lists and views hold it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

#include "engine/collection/collection.h"

G_BEGIN_DECLS

#define PHENO_TYPE_SPECIMEN (pheno_specimen_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimen, pheno_specimen, PHENO, SPECIMEN, GObject)

/**
 * PhenoSpecimen:
 *
 * Properties: "file" (relative name), "name" (its last part), "species", "excluded".
 * "value-changed" (column name) is emitted after an edit. It holds its own copy of what
 * the scan found, so that it outlives a new scan.
 */
PhenoSpecimen *pheno_specimen_new (const PhenoCollection *collection,
                                   const PhenoRecord *record, GPtrArray *columns);

const char *pheno_specimen_get_file (PhenoSpecimen *self);
const char *pheno_specimen_get_path (PhenoSpecimen *self);
/* (type filename): the relative name as on disk; "file" is the same as text. */
const char *pheno_specimen_get_relative (PhenoSpecimen *self);
const char *pheno_specimen_get_name (PhenoSpecimen *self);
const char *pheno_specimen_get_species (PhenoSpecimen *self); /* (nullable) */
gboolean pheno_specimen_get_excluded (PhenoSpecimen *self);
guint64 pheno_specimen_get_bytes (PhenoSpecimen *self);
gint64 pheno_specimen_get_modified_us (PhenoSpecimen *self);
PhenoModality pheno_specimen_get_modality (PhenoSpecimen *self);
PhenoSampleType pheno_specimen_get_sample_type (PhenoSpecimen *self);

/* Pixels; bands without alpha. */
void pheno_specimen_get_size (PhenoSpecimen *self, int *width, int *height, int *bands);

/* (nullable): the value of a metadata column; "species", "file" and "name" always work.
 */
const char *pheno_specimen_get_value (PhenoSpecimen *self, const char *column);

/* For PhenoSession alone, which makes edits undoable and keeps them. A new column name is
 * taken as it comes; NULL or "" empties the value. */
void pheno_specimen_set_value (PhenoSpecimen *self, const char *column,
                               const char *value);
void pheno_specimen_set_excluded (PhenoSpecimen *self, gboolean excluded);

/* A new scan found the same file again: takes over its size, and its values. */
void pheno_specimen_take (PhenoSpecimen *self, PhenoSpecimen *found,
                          gboolean with_values);

/* File, species and all values, casefolded, one a line: what words are looked for in. */
const char *pheno_specimen_get_folded (PhenoSpecimen *self);

/* (transfer full): name, species, and whether it is excluded, as a screen reader says it
 */
char *pheno_specimen_in_words (PhenoSpecimen *self);

G_END_DECLS
