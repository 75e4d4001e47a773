/* train-page-private.h - what the files of the Train page share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/curve-view.h"
#include "app/train-page.h"
#include "app/train-settings.h"
#include "app/training.h"

struct _PhenoTrainPage
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *page_stack, *curves_stack;
  AdwFlap *flap;
  PhenoTrainSettings *settings;
  GtkInfoBar *strip;
  GtkLabel *strip_label;
  GtkWidget *strip_resume_button, *strip_smaller_button, *strip_discard_button;
  GtkLabel *run_label, *status_label, *words_label;
  GtkWidget *run_buttons, *pause_button, *keep_button, *resume_button, *explore_button;
  GtkProgressBar *progress_bar;
  PhenoCurveView *loss_view, *accuracy_view, *spread_view, *rate_view;
  GtkWidget *comparison_group, *runs_group;
  GtkGrid *comparison_grid;
  GtkListBox *runs_list;

  /* owned */
  PhenoSession *session;
  PhenoTraining *training;
  PhenoRunItem *shown;     /* whose curves are drawn */
  PhenoRunItem *followed;  /* the run under way that was shown when it began */
  PhenoRunItem *troubled;  /* of which the strip speaks; NULL: of something else */
  char *trouble;           /* why embeddings could not be made */
  char *wanted;            /* path of a run to resume when the list is read */
  GHashTable *passed_over; /* paths of runs whose strip was closed */
  guint inhibition;        /* of the application; 0: none */
  GtkWidget *close_dialog; /* borrowed, while it asks */
};

/* Draws what the page shows, after anything changed. */
void pheno_train_page_show (PhenoTrainPage *self);
void pheno_train_page_show_item (PhenoTrainPage *self, PhenoRunItem *item);

/* Of train-page-curves.c. */
void pheno_train_page_draw_curves (PhenoTrainPage *self);

/* Of train-page-actions.c. */
void pheno_train_page_install_actions (GtkWidgetClass *widget_class);
void pheno_train_page_update_actions (PhenoTrainPage *self);
void pheno_train_page_resume_wanted (PhenoTrainPage *self);
void pheno_train_page_row_asked (PhenoTrainPage *self, PhenoRunItem *item,
                                 const char *what);
void pheno_train_page_strip_response (PhenoTrainPage *self, int response);
/* The responses of the strip. */
enum
{
  PHENO_STRIP_RESUME = 1,
  PHENO_STRIP_SMALLER,
  PHENO_STRIP_DISCARD
};
