/* explore-page-private.h - what the files of the page share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/explore-page.h"

#include "app/map-legend.h"
#include "app/map-view.h"
#include "app/neighbours-panel.h"
#include "app/scores-panel.h"
#include "app/selection-panel.h"
#include "app/worker.h"

struct _PhenoExplorePage
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *stack, *side_stack;
  AdwFlap *flap;
  AdwStatusPage *error_page, *map_error;
  GtkDropDown *baseline_choice, *source_choice, *colour_choice;
  GtkDropDown *projection_choice, *x_choice, *y_choice;
  GtkWidget *baseline_button, *error_back_button, *sidebar_button;
  GtkMenuButton *more_button;
  PhenoMapView *map_view;
  PhenoMapLegend *legend;
  PhenoNeighboursPanel *neighbours_panel;
  PhenoSelectionPanel *selection_panel;
  PhenoScoresPanel *scores_panel;
  GtkSpinner *map_spinner;
  GtkWidget *none_shown_box;
  GtkLabel *status_label, *note_label;
  GtkRevealer *working_revealer;
  GtkLabel *working_label;
  GtkProgressBar *working_bar;
  GtkWidget *working_stop_button;

  /* owned */
  PhenoSession *session;
  PhenoMapModel *model;
  GSimpleActionGroup *actions;
  GtkFileChooserNative *chooser;

  /* what can be explored */
  GPtrArray *sources; /* PhenoEmbeddingSource; then the file from elsewhere, if any */
  GCancellable *loading;
  char *error;         /* why there is nothing */
  char *offered_study; /* whose newest embedding was opened by itself */
  PhenoWorker *worker;
  char *making;        /* the file that the worker makes */
  gboolean for_scores; /* it is made to be compared with, not to be shown */

  GPtrArray *colour_columns; /* of the choice: char *, NULL for one colour */
  gboolean filling;          /* choices change by us */
  gboolean wants_focus;      /* for the map, when it comes */
  gsize n_selected;          /* when it was last told */
};

void pheno_explore_page_update_state (PhenoExplorePage *self);

/* Embeddings: in explore-page-sources.c. */
void pheno_explore_page_list_sources (PhenoExplorePage *self);
void pheno_explore_page_offer_newest (PhenoExplorePage *self);
void pheno_explore_page_load (PhenoExplorePage *self, const char *path);
void pheno_explore_page_open (PhenoExplorePage *self);
void pheno_explore_page_embed (PhenoExplorePage *self, const char *baseline);
void pheno_explore_page_connect_sources (PhenoExplorePage *self);

/* Actions: in explore-page-actions.c. */
void pheno_explore_page_add_actions (PhenoExplorePage *self);

/* Figures and numbers: in explore-page-export.c. */
void pheno_explore_page_export_figure (PhenoExplorePage *self);
void pheno_explore_page_copy_figure (PhenoExplorePage *self);
void pheno_explore_page_copy_numbers (PhenoExplorePage *self);
/* @places: on the map; else the embeddings themselves */
void pheno_explore_page_export_numbers (PhenoExplorePage *self, gboolean places);
