/* session-private.h - what the files of the session share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/session.h"

struct _PhenoSession
{
  GObject parent_instance;

  /* what is open */
  PhenoStudy *study;
  char *title;
  GPtrArray *columns;  /* char *, ended by NULL */
  GHashTable *by_file; /* file to PhenoSpecimen, borrowed */
  gboolean loading;
  double fraction;
  char *status;

  /* lists */
  GListStore *specimens, *problems;
  GtkCustomFilter *filter;
  GtkFilterListModel *filtered;
  GtkSortListModel *visible;
  GtkMultiSelection *selection;
  guint n_excluded;

  /* filter */
  char *search, *search_folded;
  GHashTable *shown; /* column to GHashTable, a set of values */

  /* edits */
  PhenoUndo *undo;
  guint save_source;
  gboolean values_changed, study_changed, recipe_changed;

  /* augment and explore */
  PhenoRecipe *recipe;
  guint64 seed;
  PhenoEmbedding *embedding;
  char *embedding_path;
};

void pheno_session_count_excluded (PhenoSession *self);
void pheno_session_save_later (PhenoSession *self);
void pheno_session_read_settings (PhenoSession *self);
void pheno_session_add_column_name (PhenoSession *self, const char *column);

/* What changed is told once it has settled. */
void pheno_session_emit_edited (PhenoSession *self);
void pheno_session_emit_recipe_changed (PhenoSession *self);
