/* test-bands.c - which bands a text chooses
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/reader/reader.h"

/* 41 bands from 350 to 750 nm, of which the first and the last are bad. */
static PhenoImageHeader
cube (void)
{
  PhenoImageHeader header = { .width = 8,
                              .height = 8,
                              .bands = 41,
                              .modality = PHENO_MODALITY_HYPERSPECTRAL,
                              .default_bands = { -1, -1, -1 } };

  header.wavelengths_nm = g_new (double, 41);
  header.bad_bands = g_new0 (gboolean, 41);
  for (int i = 0; i < 41; i++)
    header.wavelengths_nm[i] = 350 + 10 * i;
  header.bad_bands[0] = header.bad_bands[40] = TRUE;
  return header;
}

static PhenoImageHeader
stack (void)
{
  PhenoImageHeader header = { .width = 8,
                              .height = 8,
                              .bands = 7,
                              .modality = PHENO_MODALITY_MULTISPECTRAL,
                              .default_bands = { -1, -1, -1 } };

  header.band_names = g_strsplit ("R,G,B,UV-R,UV-G,UV-B,mask", ",", -1);
  return header;
}

/* The bands that a text chooses, as "1 4 5", or the error's words. */
static char *
choose (const char *text, const PhenoImageHeader *header, int mask_band)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoBandSelection) bands = pheno_band_selection_new (text, &error);
  g_auto (PhenoBandChoice) choice = { 0 };
  GString *list = g_string_new (NULL);

  if (bands == NULL
      || !pheno_band_selection_choose (bands, header, "wing.tif", mask_band, &choice,
                                       &error))
    {
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_string_assign (list, error->message);
      return g_string_free (list, FALSE);
    }
  g_assert_cmpuint (g_strv_length (choice.names), ==, choice.n);
  for (int i = 0; i < choice.n_in; i++)
    g_string_append_printf (list, "%s%d", i > 0 ? " " : "", choice.in[i] + 1);
  return g_string_free (list, FALSE);
}

static void
test_texts (void)
{
  g_auto (PhenoImageHeader) spectral = cube (), few = stack ();
  const struct
  {
    const char *text;
    gboolean is_stack;
    const char *bands;
  } cases[] = {
    { "all", TRUE, "1 2 3 4 5 6" },
    { "rgb", TRUE, "1 2 3" },
    { "uv", TRUE, "4 5 6" },
    { "uv-b,R,2", TRUE, "6 1 2" },
    { "2,4-6", TRUE, "2 4 5 6" },
    { "uniform:3", TRUE, "2 4 6" },
    { "7", TRUE, "7" },
    { "rgb", FALSE, "30 21 12" },
    { "uv", FALSE, "2 3 4 5" },
    { "452nm, 450nm,651nm", FALSE, "11 31" },
    { "400-440nm", FALSE, "6 7 8 9 10" },
    { "400nm-440nm,500 nm", FALSE, "6 7 8 9 10 16" },
    { "uniform:4:400-500nm", FALSE, "7 10 12 15" },
    { "random:2:400-420nm", FALSE, "6 7 8" },
    { "350nm", FALSE, "2" },
    { "1", FALSE, "1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found
          = choose (cases[i].text, cases[i].is_stack ? &few : &spectral,
                    cases[i].is_stack ? 6 : -1);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (found, ==, cases[i].bands);
    }
}

static void
test_bad_bands (void)
{
  g_auto (PhenoImageHeader) header = cube ();
  g_autoptr (PhenoBandSelection) all = pheno_band_selection_new ("all", NULL),
                                 every = pheno_band_selection_new ("every", NULL);
  g_auto (PhenoBandChoice) good = { 0 }, both = { 0 };

  g_assert_true (pheno_band_selection_choose (all, &header, "x", -1, &good, NULL));
  g_assert_cmpint (good.n, ==, 39);
  g_assert_cmpint (good.left_out, ==, 2);
  g_assert_cmpfloat (good.wavelengths_nm[0], ==, 360);
  g_assert_cmpstr (good.names[0], ==, "360 nm");
  g_assert_true (pheno_band_selection_choose (every, &header, "x", -1, &both, NULL));
  g_assert_cmpint (both.n, ==, 41);
  g_assert_cmpint (both.left_out, ==, 0);
}

static void
test_sentences (void)
{
  g_auto (PhenoImageHeader) spectral = cube (), few = stack ();
  const struct
  {
    const char *text;
    gboolean is_stack;
    const char *word;
  } cases[] = {
    { "uniform:0", TRUE, "uniform:0" },
    { "uniform:8", TRUE, "fewer than 8" },
    { "4-2", TRUE, "4-2" },
    { "9", TRUE, "7 bands and no band 9" },
    { "nir", TRUE, "R, G, B, UV-R" },
    { "550nm", TRUE, "wavelengths" },
    { "cie", TRUE, "wavelengths" },
    { "receptors:human", TRUE, "wavelengths" },
    { "900nm", FALSE, "900" },
    { "800-900nm", FALSE, "no band from 800 to 900 nm" },
    { "receptors:bee", FALSE, "honeybee" },
    { "", FALSE, "all, rgb" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found
          = choose (cases[i].text, cases[i].is_stack ? &few : &spectral, -1);

      g_test_message ("%s", found);
      g_assert_nonnull (strstr (found, cases[i].word));
    }
}

/* A white surface is white, and a green one has more green: CIE 1931 under D65. */
static void
test_cie (void)
{
  g_auto (PhenoImageHeader) header = cube ();
  g_autoptr (PhenoBandSelection) bands = pheno_band_selection_new ("cie", NULL);
  g_auto (PhenoBandChoice) choice = { 0 };
  g_autoptr (GError) error = NULL;
  float white[39], green[39], out[3];

  g_assert_true (pheno_band_selection_choose (bands, &header, "x", -1, &choice, &error));
  g_assert_no_error (error);
  g_assert_cmpint (choice.n, ==, 3);
  g_assert_cmpint (choice.n_in, ==, 39);
  for (int i = 0; i < 39; i++)
    {
      double nm = header.wavelengths_nm[choice.in[i]];

      white[i] = 1;
      green[i] = nm > 500 && nm < 580 ? 0.8f : 0.1f;
    }
  pheno_mix_apply (choice.mix, white, 1, out);
  for (int c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (out[c], 1, 1e-5);
  pheno_mix_apply (choice.mix, green, 1, out);
  g_assert_cmpfloat (out[1], >, 1.5 * out[0]);
  g_assert_cmpfloat (out[1], >, 1.5 * out[2]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bands/texts-choose", test_texts);
  g_test_add_func ("/bands/bad-ones-are-left-out", test_bad_bands);
  g_test_add_func ("/bands/sentences", test_sentences);
  g_test_add_func ("/bands/cie-makes-white-of-white", test_cie);
  return g_test_run ();
}
