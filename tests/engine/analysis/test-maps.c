/* test-maps.c - t-SNE, UMAP and diffusion maps: same for any number of threads, near the
 * definitions, stopped and cancelled
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/analysis.h"
#include "engine/analysis/map-forces.h"
#include "engine/analysis/repulsion.h"

#include <string.h>

/* @rows in eight groups, each near a plane of its own. */
static PhenoMatrix *
planes (gsize rows, gsize columns)
{
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree float *base = g_new (float, 8 * 3 * columns);

  for (gsize i = 0; i < 8 * 3 * columns; i++)
    base[i] = (float) g_rand_double_range (random, -1, 1);
  for (gsize row = 0; row < rows; row++)
    {
      const float *own = base + row % 8 * 3 * columns;
      double u = g_rand_double_range (random, -1, 1);
      double v = g_rand_double_range (random, -1, 1);

      for (gsize d = 0; d < columns; d++)
        pheno_matrix_row (matrix, row)[d]
            = (float) (3 * own[d] + u * own[columns + d] + v * own[2 * columns + d]
                       + g_rand_double_range (random, -0.05, 0.05));
    }
  return matrix;
}

/* Share of the ten nearest that are the same in both. */
static double
recall (const PhenoMatrix *matrix, const PhenoMatrix *places)
{
  g_autoptr (PhenoNeighbours) wanted
      = pheno_neighbours (matrix, 10, PHENO_METRIC_EUCLIDEAN, NULL, 0, NULL, NULL);
  g_autoptr (PhenoNeighbours) found
      = pheno_neighbours (places, 10, PHENO_METRIC_EUCLIDEAN, NULL, 0, NULL, NULL);
  gsize same = 0;

  for (gsize row = 0; row < matrix->rows; row++)
    for (gsize i = 0; i < 10; i++)
      for (gsize j = 0; j < 10; j++)
        same += wanted->index[row * 10 + i] == found->index[row * 10 + j];
  return (double) same / (double) (matrix->rows * 10);
}

static PhenoMap *
map_with (const char *name, const PhenoMatrix *matrix, int threads, gsize axes)
{
  const PhenoProjection *projection = pheno_projection_find (name);
  PhenoProjectionOptions options = { .n_axes = axes, .seed = 3, .threads = threads };
  GError *error = NULL;
  PhenoMap *map = projection->project (matrix, &options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return map;
}

static void
test_same_on_any_number_of_threads (gconstpointer name)
{
  g_autoptr (PhenoMatrix) matrix = planes (2100, 12);
  g_autoptr (PhenoMap) one = map_with (name, matrix, 1, 2);
  g_autoptr (PhenoMap) three = map_with (name, matrix, 3, 2);

  g_assert_cmpmem (one->coordinates->values, 2100 * 2 * sizeof (float),
                   three->coordinates->values, 2100 * 2 * sizeof (float));
  g_assert_cmpfloat (recall (matrix, one->coordinates), >,
                     g_str_equal (name, "diffusion") ? 0.02 : 0.6);
}

static void
test_three_axes (gconstpointer name)
{
  g_autoptr (PhenoMatrix) matrix = planes (400, 12);
  g_autoptr (PhenoMap) map = map_with (name, matrix, 2, 3);

  g_assert_cmpuint (map->coordinates->columns, ==, 3);
  g_assert_cmpfloat (recall (matrix, map->coordinates), >, 0.6);
}

/* All pairs, in double. */
static double
push_exactly (const float *places, gsize rows, gsize axes, double *push)
{
  double all = 0;

  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < rows; j++)
      if (i != j)
        {
          double square = 1;

          for (gsize axis = 0; axis < axes; axis++)
            square += pow (places[i * axes + axis] - places[j * axes + axis], 2);
          all += 1 / square;
          for (gsize axis = 0; axis < axes; axis++)
            push[i * axes + axis]
                += (places[i * axes + axis] - places[j * axes + axis]) / square / square;
        }
  return all;
}

static double
relative_error (const float *found, const double *wanted, gsize count)
{
  double off = 0, size = 0;

  for (gsize i = 0; i < count; i++)
    {
      off += pow (found[i] - wanted[i], 2);
      size += wanted[i] * wanted[i];
    }
  return sqrt (off / size);
}

static void
check_push (gsize axes, double width, gboolean by_grid, double most)
{
  enum
  {
    N = 1500
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autofree float *places = g_new (float, N *axes), *push = g_new (float, N *axes);
  g_autofree double *wanted = g_new0 (double, N *axes);
  double all, exact;

  for (gsize i = 0; i < N * axes; i++)
    places[i] = (float) (width * pow (g_rand_double (random), 2));
  exact = push_exactly (places, N, axes, wanted);
  if (by_grid)
    {
      g_autoptr (PhenoGridRepulsion) grid = pheno_grid_repulsion_new (N, 2);

      all = pheno_grid_repulsion (grid, places, push);
    }
  else
    {
      g_autoptr (PhenoTreeRepulsion) tree
          = pheno_tree_repulsion_new (N, (int) axes, 0.5, 2);

      all = pheno_tree_repulsion (tree, places, push);
    }
  g_test_message ("error %g of the pushes, %g of their sum",
                  relative_error (push, wanted, N * axes), all / exact - 1);
  g_assert_cmpfloat_with_epsilon (all / exact, 1, most);
  g_assert_cmpfloat (relative_error (push, wanted, N * axes), <, most);
}

static void
test_grid_is_near_all_pairs (void)
{
  check_push (2, 0.01, TRUE, 0.02);
  check_push (2, 5, TRUE, 0.01);
  check_push (2, 60, TRUE, 0.04);
  check_push (2, 100, TRUE, 0.06);
}

static void
test_tree_is_near_all_pairs (void)
{
  check_push (2, 60, FALSE, 0.03);
  check_push (3, 20, FALSE, 0.03);
}

/* Against the sum of a discrete Fourier transform in double. */
static void
test_fourier_of_many_lengths (void)
{
  const int lengths[] = { 2, 3, 4, 5, 6, 30, 64, 90, 200 };

  for (gsize t = 0; t < G_N_ELEMENTS (lengths); t++)
    {
      int n = lengths[t];
      gsize lanes = PHENO_FOURIER_LANES, size = 2 * lanes * (gsize) n;
      g_autofree float *data = g_new (float, size), *work = g_new (float, size);
      g_autofree float *roots = g_new (float, 2 * n);
      g_autofree float *given = NULL;
      g_autoptr (GRand) random = g_rand_new_with_seed (5);

      for (gsize i = 0; i < size; i++)
        data[i] = (float) g_rand_double_range (random, -1, 1);
      for (int i = 0; i < n; i++)
        {
          roots[2 * i] = (float) cos (2 * G_PI * i / n);
          roots[2 * i + 1] = (float) -sin (2 * G_PI * i / n);
        }
      given = g_memdup2 (data, size * sizeof (float));
      pheno_map_forces_get ()->fourier (data, work, n, roots);
      for (int k = 0; k < n; k++)
        for (gsize lane = 0; lane < lanes; lane += 5)
          {
            double re = 0, im = 0;

            for (int i = 0; i < n; i++)
              {
                double turn = -2 * G_PI * i * k / n;
                double a = given[2 * (gsize) i * lanes + lane];
                double b = given[(2 * (gsize) i + 1) * lanes + lane];

                re += a * cos (turn) - b * sin (turn);
                im += a * sin (turn) + b * cos (turn);
              }
            g_assert_cmpfloat_with_epsilon (data[2 * (gsize) k * lanes + lane], re, 1e-4);
            g_assert_cmpfloat_with_epsilon (data[(2 * (gsize) k + 1) * lanes + lane], im,
                                            1e-4);
          }
    }
}

static gboolean
stop_cb (const PhenoMatrix *coordinates, gpointer user_data)
{
  guint *calls = user_data;

  g_assert_cmpuint (coordinates->rows, ==, 300);
  return ++*calls < 2;
}

static void
test_stopped_map_is_kept (gconstpointer name)
{
  const PhenoProjection *projection = pheno_projection_find (name);
  g_autoptr (PhenoMatrix) matrix = planes (300, 12);
  const double many[5] = { NAN, g_str_equal (name, "tsne") ? 100000 : NAN,
                           g_str_equal (name, "umap") ? 100000 : NAN, NAN, NAN };
  guint calls = 0;
  PhenoProjectionOptions options = {
    .n_axes = 2, .seed = 3, .values = many, .moving = stop_cb, .moving_data = &calls
  };
  g_autoptr (PhenoMap) map
      = projection->project (matrix, &options, NULL, NULL, NULL, NULL);

  g_assert_nonnull (map);
  g_assert_cmpuint (calls, ==, 2);
  g_assert_cmpuint (map->steps, <, 100000);
}

static void
test_cancelled (gconstpointer name)
{
  g_autoptr (PhenoMatrix) matrix = planes (300, 12);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PhenoProjectionOptions options = { .n_axes = 2, .seed = 3 };
  GError *error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (pheno_projection_find (name)->project (matrix, &options, NULL, NULL,
                                                        cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
}

static void
test_values_out_of_range (void)
{
  g_autoptr (PhenoMatrix) matrix = planes (30, 4);
  const double wrong[5] = { 1, NAN, NAN, NAN, NAN };
  PhenoProjectionOptions options = { .n_axes = 2, .values = wrong };
  GError *error = NULL;

  g_assert_null (pheno_projection_find ("tsne")->project (matrix, &options, NULL, NULL,
                                                          NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "perplexity"));
  g_clear_error (&error);
}

/* Four rows, copies, fewer rows than neighbours: a map all the same, of numbers. */
static void
test_few_rows_and_copies (gconstpointer name)
{
  for (gsize rows = 4; rows < 40; rows += 7)
    {
      g_autoptr (PhenoMatrix) matrix = planes (rows, 3);
      g_autoptr (PhenoMap) map = NULL;

      memcpy (pheno_matrix_row (matrix, 1), pheno_matrix_row (matrix, 0),
              3 * sizeof (float));
      memcpy (pheno_matrix_row (matrix, 2), pheno_matrix_row (matrix, 0),
              3 * sizeof (float));
      map = map_with (name, matrix, 1, 2);
      for (gsize i = 0; i < rows * map->coordinates->columns; i++)
        g_assert_true (isfinite (map->coordinates->values[i]));
    }
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "tsne", "umap", "diffusion" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *name = names[i];
      g_autofree char *threads
          = g_strdup_printf ("/maps/%s/same-on-any-number-of-threads", name);
      g_autofree char *cancelled = g_strdup_printf ("/maps/%s/cancelled", name);
      g_autofree char *few = g_strdup_printf ("/maps/%s/few-rows-and-copies", name);

      g_test_add_data_func (threads, name, test_same_on_any_number_of_threads);
      g_test_add_data_func (cancelled, name, test_cancelled);
      g_test_add_data_func (few, name, test_few_rows_and_copies);
    }
  for (gsize i = 0; i < 2; i++)
    {
      g_autofree char *axes = g_strdup_printf ("/maps/%s/three-axes", names[i]);
      g_autofree char *kept = g_strdup_printf ("/maps/%s/stopped-map-is-kept", names[i]);

      g_test_add_data_func (axes, names[i], test_three_axes);
      g_test_add_data_func (kept, names[i], test_stopped_map_is_kept);
    }
  g_test_add_func ("/maps/grid-is-near-all-pairs", test_grid_is_near_all_pairs);
  g_test_add_func ("/maps/tree-is-near-all-pairs", test_tree_is_near_all_pairs);
  g_test_add_func ("/maps/fourier-of-many-lengths", test_fourier_of_many_lengths);
  g_test_add_func ("/maps/values-out-of-range", test_values_out_of_range);
  return g_test_run ();
}
