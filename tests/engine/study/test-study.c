/* test-study.c - a study is kept as it was, and its runs never share a folder
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/study/study.h"
#include "tests/support/folder.h"

static void
test_settings_come_back (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "Flügel & mehr.study", NULL);
  g_autofree char *root = g_build_filename (folder, "photo; graphs", NULL);
  g_autofree char *odd = g_build_filename (root, "l\xe9pid\n1.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoStudy) study = pheno_study_create (path, &error);
  g_autoptr (PhenoStudy) again = NULL;

  g_assert_no_error (error);
  pheno_study_add_root (study, root);
  pheno_study_add_root (study, "/elsewhere/drawer");
  pheno_study_add_root (study, root);
  pheno_study_set_excluded (study, odd, TRUE);
  g_free (study->species);
  study->species = g_strdup ("{genus}_{species}_{number}");
  g_assert_true (pheno_study_save (study, &error));

  again = pheno_study_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->roots->len, ==, 2);
  g_assert_cmpstr (again->roots->pdata[0], ==, root);
  g_assert_cmpstr (again->roots->pdata[1], ==, "/elsewhere/drawer");
  g_assert_cmpstr (again->species, ==, "{genus}_{species}_{number}");
  g_assert_true (g_hash_table_contains (again->excluded, odd));

  test_folder_remove (folder);
}

/* Photographs beside the study, or in it, move with it. */
static void
test_moved_with_its_photographs (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *before = g_build_filename (folder, "before", NULL);
  g_autofree char *after = g_build_filename (folder, "after", NULL);
  g_autofree char *path = g_build_filename (before, "a.study", NULL);
  g_autofree char *root = g_build_filename (before, "wings", NULL);
  g_autofree char *moved = g_build_filename (after, "a.study", NULL);
  g_autofree char *moved_root = g_build_filename (after, "wings", NULL);
  g_autofree char *moved_file = g_build_filename (moved_root, "1.png", NULL);
  g_autofree char *file = g_build_filename (root, "1.png", NULL);
  g_autoptr (PhenoStudy) study = pheno_study_create (path, NULL);
  g_autoptr (PhenoStudy) again = NULL;

  pheno_study_add_root (study, root);
  pheno_study_set_excluded (study, file, TRUE);
  g_assert_true (pheno_study_save (study, NULL));
  g_assert_cmpint (g_rename (before, after), ==, 0);

  again = pheno_study_open (moved, NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->roots->pdata[0], ==, moved_root);
  g_assert_true (g_hash_table_contains (again->excluded, moved_file));

  test_folder_remove (folder);
}

/* A disk with another name: what was said about one folder is said about the other, and
 * the folder beside it is found, too. */
static void
test_moved_roots (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "a.study", NULL);
  g_autofree char *drawer = g_build_filename (folder, "disk", "drawer", NULL);
  g_autofree char *other = g_build_filename (folder, "disk", "other", NULL);
  g_autofree char *file = g_build_filename (drawer, "1.png", NULL);
  g_autofree char *disk = g_build_filename (folder, "disk", NULL);
  g_autofree char *stick = g_build_filename (folder, "stick", NULL);
  g_autofree char *moved = g_build_filename (stick, "drawer", NULL);
  g_autofree char *moved_other = g_build_filename (stick, "other", NULL);
  g_autofree char *moved_file = g_build_filename (moved, "1.png", NULL);
  g_autofree char *table = NULL, *before = NULL, *after = NULL, *expected = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoStudy) study = pheno_study_create (path, &error);
  g_autoptr (PhenoStudy) copy = NULL;

  g_assert_cmpint (g_mkdir_with_parents (drawer, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (other, 0755), ==, 0);
  pheno_study_add_root (study, drawer);
  pheno_study_add_root (study, other);
  pheno_study_set_excluded (study, file, TRUE);
  before
      = g_strdup_printf ("filename,sex\n%s,male\n\"%s/2, 3.png\",female\n", file, other);
  table = test_folder_add (path, "metadata.csv", before, -1);
  study->metadata = g_strdup (table);
  g_assert_cmpint (g_rename (disk, stick), ==, 0);

  /* The folder above is shown. */
  g_assert_true (pheno_study_move_root (study, drawer, stick, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (study->roots->pdata[0], ==, moved);
  g_assert_cmpstr (study->roots->pdata[1], ==, moved_other);
  g_assert_true (g_hash_table_contains (study->excluded, moved_file));
  g_assert_false (g_hash_table_contains (study->excluded, file));
  g_assert_true (g_file_get_contents (table, &after, NULL, NULL));
  expected = g_strdup_printf ("filename,sex\n%s,male\n\"%s/2, 3.png\",female\n",
                              moved_file, moved_other);
  g_assert_cmpstr (after, ==, expected);

  copy = pheno_study_copy (study);
  g_assert_cmpstr (copy->roots->pdata[1], ==, moved_other);
  g_assert_cmpstr (copy->metadata, ==, table);
  g_assert_true (g_hash_table_contains (copy->excluded, moved_file));

  g_assert_false (pheno_study_move_root (study, drawer, stick, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_false (pheno_study_move_root (study, moved, "/nowhere/at/all", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  test_folder_remove (folder);
}

static void
test_runs_are_lettered_by_day (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "a.study", NULL);
  g_autoptr (PhenoStudy) study = pheno_study_create (path, NULL);
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; i < 28; i++)
    {
      g_autofree char *run = pheno_study_new_run (study, NULL);

      g_assert_true (g_file_test (run, G_FILE_TEST_IS_DIR));
      if (i == 0)
        g_assert_true (g_str_has_suffix (run, "-a"));
    }

  runs = pheno_study_runs (study);
  g_assert_cmpuint (runs->len, ==, 28);
  last = g_path_get_basename (runs->pdata[27]);
  g_assert_true (g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d-ab$", last, 0, 0));
  g_assert_true (g_str_has_suffix (runs->pdata[25], "-z"));

  test_folder_remove (folder);
}

static void
test_nothing_is_overwritten (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *file = test_folder_add (folder, "precious.txt", "x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_study_create (folder, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "is there already"));
  g_assert_false (pheno_study_is_one (folder));

  test_folder_remove (folder);
}

static void
check_refused (const char *text, const char *words)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *file = test_folder_add (folder, "study.ini", text, -1);
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_study_open (folder, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "study.ini"));
  g_assert_nonnull (strstr (error->message, words));

  test_folder_remove (folder);
}

static void
test_nonsense_is_refused_by_name (void)
{
  check_refused ("[collection]\nspecie=folder\n", "Did you mean “species”?");
  check_refused ("[colection]\nspecies=folder\n", "Did you mean “collection”?");
  check_refused ("[collection]\nradiometry=percentil\n", "Did you mean “percentile”?");
  check_refused ("[collection]\nzzzzzzzz=1\n", "“zzzzzzzz”, which is not known");
  check_refused ("[study]\nversion=99\n", "newer");
  check_refused ("no ini at all", "cannot be understood");
}

static void
test_missing_study_is_an_error (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_study_open ("/nowhere/at/all.study", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "does not exist"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/study/settings-come-back", test_settings_come_back);
  g_test_add_func ("/study/moved-with-its-photographs", test_moved_with_its_photographs);
  g_test_add_func ("/study/moved-roots", test_moved_roots);
  g_test_add_func ("/study/runs-are-lettered-by-day", test_runs_are_lettered_by_day);
  g_test_add_func ("/study/nothing-is-overwritten", test_nothing_is_overwritten);
  g_test_add_func ("/study/nonsense-is-refused-by-name",
                   test_nonsense_is_refused_by_name);
  g_test_add_func ("/study/missing-study-is-an-error", test_missing_study_is_an_error);

  return g_test_run ();
}
