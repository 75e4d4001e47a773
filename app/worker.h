/* worker.h - phenoscape-cli at work beside the window, in a process of its own
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A crash, a full memory or a lost device ends the worker and never the window. It runs
 * with lower priority, so that the screen stays smooth, and in a session of its own, so
 * that it can go on after the window is closed.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoOutcome:
 * @PHENO_OUTCOME_RUNNING: not ended, or not begun
 * @PHENO_OUTCOME_DONE: everything asked for was done
 * @PHENO_OUTCOME_STOPPED: it was asked to stop and has saved its work
 * @PHENO_OUTCOME_FAILED: it said why: pheno_worker_get_message()
 * @PHENO_OUTCOME_LOST: it ended without a word: killed, out of memory, crashed
 */
typedef enum
{
  PHENO_OUTCOME_RUNNING,
  PHENO_OUTCOME_DONE,
  PHENO_OUTCOME_STOPPED,
  PHENO_OUTCOME_FAILED,
  PHENO_OUTCOME_LOST
} PhenoOutcome;

/**
 * PhenoWorker:
 *
 * Signals: "progress" (const PhenoProgress *, valid during the call), on the main loop;
 * "ended", once. Property "running".
 */
#define PHENO_TYPE_WORKER (pheno_worker_get_type ())
G_DECLARE_FINAL_TYPE (PhenoWorker, pheno_worker, PHENO, WORKER, GObject)

PhenoWorker *pheno_worker_new (void);

/**
 * pheno_worker_start:
 * @arguments: (array zero-terminated=1): verb and options of phenoscape-cli;
 *   --progress=json is added
 *
 * Errors: %PHENO_ERROR_FILE when phenoscape-cli is not there
 */
gboolean pheno_worker_start (PhenoWorker *self, const char *const *arguments,
                             GError **error);

/* Asks it to save and leave; a second time it is ended at once, and goes on from its last
 * checkpoint. */
void pheno_worker_stop (PhenoWorker *self);
/* Lets it go on alone: nothing is read from it any more, and "ended" is not told. */
void pheno_worker_leave (PhenoWorker *self);

gboolean pheno_worker_is_running (PhenoWorker *self);
PhenoOutcome pheno_worker_get_outcome (PhenoWorker *self);

/* (nullable): why it failed, or was lost, and what to do, as a sentence for people. */
const char *pheno_worker_get_message (PhenoWorker *self);

/* (nullable) (transfer none): the result that the verb printed. */
JsonObject *pheno_worker_get_result (PhenoWorker *self);

/* (transfer full): where phenoscape-cli is: beside this program, as built or as
 * installed. $PHENOSCAPE_CLI overrides it, for tests. */
char *pheno_worker_program (void);

G_END_DECLS
