/* test-map-index.c - a pointer, a lasso and the arrow keys find the points that they
 * should
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-index.h"

#include <math.h>
#include <string.h>

/* A grid of 5 x 5: row 5 y + x lies at (x, y). */
static void
grid (float points[50])
{
  for (int i = 0; i < 25; i++)
    {
      points[2 * i] = (float) (i % 5);
      points[2 * i + 1] = (float) (i / 5);
    }
}

static int
compare_ints (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static void
assert_rows (GArray *rows, const int *expected, guint n)
{
  g_array_sort (rows, compare_ints);
  g_assert_cmpuint (rows->len, ==, n);
  g_assert_cmpmem (rows->data, rows->len * sizeof (int), expected, n * sizeof (int));
}

static void
test_nearest (void)
{
  float points[50];
  guint8 shown[25];
  g_autoptr (PhenoMapIndex) index = NULL;

  grid (points);
  memset (shown, 1, 25);
  index = pheno_map_index_new (points, 25);
  g_assert_cmpint (pheno_map_index_nearest (index, NULL, 2.2, 3.3, 0.5), ==, 17);
  g_assert_cmpint (pheno_map_index_nearest (index, NULL, 2.5, 3.5, 0.5), ==, -1);
  shown[17] = 0;
  g_assert_cmpint (pheno_map_index_nearest (index, shown, 2.2, 3.3, 0.5), ==, -1);
  g_assert_cmpint (pheno_map_index_nearest (index, shown, 2.2, 3.3, 1), ==, 22);
  g_assert_cmpint (pheno_map_index_nearest (index, NULL, -90, 2, INFINITY), ==, 10);
}

/* Against a search of all, for random points and radii. */
static void
test_nearest_as_all (void)
{
  const gsize n = 5000;
  g_autofree float *points = g_new (float, 2 * n);
  g_autoptr (PhenoMapIndex) index = NULL;

  for (gsize i = 0; i < 2 * n; i++)
    points[i] = (float) g_test_rand_double_range (-3, 7);
  index = pheno_map_index_new (points, n);
  for (int round = 0; round < 300; round++)
    {
      double x = g_test_rand_double_range (-4, 8), y = g_test_rand_double_range (-4, 8);
      double radius = g_test_rand_double_range (0.01, 2), least = radius * radius;
      int nearest = -1;

      for (gsize i = 0; i < n; i++)
        {
          double dx = points[2 * i] - x, dy = points[2 * i + 1] - y;

          if (dx * dx + dy * dy <= least)
            {
              least = dx * dx + dy * dy;
              nearest = (int) i;
            }
        }
      g_assert_cmpint (pheno_map_index_nearest (index, NULL, x, y, radius), ==, nearest);
    }
}

static void
test_box (void)
{
  const double low[2] = { 0.5, 1 }, high[2] = { 2, 2.5 };
  const int expected[] = { 6, 7, 11, 12 }; /* (1, 1) (2, 1) (1, 2) (2, 2) */
  float points[50];
  g_autoptr (PhenoMapIndex) index = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));

  grid (points);
  index = pheno_map_index_new (points, 25);
  pheno_map_index_in_box (index, NULL, low, high, rows);
  assert_rows (rows, expected, 4);
}

/* A triangle around (1, 1), (2, 1) and (1, 2), of which (2, 1) is hidden. */
static void
test_lasso (void)
{
  const double corners[] = { 0.5, 0.5, 3.2, 0.5, 0.5, 3.2 };
  const int expected[] = { 6, 11 };
  float points[50];
  guint8 shown[25];
  g_autoptr (PhenoMapIndex) index = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));

  grid (points);
  memset (shown, 1, 25);
  shown[7] = 0;
  index = pheno_map_index_new (points, 25);
  pheno_map_index_in_polygon (index, shown, corners, 3, rows);
  assert_rows (rows, expected, 2);
}

/* A star of one line has a hole in its middle; a concave corner is outside. */
static void
test_polygon (void)
{
  double star[10];
  const double arrow[] = { 0, 0, 4, 0, 1, 1, 0, 4 };

  for (int i = 0; i < 5; i++)
    {
      star[2 * i] = cos (i * 4 * G_PI / 5);
      star[2 * i + 1] = sin (i * 4 * G_PI / 5);
    }
  g_assert_false (pheno_in_polygon (star, 5, 0, 0));
  g_assert_true (pheno_in_polygon (star, 5, 0.8, 0));
  g_assert_true (pheno_in_polygon (arrow, 4, 0.5, 0.5));
  g_assert_false (pheno_in_polygon (arrow, 4, 2, 2));
  g_assert_false (pheno_in_polygon (arrow, 4, -1, 0.5));
}

static void
test_towards (void)
{
  float points[50];
  guint8 shown[25];
  g_autoptr (PhenoMapIndex) index = NULL;

  grid (points);
  memset (shown, 1, 25);
  index = pheno_map_index_new (points, 25);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 12, PHENO_TOWARDS_RIGHT), ==,
                   13);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 12, PHENO_TOWARDS_LEFT), ==, 11);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 12, PHENO_TOWARDS_UP), ==, 17);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 12, PHENO_TOWARDS_DOWN), ==, 7);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 14, PHENO_TOWARDS_RIGHT), ==,
                   -1);

  /* With the next one hidden, one at 45 degrees is nearer than the one after it. */
  shown[13] = 0;
  g_assert_cmpint (pheno_map_index_towards (index, shown, 12, PHENO_TOWARDS_RIGHT), ==,
                   8);
  /* Only what lies far aside is left: it is still reached. */
  memset (shown, 0, 25);
  shown[21] = 1; /* (1, 4) from (0, 0) */
  g_assert_cmpint (pheno_map_index_towards (index, shown, 0, PHENO_TOWARDS_RIGHT), ==,
                   21);
}

/* Copies of one image lie at one place: each can be reached, and left again. */
static void
test_towards_at_one_place (void)
{
  const float points[] = { 1, 1, 1, 1, 1, 1, 2, 1 };
  g_autoptr (PhenoMapIndex) index = pheno_map_index_new (points, 4);

  g_assert_cmpint (pheno_map_index_towards (index, NULL, 0, PHENO_TOWARDS_RIGHT), ==, 1);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 1, PHENO_TOWARDS_RIGHT), ==, 2);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 2, PHENO_TOWARDS_RIGHT), ==, 3);
  g_assert_cmpint (pheno_map_index_towards (index, NULL, 2, PHENO_TOWARDS_LEFT), ==, 1);
}

static void
test_what_is_no_number (void)
{
  const float points[] = { NAN, 1, 3, INFINITY, 2, 2 };
  const float none[] = { NAN, NAN };
  const double low[2] = { -9, -9 }, high[2] = { 9, 9 };
  const int expected[] = { 2 };
  g_autoptr (PhenoMapIndex) index = pheno_map_index_new (points, 3);
  g_autoptr (PhenoMapIndex) empty = pheno_map_index_new (none, 1);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));
  double from[2], to[2];

  pheno_map_index_in_box (index, NULL, low, high, rows);
  assert_rows (rows, expected, 1);
  g_assert_true (pheno_map_index_bounds (index, from, to));
  g_assert_cmpfloat (to[1], ==, 2);
  g_assert_false (pheno_map_index_bounds (empty, from, to));
  g_assert_cmpint (pheno_map_index_nearest (empty, NULL, 0, 0, INFINITY), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/map-index/nearest/within-reach-and-shown", test_nearest);
  g_test_add_func ("/map-index/nearest/as-a-search-of-all", test_nearest_as_all);
  g_test_add_func ("/map-index/box/its-edges-count", test_box);
  g_test_add_func ("/map-index/lasso/visible-points-alone", test_lasso);
  g_test_add_func ("/map-index/lasso/holes-and-corners", test_polygon);
  g_test_add_func ("/map-index/arrows/the-nearest-in-a-direction", test_towards);
  g_test_add_func ("/map-index/arrows/points-at-one-place", test_towards_at_one_place);
  g_test_add_func ("/map-index/what-is-no-number-is-nowhere", test_what_is_no_number);

  return g_test_run ();
}
