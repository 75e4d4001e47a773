/* test-way.c - the whole way, from specimens to figures and an honest number
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/cli/run.h"

static void
assert_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_size, >, 0);
}

static void
train_and_embed (const char *folder, const char *collection, const char *run,
                 const char *table)
{
  g_autofree char *root = g_strconcat ("--collection=", collection, NULL);
  g_auto (Run) trained
      = run_cli ("train", root, "--set=model.size=32", "--set=training.epochs=2",
                 "--set=training.batch=8", "--progress=json", "-o", run, NULL);
  g_auto (Run) embedded = run_cli ("embed", run, "-o", table, NULL);
  g_auto (GStrv) lines = NULL;
  gboolean has_loss = FALSE;
  guint n;

  assert_done (&trained);
  assert_done (&embedded);
  lines = g_strsplit (g_strchomp (trained.output), "\n", -1);
  n = g_strv_length (lines);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonNode) node = parse_json (lines[i]);
      JsonObject *object = json_node_get_object (node);

      g_assert_true (json_object_has_member (object, "phase"));
      has_loss |= json_object_has_member (object, "loss")
                  && !json_object_get_null_member (object, "loss");
      g_assert_cmpint (json_object_has_member (object, "result"), ==, i == n - 1);
    }
  g_assert_true (has_loss);
  assert_file (run, "run.ini");
  assert_file (run, "history.csv");
  assert_file (run, "last.safetensors");
  assert_file (run, "best.safetensors");
  assert_file (run, "figures/curves.svg");
}

static void
test_from_specimens_to_figures (void)
{
  g_autofree char *folder = test_folder_new (),
                  *collection = make_specimens (folder, 3, 18);
  g_autofree char *run = g_build_filename (folder, "a run", NULL);
  g_autofree char *table = g_build_filename (run, "embeddings.h5", NULL);
  g_autofree char *map = g_build_filename (folder, "figures", "map.svg", NULL);
  g_autofree char *sheet = g_build_filename (folder, "figures", "sheet.png", NULL);
  g_autofree char *coordinates = g_build_filename (folder, "map.csv", NULL);
  g_autofree char *coordinates_option = g_strconcat ("--coordinates=", coordinates, NULL);
  g_autofree char *text = NULL;

  train_and_embed (folder, collection, run, table);
  {
    g_auto (Run) projected = run_cli ("project", table, "-o", map, "--dimensions=3",
                                      coordinates_option, NULL);
    g_auto (Run) drawn = run_cli ("neighbours", table, "-o", sheet, "-k", "3", NULL);
    g_auto (Run) found
        = run_cli ("neighbours", table, "--query=1", "-k", "2", "--json", NULL);
    g_auto (Run) measured
        = run_cli ("evaluate", table, "--exclude-same=specimen", "--json", NULL);
    g_auto (Run) again = run_cli ("evaluate", run, "--layer=layer1", "--pool=2x2",
                                  "--whiten=8", "--json", NULL);
    g_autoptr (JsonNode) near = NULL, number = NULL, number_again = NULL;
    JsonObject *object;

    assert_done (&projected);
    assert_done (&drawn);
    assert_done (&found);
    assert_done (&measured);
    assert_done (&again);
    near = parse_json (found.output);
    number = parse_json (measured.output);
    number_again = parse_json (again.output);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                          json_node_get_object (near), "neighbours")),
                      ==, 2);
    object = json_node_get_object (number);
    g_assert_cmpint (json_object_get_int_member (object, "specimens"), ==, 18);
    g_assert_cmpint (json_object_get_int_member (object, "groups"), ==, 3);
    g_assert_cmpfloat_with_epsilon (json_object_get_double_member (object, "chance"),
                                    1 / 3.0, 1e-9);
    g_assert_cmpfloat (json_object_get_double_member (object, "interval_low"), <=,
                       json_object_get_double_member (object, "knn_balanced_accuracy"));
  }
  assert_file (folder, "figures/map.svg");
  assert_file (folder, "figures/sheet.png");
  g_assert_true (g_file_get_contents (coordinates, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "filename,x,y,z,"));
  test_folder_remove (folder);
}

/* Three species of plainly different colours: a colour histogram must tell them apart,
 * the background alone must not. */
static void
test_baselines_say_what_is_known (void)
{
  g_autofree char *folder = test_folder_new (),
                  *collection = make_specimens (folder, 4, 48);
  g_autofree char *root = g_strconcat ("--collection=", collection, NULL);
  g_auto (Run) colours = run_cli ("evaluate", "baseline:histogram", root, "--json", NULL);
  g_auto (Run) background
      = run_cli ("evaluate", "baseline:background", root, "--json", NULL);
  g_autoptr (JsonNode) good = NULL, bad = NULL;

  assert_done (&colours);
  assert_done (&background);
  good = parse_json (colours.output);
  bad = parse_json (background.output);
  g_assert_cmpfloat (json_object_get_double_member (json_node_get_object (good),
                                                    "knn_balanced_accuracy"),
                     >, 0.7);
  g_assert_cmpfloat (
      json_object_get_double_member (json_node_get_object (bad), "knn_balanced_accuracy"),
      <, 0.5);
  test_folder_remove (folder);
}

/* Two photographs of each animal: the number without --exclude-same comes with a note. */
static void
test_honest_note (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *table
      = test_folder_add (folder, "t.csv",
                         "filename,x1,x2,species,specimen\n"
                         "a,0,1,p,s1\nb,0.1,1,p,s1\nc,1,0,q,s2\nd,1,0.1,q,s2\n"
                         "e,0.2,1,p,s3\nf,1,0.2,q,s4\n",
                         -1);
  g_auto (Run) naive = run_cli ("evaluate", table, "-k", "1", NULL);
  g_auto (Run) honest
      = run_cli ("evaluate", table, "-k", "1", "--exclude-same=specimen", NULL);

  assert_done (&naive);
  assert_done (&honest);
  g_assert_nonnull (strstr (naive.errors, "--exclude-same=specimen"));
  g_assert_cmpstr (honest.errors, ==, "");
  test_folder_remove (folder);
}

static void
test_augment_sheet (void)
{
  g_autofree char *folder = test_folder_new (),
                  *collection = make_specimens (folder, 2, 2);
  g_autofree char *image = g_build_filename (collection, "rgb", "Ignita_bicolor", NULL);
  g_autoptr (GDir) entries = g_dir_open (image, 0, NULL);
  g_autofree char *file = g_build_filename (image, g_dir_read_name (entries), NULL);
  g_autofree char *sheet = g_build_filename (folder, "sheet.png", NULL);
  g_auto (Run) drawn
      = run_cli ("augment", file, "--views=5", "--size=32", "-o", sheet, NULL);
  g_auto (Run) wrong = run_cli ("augment", file, "--recipe=simclrr", "-o", sheet, NULL);

  assert_done (&drawn);
  assert_file (folder, "sheet.png");
  g_assert_cmpint (wrong.status, !=, 0);
  g_assert_nonnull (strstr (wrong.errors, "simclr"));
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/way/from-specimens-to-figures", test_from_specimens_to_figures);
  g_test_add_func ("/way/baselines-say-what-is-known", test_baselines_say_what_is_known);
  g_test_add_func ("/way/number-that-flatters-has-a-note", test_honest_note);
  g_test_add_func ("/way/augment-sheet", test_augment_sheet);
  return g_test_run ();
}
