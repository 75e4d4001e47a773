/* species.c - invented species: the shape of their wings, their pattern, their pigments
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/synthesis/species.h"

#include <string.h>

#define MELANIN(x) [PHENO_PIGMENT_MELANIN] = x
#define CAROTENOID(x) [PHENO_PIGMENT_CAROTENOID] = x
#define XANTHOPTERIN(x) [PHENO_PIGMENT_XANTHOPTERIN] = x
#define LEUCOPTERIN(x) [PHENO_PIGMENT_LEUCOPTERIN] = x
#define ERYTHROPTERIN(x) [PHENO_PIGMENT_ERYTHROPTERIN] = x
#define OMMOCHROME(x) [PHENO_PIGMENT_OMMOCHROME] = x
#define PAPILIOCHROME(x) [PHENO_PIGMENT_PAPILIOCHROME] = x
#define BILIN(x) [PHENO_PIGMENT_BILIN] = x
#define OF(...)                                                                          \
  {                                                                                      \
    .scatter = 0.85f, .amount = { __VA_ARGS__ }                                          \
  }

/* Pigments in the order of PhenoPart; body last. */
#define BLACK OF (MELANIN (7))
#define BROWN_BODY OF (MELANIN (3.8f), OMMOCHROME (0.3f))
#define DARK_BODY OF (MELANIN (5.5f))
#define WHITE OF (LEUCOPTERIN (2.6f))
#define LEMON OF (XANTHOPTERIN (3.4f), CAROTENOID (0.5f))
#define ORANGE OF (ERYTHROPTERIN (2.2f), XANTHOPTERIN (1))
#define RED OF (OMMOCHROME (3.0f), XANTHOPTERIN (1))
#define CREAM OF (PAPILIOCHROME (1.7f))

enum
{
  BROAD,
  LONG,
  ROUND,
  HOOKED,
  SMALL_TAIL
};

static const PhenoWingShape forewings[] = {
  [BROAD] = { 45,
              -15,
              { .92f, 1.0f, .96f, .88f, .80f, .735f, .69f, .66f, .60f },
              5,
              .012f,
              0,
              0 },
  [LONG] = { 37,
             -14,
             { .90f, 1.05f, 1.0f, .89f, .77f, .665f, .60f, .565f, .51f },
             5,
             .006f,
             0,
             0 },
  [ROUND]
  = { 48, -18, { .82f, .90f, .90f, .87f, .82f, .78f, .74f, .70f, .62f }, 6, .008f, 0, 0 },
  [HOOKED]
  = { 43, -15, { .94f, 1.03f, .93f, .81f, .74f, .71f, .70f, .68f, .60f }, 7, .03f, 0, 0 },
  [SMALL_TAIL] = { 42,
                   -16,
                   { .92f, 1.0f, .94f, .85f, .77f, .71f, .665f, .635f, .58f },
                   4,
                   .012f,
                   0,
                   0 },
};

static const PhenoWingShape hindwings[] = {
  [BROAD]
  = { 24, -83, { .60f, .69f, .73f, .745f, .74f, .72f, .68f, .62f, .53f }, 0, .03f, 0, 0 },
  [LONG]
  = { 20, -82, { .60f, .66f, .66f, .65f, .63f, .60f, .56f, .50f, .44f }, 0, .012f, 0, 0 },
  [ROUND] = { 24,
              -84,
              { .58f, .67f, .71f, .72f, .715f, .70f, .67f, .62f, .54f },
              0,
              .012f,
              0,
              0 },
  [HOOKED] = { 24,
               -83,
               { .60f, .68f, .70f, .71f, .72f, .73f, .71f, .64f, .53f },
               0,
               .055f,
               .06f,
               .62f },
  [SMALL_TAIL] = { 20,
                   -84,
                   { .50f, .58f, .63f, .66f, .68f, .69f, .67f, .60f, .50f },
                   0,
                   .05f,
                   .30f,
                   .66f },
};

typedef struct
{
  const char *name;
  PhenoMaterial part[PHENO_N_PARTS];
  int shape;
  PhenoWingPattern fore, hind;
  float size, dimorphism;
  int ultraviolet_twin, pattern_twin;
} Design;

#define CHROMOPTERA_PATTERN                                                              \
  { .border = .15f,                                                                      \
    .tip = .62f,                                                                         \
    .tip_to = .30f,                                                                      \
    .discal = .05f,                                                                      \
    .veins = .25f,                                                                       \
    .suffusion = .16f },                                                                 \
  {                                                                                      \
    .border = .09f, .discal = .055f, .veins = .2f, .suffusion = .14f                     \
  }
#define CANDIDULA_PATTERN                                                                \
  { .border = .03f,                                                                      \
    .tip = .70f,                                                                         \
    .tip_to = .42f,                                                                      \
    .tip_spots = .03f,                                                                   \
    .discal = .055f,                                                                     \
    .veins = .16f,                                                                       \
    .suffusion = .20f },                                                                 \
  {                                                                                      \
    .border = .02f, .border_spots = 0, .discal = 0, .veins = .14f, .suffusion = .22f     \
  }

/* Twins come last, so that a small number of species is a fair task for a photograph. */
static const Design designs[] = {
  { "Azurina profunda",
    { { .scatter = .85f,
        .amount = { MELANIN (3.4f) },
        .structural_nm = 466,
        .structural_width_nm = 34,
        .structural_height = .62f },
      WHITE,
      WHITE,
      BLACK,
      WHITE,
      DARK_BODY },
    BROAD,
    { .border = .13f,
      .border_spots = .017f,
      .tip = .66f,
      .tip_to = .28f,
      .tip_spots = .028f,
      .veins = .22f,
      .suffusion = .16f },
    { .border = .14f, .border_spots = .018f, .veins = .2f, .suffusion = .2f },
    1.06f,
    .9f,
    -1,
    -1 },
  { "Ignita bicolor",
    { ORANGE, BLACK, BLACK, BLACK, WHITE, DARK_BODY },
    HOOKED,
    { .border = .12f,
      .border_spots = .018f,
      .tip = .60f,
      .tip_to = .34f,
      .tip_spots = .034f,
      .veins = 1,
      .suffusion = .08f },
    { .border = .13f, .border_spots = .02f, .veins = 1, .suffusion = .06f },
    1.02f,
    .3f,
    -1,
    -1 },
  { "Ocellaria rubra",
    { OF (MELANIN (1.5f), OMMOCHROME (.7f)), OF (MELANIN (.6f), PAPILIOCHROME (1)),
      ORANGE, OF (MELANIN (3.4f)), WHITE, BROWN_BODY },
    ROUND,
    { .border = .045f,
      .band = .70f,
      .band_width = .16f,
      .veins = .3f,
      .eyespots = 1,
      .eyespot = .075f,
      .eyespot_at = .72f,
      .eyespot_from = .25f,
      .eyespot_to = .25f,
      .suffusion = .25f },
    { .border = .045f,
      .band = .72f,
      .band_width = .14f,
      .veins = .3f,
      .eyespots = 5,
      .eyespot = .048f,
      .eyespot_at = .74f,
      .eyespot_from = .15f,
      .eyespot_to = .88f,
      .suffusion = .25f },
    .9f,
    .2f,
    -1,
    -1 },
  { "Viridana caudata",
    { OF (BILIN (1.5f), CAROTENOID (1.3f)), BLACK, ORANGE, BLACK, LEMON, DARK_BODY },
    SMALL_TAIL,
    { .border = .14f,
      .band = .52f,
      .band_width = .07f,
      .band_slant = .22f,
      .veins = .4f,
      .suffusion = .18f },
    { .border = .13f,
      .border_spots = .026f,
      .band = .38f,
      .band_width = .06f,
      .veins = .35f,
      .eyespots = 1,
      .eyespot = .07f,
      .eyespot_at = .80f,
      .eyespot_from = .9f,
      .eyespot_to = .9f },
    1.02f,
    .2f,
    -1,
    -1 },
  { "Chromoptera lutea",
    { LEMON, ORANGE, ORANGE, BLACK, LEMON, BROWN_BODY },
    ROUND,
    CHROMOPTERA_PATTERN,
    .94f,
    .3f,
    10,
    -1 },
  { "Fasciata distalis",
    { BLACK, RED, LEMON, BLACK, LEMON, DARK_BODY },
    LONG,
    { .band = .66f, .band_width = .17f, .band_slant = -.05f, .veins = .5f },
    { .band = .50f,
      .band_width = .13f,
      .band_slant = .1f,
      .veins = .3f,
      .border_spots = .016f },
    1,
    .1f,
    -1,
    6 },
  { "Fasciata proxima",
    { BLACK, RED, LEMON, BLACK, LEMON, DARK_BODY },
    LONG,
    { .band = .40f, .band_width = .17f, .band_slant = .12f, .veins = .5f },
    { .band = .70f,
      .band_width = .13f,
      .band_slant = .1f,
      .veins = .3f,
      .border_spots = .016f },
    1,
    .1f,
    -1,
    5 },
  { "Candidula pura",
    { WHITE, WHITE, BLACK, BLACK, WHITE, DARK_BODY },
    BROAD,
    CANDIDULA_PATTERN,
    .96f,
    .4f,
    11,
    -1 },
  { "Nocturna fulva",
    { OF (MELANIN (3), OMMOCHROME (.8f)),
      CREAM,
      { .scatter = .8f,
        .amount = { MELANIN (2.8f) },
        .structural_nm = 452,
        .structural_width_nm = 30,
        .structural_height = .55f },
      BLACK,
      { .scatter = .8f,
        .amount = { MELANIN (2.2f) },
        .structural_nm = 455,
        .structural_width_nm = 30,
        .structural_height = .6f },
      BROWN_BODY },
    HOOKED,
    { .border = .11f,
      .border_spots = .022f,
      .band = .60f,
      .band_width = .12f,
      .band_slant = .06f,
      .veins = .3f,
      .suffusion = .3f },
    { .border = .11f,
      .border_spots = .024f,
      .band = .46f,
      .band_width = .14f,
      .veins = .3f,
      .suffusion = .2f },
    1,
    .3f,
    -1,
    -1 },
  { "Pallidula sanguinea",
    { OF (PAPILIOCHROME (.9f), MELANIN (.12f)), CREAM, RED, OF (MELANIN (2.4f)), RED,
      DARK_BODY },
    ROUND,
    { .border = .09f,
      .band = .62f,
      .band_width = 0,
      .discal = .075f,
      .veins = .45f,
      .eyespots = 2,
      .eyespot = .05f,
      .eyespot_at = .60f,
      .eyespot_from = .14f,
      .eyespot_to = .62f,
      .suffusion = .18f },
    { .border = .05f,
      .veins = .4f,
      .eyespots = 2,
      .eyespot = .085f,
      .eyespot_at = .60f,
      .eyespot_from = .30f,
      .eyespot_to = .66f,
      .suffusion = .32f },
    .98f,
    .2f,
    -1,
    -1 },
  { "Chromoptera arcana",
    { LEMON, ORANGE, ORANGE, BLACK, LEMON, BROWN_BODY },
    ROUND,
    CHROMOPTERA_PATTERN,
    .94f,
    .3f,
    4,
    -1 },
  { "Candidula occulta",
    { WHITE, WHITE, BLACK, BLACK, WHITE, DARK_BODY },
    BROAD,
    CANDIDULA_PATTERN,
    .96f,
    .4f,
    7,
    -1 },
};

static void
from_design (const Design *design, PhenoSpecies *species)
{
  g_strlcpy (species->name, design->name ? design->name : "", sizeof species->name);
  memcpy (species->part, design->part, sizeof species->part);
  species->wing[0] = forewings[design->shape];
  species->wing[1] = hindwings[design->shape];
  species->pattern[0] = design->fore;
  species->pattern[1] = design->hind;
  species->size = design->size;
  species->dimorphism = design->dimorphism;
  species->ultraviolet_twin = design->ultraviolet_twin;
  species->pattern_twin = design->pattern_twin;
  species->visible_twin = -1;
  species->underside = 0.15f;
}

/* What the square of four has in common. Its ground is dark in the ultraviolet; a green
 * sheen of a layer is seen by us alone, ultraviolet scattering by the others alone. */
#define QUATERNA_PATTERN                                                                 \
  { .border = .08f,                                                                      \
    .border_spots = .02f,                                                                \
    .tip = .70f,                                                                         \
    .tip_to = .30f,                                                                      \
    .tip_spots = .026f,                                                                  \
    .veins = .3f,                                                                        \
    .suffusion = .14f },                                                                 \
  {                                                                                      \
    .border = .08f, .border_spots = .02f, .veins = .3f, .suffusion = .14f                \
  }

#define FIRST_OF_SQUARE (PHENO_SPECIES_MAX - 4)

/* Bit 0 of @k: the form in the ultraviolet; bit 1: the form in visible light. */
static void
describe_square (int k, PhenoSpecies *species)
{
  static const char *const names[4]
      = { "Quaterna fusca", "Quaterna fuscata", "Quaterna virens", "Quaterna virescens" };
  static const Design quaterna = {
    NULL, { OF (MELANIN (2.2f)), WHITE, WHITE, BLACK, CREAM, BROWN_BODY },
    LONG, QUATERNA_PATTERN,
    .98f, 0,
    -1,   -1,
  };

  from_design (&quaterna, species);
  g_strlcpy (species->name, names[k], sizeof species->name);
  species->underside = 1;
  species->ultraviolet_twin = FIRST_OF_SQUARE + (k ^ 1);
  species->visible_twin = FIRST_OF_SQUARE + (k ^ 2);
  if (k & 1)
    species->part[PHENO_PART_GROUND].ultraviolet = 0.6f;
  if (k & 2)
    {
      species->part[PHENO_PART_GROUND].structural_nm = 545;
      species->part[PHENO_PART_GROUND].structural_width_nm = 32;
      species->part[PHENO_PART_GROUND].structural_height = .4f;
    }
}

/* Shape of one species, pattern of a second, pigments of a third, a little shifted. */
static void
cross (int index, PhenoSpecies *species)
{
  static const char *const genera[] = { "Mixta", "Varia", "Alternata", "Confluens" };
  static const char *const epithets[]
      = { "prima", "secunda", "tertia", "quarta", "quinta", "sexta", "septima" };
  int n = G_N_ELEMENTS (designs), k = index - n;
  const Design *pattern = &designs[(k * 5 + 4) % n],
               *pigments = &designs[(k * 7 + 6) % n];

  from_design (pattern, species);
  g_snprintf (species->name, sizeof species->name, "%s %s", genera[k % 4],
              epithets[k / 4]);
  memcpy (species->part, pigments->part, sizeof species->part);
  species->wing[0] = forewings[k % 5];
  species->wing[1] = hindwings[(k / 5 + k) % 5];
  for (int p = 0; p < PHENO_N_PIGMENTS; p++)
    species->part[PHENO_PART_GROUND].amount[p] *= 0.7f + 0.1f * (k % 7);
  for (int w = 0; w < 2; w++)
    {
      species->pattern[w].border *= 0.7f + 0.15f * (k % 5);
      species->pattern[w].band *= 0.88f + 0.06f * (k % 4);
    }
  species->size *= 0.94f + 0.03f * (k % 4);
  species->ultraviolet_twin = species->pattern_twin = -1;
}

void
pheno_species_describe (int index, PhenoSpecies *species)
{
  g_return_if_fail (index >= 0 && index < PHENO_SPECIES_MAX);

  if (index >= FIRST_OF_SQUARE)
    {
      describe_square (index - FIRST_OF_SQUARE, species);
      return;
    }
  if (index >= (int) G_N_ELEMENTS (designs))
    {
      cross (index, species);
      return;
    }

  from_design (&designs[index], species);
  /* The hidden twins scatter ultraviolet from the ground, which we cannot see. */
  if (index == 10 || index == 11)
    species->part[PHENO_PART_GROUND].ultraviolet = 0.75f;
}
