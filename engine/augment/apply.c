/* apply.c - what was drawn, done: one resampling, then as few colour passes as can be
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/resample.h"

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
  pheno_room_get (&scratch->scale, (gsize) bands, sizeof (float));
  pheno_room_get (&scratch->shift, (gsize) bands, sizeof (float));
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
  g_free (scratch->line.data);
  g_free (scratch->stage.data);
  g_free (scratch->plane.data);
  g_free (scratch->border.data);
  g_free (scratch->fill.data);
  g_free (scratch->scale.data);
  g_free (scratch->shift.data);
  g_free (scratch->levels.data);
  free_taps (&scratch->across);
  free_taps (&scratch->down);
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

void
pheno_apply (const PhenoDraw *draw, const PhenoImage *image, int size,
             PhenoAugmentScratch *scratch, float *view)
{
  gsize bands = (gsize) image->bands, plane = (gsize) size * (gsize) size;
  gsize line = MAX ((gsize) size, bands) + 2 * PK_BLUR_RADIUS + 16;
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  PhenoGeometry geometry;
  PhenoWork work;

  g_return_if_fail (size > 0 && image->white != image->black);

  pheno_draw_compose (draw, &frame, &geometry);
  pheno_resample (&geometry, image, size, scratch, view);

  work.passes = scratch->passes;
  work.view = view;
  work.frame = &frame;
  work.n_steps = 0;
  work.line = pheno_room_get (&scratch->line, line, sizeof (float));
  work.plane = pheno_room_get (&scratch->plane, plane, sizeof (float));
  work.scale = pheno_room_get (&scratch->scale, bands, sizeof (float));
  work.shift = pheno_room_get (&scratch->shift, bands, sizeof (float));
  work.weight = scratch->weight;
  for (guint i = 0; i < draw->n; i++)
    {
      const PhenoDrawn *drawn = &draw->step[i];
      const PhenoOperationClass *operation = pheno_operation_classes[drawn->operation];

      if (drawn->happens && operation->apply != NULL)
        operation->apply (drawn, &work);
    }
  pheno_work_flush (&work);
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
