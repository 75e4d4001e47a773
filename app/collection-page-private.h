/* collection-page-private.h - what the files of the page share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/collection-page.h"
#include "app/filter-sidebar.h"
#include "app/problems-view.h"
#include "app/session.h"
#include "app/specimen-grid.h"
#include "app/specimen-table.h"
#include "app/specimen-view.h"

struct _PhenoCollectionPage
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *main_stack; /* browse, specimen */
  AdwFlap *flap;
  PhenoFilterSidebar *sidebar;
  GtkToggleButton *sidebar_button;
  GtkStack *content_stack; /* grid, table, problems, and the empty states */
  PhenoSpecimenGrid *grid;
  PhenoSpecimenTable *table;
  PhenoProblemsView *problems;
  PhenoSpecimenView *specimen_view;
  AdwStatusPage *missing_page;
  GtkWidget *side_box;
  GtkMenuButton *sort_button;
  GtkLabel *n_images_label, *n_shown_label, *n_selected_label, *n_excluded_label,
      *n_problems_label, *badge_label;

  /* owned */
  PhenoSession *session;
  char *view;
  guint selection_source, focus_source;
  GtkFileChooserNative *chooser;
};

void pheno_collection_page_install_actions (GtkWidgetClass *widget_class);
void pheno_collection_page_update_actions (PhenoCollectionPage *self);
void pheno_collection_page_show_specimen (PhenoCollectionPage *self,
                                          PhenoSpecimen *specimen);
