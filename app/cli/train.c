/* train.c - phenoscape-cli train: learns from a collection, saves as it goes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "app/cli/run-figures.h"
#include "app/cli/run-options.h"
#include "engine/training/training.h"

typedef struct
{
  char **collections, **settings;
  char *device, *output;
  gboolean resume;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->collections);
  g_strfreev (options->settings);
  g_free (options->device);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The run file; without one, what the run that goes on began with, or the defaults. */
static PhenoRun *
load_run (const char *file, const Options *options, GError **error)
{
  g_autofree char *began = g_build_filename (options->output, "run.ini", NULL);

  if (file != NULL)
    return pheno_run_load (file, error);
  if (options->resume && g_file_test (began, G_FILE_TEST_EXISTS))
    return pheno_run_load (began, error);

  return pheno_run_new ();
}

/* File first, then what the command line says instead. */
static PhenoRun *
make_run (const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRun) run = load_run (file, options, error);

  if (run == NULL
      || !pheno_run_override (run, options->collections, options->device,
                              options->settings, error))
    return NULL;
  return g_steal_pointer (&run);
}

static char *
describe (const char *directory, const PhenoTrainingResult *result)
{
  g_autofree char *name = pheno_display_name (directory);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          ngettext ("%d epoch over %u images: loss %.4f",
                                    "%d epochs over %u images: loss %.4f",
                                    result->epochs),
                          result->epochs, result->images, result->loss);
  if (isfinite (result->knn_accuracy))
    g_string_append_printf (text, _ (", kNN accuracy %.1f %%"),
                            100 * result->knn_accuracy);
  g_string_append_printf (
      text, _ (", %.0f views/s, of which preparing data took %.0f %% of the time.\n"),
      result->views_per_second, 100 * result->data_share);
  if (result->left_out > 0)
    g_string_append_printf (
        text,
        ngettext ("%u file was left out; left-out.csv in the run's folder says why.\n",
                  "%u files were left out; left-out.csv in the run's folder says why.\n",
                  result->left_out),
        result->left_out);
  if (result->stopped != NULL)
    g_string_append_printf (text, "%s\n", result->stopped);
  g_string_append_printf (
      text, _ ("The run is in “%s”, its curves in figures/curves.svg.\n"), name);
  return g_string_free (text, FALSE);
}

static void
print_result (PhenoCli *cli, const char *directory, const PhenoTrainingResult *result)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autofree char *text = describe (directory, result);

  pheno_cli_add_text (builder, "run", directory);
  pheno_cli_add_count (builder, "epochs", result->epochs);
  pheno_cli_add_count (builder, "images", result->images);
  pheno_cli_add_count (builder, "left_out", result->left_out);
  pheno_cli_add_number (builder, "loss", result->loss);
  pheno_cli_add_number (builder, "knn_accuracy", result->knn_accuracy);
  pheno_cli_add_number (builder, "views_per_second", result->views_per_second);
  pheno_cli_add_number (builder, "data_share", result->data_share);
  pheno_cli_add_text (builder, "stopped", result->stopped);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text);
}

static gboolean
train (PhenoCli *cli, const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRun) run = make_run (file, options, error);
  g_auto (PhenoTrainingResult) result = { 0 };

  if (run == NULL
      || !pheno_train (run, options->output, options->resume, &result, pheno_cli_progress,
                       cli, pheno_cli_cancellable (cli), error)
      || !pheno_run_figures_draw (options->output, error))
    return FALSE;
  print_result (cli, options->output, &result);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "collection", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.collections,
      N_ ("Folder to learn from, in place of the run file's; may be repeated"),
      N_ ("DIR") },
    { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.settings,
      N_ ("A key of the run file, such as training.epochs=20; may be repeated"),
      N_ ("GROUP.KEY=VALUE") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &options.device,
      N_ ("auto, or a name that “devices” shows"), N_ ("NAME") },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resume,
      N_ ("Go on from the last checkpoint in RUN_DIR"), NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("Folder of the run"),
      N_ ("RUN_DIR") },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 0, 1, error))
    return FALSE;
  if (options.output == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("there is no folder for the run. Add “-o RUN_DIR”."));
      return FALSE;
    }
  return train (cli, argc > 1 ? argv[1] : NULL, &options, error);
}

const PhenoCliVerb pheno_cli_train = {
  .name = "train",
  .arguments = N_ ("[RUN.ini]"),
  .summary = N_ ("Learn from photographs alone which of them look alike"),
  .details = N_ ("Without RUN.ini all settings are defaults; docs/formats.md lists every "
                 "key. A checkpoint is\n"
                 "written after each epoch: whatever happens, “--resume” goes on with "
                 "the same numbers.\n"
                 "Ctrl+C saves and leaves with status 3; a second one ends at once.\n\n"
                 "Examples:\n"
                 "  phenoscape-cli train --collection=photographs -o run\n"
                 "  phenoscape-cli train --collection=photographs --set=model.size=96 "
                 "--set=training.epochs=50 -o run\n"
                 "  phenoscape-cli train --resume -o run\n"
                 "  phenoscape-cli train run/run.ini -o again        repeats a run\n"),
  .run = run,
};
