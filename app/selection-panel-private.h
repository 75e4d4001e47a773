/* selection-panel-private.h - what the files of the panel share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/selection-panel.h"

struct _PhenoSelectionPanel
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *stack;
  GtkLabel *count_label, *groups_label;
  GtkWidget *invert_button, *clear_button, *name_button, *colour_button;
  GtkGridView *grid;
  GtkEditable *value_entry, *column_entry;

  /* owned */
  PhenoMapModel *model;
  GtkSelectionModel *selected; /* what the grid shows while it is in sight */
  GtkFileChooserNative *chooser;
};

void pheno_selection_panel_add_actions (PhenoSelectionPanel *self);
