/* test-ultraviolet.c - what the ultraviolet tells and photographs do not
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A small version of docs/experiments.md: two pairs of species that differ in the
 * ultraviolet alone. Everything but the bands is the same in all runs.
 */
#include "tests/cli/run.h"

static const char *const pairs[]
    = { "--only=species:Chromoptera_lutea,Chromoptera_arcana",
        "--only=species:Candidula_pura,Candidula_occulta" };

static double
accuracy_of_pair (const char *table, const char *only)
{
  g_auto (Run) evaluated = run_cli ("evaluate", table, only, "--json", NULL);
  g_autoptr (JsonNode) node = NULL;

  assert_done (&evaluated);
  node = parse_json (evaluated.output);
  return json_object_get_double_member (json_node_get_object (node),
                                        "knn_balanced_accuracy");
}

/* Mean over the pairs. */
static double
train_on (const char *folder, const char *specimens, const char *bands)
{
  g_autofree char *run = g_build_filename (folder, bands, NULL);
  g_autofree char *table = g_build_filename (run, "embeddings.h5", NULL);
  g_autofree char *root
      = g_strconcat ("--collection=", specimens, "/multispectral", NULL);
  g_autofree char *choice = g_strconcat ("--set=collection.bands=", bands, NULL);
  g_auto (Run) trained
      = run_cli ("train", root, choice, "--set=collection.species=folder",
                 "--set=augment.recipe=colour", "--set=model.size=32",
                 "--set=training.epochs=3", "--set=training.batch=16", "-o", run, NULL);
  g_auto (Run) embedded = run_cli ("embed", run, "-o", table, NULL);
  double sum = 0;

  assert_done (&trained);
  assert_done (&embedded);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    sum += accuracy_of_pair (table, pairs[i]) / G_N_ELEMENTS (pairs);
  g_test_message ("%s: %.3f", bands, sum);
  return sum;
}

/* The bands of the stack by their names, but not the mask. */
static void
ask_what_matters (const char *folder)
{
  static const char *const bands[] = { "R", "G", "B", "UV-R", "UV-G", "UV-B" };
  g_autofree char *run = g_build_filename (folder, "all", NULL);
  g_auto (Run) asked = run_cli ("importance", run, "--repeats=1", "--json", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonArray *regions;

  assert_done (&asked);
  node = parse_json (asked.output);
  regions = json_object_get_array_member (json_node_get_object (node), "regions");
  g_assert_cmpuint (json_array_get_length (regions), ==, G_N_ELEMENTS (bands));
  for (guint i = 0; i < G_N_ELEMENTS (bands); i++)
    {
      JsonObject *region = json_array_get_object_element (regions, i);
      JsonObject *flat = json_object_get_object_member (region, "flat");

      g_assert_cmpstr (json_object_get_string_member (region, "name"), ==, bands[i]);
      g_assert_cmpfloat (json_object_get_double_member (flat, "change"), >, 0);
    }
}

/* 12 of each species: of 48 answers, each right by chance, 3 standard errors are 22 per
 * cent; leaving a row out of equal groups makes the wrong answer a little likelier. */
static void
test_the_ultraviolet_tells (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *specimens = g_build_filename (folder, "specimens", NULL);
  g_auto (Run) drawn
      = run_cli ("specimens", specimens, "--modality=multispectral",
                 "--species=Chromoptera,Candidula", "--specimens=48", "--size=40", NULL);
  double rgb;

  assert_done (&drawn);
  rgb = train_on (folder, specimens, "rgb");
  g_assert_cmpfloat (rgb, >, 0.2);
  g_assert_cmpfloat (rgb, <, 0.72);
  g_assert_cmpfloat (train_on (folder, specimens, "uv"), >, 0.9);
  g_assert_cmpfloat (train_on (folder, specimens, "all"), >, 0.9);
  ask_what_matters (folder);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ultraviolet/tells-what-photographs-do-not",
                   test_the_ultraviolet_tells);
  return g_test_run ();
}
