/* picture.h - pictures and recipes for tests of views
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <string.h>

#include "engine/augment/draw.h"

static inline PhenoRecipe *
recipe_from (const char *text)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe;

  g_key_file_load_from_data (key_file, text, strlen (text), 0, &error);
  g_assert_no_error (error);
  recipe = pheno_recipe_new_from_key_file (NULL, key_file, &error);
  g_assert_no_error (error);
  return recipe;
}

/* An 8-bit image of noise on its own exact piece of memory, so that the address sanitizer
 * sees one byte too many. */
static inline PhenoImage
noise (int width, int height, int bands, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gsize count = (gsize) width * (gsize) height * (gsize) bands;
  guint8 *pixels = g_malloc (count);

  for (gsize i = 0; i < count; i++)
    pixels[i] = (guint8) g_rand_int_range (random, 0, 256);
  return (PhenoImage){ .width = width,
                       .height = height,
                       .bands = bands,
                       .type = PHENO_SAMPLE_UINT8,
                       .pixels = pixels,
                       .white = 255 };
}
