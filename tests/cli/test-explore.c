/* test-explore.c - maps, clusters, tests and comparisons of a table of numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/cli/run.h"

/* Three species that differ in the first number; @bad of the rows have no number. */
static char *
make_table (const char *folder, const char *name, double noise, int bad)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autoptr (GString) text = g_string_new ("filename,species,sex,size,x1,x2,x3,x4\n");

  for (int i = 0; i < 60; i++)
    {
      g_string_append_printf (text, "img%d.jpg,sp%d,%s,%d", i, i % 3, i % 2 ? "m" : "f",
                              i);
      for (int d = 0; d < 4; d++)
        g_string_append_printf (text, ",%.5f",
                                (d == 0 ? 4.0 * (i % 3) : 0) + noise * i / 60
                                    + g_rand_double (random));
      g_string_append_c (text, '\n');
    }
  for (int i = 0; i < bad; i++)
    g_string_append_printf (text, "bad%d.jpg,sp0,m,1,nan,0,0,0\n", i);
  return test_folder_add (folder, name, text->str, -1);
}

static double
number_of (JsonNode *node, const char *name)
{
  return json_object_get_double_member (json_node_get_object (node), name);
}

static void
test_clusters (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *table = make_table (folder, "t.csv", 0, 0);

  {
    g_auto (Run) found
        = run_cli ("cluster", table, "--method=kmeans", "-k", "3", "--json", NULL);
    g_auto (Run) wrong = run_cli ("cluster", table, "--method=kmeans", NULL);
    g_auto (Run) many = run_cli ("cluster", table, "--method=kmeans", "-k", "61", NULL);
    g_autoptr (JsonNode) node = NULL;

    assert_done (&found);
    node = parse_json (found.output);
    g_assert_cmpfloat (number_of (node, "homogeneity"), >, 0.99);
    g_assert_cmpint (wrong.status, ==, 2);
    g_assert_cmpint (many.status, ==, 2);
  }
  test_folder_remove (folder);
}

static void
test_statistics (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *table = make_table (folder, "t.csv", 0, 2);
  g_autofree char *tree = g_build_filename (folder, "t.nex", NULL);
  g_autofree char *distances = g_strconcat ("--distances=", tree, NULL);

  {
    g_auto (Run) found
        = run_cli ("statistics", table, "--by=sex", "--by=species", "--metric=euclidean",
                   "--permutations=199", distances, "--json", NULL);
    g_auto (Run) wrong = run_cli ("statistics", table, "--by=genus", NULL);
    g_autoptr (JsonNode) node = NULL;
    JsonArray *terms;

    assert_done (&found);
    g_assert_nonnull (strstr (found.errors, "2 rows"));
    node = parse_json (found.output);
    terms = json_object_get_array_member (json_node_get_object (node), "permanova");
    g_assert_cmpuint (json_array_get_length (terms), ==, 3);
    g_assert_cmpfloat (
        json_object_get_double_member (json_array_get_object_element (terms, 1), "p"), ==,
        0.005);
    g_assert_true (g_file_test (tree, G_FILE_TEST_EXISTS));
    g_assert_cmpint (wrong.status, ==, 2);
  }
  test_folder_remove (folder);
}

static void
test_comparison (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *a = make_table (folder, "a.csv", 0, 0);
  g_autofree char *b = make_table (folder, "b.csv", 1, 1);
  g_autofree char *other
      = test_folder_add (folder, "c.csv", "filename,x1\nq.jpg,1\nr.jpg,2\n", -1);

  {
    g_auto (Run) same = run_cli ("compare", a, a, "--json", NULL);
    g_auto (Run) found = run_cli ("compare", a, b, NULL);
    g_auto (Run) strange = run_cli ("compare", a, other, NULL);
    g_autoptr (JsonNode) node = NULL;

    assert_done (&same);
    assert_done (&found);
    node = parse_json (same.output);
    g_assert_cmpfloat_with_epsilon (number_of (node, "mantel"), 1, 1e-6);
    g_assert_cmpfloat_with_epsilon (number_of (node, "procrustes"), 0, 1e-6);
    g_assert_cmpint (strange.status, ==, 4);
  }
  test_folder_remove (folder);
}

static void
test_maps_and_lists (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *table = make_table (folder, "t.csv", 0, 0);
  g_autofree char *places = g_build_filename (folder, "m.csv", NULL);
  g_autofree char *coordinates = g_strconcat ("--coordinates=", places, NULL);

  {
    g_auto (Run) map = run_cli ("project", table, "--method=umap", "--set=neighbours=10",
                                "--seeds=2", coordinates, NULL);
    g_auto (Run) wrong = run_cli ("project", table, "--method=tsne", "--set=perplexty=10",
                                  coordinates, NULL);
    g_auto (Run) range = run_cli ("project", table, "--method=tsne", "--set=perplexity=1",
                                  coordinates, NULL);
    g_auto (Run) lists
        = run_cli ("neighbours", table, "--lists=typical,mislabels", "--json", NULL);
    g_auto (Run) mean = run_cli ("neighbours", table, "--centroid=species:sp1", NULL);
    g_autofree char *text = NULL;

    assert_done (&map);
    g_assert_true (g_file_get_contents (places, &text, NULL, NULL));
    g_assert_true (g_str_has_prefix (text, "filename,x,y,spread,"));
    g_assert_cmpint (wrong.status, ==, 2);
    g_assert_nonnull (strstr (wrong.errors, "perplexity"));
    g_assert_cmpint (range.status, ==, 2);
    assert_done (&lists);
    assert_done (&mean);
  }
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/explore/clusters", test_clusters);
  g_test_add_func ("/cli/explore/statistics", test_statistics);
  g_test_add_func ("/cli/explore/comparison", test_comparison);
  g_test_add_func ("/cli/explore/maps-and-lists", test_maps_and_lists);
  return g_test_run ();
}
