/* search.c - phenoscape-cli search: many runs, and which settings were the best
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "app/cli/run-options.h"
#include "engine/figure/figure.h"
#include "engine/training/training.h"

/* So many of the best are printed. */
#define SHOWN 10

typedef struct
{
  char **collections, **settings, **vary;
  char *device, *output, *method, *metric, *name, *seed;
  int trials, steps;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->collections);
  g_strfreev (options->settings);
  g_strfreev (options->vary);
  g_free (options->device);
  g_free (options->output);
  g_free (options->method);
  g_free (options->metric);
  g_free (options->name);
  g_free (options->seed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
find_word (const char *const *words, const char *option, const char *word, GError **error)
{
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;

  pheno_cli_set_choice_error (error, option, word, words);
  return -1;
}

static gboolean
read_search (const Options *options, PhenoSearchOptions *search, GError **error)
{
  static const char *const methods[] = { "grid", "random", "halving", NULL };
  static const char *const metrics[] = { "knn", "loss", NULL };
  int method = find_word (methods, "method",
                          options->method != NULL ? options->method : "grid", error);
  int metric = method >= 0
                   ? find_word (metrics, "metric",
                                options->metric != NULL ? options->metric : "knn", error)
                   : -1;

  if (metric < 0)
    return FALSE;
  if (options->trials < 1 || options->steps < 1)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("--trials=%d and --steps=%d must both be 1 or more."),
                   options->trials, options->steps);
      return FALSE;
    }

  search->method = (PhenoSearchMethod) method;
  search->by_loss = metric == 1;
  search->trials = (guint) options->trials;
  search->steps = (guint) options->steps;
  return options->seed == NULL
         || g_ascii_string_to_unsigned (options->seed, 10, 0, G_MAXUINT64, &search->seed,
                                        error);
}

static GPtrArray *
read_axes (char **vary, GError **error)
{
  g_autoptr (GPtrArray) axes
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_search_axis_free);

  for (; vary != NULL && *vary != NULL; vary++)
    {
      PhenoSearchAxis *axis = pheno_search_axis_parse (*vary, error);

      if (axis == NULL)
        return NULL;
      g_ptr_array_add (axes, axis);
    }
  return g_steal_pointer (&axes);
}

/* ---- The figure ---- */

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The distinct values of an axis that are not all numbers, sorted. */
static char **
words_of (GPtrArray *trials, guint axis)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  gboolean numbers = TRUE;

  for (guint i = 0; i < trials->len; i++)
    {
      char *value = ((PhenoTrial *) trials->pdata[i])->values[axis], *end;

      g_ascii_strtod (value, &end);
      numbers &= end != value && *end == '\0';
      if (!g_ptr_array_find_with_equal_func (words, value, g_str_equal, NULL))
        g_ptr_array_add (words, g_strdup (value));
    }
  g_ptr_array_sort (words, compare_words);
  g_ptr_array_add (words, NULL);
  if (numbers)
    {
      g_ptr_array_set_free_func (words, g_free);
      return NULL;
    }
  return (char **) g_ptr_array_steal (words, NULL);
}

static double
number_of (const char *value, char **words)
{
  if (words == NULL)
    return g_ascii_strtod (value, NULL);
  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], value))
      return i;
  return NAN;
}

static gboolean
draw (GPtrArray *axes, GPtrArray *trials, const PhenoSearchOptions *search,
      const char *path, GError **error)
{
  guint n = axes->len + 1;
  g_autofree PhenoParallelAxis *shown = g_new0 (PhenoParallelAxis, n);
  g_autofree double *values = g_new0 (double, (gsize) n * trials->len);
  g_autoptr (GHashTable) provenance = g_hash_table_new (g_str_hash, g_str_equal);
  PhenoFigureFile file = { .path = path, .width_mm = 183, .provenance = provenance };
  gboolean done;

  for (guint a = 0; a < axes->len; a++)
    {
      const PhenoSearchAxis *axis = axes->pdata[a];
      char **words = words_of (trials, a);

      shown[a] = (PhenoParallelAxis){ .name = axis->setting,
                                      .words = (const char *const *) words,
                                      .logarithmic = axis->logarithmic };
      for (guint i = 0; i < trials->len; i++)
        values[(gsize) i * n + a]
            = number_of (((PhenoTrial *) trials->pdata[i])->values[a], words);
    }
  shown[axes->len].name = search->by_loss ? _ ("loss") : _ ("balanced kNN accuracy");
  for (guint i = 0; i < trials->len; i++)
    {
      const PhenoTrial *trial = trials->pdata[i];

      values[(gsize) i * n + axes->len] = search->by_loss ? trial->loss : trial->score;
    }
  g_hash_table_insert (provenance, (gpointer) "version", (gpointer) PHENO_VERSION);
  done = pheno_figure_parallel (shown, n, values, trials->len, _ ("Settings and score"),
                                &file, error);
  for (guint a = 0; a < axes->len; a++)
    g_strfreev ((char **) shown[a].words);

  return done;
}

/* ---- The result ---- */

static void
describe_trial (GString *text, GPtrArray *axes, const PhenoTrial *trial)
{
  g_string_append_printf (text, "  %-20s %8.4f ", trial->name, trial->score);
  for (guint a = 0; a < axes->len; a++)
    g_string_append_printf (text, " %s=%s", ((PhenoSearchAxis *) axes->pdata[a])->setting,
                            trial->values[a]);
  g_string_append_c (text, '\n');
}

static void
print_result (PhenoCli *cli, GPtrArray *axes, GPtrArray *trials, const char *table,
              const char *figure)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);
  guint failed = 0;

  pheno_cli_add_text (builder, "table", table);
  pheno_cli_add_text (builder, "figure", figure);
  json_builder_begin_array (json_builder_set_member_name (builder, "trials"));
  for (guint i = 0; i < trials->len; i++)
    {
      const PhenoTrial *trial = trials->pdata[i];

      failed += trial->message != NULL;
      if (i < SHOWN)
        describe_trial (text, axes, trial);
      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "run", trial->name);
      for (guint a = 0; a < axes->len; a++)
        pheno_cli_add_text (builder, ((PhenoSearchAxis *) axes->pdata[a])->setting,
                            trial->values[a]);
      pheno_cli_add_count (builder, "epochs", trial->epochs);
      pheno_cli_add_number (builder, "score", trial->score);
      pheno_cli_add_number (builder, "loss", trial->loss);
      pheno_cli_add_text (builder, "message", trial->message);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  if (failed > 0)
    g_string_append_printf (text,
                            ngettext ("%u run failed; the table says why.\n",
                                      "%u runs failed; the table says why.\n", failed),
                            failed);
  g_string_append_printf (text, _ ("All runs are in “%s”, their figure in “%s”.\n"),
                          table, figure);
  pheno_cli_result (cli, builder, text->str);
}

static gboolean
search (PhenoCli *cli, const char *file, const Options *options, GError **error)
{
  const char *name = options->name != NULL ? options->name : "search";
  g_autoptr (PhenoRun) base
      = file != NULL ? pheno_run_load (file, error) : pheno_run_new ();
  g_autoptr (GPtrArray) axes = NULL;
  g_autoptr (GPtrArray) trials = NULL;
  g_autofree char *stem = g_build_filename (options->output, "runs", name, NULL);
  g_autofree char *table = g_strconcat (stem, ".csv", NULL);
  g_autofree char *figure = g_strconcat (stem, ".svg", NULL);
  PhenoSearchOptions settings = { 0 };

  if (base == NULL
      || !pheno_run_override (base, options->collections, options->device,
                              options->settings, error)
      || !read_search (options, &settings, error)
      || (axes = read_axes (options->vary, error)) == NULL)
    return FALSE;

  trials = pheno_search (base, axes, &settings, options->output, name, pheno_cli_progress,
                         cli, pheno_cli_cancellable (cli), error);
  if (trials == NULL || !draw (axes, trials, &settings, figure, error))
    return FALSE;
  print_result (cli, axes, trials, table, figure);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .trials = 27, .steps = 3 };
  const GOptionEntry entries[] = {
    { "vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.vary,
      N_ ("What to vary: values with commas, or LOW..HIGH, LOW..HIGH:log; may be "
          "repeated"),
      N_ ("SETTING=VALUES") },
    { "method", 0, 0, G_OPTION_ARG_STRING, &options.method,
      N_ ("grid (every combination), random, or halving (random ones, of which the best "
          "go on)"),
      N_ ("NAME") },
    { "trials", 0, 0, G_OPTION_ARG_INT, &options.trials,
      N_ ("How many combinations random and halving draw (27)"), N_ ("N") },
    { "steps", 0, 0, G_OPTION_ARG_INT, &options.steps,
      N_ ("Values of a range in a grid (3)"), N_ ("N") },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("knn (balanced accuracy of species) or loss"), N_ ("NAME") },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, N_ ("Of what is drawn (0)"),
      N_ ("N") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name,
      N_ ("Of the search in the study (search)"), N_ ("NAME") },
    { "collection", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.collections,
      N_ ("Folder to learn from, in place of the run file's; may be repeated"),
      N_ ("DIR") },
    { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.settings,
      N_ ("A key of the run file that all runs share; may be repeated"),
      N_ ("GROUP.KEY=VALUE") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &options.device,
      N_ ("auto, or a name that “devices” shows"), N_ ("NAME") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Study that keeps the runs"), N_ ("NAME.study") },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 0, 1, error))
    return FALSE;
  if (options.output == NULL || options.vary == NULL)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          options.output == NULL
              ? _ ("there is no study for the runs. Add “-o NAME.study”.")
              : _ ("there is nothing to vary. Add “--vary=SETTING=VALUE,VALUE”."));
      return FALSE;
    }
  return search (cli, argc > 1 ? argv[1] : NULL, &options, error);
}

const PhenoCliVerb pheno_cli_search = {
  .name = "search",
  .arguments = N_ ("[RUN.ini]"),
  .summary = N_ ("Train many runs to find the settings that do best"),
  .details
  = N_ ("Any key of a run file can be varied. Each combination is a run in the study, "
        "which "
        "the window lists;\n"
        "runs/NAME.csv tells them all, runs/NAME.svg draws them as lines from setting to "
        "score. Stopped, the\n"
        "same command goes on where it was. The score is read from the features as they "
        "are; “evaluate” has\n"
        "better ways of reading a run. A search that looks at labels has seen them: test "
        "on others.\n\n"
        "Examples:\n"
        "  phenoscape-cli search --collection=photographs "
        "--vary=augment.recipe=simclr,colour,shape \\\n"
        "      --vary=loss.temperature=0.05,0.1,0.2,0.5 -o photographs.study\n"
        "  phenoscape-cli search run.ini --method=halving --trials=27 \\\n"
        "      --vary=training.learning-rate=1e-4..1e-1:log --vary=model.size=64..128 -o "
        "wings.study\n"),
  .run = run,
};
