/* material.c - what a run learns from
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gstdio.h>

#include "engine/training/history.h"
#include "engine/training/material.h"

void
pheno_material_free (PhenoMaterial *material)
{
  if (material == NULL)
    return;

  g_free (material->images);
  g_free (material->numbers);
  g_free (material->rows);
  g_clear_pointer (&material->cache, pheno_cache_free);
  g_clear_pointer (&material->usable, g_ptr_array_unref);
  g_clear_pointer (&material->collection, pheno_collection_free);
  g_clear_pointer (&material->left_out, g_ptr_array_unref);
  g_free (material->groups);
  g_free (material->units);
  g_clear_pointer (&material->partners, pheno_partners_free);
  g_free (material->why_no_groups);
  g_free (material->digest);
  g_free (material);
}

guint
pheno_material_items (const PhenoMaterial *material)
{
  return material->partners != NULL ? material->partners->n : material->n;
}

/* Where catalogue and pixels are kept. Each preparation has a file of its own, so that
 * runs with other bands do not take turns in making theirs. */
static gboolean
find_store (const char *directory, char **catalogue, char **folder, GError **error)
{
  g_autofree char *study = pheno_run_folder_study (directory);

  *folder = pheno_cache_folder (study != NULL ? study : directory);
  if (g_mkdir_with_parents (*folder, 0777) != 0)
    {
      pheno_set_file_error (error, *folder, errno);
      return FALSE;
    }
  *catalogue = g_build_filename (study != NULL ? study : *folder, "catalogue.db", NULL);
  return TRUE;
}

static char *
name_cache (const char *folder, int side, const PhenoPreparation *preparation)
{
  const char *text = pheno_preparation_text (preparation);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *name = pheno_preparation_is_plain (preparation)
                              ? g_strdup_printf ("prepared-%d.h5", side)
                              : g_strdup_printf ("prepared-%d-%.8s.h5", side, digest);

  return g_build_filename (folder, name, NULL);
}

static gboolean
scan (PhenoMaterial *self, PhenoRun *run, const char *catalogue,
      PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
      GError **error)
{
  PhenoScanOptions options = {
    .species = run->species,
    .metadata = g_str_equal (run->metadata, "auto") ? NULL : run->metadata,
    .catalogue = catalogue,
    .threads = run->threads,
  };

  self->collection = pheno_collection_scan ((const char *const *) run->roots, &options,
                                            progress, user_data, cancellable, error);
  if (self->collection == NULL)
    return FALSE;

  for (guint i = 0; i < self->collection->problems->len; i++)
    {
      const PhenoProblem *problem = self->collection->problems->pdata[i];

      g_ptr_array_add (self->left_out,
                       pheno_problem_new (problem->file, problem->reason));
    }
  self->n_not_found
      = pheno_collection_exclude (self->collection, (const char *const *) run->excluded);
  self->usable = pheno_run_choose_images (run, self->collection, self->left_out,
                                          cancellable, error);
  if (self->usable == NULL)
    return FALSE;
  self->digest = pheno_collection_digest (self->collection);

  return TRUE;
}

static gboolean
check_count (guint n, const PhenoRun *run, const GPtrArray *left_out, GError **error)
{
  g_autofree char *shown = NULL;

  if (n >= 2)
    return TRUE;

  shown = pheno_display_name (run->roots[0]);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      ngettext ("There is %u usable image in “%s” (%u left out); training needs two or "
                "more. “phenoscape-cli scan” lists what is there and what is wrong.",
                "There are %u usable images in “%s” (%u left out); training needs two "
                "or more. “phenoscape-cli scan” lists what is there and what is wrong.",
                n),
      n, shown, left_out->len);
  return FALSE;
}

/* Bands at other wavelengths are other bands, however many there are. */
static gboolean
has_other_wavelengths (const PhenoImage *image, const PhenoImage *first)
{
  if (image->wavelengths_nm == NULL || first->wavelengths_nm == NULL)
    return FALSE;

  for (int i = 0; i < image->bands; i++)
    {
      const double *nm = first->wavelengths_nm;
      double spacing = image->bands == 1      ? 10
                       : i + 1 < image->bands ? fabs (nm[i + 1] - nm[i])
                                              : fabs (nm[i] - nm[i - 1]);

      if (fabs (image->wavelengths_nm[i] - nm[i]) > MAX (spacing / 2, 0.5))
        return TRUE;
    }
  return FALSE;
}

static const char *
why_not (const PhenoImage *image, const PhenoImage *first)
{
  if (image->bands != first->bands)
    return _ ("It has another number of bands than the others. Choose bands that all "
              "have, by name or wavelength.");
  if (has_other_wavelengths (image, first))
    return _ ("Its bands lie at other wavelengths than those of the others. Choose bands "
              "by wavelength, as bands=450nm,550nm,650nm.");
  return NULL;
}

/* Keeps the images with bands as the first. */
static void
borrow_images (PhenoMaterial *self)
{
  guint length = pheno_cache_length (self->cache), number = 0;

  self->images = g_new0 (const PhenoImage *, length);
  self->numbers = g_new0 (guint32, length);
  self->rows = g_new0 (guint32, length);
  for (guint i = 0; i < length; i++)
    {
      const PhenoImage *image = pheno_cache_image (self->cache, i);
      const char *reason = self->n > 0 ? why_not (image, self->images[0]) : NULL;

      while (self->usable->pdata[number] != pheno_cache_record (self->cache, i))
        number++;
      if (reason != NULL)
        {
          g_ptr_array_add (
              self->left_out,
              pheno_problem_new (pheno_cache_record (self->cache, i)->file, reason));
          continue;
        }
      pheno_sample_counts_add (&self->counts, pheno_cache_counts (self->cache, i));
      self->numbers[self->n] = number;
      self->rows[self->n] = i;
      self->images[self->n++] = image;
    }
}

/* Numbers from 0 for the distinct values of a column; -1 where it is empty. */
static int *
number_values (const PhenoMaterial *self, const char *column, guint *n_values,
               guint *n_pairs)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree guint *counts = g_new0 (guint, self->n + 1);
  int *groups = g_new (int, self->n);
  guint row = 0;

  *n_values = *n_pairs = 0;
  for (guint i = 0; i < pheno_cache_length (self->cache); i++)
    {
      const PhenoRecord *record = pheno_cache_record (self->cache, i);
      const char *value;
      gpointer number;

      if (row >= self->n || pheno_cache_image (self->cache, i) != self->images[row])
        continue;

      value = g_str_equal (column, "species")
                  ? record->species
                  : pheno_record_value (self->collection, record, column);
      groups[row] = -1;
      if (value != NULL && *value != '\0')
        {
          if (!g_hash_table_lookup_extended (numbers, value, NULL, &number))
            {
              number = GUINT_TO_POINTER ((*n_values)++);
              g_hash_table_insert (numbers, (gpointer) value, number);
            }
          groups[row] = (int) GPOINTER_TO_UINT (number);
          if (++counts[groups[row]] == 2)
            (*n_pairs)++;
        }
      row++;
    }

  return groups;
}

static void
find_groups (PhenoMaterial *self)
{
  guint n_values, n_pairs;
  g_autofree int *groups = number_values (self, "species", &n_values, &n_pairs);

  if (n_values == 0)
    self->why_no_groups = g_strdup (
        _ ("There are no species names, so kNN accuracy is not measured. Training "
           "does not need them."));
  else if (n_values == 1)
    self->why_no_groups
        = g_strdup (_ ("All images are of one species, so kNN accuracy is not "
                       "measured. Training does not need more."));
  else if (n_pairs == 0)
    self->why_no_groups
        = g_strdup (_ ("No species has two images, so kNN accuracy is not "
                       "measured. Training does not need it."));
  else
    self->groups = g_steal_pointer (&groups);

  for (const char *const *column = pheno_individual_columns (); *column != NULL; column++)
    if (pheno_collection_find_column (self->collection, *column) >= 0)
      {
        self->units = number_values (self, *column, &n_values, &n_pairs);
        return;
      }
}

/* Which images show one specimen, for pairs of two of them. */
static gboolean
find_partners (PhenoMaterial *self, const PhenoRun *run, GError **error)
{
  const char *column = run->positive_column;
  g_autofree int *units = NULL;
  guint n_values, n_pairs;

  if (g_str_equal (column, "auto"))
    {
      column = NULL;
      for (const char *const *name = pheno_individual_columns ();
           *name != NULL && column == NULL; name++)
        if (pheno_collection_find_column (self->collection, *name) >= 0)
          column = *name;
    }
  else if (pheno_collection_find_column (self->collection, column) < 0)
    column = NULL;
  if (column == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("The key “training.positives” is “specimen”, but the collection has "
                      "no column for it (“training.positive-column” is “%s”). Add a column "
                      "“specimen” to the metadata, name another one, or set "
                      "training.positives=image."),
                   run->positive_column);
      return FALSE;
    }

  units = number_values (self, column, &n_values, &n_pairs);
  if (n_pairs == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("No value of the column “%s” stands beside two images, so there are "
                      "no two photographs of one specimen. Set training.positives=image."),
                   column);
      return FALSE;
    }
  self->partners = pheno_partners_new (units, self->n);
  return check_count (self->partners->n, run, self->left_out, error);
}

static gboolean
open_cache (PhenoMaterial *self, const PhenoRun *run, const char *folder,
            PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
            GError **error)
{
  g_autoptr (PhenoPreparation) preparation = pheno_run_preparation (run, error);
  g_autofree char *path = NULL;
  PhenoCacheOptions options = { .shorter_side = pheno_views_side (run->size),
                                .threads = run->threads,
                                .preparation = preparation,
                                .limit = (guint64) (run->cache_limit * 1e9) };

  if (preparation == NULL)
    return FALSE;
  options.path = path = name_cache (folder, options.shorter_side, preparation);
  self->cache = pheno_cache_open (self->usable, &options, self->left_out, progress,
                                  user_data, cancellable, error);
  return self->cache != NULL;
}

PhenoMaterial *
pheno_material_new (PhenoRun *run, const char *directory, PhenoProgressFunc progress,
                    gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoMaterial) self = g_new0 (PhenoMaterial, 1);
  g_autofree char *catalogue = NULL, *folder = NULL;

  self->left_out = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  if (!find_store (directory, &catalogue, &folder, error)
      || !scan (self, run, catalogue, progress, user_data, cancellable, error)
      || !check_count (self->usable->len, run, self->left_out, error)
      || !open_cache (self, run, folder, progress, user_data, cancellable, error)
      || !pheno_run_find_levels (run, self->cache, self->usable, cancellable, error))
    return NULL;

  borrow_images (self);
  if (!check_count (self->n, run, self->left_out, error))
    return NULL;
  self->bands = pheno_run_input_bands (run, self->images[0]->bands);
  find_groups (self);
  if (g_str_equal (run->positives, "specimen") && !find_partners (self, run, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
pheno_material_release (const PhenoMaterial *material, guint index)
{
  pheno_cache_release (material->cache, material->rows[index]);
}

gboolean
pheno_material_write_samples (const PhenoMaterial *material, const char *directory,
                              GError **error)
{
  const PhenoSampleCounts *all = &material->counts;
  g_autofree char *path = g_build_filename (directory, "samples.csv", NULL);
  g_autoptr (GString) text
      = g_string_new ("file,samples,not_a_number,infinite,no_data,saturated\n");

  if (all->not_a_number + all->infinite + all->ignored + all->saturated == 0)
    return TRUE;
  for (guint i = 0; i < material->n; i++)
    {
      const PhenoSampleCounts *counts
          = pheno_cache_counts (material->cache, material->rows[i]);

      pheno_append_field (text,
                          pheno_cache_record (material->cache, material->rows[i])->file);
      g_string_append_printf (text,
                              ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT
                              ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT
                              ",%" G_GUINT64_FORMAT "\n",
                              counts->samples, counts->not_a_number, counts->infinite,
                              counts->ignored, counts->saturated);
    }
  return pheno_write_file (path, text->str, text->len, error);
}

gboolean
pheno_material_write_left_out (const PhenoMaterial *material, const char *directory,
                               GError **error)
{
  g_autofree char *path = g_build_filename (directory, "left-out.csv", NULL);
  g_autoptr (GString) text = g_string_new ("file,reason\n");

  for (guint i = 0; i < material->left_out->len; i++)
    {
      const PhenoProblem *problem = material->left_out->pdata[i];

      pheno_append_field (text, problem->file);
      g_string_append_c (text, ',');
      pheno_append_field (text, problem->reason);
      g_string_append_c (text, '\n');
    }

  return pheno_write_file (path, text->str, text->len, error);
}
