/* vit.c - vision transformers as graphs, with torchvision's names
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     conv_proj: patches of 16 or 32 pixels       "stem", with class token and positions
 *     encoder.layers.encoder_layer_0 ...          "block1" ... "blockL"
 *     encoder.ln, its class token                 "features"
 *
 * A block is x + attention (norm (x)), then x + mlp (norm (x)), with gelu in between.
 * Dosovitskiy et al. 2021, arXiv:2010.11929; ViT-S from Touvron et al. 2021,
 * arXiv:2012.12877.
 */
#include "engine/model/vit.h"

typedef struct
{
  const char *name;
  int patch, layers, heads, width;
} Size;

static const Size sizes[] = {
  { "vit-s-16", 16, 12, 6, 384 },
  { "vit-b-16", 16, 12, 12, 768 },
  { "vit-b-32", 32, 12, 12, 768 },
  { "vit-l-16", 16, 24, 16, 1024 },
};

/* Of torchvision's and timm's alike. */
#define EPSILON 1e-6f
#define MLP_RATIO 4

static const Size *
find_size (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (g_str_equal (sizes[i].name, name))
      return &sizes[i];

  return NULL;
}

int
pheno_vit_patch (const char *name)
{
  const Size *size = find_size (name);

  return size != NULL ? size->patch : 0;
}

int
pheno_vit_layers (const char *name)
{
  const Size *size = find_size (name);

  return size != NULL ? size->layers : 0;
}

/* The class token and, with @tokens, the mean of the others after the last norm. */
static pk_value
block (pk_graph *graph, pk_value x, const Size *size, int number)
{
  g_autofree char *stem = g_strdup_printf ("encoder.layers.encoder_layer_%d.", number);
  g_autofree char *ln_1 = g_strconcat (stem, "ln_1", NULL);
  g_autofree char *ln_2 = g_strconcat (stem, "ln_2", NULL);
  g_autofree char *in = g_strconcat (stem, "self_attention.in_proj_", NULL);
  g_autofree char *out = g_strconcat (stem, "self_attention.out_proj", NULL);
  g_autofree char *mlp_0 = g_strconcat (stem, "mlp.0", NULL);
  g_autofree char *mlp_3 = g_strconcat (stem, "mlp.3", NULL);
  pk_value y;

  y = pk_graph_layer_norm (graph, x, ln_1, EPSILON);
  y = pk_graph_linear (graph, y, in, 3 * size->width, true);
  y = pk_graph_attention (graph, y, -1, size->heads);
  y = pk_graph_linear (graph, y, out, size->width, true);
  x = pk_graph_add (graph, x, y);

  y = pk_graph_layer_norm (graph, x, ln_2, EPSILON);
  y = pk_graph_linear (graph, y, mlp_0, MLP_RATIO * size->width, true);
  y = pk_graph_linear (graph, pk_graph_gelu (graph, y), mlp_3, size->width, true);
  return pk_graph_add (graph, x, y);
}

pk_value
pheno_vit_build (pk_graph *graph, const char *name, pk_value input)
{
  const Size *size = find_size (name);
  pk_value x;

  g_return_val_if_fail (size != NULL, -1);

  x = pk_graph_patches (graph, input, "conv_proj", size->width, size->patch);
  x = pk_graph_class_token (graph, x, "class_token", "encoder.pos_embedding");
  pk_graph_keep (graph, x);
  pk_graph_output (graph, x, PHENO_OUTPUT_STEM);

  for (int i = 0; i < size->layers; i++)
    {
      g_autofree char *output = g_strdup_printf ("block%d", i + 1);

      x = block (graph, x, size, i);
      pk_graph_keep (graph, x);
      pk_graph_output (graph, x, output);
    }

  x = pk_graph_layer_norm (graph, x, "encoder.ln", EPSILON);
  pk_graph_output (graph, x, PHENO_OUTPUT_TOKENS);
  x = pk_graph_token (graph, x, 0);
  pk_graph_output (graph, x, PHENO_OUTPUT_FEATURES);

  return x;
}
