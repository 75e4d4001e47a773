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

typedef struct
{
  guint images;
  int bands;      /* of the encoder's input */
  guint64 pixels; /* bytes of the prepared ones */
} Amount;

/* What would be trained on. */
static gboolean
look_through (PhenoCli *cli, PhenoRun *run, Amount *amount, GError **error)
{
  PhenoScanOptions options = { .species = "folder", .threads = run->threads };
  g_autoptr (PhenoCollection) collection = NULL;
  g_autoptr (GPtrArray) usable = NULL;
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_auto (PhenoBandChoice) choice = { 0 };
  PhenoCacheOptions cache = { .shorter_side = pheno_views_side (run->size) };
  PhenoImageHeader header;

  if (!pheno_run_check (run, error))
    return FALSE;
  collection = pheno_collection_scan ((const char *const *) run->roots, &options,
                                      pheno_cli_progress, cli,
                                      pheno_cli_cancellable (cli), error);
  if (collection == NULL)
    return FALSE;

  pheno_collection_exclude (collection, (const char *const *) run->excluded);
  usable = pheno_run_choose_images (run, collection, NULL, pheno_cli_cancellable (cli),
                                    error);
  if (usable == NULL)
    return FALSE;
  if (usable->len < 2)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   ngettext ("there is %u usable image; training needs two or more.",
                             "there are %u usable images; training needs two or more.",
                             usable->len),
                   usable->len);
      return FALSE;
    }

  header = pheno_record_header (usable->pdata[0]);
  if ((preparation = pheno_run_preparation (run, error)) == NULL
      || !pheno_preparation_choose (
          preparation, &header, ((PhenoRecord *) usable->pdata[0])->path, &choice, error))
    return FALSE;
  cache.preparation = preparation;
  *amount = (Amount){ usable->len, pheno_run_input_bands (run, choice.n),
                      pheno_cache_estimate (usable, &cache) };
  return TRUE;
}

static void
print_result (PhenoCli *cli, const Amount *amount, const PhenoRunEstimate *estimate)
{
  guint images = amount->images;
  g_autofree char *pixels = g_format_size (amount->pixels);
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
  pheno_cli_add_count (builder, "bands", amount->bands);
  pheno_cli_add_count (builder, "prepared_bytes", (gint64) amount->pixels);
  pheno_cli_add_number (builder, "seconds", estimate->seconds);
  pheno_cli_add_count (builder, "memory", (gint64) estimate->memory);
  pheno_cli_add_number (builder, "views_per_second", estimate->views_per_second);
  pheno_cli_add_count (builder, "steps", estimate->steps);
  json_builder_end_object (builder);
  if (amount->pixels > 0)
    {
      g_autofree char *more = g_strdup_printf (
          _ ("%sThe prepared pixels take up to %s of the disk.\n"), text, pixels);

      pheno_cli_result (cli, builder, more);
    }
  else
    pheno_cli_result (cli, builder, text);
}

static gboolean
estimate (PhenoCli *cli, const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRun) run = make_run (file, options, error);
  PhenoRunEstimate result;
  Amount amount = { (guint) options->images, 3, 0 };

  if (run == NULL || (options->images == 0 && !look_through (cli, run, &amount, error))
      || !pheno_run_estimate (run, amount.images, amount.bands, options->rate, &result,
                              pheno_cli_cancellable (cli), error))
    return FALSE;
  print_result (cli, &amount, &result);
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
