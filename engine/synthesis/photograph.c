/* photograph.c - the specimen as an RGB photograph
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reflectances mix linearly, so each material is integrated over the spectrum once and
 * a pixel is a mixture of the responses: the same number as from the mixed spectrum.
 */
#include "engine/synthesis/photograph.h"

#define ENCODING_STEPS 16384

/* sRGB's curve as a table, made once: IEC 61966-2-1. */
static const guint8 *
encoding (void)
{
  static guint8 table[ENCODING_STEPS + 1];
  static gsize made = 0;

  if (g_once_init_enter (&made))
    {
      for (int i = 0; i <= ENCODING_STEPS; i++)
        {
          double x = (double) i / ENCODING_STEPS;
          double y = x <= 0.0031308 ? 12.92 * x : 1.055 * pow (x, 1 / 2.4) - 0.055;

          table[i] = (guint8) (255 * y + 0.5);
        }
      g_once_init_leave (&made, 1);
    }
  return table;
}

void
pheno_photograph_respond (const PhenoSpecimen *specimen,
                          float response[PHENO_N_SCENE][PHENO_N_CHANNELS])
{
  PhenoMaterial material[PHENO_N_SCENE];
  float reflectance[PHENO_SPECTRUM_BANDS];

  pheno_specimen_materials (specimen, material);
  for (int m = 0; m < PHENO_N_SCENE; m++)
    {
      pheno_material_reflectance (&material[m], reflectance);
      pheno_spectrum_respond (reflectance, specimen->kelvin, response[m]);
    }
}

static guint8
encode (float signal, const guint8 *table)
{
  return table[(int) (CLAMP (signal, 0, 1) * ENCODING_STEPS + 0.5f)];
}

void
pheno_photograph_take (const PhenoSpecimen *specimen, int size, guint8 *pixels)
{
  float response[PHENO_N_SCENE][PHENO_N_CHANNELS], weight[PHENO_N_SCENE], normal[4];
  const guint8 *table = encoding ();
  float pixel = 2.0f / size;

  pheno_photograph_respond (specimen, response);
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++)
      {
        gsize at = (gsize) row * size + column;
        float light = specimen->exposure
                      * pheno_specimen_at (specimen, (column + 0.5f) * pixel - 1,
                                           1 - (row + 0.5f) * pixel, pixel, weight);

        pheno_specimen_normals (specimen, PHENO_STREAM_SENSOR, (guint32) at, normal);
        for (int c = 0; c < 3; c++)
          {
            float signal = 0;

            for (int m = 0; m < PHENO_N_SCENE; m++)
              signal += weight[m] * response[m][c];
            signal = pheno_sensor_expose (signal * light * specimen->gain[c],
                                          specimen->noise, normal[c]);
            pixels[3 * at + c] = encode (signal, table);
          }
      }
}
