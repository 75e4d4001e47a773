/* test-statistics.c - tests on embeddings against scikit-bio, statsmodels and scipy
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Expected values: tests/golden/statistics/make.py, or worked by hand.
 */
#include "engine/analysis/analysis.h"
#include "engine/analysis/distributions.h"
#include "engine/analysis/statistics.h"
#include "tests/engine/analysis/golden-groups.h"

#define GOLDEN "statistics"

static void
assert_golden (const char *name, double value, double tolerance)
{
  double wanted = golden_value (GOLDEN, name);

  if (!(fabs (value - wanted) <= tolerance * MAX (fabs (wanted), 1e-300)))
    g_error ("%s is %.10g, not %.10g", name, value, wanted);
}

static void
assert_near (const char *name, double value, double tolerance)
{
  double wanted = golden_value (GOLDEN, name);

  if (!(fabs (value - wanted) <= tolerance))
    g_error ("%s is %.10g, not %.10g", name, value, wanted);
}

static void
test_tails (void)
{
  assert_golden ("f_tail", pheno_f_tail (3.3, 4, 17), 1e-10);
  assert_golden ("f_tail_far", pheno_f_tail (60, 5, 190), 1e-9);
  assert_golden ("chi_tail", pheno_chi_square_tail (11.2, 5), 1e-10);
  assert_golden ("chi_tail_far", pheno_chi_square_tail (150, 5), 1e-9);
  assert_golden ("t_tails", pheno_t_two_tails (2.1, 9), 1e-10);
  g_assert_true (isnan (pheno_f_tail (1, 0, 3)));
}

static void
test_permanova (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) distances
      = pheno_distances (rows, PHENO_METRIC_EUCLIDEAN, 2, NULL, NULL);
  g_autofree int *half = g_new (int, rows->rows);
  const int *first = groups, *factors[2] = { half, groups };
  PhenoTerm terms[3], again[3];
  GError *error = NULL;

  for (gsize row = 0; row < rows->rows; row++)
    half[row] = (int) (row % 2);
  g_assert_true (
      pheno_permanova (distances, &first, 1, NULL, 999, 1, 2, terms, NULL, &error));
  g_assert_no_error (error);
  assert_golden ("permanova_f", terms[0].f, 1e-5);
  g_assert_cmpfloat_with_epsilon (terms[0].p, 0.001, 1e-12);
  g_assert_cmpfloat_with_epsilon (terms[0].r2 + terms[1].r2, 1, 1e-9);
  g_assert_cmpfloat (terms[0].degrees, ==, 5);

  g_assert_true (pheno_permanova (distances, (const int *const *) &half, 1, NULL, 9999, 1,
                                  2, terms, NULL, &error));
  assert_golden ("permanova_half_f", terms[0].f, 1e-5);
  assert_near ("permanova_half_p", terms[0].p, 0.012);
  g_assert_true (pheno_permanova (distances, (const int *const *) &half, 1, NULL, 9999, 1,
                                  1, again, NULL, &error));
  g_assert_cmpfloat (terms[0].p, ==, again[0].p);

  g_assert_true (
      pheno_permanova (distances, factors, 2, NULL, 99, 1, 2, terms, NULL, &error));
  g_assert_no_error (error);
  assert_golden ("terms_first_ss", terms[0].sum_of_squares, 1e-5);
  assert_golden ("terms_first_r2", terms[0].r2, 1e-5);
  assert_golden ("terms_first_f", terms[0].f, 1e-5);
  assert_golden ("terms_second_ss", terms[1].sum_of_squares, 1e-5);
  assert_golden ("terms_second_f", terms[1].f, 1e-5);

  /* The same factor twice tells nothing the second time. */
  factors[0] = groups;
  g_assert_false (
      pheno_permanova (distances, factors, 2, NULL, 9, 1, 2, terms, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
}

/* A permutation moves rows, each once, and never out of their stratum. */
static void
test_strata_keep_rows_apart (void)
{
  enum
  {
    N = 40
  };
  int order[N], strata[N];

  for (int i = 0; i < N; i++)
    strata[i] = i % 3;
  for (guint which = 1; which < 50; which++)
    {
      gboolean seen[N] = { FALSE };
      int moved = 0;

      pheno_permutation (order, N, strata, which, 9);
      for (int i = 0; i < N; i++)
        {
          g_assert_cmpint (strata[order[i]], ==, strata[i]);
          g_assert_false (seen[order[i]]);
          seen[order[i]] = TRUE;
          moved += order[i] != i;
        }
      g_assert_cmpint (moved, >, 10);
    }
}

static void
test_permdisp (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  double dispersion[6];
  PhenoTerm term;

  g_assert_true (
      pheno_permdisp (rows, groups, FALSE, 999, 1, 2, &term, dispersion, NULL, NULL));
  assert_golden ("permdisp_centroid_f", term.f, 1e-4);
  assert_near ("permdisp_centroid_p", term.p, 0.06);
  g_assert_cmpfloat (dispersion[0], >, 1);
  g_assert_true (pheno_permdisp (rows, groups, TRUE, 199, 1, 2, &term, NULL, NULL, NULL));
  assert_golden ("permdisp_median_f", term.f, 1e-2);
}

static void
test_manova (void)
{
  static const char *const names[4] = { "wilks", "pillai", "hotelling", "roy" };
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) few = pheno_matrix_new (rows->rows, 4);
  PhenoManova manova;
  GError *error = NULL;

  for (gsize row = 0; row < rows->rows; row++)
    memcpy (pheno_matrix_row (few, row), pheno_matrix_row (rows, row),
            4 * sizeof (float));
  g_assert_true (pheno_manova (few, groups, &manova, &error));
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *value = g_strconcat ("manova_", names[i], NULL);
      g_autofree char *f = g_strconcat (value, "_f", NULL);
      g_autofree char *p = g_strconcat (value, "_p", NULL);

      assert_golden (value, manova.value[i], 1e-6);
      assert_golden (f, manova.f[i], 1e-6);
      assert_golden (p, manova.p[i], 1e-4);
    }
  /* The constant column leaves no inverse. */
  g_assert_false (pheno_manova (rows, groups, &manova, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
}

static void
test_columns (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) number = golden_matrix (GOLDEN, "number.npy");
  g_autofree double *numbers = g_new (double, rows->rows);
  PhenoAssociation results[24];

  g_assert_true (pheno_anova (rows, groups, results, NULL));
  assert_golden ("anova_f_0", results[0].statistic, 1e-6);
  assert_golden ("anova_p_0", results[0].p, 1e-5);
  assert_golden ("anova_r2_0", results[0].effect, 1e-6);
  g_assert_true (isnan (results[5].p)); /* constant */
  g_assert_true (isnan (results[5].p_adjusted));
  assert_golden ("variance_between",
                 pheno_variance_between (rows, groups, NULL, NULL, NULL), 1e-6);

  g_assert_true (pheno_kruskal_wallis (rows, groups, results, NULL));
  assert_golden ("kruskal_h_0", results[0].statistic, 1e-9);
  assert_golden ("kruskal_p_0", results[0].p, 1e-8);

  for (gsize row = 0; row < rows->rows; row++)
    numbers[row] = number->values[row];
  g_assert_true (pheno_spearman (rows, numbers, results, NULL));
  assert_golden ("spearman_rho_0", results[0].effect, 1e-9);
  assert_golden ("spearman_p_0", results[0].p, 1e-6);
  assert_golden ("spearman_rho_3", results[3].effect, 1e-9);
  assert_golden ("spearman_fdr_3", results[3].p_adjusted, 1e-9);
  assert_golden ("spearman_holm_3", results[3].p_holm, 1e-9);
}

static void
test_two_embeddings (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) other = golden_matrix (GOLDEN, "other.npy");
  g_autoptr (PhenoMatrix) a
      = pheno_distances (rows, PHENO_METRIC_EUCLIDEAN, 2, NULL, NULL);
  g_autoptr (PhenoMatrix) b
      = pheno_distances (other, PHENO_METRIC_EUCLIDEAN, 2, NULL, NULL);
  g_autoptr (PhenoMatrix) fitted = NULL;
  g_autofree float *residual = g_new (float, rows->rows);
  double correlation, p, disparity, sum = 0;

  g_assert_true (pheno_mantel (a, b, FALSE, 999, 1, 2, &correlation, &p, NULL, NULL));
  assert_golden ("mantel_pearson", correlation, 1e-5);
  g_assert_cmpfloat_with_epsilon (p, 0.001, 1e-12);
  g_assert_true (pheno_mantel (a, b, TRUE, 99, 1, 2, &correlation, &p, NULL, NULL));
  assert_golden ("mantel_spearman", correlation, 1e-5);

  g_assert_true (pheno_procrustes (rows, other, &disparity, residual, &fitted, NULL));
  assert_golden ("procrustes", disparity, 1e-6);
  for (gsize row = 0; row < rows->rows; row++)
    sum += residual[row] * residual[row];
  g_assert_cmpfloat_with_epsilon (sum, disparity, 1e-5);

  g_assert_cmpfloat (
      pheno_neighbour_overlap (rows, rows, 5, PHENO_METRIC_COSINE, NULL, 2, NULL, NULL),
      ==, 1);
  g_assert_cmpfloat (pheno_neighbour_overlap (rows, other, 5, PHENO_METRIC_COSINE,
                                              residual, 2, NULL, NULL),
                     <, 1);
}

/* A map turned by a quarter, mirrored and made three times as large is the same map. */
static void
test_procrustes_of_a_turned_map (void)
{
  g_autoptr (PhenoMatrix) a = pheno_matrix_new (5, 2), b = pheno_matrix_new (5, 2);
  g_autoptr (PhenoMatrix) fitted = NULL;
  double disparity, middle[2] = { 0 };

  for (int i = 0; i < 5; i++)
    {
      float *p = pheno_matrix_row (a, i), *q = pheno_matrix_row (b, i);

      p[0] = (float) (i * i);
      p[1] = (float) (3 - i);
      q[0] = 3 * p[1] + 7;
      q[1] = 3 * p[0] - 2;
      middle[0] += p[0] / 5;
      middle[1] += p[1] / 5;
    }
  g_assert_true (pheno_procrustes (a, b, &disparity, NULL, &fitted, NULL));
  g_assert_cmpfloat_with_epsilon (disparity, 0, 1e-9);
  for (gsize i = 0; i < 5; i++)
    for (gsize d = 0; d < 2; d++)
      g_assert_cmpfloat_with_epsilon (pheno_matrix_row (fitted, i)[d] + middle[d],
                                      pheno_matrix_row (a, i)[d], 1e-4);
}

/* Two groups that lie apart along one axis: learned without fail; labels that are drawn
 * tell nothing; rows of one unit are never on both sides of a fold. */
static void
test_probes (void)
{
  enum
  {
    N = 120
  };
  g_autoptr (PhenoMatrix) rows = pheno_matrix_new (N, 3);
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  int groups[N], unit[N], predicted[N];
  PhenoAccuracy accuracy;

  for (int i = 0; i < N; i++)
    {
      groups[i] = i % 2;
      unit[i] = i / 4;
      for (int d = 0; d < 3; d++)
        pheno_matrix_row (rows, i)[d] = (float) (g_rand_double_range (random, -1, 1)
                                                 + (d == 1 ? 5 * groups[i] : 0));
    }
  for (int probe = 0; probe < 2; probe++)
    {
      g_assert_true (pheno_probe (rows, groups, unit, (PhenoProbe) probe, 5, 1, predicted,
                                  &accuracy, NULL, NULL));
      g_assert_cmpfloat (accuracy.balanced_accuracy, ==, 1);
      g_assert_cmpuint (accuracy.rows, ==, N);
      for (int i = 0; i < N; i++)
        g_assert_cmpint (predicted[i], ==, groups[i]);
    }
  /* Each unit is a label of its own: with whole units left out nobody can be right. */
  g_assert_true (pheno_probe (rows, unit, unit, PHENO_PROBE_LINEAR, 5, 1, NULL, &accuracy,
                              NULL, NULL));
  g_assert_cmpfloat (accuracy.accuracy, ==, 0);
}

/* Of a new row that is a copy, the place is that of the row copied; between two rows of
 * the map and far from others it is near these. */
static void
test_places_on_a_map (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) places = pheno_matrix_new (rows->rows, 2), found = NULL;
  g_autoptr (PhenoMatrix) copies = pheno_matrix_new (3, rows->columns);
  GError *error = NULL;

  for (gsize row = 0; row < rows->rows; row++)
    {
      pheno_matrix_row (places, row)[0] = (float) row;
      pheno_matrix_row (places, row)[1] = (float) (row * row % 17);
    }
  for (gsize i = 0; i < 3; i++)
    memcpy (pheno_matrix_row (copies, i), pheno_matrix_row (rows, i * 20),
            rows->columns * sizeof (float));
  found
      = pheno_map_place (rows, places, copies, 1, PHENO_METRIC_EUCLIDEAN, 2, NULL, NULL);
  for (gsize i = 0; i < 3; i++)
    assert_values_near (pheno_matrix_row (found, i), pheno_matrix_row (places, i * 20), 2,
                        1e-4);
  copies->columns--;
  g_assert_null (
      pheno_map_place (rows, places, copies, 1, PHENO_METRIC_EUCLIDEAN, 2, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
}

/* Principal components are the same for each seed; a random beginning is not. */
static void
test_stability (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autofree float *spread = g_new (float, rows->rows);
  PhenoProjectionOptions options = { .n_axes = 2, .seed = 1 };
  g_autoptr (PhenoMap) pca = pheno_map_stability (
      rows, pheno_projection_find ("pca"), &options, 3, spread, NULL, NULL, NULL, NULL);
  g_autoptr (PhenoMap) umap = NULL;
  double sum = 0;

  for (gsize row = 0; row < rows->rows; row++)
    g_assert_cmpfloat (spread[row], <, 1e-5);
  umap = pheno_map_stability (rows, pheno_projection_find ("umap"), &options, 2, spread,
                              NULL, NULL, NULL, NULL);
  for (gsize row = 0; row < rows->rows; row++)
    sum += spread[row];
  g_assert_nonnull (umap);
  g_assert_cmpfloat (sum / (double) rows->rows, >, 0.01);
}

static void
test_mahalanobis (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  g_autoptr (PhenoMatrix) turned = pheno_mahalanobis (rows, NULL, NULL);
  double square = 0;

  for (gsize d = 0; d < rows->columns; d++)
    square += pow (pheno_matrix_row (turned, 0)[d] - pheno_matrix_row (turned, 1)[d], 2);
  assert_golden ("mahalanobis_01", sqrt (square), 1e-4);
}

static void
test_groups_that_say_nothing (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  PhenoAssociation results[24];
  GError *error = NULL;

  for (gsize row = 0; row < rows->rows; row++)
    groups[row] = 0;
  g_assert_false (pheno_anova (rows, groups, results, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
  for (gsize row = 0; row < rows->rows; row++)
    groups[row] = (int) row;
  g_assert_false (pheno_kruskal_wallis (rows, groups, results, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/tails", test_tails);
  g_test_add_func ("/statistics/permanova", test_permanova);
  g_test_add_func ("/statistics/strata-keep-rows-apart", test_strata_keep_rows_apart);
  g_test_add_func ("/statistics/permdisp", test_permdisp);
  g_test_add_func ("/statistics/manova", test_manova);
  g_test_add_func ("/statistics/columns", test_columns);
  g_test_add_func ("/statistics/two-embeddings", test_two_embeddings);
  g_test_add_func ("/statistics/procrustes-of-a-turned-map",
                   test_procrustes_of_a_turned_map);
  g_test_add_func ("/statistics/probes", test_probes);
  g_test_add_func ("/statistics/places-on-a-map", test_places_on_a_map);
  g_test_add_func ("/statistics/stability", test_stability);
  g_test_add_func ("/statistics/mahalanobis", test_mahalanobis);
  g_test_add_func ("/statistics/groups-that-say-nothing", test_groups_that_say_nothing);
  return g_test_run ();
}
