/* test-specimens.c - the folder of built-in specimens: same bytes, true tables, no harm
 * done
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/reader.h"
#include "engine/synthesis/photograph.h"
#include "engine/synthesis/synthesis.h"
#include "tests/support/folder.h"

static void
synthesise (const char *folder, PhenoSynthesisOptions options)
{
  g_autoptr (GError) error = NULL;
  gboolean done = pheno_synthesise (folder, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

static char **
read_lines (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (text, "\n"));
  text[strlen (text) - 1] = '\0';
  return g_strsplit (text, "\n", -1);
}

static void
assert_same_file (const char *a, const char *b, const char *name)
{
  g_autofree char *path_a = g_build_filename (a, name, NULL),
                  *path_b = g_build_filename (b, name, NULL);
  g_autofree char *text_a = NULL, *text_b = NULL;
  gsize length_a, length_b;

  g_assert_true (g_file_get_contents (path_a, &text_a, &length_a, NULL));
  g_assert_true (g_file_get_contents (path_b, &text_b, &length_b, NULL));
  g_assert_cmpmem (text_a, length_a, text_b, length_b);
}

static void
test_same_bytes_on_any_threads (void)
{
  g_autofree char *one = test_folder_new (), *three = test_folder_new ();
  g_auto (GStrv) lines = NULL;

  synthesise (one, (PhenoSynthesisOptions){ 5, 15, 48, 7, 1 });
  synthesise (three, (PhenoSynthesisOptions){ 5, 15, 48, 7, 3 });
  lines = read_lines (one, "metadata.csv");
  g_assert_cmpuint (g_strv_length (lines), ==, 16);
  for (char **line = lines + 1; *line != NULL; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, ",", -1);

      assert_same_file (one, three, cells[0]);
    }
  assert_same_file (one, three, "metadata.csv");
  assert_same_file (one, three, "truth.csv");
  assert_same_file (one, three, "spectra.csv");
  test_folder_remove (one);
  test_folder_remove (three);
}

static void
test_tables_tell_of_every_file (void)
{
  g_autofree char *folder = test_folder_new ();
  g_auto (GStrv) metadata = NULL, truth = NULL, spectra = NULL;

  synthesise (folder, (PhenoSynthesisOptions){ 12, 24, 32, 1, 0 });
  metadata = read_lines (folder, "metadata.csv");
  truth = read_lines (folder, "truth.csv");
  spectra = read_lines (folder, "spectra.csv");
  g_assert_cmpstr (metadata[0], ==, "filename,species,sex,view,specimen");
  g_assert_cmpuint (g_strv_length (metadata), ==, 25);
  g_assert_cmpuint (g_strv_length (truth), ==, 25);
  g_assert_cmpuint (g_strv_length (spectra), ==, 1 + PHENO_SPECTRUM_BANDS);
  for (int i = 1; metadata[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (metadata[i], ",", -1),
                     true_cells = g_strsplit (truth[i], ",", -1);
      g_autofree char *path = g_build_filename (folder, cells[0], NULL),
                      *folder_name = NULL;
      g_auto (PhenoImageHeader) header = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (pheno_reader_read_header (path, &header, &error));
      g_assert_no_error (error);
      g_assert_cmpint (header.width, ==, 32);
      g_assert_cmpint (header.height, ==, 32);
      g_assert_cmpstr (cells[0], ==, true_cells[0]);
      g_assert_cmpstr (cells[1], ==, true_cells[1]);
      folder_name = g_strdelimit (g_strdup (cells[1]), " ", '_');
      g_assert_nonnull (
          strstr (cells[0], folder_name)); /* the folder tells the species too */
      g_assert_nonnull (strstr (cells[0], cells[3]));
    }
  test_folder_remove (folder);
}

/* An earlier, larger set leaves nothing behind that no table knows. */
static void
test_making_again_replaces (void)
{
  g_autofree char *folder = test_folder_new (), *species = NULL;

  synthesise (folder, (PhenoSynthesisOptions){ 2, 8, 16, 1, 0 });
  synthesise (folder, (PhenoSynthesisOptions){ 2, 2, 16, 2, 0 });
  species = g_build_filename (folder, "rgb", "Azurina_profunda", NULL);
  g_assert_cmpuint (test_folder_count (species), ==, 1);
  test_folder_remove (folder);
}

static void
test_foreign_folder_is_left_alone (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *own = test_folder_add (folder, "thesis.doc", "text", -1);
  PhenoSynthesisOptions options = { 2, 2, 16, 1, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_synthesise (folder, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "thesis.doc"));
  g_assert_nonnull (strstr (error->message, "Choose an empty folder"));
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  test_folder_remove (folder);
}

static void
test_impossible_options_are_refused (void)
{
  const PhenoSynthesisOptions wrong[] = {
    { 1, 10, 64, 1, 0 }, { 45, 100, 64, 1, 0 }, { 5, 4, 64, 1, 0 },
    { 2, 2, 15, 1, 0 },  { 2, 2, 5000, 1, 0 },
  };
  g_autofree char *folder = test_folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pheno_synthesise (folder, &wrong[i], NULL, NULL, NULL, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_assert_nonnull (strstr (error->message, "Choose"));
    }
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
  test_folder_remove (folder);
}

static void
test_cancelled (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PhenoSynthesisOptions options = { 2, 4, 16, 1, 2 };
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (pheno_synthesise (folder, &options, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_folder_remove (folder);
}

/* Mean colour of the upper forewing's middle, on the back, against the card's corner. */
static void
mean_colour (int species, gboolean wing, double rgb[3])
{
  g_autofree guint8 *pixels = g_malloc (64 * 64 * 3);
  int count = 0;

  rgb[0] = rgb[1] = rgb[2] = 0;
  for (int number = 0; count < 8 && number < 200; number++)
    {
      PhenoSpecimen specimen;

      pheno_specimen_draw (3, number, species, &specimen);
      if (specimen.ventral || specimen.female)
        continue;
      pheno_photograph_take (&specimen, 64, pixels);
      for (int c = 0; c < 3; c++)
        rgb[c] += pixels[3 * (wing ? 42 * 64 + 42 : 2 * 64 + 2) + c] / 8.0;
      count++;
    }
  g_assert_cmpint (count, ==, 8);
}

static void
test_photographs_have_the_species_colours (void)
{
  double blue[3], yellow[3], card[3];

  mean_colour (0, TRUE, blue);   /* Azurina: structural blue */
  mean_colour (4, TRUE, yellow); /* Chromoptera: pterin */
  mean_colour (0, FALSE, card);
  g_assert_cmpfloat (blue[2], >, blue[0] + 40);
  g_assert_cmpfloat (yellow[0], >, yellow[2] + 60);
  g_assert_cmpfloat (yellow[1], >, yellow[2] + 60);
  for (int c = 0; c < 3; c++) /* a light grey card */
    g_assert_true (card[c] > 180 && card[c] < 240);
}

/* The background of a species is no different from another's: only the animal tells. */
static void
test_background_gives_nothing_away (void)
{
  double a[3], b[3];

  mean_colour (1, FALSE, a);
  mean_colour (9, FALSE, b);
  for (int c = 0; c < 3; c++)
    g_assert_cmpfloat (ABS (a[c] - b[c]), <, 12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/specimens/same-bytes-on-any-threads",
                   test_same_bytes_on_any_threads);
  g_test_add_func ("/specimens/tables-tell-of-every-file",
                   test_tables_tell_of_every_file);
  g_test_add_func ("/specimens/making-again-replaces", test_making_again_replaces);
  g_test_add_func ("/specimens/foreign-folder-is-left-alone",
                   test_foreign_folder_is_left_alone);
  g_test_add_func ("/specimens/impossible-options-are-refused",
                   test_impossible_options_are_refused);
  g_test_add_func ("/specimens/cancelled", test_cancelled);
  g_test_add_func ("/specimens/photographs-have-the-species-colours",
                   test_photographs_have_the_species_colours);
  g_test_add_func ("/specimens/background-gives-nothing-away",
                   test_background_gives_nothing_away);
  return g_test_run ();
}
