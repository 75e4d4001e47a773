/* operation.c - the table of operations
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A new operation is a constant PhenoOperationClass in the file of its family, its name
 * in operation.h, and a row here. Recipes, checks, descriptions and the window follow
 * from the row.
 */
#include "engine/augment/operation.h"

#include <string.h>

const PhenoOperationClass *const pheno_operation_classes[PHENO_N_OPERATIONS] = {
  [PHENO_RESIZED_CROP] = &pheno_resized_crop,
  [PHENO_RESIZE_AND_PAD] = &pheno_resize_and_pad,
  [PHENO_HORIZONTAL_FLIP] = &pheno_horizontal_flip,
  [PHENO_VERTICAL_FLIP] = &pheno_vertical_flip,
  [PHENO_ROTATION] = &pheno_rotation,
  [PHENO_AFFINE] = &pheno_affine,
  [PHENO_PERSPECTIVE] = &pheno_perspective,
  [PHENO_THIN_PLATE_SPLINE] = &pheno_thin_plate_spline,
  [PHENO_BACKGROUND] = &pheno_background,
  [PHENO_SPECTRAL_SHIFT] = &pheno_spectral_shift,
  [PHENO_SPECTRAL_SMOOTHING] = &pheno_spectral_smoothing,
  [PHENO_ILLUMINANT] = &pheno_illuminant,
  [PHENO_UV_INTENSITY] = &pheno_uv_intensity,
  [PHENO_VIGNETTING] = &pheno_vignetting,
  [PHENO_COLOUR_JITTER] = &pheno_colour_jitter,
  [PHENO_GAMMA] = &pheno_gamma,
  [PHENO_GRAYSCALE] = &pheno_grayscale,
  [PHENO_POSTERISE] = &pheno_posterise,
  [PHENO_SOLARISE] = &pheno_solarise,
  [PHENO_SHARPNESS] = &pheno_sharpness,
  [PHENO_GAUSSIAN_BLUR] = &pheno_gaussian_blur,
  [PHENO_GAUSSIAN_NOISE] = &pheno_gaussian_noise,
  [PHENO_SENSOR_NOISE] = &pheno_sensor_noise,
  [PHENO_CHANNEL_DROPOUT] = &pheno_channel_dropout,
  [PHENO_BAND_DROPOUT] = &pheno_band_dropout,
  [PHENO_ERASING] = &pheno_erasing,
  [PHENO_NORMALISE] = &pheno_normalise,
};

guint
pheno_operation_count (void)
{
  return PHENO_N_OPERATIONS;
}

const PhenoOperation *
pheno_operation_get (guint index)
{
  g_return_val_if_fail (index < PHENO_N_OPERATIONS, NULL);

  return &pheno_operation_classes[index]->info;
}

int
pheno_operation_find (const char *name)
{
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    if (strcmp (pheno_operation_classes[i]->info.name, name) == 0)
      return (int) i;
  return -1;
}

guint32
pheno_stream_word (PhenoStream *stream, guint index)
{
  if (stream->block != index / 4)
    {
      /* 2^24 words for each operation are more than any will draw for one view. */
      pk_random4 counter = { { stream->key.image, stream->key.view, stream->key.epoch,
                               stream->address << 24 | index / 4 } };

      stream->block = index / 4;
      stream->words = pk_philox (counter, stream->key.seed);
    }
  return stream->words.word[index % 4];
}

double
pheno_stream_uniform (PhenoStream *stream, guint index, double low, double high)
{
  return low + (high - low) * (double) pk_uniform (pheno_stream_word (stream, index));
}

void
pheno_geometry_before (PhenoGeometry *geometry, const double step[9])
{
  double *map = geometry->bent ? geometry->after : geometry->inverse;
  double product[9] = { 0 };

  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 3; column++)
      for (int k = 0; k < 3; k++)
        product[3 * row + column] += map[3 * row + k] * step[3 * k + column];
  memcpy (map, product, sizeof product);
}

void
pheno_geometry_set_outside (PhenoGeometry *geometry, const PhenoFrame *frame,
                            PhenoOutside outside)
{
  gboolean padded = geometry->width < frame->size || geometry->height < frame->size;

  if (!padded) /* else the corners are as what surrounds the image already */
    geometry->outside = outside;
}
