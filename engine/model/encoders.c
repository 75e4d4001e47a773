/* encoders.c - the table of encoders: what builds them and what they give
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/encoders.h"
#include "engine/model/efficientnet.h"
#include "engine/model/resnet.h"
#include "engine/model/vit.h"

/* @layers: names of the outputs, first to last. */
typedef struct
{
  const char *name;
  pk_value (*build) (pk_graph *graph, const char *name, pk_value input);
  const char *const *layers;
} Encoder;

static const char *const map_layers[]
    = { PHENO_OUTPUT_STEM, PHENO_OUTPUT_LAYER1,   "layer2", "layer3",
        "layer4",          PHENO_OUTPUT_FEATURES, NULL };
static const char *const short_layers[] = { PHENO_OUTPUT_STEM,
                                            "block1",
                                            "block2",
                                            "block3",
                                            "block4",
                                            "block5",
                                            "block6",
                                            "block7",
                                            "block8",
                                            "block9",
                                            "block10",
                                            "block11",
                                            "block12",
                                            PHENO_OUTPUT_TOKENS,
                                            PHENO_OUTPUT_FEATURES,
                                            NULL };
static const char *const long_layers[] = { PHENO_OUTPUT_STEM,
                                           "block1",
                                           "block2",
                                           "block3",
                                           "block4",
                                           "block5",
                                           "block6",
                                           "block7",
                                           "block8",
                                           "block9",
                                           "block10",
                                           "block11",
                                           "block12",
                                           "block13",
                                           "block14",
                                           "block15",
                                           "block16",
                                           "block17",
                                           "block18",
                                           "block19",
                                           "block20",
                                           "block21",
                                           "block22",
                                           "block23",
                                           "block24",
                                           PHENO_OUTPUT_TOKENS,
                                           PHENO_OUTPUT_FEATURES,
                                           NULL };

static const Encoder encoders[] = {
  { "resnet10", pheno_resnet_build, map_layers },
  { "resnet18", pheno_resnet_build, map_layers },
  { "resnet34", pheno_resnet_build, map_layers },
  { "resnet50", pheno_resnet_build, map_layers },
  { "resnet101", pheno_resnet_build, map_layers },
  { "efficientnet-lite0", pheno_efficientnet_build, map_layers },
  { "vit-s-16", pheno_vit_build, short_layers },
  { "vit-b-16", pheno_vit_build, short_layers },
  { "vit-b-32", pheno_vit_build, short_layers },
  { "vit-l-16", pheno_vit_build, long_layers },
};

static const char *const names[]
    = { "resnet10", "resnet18", "resnet34", "resnet50", "resnet101", "efficientnet-lite0",
        "vit-s-16", "vit-b-16", "vit-b-32", "vit-l-16", NULL };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == G_N_ELEMENTS (encoders) + 1);

/* Side at which a file's weights are looked for: any that all of them read. */
#define USUAL_SIZE 224

const char *const *
pheno_model_encoders (void)
{
  return names;
}

static const Encoder *
find_encoder (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (encoders); i++)
    if (g_str_equal (encoders[i].name, name))
      return &encoders[i];

  return NULL;
}

const char *const *
pheno_model_layers (const char *encoder)
{
  const Encoder *this = find_encoder (encoder);

  return this != NULL ? this->layers : NULL;
}

int
pheno_model_patch (const char *encoder)
{
  return MAX (pheno_vit_patch (encoder), 1);
}

pk_value
pheno_encoder_build (pk_graph *graph, const char *name, pk_value input)
{
  const Encoder *this = find_encoder (name);

  g_return_val_if_fail (this != NULL, -1);
  return this->build (graph, name, input);
}

const char *
pheno_model_guess_encoder (const PhenoTensors *tensors)
{
  const char *best = NULL;
  int most = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (encoders); i++)
    {
      PhenoModelOptions options
          = { .encoder = names[i], .bands = 3, .size = USUAL_SIZE, .temperature = 1 };
      pk_graph *graph = pheno_model_new_graph (&options, NULL);
      int found = graph != NULL ? pheno_weights_count (graph, tensors) : 0;

      if (found > most)
        {
          most = found;
          best = names[i];
        }
      g_clear_pointer (&graph, pk_graph_free);
    }

  return best;
}
