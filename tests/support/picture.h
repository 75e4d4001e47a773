/* picture.h - small PNG files for tests
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"
#include "tests/support/folder.h"

/* Writes FOLDER/@file, @width x @height of one colour; (transfer full): its path. */
static inline char *
test_picture_add (const char *folder, const char *file, int width, int height, guint8 red,
                  guint8 green, guint8 blue)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image
      = pheno_image_new (width, height, 3, PHENO_SAMPLE_UINT8, &error);
  char *path = test_folder_add (folder, file, "", 0);
  guint8 *pixels;

  g_assert_no_error (error);
  pixels = image->pixels;
  for (int i = 0; i < width * height; i++)
    {
      pixels[i * 3] = red;
      pixels[i * 3 + 1] = green;
      pixels[i * 3 + 2] = blue;
    }
  g_assert_cmpint (g_remove (path), ==, 0);
  pheno_image_save (image, path, &error);
  g_assert_no_error (error);

  return path;
}
