/* cube.h - the pixels of tests/golden/reader/cubes, by formula
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"
#include "tests/support/folder.h"

#define CUBE_WIDTH 5
#define CUBE_HEIGHT 7
#define CUBE_BANDS 6

static inline double
cube_value (PhenoSampleType type, int x, int y, int band)
{
  double value = 1000 * band + 31 * y + 7 * x;

  switch (type)
    {
    case PHENO_SAMPLE_UINT8:
      return (band * 41 + y * 7 + x * 3) % 256;
    case PHENO_SAMPLE_INT8:
      return (band * 41 + y * 7 + x * 3) % 256 - 128;
    case PHENO_SAMPLE_INT16:
    case PHENO_SAMPLE_INT32:
    case PHENO_SAMPLE_INT64:
      return value - 3000;
    case PHENO_SAMPLE_FLOAT16:
    case PHENO_SAMPLE_FLOAT32:
    case PHENO_SAMPLE_FLOAT64:
      return (value - 3000) / 4;
    case PHENO_SAMPLE_UINT16:
    case PHENO_SAMPLE_UINT32:
    case PHENO_SAMPLE_UINT64:
    default:
      return value;
    }
}

/* As a half holds it: 11 bits. */
static inline double
cube_rounded (PhenoSampleType type, double value)
{
  int exponent;

  if (type != PHENO_SAMPLE_FLOAT16 || value == 0)
    return value;
  frexp (value, &exponent);

  return ldexp (rint (ldexp (value, 11 - exponent)), exponent - 11);
}

/* A part, by both ways of reading it. */
static inline void
cube_check_part (PhenoSource *source, const PhenoRegion *region, const int *bands,
                 int n_bands)
{
  const PhenoRegion whole = { 0, 0, CUBE_WIDTH, CUBE_HEIGHT };
  const PhenoRegion *part = region != NULL ? region : &whole;
  int count = bands != NULL ? n_bands : CUBE_BANDS;
  gsize plane = (gsize) part->width * part->height;
  g_autofree float *planes = g_new0 (float, plane *count);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image
      = pheno_source_read (source, region, bands, n_bands, &error);

  g_assert_no_error (error);
  g_assert_true (
      pheno_source_read_planes (source, region, bands, n_bands, planes, &error));
  g_assert_no_error (error);
  g_assert_cmpint (image->bands, ==, count);
  g_assert_true (image->type == pheno_source_header (source)->type);
  for (int y = 0; y < part->height; y++)
    for (int x = 0; x < part->width; x++)
      for (int i = 0; i < count; i++)
        {
          int band = bands != NULL ? bands[i] : i;
          double wanted = cube_rounded (
              image->type, cube_value (image->type, part->x + x, part->y + y, band));
          gsize at = (gsize) y * part->width + x;

          g_assert_cmpfloat (pheno_image_sample (image, at * count + i), ==, wanted);
          g_assert_cmpfloat (planes[i * plane + at], ==, wanted);
        }
}

/* The whole, a region, some bands in an order of their own, one pixel. */
static inline void
cube_check (const char *path)
{
  static const PhenoRegion inside = { 1, 2, 3, 4 }, corner = { 4, 6, 1, 1 };
  static const int some[] = { 4, 0, 5, 4 }, one[] = { 3 };
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoSource) source = pheno_source_open (path, &error);
  const PhenoImageHeader *header;

  g_test_message ("%s", path);
  g_assert_no_error (error);
  header = pheno_source_header (source);
  g_assert_cmpint (header->width, ==, CUBE_WIDTH);
  g_assert_cmpint (header->height, ==, CUBE_HEIGHT);
  g_assert_cmpint (header->bands, ==, CUBE_BANDS);
  g_assert_true (header->modality == PHENO_MODALITY_MULTISPECTRAL);
  cube_check_part (source, NULL, NULL, 0);
  cube_check_part (source, &inside, NULL, 0);
  cube_check_part (source, &inside, some, G_N_ELEMENTS (some));
  cube_check_part (source, NULL, one, 1);
  cube_check_part (source, &corner, some, G_N_ELEMENTS (some));
}

/* (transfer full) (array zero-terminated=1): paths of the golden cubes with this prefix
 * and extension. */
static inline GStrv
cube_files (const char *prefix, const char *extension)
{
  g_autofree char *folder
      = g_test_build_filename (G_TEST_DIST, "golden", "reader", "cubes", NULL);
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  const char *name;

  g_assert_nonnull (entries);
  while ((name = g_dir_read_name (entries)) != NULL)
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, extension))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_strv_builder_add (paths, path);
      }

  return g_strv_builder_end (paths);
}

static inline PhenoSource *
cube_open (const char *name)
{
  g_autofree char *path
      = g_test_build_filename (G_TEST_DIST, "golden", "reader", "cubes", name, NULL);
  g_autoptr (GError) error = NULL;
  PhenoSource *source = pheno_source_open (path, &error);

  g_assert_no_error (error);

  return source;
}

/* Asserts that a file is refused in one sentence with these words. */
static inline void
cube_check_refused (const char *path, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoSource) source = pheno_source_open (path, &error);

  g_assert_null (source);
  g_assert_true (error->domain == PHENO_ERROR);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strchr (error->message, '\n'));
}
