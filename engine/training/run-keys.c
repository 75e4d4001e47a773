/* run-keys.c - the keys of a run file, as a table
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/run-keys.h"

static const char *const modality_words[]
    = { "auto", "rgb", "multispectral", "hyperspectral", "all", NULL };
static const char *const metadata_words[] = { "auto", NULL };
static const char *const weights_words[] = { "random", NULL };
static const char *const temperature_words[] = { "fixed", "cosine", "learned", NULL };
static const char *const schedule_words[] = { "cosine", "step", "constant", NULL };
static const char *const checkpointing_words[] = { "none", "blocks", NULL };
static const char *const optimiser_words[] = { "lars", "sgd", "adamw", NULL };
static const char *const positives_words[] = { "image", "specimen", NULL };
static const char *const precision_words[] = { "auto", "float32", "bfloat16", NULL };

#define WORDS(name)                                                                      \
  static const char *const *name (void) { return name##_words; }
WORDS (modality)
WORDS (metadata)
WORDS (weights)
WORDS (temperature)
WORDS (schedule)
WORDS (checkpointing)
WORDS (optimiser)
WORDS (positives)
WORDS (precision)

#define FIELD(name) offsetof (PhenoRun, name)

const PhenoKey pheno_run_keys[] = {
  { "collection", "roots", PHENO_KEY_FOLDERS, FIELD (roots), .changes = TRUE,
    .comment = "folders with photographs, separated by ;" },
  { "collection", "species", PHENO_KEY_TEXT, FIELD (species),
    .comment
    = "auto, folder, metadata, or a pattern such as {genus}_{species}_{number}" },
  { "collection", "metadata", PHENO_KEY_FILE, FIELD (metadata), .choices = metadata,
    .changes = TRUE,
    .comment = "auto: metadata.csv in the folders, where there is one; or a table" },
  { "collection", "excluded", PHENO_KEY_NAMES, FIELD (excluded),
    .comment = "images that are left out, separated by ;" },
  { "collection", "modality", PHENO_KEY_CHOICE, FIELD (modality), .choices = modality,
    .comment = "auto: the only one that there is" },
  { "collection", "bands", PHENO_KEY_PIXELS, FIELD (bands),
    .comment
    = "all, rgb, uv, 1,4-7, 550nm, 400-700nm, uniform:16, random:16, pca:16, cie, "
      "receptors:VIEWER" },
  { "collection", "radiometry", PHENO_KEY_PIXELS, FIELD (radiometry),
    .comment = "what is 0 and 1: type, reflectance, percentile or image" },
  { "collection", "levels", PHENO_KEY_LEVELS, FIELD (levels),
    .comment = "of radiometry=percentile: BLACK:WHITE of each band" },
  { "collection", "mask", PHENO_KEY_PIXELS, FIELD (mask),
    .comment
    = "auto, none, alpha, border, band:7, file:masks/{name}.png or colour:#RRGGBB" },
  { "collection", "fill", PHENO_KEY_PIXELS, FIELD (fill),
    .comment = "what background becomes: keep, zero, grey or mean" },
  { "collection", "crop", PHENO_KEY_PIXELS, FIELD (crop),
    .comment = "specimen: the box around the mask" },
  { "collection", "white-reference", PHENO_KEY_PIXELS, FIELD (white_reference),
    .comment = "none, a file, or region:X,Y,WIDTH,HEIGHT of each image" },
  { "collection", "dark-reference", PHENO_KEY_PIXELS, FIELD (dark_reference) },
  { "collection", "reference-reflectance", PHENO_KEY_NUMBER,
    FIELD (reference_reflectance), 0.001, 2, .comment = "of the white reference" },
  { "collection", "cache-limit", PHENO_KEY_NUMBER, FIELD (cache_limit), 0, 1e9,
    .changes = TRUE, .comment = "GB of prepared pixels; 0: what the disk has" },
  { "augment", "recipe", PHENO_KEY_FILE, FIELD (recipe_name),
    .choices = pheno_recipe_names,
    .comment = "a built-in recipe or a file; groups [augment.OPERATION] override it" },
  { "model", "encoder", PHENO_KEY_CHOICE, FIELD (encoder),
    .choices = pheno_model_encoders },
  { "model", "size", PHENO_KEY_INTEGER, FIELD (size), PHENO_SMALLEST_INPUT,
    PHENO_LARGEST_INPUT, .comment = "side of a view in pixels" },
  { "model", "weights", PHENO_KEY_FILE, FIELD (weights), .choices = weights,
    .comment = "random, or a safetensors file with torchvision's parameter names" },
  { "model", "projection", PHENO_KEY_INTEGER, FIELD (projection), 2, 8192,
    .comment = "width of the projection head's output" },
  { "model", "adapter", PHENO_KEY_CHOICE, FIELD (adapter),
    .choices = pheno_model_adapters,
    .comment = "linear: 1 x 1 convolutions from n bands to 3 before the encoder" },
  { "model", "attention", PHENO_KEY_CHOICE, FIELD (attention),
    .choices = pheno_model_attentions,
    .comment = "spectral: factors for the bands, found from their means" },
  { "loss", "kind", PHENO_KEY_CHOICE, FIELD (loss), .choices = pheno_model_losses,
    .comment = "supervised: images of one species are alike, whatever the view" },
  { "loss", "temperature", PHENO_KEY_NUMBER, FIELD (temperature), 0.01, 10 },
  { "loss", "temperature-rule", PHENO_KEY_CHOICE, FIELD (temperature_rule),
    .choices = temperature,
    .comment = "cosine: falls or rises to temperature-end over the run" },
  { "loss", "temperature-end", PHENO_KEY_NUMBER, FIELD (temperature_end), 0.01, 10 },
  { "loss", "local-weight", PHENO_KEY_NUMBER, FIELD (local_weight), 0, 1,
    .comment = "share of the loss that compares place by place" },
  { "training", "epochs", PHENO_KEY_INTEGER, FIELD (epochs), 1, 1000000,
    .changes = TRUE },
  { "training", "batch", PHENO_KEY_INTEGER, FIELD (batch), 2, 65536,
    .comment = "images a batch; each gives two views" },
  { "training", "accumulate", PHENO_KEY_INTEGER, FIELD (accumulate), 1, 4096,
    .comment = "batches a step of the optimiser; adds no negatives to the loss" },
  { "training", "optimiser", PHENO_KEY_CHOICE, FIELD (optimiser), .choices = optimiser },
  { "training", "positives", PHENO_KEY_CHOICE, FIELD (positives), .choices = positives,
    .comment = "image: pairs are two views of an image; specimen: of two of its images" },
  { "training", "positive-column", PHENO_KEY_TEXT, FIELD (positive_column),
    .comment = "auto, or the column that says which images show one specimen" },
  { "training", "learning-rate", PHENO_KEY_RATE, FIELD (learning_rate), 1e-9, 1000 },
  { "training", "weight-decay", PHENO_KEY_NUMBER, FIELD (weight_decay), 0, 1 },
  { "training", "momentum", PHENO_KEY_NUMBER, FIELD (momentum), 0, 0.9999,
    .comment = "of sgd and lars" },
  { "training", "clip", PHENO_KEY_NUMBER, FIELD (clip), 0, 1e6,
    .comment = "longest gradient of a step; 0: any length" },
  { "training", "warm-up", PHENO_KEY_INTEGER, FIELD (warm_up), 0, 1000000,
    .changes = TRUE,
    .comment = "epochs in which the learning rate rises; at most half of all" },
  { "training", "schedule", PHENO_KEY_CHOICE, FIELD (schedule), .choices = schedule,
    .comment
    = "of the learning rate after the warm-up; step: a tenth at 60 % and at 80 %" },
  { "training", "freeze", PHENO_KEY_INTEGER, FIELD (freeze), 0, 64,
    .comment = "stages of the encoder, from the first, that stay as they are" },
  { "training", "layer-decay", PHENO_KEY_NUMBER, FIELD (layer_decay), 0.01, 1,
    .comment = "of the learning rate from a stage to the one before it" },
  { "training", "checkpointing", PHENO_KEY_CHOICE, FIELD (checkpointing),
    .choices = checkpointing,
    .comment = "blocks: less memory for transformers, a third more time" },
  { "training", "patience", PHENO_KEY_INTEGER, FIELD (patience), 0, 1000000,
    .changes = TRUE,
    .comment = "epochs without a lower loss after which training stops; 0: never" },
  { "training", "seed", PHENO_KEY_SEED, FIELD (seed) },
  { "training", "precision", PHENO_KEY_CHOICE, FIELD (precision), .choices = precision },
  { "training", "device", PHENO_KEY_TEXT, FIELD (device), .changes = TRUE },
  { "training", "threads", PHENO_KEY_INTEGER, FIELD (threads), 0, 4096, .changes = TRUE,
    .comment = "0: one for each core" },
};

const guint pheno_n_run_keys = G_N_ELEMENTS (pheno_run_keys);

const PhenoKey *
pheno_run_find_key (const char *group, const char *name)
{
  for (guint i = 0; i < pheno_n_run_keys; i++)
    if (g_str_equal (pheno_run_keys[i].group, group)
        && g_str_equal (pheno_run_keys[i].name, name))
      return &pheno_run_keys[i];

  return NULL;
}

char *
pheno_key_full_name (const PhenoKey *key)
{
  return g_strconcat (key->group, ".", key->name, NULL);
}
