/* test-history.c - history.csv and the monitor that reads it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/lock.h"
#include "engine/training/monitor.h"
#include "tests/support/folder.h"

static PhenoHistoryRow
make_row (guint epoch, double loss)
{
  PhenoHistoryRow row = {
    .epoch = epoch,
    .step = 10 * epoch,
    .loss = loss,
    .learning_rate = 0.1,
    .knn_accuracy = NAN,
    .knn_balanced_accuracy = NAN,
    .alignment = 0.5,
    .uniformity = -2,
    .effective_rank = 20,
    .gradient_norm = 1,
    .views_per_second = 100,
    .data_share = 0.05,
    .seconds = 2,
  };

  return row;
}

static void
test_rows_come_back_without_the_lost_ones (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "history.csv", NULL);
  g_autofree char *text = NULL;
  g_autoptr (PhenoHistory) history = pheno_history_open (path, 0);
  g_autoptr (PhenoHistory) back = NULL;
  PhenoHistoryRow *row;

  for (guint epoch = 1; epoch <= 4; epoch++)
    {
      PhenoHistoryRow made = make_row (epoch, 1.0 / 3 / epoch);

      made.note = epoch == 2 ? (char *) "a “note”, with \"quotes\"" : NULL;
      made.knn_accuracy = epoch == 2 ? 0.25 : NAN;
      g_assert_true (pheno_history_append (history, &made, NULL));
    }

  back = pheno_history_open (path, 3);
  g_assert_cmpuint (back->rows->len, ==, 3);
  row = &g_array_index (back->rows, PhenoHistoryRow, 1);
  g_assert_cmpuint (row->epoch, ==, 2);
  g_assert_cmpuint (row->step, ==, 20);
  g_assert_cmpfloat_with_epsilon (row->loss, 1.0 / 6, 1e-9);
  g_assert_cmpfloat (row->knn_accuracy, ==, 0.25);
  g_assert_true (isnan (row->knn_balanced_accuracy));
  g_assert_cmpstr (row->note, ==, "a “note”, with \"quotes\"");
  g_assert_null (g_array_index (back->rows, PhenoHistoryRow, 2).note);

  g_assert_true (pheno_history_write (back, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (
      text, "epoch,step,loss,learning_rate,knn_accuracy,knn_balanced_accuracy,alignment,"
            "uniformity,effective_rank,gradient_norm,views_per_second,data_share,seconds,"
            "note\n1,10,0.333333333,0.1,,,0.5,-2,20,1,100,0.05,2,\n2,20,0.166666667,0.1,"
            "0.25,,"));
  g_assert_null (strstr (text, "\n4,"));
  test_folder_remove (folder);
}

static void
test_nonsense_is_begun_again (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = test_folder_add (folder, "history.csv", "a,b\n1,2\n", -1);
  g_autoptr (PhenoHistory) history = pheno_history_open (path, 9);

  g_assert_cmpuint (history->rows->len, ==, 0);
  test_folder_remove (folder);
}

static void
test_collapse_is_told_once (void)
{
  PhenoMonitor monitor;
  PhenoHistoryRow row = make_row (1, 1);
  g_autofree char *words = NULL;

  pheno_monitor_init (&monitor, 100, 128);
  g_assert_null (pheno_monitor_judge (&monitor, &row));

  row = make_row (2, 0.9);
  row.effective_rank = 1.04;
  words = pheno_monitor_judge (&monitor, &row);
  g_assert_cmpstr (
      words, ==,
      "Epoch 2: the embeddings have collapsed (effective rank 1.0): all images "
      "look alike to the model. Lower the learning rate, or raise the "
      "temperature or the batch.");
  row.epoch = 3;
  row.loss = 0.8;
  g_assert_null (pheno_monitor_judge (&monitor, &row));
}

/* A batch of 128 guesses at ln 255 = 5.54. */
static void
test_plateau_at_chance_is_named (void)
{
  PhenoMonitor monitor;
  g_autofree char *words = NULL;

  pheno_monitor_init (&monitor, 100, 128);
  for (guint epoch = 1; epoch <= 5; epoch++)
    {
      PhenoHistoryRow row = make_row (epoch, 5.53 - 0.006 * epoch);

      g_assert_null (words);
      words = pheno_monitor_judge (&monitor, &row);
    }
  g_assert_nonnull (words);
  g_assert_nonnull (strstr (words, "stayed at that of guessing, 5.54, for 5 epochs"));
}

static void
test_standing_still_is_named (void)
{
  PhenoMonitor monitor;
  guint told = 0;

  pheno_monitor_init (&monitor, 50, 128);
  for (guint epoch = 1; epoch <= 50; epoch++)
    {
      PhenoHistoryRow row = make_row (epoch, epoch < 10 ? 3.0 / epoch : 0.4);
      g_autofree char *words = pheno_monitor_judge (&monitor, &row);

      if (words != NULL)
        {
          g_assert_nonnull (strstr (words, "has not improved since epoch 9"));
          told = epoch;
        }
    }
  g_assert_cmpuint (told, ==, 24); /* 15 epochs after the ninth */
}

/* Two views each of four images at right angles: alignment 0; the six pairs within a view
 * are at squared distance 2, so uniformity is log e^-4; four equal singular values are
 * rank 4. */
static void
test_measures_are_those_of_the_paper (void)
{
  g_autoptr (PhenoMatrix) views = pheno_matrix_new (8, 4);
  PhenoHistoryRow row = { 0 };

  for (gsize i = 0; i < 8; i++)
    pheno_matrix_row (views, i)[i % 4] = 1;

  pheno_monitor_measure (views, &row);
  g_assert_cmpfloat_with_epsilon (row.alignment, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (row.uniformity, -4, 1e-5);
  g_assert_cmpfloat_with_epsilon (row.effective_rank, 4, 1e-3);
}

static void
test_knn_is_due_about_twenty_times (void)
{
  guint count = 0;

  for (guint epoch = 1; epoch <= 100; epoch++)
    count += (guint) pheno_monitor_is_due (epoch, 100);
  g_assert_cmpuint (count, ==, 20);
  g_assert_true (pheno_monitor_is_due (1, 1));
  g_assert_true (pheno_monitor_is_due (101, 101));
}

static void
test_one_trainer_at_a_time (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;
  int first = pheno_lock_folder (folder, &error), second;

  g_assert_no_error (error);
  second = pheno_lock_folder (folder, &error);
  g_assert_cmpint (second, ==, -1);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  sentence
      = g_strdup_printf ("Another training (process %d) is at work in “%s”. Wait until "
                         "it has ended, or choose another folder.",
                         (int) getpid (), folder);
  g_assert_cmpstr (error->message, ==, sentence);
  g_clear_error (&error);

  close (first);
  second = pheno_lock_folder (folder, &error);
  g_assert_no_error (error);
  close (second);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/rows-come-back-without-the-lost-ones",
                   test_rows_come_back_without_the_lost_ones);
  g_test_add_func ("/history/nonsense-is-begun-again", test_nonsense_is_begun_again);
  g_test_add_func ("/monitor/collapse-is-told-once", test_collapse_is_told_once);
  g_test_add_func ("/monitor/plateau-at-chance-is-named",
                   test_plateau_at_chance_is_named);
  g_test_add_func ("/monitor/standing-still-is-named", test_standing_still_is_named);
  g_test_add_func ("/monitor/measures-are-those-of-the-paper",
                   test_measures_are_those_of_the_paper);
  g_test_add_func ("/monitor/knn-is-due-about-twenty-times",
                   test_knn_is_due_about_twenty_times);
  g_test_add_func ("/lock/one-trainer-at-a-time", test_one_trainer_at_a_time);
  return g_test_run ();
}
