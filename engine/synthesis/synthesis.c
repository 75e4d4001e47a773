/* synthesis.c - a folder of built-in specimens with everything that is known about them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     rgb/GENUS_EPITHET/GENUS_EPITHET_0001_female_dorsal.png
 *     multispectral/GENUS_EPITHET/GENUS_EPITHET_0001_female_dorsal.tif
 *     hyperspectral/GENUS_EPITHET/GENUS_EPITHET_0001_female_dorsal.bil and .hdr
 *     metadata.csv    what a museum would know of each file
 *     truth.csv       what was drawn: pose, light, wear, twins of the species
 *     pairs.csv       species that differ in one respect alone
 *     spectra.csv     reflectance of each pigment and each part of each species
 */
#include "engine/synthesis/synthesis.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>

#include "engine/synthesis/cube.h"
#include "engine/synthesis/photograph.h"
#include "engine/synthesis/stack.h"
#include "engine/synthesis/tables.h"

/* Beside our own files there must be nothing that could be taken for the user's. */
static const char *const own_names[]
    = { "rgb",       "multispectral", "hyperspectral", "metadata.csv",
        "truth.csv", "pairs.csv",     "spectra.csv",   NULL };

typedef struct
{
  const char *directory;
  const PhenoSynthesisOptions *options;
  PhenoSynthesisPlan plan;
  GMutex lock; /* of @error */
  GError *error;
} Work;

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

/* Whether an earlier set of ours wrote this. */
static gboolean
is_former (const char *file)
{
  static const char *const extensions[PHENO_N_MODALITIES] = { ".png", ".tif", ".bil" };

  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    {
      const char *folder = pheno_modality_name (i);

      if (g_str_has_prefix (file, folder) && file[strlen (folder)] == '/'
          && g_str_has_suffix (file, extensions[i]))
        return strstr (file, "..") == NULL;
    }
  return FALSE;
}

/* Takes away the pictures that an earlier metadata.csv of ours names. */
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

      if (!is_former (file))
        continue;
      g_unlink (former);
      if (g_str_has_suffix (former, ".bil"))
        {
          memcpy (former + strlen (former) - 4, ".hdr", 4);
          g_unlink (former);
        }
    }
}

/* Says so before anything is written, rather than with a full disk. */
static gboolean
check_room (const Work *work, GError **error)
{
  struct statvfs disk;
  g_autofree char *needs = g_format_size (work->plan.bytes), *has = NULL, *name = NULL;
  guint64 room;

  if (statvfs (work->directory, &disk) != 0)
    return TRUE; /* what cannot be known is left to the writing */
  room = (guint64) disk.f_bavail * disk.f_frsize;
  if (room >= work->plan.bytes)
    return TRUE;
  has = g_format_size (room);
  name = pheno_display_name (work->directory);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
               _ ("The specimens need about %s, and the disk of “%s” has %s left. Choose "
                  "fewer or smaller ones, or another disk."),
               needs, name, has);
  return FALSE;
}

static gboolean
write_photograph (const PhenoSpecimen *specimen, int side, const char *path,
                  GError **error)
{
  g_autoptr (PhenoImage) image
      = pheno_image_new (side, side, 3, PHENO_SAMPLE_UINT8, error);

  if (image == NULL)
    return FALSE;
  pheno_photograph_take (specimen, side, image->pixels);
  return pheno_image_save (image, path, error);
}

static gboolean
write_stack (const PhenoSpecimen *specimen, int side, const char *path, GError **error)
{
  g_autofree guint16 *pixels = g_new (guint16, (gsize) side * side * PHENO_STACK_BANDS);

  pheno_stack_take (specimen, side, pixels);
  return pheno_stack_write (pixels, side, path, error);
}

static gboolean
write_cube (const PhenoSpecimen *specimen, int side, const char *path, GError **error)
{
  gsize count = (gsize) side * side * PHENO_SPECTRUM_BANDS;
  g_autofree guint16 *pixels = g_try_new (guint16, count);

  if (pixels == NULL)
    {
      g_autofree char *bytes = g_format_size (count * sizeof *pixels);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("A cube of %d pixels needs %s of memory, which there is not. Choose "
             "a smaller side."),
          side, bytes);
      return FALSE;
    }
  pheno_cube_take (specimen, side, pixels);
  return pheno_cube_write (specimen, pixels, side, path, error);
}

static gboolean
draw_one (const Work *work, PhenoModality modality, int number, GError **error)
{
  static gboolean (*const write[PHENO_N_MODALITIES]) (const PhenoSpecimen *, int,
                                                      const char *, GError **)
      = { write_photograph, write_stack, write_cube };
  g_autofree char *file = NULL, *path = NULL;
  PhenoSpecimen specimen;

  pheno_set_draw (work->options, number, &specimen);
  file = pheno_set_file (&specimen, modality);
  path = g_build_filename (work->directory, file, NULL);
  return write[modality](&specimen, work->plan.side[modality], path, error);
}

/* Files are counted through all modalities. After one has failed, no other is begun. */
static void
draw_file (gsize index, gpointer user_data)
{
  Work *work = user_data;
  GError *error = NULL;
  int modality = 0;
  gboolean failed;

  g_mutex_lock (&work->lock);
  failed = work->error != NULL;
  g_mutex_unlock (&work->lock);
  if (failed)
    return;
  while (index >= (gsize) work->plan.count[modality])
    index -= (gsize) work->plan.count[modality++];
  if (draw_one (work, modality, (int) index, &error))
    return;
  g_mutex_lock (&work->lock);
  if (work->error == NULL)
    work->error = g_steal_pointer (&error);
  g_mutex_unlock (&work->lock);
  g_clear_error (&error);
}

static gboolean
draw_all (Work *work, PhenoProgressFunc progress, gpointer user_data,
          GCancellable *cancellable, GError **error)
{
  gsize count = 0;

  for (int i = 0; i < PHENO_N_MODALITIES; i++)
    count += (gsize) work->plan.count[i];
  if (!pheno_for_each_index (count, work->options->threads, draw_file, work, "specimens",
                             progress, user_data, cancellable, error))
    {
      g_clear_error (&work->error);
      return FALSE;
    }
  if (work->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&work->error));
  return FALSE;
}

static gboolean
make_species_folders (const Work *work, GError **error)
{
  for (int modality = 0; modality < PHENO_N_MODALITIES; modality++)
    for (int i = 0; i < work->options->species && work->plan.count[modality] > 0; i++)
      {
        g_autofree char *name = NULL, *path = NULL;
        PhenoSpecies species;

        pheno_species_describe (pheno_set_species (work->options, i), &species);
        name = pheno_set_folder (&species);
        path = g_build_filename (work->directory, pheno_modality_name (modality), name,
                                 NULL);
        if (!make_folder (path, error))
          return FALSE;
      }
  return TRUE;
}

gboolean
pheno_synthesise (const char *directory, const PhenoSynthesisOptions *options,
                  PhenoProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  Work work = { .directory = directory, .options = options };
  gboolean done;

  if (!pheno_synthesis_plan (options, &work.plan, error)
      || !check_folder (directory, error))
    return FALSE;
  remove_former (directory);
  g_mutex_init (&work.lock);
  done = make_folder (directory, error) && check_room (&work, error)
         && make_species_folders (&work, error)
         && draw_all (&work, progress, user_data, cancellable, error)
         && pheno_set_write_tables (directory, options, &work.plan, error);
  g_mutex_clear (&work.lock);
  return done;
}
