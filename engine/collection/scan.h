/* scan.h - the steps of a scan; the collection's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     walk ─► catalogue ─► headers ─► species rule ─► metadata ─► catalogue
 *     (stat)  (unchanged)  (the rest)                             (what changed)
 */
#pragma once

#include "engine/collection/collection.h"

G_BEGIN_DECLS

PhenoRecord *pheno_record_new (void);
void pheno_record_free (PhenoRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRecord, pheno_record_free)

/* Takes what @header says; it is empty afterwards. */
void pheno_record_take_header (PhenoRecord *record, PhenoImageHeader *header);

/* What is known of the bands beside wavelengths, as one line of text for the catalogue,
 * and back; (nullable): nothing. */
char *pheno_record_bands_to_text (const PhenoRecord *record);
void pheno_record_bands_from_text (PhenoRecord *record, const char *text);

PhenoCollection *pheno_collection_new (void);
void pheno_collection_add_problem (PhenoCollection *collection, const char *file,
                                   const char *reason);

/* Index of the column, appended when it is not there. Before records get their values. */
guint pheno_collection_add_column (PhenoCollection *collection, const char *name);

/* Room for all columns, %NULL where there is no value yet. */
void pheno_record_reserve_values (PhenoRecord *record, guint n_columns);

/* Sets value @column of @record; columns that came since are made room for. */
void pheno_record_set_value (PhenoRecord *record, guint n_columns, guint column,
                             const char *value);

/**
 * pheno_walk:
 * @collection: roots are set here; records get path, file, root, bytes and modified_us;
 *   folders and files that cannot be looked at become problems
 *
 * All files below the roots with the name of an image, in the order of the collection.
 */
gboolean pheno_walk (const char *const *roots, PhenoCollection *collection,
                     GCancellable *cancellable, GError **error);

/**
 * PhenoCatalogue:
 *
 * What was found in the headers before: an SQLite file, read as a whole at the beginning
 * and written in one transaction at the end.
 */
typedef struct _PhenoCatalogue PhenoCatalogue;
PhenoCatalogue *pheno_catalogue_open (const char *path, GError **error);
void pheno_catalogue_free (PhenoCatalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoCatalogue, pheno_catalogue_free)

/**
 * pheno_catalogue_find:
 * @problem: (out) (transfer none) (nullable): what was wrong with the file
 *
 * Fills the header fields of @record when size and time are still the same.
 */
gboolean pheno_catalogue_find (const PhenoCatalogue *catalogue, PhenoRecord *record,
                               const char **problem);

/* Remembers a file that could not be decoded; kept while size and time are the same. */
void pheno_catalogue_add_broken (PhenoCatalogue *catalogue, const PhenoRecord *record,
                                 const char *problem);

/* Writes what is new or changed in @collection, and forgets files that are gone. */
gboolean pheno_catalogue_update (PhenoCatalogue *catalogue,
                                 const PhenoCollection *collection, GError **error);

/**
 * PhenoSpeciesRule:
 *
 * "folder", or a pattern of named fields.
 */
typedef struct _PhenoSpeciesRule PhenoSpeciesRule;
PhenoSpeciesRule *pheno_species_rule_new (const char *text, GError **error);
void pheno_species_rule_free (PhenoSpeciesRule *rule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoSpeciesRule, pheno_species_rule_free)

/* Sets species and fields of all records; those that do not fit are listed. */
void pheno_species_rule_apply (const PhenoSpeciesRule *rule, PhenoCollection *collection);
void pheno_species_by_folder (PhenoCollection *collection);

PhenoTable *pheno_table_parse (const char *name, const char *text, gssize length,
                               GError **error);
/* The column that holds the species, by its name; -1. */
int pheno_table_find_species (const PhenoTable *table);

/**
 * pheno_table_join:
 * @path: of the table
 * @root: only files of this root; -1: of all
 * @n_ruled: the first columns of @collection, which the species rule has filled, and which
 *   stay as they are
 *
 * Gives each record the values of its row. Rows without a file, and files that fit
 * several, are listed.
 */
void pheno_table_join (const PhenoTable *table, const char *path, int root, guint n_ruled,
                       PhenoCollection *collection);

G_END_DECLS
