/* session-private.h - what the files of the session share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/session.h"

typedef struct _PhenoSaver PhenoSaver;

enum
{
  PHENO_SESSION_PROP_STUDY_PATH = 1,
  PHENO_SESSION_PROP_TITLE,
  PHENO_SESSION_PROP_LOADING,
  PHENO_SESSION_PROP_FRACTION,
  PHENO_SESSION_PROP_STATUS,
  PHENO_SESSION_PROP_MISSING_ROOT,
  PHENO_SESSION_PROP_N_SPECIMENS,
  PHENO_SESSION_PROP_N_VISIBLE,
  PHENO_SESSION_PROP_N_EXCLUDED,
  PHENO_SESSION_PROP_N_PROBLEMS,
  PHENO_SESSION_PROP_EMBEDDING_PATH,
  PHENO_SESSION_N_PROPS
};

enum
{
  PHENO_SESSION_COLUMNS_CHANGED,
  PHENO_SESSION_FILTER_CHANGED,
  PHENO_SESSION_EDITED,
  PHENO_SESSION_RECIPE_CHANGED,
  PHENO_SESSION_EMBEDDING_CHANGED,
  PHENO_SESSION_TOAST,
  PHENO_SESSION_N_SIGNALS
};

struct _PhenoSession
{
  GObject parent_instance;

  /* what is open */
  PhenoStudy *study;
  char *title;
  GPtrArray *columns;  /* char *, ended by NULL */
  GHashTable *by_file; /* file to PhenoSpecimen, borrowed */
  GHashTable *by_path; /* whole path to PhenoSpecimen, borrowed */
  guint n_loading;     /* a newer opening may have begun before the older one ended */
  double fraction;
  char *status;
  char *missing_root; /* a folder of the study that is not where it was */

  /* lists */
  GListStore *specimens, *problems;
  GtkStringList *unmatched_rows, *unmatched_files;
  GtkCustomFilter *filter;
  GtkFilterListModel *filtered;
  GtkSortListModel *visible;
  GtkMultiSelection *selection;
  guint n_excluded;

  /* filter */
  char *search;
  GStrv words;       /* of it, casefolded; NULL: there are none */
  GHashTable *shown; /* column to GHashTable, a set of values */

  /* edits */
  PhenoUndo *undo;
  guint save_source;
  gboolean values_changed, study_changed, recipe_changed;
  guint n_edits;              /* of values, since the study was opened */
  gboolean species_by_folder; /* and nothing else, so the table need not hold them */
  GPtrArray *kept_rows;       /* of metadata.csv, whose files are away: GStrv */
  GPtrArray *kept_columns;    /* the columns of these rows */

  PhenoSaver *saver;

  /* augment and explore */
  PhenoRecipe *recipe;
  char *recipe_name;
  guint64 seed;
  int size;
  gpointer views_edit; /* the latest step of these in the undo stack, which owns it */
  PhenoEmbedding *embedding;
  char *embedding_path;
};

void pheno_session_count_excluded (PhenoSession *self);
void pheno_session_save_later (PhenoSession *self);
void pheno_session_read_settings (PhenoSession *self);
void
pheno_session_forget_views (PhenoSession *self); /* recipe, seed, size: as at first */
void pheno_session_add_column_name (PhenoSession *self, const char *column);
void pheno_session_set_title (PhenoSession *self);

/* The filter's function, for GtkCustomFilter. */
gboolean pheno_session_match (gpointer specimen, gpointer session);
/* Forgets the filter without a word. */
void pheno_session_forget_filter (PhenoSession *self);

/* What changed is told once it has settled. */
void pheno_session_notify (PhenoSession *self, guint prop);
void pheno_session_notify_all (PhenoSession *self);
void pheno_session_emit (PhenoSession *self, guint signal);
void pheno_session_emit_edited (PhenoSession *self);
void pheno_session_emit_recipe_changed (PhenoSession *self);
