/* estimate.c - phenoscape-cli estimate: what a training would cost in memory and time
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "app/cli/run-options.h"
#include "engine/training/training.h"

typedef struct
{
  char **collections, **settings;
  char *device;
  int images;
  double rate;
} Options;

static void
options_clear (Options *options)
{
  g_strfreev (options->collections);
  g_strfreev (options->settings);
  g_free (options->device);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static PhenoRun *
make_run (const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRun) run
      = file != NULL ? pheno_run_load (file, error) : pheno_run_new ();

  if (run == NULL
      || !pheno_run_override (run, options->collections, options->device,
                              options->settings, error))
    return NULL;
  return g_steal_pointer (&run);
}

/* Images that would be trained on; 0 with @error. */
static guint
count_images (PhenoCli *cli, const PhenoRun *run, GError **error)
{
  PhenoScanOptions options = { .species = "folder", .threads = run->threads };
  g_autoptr (PhenoCollection) collection = NULL;
  g_autoptr (GPtrArray) usable = NULL;

  if (!pheno_run_check (run, error))
    return 0;
  collection = pheno_collection_scan ((const char *const *) run->roots, &options,
                                      pheno_cli_progress, cli,
                                      pheno_cli_cancellable (cli), error);
  if (collection == NULL)
    return 0;

  pheno_collection_exclude (collection, (const char *const *) run->excluded);
  usable = pheno_collection_usable (collection, PHENO_MODALITY_RGB);
  if (usable->len < 2)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   ngettext ("there is %u usable image; training needs two or more.",
                             "there are %u usable images; training needs two or more.",
                             usable->len),
                   usable->len);
      return 0;
    }
  return usable->len;
}

static void
print_result (PhenoCli *cli, guint images, const PhenoRunEstimate *estimate)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autofree char *time = pheno_cli_duration (estimate->seconds);
  g_autofree char *memory
      = g_format_size_full (estimate->memory, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u image: about %s and %s of memory, at %.0f views/s. An estimate.\n",
                "%u images: about %s and %s of memory, at %.0f views/s. An estimate.\n",
                images),
      images, time, memory, estimate->views_per_second);

  pheno_cli_add_count (builder, "images", images);
  pheno_cli_add_number (builder, "seconds", estimate->seconds);
  pheno_cli_add_count (builder, "memory", (gint64) estimate->memory);
  pheno_cli_add_number (builder, "views_per_second", estimate->views_per_second);
  pheno_cli_add_count (builder, "steps", estimate->steps);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text);
}

static gboolean
estimate (PhenoCli *cli, const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRun) run = make_run (file, options, error);
  PhenoRunEstimate result;
  guint images = (guint) options->images;

  if (run == NULL
      || (options->images == 0 && (images = count_images (cli, run, error)) == 0)
      || !pheno_run_estimate (run, images, 3, options->rate, &result,
                              pheno_cli_cancellable (cli), error))
    return FALSE;
  print_result (cli, images, &result);
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
    { "images", 0, 0, G_OPTION_ARG_INT, &options.images,
      N_ ("Number of images, where it is known: no folder is looked through"), "N" },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &options.rate,
      N_ ("Views a second of an earlier run of this kind: nothing is timed"), "N" },
    { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.settings,
      N_ ("A key of the run file, such as training.epochs=20; may be repeated"),
      N_ ("GROUP.KEY=VALUE") },
    { "device", 0, 0, G_OPTION_ARG_STRING, &options.device,
      N_ ("auto, or a name that “devices” shows"), N_ ("NAME") },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 0, 1, error))
    return FALSE;
  if (options.images != 0 && (options.images < 2 || options.images > 100000000))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“--images=%d” is out of range: training needs 2 to 100000000."),
                   options.images);
      return FALSE;
    }
  return estimate (cli, argc > 1 ? argv[1] : NULL, &options, error);
}

const PhenoCliVerb pheno_cli_estimate = {
  .name = "estimate",
  .arguments = "[RUN.ini]",
  .summary = N_ ("Tell how long a training would take, and how much memory"),
  .details = N_ ("A few steps are timed on this machine, so nothing else should be at "
                 "work.\n\n"
                 "Examples:\n"
                 "  phenoscape-cli estimate --collection=photographs "
                 "--set=training.epochs=50\n"
                 "  phenoscape-cli estimate run.ini --images=996 --json\n"),
  .run = run,
};
