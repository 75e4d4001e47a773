/* specimens.c - phenoscape-cli specimens: draws the built-in specimens
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/synthesis/synthesis.h"

static gboolean
check_modality (const char *modality, GError **error)
{
  static const char *const known[] = { "rgb", NULL };

  if (modality == NULL || g_str_equal (modality, "rgb"))
    return TRUE;
  pheno_cli_set_choice_error (error, "modality", modality, known);
  return FALSE;
}

static void
print_result (PhenoCli *cli, const char *directory, const PhenoSynthesisOptions *options)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autofree char *name = pheno_display_name (directory), *text = NULL;

  pheno_cli_add_text (builder, "directory", directory);
  pheno_cli_add_count (builder, "specimens", options->specimens);
  pheno_cli_add_count (builder, "species", options->species);
  pheno_cli_add_count (builder, "size", options->size);
  pheno_cli_add_count (builder, "seed", (gint64) options->seed);
  json_builder_end_object (builder);
  text = g_strdup_printf (
      _ ("%d photographs of %d species lie in “%s”, with metadata.csv, truth.csv and "
         "spectra.csv.\n"),
      options->specimens, options->species, name);
  pheno_cli_result (cli, builder, text);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  PhenoSynthesisOptions options
      = { .species = 12, .specimens = 300, .size = 256, .seed = 1 };
  g_autofree char *modality = NULL;
  gint64 seed = 1;
  const GOptionEntry entries[] = {
    { "modality", 0, 0, G_OPTION_ARG_STRING, &modality, N_ ("What is drawn: rgb"),
      N_ ("KIND") },
    { "species", 0, 0, G_OPTION_ARG_INT, &options.species,
      N_ ("Number of species, 2 to 40 (12)"), "N" },
    { "specimens", 0, 0, G_OPTION_ARG_INT, &options.specimens,
      N_ ("Number of specimens in all (300)"), "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size,
      N_ ("Side of a photograph in pixels (256)"), "PX" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed,
      N_ ("The same seed draws the same specimens (1)"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
      || !check_modality (modality, error))
    return FALSE;
  options.seed = (guint64) seed;
  if (!pheno_synthesise (argv[1], &options, pheno_cli_progress, cli,
                         pheno_cli_cancellable (cli), error))
    return FALSE;
  print_result (cli, argv[1], &options);
  return TRUE;
}

const PhenoCliVerb pheno_cli_specimens = {
  .name = "specimens",
  .arguments = N_ ("DIR"),
  .summary = N_ ("Draw the built-in specimens: invented butterflies of known truth"),
  .details
  = N_ ("Examples:\n"
        "  phenoscape-cli specimens butterflies\n"
        "  phenoscape-cli specimens small --species=4 --specimens=40 --size=64\n"),
  .run = run,
};
