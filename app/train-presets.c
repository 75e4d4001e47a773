/* train-presets.c - settings that suit a purpose, fitted to the number of images
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/train-settings-private.h"

#include <string.h>

/**
 * Preset:
 * @steps: of the optimiser that the run should have; from them come its epochs
 */
typedef struct
{
  const char *name, *words;
  const char *encoder;
  int size, batch;
  guint steps, fewest_epochs, most_epochs;
} Preset;

static const Preset presets[] = {
  { N_ ("Quick look"),
    N_ ("A first impression in minutes: small pictures and few passes over them"),
    "resnet18", 64, 32, 100, 5, 20 },
  { N_ ("Laptop"),
    N_ ("A map to work with, on an ordinary computer without a graphics card"),
    "resnet18", 96, 64, 1500, 20, 100 },
  { N_ ("Thorough"),
    N_ ("Large pictures, a deep encoder and many passes: over night, or with a graphics "
        "card"),
    "resnet50", 224, 64, 8000, 100, 400 },
};

/* Longer is of no use: after a tenth of the epochs the rate is where it should be. */
#define WARM_UP_SHARE 10
#define MOST_WARM_UP 10

GStrv
pheno_train_preset_names (void)
{
  GStrv names = g_new0 (char *, G_N_ELEMENTS (presets) + 2);

  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    names[i] = g_strdup (_ (presets[i].name));
  names[G_N_ELEMENTS (presets)] = g_strdup (_ ("Own settings"));
  return names;
}

const char *
pheno_train_preset_words (guint preset)
{
  return preset < G_N_ELEMENTS (presets) ? _ (presets[preset].words)
                                         : _ ("As you have set them below");
}

/* A quarter of the collection at most, so that an epoch has some steps. */
static int
fit_batch (int batch, guint images)
{
  while (batch > 8 && (guint) batch * 4 > images)
    batch /= 2;
  return batch;
}

static void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

void
pheno_train_preset_apply (guint preset, guint images, PhenoRun *run)
{
  g_autoptr (PhenoRun) defaults = pheno_run_new ();
  const Preset *this;
  guint per_epoch;

  g_return_if_fail (preset < G_N_ELEMENTS (presets));

  this = &presets[preset];
  set_text (&run->encoder, this->encoder);
  run->size = this->size;
  run->batch = fit_batch (this->batch, images);
  per_epoch = MAX (images / (guint) run->batch, 1);
  run->epochs
      = (int) CLAMP (this->steps / per_epoch, this->fewest_epochs, this->most_epochs);
  run->warm_up = MIN (run->epochs / WARM_UP_SHARE, MOST_WARM_UP);

  /* AdamW leaves the plateau of guessing sooner than LARS in runs this short. */
  set_text (&run->optimiser, "adamw");
  set_text (&run->loss, defaults->loss);
  set_text (&run->weights, defaults->weights);
  set_text (&run->precision, defaults->precision);
  run->temperature = defaults->temperature;
  run->learning_rate = defaults->learning_rate;
  run->weight_decay = defaults->weight_decay;
  run->patience = defaults->patience;
  run->accumulate = defaults->accumulate;
}

static gboolean
same_settings (const PhenoRun *a, const PhenoRun *b)
{
  return g_str_equal (a->encoder, b->encoder) && a->size == b->size
         && a->batch == b->batch && a->epochs == b->epochs && a->warm_up == b->warm_up
         && g_str_equal (a->optimiser, b->optimiser) && g_str_equal (a->loss, b->loss)
         && g_str_equal (a->weights, b->weights)
         && g_str_equal (a->precision, b->precision) && a->temperature == b->temperature
         && a->learning_rate == b->learning_rate && a->weight_decay == b->weight_decay
         && a->patience == b->patience && a->accumulate == b->accumulate;
}

guint
pheno_train_preset_find (guint images, const PhenoRun *run)
{
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      g_autoptr (PhenoRun) candidate = pheno_run_copy (run);

      pheno_train_preset_apply (i, images, candidate);
      if (same_settings (candidate, run))
        return i;
    }
  return G_N_ELEMENTS (presets);
}
