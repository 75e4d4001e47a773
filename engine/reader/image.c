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
  [PHENO_SAMPLE_INT8] = { "int8", 1, G_MAXINT8 },
  [PHENO_SAMPLE_INT16] = { "int16", 2, G_MAXINT16 },
  [PHENO_SAMPLE_UINT32] = { "uint32", 4, G_MAXUINT32 },
  [PHENO_SAMPLE_INT32] = { "int32", 4, G_MAXINT32 },
  [PHENO_SAMPLE_UINT64] = { "uint64", 8, 18446744073709551615.0 },
  [PHENO_SAMPLE_INT64] = { "int64", 8, 9223372036854775807.0 },
  [PHENO_SAMPLE_FLOAT16] = { "float16", 2, 1 },
  [PHENO_SAMPLE_FLOAT64] = { "float64", 8, 1 },
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
  g_clear_pointer (&header->widths_nm, g_free);
  g_clear_pointer (&header->band_names, g_strfreev);
  g_clear_pointer (&header->bad_bands, g_free);
  g_clear_pointer (&header->dataset, g_free);
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

  pheno_use_large_pages (image->pixels, bytes);

  return g_steal_pointer (&image);
}

void
pheno_image_free (PhenoImage *image)
{
  if (image == NULL)
    return;

  g_free (image->pixels);
  g_free (image->mask);
  g_free (image->band_black);
  g_free (image->band_white);
  g_free (image->wavelengths_nm);
  g_strfreev (image->band_names);
  g_free (image);
}

/* (nullable) (transfer full): one value for each band. */
static double *
pick_values (const double *values, const int *bands, int n)
{
  double *picked = values != NULL ? g_new (double, n) : NULL;

  for (int i = 0; picked != NULL && i < n; i++)
    picked[i] = values[bands[i]];
  return picked;
}

PhenoImage *
pheno_image_pick (const PhenoImage *image, const int *bands, int n)
{
  gsize count = (gsize) image->width * image->height;
  gsize bytes = pheno_sample_size (image->type), all = bytes * image->bands;
  PhenoImage *picked = g_memdup2 (image, sizeof *image);
  const guint8 *from = image->pixels;
  guint8 *to = picked->pixels = g_malloc (count * n * bytes);

  picked->bands = n;
  picked->mask = g_memdup2 (image->mask, image->mask != NULL ? count : 0);
  picked->band_black = pick_values (image->band_black, bands, n);
  picked->band_white = pick_values (image->band_white, bands, n);
  picked->wavelengths_nm = pick_values (image->wavelengths_nm, bands, n);
  if (image->band_names != NULL)
    {
      picked->band_names = g_new0 (char *, n + 1);
      for (int i = 0; i < n; i++)
        picked->band_names[i] = g_strdup (image->band_names[bands[i]]);
    }
  for (gsize at = 0; at < count; at++, from += all)
    for (int i = 0; i < n; i++, to += bytes)
      memcpy (to, from + bands[i] * bytes, bytes);
  return picked;
}

/* IEEE 754 binary16, with its subnormal numbers, infinities and NaN. */
static double
from_half (guint16 bits)
{
  double sign = (bits & 0x8000) != 0 ? -1 : 1;
  int exponent = (bits >> 10) & 0x1f, fraction = bits & 0x3ff;

  if (exponent == 0x1f)
    return fraction != 0 ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (fraction, -24);
  return sign * ldexp (1024 + fraction, exponent - 25);
}

double
pheno_image_sample (const PhenoImage *image, gsize index)
{
  const void *pixels = image->pixels;

  switch (image->type)
    {
    case PHENO_SAMPLE_UINT8:
      return ((const guint8 *) pixels)[index];
    case PHENO_SAMPLE_UINT16:
      return ((const guint16 *) pixels)[index];
    case PHENO_SAMPLE_INT8:
      return ((const gint8 *) pixels)[index];
    case PHENO_SAMPLE_INT16:
      return ((const gint16 *) pixels)[index];
    case PHENO_SAMPLE_UINT32:
      return ((const guint32 *) pixels)[index];
    case PHENO_SAMPLE_INT32:
      return ((const gint32 *) pixels)[index];
    case PHENO_SAMPLE_UINT64:
      return (double) ((const guint64 *) pixels)[index];
    case PHENO_SAMPLE_INT64:
      return (double) ((const gint64 *) pixels)[index];
    case PHENO_SAMPLE_FLOAT16:
      return from_half (((const guint16 *) pixels)[index]);
    case PHENO_SAMPLE_FLOAT64:
      return ((const double *) pixels)[index];
    case PHENO_SAMPLE_FLOAT32:
    default:
      return ((const float *) pixels)[index];
    }
}

double
pheno_image_black (const PhenoImage *image, int band)
{
  return image->band_black != NULL ? image->band_black[band] : image->black;
}

double
pheno_image_white (const PhenoImage *image, int band)
{
  return image->band_white != NULL ? image->band_white[band] : image->white;
}

void
pheno_image_to_float (const PhenoImage *image, float *values)
{
  gsize plane, bands;

  g_return_if_fail (image != NULL && values != NULL);

  plane = (gsize) image->width * image->height;
  bands = image->bands;
  for (gsize band = 0; band < bands; band++)
    {
      double black = pheno_image_black (image, (int) band);
      double scale = 1 / (pheno_image_white (image, (int) band) - black);

      for (gsize i = 0; i < plane; i++)
        values[band * plane + i]
            = (float) ((pheno_image_sample (image, i * bands + band) - black) * scale);
    }
}
