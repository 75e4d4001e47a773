/* test-clusters.c - clusters, their agreement with labels, and lists
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Expected values: tests/golden/statistics/make.py (scipy, scikit-learn, hdbscan), or
 * worked by hand.
 */
#include "engine/analysis/analysis.h"
#include "engine/analysis/map-work.h"
#include "tests/engine/analysis/golden-groups.h"

#define GOLDEN "statistics"

static void
assert_golden (const char *name, double value, double tolerance)
{
  double wanted = golden_value (GOLDEN, name);

  if (!(fabs (value - wanted) <= tolerance * fabs (wanted)))
    g_error ("%s is %.10g, not %.10g", name, value, wanted);
}

/* Whether both say the same of each pair of rows. */
static void
assert_same_partition (const int *a, const int *b, gsize rows)
{
  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < i; j++)
      if ((a[i] == a[j] && a[i] >= 0) != (b[i] == b[j] && b[i] >= 0))
        g_error ("rows %zu and %zu are in clusters %d and %d, not %d and %d", i, j, a[i],
                 a[j], b[i], b[j]);
}

static void
test_linkage (void)
{
  static const struct
  {
    const char *name;
    PhenoLinkage linkage;
  } all[] = { { "linkage_average_last", PHENO_LINKAGE_AVERAGE },
              { "linkage_ward_last", PHENO_LINKAGE_WARD },
              { "linkage_complete_last", PHENO_LINKAGE_COMPLETE },
              { "linkage_single_last", PHENO_LINKAGE_SINGLE } };
  g_autofree int *groups = NULL, *wanted = golden_ints (GOLDEN, "average_5.npy");
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (PhenoMatrix) distances
          = pheno_distances (rows, PHENO_METRIC_EUCLIDEAN, 2, NULL, NULL);
      g_autofree PhenoMerge *merges
          = pheno_linkage (distances, all[i].linkage, NULL, NULL);

      assert_golden (all[i].name, merges[rows->rows - 2].height, 1e-5);
      g_assert_cmpint (merges[rows->rows - 2].size, ==, rows->rows);
      if (all[i].linkage == PHENO_LINKAGE_AVERAGE)
        {
          g_autofree int *cut = pheno_linkage_cut (merges, rows->rows, 5);
          PhenoAgreement agreement;

          assert_golden ("linkage_average_middle", merges[(rows->rows - 1) / 2].height,
                         1e-5);
          assert_same_partition (cut, wanted, rows->rows);
          pheno_agreement (groups, cut, rows->rows, &agreement);
          assert_golden ("homogeneity", agreement.homogeneity, 1e-9);
          assert_golden ("completeness", agreement.completeness, 1e-9);
          assert_golden ("v_measure", agreement.v_measure, 1e-9);
          assert_golden ("adjusted_rand", agreement.adjusted_rand, 1e-9);
        }
    }
}

static void
test_hdbscan (void)
{
  g_autoptr (PhenoMatrix) blobs = golden_matrix (GOLDEN, "blobs.npy");
  g_autoptr (PhenoMatrix) wanted = golden_matrix (GOLDEN, "hdbscan_probability.npy");
  g_autofree int *labels = golden_ints (GOLDEN, "hdbscan.npy");
  g_autofree float *probability = g_new (float, blobs->rows);
  gsize n;
  g_autofree int *found = pheno_hdbscan (blobs, 8, 5, 2, &n, probability, NULL, NULL);

  g_assert_cmpfloat ((double) n, ==, golden_value (GOLDEN, "hdbscan_clusters"));
  assert_same_partition (found, labels, blobs->rows);
  assert_values_near (probability, wanted->values, blobs->rows, 1e-4);
}

static void
test_kmeans (void)
{
  g_autofree int *groups = NULL;
  g_autoptr (PhenoMatrix) rows = golden_groups (&groups);
  double inertia, again;
  g_autofree int *found = pheno_kmeans (rows, 6, 50, 1, 2, &inertia, NULL, NULL);
  g_autofree int *one = pheno_kmeans (rows, 6, 50, 1, 1, &again, NULL, NULL);
  GError *error = NULL;

  g_assert_cmpfloat (inertia, <, golden_value (GOLDEN, "kmeans_inertia") * 1.01);
  g_assert_cmpfloat (inertia, ==, again);
  g_assert_cmpmem (found, rows->rows * sizeof (int), one, rows->rows * sizeof (int));
  g_assert_null (pheno_kmeans (rows, rows->rows + 1, 1, 1, 1, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
}

/* Four blobs far apart are four communities, however rows are ordered. */
static void
test_communities (void)
{
  enum
  {
    N = 200
  };
  g_autoptr (PhenoMatrix) rows = pheno_matrix_new (N, 2);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree int *wanted = g_new (int, N), *found = NULL;
  double modularity;
  gsize n;

  for (int i = 0; i < N; i++)
    {
      wanted[i] = i % 4;
      for (int d = 0; d < 2; d++)
        pheno_matrix_row (rows, (gsize) i)[d]
            = (float) (g_rand_double (random) + 10 * (wanted[i] >> d & 1));
    }
  /* A low resolution, as each blob is a grid that could be cut further. */
  found = pheno_communities (rows, 15, PHENO_METRIC_EUCLIDEAN, 0.3, 1, 2, &n, &modularity,
                             NULL, NULL);
  g_assert_cmpuint (n, ==, 4);
  assert_same_partition (found, wanted, N);
  g_assert_cmpfloat (modularity, >, 0.5);
}

/* A blob, a row far away, a copy, and a row of the blob with the label of the others. */
static void
test_lists (void)
{
  enum
  {
    N = 60
  };
  g_autoptr (PhenoMatrix) rows = pheno_matrix_new (N, 2);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (PhenoLists) lists = NULL;
  int groups[N];
  double sum = 0;

  for (int i = 0; i < N; i++)
    {
      groups[i] = i % 2;
      pheno_matrix_row (rows, (gsize) i)[0]
          = (float) (g_rand_double (random) + 4 * groups[i]);
      pheno_matrix_row (rows, (gsize) i)[1] = (float) g_rand_double (random);
    }
  pheno_matrix_row (rows, 7)[0] = 40;
  memcpy (pheno_matrix_row (rows, 20), pheno_matrix_row (rows, 10), 2 * sizeof (float));
  groups[12] = 1;
  lists = pheno_lists (rows, groups, 8, PHENO_METRIC_EUCLIDEAN, 0.01, 2, NULL, NULL);
  g_assert_nonnull (lists);
  for (gsize i = 0; i < N; i++)
    {
      sum += lists->rank[i];
      if (i != 7)
        g_assert_cmpfloat (lists->strangeness[i], <, lists->strangeness[7]);
      if (i != 12)
        g_assert_cmpfloat (lists->doubt[i], <, lists->doubt[12]);
    }
  g_assert_cmpfloat_with_epsilon (sum, N, 1e-6);
  g_assert_cmpint (lists->suggested[12], ==, 0);
  g_assert_cmpuint (lists->n_pairs, ==, 1);
  g_assert_cmpint (lists->pairs[0], ==, 10);
  g_assert_cmpint (lists->pairs[1], ==, 20);
}

/* Of 3,000 rows HNSW finds nearly all that the exact search does, the same each time. */
static void
test_nearly_all_neighbours (void)
{
  enum
  {
    N = 3000,
    K = 10
  };
  g_autoptr (PhenoMatrix) rows = pheno_matrix_new (N, 16);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (PhenoNeighbours) exact = NULL, found = NULL, again = NULL;
  gsize same = 0;

  for (gsize i = 0; i < N * 16; i++)
    rows->values[i] = (float) g_rand_double_range (random, -1, 1);
  for (int metric = 0; metric < 2; metric++)
    {
      g_clear_pointer (&exact, pheno_neighbours_free);
      g_clear_pointer (&found, pheno_neighbours_free);
      g_clear_pointer (&again, pheno_neighbours_free);
      exact = pheno_neighbours (rows, K, (PhenoMetric) metric, NULL, 2, NULL, NULL);
      found = pheno_nearly_all_neighbours (rows, K, (PhenoMetric) metric, 2, NULL, NULL);
      again = pheno_nearly_all_neighbours (rows, K, (PhenoMetric) metric, 1, NULL, NULL);
      g_assert_cmpmem (found->index, N * K * sizeof (int), again->index,
                       N * K * sizeof (int));
      same = 0;
      for (gsize i = 0; i < N; i++)
        for (gsize a = 0; a < K; a++)
          for (gsize b = 0; b < K; b++)
            if (exact->index[i * K + a] == found->index[i * K + b])
              {
                same++;
                g_assert_cmpfloat_with_epsilon (exact->distance[i * K + a],
                                                found->distance[i * K + b], 1e-4);
              }
      g_assert_cmpfloat ((double) same / (N * K), >, 0.98);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clusters/linkage", test_linkage);
  g_test_add_func ("/clusters/hdbscan", test_hdbscan);
  g_test_add_func ("/clusters/kmeans", test_kmeans);
  g_test_add_func ("/clusters/communities", test_communities);
  g_test_add_func ("/clusters/lists", test_lists);
  g_test_add_func ("/clusters/nearly-all-neighbours", test_nearly_all_neighbours);
  return g_test_run ();
}
