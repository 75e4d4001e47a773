/* test-spectrum.c - pigments have their colours, twins differ where they should
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/synthesis/species.h"

static void
respond (const PhenoMaterial *material, float response[PHENO_N_CHANNELS])
{
  float reflectance[PHENO_SPECTRUM_BANDS];

  pheno_material_reflectance (material, reflectance);
  pheno_spectrum_respond (reflectance, 5400, response);
}

static void
test_bands (void)
{
  g_assert_cmpfloat_with_epsilon (pheno_spectrum_wavelength_nm (0), 348, 1e-9);
  g_assert_cmpfloat_with_epsilon (pheno_spectrum_wavelength_nm (407), 810, 1e-9);
  /* 462 nm in 407 steps */
  g_assert_cmpfloat_with_epsilon (pheno_spectrum_wavelength_nm (1), 348 + 462.0 / 407,
                                  1e-9);
}

/* A flat reflectance of r is grey under any lamp: the white balance divides the lamp out.
 */
static void
test_grey_is_grey (void)
{
  const double lamps[] = { 2800, 5400, 9000 };
  float reflectance[PHENO_SPECTRUM_BANDS], response[PHENO_N_CHANNELS];

  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    reflectance[band] = 0.18f;
  for (guint i = 0; i < G_N_ELEMENTS (lamps); i++)
    {
      pheno_spectrum_respond (reflectance, lamps[i], response);
      for (int c = 0; c < PHENO_N_CHANNELS; c++)
        g_assert_cmpfloat_with_epsilon (response[c], 0.18, 2e-4);
    }
}

static void
test_reflectance_stays_in_range (void)
{
  for (int index = 0; index < PHENO_SPECIES_MAX; index++)
    {
      PhenoSpecies species;

      pheno_species_describe (index, &species);
      for (int part = 0; part < PHENO_N_PARTS; part++)
        {
          float reflectance[PHENO_SPECTRUM_BANDS];

          pheno_material_reflectance (&species.part[part], reflectance);
          for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
            g_assert_true (reflectance[band] >= 0 && reflectance[band] <= 1);
        }
    }
}

/* What each pigment is known for, by the order of its channels. */
static void
test_pigments_have_their_colours (void)
{
  const struct
  {
    PhenoPigment pigment;
    gboolean red_over_green, green_over_blue;
  } known[] = {
    { PHENO_PIGMENT_MELANIN, TRUE, TRUE },       /* brown */
    { PHENO_PIGMENT_ERYTHROPTERIN, TRUE, TRUE }, /* orange */
    { PHENO_PIGMENT_BILIN, FALSE, TRUE },        /* green */
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      PhenoMaterial material = { .scatter = 0.85f };
      float response[PHENO_N_CHANNELS];

      material.amount[known[i].pigment] = 2;
      respond (&material, response);
      g_assert_cmpint (response[0] > response[1], ==, known[i].red_over_green);
      g_assert_cmpint (response[1] > response[2], ==, known[i].green_over_blue);
    }
}

/* White to us within one level in a hundred, dark in the ultraviolet: a pierid's white.
 */
static void
test_leucopterin_is_white_to_us_alone (void)
{
  PhenoMaterial material = { .scatter = 0.85f };
  float response[PHENO_N_CHANNELS];

  material.amount[PHENO_PIGMENT_LEUCOPTERIN] = 2.6f;
  respond (&material, response);
  for (int c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (response[c], 0.85, 0.01);
  g_assert_cmpfloat (response[PHENO_CHANNEL_ULTRAVIOLET_RED], <, 0.25);
}

static void
test_ultraviolet_twins (void)
{
  int pairs = 0;

  for (int index = 0; index < PHENO_SPECIES_MAX; index++)
    {
      PhenoSpecies it, twin;
      float widest = 0;

      pheno_species_describe (index, &it);
      if (it.ultraviolet_twin < 0)
        continue;
      pairs++;
      pheno_species_describe (it.ultraviolet_twin, &twin);
      g_assert_cmpint (twin.ultraviolet_twin, ==, index);
      g_assert_cmpmem (it.wing, sizeof it.wing, twin.wing, sizeof twin.wing);
      g_assert_cmpmem (it.pattern, sizeof it.pattern, twin.pattern, sizeof twin.pattern);
      for (int part = 0; part < PHENO_N_PARTS; part++)
        {
          float a[PHENO_N_CHANNELS], b[PHENO_N_CHANNELS];

          respond (&it.part[part], a);
          respond (&twin.part[part], b);
          for (int c = 0; c < 3; c++) /* less than half a level of 255, linear */
            g_assert_cmpfloat_with_epsilon (a[c], b[c], 0.002);
          widest = MAX (widest, fabsf (a[3] - b[3]));
        }
      g_assert_cmpfloat (widest, >, 0.3);
    }
  g_assert_cmpint (pairs, ==, 8); /* four pairs, seen from both sides */
}

static void
test_pattern_twins (void)
{
  int pairs = 0;

  for (int index = 0; index < PHENO_SPECIES_MAX; index++)
    {
      PhenoSpecies it, twin;

      pheno_species_describe (index, &it);
      if (it.pattern_twin < 0)
        continue;
      pairs++;
      pheno_species_describe (it.pattern_twin, &twin);
      g_assert_cmpint (twin.pattern_twin, ==, index);
      g_assert_cmpmem (it.part, sizeof it.part, twin.part, sizeof twin.part);
      g_assert_cmpmem (it.wing, sizeof it.wing, twin.wing, sizeof twin.wing);
      g_assert_cmpfloat (fabsf (it.pattern[0].band - twin.pattern[0].band), >, 0.2);
    }
  g_assert_cmpint (pairs, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spectrum/408-bands-from-348-to-810-nm", test_bands);
  g_test_add_func ("/spectrum/grey-is-grey-under-any-lamp", test_grey_is_grey);
  g_test_add_func ("/spectrum/reflectance-stays-in-range",
                   test_reflectance_stays_in_range);
  g_test_add_func ("/spectrum/pigments-have-their-colours",
                   test_pigments_have_their_colours);
  g_test_add_func ("/spectrum/leucopterin-is-white-to-us-alone",
                   test_leucopterin_is_white_to_us_alone);
  g_test_add_func ("/species/ultraviolet-twins-are-alike-in-visible-light",
                   test_ultraviolet_twins);
  g_test_add_func ("/species/pattern-twins-share-their-pigments", test_pattern_twins);
  return g_test_run ();
}
