/* work.c - what is to be done to a view's values, done
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/work.h"

/* Tables of one float for each band that a view's operations may ask for: two for
 * normalise and up to two for each other operation; weights of a blur beside them. */
#define TABLES 24

void
pheno_work_add (PhenoWork *work, pk_colour_step step)
{
  PhenoJob *last = work->n_jobs > 0 ? &work->job[work->n_jobs - 1] : NULL;

  g_assert (work->n_steps < PHENO_MAX_STEPS);
  if (last == NULL || last->kind != PHENO_JOB_STEPS)
    {
      pheno_work_add_job (work,
                          (PhenoJob){ .kind = PHENO_JOB_STEPS, .first = work->n_steps });
      last = &work->job[work->n_jobs - 1];
    }
  work->step[work->n_steps++] = step;
  last->n++;
}

void
pheno_work_add_job (PhenoWork *work, PhenoJob job)
{
  g_assert (work->n_jobs < PHENO_MAX_JOBS);
  work->job[work->n_jobs++] = job;
}

float *
pheno_work_floats (PhenoWork *work, gsize n)
{
  gsize room = TABLES * ((gsize) work->frame->bands + 4) + PK_BLUR_RADIUS + 1;
  float *floats = pheno_room_get (&work->scratch->tables, room, sizeof *floats);
  gsize first = work->floats;

  g_assert (first + n <= room);
  work->floats += n;
  return floats + first;
}

float *
pheno_work_plane (PhenoWork *work)
{
  gsize size = (gsize) work->frame->size;

  return pheno_room_get (&work->scratch->gain, size * size, sizeof (float));
}

pk_noise
pheno_work_noise (const PhenoWork *work, guint32 address)
{
  /* An odd factor far from simple: no two operations share a key with any seed in use. */
  pk_noise noise
      = { .key = work->key.seed + (address + 1) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15),
          .image = work->key.image,
          .view = work->key.view,
          .epoch = work->key.epoch };

  return noise;
}

gboolean
pheno_job_is_local (const PhenoWork *work, const PhenoJob *job)
{
  if (job->kind == PHENO_JOB_MIX)
    return FALSE;
  /* A mask that is a band of the view itself is there when all bands are. */
  if (job->kind == PHENO_JOB_MEAN_BEHIND)
    return work->bands->mask < 0;
  if (job->kind == PHENO_JOB_STEPS)
    for (guint i = 0; i < job->n; i++)
      {
        pk_colour_kind kind = work->step[job->first + i].kind;

        if (!pk_colour_is_local (kind)
            || (kind == PK_COLOUR_BEHIND && work->bands->mask >= 0))
          return FALSE;
      }
  return TRUE;
}

/* Mean of the values, weighed by @share or, where that is %NULL, alike. */
static float
mean_of (const float *value, const float *share, gsize n)
{
  double sum = 0, weight = 0;

  for (gsize i = 0; i < n; i++)
    {
      double w = share != NULL ? (double) share[i] : 1;

      sum += w * (double) value[i];
      weight += w;
    }
  return weight > 0 ? (float) (sum / weight) : 0;
}

static void
erase (const PhenoJob *job, int size, float *plane, int band)
{
  gsize count = (gsize) size * (gsize) size;
  float value = job->fill == PHENO_FILL_MEAN ? mean_of (plane, NULL, count) : job->value;
  guint32 block = (guint32) band * (guint32) ((count + 3) / 4);

  for (int y = job->top; y < job->top + job->height; y++)
    for (int x = job->left; x < job->left + job->width; x++)
      {
        gsize at = (gsize) y * (gsize) size + (gsize) x;

        if (job->fill == PHENO_FILL_NOISE)
          {
            pk_random4 counter = { { job->noise.image, job->noise.view, job->noise.epoch,
                                     block + (guint32) (at / 4) } };

            value = pk_uniform (pk_philox (counter, job->noise.key).word[at % 4]);
          }
        plane[at] = value;
      }
}

static void
put_mean_behind (const PhenoJob *job, gsize count, float *plane)
{
  float mean = mean_of (plane, job->share, count);

  for (gsize i = 0; i < count; i++)
    plane[i] = mean + (plane[i] - mean) * job->share[i];
}

static void
run_on_band (PhenoWork *work, const PhenoJob *job, float *plane, int band)
{
  int size = work->frame->size;
  gsize count = (gsize) size * (gsize) size;
  const pk_pixels *passes = work->scratch->passes;
  gsize line = 3 * (gsize) size + 2 * PK_BLUR_RADIUS + 16;
  float *lines = pheno_room_get (&work->scratch->line, line, sizeof *lines);
  gboolean light = band != work->bands->mask;

  switch (job->kind)
    {
    case PHENO_JOB_STEPS:
      passes->colour_of_bands (plane, &work->bands->kernel, band, 1, count,
                               work->step + job->first, (int) job->n);
      break;
    case PHENO_JOB_BLUR:
      passes->blur (plane, 1, size, size, job->weight, job->radius, lines,
                    pheno_room_get (&work->scratch->plane, count, sizeof (float)));
      break;
    case PHENO_JOB_SHARPEN:
      if (light)
        passes->sharpen (plane, 1, size, size, job->factor, lines);
      break;
    case PHENO_JOB_ERASE:
      if (light)
        erase (job, size, plane, band);
      break;
    case PHENO_JOB_MEAN_BEHIND:
      if (light)
        put_mean_behind (job, count, plane);
      break;
    case PHENO_JOB_MIX:
      g_assert_not_reached ();
    }
}

/* A job that looks at other bands, on the whole view. */
static void
run_on_all (PhenoWork *work, const PhenoJob *job, float *view)
{
  gsize count = (gsize) work->frame->size * (gsize) work->frame->size;
  gsize bands = (gsize) work->frame->bands;
  PhenoAugmentScratch *scratch = work->scratch;

  if (job->kind == PHENO_JOB_MIX)
    scratch->passes->mix (view, count, job->taps,
                          pheno_room_get (&scratch->mix, bands * 256, sizeof (float)));
  else if (job->kind == PHENO_JOB_STEPS)
    scratch->passes->colour (
        view, &work->bands->kernel, count, work->step + job->first, (int) job->n,
        bands > PK_FEW_BANDS
            ? pheno_room_get (&scratch->greys, PK_GROUPS * count, sizeof (float))
            : NULL);
  else
    for (int band = 0; band < work->frame->bands; band++)
      run_on_band (work, job, view + (gsize) band * count, band);
}

void
pheno_work_run (PhenoWork *work, guint first, guint end, float *view, int band,
                int n_bands)
{
  gsize count = (gsize) work->frame->size * (gsize) work->frame->size;
  gboolean all = n_bands == work->frame->bands;

  while (first < end)
    {
      guint last = first;

      /* A run of local jobs goes band by band, so that each plane stays near; but steps
       * of few bands go block by block. */
      while (last < end && pheno_job_is_local (work, &work->job[last])
             && !(all && n_bands <= PK_FEW_BANDS))
        last++;
      for (int i = 0; i < n_bands && last > first; i++)
        for (guint job = first; job < last; job++)
          run_on_band (work, &work->job[job], view + (gsize) i * count, band + i);
      if (last == first)
        run_on_all (work, &work->job[last++], view);
      first = last;
    }
}
