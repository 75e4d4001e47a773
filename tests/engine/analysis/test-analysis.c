/* test-analysis.c - components, neighbours, silhouette, accuracy and spread
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Expected values: tests/golden/analysis/make.py (scikit-learn, numpy), or worked by
 * hand.
 */
#include "engine/analysis/analysis.h"
#include "tests/support/golden.h"

#define GOLDEN "analysis"

static PhenoMatrix *
matrix_from (gsize rows, gsize columns, const float *values)
{
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);

  memcpy (matrix->values, values, rows * columns * sizeof (float));
  return matrix;
}

static PhenoMatrix *
random_matrix (gsize rows, gsize columns, guint32 seed)
{
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < rows * columns; i++)
    matrix->values[i] = (float) g_rand_double_range (random, -1, 1);
  return matrix;
}

static void
check_components (const char *name, const char *rows_name, gsize count)
{
  g_autofree char *components_name = g_strconcat (name, "_components.npy", NULL);
  g_autofree char *variance_name = g_strconcat (name, "_variance.npy", NULL);
  g_autofree char *scores_name = g_strconcat (name, "_scores.npy", NULL);
  g_autofree char *whitened_name = g_strconcat (name, "_whitened.npy", NULL);
  g_autofree char *total_name = g_strconcat (name, "_total", NULL);
  g_autoptr (PhenoMatrix) rows = golden_matrix (GOLDEN, rows_name);
  g_autoptr (PhenoMatrix) components = golden_matrix (GOLDEN, components_name);
  g_autoptr (PhenoMatrix) variance = golden_matrix (GOLDEN, variance_name);
  g_autoptr (PhenoMatrix) scores = golden_matrix (GOLDEN, scores_name);
  g_autoptr (PhenoMatrix) whitened = golden_matrix (GOLDEN, whitened_name);
  g_autoptr (PhenoMatrix) found = NULL, found_whitened = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoPca) pca = pheno_pca (rows, count, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pca->components->rows, ==, count);
  assert_values_near (pca->components->values, components->values, count * rows->columns,
                      1e-5);
  for (gsize k = 0; k < count; k++)
    g_assert_cmpfloat_with_epsilon (pca->variance[k] / variance->values[k], 1, 1e-5);
  g_assert_cmpfloat_with_epsilon (pca->total_variance / golden_value (GOLDEN, total_name),
                                  1, 1e-7);

  found = pheno_pca_project (pca, rows, FALSE);
  assert_values_near (found->values, scores->values, rows->rows * count, 1e-4);
  found_whitened = pheno_pca_project (pca, rows, TRUE);
  assert_values_near (found_whitened->values, whitened->values, rows->rows * count, 1e-4);
}

static void
test_components_tall (void)
{
  check_components ("pca_tall", "rows.npy", 10);
}

static void
test_components_wide (void)
{
  check_components ("pca_wide", "wide.npy", 11);
}

/* Twelve points on a line in three dimensions: one component, however many are asked for.
 */
static void
test_components_of_a_line (void)
{
  g_autoptr (PhenoMatrix) line = pheno_matrix_new (12, 3);
  g_autoptr (PhenoPca) pca = NULL;

  for (int i = 0; i < 12; i++)
    for (int j = 0; j < 3; j++)
      pheno_matrix_row (line, i)[j] = (float) (i * (j == 1 ? -2 : 1));
  pca = pheno_pca (line, 3, NULL);
  g_assert_nonnull (pca);
  g_assert_cmpuint (pca->components->rows, ==, 1);
  /* The direction is (1, -2, 1) / sqrt (6), turned so that the largest entry is positive;
   * the variance is 6 times that of 0 ... 11, which is 13. */
  g_assert_cmpfloat_with_epsilon (pca->components->values[1], 2 / sqrtf (6), 1e-6);
  g_assert_cmpfloat_with_epsilon (pca->components->values[0], -1 / sqrtf (6), 1e-6);
  g_assert_cmpfloat_with_epsilon (pca->variance[0], 78, 1e-9);
}

static void
assert_data_error (GError **error, const char *words)
{
  g_assert_error (*error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_assert_nonnull (strstr ((*error)->message, words));
  g_clear_error (error);
}

static void
test_components_of_nothing (void)
{
  g_autoptr (PhenoMatrix) same = pheno_matrix_new (4, 3), one = pheno_matrix_new (1, 3);
  GError *error = NULL;

  g_assert_null (pheno_pca (same, 2, &error));
  assert_data_error (&error, "are the same");
  g_assert_null (pheno_pca (one, 2, &error));
  assert_data_error (&error, "At least two rows");
  pheno_matrix_row (same, 2)[1] = NAN;
  g_assert_null (pheno_pca (same, 2, &error));
  assert_data_error (&error, "Row 3");
}

static void
check_neighbours (PhenoMetric metric, const char *name)
{
  g_autofree char *index_name = g_strconcat (name, "_index.npy", NULL);
  g_autofree char *distance_name = g_strconcat (name, "_distance.npy", NULL);
  g_autoptr (PhenoMatrix) rows = golden_matrix (GOLDEN, "rows.npy");
  g_autoptr (PhenoMatrix) distance = golden_matrix (GOLDEN, distance_name);
  g_autofree int *index = golden_ints (GOLDEN, index_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoNeighbours) found
      = pheno_neighbours (rows, 9, metric, NULL, 2, NULL, &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < rows->rows * 9; i++)
    g_assert_cmpint (found->index[i], ==, index[i]);
  assert_values_near (found->distance, distance->values, rows->rows * 9, 1e-5);
}

static void
test_neighbours_cosine (void)
{
  check_neighbours (PHENO_METRIC_COSINE, "cosine");
}

static void
test_neighbours_euclidean (void)
{
  check_neighbours (PHENO_METRIC_EUCLIDEAN, "euclidean");
}

/* Against a search that looks at every pair, with several blocks, copies, and groups left
 * out. */
static void
test_neighbours_against_every_pair (void)
{
  enum
  {
    N = 1300,
    D = 7,
    K = 12
  };
  g_autoptr (PhenoMatrix) matrix = random_matrix (N, D, 5);
  g_autofree int *exclude = g_new (int, N);
  g_autoptr (PhenoNeighbours) found = NULL;

  for (int i = 0; i < N; i++)
    {
      exclude[i] = i % 11 == 0 ? -1 : i % 40;
      if (i % 3 == 0)
        memcpy (pheno_matrix_row (matrix, i), pheno_matrix_row (matrix, i % 17),
                D * sizeof (float));
    }
  found = pheno_neighbours (matrix, K, PHENO_METRIC_EUCLIDEAN, exclude, 2, NULL, NULL);
  g_assert_nonnull (found);

  for (int i = 0; i < N; i++)
    {
      double last = -1;
      int last_index = -1;

      for (int k = 0; k < K; k++)
        {
          double best = INFINITY;
          int best_index = -1;

          for (int j = 0; j < N; j++)
            {
              double sum = 0;

              if (j == i || (exclude[i] >= 0 && exclude[i] == exclude[j]))
                continue;
              for (int d = 0; d < D; d++)
                sum += pow ((double) pheno_matrix_row (matrix, i)[d]
                                - pheno_matrix_row (matrix, j)[d],
                            2);
              /* the next after the last one in the order of distance, then row */
              if ((sum > last + 1e-13 || (fabs (sum - last) <= 1e-13 && j > last_index))
                  && sum < best - 1e-13)
                {
                  best = sum;
                  best_index = j;
                }
            }
          g_assert_cmpint (found->index[i * K + k], ==, best_index);
          g_assert_cmpfloat_with_epsilon (found->distance[i * K + k], sqrt (best), 1e-6);
          last = best;
          last_index = best_index;
        }
    }
}

static void
test_neighbours_threads (void)
{
  g_autoptr (PhenoMatrix) matrix = random_matrix (1700, 33, 6);
  g_autoptr (PhenoNeighbours) one
      = pheno_neighbours (matrix, 15, PHENO_METRIC_COSINE, NULL, 1, NULL, NULL);
  g_autoptr (PhenoNeighbours) three
      = pheno_neighbours (matrix, 15, PHENO_METRIC_COSINE, NULL, 3, NULL, NULL);

  g_assert_cmpmem (one->index, 1700 * 15 * sizeof (int), three->index,
                   1700 * 15 * sizeof (int));
  g_assert_cmpmem (one->distance, 1700 * 15 * sizeof (float), three->distance,
                   1700 * 15 * sizeof (float));
}

/* Copies of one image are equally near: the lower rows come first, whatever products
 * round to. */
static void
test_neighbours_of_copies (void)
{
  enum
  {
    N = 700,
    D = 129,
    K = 5
  };
  g_autoptr (PhenoMatrix) matrix = random_matrix (N, D, 7);
  g_autoptr (PhenoNeighbours) found = NULL;

  for (int i = 1; i < N; i++)
    memcpy (pheno_matrix_row (matrix, i), matrix->values, D * sizeof (float));
  for (int metric = PHENO_METRIC_COSINE; metric <= PHENO_METRIC_EUCLIDEAN; metric++)
    {
      g_clear_pointer (&found, pheno_neighbours_free);
      found = pheno_neighbours (matrix, K, metric, NULL, 0, NULL, NULL);
      for (int i = 0; i < N; i++)
        for (int k = 0; k < K; k++)
          {
            g_assert_cmpint (found->index[i * K + k], ==, k + (i <= k));
            g_assert_cmpfloat_with_epsilon (found->distance[i * K + k], 0, 1e-7);
          }
    }
}

/* Far from the origin float32 products lose the distances; they must still come out. */
static void
test_neighbours_far_from_the_origin (void)
{
  const float values[] = { 4096, 4096, 4096.5f, 4096, 4096, 4097, 4098, 4096 };
  g_autoptr (PhenoMatrix) matrix = matrix_from (4, 2, values);
  g_autoptr (PhenoNeighbours) found
      = pheno_neighbours (matrix, 5, PHENO_METRIC_EUCLIDEAN, NULL, 0, NULL, NULL);
  const int first[] = { 1, 2, 3, -1, -1 };

  g_assert_cmpuint (found->k, ==, 5);
  g_assert_cmpmem (found->index, sizeof first, first, sizeof first);
  g_assert_cmpfloat (found->distance[0], ==, 0.5f);
  g_assert_cmpfloat (found->distance[1], ==, 1.0f);
  g_assert_true (isnan (found->distance[3]));
}

static void
test_neighbours_without_direction (void)
{
  const float values[] = { 1, 0, 0, 0, 0, 2, -3, 0 };
  g_autoptr (PhenoMatrix) matrix = matrix_from (4, 2, values),
                          zeros = pheno_matrix_new (3, 2);
  g_autoptr (PhenoNeighbours) found
      = pheno_neighbours (matrix, 3, PHENO_METRIC_COSINE, NULL, 0, NULL, NULL);
  GError *error = NULL;
  const int nearest[] = { 1, 2, 3, 0, 2, 3 };
  const float distance[] = { 1, 1, 2, 1, 1, 1 };

  g_assert_cmpmem (found->index, sizeof nearest, nearest, sizeof nearest);
  g_assert_cmpmem (found->distance, sizeof distance, distance, sizeof distance);
  g_assert_null (pheno_neighbours (zeros, 1, PHENO_METRIC_COSINE, NULL, 0, NULL, &error));
  assert_data_error (&error, "no direction");
  g_assert_null (
      pheno_neighbours (zeros, 0, PHENO_METRIC_EUCLIDEAN, NULL, 0, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
}

static void
test_neighbours_cancelled (void)
{
  g_autoptr (PhenoMatrix) matrix = random_matrix (600, 5, 8);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (
      pheno_neighbours (matrix, 3, PHENO_METRIC_COSINE, NULL, 2, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_silhouette (void)
{
  g_autoptr (PhenoMatrix) rows = golden_matrix (GOLDEN, "rows.npy");
  g_autoptr (PhenoMatrix) expected = golden_matrix (GOLDEN, "silhouette.npy");
  g_autofree int *group = golden_ints (GOLDEN, "group.npy");
  g_autofree float *widths = g_new (float, rows->rows);
  g_autoptr (GError) error = NULL;
  double mean = pheno_silhouette (rows, group, widths, &error);

  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (mean, golden_value (GOLDEN, "silhouette"), 1e-9);
  assert_values_near (widths, expected->values, rows->rows, 1e-6);
}

/* On a line: 0 and 1 are one group, 4 and 8 the other, 2 is left out, 20 alone.
 * Row 0: a = 1, b = min ((4 + 8) / 2, 20) = 6: width 5/6. Row 8: a = 4, b = min (7.5,
 * 12): 3.5/7.5. */
static void
test_silhouette_by_hand (void)
{
  const float values[] = { 0, 1, 4, 8, 2, 20 };
  const int groups[] = { 0, 0, 2, 2, -1, 3 };
  g_autoptr (PhenoMatrix) matrix = matrix_from (6, 1, values);
  float widths[6];
  double mean = pheno_silhouette (matrix, groups, widths, NULL);

  g_assert_cmpfloat_with_epsilon (widths[0], 5.0 / 6, 1e-6);
  g_assert_cmpfloat_with_epsilon (widths[1], 4.0 / 5, 1e-6);
  g_assert_cmpfloat_with_epsilon (widths[2], -0.5 / 4, 1e-6);
  g_assert_cmpfloat_with_epsilon (widths[3], 3.5 / 7.5, 1e-6);
  g_assert_true (isnan (widths[4]));
  g_assert_cmpfloat (widths[5], ==, 0);
  g_assert_cmpfloat_with_epsilon (mean, (5.0 / 6 + 0.8 - 0.125 + 3.5 / 7.5) / 5, 1e-7);
}

static void
test_silhouette_errors (void)
{
  g_autoptr (PhenoMatrix) matrix = random_matrix (4, 2, 9);
  const int one[] = { 3, 3, -1, 3 }, alone[] = { 0, 1, 2, 3 };
  GError *error = NULL;

  g_assert_true (isnan (pheno_silhouette (matrix, one, NULL, &error)));
  assert_data_error (&error, "two groups");
  g_assert_true (isnan (pheno_silhouette (matrix, alone, NULL, &error)));
  assert_data_error (&error, "one row only");
}

static void
check_accuracy (PhenoMetric metric, const char *name, gboolean others)
{
  g_autoptr (PhenoMatrix) rows = golden_matrix (GOLDEN, "rows.npy");
  g_autofree int *group = golden_ints (GOLDEN, "group.npy"),
                 *unit = golden_ints (GOLDEN, "unit.npy");
  g_autofree char *accuracy_name
      = g_strdup_printf ("%s_%s_accuracy", name, others ? "others" : "all");
  g_autofree char *balanced_name
      = g_strdup_printf ("%s_%s_balanced", name, others ? "others" : "all");
  g_autoptr (GError) error = NULL;
  PhenoAccuracy accuracy;

  pheno_knn_accuracy (rows, group, others ? unit : NULL, 5, metric, unit, 1, &accuracy,
                      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (accuracy.groups, ==, 7);
  g_assert_cmpfloat_with_epsilon (accuracy.accuracy, golden_value (GOLDEN, accuracy_name),
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (accuracy.balanced_accuracy,
                                  golden_value (GOLDEN, balanced_name), 1e-9);
  g_assert_cmpfloat_with_epsilon (accuracy.chance, 1.0 / 7, 1e-12);
}

static void
test_accuracy (void)
{
  for (int others = 0; others <= 1; others++)
    {
      check_accuracy (PHENO_METRIC_COSINE, "cosine", others);
      check_accuracy (PHENO_METRIC_EUCLIDEAN, "euclidean", others);
    }
}

/* The script drew 20,000 times with other random numbers: the interval's ends are known
 * to about a tenth of the standard error. */
static void
test_accuracy_interval (void)
{
  g_autoptr (PhenoMatrix) rows = golden_matrix (GOLDEN, "rows.npy");
  g_autofree int *group = golden_ints (GOLDEN, "group.npy"),
                 *unit = golden_ints (GOLDEN, "unit.npy");
  double deviation = golden_value (GOLDEN, "bootstrap_error");
  PhenoAccuracy accuracy, again, by_rows;

  g_assert_true (pheno_knn_accuracy (rows, group, unit, 5, PHENO_METRIC_COSINE, unit, 1,
                                     &accuracy, NULL));
  g_assert_true (pheno_knn_accuracy (rows, group, unit, 5, PHENO_METRIC_COSINE, unit, 1,
                                     &again, NULL));
  g_assert_true (pheno_knn_accuracy (rows, group, unit, 5, PHENO_METRIC_COSINE, NULL, 1,
                                     &by_rows, NULL));
  g_assert_cmpmem (&accuracy, sizeof accuracy, &again, sizeof again);
  g_assert_cmpfloat_with_epsilon (accuracy.standard_error / deviation, 1, 0.07);
  g_assert_cmpfloat_with_epsilon (accuracy.interval_low,
                                  golden_value (GOLDEN, "bootstrap_low"), deviation / 6);
  g_assert_cmpfloat_with_epsilon (accuracy.interval_high,
                                  golden_value (GOLDEN, "bootstrap_high"), deviation / 6);
  /* Three pictures of one specimen are not three witnesses. */
  g_assert_cmpfloat (by_rows.standard_error, <, accuracy.standard_error);
}

/* On a line, k = 2: row 0 (group 1) sees 1 (group 0, distance 1) and 3 (group 1, distance
 * 3): one vote each, the nearer one wins, wrong. The row without a group between them has
 * no vote. */
static void
test_accuracy_ties (void)
{
  const float values[] = { 0, 0.5f, 1, 3, 4.5f };
  const int groups[] = { 1, -1, 0, 1, 0 };
  g_autoptr (PhenoMatrix) matrix = matrix_from (5, 1, values);
  PhenoAccuracy accuracy;

  g_assert_true (pheno_knn_accuracy (matrix, groups, NULL, 2, PHENO_METRIC_EUCLIDEAN,
                                     NULL, 1, &accuracy, NULL));
  g_assert_cmpuint (accuracy.rows, ==, 4);
  /* Row at 1: 0 and 3, both group 1: wrong. At 3: 4.5 (0) before 1 (0): wrong. At 4.5: 3
   * (1) before 1 (0), one vote each: wrong. */
  g_assert_cmpfloat (accuracy.accuracy, ==, 0);
}

static void
test_accuracy_errors (void)
{
  g_autoptr (PhenoMatrix) matrix = random_matrix (4, 2, 9);
  const int one[] = { 3, 3, -1, 3 }, none[] = { -1, -1, -1, -1 };
  PhenoAccuracy accuracy;
  GError *error = NULL;

  g_assert_false (
      pheno_knn_accuracy (matrix, one, NULL, 5, 0, NULL, 1, &accuracy, &error));
  assert_data_error (&error, "two groups");
  g_assert_false (
      pheno_knn_accuracy (matrix, none, NULL, 5, 0, NULL, 1, &accuracy, &error));
  assert_data_error (&error, "two groups");
}

static void
test_accuracy_with_everything_excluded (void)
{
  const float values[] = { 0, 1, 2, 3 };
  const int groups[] = { 0, 0, 1, 1 }, same[] = { 7, 7, 7, 7 };
  g_autoptr (PhenoMatrix) matrix = matrix_from (4, 1, values);
  PhenoAccuracy accuracy;

  g_assert_true (pheno_knn_accuracy (matrix, groups, same, 1, PHENO_METRIC_EUCLIDEAN,
                                     NULL, 1, &accuracy, NULL));
  g_assert_cmpfloat (accuracy.accuracy, ==, 0);
}

static void
test_spread (void)
{
  g_autoptr (PhenoMatrix) views = golden_matrix (GOLDEN, "views.npy"),
                          rows = golden_matrix (GOLDEN, "rows.npy");
  g_autoptr (PhenoMatrix) wide = golden_matrix (GOLDEN, "wide.npy");

  g_assert_cmpfloat_with_epsilon (pheno_alignment (views),
                                  golden_value (GOLDEN, "alignment"), 1e-8);
  g_assert_cmpfloat_with_epsilon (pheno_uniformity (views),
                                  golden_value (GOLDEN, "uniformity"), 1e-8);
  g_assert_cmpfloat_with_epsilon (pheno_effective_rank (views),
                                  golden_value (GOLDEN, "views_rank"), 1e-6);
  g_assert_cmpfloat_with_epsilon (pheno_effective_rank (rows),
                                  golden_value (GOLDEN, "rows_rank"), 1e-6);
  g_assert_cmpfloat_with_epsilon (pheno_effective_rank (wide),
                                  golden_value (GOLDEN, "wide_rank"), 1e-6);
}

/* A collapse: all rows alike have rank 1 and uniformity 0, its largest value. */
static void
test_spread_of_a_collapse (void)
{
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new (10, 4);

  for (int i = 0; i < 10; i++)
    pheno_matrix_row (matrix, i)[2] = 1;
  g_assert_cmpfloat_with_epsilon (pheno_effective_rank (matrix), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (pheno_uniformity (matrix), 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_alignment (matrix), 0, 1e-12);
  memset (matrix->values, 0, 40 * sizeof (float));
  g_assert_true (isnan (pheno_effective_rank (matrix)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/analysis/components/tall-as-scikit-learn", test_components_tall);
  g_test_add_func ("/analysis/components/wide-as-scikit-learn", test_components_wide);
  g_test_add_func ("/analysis/components/a-line-has-one", test_components_of_a_line);
  g_test_add_func ("/analysis/components/nothing-to-find-is-said",
                   test_components_of_nothing);
  g_test_add_func ("/analysis/neighbours/cosine-as-scikit-learn", test_neighbours_cosine);
  g_test_add_func ("/analysis/neighbours/euclidean-as-scikit-learn",
                   test_neighbours_euclidean);
  g_test_add_func ("/analysis/neighbours/as-every-pair",
                   test_neighbours_against_every_pair);
  g_test_add_func ("/analysis/neighbours/same-for-any-threads", test_neighbours_threads);
  g_test_add_func ("/analysis/neighbours/copies-by-row", test_neighbours_of_copies);
  g_test_add_func ("/analysis/neighbours/far-from-the-origin",
                   test_neighbours_far_from_the_origin);
  g_test_add_func ("/analysis/neighbours/rows-of-zeros",
                   test_neighbours_without_direction);
  g_test_add_func ("/analysis/neighbours/cancelled", test_neighbours_cancelled);
  g_test_add_func ("/analysis/silhouette/as-scikit-learn", test_silhouette);
  g_test_add_func ("/analysis/silhouette/by-hand", test_silhouette_by_hand);
  g_test_add_func ("/analysis/silhouette/too-few-groups-is-said", test_silhouette_errors);
  g_test_add_func ("/analysis/accuracy/as-the-script", test_accuracy);
  g_test_add_func ("/analysis/accuracy/interval-over-specimens", test_accuracy_interval);
  g_test_add_func ("/analysis/accuracy/ties-to-the-nearer", test_accuracy_ties);
  g_test_add_func ("/analysis/accuracy/too-few-groups-is-said", test_accuracy_errors);
  g_test_add_func ("/analysis/accuracy/without-neighbours-wrong",
                   test_accuracy_with_everything_excluded);
  g_test_add_func ("/analysis/spread/as-numpy", test_spread);
  g_test_add_func ("/analysis/spread/a-collapse-shows", test_spread_of_a_collapse);

  return g_test_run ();
}
