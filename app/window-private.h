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
  PhenoCollectionPage *collection_page;
  PhenoAugmentPage *augment_page;
  PhenoTrainPage *train_page;
  PhenoExplorePage *explore_page;
  GtkWidget *undo_button, *redo_button;
  GtkRevealer *progress_revealer;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *training_button;
  GtkLabel *training_label;

  /* owned */
  PhenoSession *session;
  PhenoBookmark *bookmark;
  GCancellable *opening;
  char *wanted_embedding, *wanted_run; /* when the study is open: to explore, to resume */
  GtkFileChooserNative *chooser;
};

/* Shows the start page or the work, as there is a study or not. */
void pheno_window_show_study (PhenoWindow *self);

void pheno_window_install_open_actions (GtkWidgetClass *class);
