/* apply.c - what was drawn, done: one resampling, then as few colour passes as can be
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/resample.h"
#include "engine/augment/work.h"

#include <string.h>

void *
pheno_room_get (PhenoRoom *room, gsize count, gsize size)
{
  gsize wanted;

  if (!g_size_checked_mul (&wanted, count, size))
    g_error ("working memory for %" G_GSIZE_FORMAT
             " elements does not fit into an address space",
             count);
  if (wanted > room->size)
    {
      g_free (room->data);
      room->size = MAX (wanted, 2 * room->size);
      room->data = g_malloc0 (room->size);
    }
  return room->data;
}

PhenoAugmentScratch *
pheno_augment_scratch_new_for (pk_isa isa)
{
  PhenoAugmentScratch *scratch = g_new0 (PhenoAugmentScratch, 1);

  scratch->passes = pk_pixels_get (isa);
  return scratch;
}

PhenoAugmentScratch *
pheno_augment_scratch_new (int size, int bands)
{
  PhenoAugmentScratch *scratch = pheno_augment_scratch_new_for (pk_isa_detect ());

  pheno_room_get (&scratch->plane, (gsize) size * (gsize) size, sizeof (float));
  pheno_room_get (&scratch->fill, (gsize) bands + 4, sizeof (float));
  return scratch;
}

static void
free_taps (PhenoTapsRoom *taps)
{
  g_free (taps->start.data);
  g_free (taps->count.data);
  g_free (taps->first.data);
  g_free (taps->weight.data);
}

void
pheno_augment_scratch_free (PhenoAugmentScratch *scratch)
{
  if (scratch == NULL)
    return;
  PhenoRoom *const rooms[]
      = { &scratch->line,   &scratch->stage, &scratch->column,     &scratch->row,
          &scratch->x,      &scratch->y,     &scratch->plane,      &scratch->share,
          &scratch->gain,   &scratch->greys, &scratch->mix,        &scratch->border,
          &scratch->fill,   &scratch->black, &scratch->background, &scratch->slope,
          &scratch->tables, &scratch->view };

  for (guint i = 0; i < G_N_ELEMENTS (rooms); i++)
    g_free (rooms[i]->data);
  pheno_bands_room_clear (&scratch->bands);
  free_taps (&scratch->across);
  free_taps (&scratch->down);
  free_taps (&scratch->shift);
  free_taps (&scratch->smoothing);
  g_free (scratch);
}

/* Where nothing says which part is seen: the whole image, stretched to the square, corner
 * on corner as Kornia's Resize. */
static void
stretch (const PhenoFrame *frame, PhenoGeometry *geometry)
{
  double last = MAX (frame->size - 1, 1);
  const double map[9]
      = { (frame->width - 1) / last, 0, 0, 0, (frame->height - 1) / last, 0, 0, 0, 1 };

  memcpy (geometry->inverse, map, sizeof map);
}

void
pheno_draw_compose (const PhenoDraw *draw, const PhenoFrame *frame,
                    PhenoGeometry *geometry)
{
  gboolean based = FALSE;

  *geometry = (PhenoGeometry){ .inverse = { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
                               .width = frame->size,
                               .height = frame->size,
                               .antialias = TRUE };

  for (guint i = 0; i < draw->n; i++)
    {
      const PhenoDrawn *drawn = &draw->step[i];
      const PhenoOperationClass *operation = pheno_operation_classes[drawn->operation];

      if (!drawn->happens || operation->compose == NULL)
        continue;
      if (!based && operation->info.stage != PHENO_STAGE_BASE)
        stretch (frame, geometry);
      operation->compose (drawn, frame, geometry);
      based = TRUE;
    }
  if (!based)
    stretch (frame, geometry);
}

/* The image's mask as the view sees it; what lies beyond the image is background. */
static const float *
find_share (const PhenoImage *image, PhenoGeometry geometry, int size,
            PhenoAugmentScratch *scratch)
{
  gsize count = (gsize) size * (gsize) size;
  float *share = pheno_room_get (&scratch->share, count, sizeof *share);
  const PhenoImage mask = { .width = image->width,
                            .height = image->height,
                            .bands = 1,
                            .type = PHENO_SAMPLE_UINT8,
                            .pixels = image->mask,
                            .white = 255 };
  PhenoResampling resampling;

  if (geometry.outside == PHENO_OUTSIDE_BACKGROUND)
    geometry.outside = PHENO_OUTSIDE_ZEROS;
  pheno_resampling_begin (&resampling, &geometry, &mask, size, scratch);
  pheno_resampling_run (&resampling, 0, 1, scratch, share);
  return share;
}

static gboolean
needs_mask (const PhenoDraw *draw)
{
  for (guint i = 0; i < draw->n; i++)
    if (draw->step[i].operation == PHENO_BACKGROUND && draw->step[i].happens)
      return TRUE;
  return FALSE;
}

/* Gathers what is to be done to the values. */
static void
plan_work (const PhenoDraw *draw, PhenoWork *work)
{
  for (guint i = 0; i < draw->n; i++)
    {
      const PhenoDrawn *drawn = &draw->step[i];
      const PhenoOperationClass *operation = pheno_operation_classes[drawn->operation];

      if (drawn->happens && operation->apply != NULL)
        operation->apply (drawn, work);
    }
}

void
pheno_apply (const PhenoDraw *draw, const PhenoImage *image, int size,
             PhenoAugmentScratch *scratch, float *view)
{
  gsize count = (gsize) size * (gsize) size;
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  PhenoWork work = { .frame = &frame,
                     .backgrounds = draw->backgrounds,
                     .key = draw->key,
                     .scratch = scratch };
  PhenoResampling resampling;
  PhenoGeometry geometry;
  PhenoBands bands;
  guint local = 0;

  g_return_if_fail (size > 0);

  scratch->n_mixes = 0;
  pheno_bands_find (&bands, image, &scratch->bands);
  work.bands = &bands;
  pheno_draw_compose (draw, &frame, &geometry);
  if (needs_mask (draw) && bands.mask >= 0)
    work.share = view + (gsize) bands.mask * count;
  else if (needs_mask (draw) && image->mask != NULL)
    work.share = find_share (image, geometry, size, scratch);
  plan_work (draw, &work);

  if (image->bands > PK_FEW_BANDS)
    while (local < work.n_jobs && pheno_job_is_local (&work, &work.job[local]))
      local++;
  pheno_resampling_begin (&resampling, &geometry, image, size, scratch);
  for (int band = 0; band < image->bands; band += PK_CHUNK)
    {
      int n = MIN (image->bands - band, PK_CHUNK);
      float *planes = view + (gsize) band * count;

      pheno_resampling_run (&resampling, band, n, scratch, planes);
      pheno_work_run (&work, 0, local, planes, band, n);
    }
  pheno_work_run (&work, local, work.n_jobs, view, 0, image->bands);
}

void
pheno_augment (const PhenoRecipe *recipe, const PhenoImage *image, PhenoViewKey key,
               int size, PhenoAugmentScratch *scratch, float *view)
{
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  pheno_apply (&draw, image, size, scratch, view);
}

void
pheno_augment_plain (const PhenoRecipe *recipe, const PhenoImage *image, int size,
                     PhenoAugmentScratch *scratch, float *view)
{
  PhenoDraw draw;

  pheno_draw_plain (recipe, &draw);
  pheno_apply (&draw, image, size, scratch, view);
}
