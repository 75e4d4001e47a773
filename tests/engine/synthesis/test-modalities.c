/* test-modalities.c - one specimen as photograph, stack and cube
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <tiffio.h>

#include "engine/synthesis/cube.h"
#include "engine/synthesis/photograph.h"
#include "engine/synthesis/stack.h"
#include "engine/synthesis/synthesis.h"
#include "tests/support/folder.h"

#define SIDE 48
#define ALL 7u

/* The photograph is the stack's red, green and blue, encoded as sRGB in 8 bits. */
static void
test_photograph_is_the_stack_encoded (void)
{
  g_autofree guint8 *photograph = g_malloc (SIDE * SIDE * 3);
  g_autofree guint16 *stack = g_new (guint16, SIDE * SIDE * PHENO_STACK_BANDS);
  PhenoSpecimen specimen;

  pheno_specimen_draw (5, 3, 0, &specimen);
  pheno_photograph_take (&specimen, SIDE, photograph);
  pheno_stack_take (&specimen, SIDE, stack);
  for (int i = 0; i < SIDE * SIDE; i++)
    for (int c = 0; c < 3; c++)
      {
        double x = stack[i * PHENO_STACK_BANDS + c] / (double) PHENO_STACK_WHITE;
        double y = x <= 0.0031308 ? 12.92 * x : 1.055 * pow (x, 1 / 2.4) - 0.055;

        g_assert_cmpfloat_with_epsilon (255 * MIN (y, 1), photograph[3 * i + c], 1.01);
      }
}

/* What one sees of two species whose specimens have all else in common. */
typedef struct
{
  int widest[PHENO_STACK_BANDS];  /* largest difference of a sample */
  double mean[PHENO_STACK_BANDS]; /* mean difference, signed */
  double differing;               /* share of the photograph's samples that differ */
  int widest_level;               /* of the photograph */
} Difference;

static Difference
compare_species (int first, int second)
{
  g_autofree guint8 *photograph = g_malloc (2 * SIDE * SIDE * 3);
  g_autofree guint16 *stack = g_new (guint16, 2 * SIDE * SIDE * PHENO_STACK_BANDS);
  const int levels = SIDE * SIDE * 3, samples = SIDE * SIDE * PHENO_STACK_BANDS, n = 12;
  Difference found = { 0 };

  for (int number = 0; number < n; number++)
    {
      for (int k = 0; k < 2; k++)
        {
          PhenoSpecimen specimen;

          pheno_specimen_draw (1, number, k ? second : first, &specimen);
          pheno_photograph_take (&specimen, SIDE, photograph + k * levels);
          pheno_stack_take (&specimen, SIDE, stack + k * samples);
        }
      for (int i = 0; i < levels; i++)
        {
          int by = ABS (photograph[levels + i] - photograph[i]);

          found.differing += (by != 0) / (double) (levels * n);
          found.widest_level = MAX (found.widest_level, by);
        }
      for (int i = 0; i < samples; i++)
        {
          int band = i % PHENO_STACK_BANDS, by = stack[samples + i] - stack[i];

          found.widest[band] = MAX (found.widest[band], ABS (by));
          found.mean[band] += by / (double) (SIDE * SIDE * n);
        }
    }
  return found;
}

/* In a photograph no more than one sample in a hundred differs, by one level of 255; in
 * the 16-bit colours the difference is a hundredth of the sensor's noise (about 200). */
static void
test_ultraviolet_pairs_are_alike_in_colours (void)
{
  static const int pairs[][2] = { { 4, 10 }, { 7, 11 }, { 40, 41 }, { 42, 43 } };

  for (guint p = 0; p < G_N_ELEMENTS (pairs); p++)
    {
      Difference found = compare_species (pairs[p][0], pairs[p][1]);

      g_assert_cmpint (found.widest_level, <=, 1);
      g_assert_cmpfloat (found.differing, <, 0.01);
      for (int c = 0; c < 3; c++)
        g_assert_cmpfloat (fabs (found.mean[c]), <, 5);
      for (int c = 3; c < PHENO_N_CHANNELS; c++)
        g_assert_cmpfloat (found.mean[c], >, 1500);
      g_assert_cmpint (found.widest[PHENO_STACK_MASK], ==, 0);
    }
}

static void
test_visible_pairs_are_alike_in_ultraviolet (void)
{
  static const int pairs[][2] = { { 40, 42 }, { 41, 43 } };

  for (guint p = 0; p < G_N_ELEMENTS (pairs); p++)
    {
      Difference found = compare_species (pairs[p][0], pairs[p][1]);

      g_assert_cmpint (found.widest_level, >, 30);
      g_assert_cmpfloat (found.mean[1], >, 1000); /* green */
      for (int c = 3; c < PHENO_N_CHANNELS; c++)
        g_assert_cmpint (found.widest[c], <, 10);
    }
}

/* Spectra of the cube, seen through the camera, are the stack's colours and ultraviolet:
 * means over the specimen, which leave little of the noise. */
static void
test_cube_seen_through_the_camera_is_the_stack (void)
{
  gsize n = (gsize) SIDE * SIDE;
  g_autofree guint16 *stack = g_new (guint16, n * PHENO_STACK_BANDS);
  g_autofree guint16 *cube = g_new (guint16, n * PHENO_SPECTRUM_BANDS);

  for (int species = 0; species < PHENO_SPECIES_MAX; species += 7)
    {
      float spectrum[PHENO_SPECTRUM_BANDS] = { 0 }, seen[PHENO_N_CHANNELS];
      double mean[PHENO_N_CHANNELS] = { 0 };
      PhenoSpecimen specimen;
      int count = 0;

      pheno_specimen_draw (2, species, species, &specimen);
      pheno_stack_take (&specimen, SIDE, stack);
      pheno_cube_take (&specimen, SIDE, cube);
      for (gsize i = 0; i < n; i++)
        if (stack[i * PHENO_STACK_BANDS + PHENO_STACK_MASK] != 0)
          {
            gsize row = i / SIDE * SIDE * PHENO_SPECTRUM_BANDS + i % SIDE;

            count++;
            for (int c = 0; c < PHENO_N_CHANNELS; c++)
              mean[c] += stack[i * PHENO_STACK_BANDS + c];
            for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
              spectrum[band] += cube[row + (gsize) band * SIDE];
          }
      g_assert_cmpint (count, >, SIDE * SIDE / 8);
      for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
        spectrum[band] /= (float) PHENO_CUBE_WHITE * count;
      pheno_spectrum_respond (spectrum, specimen.kelvin, seen);
      for (int c = 0; c < PHENO_N_CHANNELS; c++)
        {
          float gain = c < 3 ? specimen.gain[c] : specimen.ultraviolet_gain[c - 3];

          g_assert_cmpfloat_with_epsilon (mean[c] / ((double) PHENO_STACK_WHITE * count),
                                          seen[c] * gain, 0.004);
        }
    }
}

static char **
read_lines (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

/* libtiff has no name of its own for GDAL's tag, and says so. */
static int
hear (TIFF *tiff, void *user_data, const char *module, const char *format, va_list words)
{
  return 1;
}

static TIFF *
open_tiff (const char *path)
{
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc ();
  TIFF *tiff;

  TIFFOpenOptionsSetWarningHandlerExtR (options, hear, NULL);
  tiff = TIFFOpenExt (path, "r", options);
  TIFFOpenOptionsFree (options);
  return tiff;
}

static void
check_tiff (const char *path)
{
  TIFF *tiff = open_tiff (path);
  guint16 samples = 0, bits = 0, n_extra = 0, *extra = NULL;
  guint32 width = 0;
  char *description = NULL;

  g_assert_nonnull (tiff);
  g_assert_true (TIFFGetField (tiff, TIFFTAG_SAMPLESPERPIXEL, &samples));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_BITSPERSAMPLE, &bits));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_EXTRASAMPLES, &n_extra, &extra));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &width));
  g_assert_true (TIFFGetField (tiff, TIFFTAG_IMAGEDESCRIPTION, &description));
  g_assert_cmpint (samples, ==, 7);
  g_assert_cmpint (bits, ==, 16);
  g_assert_cmpint (n_extra, ==, 4);
  g_assert_cmpint (extra[3], ==, EXTRASAMPLE_UNSPECIFIED); /* the mask is no alpha */
  g_assert_cmpuint (width, ==, 32);
  g_assert_cmpstr (description, ==,
                   "bands=R,G,B,UV-R,UV-G,UV-B,mask\nreflectance_scale_factor=50000\n");
  TIFFClose (tiff);
}

static void
check_cube (const char *path)
{
  g_autofree char *stem = g_strndup (path, strlen (path) - 4);
  g_autofree char *header = g_strconcat (stem, ".hdr", NULL), *text = NULL,
                  *pixels = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &pixels, &length, NULL));
  g_assert_true (g_file_get_contents (header, &text, NULL, NULL));
  g_assert_cmpuint (length, ==, 16 * 16 * 408 * 2);
  g_assert_true (g_str_has_prefix (text, "ENVI\n"));
  g_assert_nonnull (strstr (text, "\nsamples = 16\nlines = 16\nbands = 408\n"));
  g_assert_nonnull (strstr (text, "\ninterleave = bil\n"));
  g_assert_nonnull (strstr (text, "\nreflectance scale factor = 10000\n"));
  g_assert_nonnull (strstr (text, "348.0000, 349.1351"));
  g_assert_nonnull (strstr (text, "810.0000\n}"));
}

static void
test_files_of_all_modalities (void)
{
  g_autofree char *one = test_folder_new (), *three = test_folder_new ();
  PhenoSynthesisOptions options = { 3, 6, 32, 1, 1, ALL };
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  int count[PHENO_N_MODALITIES] = { 0 };

  pheno_synthesise (one, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  options.threads = 3;
  pheno_synthesise (three, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  lines = read_lines (one, "metadata.csv");
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 3 * 6);
  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, ",", -1);
      g_autofree char *path = g_build_filename (one, cells[0], NULL);
      g_autofree char *other = g_build_filename (three, cells[0], NULL);
      g_autofree char *bytes = NULL, *other_bytes = NULL;
      gsize length, other_length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_true (g_file_get_contents (other, &other_bytes, &other_length, NULL));
      g_assert_cmpmem (bytes, length, other_bytes, other_length);
      count[PHENO_MODALITY_RGB] += g_str_has_prefix (cells[0], "rgb/");
      if (g_str_has_suffix (path, ".tif"))
        {
          count[PHENO_MODALITY_MULTISPECTRAL]++;
          check_tiff (path);
        }
      if (g_str_has_suffix (path, ".bil"))
        {
          count[PHENO_MODALITY_HYPERSPECTRAL]++;
          check_cube (path);
        }
    }
  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    g_assert_cmpint (count[i], ==, 6);

  /* Photographs alone, once more, leave no stack or cube behind. */
  options.modalities = 0;
  pheno_synthesise (one, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (int i = 1; i < PHENO_N_MODALITIES; i++)
    {
      g_autofree char *folder
          = g_build_filename (one, pheno_modality_name (i), "Azurina_profunda", NULL);

      g_assert_cmpuint (test_folder_count (folder), ==, 0);
    }
  test_folder_remove (one);
  test_folder_remove (three);
}

static void
test_pairs_are_named (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  PhenoSynthesisOptions options = { 0, 8, 16, 1, 0 };
  g_autofree int *chosen = pheno_synthesis_find_species (
      "Quaterna,chromoptera_lutea, Fasciata,Chromoptera arcana", &options.species,
      &error);
  g_auto (GStrv) lines = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (options.species, ==, 8);
  options.chosen = chosen;
  pheno_synthesise (folder, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  lines = read_lines (folder, "pairs.csv");
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 6 + 2);
  g_assert_true (
      g_strv_contains ((const char *const *) lines,
                       "Chromoptera lutea,Chromoptera arcana,ultraviolet,no,yes"));
  g_assert_true (g_strv_contains ((const char *const *) lines,
                                  "Quaterna fusca,Quaterna virens,visible light,yes,no"));
  g_assert_true (g_strv_contains (
      (const char *const *) lines,
      "Quaterna fusca,Quaterna virescens,visible light and ultraviolet,yes,yes"));
  g_assert_true (g_strv_contains ((const char *const *) lines,
                                  "Fasciata distalis,Fasciata proxima,pattern,yes,yes"));
  test_folder_remove (folder);
}

static void
test_unknown_and_doubled_species (void)
{
  static const struct
  {
    const char *names, *says;
  } wrong[] = {
    { "Chromoptera luta", "“Chromoptera lutea”" },
    { "Quaterna,Quaterna fusca", "“Quaterna fusca” stands twice" },
    { "", "named “”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      int count;

      g_assert_null (pheno_synthesis_find_species (wrong[i].names, &count, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_assert_nonnull (strstr (error->message, wrong[i].says));
    }
}

/* 64 pixels: 64^2 x 408 x 2 = 3,342,336 bytes, of which 160 go into 512 MiB: 13 of each
 * of 12 species. */
static void
test_cubes_are_as_many_as_fit (void)
{
  PhenoSynthesisOptions options = { 12, 300, 256, 1, 0, ALL };
  PhenoSynthesisPlan plan;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_synthesis_plan (&options, &plan, &error));
  g_assert_cmpint (plan.count[PHENO_MODALITY_RGB], ==, 300);
  g_assert_cmpint (plan.side[PHENO_MODALITY_MULTISPECTRAL], ==, 256);
  g_assert_cmpint (plan.side[PHENO_MODALITY_HYPERSPECTRAL], ==, 64);
  g_assert_cmpint (plan.count[PHENO_MODALITY_HYPERSPECTRAL], ==, 156);

  options.cube_size = 256;
  g_assert_true (pheno_synthesis_plan (&options, &plan, &error));
  g_assert_cmpint (plan.count[PHENO_MODALITY_HYPERSPECTRAL], ==,
                   12); /* one each, still */
  options.cubes = 300;
  g_assert_true (pheno_synthesis_plan (&options, &plan, &error));
  g_assert_cmpint (plan.count[PHENO_MODALITY_HYPERSPECTRAL], ==, 300);
  g_assert_cmpuint (plan.bytes, >, G_GUINT64_CONSTANT (16000000000));
  options.cubes = 301;
  g_assert_false (pheno_synthesis_plan (&options, &plan, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/modalities/photograph-is-the-stack-encoded",
                   test_photograph_is_the_stack_encoded);
  g_test_add_func ("/modalities/ultraviolet-pairs-are-alike-in-colours",
                   test_ultraviolet_pairs_are_alike_in_colours);
  g_test_add_func ("/modalities/visible-pairs-are-alike-in-ultraviolet",
                   test_visible_pairs_are_alike_in_ultraviolet);
  g_test_add_func ("/modalities/cube-seen-through-the-camera-is-the-stack",
                   test_cube_seen_through_the_camera_is_the_stack);
  g_test_add_func ("/modalities/files", test_files_of_all_modalities);
  g_test_add_func ("/modalities/pairs-are-named", test_pairs_are_named);
  g_test_add_func ("/modalities/unknown-and-doubled-species",
                   test_unknown_and_doubled_species);
  g_test_add_func ("/modalities/cubes-are-as-many-as-fit", test_cubes_are_as_many_as_fit);
  return g_test_run ();
}
