/* test-metadata.c - tables and patterns: who is who
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/collection.h"
#include "tests/support/picture.h"

static void
add (const char *folder, const char *file)
{
  g_free (test_picture_add (folder, file, 2, 2, 10, 20, 30));
}

static PhenoCollection *
scan_with (const char *folder, const char *species, const char *metadata)
{
  const char *const roots[] = { folder, NULL };
  PhenoScanOptions options = { .species = species, .metadata = metadata };
  g_autoptr (GError) error = NULL;
  PhenoCollection *collection
      = pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);

  return collection;
}

static const char *
value (const PhenoCollection *collection, guint record, const char *column)
{
  return pheno_record_value (collection, collection->records->pdata[record], column);
}

/* Two files a.png, b.png and a table; a's values have to be found however it is written.
 */
static void
check_table (const char *table, gssize length)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "a.png");
  add (folder, "b.png");
  g_free (test_folder_add (folder, "metadata.csv", table, length));
  collection = scan_with (folder, NULL, NULL);

  g_assert_cmpstr (value (collection, 0, "species"), ==, "Morpho rhetenor");
  g_assert_cmpstr (value (collection, 0, "mass"), ==, "0.50");
  g_assert_cmpstr (value (collection, 1, "species"), ==, "Morpho adonis");
  g_assert_null (value (collection, 1, "mass"));
  g_assert_cmpuint (collection->problems->len, ==, 0);
  g_assert_cmpuint (collection->unmatched_rows->len, ==, 0);
  g_assert_cmpuint (collection->unmatched_files->len, ==, 0);

  test_folder_remove (folder);
}

static void
test_any_delimiter_and_line_end (void)
{
  check_table (
      "filename,species,mass\na.png,Morpho rhetenor,0.50\nb.png,Morpho adonis,\n", -1);
  check_table (
      "species;mass;file\r\nMorpho rhetenor;0.50;a.png\r\nMorpho adonis;;b.png\r\n", -1);
  check_table ("id\tspecies\tmass\na\tMorpho rhetenor\t0.50\nb\tMorpho adonis\tNA", -1);
  check_table ("name|species|mass\na.png|Morpho rhetenor|0.50\nb.png|Morpho adonis|\n",
               -1);
  check_table ("\xef\xbb\xbf\"filename\",\"Species\",\"mass\"\r\"a.png\",\"Morpho "
               "rhetenor\",\"0.50\"\r\"b.png\",\"Morpho adonis\",\"\"\r",
               -1);
  check_table (
      "photo,species,mass\n./a.png,Morpho rhetenor,0.50\n\n,,\nb,Morpho adonis\n", -1);
  check_table ("photo,scientificName,mass\nC:\\wings\\a.png,Morpho rhetenor,0.50\n"
               "C:\\wings\\b.png,Morpho adonis,\n",
               -1);
}

static void
test_utf16_of_spreadsheets (void)
{
  const char *text
      = "filename\tspecies\tmass\na.png\tMorpho rhetenor\t0.50\nb.png\tMorpho "
        "adonis\t\n";
  gsize length;
  g_autofree char *wide = g_convert (text, -1, "UTF-16", "UTF-8", NULL, &length, NULL);

  check_table (wide, length);
}

static void
test_quotes_hold_anything (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "a, b.png");
  g_free (test_folder_add (
      folder, "metadata.csv",
      "file,note,species\n\"a, b.png\",\"said \"\"no\"\"\nand, left\",X y\n", -1));
  collection = scan_with (folder, NULL, NULL);
  g_assert_cmpstr (value (collection, 0, "note"), ==, "said \"no\"\nand, left");
  g_assert_cmpstr (value (collection, 0, "species"), ==, "X y");

  test_folder_remove (folder);
}

static void
test_both_sides_are_listed (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "a.png");
  add (folder, "extra.png");
  g_free (test_folder_add (folder, "metadata.csv",
                           "filename,species\na.png,One\ngone.png,Two\n", -1));
  collection = scan_with (folder, NULL, NULL);

  g_assert_cmpuint (collection->unmatched_rows->len, ==, 1);
  g_assert_cmpstr (collection->unmatched_rows->pdata[0], ==, "gone.png");
  g_assert_cmpuint (collection->unmatched_files->len, ==, 1);
  g_assert_cmpstr (collection->unmatched_files->pdata[0], ==, "extra.png");
  g_assert_null (value (collection, 1, "species"));

  test_folder_remove (folder);
}

/* IMG_1.png in two folders: the name alone is joined to none; the path is. */
static void
test_ambiguous_names_are_said (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;
  const PhenoProblem *problem;

  add (folder, "day1/IMG_1.png");
  add (folder, "day2/IMG_1.png");
  add (folder, "day2/IMG_2.png");
  g_free (test_folder_add (folder, "metadata.csv",
                           "filename,species\nIMG_1.png,One\nIMG_2.png,Two\n"
                           "day2/IMG_1.png,Three\n",
                           -1));
  collection = scan_with (folder, NULL, NULL);

  g_assert_null (value (collection, 0, "species"));
  g_assert_cmpstr (value (collection, 1, "species"), ==, "Three");
  g_assert_cmpstr (value (collection, 2, "species"), ==, "Two");
  g_assert_cmpuint (collection->problems->len, ==, 1);
  problem = collection->problems->pdata[0];
  g_assert_cmpstr (problem->file, ==, "metadata.csv");
  g_assert_nonnull (strstr (problem->reason, "“IMG_1.png” fits several files"));

  test_folder_remove (folder);
}

static void
test_two_rows_for_one_file_are_said (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;
  const PhenoProblem *problem;

  add (folder, "a.png");
  g_free (test_folder_add (folder, "metadata.csv", "filename,species\na.png,One\na,Two\n",
                           -1));
  collection = scan_with (folder, NULL, NULL);

  g_assert_cmpstr (value (collection, 0, "species"), ==, "One");
  problem = collection->problems->pdata[0];
  g_assert_nonnull (strstr (problem->reason, "another row is for already"));

  test_folder_remove (folder);
}

/* A Mac writes é as e and an accent, the table as one sign. */
static void
test_composed_and_decomposed_names_meet (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "ve\xcc\x81lo.png");
  g_free (test_folder_add (folder, "metadata.csv",
                           "filename,species\nv\xc3\xa9lo.png,One\n", -1));
  collection = scan_with (folder, NULL, NULL);
  g_assert_cmpstr (value (collection, 0, "species"), ==, "One");

  test_folder_remove (folder);
}

static void
test_a_table_elsewhere (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *photographs = g_build_filename (folder, "photographs", NULL);
  g_autofree char *table = NULL;
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "photographs/a/1.png");
  add (folder, "photographs/b/1.png");
  table = test_folder_add (
      folder, "specimens.tsv",
      "where\tspecies\nphotographs/a/1.png\tOne\nphotographs/b/1.png\tTwo\n", -1);
  collection = scan_with (photographs, NULL, table);
  g_assert_cmpstr (value (collection, 0, "species"), ==, "One");
  g_assert_cmpstr (value (collection, 1, "species"), ==, "Two");

  test_folder_remove (folder);
}

static void
test_a_table_of_other_files_is_a_problem (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;
  const PhenoProblem *problem;

  add (folder, "a.png");
  g_free (test_folder_add (folder, "metadata.csv", "name,species\nx.png,One\ny.png,Two\n",
                           -1));
  collection = scan_with (folder, NULL, NULL);

  g_assert_cmpuint (collection->unmatched_rows->len, ==, 2);
  g_assert_cmpstr (collection->unmatched_rows->pdata[1], ==, "y.png");
  problem = collection->problems->pdata[0];
  g_assert_nonnull (
      strstr (problem->reason, "No column of the table names any of the files"));

  test_folder_remove (folder);
}

static void
test_patterns_name_the_parts (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "x/Morpho_rhetenor_017_male_dorsal.png");
  add (folder, "x/Morpho_rhetenor_017_male.png");
  add (folder, "x/Morpho_rhetenor_017_male_dorsal_2.png");
  collection = scan_with (folder, "{genus}_{species}_{number}_{sex}_{view}", NULL);

  g_assert_cmpuint (collection->records->len, ==, 3);
  g_assert_null (value (collection, 0, "species"));
  g_assert_cmpstr (value (collection, 1, "species"), ==, "Morpho rhetenor");
  g_assert_cmpstr (value (collection, 1, "genus"), ==, "Morpho");
  g_assert_cmpstr (value (collection, 1, "number"), ==, "017");
  g_assert_cmpstr (value (collection, 1, "sex"), ==, "male");
  g_assert_cmpstr (value (collection, 1, "view"), ==, "dorsal");
  g_assert_null (value (collection, 2, "species"));
  g_assert_cmpuint (collection->unmatched_files->len, ==, 2);
  g_assert_nonnull (strstr (((PhenoProblem *) collection->problems->pdata[0])->reason,
                            "2 files do not fit the species rule"));

  test_folder_remove (folder);
}

static void
test_patterns_with_folders_and_stars (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "box 3/Morpho menelaus/f-12_lowres.png");
  collection = scan_with (folder, "{species}/{sex}-{number}_*", NULL);
  g_assert_cmpstr (value (collection, 0, "species"), ==, "Morpho menelaus");
  g_assert_cmpstr (value (collection, 0, "sex"), ==, "f");
  g_assert_cmpstr (value (collection, 0, "number"), ==, "12");

  test_folder_remove (folder);
}

/* A pattern without a species leaves it to the table; what it names itself stays. */
static void
test_patterns_and_tables_together (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoCollection) collection = NULL;

  add (folder, "7_dorsal.png");
  g_free (test_folder_add (folder, "metadata.csv",
                           "filename,species,view,sex\n7_dorsal.png,One,wrong,male\n",
                           -1));
  collection = scan_with (folder, "{specimen}_{view}", NULL);
  g_assert_cmpstr (value (collection, 0, "species"), ==, "One");
  g_assert_cmpstr (value (collection, 0, "view"), ==, "dorsal");
  g_assert_cmpstr (value (collection, 0, "sex"), ==, "male");

  test_folder_remove (folder);
}

static void
check_refused (const char *rule, const char *words)
{
  g_autofree char *folder = test_folder_new ();
  const char *const roots[] = { folder, NULL };
  PhenoScanOptions options = { .species = rule };
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, words));

  test_folder_remove (folder);
}

static void
test_nonsense_rules_are_refused (void)
{
  check_refused ("foldr", "Did you mean “folder”?");
  check_refused ("metadata", "there is no metadata.csv");
  check_refused ("{genus", "a brace is not closed");
  check_refused ("genus}", "a brace is not opened");
  check_refused ("{a}{b}", "nothing stands between");
  check_refused ("{a}_{a}", "twice");
  check_refused ("{}", "no name");
  check_refused ("plain", "no field");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/metadata/any-delimiter-and-line-end",
                   test_any_delimiter_and_line_end);
  g_test_add_func ("/metadata/utf16-of-spreadsheets", test_utf16_of_spreadsheets);
  g_test_add_func ("/metadata/quotes-hold-anything", test_quotes_hold_anything);
  g_test_add_func ("/metadata/both-sides-are-listed", test_both_sides_are_listed);
  g_test_add_func ("/metadata/ambiguous-names-are-said", test_ambiguous_names_are_said);
  g_test_add_func ("/metadata/two-rows-for-one-file-are-said",
                   test_two_rows_for_one_file_are_said);
  g_test_add_func ("/metadata/composed-and-decomposed-names-meet",
                   test_composed_and_decomposed_names_meet);
  g_test_add_func ("/metadata/a-table-elsewhere", test_a_table_elsewhere);
  g_test_add_func ("/metadata/a-table-of-other-files-is-a-problem",
                   test_a_table_of_other_files_is_a_problem);
  g_test_add_func ("/metadata/patterns-name-the-parts", test_patterns_name_the_parts);
  g_test_add_func ("/metadata/patterns-with-folders-and-stars",
                   test_patterns_with_folders_and_stars);
  g_test_add_func ("/metadata/patterns-and-tables-together",
                   test_patterns_and_tables_together);
  g_test_add_func ("/metadata/nonsense-rules-are-refused",
                   test_nonsense_rules_are_refused);

  return g_test_run ();
}
