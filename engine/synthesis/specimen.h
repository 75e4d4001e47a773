/* specimen.h - one pinned animal: who it is, how it lies, and what is at each point
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * This is the spectral core, which every camera looks at. It knows materials and light
 * and no colours: at a point the specimen is a mixture of materials, and a sensor of any
 * number of bands sees
 *
 *     light * sum over materials of weight * (the material's response in that band)
 */
#pragma once

#include "engine/synthesis/species.h"

/* The materials of a picture: the parts of the wing and what lies around it. */
enum
{
  PHENO_SCENE_CARD = PHENO_N_PARTS,
  PHENO_SCENE_INK,  /* scale bar, pin */
  PHENO_SCENE_GREY, /* the middle grey standard */
  PHENO_SCENE_WHITE,
  PHENO_N_SCENE
};

/**
 * PhenoSpecimen:
 * @x, @y: of the thorax, in units of half the picture, y upward
 * @unit: half the wingspan in the same units
 * @lift: of left and right fore- and hindwing against the species' angles, radians
 * @kelvin: colour temperature of the lamp; @gain: error of the white balance, and of the
 *   one in the ultraviolet
 */
typedef struct
{
  guint64 seed;
  int number, species_index;
  gboolean female, ventral;
  PhenoSpecies species; /* with the individual's own amounts and pattern */
  float x, y, unit, rotation;
  float lift[2][2];
  float wear;
  float kelvin, exposure, gain[3], ultraviolet_gain[3], noise, card;
  guint32 texture; /* key of everything that is irregular on it */
} PhenoSpecimen;

/* Draws specimen @number: a function of @seed, @number and the species and of nothing
 * else. */
void pheno_specimen_draw (guint64 seed, int number, int species_index,
                          PhenoSpecimen *specimen);

/* @material: (out caller-allocates): PHENO_N_SCENE materials of its picture */
void pheno_specimen_materials (const PhenoSpecimen *specimen, PhenoMaterial *material);

/**
 * pheno_specimen_at:
 * @x: -1 to 1 from left to right; @y from bottom to top
 * @pixel: width of a pixel in the same units; edges are smooth over it
 * @weight: (out caller-allocates): PHENO_N_SCENE shares, sum 1
 *
 * Returns: light at that point: shading and shadow, about 1
 */
float pheno_specimen_at (const PhenoSpecimen *specimen, float x, float y, float pixel,
                         float *weight);

/* Standard normal numbers 4 * @block to 4 * @block + 3 of stream @stream. */
void pheno_specimen_normals (const PhenoSpecimen *specimen, guint32 stream, guint32 block,
                             float normal[4]);
