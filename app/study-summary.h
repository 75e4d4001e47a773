/* study-summary.h - what the start page tells of a study without opening it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoStudySummary:
 * @there: whether the folder is there and is a study
 * @left_open: whether a program that had it open was killed
 * @run: (nullable) (type filename): its newest run
 * @state: of @run
 * @epochs: done by @run, of @planned
 * @picture: (nullable): one of its images, small
 */
typedef struct
{
  gboolean there, left_open;
  char *run;
  PhenoRunState state;
  guint epochs, planned;
  GdkTexture *picture;
} PhenoStudySummary;

void pheno_study_summary_free (PhenoStudySummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoStudySummary, pheno_study_summary_free)

/**
 * pheno_study_summary_load_async:
 * @path: (type filename): the study's folder
 * @picture: (nullable) (type filename): an image of it
 *
 * Reads a few small files and the picture, on a thread: a disk that sleeps or a network
 * folder may take its time.
 */
void pheno_study_summary_load_async (const char *path, const char *picture,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
PhenoStudySummary *pheno_study_summary_load_finish (GAsyncResult *result, GError **error);

/* (transfer full): the state of the last run in words, “Interrupted after 12 of 100
 * epochs”. */
char *pheno_study_summary_describe (const PhenoStudySummary *self);

G_END_DECLS
