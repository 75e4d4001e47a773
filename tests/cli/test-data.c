/* test-data.c - hostile names, broken files, nonsense settings: each one a clear line
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/cli/run.h"

/* Copies a photograph of the specimens to FOLDER/@name. */
static void
copy_photograph (const char *folder, const char *name, gsize most)
{
  g_autofree char *collection = make_specimens (folder, 2, 2);
  g_autofree char *species = g_build_filename (collection, "rgb", "Ignita_bicolor", NULL);
  g_autoptr (GDir) entries = g_dir_open (species, 0, NULL);
  g_autofree char *file = g_build_filename (species, g_dir_read_name (entries), NULL);
  g_autofree char *contents = NULL, *made = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (file, &contents, &length, NULL));
  made = test_folder_add (folder, name, contents, (gssize) MIN (length, most));
  test_folder_remove (collection);
}

static void
test_hostile_names (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *root = g_strconcat ("--collection=", folder, NULL);
  g_autofree char *table = g_build_filename (folder, "t.csv", NULL);
  const char *const names[] = { "with space/a b.png", "h\303\251liconius/\303\251.png",
                                "\360\237\246\213/\360\237\246\213.png",
                                "new\nline/a\nb.png", "comma,\"quote\"/x,\"y\".png" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    copy_photograph (folder, names[i], G_MAXSIZE);
  {
    g_auto (Run) scanned = run_cli ("scan", folder, "--json", NULL);
    g_auto (Run) embedded
        = run_cli ("embed", "baseline:mean-colour", root, "-o", table, NULL);
    g_auto (Run) projected = run_cli ("neighbours", table, "--query=1", "--json", NULL);
    g_autoptr (JsonNode) scan = NULL, neighbours = NULL;

    assert_done (&scanned);
    scan = parse_json (scanned.output);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                          json_node_get_object (scan), "images")),
                      ==, G_N_ELEMENTS (names));
    assert_done (&embedded);
    assert_done (&projected);
    neighbours = parse_json (projected.output);
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                          json_node_get_object (neighbours), "neighbours")),
                      ==, 4);
  }
  test_folder_remove (folder);
}

static void
test_broken_files_are_listed (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *empty = test_folder_add (folder, "sp/empty.jpg", "", 0);
  g_autofree char *text = test_folder_add (folder, "sp/text.jpg", "not a photograph", -1);
  JsonObject *object;

  copy_photograph (folder, "sp/good.png", G_MAXSIZE);
  {
    g_auto (Run) scanned = run_cli ("scan", folder, "--json", NULL);
    g_autoptr (JsonNode) node = NULL;

    assert_done (&scanned);
    node = parse_json (scanned.output);
    object = json_node_get_object (node);
    g_assert_cmpuint (
        json_array_get_length (json_object_get_array_member (object, "images")), ==, 1);
    g_assert_cmpuint (
        json_array_get_length (json_object_get_array_member (object, "problems")), ==, 2);
  }
  test_folder_remove (folder);
}

/* A picture cut short has a good header: it is found out when it is decoded, and named.
 */
static void
test_cut_picture_is_left_out (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *root = g_strconcat ("--collection=", folder, NULL);
  g_autofree char *table = g_build_filename (folder, "t.csv", NULL);

  copy_photograph (folder, "sp/good.png", G_MAXSIZE);
  copy_photograph (folder, "sp/better.png", G_MAXSIZE);
  copy_photograph (folder, "sp/cut.png", 900);
  {
    g_auto (Run) embedded
        = run_cli ("embed", "baseline:mean-colour", root, "-o", table, NULL);

    assert_done (&embedded);
    g_assert_nonnull (strstr (embedded.errors, "cut.png"));
    g_assert_nonnull (strstr (embedded.output, "1 file was left out"));
  }
  test_folder_remove (folder);
}

static void
test_nothing_usable (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *root = g_strconcat ("--collection=", folder, NULL);
  g_autofree char *run = g_build_filename (folder, "run", NULL);
  g_auto (Run) scanned = run_cli ("scan", folder, NULL);
  g_auto (Run) trained = run_cli ("train", root, "-o", run, NULL);
  g_auto (Run) missing = run_cli ("scan", "/no/such/folder", NULL);
  g_auto (Run) table = run_cli ("evaluate", "/no/such/table.h5", NULL);

  assert_fails (&scanned, 4, "holds no image");
  g_assert_cmpint (trained.status, ==, 4);
  assert_fails (&missing, 1, "/no/such/folder");
  assert_fails (&table, 1, "/no/such/table.h5");
  test_folder_remove (folder);
}

static void
test_nonsense_run_file (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *run = g_build_filename (folder, "run", NULL);
  const struct
  {
    const char *text, *words;
    int status;
  } cases[] = {
    { "[training]\nepochs=many\n", "many", 2 },
    { "[training]\nepoch=3\n", "epochs", 2 },
    { "[trainign]\nepochs=3\n", "training", 2 },
    { "[model]\nencoder=resnet81\n", "resnet18", 2 },
    { "[loss]\ntemperature=-1\n", "temperature", 2 },
    { "not a key file at all\n", "run file", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *file = test_folder_add (folder, "run.ini", cases[i].text, -1);
      g_auto (Run) trained = run_cli ("train", file, "-o", run, NULL);

      assert_fails (&trained, cases[i].status, cases[i].words);
      g_assert_nonnull (strstr (trained.errors, "run.ini"));
    }
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/hostile-names", test_hostile_names);
  g_test_add_func ("/data/broken-files-are-listed", test_broken_files_are_listed);
  g_test_add_func ("/data/cut-picture-is-left-out-by-name", test_cut_picture_is_left_out);
  g_test_add_func ("/data/nothing-usable-is-status-4", test_nothing_usable);
  g_test_add_func ("/data/nonsense-run-file", test_nonsense_run_file);
  return g_test_run ();
}
