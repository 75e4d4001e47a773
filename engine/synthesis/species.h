/* species.h - invented species: the shape of their wings, their pattern, their pigments
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A wing is a fan around its hinge. Inside it a point has two coordinates that every
 * pattern is written in, whatever the shape and the pose:
 *
 *     s  0 at the hinge, 1 at the margin, along a vein
 *     t  0 at the leading edge, 1 at the inner edge, across the veins
 */
#pragma once

#include "engine/synthesis/spectrum.h"

typedef enum
{
  PHENO_PART_GROUND,
  PHENO_PART_PATCH,  /* bands */
  PHENO_PART_ACCENT, /* rings of eyespots, discal spot */
  PHENO_PART_BORDER, /* margin, veins, dark tip */
  PHENO_PART_SPOT,   /* pupils, row of spots along the margin */
  PHENO_PART_BODY,
  PHENO_N_PARTS
} PhenoPart;

#define PHENO_WING_KNOTS 9

/**
 * PhenoWingShape:
 * @angle_from: of the leading edge, degrees above the horizontal, right side
 * @angle_to: of the inner edge
 * @radius: length of the fan at t = 0, 1/8, ..., 1; half the wingspan is about 1
 * @bulge: how far the leading edge is bent outward, degrees
 * @scallop: depth of the waves of the margin between veins
 * @tail: length of a tail at t = @tail_at
 */
typedef struct
{
  float angle_from, angle_to;
  float radius[PHENO_WING_KNOTS];
  float bulge, scallop;
  float tail, tail_at;
} PhenoWingShape;

/**
 * PhenoWingPattern: 0 leaves an element out; lengths along s and t
 * @border: width of the margin; @border_spots: radius of the spots in it
 * @band: centre of a band along s; it runs @band_slant further out at t = 1 than at t = 0
 * @tip: s beyond which the corner t < @tip_to is dark
 * @tip_spots: radius of light spots in the tip
 * @eyespots: how many, from @eyespot_from to @eyespot_to along t, of radius @eyespot
 * @discal: radius of the spot at the end of the cell
 * @veins: darkness of the veins
 * @suffusion: dark from the hinge to this s
 */
typedef struct
{
  float border, border_spots;
  float band, band_width, band_slant;
  float tip, tip_to, tip_spots;
  int eyespots;
  float eyespot, eyespot_at, eyespot_from, eyespot_to;
  float discal;
  float veins;
  float suffusion;
} PhenoWingPattern;

/**
 * PhenoSpecies:
 * @ultraviolet_twin: index of the species that differs in the ultraviolet alone; -1: none
 * @pattern_twin: index of the species of the same pigments and another pattern; -1: none
 * @visible_twin: index of the species that differs in visible light alone, alike in the
 *   ultraviolet; -1: none
 * @underside: share of the structural colour that the underside has
 */
typedef struct
{
  char name[64]; /* "Genus epithet" */
  PhenoMaterial part[PHENO_N_PARTS];
  PhenoWingShape wing[2]; /* forewing, hindwing */
  PhenoWingPattern pattern[2];
  float size;
  float dimorphism; /* how much less structural colour and more border females have, 0 to
                       1 */
  int ultraviolet_twin, pattern_twin, visible_twin;
  float underside;
} PhenoSpecies;

#define PHENO_SPECIES_MAX 44

/* Species @index, from 0: the first 12 are drawn by hand, those from 12 to 39 cross their
 * features, and the last four are a square: two forms in visible light by two forms in
 * the ultraviolet, so that neither kind of picture alone tells all four apart. */
void pheno_species_describe (int index, PhenoSpecies *species);
