/* synthesis.c - a folder of built-in specimens with everything that is known about them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     rgb/GENUS_EPITHET/GENUS_EPITHET_0001_female_dorsal.png
 *     metadata.csv    what a museum would know of each photograph
 *     truth.csv       what was drawn: pose, light, wear, twins of the species
 *     spectra.csv     reflectance of each pigment and each part of each species
 */
#include "engine/synthesis/synthesis.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "engine/reader/reader.h"
#include "engine/synthesis/photograph.h"

/* Beside our own files there must be nothing that could be taken for the user's. */
static const char *const own_names[]
    = { "rgb", "metadata.csv", "truth.csv", "spectra.csv", NULL };

typedef struct
{
  const char *directory;
  const PhenoSynthesisOptions *options;
  GCancellable *cancellable;
  PhenoProgressFunc progress;
  gpointer user_data;
  gint64 started_us;
  int next; /* (atomic): the specimen to be taken up */
  int done; /* (atomic) */
  int stop; /* (atomic): one failed */
} Work;

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
  else if (options->size < 16 || options->size > 4096)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("A photograph cannot have a side of %d pixels. Choose 16 to 4096."),
                 options->size);
  else
    return TRUE;
  return FALSE;
}

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  pheno_set_file_error (error, path, errno);
  return FALSE;
}

/* Refuses a folder that holds anything that was not made here. */
static gboolean
check_folder (const char *directory, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (directory, 0, NULL);
  g_autofree char *name = pheno_display_name (directory);
  const char *entry;

  if (folder == NULL)
    return TRUE; /* it is made later, or that fails with the reason */
  while ((entry = g_dir_read_name (folder)) != NULL)
    if (!g_strv_contains (own_names, entry))
      {
        g_autofree char *other = pheno_display_name (entry);

        g_set_error (
            error, PHENO_ERROR, PHENO_ERROR_FILE,
            _ ("“%s” already holds “%s”, which is none of the built-in specimens. "
               "Choose an empty folder."),
            name, other);
        return FALSE;
      }
  return TRUE;
}

static char *
folder_of (const PhenoSpecies *species)
{
  return g_strdelimit (g_strdup (species->name), " ", '_');
}

/* Relative name, with "/". */
static char *
file_of (const PhenoSpecimen *specimen)
{
  g_autofree char *folder = folder_of (&specimen->species);

  return g_strdup_printf ("rgb/%s/%s_%04d_%s_%s.png", folder, folder,
                          specimen->number + 1, specimen->female ? "female" : "male",
                          specimen->ventral ? "ventral" : "dorsal");
}

/* Takes away the photographs that an earlier metadata.csv of ours names. */
static void
remove_former (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "metadata.csv", NULL),
                  *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_autofree char *file = g_strndup (*line, strcspn (*line, ","));
      g_autofree char *former = g_build_filename (directory, file, NULL);

      if (g_str_has_prefix (file, "rgb/") && g_str_has_suffix (file, ".png")
          && strstr (file, "..") == NULL)
        g_unlink (former);
    }
}

static void
draw_specimen (const PhenoSynthesisOptions *options, int number, PhenoSpecimen *specimen)
{
  pheno_specimen_draw (options->seed, number, number % options->species, specimen);
}

static gboolean
photograph (const Work *work, int number, GError **error)
{
  g_autoptr (PhenoImage) image = NULL;
  g_autofree char *file = NULL, *path = NULL;
  PhenoSpecimen specimen;

  draw_specimen (work->options, number, &specimen);
  image = pheno_image_new (work->options->size, work->options->size, 3,
                           PHENO_SAMPLE_UINT8, error);
  if (image == NULL)
    return FALSE;
  pheno_photograph_take (&specimen, work->options->size, image->pixels);
  file = file_of (&specimen);
  path = g_build_filename (work->directory, file, NULL);
  return pheno_image_save (image, path, error);
}

/* The first worker is the caller's thread, the only one that reports. */
static void
report (Work *work)
{
  PhenoProgress progress = PHENO_PROGRESS_INIT;
  double seconds = (g_get_monotonic_time () - work->started_us) / 1e6;

  if (work->progress == NULL)
    return;
  progress.phase = "specimens";
  progress.done = (guint64) g_atomic_int_get (&work->done);
  progress.total = (guint64) work->options->specimens;
  progress.rate = seconds > 0 ? progress.done / seconds : 0;
  if (progress.rate > 0)
    progress.seconds_left = (progress.total - progress.done) / progress.rate;
  work->progress (&progress, work->user_data);
}

static GError *
work_on (Work *work, gboolean reports)
{
  GError *error = NULL;

  while (!g_atomic_int_get (&work->stop))
    {
      int number = g_atomic_int_add (&work->next, 1);

      if (number >= work->options->specimens)
        break;
      if (g_cancellable_set_error_if_cancelled (work->cancellable, &error)
          || !photograph (work, number, &error))
        {
          g_atomic_int_set (&work->stop, 1);
          break;
        }
      g_atomic_int_inc (&work->done);
      if (reports)
        report (work);
    }
  return error;
}

static gpointer
worker (gpointer work)
{
  return work_on (work, FALSE);
}

static gboolean
photograph_all (Work *work, GError **error)
{
  int threads = work->options->threads > 0 ? work->options->threads
                                           : (int) g_get_num_processors ();
  g_autoptr (GPtrArray) helpers = g_ptr_array_new ();
  GError *problem;

  threads = MIN (threads, work->options->specimens);
  for (int i = 1; i < threads; i++)
    g_ptr_array_add (helpers, g_thread_new ("specimens", worker, work));
  problem = work_on (work, TRUE);
  for (guint i = 0; i < helpers->len; i++)
    {
      GError *other = g_thread_join (helpers->pdata[i]);

      if (problem == NULL)
        problem = other;
      else
        g_clear_error (&other);
    }
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  report (work);
  return TRUE;
}

static gboolean
make_species_folders (const Work *work, GError **error)
{
  for (int i = 0; i < work->options->species; i++)
    {
      g_autofree char *name = NULL, *path = NULL;
      PhenoSpecies species;

      pheno_species_describe (i, &species);
      name = folder_of (&species);
      path = g_build_filename (work->directory, "rgb", name, NULL);
      if (!make_folder (path, error))
        return FALSE;
    }
  return TRUE;
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

static gboolean
write_metadata (const Work *work, GError **error)
{
  g_autoptr (GString) text = g_string_new ("filename,species,sex,view,specimen\n");

  for (int i = 0; i < work->options->specimens; i++)
    {
      g_autofree char *file = NULL;
      PhenoSpecimen specimen;

      draw_specimen (work->options, i, &specimen);
      file = file_of (&specimen);
      g_string_append_printf (text, "%s,%s,%s,%s,PS%06d\n", file, specimen.species.name,
                              specimen.female ? "female" : "male",
                              specimen.ventral ? "ventral" : "dorsal", i + 1);
    }
  return write_table (work->directory, "metadata.csv", text, error);
}

static const char *
twin_name (int twin, int n_species, PhenoSpecies *species)
{
  if (twin < 0 || twin >= n_species)
    return "";
  pheno_species_describe (twin, species);
  return species->name;
}

static gboolean
write_truth (const Work *work, GError **error)
{
  g_autoptr (GString) text
      = g_string_new ("filename,species,ultraviolet_twin,pattern_twin,rotation_degrees,x,"
                      "y,unit,wear,light_kelvin,"
                      "exposure,noise,card_reflectance,ground_ultraviolet,border,band\n");

  for (int i = 0; i < work->options->specimens; i++)
    {
      g_autofree char *file = NULL;
      PhenoSpecimen it;
      PhenoSpecies twin;

      draw_specimen (work->options, i, &it);
      file = file_of (&it);
      g_string_append_printf (
          text, "%s,%s,%s", file, it.species.name,
          twin_name (it.species.ultraviolet_twin, work->options->species, &twin));
      g_string_append_printf (
          text, ",%s",
          twin_name (it.species.pattern_twin, work->options->species, &twin));
      append_number (text, "%.3f", it.rotation * 180 / G_PI);
      append_number (text, "%.4f", it.x);
      append_number (text, "%.4f", it.y);
      append_number (text, "%.4f", it.unit);
      append_number (text, "%.4f", it.wear);
      append_number (text, "%.1f", it.kelvin);
      append_number (text, "%.4f", it.exposure);
      append_number (text, "%.5f", it.noise);
      append_number (text, "%.4f", it.card);
      append_number (text, "%.4f", it.species.part[PHENO_PART_GROUND].ultraviolet);
      append_number (text, "%.4f", it.species.pattern[0].border);
      append_number (text, "%.4f", it.species.pattern[0].band);
      g_string_append_c (text, '\n');
    }
  return write_table (work->directory, "truth.csv", text, error);
}

/* A pigment at optical depth 2 in a white scale. */
static void
reflectance_of_pigment (PhenoPigment pigment, float *reflectance)
{
  PhenoMaterial material = { .scatter = 0.85f };

  material.amount[pigment] = 2;
  pheno_material_reflectance (&material, reflectance);
}

static gboolean
write_spectra (const Work *work, GError **error)
{
  static const char *const part_names[]
      = { "ground", "patch", "accent", "border", "spot", "body" };
  int columns = PHENO_N_PIGMENTS + work->options->species * PHENO_N_PARTS, column = 0;
  g_autofree float *table = g_new (float, (gsize) columns *PHENO_SPECTRUM_BANDS);
  g_autoptr (GString) text = g_string_new ("wavelength_nm");

  for (int p = 0; p < PHENO_N_PIGMENTS; p++, column++)
    {
      g_string_append_printf (text, ",%s", pheno_pigment_name (p));
      reflectance_of_pigment (p, table + (gsize) column * PHENO_SPECTRUM_BANDS);
    }
  for (int i = 0; i < work->options->species; i++)
    {
      PhenoSpecies species;

      pheno_species_describe (i, &species);
      for (int part = 0; part < PHENO_N_PARTS; part++, column++)
        {
          g_string_append_printf (text, ",%s %s", species.name, part_names[part]);
          pheno_material_reflectance (&species.part[part],
                                      table + (gsize) column * PHENO_SPECTRUM_BANDS);
        }
    }
  g_string_append_c (text, '\n');
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.3f",
                                              pheno_spectrum_wavelength_nm (band)));
      for (column = 0; column < columns; column++)
        append_number (text, "%.5f", table[(gsize) column * PHENO_SPECTRUM_BANDS + band]);
      g_string_append_c (text, '\n');
    }
  return write_table (work->directory, "spectra.csv", text, error);
}

gboolean
pheno_synthesise (const char *directory, const PhenoSynthesisOptions *options,
                  PhenoProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  Work work = {
    .directory = directory,
    .options = options,
    .cancellable = cancellable,
    .progress = progress,
    .user_data = user_data,
    .started_us = g_get_monotonic_time (),
  };

  if (!check_options (options, error) || !check_folder (directory, error))
    return FALSE;
  remove_former (directory);
  return make_folder (directory, error) && make_species_folders (&work, error)
         && photograph_all (&work, error) && write_metadata (&work, error)
         && write_truth (&work, error) && write_spectra (&work, error);
}
