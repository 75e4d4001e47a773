/* test-questions.c - what a map asks the analyses: one row's neighbours, a projection, a
 * score that can be stopped
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/analysis.h"

#include <string.h>

static PhenoMatrix *
random_rows (gsize rows, gsize columns, guint32 seed)
{
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);
  GRand *random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < rows * columns; i++)
    matrix->values[i] = (float) g_rand_double_range (random, -1, 1);
  g_rand_free (random);
  return matrix;
}

/* ---- one row's neighbours ---- */

static void
test_nearest_as_all (gconstpointer data)
{
  PhenoMetric metric = GPOINTER_TO_INT (data);
  g_autoptr (PhenoMatrix) matrix = random_rows (300, 24, 3);
  g_autoptr (PhenoNeighbours) all = NULL;

  /* Copies: ties go to the lower row. */
  for (gsize copy = 100; copy < 110; copy++)
    memcpy (pheno_matrix_row (matrix, copy), pheno_matrix_row (matrix, 7),
            24 * sizeof (float));
  all = pheno_neighbours (matrix, 15, metric, NULL, 0, NULL, NULL);
  for (gsize row = 0; row < 300; row++)
    {
      g_autoptr (PhenoNeighbours) one
          = pheno_nearest (matrix, row, 15, metric, NULL, NULL, NULL);

      g_assert_cmpmem (one->index, 15 * sizeof (int), all->index + 15 * row,
                       15 * sizeof (int));
      g_assert_cmpmem (one->distance, 15 * sizeof (float), all->distance + 15 * row,
                       15 * sizeof (float));
    }
}

/* On a line 0 1 2 3 4: from 1, without 0 and 2, there are 3 at distance 2 and 4 at 3. */
static void
test_nearest_left_out (void)
{
  const guint8 left_out[5] = { 1, 0, 1, 0, 0 };
  g_autoptr (PhenoMatrix) line = pheno_matrix_new (5, 1);
  g_autoptr (PhenoNeighbours) found = NULL;

  for (int i = 0; i < 5; i++)
    line->values[i] = (float) i;
  found = pheno_nearest (line, 1, 4, PHENO_METRIC_EUCLIDEAN, left_out, NULL, NULL);
  g_assert_cmpint (found->index[0], ==, 3);
  g_assert_cmpfloat (found->distance[0], ==, 2);
  g_assert_cmpint (found->index[1], ==, 4);
  g_assert_cmpfloat (found->distance[1], ==, 3);
  g_assert_cmpint (found->index[2], ==, -1);
  g_assert_true (isnan (found->distance[2]));
}

static void
test_nearest_errors (void)
{
  g_autoptr (PhenoMatrix) matrix = random_rows (10, 3, 1);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_nearest (matrix, 10, 3, PHENO_METRIC_COSINE, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_null (pheno_nearest (matrix, 0, 0, PHENO_METRIC_COSINE, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_null (
      pheno_nearest (matrix, 0, 3, PHENO_METRIC_COSINE, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  matrix->values[4] = NAN;
  g_assert_null (pheno_nearest (matrix, 0, 3, PHENO_METRIC_COSINE, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

/* ---- projections ---- */

static void
test_projections_are_whole (void)
{
  const PhenoProjectionOptions options = { .n_axes = 2, .seed = 1 };
  g_autoptr (PhenoMatrix) matrix = random_rows (60, 8, 2);

  g_assert_nonnull (pheno_projections ()[0]);
  for (const PhenoProjection *const *each = pheno_projections (); *each != NULL; each++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoMap) map
          = (*each)->project (matrix, &options, NULL, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (map->coordinates->rows, ==, 60);
      g_assert_cmpuint (map->coordinates->columns, ==, 2);
      g_assert_true (pheno_projection_find ((*each)->name) == *each);
      g_assert_cmpuint (strlen ((*each)->title), >, 0);
      g_assert_cmpuint (strlen ((*each)->meaning), >, 0);
    }
  g_assert_null (pheno_projection_find ("no such"));
}

/* Points on a line through three columns: the first component holds all. */
static void
test_shares_of_a_line (void)
{
  const PhenoProjectionOptions options = { .n_axes = 2, .seed = 1 };
  g_autoptr (PhenoMatrix) line = pheno_matrix_new (9, 3);
  g_autoptr (PhenoMap) map = NULL;

  for (int i = 0; i < 9; i++)
    for (int j = 0; j < 3; j++)
      pheno_matrix_row (line, i)[j] = (float) (i * (j + 1));
  map = pheno_projection_find ("pca")->project (line, &options, NULL, NULL, NULL, NULL);
  g_assert_cmpfloat_with_epsilon (map->shares[0], 1, 1e-9);
  g_assert_cmpuint (map->coordinates->columns, ==, 1);
}

/* ---- scores ---- */

/* Two clusters of four and one row alone: that one is left out, the others are right. */
static void
test_small_groups_are_left_out (void)
{
  const int groups[9] = { 0, 0, 0, 0, 1, 1, 1, 1, 2 };
  const PhenoEvaluateOptions options = {
    .groups = groups, .k = 3, .metric = PHENO_METRIC_EUCLIDEAN, .at_least = 2, .seed = 1
  };
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new (9, 1);
  PhenoEvaluation evaluation;

  for (int i = 0; i < 9; i++)
    matrix->values[i] = (float) (groups[i] * 100 + i);
  g_assert_true (pheno_evaluate (matrix, &options, &evaluation, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (evaluation.left_out, ==, 1);
  g_assert_cmpuint (evaluation.accuracy.rows, ==, 8);
  g_assert_cmpuint (evaluation.accuracy.groups, ==, 2);
  g_assert_cmpfloat (evaluation.accuracy.balanced_accuracy, ==, 1);
  g_assert_cmpfloat (evaluation.silhouette, >, 0.9);
}

static void
test_score_is_stopped (void)
{
  g_autoptr (PhenoMatrix) matrix = random_rows (50, 4, 5);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int groups[50];
  const PhenoEvaluateOptions options
      = { .groups = groups, .k = 3, .at_least = 1, .seed = 1 };
  PhenoEvaluation evaluation;

  for (int i = 0; i < 50; i++)
    groups[i] = i % 2;
  g_cancellable_cancel (cancelled);
  g_assert_false (
      pheno_evaluate (matrix, &options, &evaluation, NULL, NULL, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (g_cancellable_get_current ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/questions/nearest/cosine-as-all",
                        GINT_TO_POINTER (PHENO_METRIC_COSINE), test_nearest_as_all);
  g_test_add_data_func ("/questions/nearest/euclidean-as-all",
                        GINT_TO_POINTER (PHENO_METRIC_EUCLIDEAN), test_nearest_as_all);
  g_test_add_func ("/questions/nearest/what-is-left-out", test_nearest_left_out);
  g_test_add_func ("/questions/nearest/what-is-wrong-is-said", test_nearest_errors);
  g_test_add_func ("/questions/projections/are-whole", test_projections_are_whole);
  g_test_add_func ("/questions/projections/shares-of-a-line", test_shares_of_a_line);
  g_test_add_func ("/questions/scores/small-groups-are-left-out",
                   test_small_groups_are_left_out);
  g_test_add_func ("/questions/scores/can-be-stopped", test_score_is_stopped);

  return g_test_run ();
}
