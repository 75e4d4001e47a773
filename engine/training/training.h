/* training.h - the run: its settings, its loop, its memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/augment.h"
#include "engine/cache/cache.h"
#include "engine/model/model.h"

G_BEGIN_DECLS

/**
 * PhenoRun: everything that determines a result, as in run.ini
 *
 * Strings are owned. Defaults stand in docs/formats.md. "auto" values are resolved when the run
 * starts, and the resolved file is what stands in the run's folder.
 */
typedef struct
{
  char **roots;     /* [collection] roots */
  char *species;    /* species */
  char *bands;      /* "all" */
  char *radiometry; /* "auto" */
  char *mask;       /* "auto" */
  char *recipe_name; /* [augment] recipe */
  PhenoRecipe *recipe; /* with the overrides of [augment.OPERATION] */
  char *encoder;    /* [model] */
  int size;
  char *weights;    /* "random" or a file */
  int projection;
  char *loss;       /* [loss] kind */
  double temperature;
  int epochs;       /* [training] */
  int batch;        /* images a step; twice as many views */
  int accumulate;   /* batches a step of the optimiser */
  char *optimiser;
  double learning_rate; /* 0: auto */
  double weight_decay, momentum, clip; /* clip 0: none */
  int warm_up;      /* epochs */
  int patience;     /* epochs without improvement before it stops; 0: never */
  guint64 seed;
  char *precision;  /* auto, float32, bfloat16 */
  char *device;
  int threads;
} PhenoRun;

PhenoRun *pheno_run_new (void); /* defaults */
PhenoRun *pheno_run_load (const char *path, GError **error);
char *pheno_run_to_text (const PhenoRun *run);
/* "training.epochs=20": unknown keys are errors that name the nearest known one. */
gboolean pheno_run_set (PhenoRun *run, const char *assignment, GError **error);
gboolean pheno_run_check (const PhenoRun *run, GError **error);
void pheno_run_free (PhenoRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRun, pheno_run_free)

typedef struct
{
  int epochs;              /* done */
  double loss;             /* mean of the last epoch */
  double knn_accuracy;     /* NAN without labels */
  double views_per_second; /* of the last epoch */
  double data_share;       /* of the last epoch's wall time: loading and augmenting, 0 to 1 */
  guint images, left_out;
  char *stopped;           /* why, in words; NULL: all epochs done */
} PhenoTrainingResult;
void pheno_training_result_clear (PhenoTrainingResult *result);

/**
 * pheno_train:
 * @directory: (type filename): the run's folder, made when absent
 * @resume: go on from last.safetensors where there is one
 *
 * Scans, prepares and trains; writes run.ini, history.csv, last.safetensors and
 * best.safetensors (and the best three). When cancelled it writes a checkpoint at once and
 * returns %G_IO_ERROR_CANCELLED.
 *
 * Errors: %PHENO_ERROR_DATA when there are fewer than two usable images;
 * %PHENO_ERROR_SETTING; %PHENO_ERROR_FILE; %PHENO_ERROR_DIVERGED
 */
gboolean pheno_train (const PhenoRun *run, const char *directory, gboolean resume,
                      PhenoTrainingResult *result, PhenoProgressFunc progress, gpointer user_data,
                      GCancellable *cancellable, GError **error);

G_END_DECLS
