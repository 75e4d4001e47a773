/* test-words.c - help, mistyped words and what must be refused before any work
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/cli/run.h"

static const char *const verbs[]
    = { "specimens", "scan",       "picture", "spectrum",   "augment",    "estimate",
        "train",     "search",     "embed",   "project",    "neighbours", "evaluate",
        "cluster",   "statistics", "compare", "importance", "figure",     "devices" };

static void
test_help (void)
{
  g_auto (Run) overview = run_cli ("--help", NULL);

  assert_done (&overview);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_auto (Run) help = run_cli (verbs[i], "--help", NULL);

      assert_done (&help);
      g_assert_nonnull (strstr (overview.output, verbs[i]));
      g_assert_nonnull (strstr (help.output, "Examples:"));
      g_assert_nonnull (strstr (help.output, "--progress"));
      g_assert_cmpstr (help.errors, ==, "");
    }
}

static void
test_version (void)
{
  g_auto (Run) run = run_cli ("--version", NULL);

  assert_done (&run);
  g_assert_true (g_str_has_prefix (run.output, "phenoscape-cli "));
}

static void
test_nothing_is_used_wrongly (void)
{
  g_auto (Run) run = run_cli (NULL, NULL);

  g_assert_cmpint (run.status, ==, 2);
  g_assert_nonnull (strstr (run.errors, "Usage:"));
  g_assert_cmpstr (run.output, ==, "");
}

static void
test_mistyped_words_name_the_nearest (void)
{
  g_auto (Run) verb = run_cli ("trian", NULL);
  g_auto (Run) option = run_cli ("train", "--colection=x", NULL);
  g_auto (Run) key = run_cli ("train", "--set=training.epoch=3", "-o", "nowhere", NULL);
  g_auto (Run) metric = run_cli ("evaluate", "x.h5", "--metric=cosin", NULL);
  g_auto (Run) layer
      = run_cli ("embed", "baseline:untrained", "--layer=layer22", "-o", "x.h5", NULL);

  assert_fails (&verb, 2, "“train”");
  assert_fails (&option, 2, "“--collection”");
  assert_fails (&key, 2, "epochs");
  assert_fails (&metric, 2, "“cosine”");
  assert_fails (&layer, 2, "“layer2”");
}

static void
test_refused_before_any_work (void)
{
  g_auto (Run) method
      = run_cli ("project", "x.h5", "--method=astrology", "-o", "x.svg", NULL);
  g_auto (Run) modality = run_cli ("specimens", "x", "--modality=ultrasound", NULL);
  g_auto (Run) output = run_cli ("embed", "run", NULL);
  g_auto (Run) pool
      = run_cli ("embed", "baseline:pixels", "--pool=3", "-o", "x.h5", NULL);
  g_auto (Run) whiten = run_cli ("evaluate", "baseline:pixels", "--whiten=0", NULL);
  g_auto (Run) words = run_cli ("project", "a", "b", NULL);
  g_auto (Run) device = run_cli ("embed", "baseline:nothing", "-o", "x.h5", NULL);

  assert_fails (&method, 2, "There are: pca");
  assert_fails (&modality, 2, "There are: rgb");
  assert_fails (&output, 2, "-o FILE.h5");
  assert_fails (&pool, 2, "2x2");
  assert_fails (&whiten, 2, "1 to 65536");
  assert_fails (&words, 2, "one word too many");
  assert_fails (&device, 2, "histogram");
}

static void
test_devices (void)
{
  g_auto (Run) text = run_cli ("devices", NULL);
  g_auto (Run) json = run_cli ("devices", "--json", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonArray *devices;

  assert_done (&text);
  assert_done (&json);
  node = parse_json (json.output);
  devices = json_object_get_array_member (json_node_get_object (node), "devices");
  g_assert_cmpuint (json_array_get_length (devices), >=, 1);
  g_assert_nonnull (strstr (text.output, "reference"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/help-of-every-verb-has-examples", test_help);
  g_test_add_func ("/words/version", test_version);
  g_test_add_func ("/words/nothing-is-used-wrongly", test_nothing_is_used_wrongly);
  g_test_add_func ("/words/mistyped-words-name-the-nearest",
                   test_mistyped_words_name_the_nearest);
  g_test_add_func ("/words/refused-before-any-work", test_refused_before_any_work);
  g_test_add_func ("/words/devices", test_devices);
  return g_test_run ();
}
