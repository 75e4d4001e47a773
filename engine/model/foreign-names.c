/* foreign-names.c - what other programs call a parameter
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "engine/model/foreign-names.h"

typedef struct
{
  const char *ours, *theirs;
} Pair;

/* The start of a name of a transformer, torchvision's and timm's. */
static const Pair vit_starts[] = { { "class_token", "cls_token" },
                                   { "encoder.pos_embedding", "pos_embed" },
                                   { "conv_proj.", "patch_embed.proj." },
                                   { "encoder.ln.", "norm." } };
static const Pair vit_parts[] = { { "ln_1.", "norm1." },
                                  { "ln_2.", "norm2." },
                                  { "self_attention.in_proj_", "attn.qkv." },
                                  { "self_attention.out_proj.", "attn.proj." },
                                  { "mlp.0.", "mlp.fc1." },
                                  { "mlp.3.", "mlp.fc2." } };
static const Pair vit_older[]
    = { { "mlp.0.", "mlp.linear_1." }, { "mlp.3.", "mlp.linear_2." } };

/* EfficientNet: the parts of a block that widens, and of the first, which does not. */
static const Pair wide_parts[]
    = { { "conv_pw.", "_expand_conv." },    { "bn1.", "_bn0." },
        { "conv_dw.", "_depthwise_conv." }, { "bn2.", "_bn1." },
        { "conv_pwl.", "_project_conv." },  { "bn3.", "_bn2." } };
static const Pair first_parts[] = { { "conv_dw.", "_depthwise_conv." },
                                    { "bn1.", "_bn1." },
                                    { "conv_pw.", "_project_conv." },
                                    { "bn2.", "_bn2." } };
static const Pair net_starts[] = { { "conv_stem.", "_conv_stem." },
                                   { "conv_head.", "_conv_head." },
                                   { "bn1.", "_bn0." },
                                   { "bn2.", "_bn1." } };
static const int blocks_before[] = { 0, 1, 3, 5, 8, 11, 15 };

/* @name with its start changed, or NULL. */
static char *
change_start (const char *name, const Pair *pairs, gsize n, const char *before)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_has_prefix (name, pairs[i].ours))
      return g_strconcat (before, pairs[i].theirs, name + strlen (pairs[i].ours), NULL);

  return NULL;
}

static void
add_vit_names (const char *name, GPtrArray *names)
{
  g_autofree char *timm = NULL, *old = NULL;
  char *other;
  int number, length = 0;

  if (sscanf (name, "encoder.layers.encoder_layer_%d.%n", &number, &length) != 1
      || length == 0)
    {
      other = change_start (name, vit_starts, G_N_ELEMENTS (vit_starts), "");
      if (other != NULL)
        g_ptr_array_add (names, other);
      return;
    }

  timm = g_strdup_printf ("blocks.%d.", number);
  old = g_strndup (name, (gsize) length);
  other = change_start (name + length, vit_parts, G_N_ELEMENTS (vit_parts), timm);
  if (other != NULL)
    g_ptr_array_add (names, other);
  other = change_start (name + length, vit_older, G_N_ELEMENTS (vit_older), old);
  if (other != NULL)
    g_ptr_array_add (names, other);
}

static void
add_efficientnet_names (const char *name, GPtrArray *names)
{
  g_autofree char *before = NULL;
  int stage, block, length = 0;
  char *other;

  if (sscanf (name, "blocks.%d.%d.%n", &stage, &block, &length) != 2 || length == 0)
    {
      other = change_start (name, net_starts, G_N_ELEMENTS (net_starts), "");
      if (other != NULL)
        g_ptr_array_add (names, other);
      return;
    }
  if (stage < 0 || stage >= (int) G_N_ELEMENTS (blocks_before))
    return;

  before = g_strdup_printf ("_blocks.%d.", blocks_before[stage] + block);
  other = stage == 0 ? change_start (name + length, first_parts,
                                     G_N_ELEMENTS (first_parts), before)
                     : change_start (name + length, wide_parts, G_N_ELEMENTS (wide_parts),
                                     before);
  if (other != NULL)
    g_ptr_array_add (names, other);
}

GStrv
pheno_foreign_names (const char *parameter)
{
  GPtrArray *names = g_ptr_array_new ();

  add_vit_names (parameter, names);
  add_efficientnet_names (parameter, names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}
