/* test-session.c - what is open, filtered, selected and edited, and what of it comes back
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * List models need no display.
 */
#include "app/session.h"
#include "engine/training/training.h"
#include "tests/support/picture.h"

typedef struct
{
  char *folder, *images; /* images: the folder that is opened */
} Place;

static void
place_set_up (Place *place, gconstpointer unused)
{
  static const char *const files[]
      = { "erato/1.png", "erato/2.png", "erato/10.png", "sara/3.png", "sara/4.png" };

  place->folder = test_folder_new ();
  place->images = g_build_filename (place->folder, "wings", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_free (test_picture_add (place->images, files[i], 8, 6, (guint8) (i * 30), 0, 0));
  g_free (test_folder_add (place->images, "broken.png", "no picture", -1));
}

static void
place_tear_down (Place *place, gconstpointer unused)
{
  test_folder_remove (place->folder);
  g_free (place->folder);
  g_free (place->images);
}

/* ---- waiting ---- */

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static PhenoSession *
open_path (const char *path)
{
  PhenoSession *session = pheno_session_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pheno_session_open_async (session, path, NULL, keep_cb, &result);
  g_assert_true (pheno_session_get_loading (session));
  wait_for (&result);
  pheno_session_open_finish (session, result, &error);
  g_assert_no_error (error);
  g_assert_false (pheno_session_get_loading (session));
  return session;
}

static void
rescan (PhenoSession *session)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pheno_session_rescan_async (session, NULL, keep_cb, &result);
  wait_for (&result);
  pheno_session_rescan_finish (session, result, &error);
  g_assert_no_error (error);
}

/* Threads of GTask let go of the session some time after it was told. */
static void
let_go (PhenoSession *session)
{
  gpointer weak = session;

  pheno_session_close (session);
  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  g_object_unref (session);
  for (int i = 0; i < 500 && weak != NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
  g_assert_null (weak);
}

static guint
count (GListModel *model)
{
  return g_list_model_get_n_items (model);
}

static guint
property (PhenoSession *session, const char *name)
{
  guint value;

  g_object_get (session, name, &value, NULL);
  return value;
}

/* (transfer full) */
static GPtrArray *
pick (PhenoSession *session, const char *first, const char *second)
{
  GPtrArray *specimens = g_ptr_array_new ();

  g_ptr_array_add (specimens, pheno_session_find (session, first));
  if (second != NULL)
    g_ptr_array_add (specimens, pheno_session_find (session, second));
  return specimens;
}

static const char *
value_of (PhenoSession *session, const char *file, const char *column)
{
  return pheno_specimen_get_value (pheno_session_find (session, file), column);
}

/* ---- tests ---- */

static void
test_open (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autofree char *study = g_build_filename (place->folder, "wings.study", NULL);
  g_autoptr (PhenoProblemItem) problem
      = g_list_model_get_item (pheno_session_get_problems (session), 0);

  g_assert_cmpstr (pheno_session_get_study_path (session), ==, study);
  g_assert_cmpstr (pheno_session_get_title (session), ==, "wings");
  g_assert_cmpuint (count (pheno_session_get_specimens (session)), ==, 5);
  g_assert_cmpstr (value_of (session, "sara/3.png", "species"), ==, "sara");
  g_assert_cmpuint (property (session, "n-problems"), ==, 1);
  g_assert_cmpstr (pheno_problem_item_get_file (problem), ==, "broken.png");
  g_assert_true (g_str_has_suffix (pheno_problem_item_get_path (problem), "broken.png"));
  let_go (session);
}

static void
test_filter (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  GListModel *visible = pheno_session_get_visible (session);

  pheno_session_set_value_shown (session, "species", "erato", TRUE);
  g_assert_cmpuint (count (visible), ==, 3);
  pheno_session_set_search (session, "10 ERA");
  g_assert_cmpuint (count (visible), ==, 1);
  pheno_session_set_search (session, "sara");
  g_assert_cmpuint (count (visible), ==, 0);
  g_assert_true (pheno_session_is_filtered (session));
  pheno_session_clear_filter (session);
  g_assert_cmpuint (count (visible), ==, 5);
  g_assert_false (pheno_session_is_filtered (session));

  /* One without a value is found by the empty one. */
  pheno_session_add_column (session, "sex");
  pheno_session_set_value_shown (session, "sex", "", TRUE);
  g_assert_cmpuint (count (visible), ==, 5);
  let_go (session);
}

static void
test_exclusions_come_back (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autoptr (GPtrArray) two = pick (session, "erato/1.png", "sara/3.png");

  pheno_session_exclude (session, two, TRUE);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 2);
  rescan (session);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 2);
  let_go (session);

  session = open_path (place->images);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 2);
  g_assert_true (
      pheno_specimen_get_excluded (pheno_session_find (session, "sara/3.png")));
  let_go (session);
}

static void
test_undo (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  PhenoUndo *undo = pheno_session_get_undo (session);
  g_autoptr (GPtrArray) two = pick (session, "erato/1.png", "sara/3.png");
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);

  pheno_session_edit (session, one, "sex", "male");
  pheno_session_edit (session, two, "sex", "female");
  pheno_session_exclude (session, one, TRUE);
  pheno_session_exclude (session, two, TRUE);

  /* One of the two was out before, and stays out. */
  pheno_undo_undo (undo);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 1);
  pheno_undo_undo (undo);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 0);
  pheno_undo_undo (undo);
  g_assert_cmpstr (value_of (session, "erato/1.png", "sex"), ==, "male");
  g_assert_null (value_of (session, "sara/3.png", "sex"));
  pheno_undo_redo (undo);
  g_assert_cmpstr (value_of (session, "sara/3.png", "sex"), ==, "female");
  let_go (session);
}

/* Undo still works after a scan, which keeps the objects of the files that it knows. */
static void
test_rescan_keeps_selection_and_undo (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autoptr (GPtrArray) two = pick (session, "erato/1.png", "sara/3.png");
  g_autoptr (GPtrArray) selected = NULL;

  pheno_session_edit (session, two, "sex", "female");
  pheno_session_select (session, two, FALSE);
  g_free (test_picture_add (place->images, "erato/0.png", 8, 6, 9, 9, 9));
  rescan (session);

  g_assert_cmpuint (count (pheno_session_get_specimens (session)), ==, 6);
  selected = pheno_session_selected (session);
  g_assert_cmpuint (selected->len, ==, 2);
  g_assert_true (selected->pdata[0] == two->pdata[0]);
  /* The species of a file that came later is still said by its folder. */
  g_assert_cmpstr (value_of (session, "erato/0.png", "species"), ==, "erato");
  g_assert_cmpstr (value_of (session, "sara/3.png", "sex"), ==, "female");
  pheno_undo_undo (pheno_session_get_undo (session));
  g_assert_null (value_of (session, "sara/3.png", "sex"));
  let_go (session);
}

/* What is edited while a scan runs is neither lost nor undone by it. */
static void
test_edit_during_a_scan (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);
  g_autoptr (GAsyncResult) result = NULL;

  pheno_session_rescan_async (session, NULL, keep_cb, &result);
  pheno_session_edit (session, one, "sex", "male");
  pheno_session_exclude (session, one, TRUE);
  wait_for (&result);
  g_assert_true (pheno_session_rescan_finish (session, result, NULL));
  g_assert_cmpstr (value_of (session, "erato/1.png", "sex"), ==, "male");
  g_assert_cmpuint (property (session, "n-excluded"), ==, 1);
  g_clear_object (&result);
  let_go (session);
}

static void
test_values_come_back (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);
  static const char odd[] = "a \"quoted\", value\nof two lines; with | and\ttab";

  pheno_session_edit (session, one, "notes", odd);
  pheno_session_edit (session, one, "species", " Heliconius erato ");
  let_go (session);

  session = open_path (place->images);
  g_assert_cmpstr (value_of (session, "erato/1.png", "notes"), ==, odd);
  g_assert_cmpstr (value_of (session, "erato/1.png", "species"), ==, "Heliconius erato");
  g_assert_cmpstr (value_of (session, "erato/2.png", "species"), ==, "erato");
  let_go (session);
}

/* The user's own table is read, and never written. */
static void
test_own_table_is_left_alone (Place *place, gconstpointer unused)
{
  static const char text[] = "image,species,sex\n1.png,Heliconius erato,male\n"
                             "99.png,Heliconius erato,female\n";
  g_autofree char *table = test_folder_add (place->images, "metadata.csv", text, -1);
  PhenoSession *session = open_path (place->images);
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);
  g_autofree char *after = NULL;

  g_assert_cmpuint (count (pheno_session_get_unmatched_rows (session)), ==, 1);
  g_assert_cmpuint (count (pheno_session_get_unmatched_files (session)), ==, 4);
  pheno_session_edit (session, one, "sex", "female");
  let_go (session);

  g_assert_true (g_file_get_contents (table, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, text);
  session = open_path (place->images);
  g_assert_cmpstr (value_of (session, "erato/1.png", "sex"), ==, "female");
  g_assert_cmpstr (value_of (session, "erato/1.png", "species"), ==, "Heliconius erato");
  let_go (session);
}

/* An image that is away for a while has its values when it is there again. */
static void
test_values_of_files_that_are_away_are_kept (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autofree char *file = g_build_filename (place->images, "sara", "3.png", NULL);
  g_autofree char *away = g_build_filename (place->folder, "3.png", NULL);
  g_autoptr (GPtrArray) two = pick (session, "erato/1.png", "sara/3.png");
  g_autoptr (GPtrArray) one = NULL;

  pheno_session_edit (session, two, "sex", "female");
  pheno_session_save (session);
  g_assert_cmpint (g_rename (file, away), ==, 0);
  rescan (session);
  g_assert_null (pheno_session_find (session, "sara/3.png"));
  one = pick (session, "erato/2.png", NULL);
  pheno_session_edit (session, one, "sex", "male");
  pheno_session_save (session);
  g_assert_cmpint (g_rename (away, file), ==, 0);
  let_go (session);

  session = open_path (place->images);
  g_assert_cmpstr (value_of (session, "sara/3.png", "sex"), ==, "female");
  g_assert_cmpstr (value_of (session, "erato/2.png", "sex"), ==, "male");
  let_go (session);
}

/* A run as the command line leaves it; returns its folder. */
static char *
add_run (const char *study, const char *images, const char *excluded)
{
  g_autofree char *text = g_strdup_printf (
      "[collection]\nroots=%s\nspecies=folder\nexcluded=%s\n", images, excluded);
  g_autofree char *file = test_folder_add (study, "runs/first/run.ini", text, -1);

  return g_path_get_dirname (file);
}

static PhenoRun *
run_of (const char *folder)
{
  g_autofree char *ini = g_build_filename (folder, "run.ini", NULL);

  return pheno_run_load (ini, NULL);
}

/* phenoscape-cli train -o wings.study/runs/first */
static void
test_runs_of_the_command_line (Place *place, gconstpointer from_study)
{
  g_autofree char *study = g_strconcat (place->images, ".study", NULL);
  g_autofree char *ini = g_build_filename (study, "study.ini", NULL);
  g_autofree char *run = add_run (study, place->images, "sara/3.png");
  PhenoSession *session;

  g_free (test_folder_add (study, "catalogue.db", "", 0));
  session = open_path (from_study != NULL ? study : place->images);
  g_assert_cmpstr (pheno_session_get_study_path (session), ==, study);
  g_assert_cmpuint (count (pheno_session_get_specimens (session)), ==, 5);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 1);
  g_assert_cmpstr (value_of (session, "sara/4.png", "species"), ==, "sara");
  g_assert_true (g_file_test (ini, G_FILE_TEST_EXISTS));
  let_go (session);
}

static void
test_runs_that_cannot_be_read (Place *place, gconstpointer unused)
{
  PhenoSession *session = pheno_session_new ();
  g_autofree char *study = g_strconcat (place->images, ".study", NULL);
  g_autofree char *ini = g_build_filename (study, "study.ini", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_free (test_folder_add (study, "runs/first/run.ini", "[collection]\nrots=a\n", -1));
  pheno_session_open_async (session, study, NULL, keep_cb, &result);
  wait_for (&result);
  g_assert_false (pheno_session_open_finish (session, result, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "roots"));
  g_assert_false (g_file_test (ini, G_FILE_TEST_EXISTS));
  g_clear_object (&result);
  let_go (session);
}

static void
test_moved_folder_is_located (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autofree char *moved = g_build_filename (place->folder, "elsewhere", NULL);
  g_autofree char *study = g_strdup (pheno_session_get_study_path (session));
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *first = g_build_filename (place->images, "erato/1.png", NULL);
  g_autofree char *run = add_run (study, place->images, first);
  g_autofree char *there = g_build_filename (moved, "erato/1.png", NULL);
  g_autoptr (PhenoRun) found = NULL;

  pheno_session_edit (session, one, "sex", "male");
  pheno_session_exclude (session, one, TRUE);
  let_go (session);
  g_assert_cmpint (g_rename (place->images, moved), ==, 0);

  session = open_path (study);
  g_assert_cmpstr (pheno_session_get_missing_root (session), ==, place->images);
  g_assert_cmpuint (count (pheno_session_get_specimens (session)), ==, 0);

  pheno_session_locate_async (session, moved, NULL, keep_cb, &result);
  wait_for (&result);
  g_assert_true (pheno_session_locate_finish (session, result, NULL));
  g_clear_object (&result);
  rescan (session);
  g_assert_null (pheno_session_get_missing_root (session));
  g_assert_cmpuint (count (pheno_session_get_specimens (session)), ==, 5);
  g_assert_cmpuint (property (session, "n-excluded"), ==, 1);
  g_assert_cmpstr (value_of (session, "erato/1.png", "sex"), ==, "male");
  let_go (session);

  /* Runs that were made before find their photographs, too. */
  found = run_of (run);
  g_assert_cmpstr (found->roots[0], ==, moved);
  g_assert_null (found->roots[1]);
  g_assert_cmpstr (found->excluded[0], ==, there);
}

static void
test_ignored_problem (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autoptr (PhenoProblemItem) problem
      = g_list_model_get_item (pheno_session_get_problems (session), 0);
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  g_ptr_array_add (one, problem);
  pheno_session_ignore (session, one, TRUE);
  g_assert_cmpuint (property (session, "n-problems"), ==, 0);
  pheno_undo_undo (pheno_session_get_undo (session));
  g_assert_cmpuint (property (session, "n-problems"), ==, 1);
  pheno_undo_redo (pheno_session_get_undo (session));
  let_go (session);

  session = open_path (place->images);
  g_assert_cmpuint (count (pheno_session_get_problems (session)), ==, 1);
  g_assert_cmpuint (property (session, "n-problems"), ==, 0);
  let_go (session);
}

static void
keep_text_cb (PhenoSession *session, const char *text, const char *label,
              const char *action, char **kept)
{
  g_free (*kept);
  *kept = g_strdup (text);
}

/* A disk that is full or cannot be written: the user hears of it, and what was changed is
 * still there to be saved. */
static void
test_failed_save_is_told_and_tried_again (Place *place, gconstpointer unused)
{
  PhenoSession *session = open_path (place->images);
  g_autofree char *study = g_strdup (pheno_session_get_study_path (session));
  g_autofree char *away = g_strconcat (study, "-away", NULL);
  g_autofree char *told = NULL;
  g_autoptr (GPtrArray) one = pick (session, "erato/1.png", NULL);

  g_assert_cmpint (g_rename (study, away), ==, 0);
  pheno_session_edit (session, one, "sex", "male");
  g_signal_connect (session, "toast", G_CALLBACK (keep_text_cb), &told);
  pheno_session_save (session);
  g_assert_nonnull (told);
  g_assert_nonnull (strstr (told, "metadata.csv"));

  g_assert_cmpint (g_rename (away, study), ==, 0);
  let_go (session);
  session = open_path (place->images);
  g_assert_cmpstr (value_of (session, "erato/1.png", "sex"), ==, "male");
  let_go (session);
}

static void
add (const char *name, void (*test) (Place *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/session/", name, NULL);

  g_test_add (path, Place, NULL, place_set_up, test, place_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add ("open", test_open);
  add ("filter", test_filter);
  add ("exclusions-come-back", test_exclusions_come_back);
  add ("undo", test_undo);
  add ("rescan-keeps-selection-and-undo", test_rescan_keeps_selection_and_undo);
  add ("edit-during-a-scan", test_edit_during_a_scan);
  add ("values-come-back", test_values_come_back);
  add ("own-table-is-left-alone", test_own_table_is_left_alone);
  add ("values-of-files-that-are-away-are-kept",
       test_values_of_files_that_are_away_are_kept);
  g_test_add ("/session/runs-of-the-command-line/beside", Place, NULL, place_set_up,
              test_runs_of_the_command_line, place_tear_down);
  g_test_add ("/session/runs-of-the-command-line/study", Place, "study", place_set_up,
              test_runs_of_the_command_line, place_tear_down);
  add ("runs-that-cannot-be-read", test_runs_that_cannot_be_read);
  add ("moved-folder-is-located", test_moved_folder_is_located);
  add ("ignored-problem", test_ignored_problem);
  add ("failed-save-is-told-and-tried-again", test_failed_save_is_told_and_tried_again);

  return g_test_run ();
}
