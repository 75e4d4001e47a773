/* specimen.c - who one animal is: what is drawn for it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/synthesis/specimen.h"

#include <math.h>

#include "kernels/random.h"

/* Streams of random numbers of a specimen; sensor noise takes its own from outside. */
enum
{
  STREAM_WHO = 0x5350,
  STREAM_POSE,
  STREAM_LIGHT,
  STREAM_AMOUNT,
  STREAM_PATTERN
};

static pk_random4
draw (guint64 seed, int number, guint32 stream, guint32 block)
{
  return pk_philox ((pk_random4){ { block, stream, (guint32) number, 0x77696e67 } },
                    seed);
}

/* Box and Muller 1958: two words give two normals. */
static void
box_muller (guint32 a, guint32 b, float *x, float *y)
{
  float radius = sqrtf (-2 * logf ((a + 0.5f) * 0x1p-32f)),
        angle = b * (float) (2 * G_PI * 0x1p-32);

  *x = radius * cosf (angle);
  *y = radius * sinf (angle);
}

static void
normals (guint64 seed, int number, guint32 stream, guint32 block, float normal[4])
{
  pk_random4 r = draw (seed, number, stream, block);

  box_muller (r.word[0], r.word[1], &normal[0], &normal[1]);
  box_muller (r.word[2], r.word[3], &normal[2], &normal[3]);
}

void
pheno_specimen_normals (const PhenoSpecimen *specimen, guint32 stream, guint32 block,
                        float normal[4])
{
  normals (specimen->seed, specimen->number, stream, block, normal);
}

/* A normal number kept within two deviations: no monsters. */
static float
mild (float normal)
{
  return CLAMP (normal, -2, 2);
}

static void
draw_pose (PhenoSpecimen *specimen)
{
  float z[4], lift[4];

  normals (specimen->seed, specimen->number, STREAM_POSE, 0, z);
  normals (specimen->seed, specimen->number, STREAM_POSE, 1, lift);
  specimen->rotation = 0.05f * mild (z[0]); /* 3 degrees */
  specimen->x = 0.022f * mild (z[1]);
  specimen->y = 0.02f + 0.022f * mild (z[2]);
  specimen->unit = 0.88f * specimen->species.size * (1 + 0.03f * mild (z[3]))
                   * (specimen->female ? 1.04f : 1);
  for (int side = 0; side < 2; side++)
    for (int wing = 0; wing < 2; wing++) /* what both sides share, and what they do not */
      specimen->lift[side][wing]
          = 0.05f * mild (lift[wing]) + (side ? 0.02f : -0.02f) * mild (lift[2 + wing]);
}

static void
draw_light (PhenoSpecimen *specimen)
{
  float z[4], gain[4], ultraviolet[4];

  normals (specimen->seed, specimen->number, STREAM_LIGHT, 0, z);
  normals (specimen->seed, specimen->number, STREAM_LIGHT, 1, gain);
  normals (specimen->seed, specimen->number, STREAM_LIGHT, 2, ultraviolet);
  specimen->kelvin = 5400 + 150 * mild (z[0]);
  specimen->exposure = 0.98f * (1 + 0.03f * mild (z[1]));
  specimen->noise = 0.006f * (1 + 0.2f * mild (z[2]));
  specimen->card = 0.66f + 0.03f * mild (z[3]);
  for (int c = 0; c < 3; c++)
    {
      specimen->gain[c] = 1 + 0.008f * mild (gain[c]);
      specimen->ultraviolet_gain[c] = 1 + 0.02f * mild (ultraviolet[c]);
    }
}

/* The individual's own pigments: amounts differ by a tenth, old animals are pale. */
static void
vary_materials (PhenoSpecimen *specimen)
{
  PhenoSpecies *species = &specimen->species;
  float z[4], shared[4];

  normals (specimen->seed, specimen->number, STREAM_AMOUNT, 100, shared);
  specimen->wear = 0.10f * MIN (fabsf (shared[0]), 2.5f);
  for (int part = 0; part < PHENO_N_PARTS; part++)
    {
      PhenoMaterial *material = &species->part[part];
      float factor;

      normals (specimen->seed, specimen->number, STREAM_AMOUNT, part, z);
      factor = expf (0.08f * mild (z[0])) * (1 - 0.6f * specimen->wear);
      if (specimen->ventral)
        factor *= 0.66f;
      for (int p = 0; p < PHENO_N_PIGMENTS; p++)
        material->amount[p] *= factor;
      material->scatter *= 1 - 0.05f * specimen->wear + 0.015f * mild (z[1]);
      material->structural_nm += 4 * mild (z[2]);
      material->structural_height
          *= (1 - specimen->wear) * (specimen->ventral ? species->underside : 1)
             * (specimen->female ? 1 - 0.6f * species->dimorphism : 1);
      material->ultraviolet *= CLAMP (1 + 0.08f * mild (z[3]), 0, 1.2f);
    }
}

static void
vary_pattern (PhenoSpecimen *specimen)
{
  float z[4], y[4];

  normals (specimen->seed, specimen->number, STREAM_PATTERN, 0, z);
  normals (specimen->seed, specimen->number, STREAM_PATTERN, 1, y);
  for (int wing = 0; wing < 2; wing++)
    {
      PhenoWingPattern *pattern = &specimen->species.pattern[wing];
      float eyespots = 1 + 0.12f * mild (z[2]) + (specimen->ventral ? 0.25f : 0);

      pattern->border
          *= (1 + 0.10f * mild (z[0]))
             * (specimen->female ? 1 + 0.5f * specimen->species.dimorphism : 1);
      pattern->border_spots *= eyespots;
      pattern->band += pattern->band > 0 ? 0.016f * mild (z[1]) : 0;
      pattern->band_width *= 1 + 0.10f * mild (y[0]);
      pattern->eyespot *= eyespots;
      pattern->discal *= 1 + 0.12f * mild (y[1]);
      pattern->tip += pattern->tip > 0 ? 0.02f * mild (y[2]) : 0;
      pattern->suffusion *= 1 + 0.15f * mild (y[3]);
    }
  for (int wing = 0; wing < 2; wing++)
    {
      normals (specimen->seed, specimen->number, STREAM_PATTERN, 2 + wing, z);
      for (int k = 0; k < PHENO_WING_KNOTS; k++)
        specimen->species.wing[wing].radius[k]
            *= 1 + 0.012f * mild (z[k % 4]) * (k % 2 ? 1 : 0.5f);
      specimen->species.wing[wing].tail *= 1 + 0.1f * mild (z[3]);
    }
}

void
pheno_specimen_draw (guint64 seed, int number, int species_index, PhenoSpecimen *specimen)
{
  pk_random4 who = draw (seed, number, STREAM_WHO, 0);

  *specimen
      = (PhenoSpecimen){ .seed = seed, .number = number, .species_index = species_index };
  pheno_species_describe (species_index, &specimen->species);
  specimen->female = who.word[0] & 1;
  specimen->ventral
      = pk_uniform (who.word[1]) < 0.25f; /* most are pinned with the back up */
  specimen->texture = who.word[2];
  draw_pose (specimen);
  draw_light (specimen);
  vary_materials (specimen);
  vary_pattern (specimen);
}

void
pheno_specimen_materials (const PhenoSpecimen *specimen, PhenoMaterial *material)
{
  for (int part = 0; part < PHENO_N_PARTS; part++)
    material[part] = specimen->species.part[part];
  material[PHENO_SCENE_CARD]
      = (PhenoMaterial){ .scatter = specimen->card,
                         .amount = { [PHENO_PIGMENT_PAPILIOCHROME] = 0.12f } };
  material[PHENO_SCENE_INK] = (PhenoMaterial){ .scatter = 0.035f };
  material[PHENO_SCENE_GREY] = (PhenoMaterial){ .scatter = 0.20f };
  material[PHENO_SCENE_WHITE] = (PhenoMaterial){ .scatter = 0.90f };
}
