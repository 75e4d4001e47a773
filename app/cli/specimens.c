/* specimens.c - phenoscape-cli specimens: draws the built-in specimens
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/synthesis/synthesis.h"

/* The bits of @modality. */
static gboolean
find_modalities (const char *modality, guint *bits, GError **error)
{
  static const char *const known[]
      = { "rgb", "multispectral", "hyperspectral", "all", NULL };

  *bits = 0;
  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    if (modality == NULL ? i == PHENO_MODALITY_RGB
                         : g_str_equal (modality, "all")
                               || g_str_equal (modality, pheno_modality_name (i)))
      *bits |= 1u << i;
  if (*bits != 0)
    return TRUE;
  pheno_cli_set_choice_error (error, "modality", modality, known);
  return FALSE;
}

/* A number, or names. */
static gboolean
find_species (const char *text, PhenoSynthesisOptions *options, int **chosen,
              GError **error)
{
  gint64 number;

  if (text == NULL)
    return TRUE;
  if (g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &number, NULL))
    {
      options->species = (int) number;
      return TRUE;
    }
  *chosen = pheno_synthesis_find_species (text, &options->species, error);
  options->chosen = *chosen;
  return *chosen != NULL;
}

/* (transfer full): how many of what, and what they take. */
static char *
describe (const PhenoSynthesisOptions *options, const PhenoSynthesisPlan *plan)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *bytes = g_format_size (plan->bytes);
  int cubes = plan->count[PHENO_MODALITY_HYPERSPECTRAL];

  g_string_append_printf (
      text,
      _ ("Photographs: %d, stacks of 7 bands: %d, cubes of 408 bands: %d; about %s."),
      plan->count[PHENO_MODALITY_RGB], plan->count[PHENO_MODALITY_MULTISPECTRAL], cubes,
      bytes);
  if (cubes > 0 && cubes < options->specimens)
    g_string_append_printf (
        text,
        _ (" Cubes are those of the first specimens, %d × %d pixels; --cubes and "
           "--cube-size make more of them, or larger ones."),
        plan->side[PHENO_MODALITY_HYPERSPECTRAL],
        plan->side[PHENO_MODALITY_HYPERSPECTRAL]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
tell_size (PhenoCli *cli, const PhenoSynthesisOptions *options,
           const PhenoSynthesisPlan *plan)
{
  g_autofree char *text = describe (options, plan);
  PhenoProgress progress = PHENO_PROGRESS_INIT;

  progress.phase = "specimens";
  progress.message = text;
  pheno_cli_progress (&progress, cli);
}

static void
print_result (PhenoCli *cli, const char *directory, const PhenoSynthesisOptions *options,
              const PhenoSynthesisPlan *plan)
{
  static const char *const names[PHENO_N_MODALITIES]
      = { "photographs", "stacks", "cubes" };
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autofree char *name = pheno_display_name (directory), *text = NULL;

  pheno_cli_add_text (builder, "directory", directory);
  pheno_cli_add_count (builder, "specimens", options->specimens);
  pheno_cli_add_count (builder, "species", options->species);
  pheno_cli_add_count (builder, "size", options->size);
  pheno_cli_add_count (builder, "seed", (gint64) options->seed);
  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    pheno_cli_add_count (builder, names[i], plan->count[i]);
  pheno_cli_add_count (builder, "cube_size", plan->side[PHENO_MODALITY_HYPERSPECTRAL]);
  json_builder_end_object (builder);
  text = g_strdup_printf (_ ("%d specimens of %d species lie in “%s”, with metadata.csv, "
                             "truth.csv, pairs.csv "
                             "and spectra.csv.\n"),
                          options->specimens, options->species, name);
  pheno_cli_result (cli, builder, text);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  PhenoSynthesisOptions options
      = { .species = 12, .specimens = 300, .size = 256, .seed = 1 };
  PhenoSynthesisPlan plan;
  g_autofree char *modality = NULL, *species = NULL;
  g_autofree int *chosen = NULL;
  gint64 seed = 1;
  const GOptionEntry entries[] = {
    { "modality", 0, 0, G_OPTION_ARG_STRING, &modality,
      N_ ("What is drawn: rgb (photographs), multispectral (7-band TIFF), hyperspectral "
          "(408-band ENVI) or all (rgb)"),
      N_ ("KIND") },
    { "species", 0, 0, G_OPTION_ARG_STRING, &species,
      N_ ("Number of species, 2 to 44 (12), or names of species or genera with commas"),
      N_ ("N|NAMES") },
    { "specimens", 0, 0, G_OPTION_ARG_INT, &options.specimens,
      N_ ("Number of specimens in all (300)"), "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size,
      N_ ("Side of a photograph and of a stack in pixels (256)"), "PX" },
    { "cube-size", 0, 0, G_OPTION_ARG_INT, &options.cube_size,
      N_ ("Side of a cube in pixels (a quarter of --size)"), "PX" },
    { "cubes", 0, 0, G_OPTION_ARG_INT, &options.cubes,
      N_ ("How many specimens have a cube (as many as fit into 512 MiB)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed,
      N_ ("The same seed draws the same specimens (1)"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
      || !find_modalities (modality, &options.modalities, error)
      || !find_species (species, &options, &chosen, error)
      || !pheno_synthesis_plan (&options, &plan, error))
    return FALSE;
  options.seed = (guint64) seed;
  if (options.modalities != 1u << PHENO_MODALITY_RGB)
    tell_size (cli, &options, &plan);
  if (!pheno_synthesise (argv[1], &options, pheno_cli_progress, cli,
                         pheno_cli_cancellable (cli), error))
    return FALSE;
  print_result (cli, argv[1], &options, &plan);
  return TRUE;
}

const PhenoCliVerb pheno_cli_specimens = {
  .name = "specimens",
  .arguments = N_ ("DIR"),
  .summary = N_ ("Draw the built-in specimens: invented butterflies of known truth"),
  .details
  = N_ ("One specimen has the same pose, pigments and light in every modality.\n"
        "Alike in visible light: Chromoptera lutea and arcana, Candidula pura and "
        "occulta.\n"
        "Alike in all but their pattern: Fasciata distalis and proxima.\n"
        "Quaterna: two forms in visible light by two in the ultraviolet.\n\n"
        "Examples:\n"
        "  phenoscape-cli specimens butterflies\n"
        "  phenoscape-cli specimens small --species=4 --specimens=40 --size=64\n"
        "  phenoscape-cli specimens pair --species=Chromoptera --modality=all\n"),
  .run = run,
};
