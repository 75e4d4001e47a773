/* behind.c - the operation that replaces the background behind a specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands outside the specimen's mask tells which camera, card or day it was, and an
 * encoder learns that first. Here it becomes the same for all, or other each time.
 */
#include "engine/augment/recipe.h"
#include "engine/augment/work.h"

#define ADDRESS 27

enum
{
  BEHIND_FILL,
  BEHIND_VALUE,
  BEHIND_NOISE
};

typedef enum
{
  FILL_CONSTANT,
  FILL_MEAN,
  FILL_NOISE,
  FILL_OTHER
} Fill;

static const char *const fill_words[] = { "constant", "mean", "noise", "other", NULL };
static const char *const fill_titles[]
    = { N_ ("One value"), N_ ("Mean of the specimen"), N_ ("Noise"),
        N_ ("Background of another image"), NULL };

static const PhenoParameterInfo behind_parameters[] = {
  { "fill", PHENO_PARAMETER_CHOICE, 0, 0, "other", fill_words,
    N_ ("What stands behind the specimen: one value, the specimen's own mean colour, "
        "noise about the value, or the background colour of another image of the "
        "collection"),
    .title = N_ ("Fill"), .choice_titles = fill_titles },
  { "value", PHENO_PARAMETER_NUMBER, 0, 1, "0.5", NULL,
    N_ ("The one value, and the mean of the noise: 0 is black, 1 white"),
    .title = N_ ("Value") },
  { "noise", PHENO_PARAMETER_NUMBER, 0, 1, "0.2", NULL,
    N_ ("Standard deviation of the noise"), .title = N_ ("Noise") },
  { NULL },
};
static const char *const behind_drawn[] = { N_ ("other"), NULL };

static void
draw_behind (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
             double *value)
{
  value[0] = pheno_stream_uniform (stream, 1, 0, 1);
}

/* The colour of an image of the collection, @drawn of all; without a collection a colour
 * that is itself drawn. */
static void
find_other (PhenoWork *work, double drawn, float *colour)
{
  const PhenoBackgrounds *others = work->backgrounds;
  int bands = work->frame->bands;

  if (others != NULL && others->n > 0 && others->bands == bands)
    {
      guint row = MIN ((guint) (drawn * others->n), others->n - 1);

      for (int band = 0; band < bands; band++)
        colour[band] = others->colours[(gsize) row * (gsize) bands + (gsize) band];
      return;
    }
  for (int band = 0; band < bands; band++)
    {
      pk_noise noise = pheno_work_noise (work, ADDRESS);
      pk_random4 counter
          = { { noise.image, noise.view, noise.epoch, (guint32) band / 4 } };

      colour[band] = pk_uniform (pk_philox (counter, noise.key).word[band % 4]);
    }
}

static void
apply_behind (const PhenoDrawn *drawn, PhenoWork *work)
{
  const PhenoValue *value = drawn->setting->value;
  Fill fill = (Fill) value[BEHIND_FILL].number[0];
  int bands = work->frame->bands;
  float *colour;

  if (work->share == NULL) /* an image without a mask is all specimen */
    return;
  if (fill == FILL_MEAN)
    {
      pheno_work_add_job (
          work, (PhenoJob){ .kind = PHENO_JOB_MEAN_BEHIND, .share = work->share });
      return;
    }
  colour = pheno_work_floats (work, (gsize) bands);
  for (int band = 0; band < bands; band++)
    colour[band] = (float) value[BEHIND_VALUE].number[0];
  if (fill == FILL_OTHER)
    find_other (work, drawn->value[0], colour);
  pheno_work_add (
      work, (pk_colour_step){
                .kind = PK_COLOUR_BEHIND,
                .scale = colour,
                .plane = work->share,
                .factor = fill == FILL_NOISE ? (float) value[BEHIND_NOISE].number[0] : 0,
                .noise = pheno_work_noise (work, ADDRESS) });
}

const PhenoOperationClass pheno_background = {
  .info
  = { .name = "background",
      .title = N_ ("Background"),
      .doc = N_ ("What surrounds the specimen's mask is replaced, so that it cannot "
                 "be what specimens are told by"),
      .stage = PHENO_STAGE_COLOUR,
      .random = TRUE,
      .probability = 1,
      .place = 2,
      .parameters = behind_parameters,
      .drawn = behind_drawn },
  .address = ADDRESS,
  .draw = draw_behind,
  .apply = apply_behind,
};
