/* plan.c - which specimens are drawn, as what, and what they take on the disk
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/synthesis/species.h"
#include "engine/synthesis/stack.h"
#include "engine/synthesis/synthesis.h"

/* A cube of 256 pixels has 53 MB: what the cubes of a set may take unless more are asked
 * for. */
#define CUBES_BYTES ((guint64) 512 << 20)

/* Measured on seed 1, 256 pixels: sensor noise is all that does not compress. */
#define PHOTOGRAPH_BYTES_PER_PIXEL 2.0
#define STACK_BYTES_PER_PIXEL 10.0

static gboolean
check_side (int side, const char *what, GError **error)
{
  if (side >= 16 && side <= 4096)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING, what, side);
  return FALSE;
}

static gboolean
check_options (const PhenoSynthesisOptions *options, GError **error)
{
  if (options->species < 2 || options->species > PHENO_SPECIES_MAX)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There cannot be %d species. Choose 2 to %d."), options->species,
                 PHENO_SPECIES_MAX);
  else if (options->specimens < options->species || options->specimens > 1000000)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("%d specimens cannot be shared among %d species. Choose at least one for "
           "each, and at most a million."),
        options->specimens, options->species);
  else if (options->cubes < 0 || options->cubes > options->specimens)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("%d cubes cannot be made of %d specimens. Choose 1 to %d."),
                 options->cubes, options->specimens, options->specimens);
  else
    return check_side (
               options->size,
               _ ("A photograph cannot have a side of %d pixels. Choose 16 to 4096."),
               error)
           && (options->cube_size == 0
               || check_side (
                   options->cube_size,
                   _ ("A cube cannot have a side of %d pixels. Choose 16 to 4096."),
                   error));
  return FALSE;
}

static int
cubes_that_fit (const PhenoSynthesisOptions *options, guint64 bytes_each)
{
  int fit = (int) MIN (CUBES_BYTES / bytes_each, (guint64) options->specimens);

  if (fit < options->specimens) /* the same number of each species */
    fit -= fit % options->species;
  return MAX (fit, options->species);
}

gboolean
pheno_synthesis_plan (const PhenoSynthesisOptions *options, PhenoSynthesisPlan *plan,
                      GError **error)
{
  guint wanted = options->modalities != 0 ? options->modalities : 1;
  int cube = options->cube_size > 0 ? options->cube_size : MAX (options->size / 4, 16);
  guint64 cube_bytes = (guint64) cube * cube * PHENO_SPECTRUM_BANDS * sizeof (guint16);
  double pixels = (double) options->size * options->size;

  if (!check_options (options, error))
    return FALSE;
  *plan = (PhenoSynthesisPlan){ { 0 } };
  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    {
      plan->side[i] = i == PHENO_MODALITY_HYPERSPECTRAL ? cube : options->size;
      plan->count[i] = wanted >> i & 1 ? options->specimens : 0;
    }
  if (plan->count[PHENO_MODALITY_HYPERSPECTRAL] > 0)
    plan->count[PHENO_MODALITY_HYPERSPECTRAL]
        = options->cubes > 0 ? options->cubes : cubes_that_fit (options, cube_bytes);
  plan->bytes
      = (guint64) (plan->count[PHENO_MODALITY_RGB] * pixels * PHOTOGRAPH_BYTES_PER_PIXEL
                   + plan->count[PHENO_MODALITY_MULTISPECTRAL] * pixels
                         * STACK_BYTES_PER_PIXEL)
        + plan->count[PHENO_MODALITY_HYPERSPECTRAL] * cube_bytes;
  return TRUE;
}

/* Whether @word is the name, or its genus. */
static gboolean
is_named (const PhenoSpecies *species, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (species->name, word, length) == 0
         && (species->name[length] == '\0' || species->name[length] == ' ');
}

static gboolean
add_named (GArray *found, const char *word, GError **error)
{
  PhenoSpecies species[PHENO_SPECIES_MAX];
  const char *known[PHENO_SPECIES_MAX + 1] = { NULL }, *nearest;
  g_autofree char *shown = NULL;
  guint before = found->len;

  for (int index = 0; index < PHENO_SPECIES_MAX; index++)
    {
      pheno_species_describe (index, &species[index]);
      known[index] = species[index].name;
      if (is_named (&species[index], word))
        g_array_append_val (found, index);
    }
  if (found->len > before)
    return TRUE;
  shown = pheno_display_name (word);
  nearest = pheno_nearest_word (word, known);
  if (nearest != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("No built-in species is named “%s”. Did you mean “%s”?"), shown,
                 nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("No built-in species is named “%s”. “phenoscape-cli specimens "
                    "--help” names those with twins."),
                 shown);
  return FALSE;
}

int *
pheno_synthesis_find_species (const char *names, int *count, GError **error)
{
  /* An empty text would be split into nothing, and none of them be missed. */
  g_auto (GStrv) words = g_strsplit (*names != '\0' ? names : " ", ",", -1);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (int));

  for (char **word = words; *word != NULL; word++)
    if (!add_named (found, g_strstrip (g_strdelimit (*word, "_", ' ')), error))
      return NULL;
  for (guint i = 0; i < found->len; i++)
    for (guint j = 0; j < i; j++)
      if (g_array_index (found, int, i) == g_array_index (found, int, j))
        {
          PhenoSpecies twice;

          pheno_species_describe (g_array_index (found, int, i), &twice);
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("“%s” stands twice among the species. Name each once."),
                       twice.name);
          return NULL;
        }
  *count = (int) found->len;
  return (int *) g_array_free (g_steal_pointer (&found), FALSE);
}
