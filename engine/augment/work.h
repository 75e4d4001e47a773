/* work.h - what is to be done to a view's values, in order
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Operations add steps, which run together in one pass with their neighbours, and jobs
 * for whatever looks at more than a pixel. Nothing is done before all is known: what
 * needs no other band is done to some bands at a time right after they are resampled,
 * while they are still near.
 */
#pragma once

#include "engine/augment/operation.h"
#include "engine/augment/scratch.h"

G_BEGIN_DECLS

#define PHENO_MAX_STEPS 64
#define PHENO_MAX_JOBS 32

typedef enum
{
  PHENO_JOB_STEPS,
  PHENO_JOB_BLUR,
  PHENO_JOB_SHARPEN,
  PHENO_JOB_ERASE,
  PHENO_JOB_MEAN_BEHIND,
  PHENO_JOB_MIX
} PhenoJobKind;

/* What stands in an erased part. */
typedef enum
{
  PHENO_FILL_CONSTANT,
  PHENO_FILL_MEAN,
  PHENO_FILL_NOISE
} PhenoFill;

/**
 * PhenoJob:
 * @first, @n: steps of %PHENO_JOB_STEPS
 * @weight, @radius: of a blur
 * @factor: of sharpening; @value of a constant fill
 * @left: the part that is erased
 * @share: (size, size): of what stands behind a specimen, which becomes the specimen's
 *   mean
 * @taps: of a mix of bands
 */
typedef struct
{
  PhenoJobKind kind;
  guint first, n;
  const float *weight;
  int radius;
  float factor, value;
  int left, top, width, height;
  PhenoFill fill;
  pk_noise noise;
  const float *share;
  const pk_taps *taps;
} PhenoJob;

struct _PhenoWork
{
  const PhenoFrame *frame;
  const PhenoBands *bands;
  const PhenoBackgrounds *backgrounds; /* (nullable) */
  PhenoViewKey key;
  const float *share; /* (nullable): (size, size): the image's mask as the view sees it */
  PhenoAugmentScratch *scratch;
  pk_colour_step step[PHENO_MAX_STEPS];
  guint n_steps;
  PhenoJob job[PHENO_MAX_JOBS];
  guint n_jobs;
  gsize floats; /* of the scratch's, that are given away */
};

/* Adds a step, or a job after all that was added. */
void pheno_work_add (PhenoWork *work, pk_colour_step step);
void pheno_work_add_job (PhenoWork *work, PhenoJob job);

/* Room for a table of @n floats that the steps read, until the view is done. */
float *pheno_work_floats (PhenoWork *work, gsize n);

/* A plane of the view, of which each work has this one beside the mask. */
float *pheno_work_plane (PhenoWork *work);

/* The random numbers of an operation for each pixel. */
pk_noise pheno_work_noise (const PhenoWork *work, guint32 address);

/* Whether a job looks at no other band. */
gboolean pheno_job_is_local (const PhenoWork *work, const PhenoJob *job);

/* Does jobs @first to @end - 1 to the bands from @band on, which stand in @view; all of
 * them are local, or @n_bands is all. */
void pheno_work_run (PhenoWork *work, guint first, guint end, float *view, int band,
                     int n_bands);

G_END_DECLS
