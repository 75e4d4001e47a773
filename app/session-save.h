/* session-save.h - what waits to be written, as a job for any thread
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A job is the state of the session at one moment, as text. Jobs write one after the
 * other, and one that is older than what was written last writes nothing.
 */
#pragma once

#include "app/session-private.h"

typedef struct _PhenoSaveJob PhenoSaveJob;

PhenoSaver *pheno_saver_new (void);
void pheno_saver_unref (PhenoSaver *saver);

/* (transfer full) (nullable): all that is not saved yet, which counts as saved from now
 * on; NULL where there is nothing. */
PhenoSaveJob *pheno_session_take_save (PhenoSession *self);

/* On any thread. */
gboolean pheno_save_job_run (PhenoSaveJob *job, GError **error);
void pheno_save_job_free (PhenoSaveJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoSaveJob, pheno_save_job_free)

/* A job that failed: the next edit tries again. */
void pheno_session_return_save (PhenoSession *self, const PhenoSaveJob *job);
