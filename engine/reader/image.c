/* image.c - pixels with bands, in memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/reader.h"

#include <string.h>

static const char *const modality_names[] = {
  [PHENO_MODALITY_RGB] = "rgb",
  [PHENO_MODALITY_MULTISPECTRAL] = "multispectral",
  [PHENO_MODALITY_HYPERSPECTRAL] = "hyperspectral",
};

static const struct
{
  const char *name;
  gsize size;
  double white;
} sample_types[] = {
  [PHENO_SAMPLE_UINT8] = { "uint8", 1, 255 },
  [PHENO_SAMPLE_UINT16] = { "uint16", 2, 65535 },
  [PHENO_SAMPLE_FLOAT32] = { "float32", 4, 1 },
};

const char *
pheno_modality_name (PhenoModality modality)
{
  g_return_val_if_fail ((guint) modality < G_N_ELEMENTS (modality_names), NULL);

  return modality_names[modality];
}

const char *
pheno_sample_type_name (PhenoSampleType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (sample_types), NULL);

  return sample_types[type].name;
}

gsize
pheno_sample_size (PhenoSampleType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (sample_types), 0);

  return sample_types[type].size;
}

void
pheno_image_header_clear (PhenoImageHeader *header)
{
  g_clear_pointer (&header->wavelengths_nm, g_free);
}

PhenoImage *
pheno_image_new (int width, int height, int bands, PhenoSampleType type, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;
  gsize bytes = pheno_sample_size (type);

  if (width < 1 || height < 1 || bands < 1 || !g_size_checked_mul (&bytes, bytes, width)
      || !g_size_checked_mul (&bytes, bytes, height)
      || !g_size_checked_mul (&bytes, bytes, bands) || bytes > G_MAXSSIZE)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("An image of %d × %d pixels with %d bands has no sensible size. See "
             "whether the file is whole."),
          width, height, bands);
      return NULL;
    }

  image = g_new0 (PhenoImage, 1);
  image->width = width;
  image->height = height;
  image->bands = bands;
  image->type = type;
  image->white = sample_types[type].white;
  image->pixels = g_try_malloc0 (bytes);
  if (image->pixels == NULL)
    {
      g_autofree char *size = g_format_size (bytes);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("An image of %d × %d pixels with %d bands needs %s of memory, which is not "
             "free. Close other programs, or ask for a smaller size."),
          width, height, bands, size);
      return NULL;
    }

  return g_steal_pointer (&image);
}

void
pheno_image_free (PhenoImage *image)
{
  if (image == NULL)
    return;

  g_free (image->pixels);
  g_free (image->mask);
  g_free (image->wavelengths_nm);
  g_free (image);
}

static inline float
sample_at (const PhenoImage *image, gsize index)
{
  switch (image->type)
    {
    case PHENO_SAMPLE_UINT8:
      return ((const guint8 *) image->pixels)[index];
    case PHENO_SAMPLE_UINT16:
      return ((const guint16 *) image->pixels)[index];
    case PHENO_SAMPLE_FLOAT32:
    default:
      return ((const float *) image->pixels)[index];
    }
}

void
pheno_image_to_float (const PhenoImage *image, float *values)
{
  gsize plane, bands;
  float scale, black;

  g_return_if_fail (image != NULL && values != NULL && image->white != image->black);

  plane = (gsize) image->width * image->height;
  bands = image->bands;
  scale = 1 / (image->white - image->black);
  black = image->black;
  for (gsize band = 0; band < bands; band++)
    for (gsize i = 0; i < plane; i++)
      values[band * plane + i] = (sample_at (image, i * bands + band) - black) * scale;
}
