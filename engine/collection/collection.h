/* collection.h - what is there: folders of image files, their species and metadata
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/**
 * PhenoRecord:
 * @path: (type filename): absolute
 * @file: (type filename): relative to its root, with "/"; what exports and tables show
 * @root: index in the collection's roots
 * @species: (nullable): by the species rule; %NULL when there is none
 * @values: (array length=columns): one for each column of the collection, %NULL where empty
 * @bytes: of both files where an image is two, as of ENVI; @modified_us is the later
 *   time
 * @samples: (nullable): of the whole image, after pheno_collection_examine()
 * @excluded: the user's choice, kept in the study
 * @wavelengths_nm, @widths_nm, @band_names, @bad_bands, @default_bands, @dataset, @scale_factor,
 *   @ignored_value, @has_mask: as in PhenoImageHeader
 *
 * One image.
 */
typedef struct
{
  char *path, *file;
  guint root;
  PhenoModality modality;
  PhenoSampleType type;
  int width, height, bands;
  gboolean has_mask;
  double *wavelengths_nm, *widths_nm;
  GStrv band_names;
  gboolean *bad_bands;
  int default_bands[3];
  char *dataset;
  double scale_factor;
  gboolean has_ignored;
  double ignored_value;
  guint64 bytes;
  gint64 modified_us;
  PhenoSpectrum *samples;
  char *species;
  char **values;
  gboolean excluded;
} PhenoRecord;

/* What the record knows of the file's header; its arrays are the record's. */
PhenoImageHeader pheno_record_header (const PhenoRecord *record);

typedef struct
{
  char *file;   /* as in PhenoRecord, or a folder, or a metadata file */
  char *reason; /* one sentence: what is wrong and what to do */
} PhenoProblem;

PhenoProblem *pheno_problem_new (const char *file, const char *reason);
void pheno_problem_free (PhenoProblem *problem);

/**
 * PhenoCollection:
 * @roots: absolute folders
 * @columns: names of the metadata columns, from metadata.csv or the name pattern; "species"
 *   is always among them when there is any
 * @records: PhenoRecord, sorted by root and file in byte order, so the same everywhere
 * @problems: PhenoProblem
 * @unmatched_rows: rows of the metadata without a file, as the file names that they give
 * @unmatched_files: files without a row
 */
typedef struct
{
  GPtrArray *roots;
  GPtrArray *columns;
  GPtrArray *records;
  GPtrArray *problems;
  GPtrArray *unmatched_rows, *unmatched_files;
} PhenoCollection;

/**
 * PhenoScanOptions:
 * @species: "folder", "metadata", "auto" (metadata.csv where there is one with a species
 *   column, else folders) or a pattern such as "{genus}_{species}_{number}_{sex}_{view}"
 * @metadata: (nullable) (type filename): a table elsewhere than ROOT/metadata.csv
 * @catalogue: (nullable) (type filename): SQLite file that remembers unchanged files
 * @threads: 0: one per core
 */
typedef struct
{
  const char *species;
  const char *metadata;
  const char *catalogue;
  int threads;
} PhenoScanOptions;

/**
 * pheno_collection_scan:
 * @roots: (array zero-terminated=1): folders, or single image files
 *
 * Looks through the folders, with all below them, and reads the header of every image file
 * that is new or changed since the catalogue saw it. A file or folder that cannot be read
 * becomes a problem and the scan goes on. Hidden files and *.study folders are passed over.
 *
 * Errors: %PHENO_ERROR_FILE when a root does not exist; %PHENO_ERROR_SETTING for a species
 * rule that makes no sense. An empty collection is no error here.
 */
PhenoCollection *pheno_collection_scan (const char *const *roots, const PhenoScanOptions *options,
                                        PhenoProgressFunc progress, gpointer user_data,
                                        GCancellable *cancellable, GError **error);
void pheno_collection_free (PhenoCollection *collection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoCollection, pheno_collection_free)

/* Index of a metadata column, -1 when there is none. "species" always works. */
int pheno_collection_find_column (const PhenoCollection *collection, const char *name);

/* (nullable): the value of column @name of a record. */
const char *pheno_record_value (const PhenoCollection *collection, const PhenoRecord *record,
                                const char *name);

/**
 * PhenoTable:
 * @columns: names, each once
 * @rows: (element-type GStrv): as many strings as there are columns
 * @notes: sentences about rows that were not as the others
 *
 * A text table: comma, semicolon, tab or bar between values.
 */
typedef struct
{
  GPtrArray *columns;
  GPtrArray *rows;
  GPtrArray *notes;
} PhenoTable;

PhenoTable *pheno_table_read (const char *path, GError **error);
void pheno_table_free (PhenoTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoTable, pheno_table_free)

/**
 * pheno_individual_columns:
 *
 * Returns: (array zero-terminated=1): the names, the likeliest first, under which metadata
 *   tables say which images show one animal. Such images are no honest neighbours.
 */
const char *const *pheno_individual_columns (void);

/**
 * pheno_collection_usable:
 * The records that are not excluded and are of @modality, as a new array without ownership.
 */
GPtrArray *pheno_collection_usable (const PhenoCollection *collection, PhenoModality modality);

/**
 * pheno_collection_exclude:
 * @files: (array zero-terminated=1) (nullable): names as in PhenoRecord, or absolute paths
 *
 * Sets @excluded of the records of these names; a name that several roots have leaves all of
 * them out.
 *
 * Returns: how many of @files are no image of the collection
 */
guint pheno_collection_exclude (PhenoCollection *collection, const char *const *files);

/* SHA-256 over names, sizes and times of all usable files: which data a result came from. */
char *pheno_collection_digest (const PhenoCollection *collection);

/**
 * pheno_collection_examine:
 * @threads: 0: one per core
 *
 * Looks at every sample of every image: sets @samples of the records. A file whose pixels
 * cannot be read becomes a problem, and its record stays.
 *
 * Returns: FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean pheno_collection_examine (PhenoCollection *collection, int threads,
                                   PhenoProgressFunc progress, gpointer user_data,
                                   GCancellable *cancellable, GError **error);

/* {"images":[...],"problems":[...], "unmatched_rows":[...], "unmatched_files":[...]} */
char *pheno_collection_to_json (const PhenoCollection *collection);

G_END_DECLS
