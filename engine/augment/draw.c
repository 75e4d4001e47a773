/* draw.c - from a recipe and a view's key to what happens
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each operation has its own stream of numbers, and its first one decides whether it
 * happens at all; what does not happen is drawn no further.
 */
#include "engine/augment/draw.h"

static gboolean
happens (const PhenoSetting *setting, const PhenoOperationClass *operation,
         PhenoStream *stream)
{
  return !operation->info.random || setting->probability >= 1
         || pheno_stream_uniform (stream, 0, 0, 1) < setting->probability;
}

void
pheno_draw (const PhenoRecipe *recipe, const PhenoFrame *frame, PhenoViewKey key,
            PhenoDraw *draw)
{
  gboolean based = FALSE;

  *draw = (PhenoDraw){ .key = key, .backgrounds = recipe->backgrounds };
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      guint index = recipe->order[i];
      const PhenoOperationClass *operation = pheno_operation_classes[index];
      const PhenoSetting *setting = &recipe->setting[index];
      PhenoStream stream
          = { .key = key, .address = operation->address, .block = G_MAXUINT32 };
      PhenoDrawn *drawn;

      if (!setting->enabled)
        continue;
      drawn = &draw->step[draw->n++];
      *drawn = (PhenoDrawn){ .operation = index, .setting = setting };
      if (operation->info.stage == PHENO_STAGE_BASE && based)
        continue;
      drawn->happens = happens (setting, operation, &stream);
      if (drawn->happens && operation->draw != NULL)
        operation->draw (setting, frame, &stream, drawn->value);
      based = based || (drawn->happens && operation->info.stage == PHENO_STAGE_BASE);
    }
}

void
pheno_draw_plain (const PhenoRecipe *recipe, PhenoDraw *draw)
{
  static const PhenoSetting letterbox
      = { .enabled = TRUE, .value = { { .number = { PHENO_OUTSIDE_BACKGROUND } } } };

  *draw = (PhenoDraw){ 0 };
  draw->step[draw->n++] = (PhenoDrawn){ .operation = PHENO_RESIZE_AND_PAD,
                                        .setting = &letterbox,
                                        .happens = TRUE };
  if (recipe->setting[PHENO_NORMALISE].enabled)
    draw->step[draw->n++] = (PhenoDrawn){ .operation = PHENO_NORMALISE,
                                          .setting = &recipe->setting[PHENO_NORMALISE],
                                          .happens = TRUE };
}
