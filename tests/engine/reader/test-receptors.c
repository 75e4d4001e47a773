/* test-receptors.c - cone catches, against pavo and the published tables
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gstdio.h>
#include <math.h>

#include "engine/reader/mix.h"
#include "engine/reader/reader.h"

/* pavo 2.10 sensmodel (c (357, 411, 477, 569)), as its own tests have it: each curve has
 * the sum 1 from 300 to 700 nm. */
static void
test_pigments_of_pavo (void)
{
  static const double peaks[] = { 357, 411, 477, 569 };
  static const struct
  {
    int nm;
    double value[4];
  } rows[] = {
    { 300, { 0.0066865, 0.00231014, 0.00122271, 0.00067286 } },
    { 360, { 0.01350724, 0.00504919, 0.0021168, 0.00170103 } },
    { 420, { 0.00013889, 0.009776, 0.00378831, 0.00115699 } },
    { 480, { 9.20728577e-08, 0.0004441, 0.00816846, 0.00177581 } },
    { 560, { 5.60196531e-11, 1.26755078e-07, 0.00049468, 0.00651035 } },
    { 600, { 2.89638226e-12, 4.19567318e-09, 1.666e-05, 0.00525105 } },
  };

  for (gsize k = 0; k < G_N_ELEMENTS (peaks); k++)
    {
      double sum = 0;

      for (int nm = 300; nm <= 700; nm++)
        sum += pheno_pigment_sensitivity (peaks[k], nm, TRUE);
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        g_assert_cmpfloat_with_epsilon (
            pheno_pigment_sensitivity (peaks[k], rows[i].nm, TRUE) / sum,
            rows[i].value[k], 6e-9 + 1e-6 * rows[i].value[k]);
    }
}

/* pavo sensmodel (c (300, 400, 500), lambdacut = c (350, 450, 550), oiltype = c ("C",
 * "Y", "R")): pigments behind droplets, sum 1. */
static void
test_droplets_of_pavo (void)
{
  static const struct
  {
    double peak, cut;
    char type;
    int nm;
    double value;
  } cases[] = {
    { 300, 350, 'C', 340, 0.01018639 },     { 300, 350, 'C', 360, 0.03192719 },
    { 300, 350, 'C', 600, 1.15631246e-11 }, { 400, 450, 'Y', 420, 1.04584859e-07 },
    { 400, 450, 'Y', 480, 0.01147982 },     { 500, 550, 'R', 560, 0.01953448 },
    { 500, 550, 'R', 600, 0.00699587 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double sum = 0, value = 0;

      for (int nm = 300; nm <= 700; nm++)
        {
          double here = pheno_pigment_sensitivity (cases[i].peak, nm, TRUE)
                        * pheno_droplet_transmittance (cases[i].type, cases[i].cut, nm);

          sum += here;
          value = nm == cases[i].nm ? here : value;
        }
      g_assert_cmpfloat_with_epsilon (value / sum, cases[i].value,
                                      6e-9 + 1e-6 * cases[i].value);
    }
}

/* CIE 15: standard illuminants D65 and D50, and the observer at the peak of y. */
static void
test_light_and_observer (void)
{
  static const struct
  {
    const char *light;
    double nm, power;
  } cases[]
      = { { "d65", 300, 0.0341 }, { "d65", 350, 44.9117 },     { "d65", 450, 117.008 },
          { "d65", 560, 100 },    { "d65", 700, 71.6091 },     { "d50", 400, 49.308 },
          { "d50", 600, 97.688 }, { "equal-energy", 432, 100 } };
  double xyz[3];
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (100 * pheno_light_power (cases[i].light, cases[i].nm),
                                    cases[i].power, 0.05);
  pheno_colour_matching (555, xyz);
  g_assert_cmpfloat_with_epsilon (xyz[0], 0.512050, 1e-5);
  g_assert_cmpfloat_with_epsilon (xyz[1], 1.0, 1e-4);
  pheno_colour_matching (200, xyz);
  g_assert_cmpfloat (xyz[1], ==, 0);

  g_assert_false (pheno_light_check ("candle", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

/* Catches of pavo's vismodel (visual = sensmodel (...), illum = 1, vonkries = TRUE) are
 * sum (R S) / sum (S): worked out here from the definition. */
static void
test_catches (void)
{
  double nm[401], u = 0, all = 0;
  float spectrum[401], white[401], found[5];
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoViewer) viewer = pheno_viewer_new ("bird-uv@equal-energy", &error);
  g_autoptr (PhenoMix) mix = NULL;

  g_assert_no_error (error);
  for (int i = 0; i < 401; i++)
    {
      nm[i] = 300 + i;
      spectrum[i] = (float) (0.2 + 0.6 / (1 + exp (-(nm[i] - 480) / 20)));
      white[i] = 1;
      u += spectrum[i] * pheno_viewer_sensitivity (viewer, 0, nm[i]);
      all += pheno_viewer_sensitivity (viewer, 0, nm[i]);
    }
  mix = pheno_viewer_mix (viewer, nm, 401, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pheno_mix_outputs (mix), ==, 5);
  pheno_mix_apply (mix, spectrum, 1, found);
  g_assert_cmpfloat_with_epsilon (found[0], u / all, 1e-5);
  g_assert_cmpfloat (found[3], >, found[0]); /* a yellow surface */
  pheno_mix_apply (mix, white, 1, found);
  for (int i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (found[i], 1, 1e-5);

  /* Every fourth band, from long to short, sees nearly the same. */
  {
    g_autoptr (PhenoMix) coarse = NULL;
    float fewer[101];
    double places[101];

    for (int i = 0; i < 101; i++)
      {
        places[i] = nm[400 - 4 * i];
        fewer[i] = spectrum[400 - 4 * i];
      }
    coarse = pheno_viewer_mix (viewer, places, 101, &error);
    g_assert_no_error (error);
    pheno_mix_apply (coarse, fewer, 1, found);
    g_assert_cmpfloat_with_epsilon (found[0], u / all, 2e-3);
  }

  /* No eye can be had of bands that it does not see. */
  g_clear_pointer (&mix, pheno_mix_free);
  mix = pheno_viewer_mix (viewer, nm + 150, 251, &error);
  g_assert_null (mix);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "450 to 700 nm"));
}

/* The average birds are those of Endler and Mielke 2005, whose appendix pavo has. */
static void
test_average_birds (void)
{
  static const struct
  {
    const char *viewer;
    int receptor, nm;
    double share; /* of the largest in the appendix */
  } cases[] = { { "bird-uv", 0, 371, 1 },
                { "bird-uv", 1, 447, 1 },
                { "bird-uv", 1, 400, 0.018 },
                { "bird-uv", 3, 600, 0.97 },
                { "bird-violet", 0, 415, 1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PhenoViewer) viewer = pheno_viewer_new (cases[i].viewer, NULL);

      g_assert_cmpfloat_with_epsilon (
          pheno_viewer_sensitivity (viewer, cases[i].receptor, cases[i].nm),
          cases[i].share, 0.09);
    }
}

/* Worked by hand from the corners of the tetrahedron that pavo's tcspace uses:
 * u (0, 0, 3/4), s (-sqrt 6 / 4, -sqrt 2 / 4, -1/4), m (0, 1 / sqrt 2, -1/4),
 * l (sqrt 6 / 4, -sqrt 2 / 4, -1/4). */
static void
test_tetrahedron (void)
{
  const double grey[4] = { 2, 2, 2, 2 }, u[4] = { 5, 0, 0, 0 }, l[4] = { 0, 0, 0, 1 };
  const double mixed[4] = { 1, 2, 3, 4 };
  PhenoTetrahedral colour = pheno_tetrahedral (grey);

  g_assert_cmpfloat_with_epsilon (colour.r, 0, 1e-12);
  colour = pheno_tetrahedral (u);
  g_assert_cmpfloat_with_epsilon (colour.z, 0.75, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.phi, G_PI / 2, 1e-6);
  g_assert_cmpfloat_with_epsilon (colour.r_max, 0.75, 1e-12);
  colour = pheno_tetrahedral (l);
  g_assert_cmpfloat_with_epsilon (colour.x, sqrt (6) / 4, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.y, -sqrt (2) / 4, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.z, -0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.r, 0.75, 1e-12);

  /* 0.1, 0.2, 0.3, 0.4: x = 0.2 sqrt 6 / 4, y = 0.3 / sqrt 2 - 0.6 sqrt 2 / 4, z = -0.15;
   * u falls to 0 first, at 0.25 / 0.15 of the way. */
  colour = pheno_tetrahedral (mixed);
  g_assert_cmpfloat_with_epsilon (colour.x, 0.12247448713915889, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.y, 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.z, -0.15, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.theta, 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (colour.r, 0.19364916731037085, 1e-12);
  g_assert_cmpfloat_with_epsilon (colour.r_max, colour.r / 0.6, 1e-12);
}

static void
test_camera_model (void)
{
  g_autofree char *folder = g_dir_make_tmp ("phenoscape-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "tit.ini", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoViewer) viewer = NULL, broken = NULL;
  g_autoptr (PhenoMix) mix = NULL;
  const float in[] = { 0.5f, 0.25f, 2 };
  float out[2];

  g_file_set_contents (path,
                       "[viewer]\nbands=vR, vG, uB\n[receptor.u]\n"
                       "model=0.125 + 2*vR - vG*uB^2 + 3e0 * vR:vG\n"
                       "[receptor.l]\nmodel = -vR\n",
                       -1, NULL);
  viewer = pheno_viewer_new (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pheno_viewer_bands (viewer)[2], ==, "uB");
  mix = pheno_viewer_mix (viewer, NULL, 0, &error);
  g_assert_no_error (error);
  pheno_mix_apply (mix, in, 1, out);
  g_assert_cmpfloat (out[0], ==, 0.125f + 1 - 1 + 0.375f);
  g_assert_cmpfloat (out[1], ==, -0.5f);

  g_file_set_contents (path, "[viewer]\nbands=vR\n[receptor.u]\nmodel=2*vX\n", -1, NULL);
  broken = pheno_viewer_new (path, &error);
  g_assert_null (broken);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "2*vX"));
  g_remove (path);
  g_rmdir (folder);
}

static void
test_viewers_that_do_not_exist (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_viewer_new ("honybee", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "honeybee"));
  g_clear_error (&error);
  g_assert_null (pheno_viewer_new ("human@moonlight", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receptors/pigments-are-those-of-pavo", test_pigments_of_pavo);
  g_test_add_func ("/receptors/droplets-are-those-of-pavo", test_droplets_of_pavo);
  g_test_add_func ("/receptors/light-and-observer-of-cie", test_light_and_observer);
  g_test_add_func ("/receptors/catches-of-a-spectrum", test_catches);
  g_test_add_func ("/receptors/average-birds", test_average_birds);
  g_test_add_func ("/receptors/tetrahedron", test_tetrahedron);
  g_test_add_func ("/receptors/camera-model", test_camera_model);
  g_test_add_func ("/receptors/unknown-viewers", test_viewers_that_do_not_exist);
  return g_test_run ();
}
