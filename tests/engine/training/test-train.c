/* test-train.c - whole runs, small ones: what they say and what they write
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/training/small-run.h"

static void
test_a_run_learns_and_writes (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "run.ini", "history.csv", "left-out.csv",
                                       "last.safetensors", "best.safetensors" };
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 8);
  g_autoptr (PhenoRun) resolved = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autofree char *path = g_build_filename (fixture->run_folder, "run.ini", NULL);
  g_autofree char *left_out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n_best = 0;

  g_assert_true (pheno_run_set (run, "training.learning-rate=auto", NULL));
  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (fixture->run_folder, files[i], NULL);

      g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
    }

  g_assert_cmpint (result.epochs, ==, 8);
  g_assert_cmpuint (result.images, ==, PHOTOGRAPHS);
  g_assert_cmpuint (result.left_out, ==, 0);
  g_assert_null (result.stopped);
  g_assert_cmpfloat (result.knn_accuracy, >=, 0);
  g_assert_cmpfloat (result.knn_accuracy, <=, 1);
  g_assert_cmpfloat (result.views_per_second, >, 0);
  g_assert_cmpfloat (result.data_share, >, 0);
  g_assert_cmpfloat (result.data_share, <, 1);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 8);

  g_assert_cmpfloat_with_epsilon (listener.first_loss, log (7),
                                  1.5); /* chance: ln (2N - 1) */
  g_assert_cmpfloat (result.loss, <, 0.8 * listener.first_loss);
  g_assert_true (listener.has_seconds_left);
  g_assert_nonnull (
      strstr (listener.messages->str, "chance 50.0 %): this is what training "));

  left_out = read_text (fixture->run_folder, "left-out.csv");
  g_assert_cmpstr (left_out, ==, "file,reason\n");
  resolved = pheno_run_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (resolved->learning_rate, 3e-4 * sqrt (4 / 128.0),
                                  1e-12);
  g_assert_cmpstr (resolved->device, !=, "auto");
  g_assert_cmpstr (resolved->roots[0], ==, fixture->photographs);

  dir = g_dir_open (fixture->run_folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n_best += g_str_has_prefix (name, "best-epoch-");
  g_assert_cmpuint (n_best, ==, 3);
}

/* run.ini as it stands in the folder gives the same run again. */
static void
test_the_resolved_file_repeats_the_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_autoptr (PhenoRun) resolved = NULL;
  g_autofree char *again = g_build_filename (fixture->folder, "again", NULL);
  g_autofree char *path = g_build_filename (fixture->run_folder, "run.ini", NULL);

  train (run, fixture->run_folder, FALSE);
  resolved = pheno_run_load (path, NULL);
  train (resolved, again, FALSE);
  assert_same_run (fixture->run_folder, again);
}

static void
test_a_run_is_never_overwritten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  sentence
      = g_strdup_printf ("“%s” already holds a run. Add --resume to go on with it, or "
                         "choose another folder.",
                         fixture->run_folder);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==, sentence);
  g_clear_error (&error);

  g_assert_true (pheno_run_set (run, "loss.temperature=0.5", NULL));
  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "began with loss.temperature=0.2"));
}

static void
test_five_images_of_one_species_are_enough (Fixture *fixture, gconstpointer data)
{
  g_autofree char *few = g_build_filename (fixture->folder, "few", NULL);
  g_autofree char *only = g_build_filename (few, "only", NULL);
  g_autoptr (PhenoRun) run = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (only, 0755), ==, 0);
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.png", i);
      g_autofree char *path = g_build_filename (only, name, NULL);

      paint (path, i, TRUE);
    }

  run = make_run (few, 1);
  run->batch = 32;
  run->accumulate = 2;
  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.images, ==, 5);
  g_assert_true (isnan (result.knn_accuracy));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "The collection has 5 images. Training goes on, but so few say "
              "little; a hundred or more are better.\n"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "The collection has 5 images, fewer than the batch of 32: the "
              "batch is reduced to them.\n"));
  g_assert_nonnull (strstr (listener.messages->str, "accumulate is reduced to 1.\n"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "All images are of one species, so kNN accuracy is not measured."));
}

static void
test_one_image_is_too_few (Fixture *fixture, gconstpointer data)
{
  g_autofree char *few = g_build_filename (fixture->folder, "few", NULL);
  g_autoptr (PhenoRun) run = make_run (few, 1);
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  add_photographs (few, 0, 1);
  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  sentence = g_strdup_printf (
      "There is 1 usable image in “%s” (0 left out); training needs "
      "two or more. “phenoscape-cli scan” lists what is there and what "
      "is wrong.",
      few);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_unreadable_files_are_listed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *text
      = test_folder_add (fixture->photographs, "discs/letter.jpg", "Dear reader,", -1);
  g_autofree char *empty
      = test_folder_add (fixture->photographs, "discs/empty.png", "", 0);
  g_autofree char *left_out = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.images, ==, PHOTOGRAPHS);
  g_assert_cmpuint (result.left_out, ==, 2);
  left_out = read_text (fixture->run_folder, "left-out.csv");
  g_assert_nonnull (strstr (left_out, "discs/letter.jpg,"));
  g_assert_nonnull (strstr (left_out, "discs/empty.png,"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "2 files are left out; left-out.csv in the run's folder says why."));
}

/* At a learning rate of nothing the loss cannot fall by a thousandth for long. */
static void
test_patience_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 60);
  g_auto (PhenoTrainingResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  run->patience = 2;
  run->learning_rate = 1e-9;
  g_assert_true (
      pheno_train (run, fixture->run_folder, FALSE, &result, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.epochs, <, 60);
  g_assert_cmpstr (result.stopped, ==,
                   "The loss has not improved for 2 epochs (patience=2).");
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, (guint) result.epochs);
}

/* What a run has learnt is where the next begins; its head is not taken for a stranger.
 */
static void
test_weights_of_a_run_begin_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *again = g_build_filename (fixture->folder, "again", NULL);
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_free (run->weights);
  run->weights = g_build_filename (fixture->run_folder, "best.safetensors", NULL);
  run->learning_rate = 1e-9;
  g_assert_true (
      pheno_train (run, again, FALSE, NULL, listen_cb, &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (strstr (listener.messages->str, "begin at random"));

  g_free (run->weights);
  run->weights
      = g_build_filename (fixture->photographs, "discs", "photograph-01.png", NULL);
  test_folder_remove (again);
  g_assert_false (pheno_train (run, again, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "photograph-01.png"));
}

/* The views are the same to the bit; sums over a batch are added in another order, so the
 * losses agree to what float32 keeps over three small steps. AdamW would not do here: its
 * first steps are the signs of gradients, and that of a gradient near 0 is chance. */
static void
test_threads_do_not_change_the_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *two = g_build_filename (fixture->folder, "two", NULL);
  PhenoTrainingResult results[2] = { 0 };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
      g_autoptr (GError) error = NULL;

      g_assert_true (pheno_run_set (run, "training.optimiser=sgd", NULL));
      run->threads = i + 1;
      run->learning_rate = 1e-4;
      g_assert_true (pheno_train (run, i == 0 ? fixture->run_folder : two, FALSE,
                                  &results[i], NULL, NULL, NULL, &error));
    }

  g_assert_cmpfloat_with_epsilon (results[0].loss, results[1].loss,
                                  1e-4 * results[0].loss);
  g_assert_cmpfloat (results[0].knn_accuracy, ==, results[1].knn_accuracy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/train/" path, Fixture, argv[0], set_up, function, tear_down)
  ADD ("a-run-learns-and-writes", test_a_run_learns_and_writes);
  ADD ("the-resolved-file-repeats-the-run", test_the_resolved_file_repeats_the_run);
  ADD ("a-run-is-never-overwritten", test_a_run_is_never_overwritten);
  ADD ("five-images-of-one-species-are-enough",
       test_five_images_of_one_species_are_enough);
  ADD ("one-image-is-too-few", test_one_image_is_too_few);
  ADD ("unreadable-files-are-listed", test_unreadable_files_are_listed);
  ADD ("patience-ends", test_patience_ends);
  ADD ("weights-of-a-run-begin-another", test_weights_of_a_run_begin_another);
  ADD ("threads-do-not-change-the-run", test_threads_do_not_change_the_run);
  return g_test_run ();
}
