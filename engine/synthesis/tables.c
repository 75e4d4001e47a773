/* tables.c - what is written beside the built-in specimens
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Metadata and truth have a row for each file; rows of one specimen have the same number
 * in "specimen", whatever the modality. A pair of species is in pairs.csv when both are
 * in the set.
 */
#include "engine/synthesis/tables.h"

void
pheno_set_draw (const PhenoSynthesisOptions *options, int number, PhenoSpecimen *specimen)
{
  pheno_specimen_draw (options->seed, number,
                       pheno_set_species (options, number % options->species), specimen);
}

int
pheno_set_species (const PhenoSynthesisOptions *options, int place)
{
  return options->chosen != NULL ? options->chosen[place] : place;
}

char *
pheno_set_folder (const PhenoSpecies *species)
{
  return g_strdelimit (g_strdup (species->name), " ", '_');
}

char *
pheno_set_file (const PhenoSpecimen *specimen, PhenoModality modality)
{
  static const char *const extensions[PHENO_N_MODALITIES] = { "png", "tif", "bil" };
  g_autofree char *folder = pheno_set_folder (&specimen->species);

  return g_strdup_printf ("%s/%s/%s_%04d_%s_%s.%s", pheno_modality_name (modality),
                          folder, folder, specimen->number + 1,
                          specimen->female ? "female" : "male",
                          specimen->ventral ? "ventral" : "dorsal", extensions[modality]);
}

static gboolean
write_table (const char *directory, const char *name, GString *text, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return pheno_write_file (path, text->str, text->len, error);
}

/* A number as it is written in every locale. */
static void
append_number (GString *text, const char *format, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  g_string_append (text, g_ascii_formatd (digits, sizeof digits, format, value));
}

/* The name of a species of the set; "" when it is none of it. */
static const char *
twin_name (const PhenoSynthesisOptions *options, int twin, PhenoSpecies *species)
{
  for (int place = 0; place < options->species; place++)
    if (twin >= 0 && pheno_set_species (options, place) == twin)
      {
        pheno_species_describe (twin, species);
        return species->name;
      }
  return "";
}

static void
append_metadata (GString *text, const PhenoSpecimen *it, const char *file)
{
  g_string_append_printf (text, "%s,%s,%s,%s,PS%06d\n", file, it->species.name,
                          it->female ? "female" : "male",
                          it->ventral ? "ventral" : "dorsal", it->number + 1);
}

static void
append_truth (GString *text, const PhenoSynthesisOptions *options,
              const PhenoSpecimen *it, const char *file)
{
  PhenoSpecies twin;

  g_string_append_printf (text, "%s,%s,%s", file, it->species.name,
                          twin_name (options, it->species.ultraviolet_twin, &twin));
  g_string_append_printf (text, ",%s",
                          twin_name (options, it->species.pattern_twin, &twin));
  append_number (text, "%.3f", it->rotation * 180 / G_PI);
  append_number (text, "%.4f", it->x);
  append_number (text, "%.4f", it->y);
  append_number (text, "%.4f", it->unit);
  append_number (text, "%.4f", it->wear);
  append_number (text, "%.1f", it->kelvin);
  append_number (text, "%.4f", it->exposure);
  append_number (text, "%.5f", it->noise);
  append_number (text, "%.4f", it->card);
  append_number (text, "%.4f", it->species.part[PHENO_PART_GROUND].ultraviolet);
  append_number (text, "%.4f", it->species.pattern[0].border);
  append_number (text, "%.4f", it->species.pattern[0].band);
  g_string_append_printf (text, ",%s\n",
                          twin_name (options, it->species.visible_twin, &twin));
}

static gboolean
write_rows (const char *directory, const PhenoSynthesisOptions *options,
            const PhenoSynthesisPlan *plan, GError **error)
{
  g_autoptr (GString) metadata = g_string_new ("filename,species,sex,view,specimen\n");
  g_autoptr (GString) truth
      = g_string_new ("filename,species,ultraviolet_twin,pattern_twin,rotation_degrees,x,"
                      "y,unit,wear,light_kelvin,exposure,noise,card_reflectance,"
                      "ground_ultraviolet,border,band,visible_twin\n");

  for (int modality = 0; modality < PHENO_N_MODALITIES; modality++)
    for (int i = 0; i < plan->count[modality]; i++)
      {
        g_autofree char *file = NULL;
        PhenoSpecimen specimen;

        pheno_set_draw (options, i, &specimen);
        file = pheno_set_file (&specimen, modality);
        append_metadata (metadata, &specimen, file);
        append_truth (truth, options, &specimen, file);
      }
  return write_table (directory, "metadata.csv", metadata, error)
         && write_table (directory, "truth.csv", truth, error);
}

/* Which kind of picture shows the difference, as far as it is one of the twins'. */
typedef struct
{
  const char *differ_in;
  gboolean in_visible, in_ultraviolet;
} Difference;

static void
append_pair (GString *text, const PhenoSynthesisOptions *options, int place, int other,
             Difference difference)
{
  PhenoSpecies it, twin;
  const char *name;

  pheno_species_describe (pheno_set_species (options, place), &it);
  name = twin_name (options, other, &twin);
  if (*name == '\0' || pheno_set_species (options, place) > other)
    return; /* each pair once */
  g_string_append_printf (text, "%s,%s,%s,%s,%s\n", it.name, name, difference.differ_in,
                          difference.in_visible ? "yes" : "no",
                          difference.in_ultraviolet ? "yes" : "no");
}

static gboolean
write_pairs (const char *directory, const PhenoSynthesisOptions *options, GError **error)
{
  g_autoptr (GString) text
      = g_string_new ("species,other,differ_in,seen_in_visible_light,"
                      "seen_in_ultraviolet\n");

  for (int place = 0; place < options->species; place++)
    {
      PhenoSpecies it, opposite;

      pheno_species_describe (pheno_set_species (options, place), &it);
      append_pair (text, options, place, it.ultraviolet_twin,
                   (Difference){ "ultraviolet", FALSE, TRUE });
      append_pair (text, options, place, it.visible_twin,
                   (Difference){ "visible light", TRUE, FALSE });
      append_pair (text, options, place, it.pattern_twin,
                   (Difference){ "pattern", TRUE, TRUE });
      if (it.ultraviolet_twin < 0 || it.visible_twin < 0)
        continue;
      pheno_species_describe (it.ultraviolet_twin, &opposite);
      append_pair (text, options, place, opposite.visible_twin,
                   (Difference){ "visible light and ultraviolet", TRUE, TRUE });
    }
  return write_table (directory, "pairs.csv", text, error);
}

/* A pigment at optical depth 2 in a white scale. */
static void
reflectance_of_pigment (PhenoPigment pigment, float *reflectance)
{
  PhenoMaterial material = { .scatter = 0.85f };

  material.amount[pigment] = 2;
  pheno_material_reflectance (&material, reflectance);
}

static void
append_reflectances (GString *text, const float *table, int columns)
{
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.3f",
                                              pheno_spectrum_wavelength_nm (band)));
      for (int column = 0; column < columns; column++)
        append_number (text, "%.5f", table[(gsize) column * PHENO_SPECTRUM_BANDS + band]);
      g_string_append_c (text, '\n');
    }
}

static gboolean
write_spectra (const char *directory, const PhenoSynthesisOptions *options,
               GError **error)
{
  static const char *const part_names[]
      = { "ground", "patch", "accent", "border", "spot", "body" };
  int columns = PHENO_N_PIGMENTS + options->species * PHENO_N_PARTS, column = 0;
  g_autofree float *table = g_new (float, (gsize) columns *PHENO_SPECTRUM_BANDS);
  g_autoptr (GString) text = g_string_new ("wavelength_nm");

  for (int p = 0; p < PHENO_N_PIGMENTS; p++, column++)
    {
      g_string_append_printf (text, ",%s", pheno_pigment_name (p));
      reflectance_of_pigment (p, table + (gsize) column * PHENO_SPECTRUM_BANDS);
    }
  for (int i = 0; i < options->species; i++)
    {
      PhenoSpecies species;

      pheno_species_describe (pheno_set_species (options, i), &species);
      for (int part = 0; part < PHENO_N_PARTS; part++, column++)
        {
          g_string_append_printf (text, ",%s %s", species.name, part_names[part]);
          pheno_material_reflectance (&species.part[part],
                                      table + (gsize) column * PHENO_SPECTRUM_BANDS);
        }
    }
  g_string_append_c (text, '\n');
  append_reflectances (text, table, columns);
  return write_table (directory, "spectra.csv", text, error);
}

gboolean
pheno_set_write_tables (const char *directory, const PhenoSynthesisOptions *options,
                        const PhenoSynthesisPlan *plan, GError **error)
{
  return write_rows (directory, options, plan, error)
         && write_pairs (directory, options, error)
         && write_spectra (directory, options, error);
}
