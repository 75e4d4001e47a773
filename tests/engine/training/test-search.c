/* test-search.c - what a search varies, and which run it calls the best
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/search.h"
#include "tests/engine/training/small-run.h"

static GPtrArray *
axes_of (const char *first, const char *second)
{
  GPtrArray *axes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_search_axis_free);
  const char *texts[] = { first, second };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      PhenoSearchAxis *axis
          = texts[i] != NULL ? pheno_search_axis_parse (texts[i], &error) : NULL;

      g_assert_no_error (error);
      if (axis != NULL)
        g_ptr_array_add (axes, axis);
    }
  return axes;
}

static GPtrArray *
plan_of (GPtrArray *axes, const PhenoSearchOptions *options)
{
  GPtrArray *plan = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_search_plan (axes, options, plan, &error));
  g_assert_no_error (error);
  return plan;
}

static void
test_grid_is_every_combination (void)
{
  g_autoptr (GPtrArray) axes
      = axes_of ("training.batch=32,64", "training.learning-rate=0.001..0.1:log");
  const PhenoSearchOptions options = { .method = PHENO_SEARCH_GRID, .steps = 3 };
  g_autoptr (GPtrArray) plan = plan_of (axes, &options);
  static const char *const expected[6][2]
      = { { "32", "0.001" }, { "32", "0.01" }, { "32", "0.1" },
          { "64", "0.001" }, { "64", "0.01" }, { "64", "0.1" } };

  g_assert_cmpuint (plan->len, ==, 6);
  for (guint i = 0; i < plan->len; i++)
    for (int k = 0; k < 2; k++)
      g_assert_cmpstr (((char **) plan->pdata[i])[k], ==, expected[i][k]);
}

/* Values stay within the range, half of a logarithmic one lies below its geometric mean,
 * and the same seed draws the same again, however many are drawn. */
static void
test_drawn_values_are_fair (void)
{
  g_autoptr (GPtrArray) axes
      = axes_of ("training.learning-rate=1e-4..1:log", "model.size=64..96");
  PhenoSearchOptions options
      = { .method = PHENO_SEARCH_RANDOM, .trials = 2000, .seed = 7 };
  g_autoptr (GPtrArray) plan = plan_of (axes, &options);
  g_autoptr (GPtrArray) fewer = NULL;
  guint low = 0;

  for (guint i = 0; i < plan->len; i++)
    {
      double rate = g_ascii_strtod (((char **) plan->pdata[i])[0], NULL);
      const char *size = ((char **) plan->pdata[i])[1];

      g_assert_cmpfloat (rate, >=, 1e-4);
      g_assert_cmpfloat (rate, <=, 1);
      low += rate < 1e-2;
      g_assert_cmpint (atoi (size), >=, 64);
      g_assert_cmpint (atoi (size), <=, 96);
      g_assert_null (strchr (size, '.'));
    }
  g_assert_cmpuint (low, >, 900);
  g_assert_cmpuint (low, <, 1100);

  options.trials = 5;
  fewer = plan_of (axes, &options);
  for (guint i = 0; i < fewer->len; i++)
    g_assert_true (g_strv_equal ((const char *const *) fewer->pdata[i],
                                 (const char *const *) plan->pdata[i]));
}

static void
test_nonsense_is_refused (void)
{
  static const char *const wrong[]
      = { "training.batch",        "training.batch=",           "=3",
          "training.batch=64..32", "loss.temperature=0..1:log", "loss.temperature=1..2:x",
          "training.batch=32,,64", "loss.temperature=a..b" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pheno_search_axis_parse (wrong[i], &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_assert_nonnull (strstr (error->message, wrong[i]));
    }
}

/* A search over two temperatures: both runs are there, sorted by their score, and the
 * second call trains nothing anew. */
static void
test_search_goes_on (Fixture *fixture, gconstpointer data)
{
  g_autofree char *study = g_build_filename (fixture->folder, "small.study", NULL);
  g_autofree char *table = g_build_filename (study, "runs", "t.csv", NULL);
  g_autofree char *text = NULL, *again = NULL;
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_autoptr (GPtrArray) axes = axes_of ("loss.temperature=0.1,0.5", NULL);
  const PhenoSearchOptions options = { .method = PHENO_SEARCH_GRID, .by_loss = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) trials
      = pheno_search (run, axes, &options, study, "t", NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (trials->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const PhenoTrial *trial = trials->pdata[i];
      g_autofree char *history
          = g_build_filename (study, "runs", trial->name, "history.csv", NULL);

      g_assert_cmpint (trial->epochs, ==, run->epochs);
      g_assert_cmpfloat (trial->score, ==, -trial->loss);
      g_assert_true (g_file_test (history, G_FILE_TEST_EXISTS));
    }
  g_assert_cmpfloat (((PhenoTrial *) trials->pdata[0])->loss, <=,
                     ((PhenoTrial *) trials->pdata[1])->loss);
  g_assert_true (g_file_get_contents (table, &text, NULL, NULL));

  g_ptr_array_unref (trials);
  trials = pheno_search (run, axes, &options, study, "t", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (table, &again, NULL, NULL));
  g_assert_cmpstr (again, ==, text);
}

static void
test_impossible_values_stop_before_the_first (Fixture *fixture, gconstpointer data)
{
  g_autofree char *study = g_build_filename (fixture->folder, "small.study", NULL);
  g_autofree char *first = g_build_filename (study, "runs", "t-001", NULL);
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_autoptr (GPtrArray) axes = axes_of ("loss.temperature=0.1,-3", NULL);
  const PhenoSearchOptions options = { .method = PHENO_SEARCH_GRID, .by_loss = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_null (
      pheno_search (run, axes, &options, study, "t", NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "temperature"));
  g_assert_false (g_file_test (first, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/grid-is-every-combination", test_grid_is_every_combination);
  g_test_add_func ("/search/drawn-values-are-fair", test_drawn_values_are_fair);
  g_test_add_func ("/search/nonsense-is-refused", test_nonsense_is_refused);
  g_test_add ("/search/search-goes-on", Fixture, NULL, set_up, test_search_goes_on,
              tear_down);
  g_test_add ("/search/impossible-values-stop-before-the-first", Fixture, NULL, set_up,
              test_impossible_values_stop_before_the_first, tear_down);
  return g_test_run ();
}
