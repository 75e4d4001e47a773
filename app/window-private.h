/* window-private.h - what the files of the window share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/bookmark.h"
#include "app/drop-area.h"
#include "app/window.h"

#include "app/augment-page.h"
#include "app/collection-page.h"
#include "app/explore-page.h"
#include "app/start-page.h"
#include "app/train-page.h"

struct _PhenoWindow
{
  AdwApplicationWindow parent_instance;

  /* template children */
  PhenoDropArea *drop_area;
  AdwToastOverlay *toast_overlay;
  AdwViewSwitcherTitle *switcher_title;
  GtkStack *main_stack;
  AdwViewStack *page_stack;
  PhenoStartPage *start_page;
  GtkWidget *undo_button, *redo_button;
  GtkRevealer *progress_revealer;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *training_button;
  GtkLabel *training_label;

  /* borrowed from the page stack; NULL before they are made */
  PhenoCollectionPage *collection_page;
  PhenoAugmentPage *augment_page;
  PhenoTrainPage *train_page;
  PhenoExplorePage *explore_page;

  /* owned */
  PhenoSession *session;
  PhenoBookmark *bookmark;
  GCancellable *opening;
  char *wanted_folder;                 /* when the pages are made: to open */
  char *wanted_embedding, *wanted_run; /* when the study is open: to explore, to resume */
  GtkFileChooserNative *chooser;
  guint pages_source, n_steps; /* that made the pages */
  GPtrArray *unmeasured;       /* of the page that is being made: its widgets */
  guint n_measured;
};

/* Makes the pages of the work in the turns to come. */
void pheno_window_make_pages (PhenoWindow *self);
gboolean pheno_window_has_pages (PhenoWindow *self);
/* Once the last of them is there. */
void pheno_window_pages_made (PhenoWindow *self);
/* Opens what had to wait for the pages. */
void pheno_window_open_wanted (PhenoWindow *self);

/* Shows the start page or the work, as there is a study or not. */
void pheno_window_show_study (PhenoWindow *self);

void pheno_window_install_open_actions (GtkWidgetClass *class);
