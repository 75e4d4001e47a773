/* augment-page-private.h - what the files of the page share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/augment-page.h"
#include "app/operation-list.h"
#include "app/preset-button.h"
#include "app/preview.h"
#include "app/session.h"
#include "app/view-pair.h"

struct _PhenoAugmentPage
{
  AdwBin parent_instance;

  /* template children */
  AdwFlap *flap;
  PhenoPresetButton *preset_button;
  PhenoOperationList *operation_list;
  GtkRevealer *colour_revealer, *only_revealer;
  GtkLabel *colour_label, *only_label, *epoch_label, *status_label, *seed_error_label;
  GtkEntry *seed_entry;
  GtkStack *stack;
  GtkFlowBox *pairs_box;
  PhenoViewPair *large_pair;
  AdwStatusPage *empty_page;
  GtkButton *empty_button;
  GtkWidget *status_box;
  GtkAdjustment *count_adjustment;

  /* owned */
  PhenoSession *session;
  PhenoPreview *preview;
  GPtrArray *chosen; /* PhenoPair, of which specimen and number count */
  GtkFileChooserNative *chooser;

  /* state of the view */
  guint32 epoch; /* from 0, as the engine counts */
  gboolean of_selection, showing_seed;
  gboolean stale; /* something changed while the page was out of sight */
  guint choose_source;
  guint large; /* index of the pair that is shown large */
};

/* Draws again with all as it is now. */
void pheno_augment_page_draw (PhenoAugmentPage *self);
/* Which specimens are shown is asked again: now, or once the main loop has time. */
void pheno_augment_page_choose (PhenoAugmentPage *self);
void pheno_augment_page_choose_later (PhenoAugmentPage *self);
void pheno_augment_page_show_large (PhenoAugmentPage *self, guint index);
void pheno_augment_page_show_pairs (PhenoAugmentPage *self);
void pheno_augment_page_show_status (PhenoAugmentPage *self);
void pheno_augment_page_set_epoch (PhenoAugmentPage *self, guint32 epoch);

void pheno_augment_page_install_actions (GtkWidgetClass *class);
void pheno_augment_page_add_shortcuts (PhenoAugmentPage *self);
