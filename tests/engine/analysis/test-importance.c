/* test-importance.c - what an alteration costs, worked by hand and against the accuracy
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/analysis.h"

/* Two groups of three on two axes, a little apart. */
static float plain_values[6][2]
    = { { 1, 0.1f }, { 1, 0 }, { 1, -0.1f }, { 0.1f, 1 }, { 0, 1 }, { -0.1f, 1 } };
static const int groups[6] = { 0, 0, 0, 1, 1, 1 };

static PhenoMatrix
matrix_of (float values[6][2])
{
  return (PhenoMatrix){ 6, 2, &values[0][0] };
}

/* Turned by 90 degrees the first row lies among the others' group; the rest stay. Each
 * group counts alike: 1 of 3 in one of 2 groups is 1/6 of the accuracy. */
static void
test_one_row_lost (void)
{
  float altered_values[6][2];
  PhenoMatrix plain = matrix_of (plain_values), altered = matrix_of (altered_values);
  int before[6], after[6];
  PhenoImportance lost;
  g_autoptr (GError) error = NULL;

  memcpy (altered_values, plain_values, sizeof plain_values);
  altered_values[0][0] = 0;
  altered_values[0][1] = 2; /* length does not count */
  g_assert_true (
      pheno_altered_votes (&plain, &plain, groups, NULL, 1, 1, before, NULL, &error));
  g_assert_true (
      pheno_altered_votes (&plain, &altered, groups, NULL, 1, 2, after, NULL, &error));
  g_assert_no_error (error);
  for (int i = 0; i < 6; i++)
    {
      g_assert_cmpint (before[i], ==, groups[i]);
      g_assert_cmpint (after[i], ==, i == 0 ? 1 : groups[i]);
    }
  pheno_accuracy_lost (before, after, groups, NULL, 6, 1, &lost);
  g_assert_cmpfloat_with_epsilon (lost.accuracy_lost, 1 / 6.0, 1e-12);
  g_assert_cmpfloat (lost.lost_low, ==, 0); /* samples without that row */
  g_assert_cmpfloat (lost.lost_high, >, 0.2);

  /* 1 - cosine of the first row: 1 - 0.1 / sqrt (1.01); of the others 0. */
  pheno_rows_changed (&plain, &altered, &lost);
  g_assert_cmpfloat_with_epsilon (lost.change, (1 - 0.1 / sqrt (1.01)) / 6, 1e-6);
}

static void
test_nothing_altered_nothing_lost (void)
{
  PhenoMatrix plain = matrix_of (plain_values);
  int told[6];
  PhenoImportance lost;

  g_assert_true (
      pheno_altered_votes (&plain, &plain, groups, NULL, 3, 1, told, NULL, NULL));
  pheno_accuracy_lost (told, told, groups, NULL, 6, 1, &lost);
  pheno_rows_changed (&plain, &plain, &lost);
  g_assert_cmpfloat (lost.accuracy_lost, ==, 0);
  g_assert_cmpfloat (lost.lost_low, ==, 0);
  g_assert_cmpfloat (lost.lost_high, ==, 0);
  g_assert_cmpfloat_with_epsilon (lost.change, 0, 1e-7);
}

/* The same votes as the accuracy that is measured elsewhere, for several k, with rows
 * without a group and individuals of several rows. */
static void
test_votes_are_those_of_the_accuracy (void)
{
  enum
  {
    ROWS = 60,
    COLUMNS = 19
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new (ROWS, COLUMNS);
  int group[ROWS], unit[ROWS];

  for (int i = 0; i < ROWS; i++)
    {
      group[i] = i % 4 - (i % 9 == 0);
      unit[i] = i / 2 % 20 - 1;
      for (int j = 0; j < COLUMNS; j++)
        pheno_matrix_row (matrix, i)[j]
            = (float) g_rand_double (random) + (j == group[i] ? 0.5f : 0);
    }
  for (gsize k = 1; k < 12; k += 5)
    {
      int told[ROWS];
      int n_right = 0, counted = 0;
      PhenoAccuracy accuracy;

      g_assert_true (
          pheno_altered_votes (matrix, matrix, group, unit, k, 0, told, NULL, NULL));
      g_assert_true (pheno_knn_accuracy (matrix, group, unit, k, PHENO_METRIC_COSINE,
                                         NULL, 1, &accuracy, NULL));
      for (int i = 0; i < ROWS; i++)
        {
          counted += group[i] >= 0;
          n_right += group[i] >= 0 && told[i] == group[i];
        }
      g_assert_cmpfloat_with_epsilon (n_right / (double) counted, accuracy.accuracy,
                                      1e-12);
    }
}

static void
test_one_group_is_said (void)
{
  PhenoMatrix plain = matrix_of (plain_values);
  const int one[6] = { 0, 0, 0, 0, -1, -1 };
  int told[6];
  g_autoptr (GError) error = NULL;

  g_assert_false (
      pheno_altered_votes (&plain, &plain, one, NULL, 1, 1, told, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "Choose another column"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/importance/one-row-lost", test_one_row_lost);
  g_test_add_func ("/importance/nothing-altered-nothing-lost",
                   test_nothing_altered_nothing_lost);
  g_test_add_func ("/importance/votes-are-those-of-the-accuracy",
                   test_votes_are_those_of_the_accuracy);
  g_test_add_func ("/importance/one-group-is-said", test_one_group_is_said);
  return g_test_run ();
}
