/* session.h - what is open: one study, its specimens, what is selected and filtered
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The pages share one session and hold no copies of what stands here. Grid, table and map
 * use the same selection model and the same filter, so they always show the same
 * specimens. What the user changes is saved by itself.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"
#include "app/undo.h"
#include "engine/augment/augment.h"
#include "engine/embedding/embedding.h"
#include "engine/study/study.h"
#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoProblemItem: a file that could not be used
 *
 * Properties: "file", "reason" (one sentence: what is wrong and what to do), "path"
 * (NULL where it is not a file below a root), "ignored" (the user has seen it, and it is
 * not counted).
 */
#define PHENO_TYPE_PROBLEM_ITEM (pheno_problem_item_get_type ())
G_DECLARE_FINAL_TYPE (PhenoProblemItem, pheno_problem_item, PHENO, PROBLEM_ITEM, GObject)
PhenoProblemItem *pheno_problem_item_new (const PhenoStudy *study,
                                          const PhenoProblem *problem);
const char *pheno_problem_item_get_path (PhenoProblemItem *self); /* (nullable) */
const char *pheno_problem_item_get_file (PhenoProblemItem *self);
const char *pheno_problem_item_get_reason (PhenoProblemItem *self);
gboolean pheno_problem_item_get_ignored (PhenoProblemItem *self);
/* For PhenoSession alone. */
void pheno_problem_item_set_ignored (PhenoProblemItem *self, gboolean ignored);

/**
 * PhenoSession:
 *
 * Properties, all notified: "study-path" (NULL: nothing is open), "title", "loading",
 * "fraction" and "status" (of the loading), "missing-root", "n-specimens", "n-visible",
 * "n-excluded", "n-problems", "embedding-path".
 *
 * Signals: "columns-changed"; "filter-changed"; "edited" after values or exclusions
 * changed; "recipe-changed" (also of the seed and the
 * size of a view); "embedding-changed"; "toast" (text, action label or NULL,
 * detailed action name or NULL), which the window shows.
 */
#define PHENO_TYPE_SESSION (pheno_session_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSession, pheno_session, PHENO, SESSION, GObject)

PhenoSession *pheno_session_new (void);

/**
 * pheno_session_open_async:
 * @path: (type filename): a *.study folder, or a folder of images. The study of a folder
 *   of images is FOLDER.study beside it, or in the user's data folder where that cannot
 *   be written; it is made when it is not there.
 *
 * Scans on a thread. What was open is closed first, when the new one has been read.
 */
void pheno_session_open_async (PhenoSession *self, const char *path,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pheno_session_open_finish (PhenoSession *self, GAsyncResult *result,
                                    GError **error);

/* Scans the open study again; selection and filter stay. */
void pheno_session_rescan_async (PhenoSession *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean pheno_session_rescan_finish (PhenoSession *self, GAsyncResult *result,
                                      GError **error);

/**
 * pheno_session_get_missing_root:
 *
 * Returns: (nullable) (type filename): a folder of the open study that is not where it
 *   was. As long as there is one the lists are empty; property "missing-root".
 */
const char *pheno_session_get_missing_root (PhenoSession *self);

/**
 * pheno_session_locate_async:
 * @folder: (type filename): where the missing root is now
 *
 * All files of the study are looked for there from now on, once for all; other missing
 * roots that were moved together with it are found, too. Scan again afterwards.
 */
void pheno_session_locate_async (PhenoSession *self, const char *folder,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean pheno_session_locate_finish (PhenoSession *self, GAsyncResult *result,
                                      GError **error);

/* Saves what is not saved yet and closes the study. */
void pheno_session_close (PhenoSession *self);

/* (nullable): borrowed; NULL where nothing is open. */
PhenoStudy *pheno_session_get_study (PhenoSession *self);
const char *pheno_session_get_study_path (PhenoSession *self);
const char *pheno_session_get_title (PhenoSession *self);
gboolean pheno_session_get_loading (PhenoSession *self);

/* The lists, each made of the one before: all specimens; those that the filter lets
 * through, sorted; the selection on these. */
GListModel *pheno_session_get_specimens (PhenoSession *self);
GListModel *pheno_session_get_visible (PhenoSession *self);
GtkMultiSelection *pheno_session_get_selection (PhenoSession *self);
GListModel *pheno_session_get_problems (PhenoSession *self); /* PhenoProblemItem */

/* Of GtkStringObject: rows of the metadata without a file, files without a row. */
GListModel *pheno_session_get_unmatched_rows (PhenoSession *self);
GListModel *pheno_session_get_unmatched_files (PhenoSession *self);

/* (nullable): of all lists; the table's column view gives its own. */
void pheno_session_set_sorter (PhenoSession *self, GtkSorter *sorter);

/* Names of the metadata columns, "species" first where there is one; NULL-ended. */
const char *const *pheno_session_get_columns (PhenoSession *self);

/* (nullable) (transfer none): the specimen of that relative name. */
PhenoSpecimen *pheno_session_find (PhenoSession *self, const char *file);

/* (transfer full) (element-type PhenoSpecimen): those selected and visible, in order. */
GPtrArray *pheno_session_selected (PhenoSession *self);

/**
 * pheno_session_select:
 * @specimens: (element-type PhenoSpecimen)
 * @add: keeps what is selected; else it is replaced
 */
void pheno_session_select (PhenoSession *self, GPtrArray *specimens, gboolean add);

/* The filter. An empty or NULL search lets all through; so does a column without a
 * value that is let through. The value of a specimen without one is "". */
void pheno_session_set_search (PhenoSession *self, const char *words);
const char *pheno_session_get_search (PhenoSession *self);
void pheno_session_set_value_shown (PhenoSession *self, const char *column,
                                    const char *value, gboolean shown);
gboolean pheno_session_get_value_shown (PhenoSession *self, const char *column,
                                        const char *value);
/* All of a column at once. @values: (nullable) (array zero-terminated=1): the only ones
 * let through; NULL or none: all. */
void pheno_session_set_values_shown (PhenoSession *self, const char *column,
                                     const char *const *values);
/* (transfer full) (array zero-terminated=1): none where the column lets all through. */
char **pheno_session_get_values_shown (PhenoSession *self, const char *column);
/* Whether the column lets the value through, as it has no filter or as it is shown. */
gboolean pheno_session_lets_through (PhenoSession *self, const char *column,
                                     const char *value);
gboolean pheno_session_is_visible (PhenoSession *self, PhenoSpecimen *specimen);
gboolean pheno_session_is_filtered (PhenoSession *self);
void pheno_session_clear_filter (PhenoSession *self);
/* How many values of @column are checked; 0: the column lets all through. */
guint pheno_session_count_shown (PhenoSession *self, const char *column);

/* Edits: each is one step of undo, with a toast, and is saved by itself. */
void pheno_session_exclude (PhenoSession *self, GPtrArray *specimens, gboolean excluded);
/* Leaves files that cannot be used out for good, so that they are no problem any more.
 * @problems: (element-type PhenoProblemItem): those without a path are passed over */
void pheno_session_ignore (PhenoSession *self, GPtrArray *problems, gboolean ignored);
void pheno_session_edit (PhenoSession *self, GPtrArray *specimens, const char *column,
                         const char *value);
void pheno_session_add_column (PhenoSession *self, const char *column);
PhenoUndo *pheno_session_get_undo (PhenoSession *self);
/* Writes at once what waits to be written. */
void pheno_session_save (PhenoSession *self);

/* Says something for a moment; the window shows it. @action: (nullable): "win.undo" ...
 */
void pheno_session_toast (PhenoSession *self, const char *text, const char *label,
                          const char *action);

/**
 * pheno_session_get_recipe:
 *
 * The recipe of the Augment page, that the next run takes. Borrowed. So are the seed and
 * the side of a view in pixels, which the Train page sets and the Augment page shows;
 * "recipe-changed" tells of all three.
 *
 * Setting copies. @label: (nullable): what was done, for undo; NULL: not undoable.
 * Changes with one label that follow each other closely are one step of undo.
 */
const PhenoRecipe *pheno_session_get_recipe (PhenoSession *self);
void pheno_session_set_recipe (PhenoSession *self, const PhenoRecipe *recipe,
                               const char *label);

/* The preset that the recipe began as: a built-in name, or that of the user's own. */
const char *pheno_session_get_recipe_name (PhenoSession *self);
void pheno_session_set_preset (PhenoSession *self, const char *name,
                               const PhenoRecipe *recipe, const char *label);

guint64 pheno_session_get_seed (PhenoSession *self);
void pheno_session_set_seed (PhenoSession *self, guint64 seed, const char *label);
int pheno_session_get_input_size (PhenoSession *self);
void pheno_session_set_input_size (PhenoSession *self, int size, const char *label);

/* The embedding that is explored. Loads on a thread. */
void pheno_session_load_embedding_async (PhenoSession *self, const char *path,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean pheno_session_load_embedding_finish (PhenoSession *self, GAsyncResult *result,
                                              GError **error);
const PhenoEmbedding *pheno_session_get_embedding (PhenoSession *self); /* (nullable) */
const char *pheno_session_get_embedding_path (PhenoSession *self);      /* (nullable) */

G_END_DECLS
