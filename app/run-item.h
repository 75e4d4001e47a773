/* run-item.h - one run of the study, as its folder tells
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoRunFacts: what was read from a run's folder, on any thread
 *
 * @run: (nullable): NULL where run.ini is missing or broken, and @message says why
 * @history: PhenoHistoryRow
 * @message: (nullable)
 */
typedef struct
{
  char *path;
  PhenoRun *run;
  GArray *history;
  PhenoRunState state;
  int holder;
  char *message;
  gboolean has_weights, has_embedding;
  double untrained; /* kNN accuracy before the first step; NAN: not measured */
} PhenoRunFacts;

PhenoRunFacts *pheno_run_facts_read (const char *path);
void pheno_run_facts_free (PhenoRunFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRunFacts, pheno_run_facts_free)

/**
 * PhenoRunItem:
 *
 * Properties: "title" (“ResNet-18, 96 px”), "subtitle" (how far it is and how well it
 * does), "compared" (whether its curves are laid over others; read and write). Signal
 * "changed" after new facts.
 */
#define PHENO_TYPE_RUN_ITEM (pheno_run_item_get_type ())
G_DECLARE_FINAL_TYPE (PhenoRunItem, pheno_run_item, PHENO, RUN_ITEM, GObject)

PhenoRunItem *pheno_run_item_new (PhenoRunFacts *facts); /* (transfer full) */

/* @facts: (transfer full). Tells "changed" when they are others than before. */
void pheno_run_item_take (PhenoRunItem *self, PhenoRunFacts *facts);
const PhenoRunFacts *pheno_run_item_get_facts (PhenoRunItem *self);

const char *pheno_run_item_get_path (PhenoRunItem *self);
const char *pheno_run_item_get_name (PhenoRunItem *self); /* “2026-11-24-a” */
PhenoRunState pheno_run_item_get_state (PhenoRunItem *self);
gboolean pheno_run_item_get_compared (PhenoRunItem *self);
guint pheno_run_item_get_epoch (PhenoRunItem *self); /* done */

/* (transfer full): how a run stands, as one sentence. @planned: 0 where it is not known. */
char *pheno_run_state_in_words (PhenoRunState state, guint epochs, guint planned);

/* (transfer full): an encoder's name for people: “ResNet-18”. */
char *pheno_encoder_label (const char *encoder);

/* The name of a run's embeddings in its folder. */
#define PHENO_EMBEDDINGS_NAME "embeddings.h5"

G_END_DECLS
