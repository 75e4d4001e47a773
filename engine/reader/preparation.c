/* preparation.c - the settings of a preparation
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"

#include <string.h>

#define PERCENTILE 1.0
#define PLAIN "plain"

void
pheno_preparation_free (PhenoPreparation *preparation)
{
  if (preparation == NULL)
    return;

  g_free (preparation->text);
  g_clear_pointer (&preparation->bands, pheno_band_selection_free);
  g_clear_pointer (&preparation->levels, pheno_levels_free);
  pheno_mask_rule_clear (&preparation->mask);
  pheno_reference_clear (&preparation->white);
  pheno_reference_clear (&preparation->dark);
  g_free (preparation);
}

/* Index of @text among @words; -1 with @error set. */
static int
find_word (const char *setting, const char *text, const char *const *words,
           GError **error)
{
  const char *nearest = pheno_nearest_word (text, words);
  g_autofree char *known = g_strjoinv (", ", (char **) words);

  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (text, words[i]))
      return i;
  if (nearest != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is “%s”, which does not exist. Did you mean “%s”?"), setting,
                 text, nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is “%s”, which does not exist. Choose one of: %s."), setting,
                 text, known);
  return -1;
}

gboolean
pheno_radiometry_read (const char *text, RadiometryKind *kind, double *percentile,
                       GError **error)
{
  static const char *const words[] = { [RADIOMETRY_AUTO] = "auto",
                                       [RADIOMETRY_TYPE] = "type",
                                       [RADIOMETRY_REFLECTANCE] = "reflectance",
                                       [RADIOMETRY_PERCENTILE] = "percentile",
                                       [RADIOMETRY_IMAGE] = "image",
                                       NULL };
  const char *share
      = g_str_has_prefix (text, "percentile:") ? strchr (text, ':') + 1 : "";
  char *end;
  int word;

  *percentile = PERCENTILE;
  if (*share != '\0')
    {
      *percentile = g_ascii_strtod (share, &end);
      *kind = RADIOMETRY_PERCENTILE;
      if (*end == '\0' && *percentile >= 0 && *percentile < 50)
        return TRUE;
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“radiometry” is “%s”; the percentile must be a number from 0 to "
                      "below 50."),
                   text);
      return FALSE;
    }
  if ((word = find_word ("radiometry", text, words, error)) < 0)
    return FALSE;
  *kind = (RadiometryKind) word;
  return TRUE;
}

static gboolean
read_fill (const char *text, FillKind *fill, GError **error)
{
  static const char *const words[] = { "keep", "zero", "mean", "grey", NULL };
  int word = find_word ("fill", text, words, error);

  *fill = (FillKind) MAX (word, 0);
  return word >= 0;
}

static gboolean
read_crop (const char *text, gboolean *crop, GError **error)
{
  static const char *const words[] = { "none", "specimen", NULL };
  int word = find_word ("crop", text, words, error);

  *crop = word == 1;
  return word >= 0;
}

/* What the pixels depend on: also the levels, where each image decides them. */
static char *
describe (const PhenoPreparationOptions *options, const PhenoPreparation *self)
{
  gboolean own_levels = self->radiometry == RADIOMETRY_IMAGE
                        || self->radiometry == RADIOMETRY_REFLECTANCE;

  return g_strdup_printf (
      "bands=%s radiometry=%s mask=%s fill=%s crop=%s white=%s dark=%s reflectance=%.6g",
      pheno_band_selection_text (self->bands), own_levels ? options->radiometry : "type",
      options->mask, options->fill, options->crop, options->white_reference,
      options->dark_reference, options->reference_reflectance);
}

PhenoPreparation *
pheno_preparation_new (const PhenoPreparationOptions *options, GError **error)
{
  g_autoptr (PhenoPreparation) self = g_new0 (PhenoPreparation, 1);

  self->reflectance = options->reference_reflectance;
  if ((self->bands = pheno_band_selection_new (options->bands, error)) == NULL
      || !pheno_radiometry_read (options->radiometry, &self->radiometry,
                                 &self->percentile, error)
      || !pheno_mask_rule_read (options->mask, &self->mask, error)
      || !read_fill (options->fill, &self->fill, error)
      || !read_crop (options->crop, &self->crop, error)
      || !pheno_reference_read ("white-reference", options->white_reference, &self->white,
                                error)
      || !pheno_reference_read ("dark-reference", options->dark_reference, &self->dark,
                                error))
    return NULL;
  if (!(self->reflectance > 0 && self->reflectance <= 2))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“reference-reflectance” must be above 0 and at most 2; a white "
                      "standard has about 0.99."));
      return NULL;
    }
  self->text
      = pheno_preparation_is_plain (self) ? g_strdup (PLAIN) : describe (options, self);
  return g_steal_pointer (&self);
}

gboolean
pheno_preparation_check (const char *setting, const char *text, GError **error)
{
  PhenoPreparationOptions options = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (PhenoPreparation) preparation = NULL;
  const struct
  {
    const char *name, **value;
  } settings[] = { { "bands", &options.bands },
                   { "radiometry", &options.radiometry },
                   { "mask", &options.mask },
                   { "fill", &options.fill },
                   { "crop", &options.crop },
                   { "white-reference", &options.white_reference },
                   { "dark-reference", &options.dark_reference } };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].name, setting))
      *settings[i].value = text;
  preparation = pheno_preparation_new (&options, error);
  return preparation != NULL;
}

const PhenoBandSelection *
pheno_preparation_bands (const PhenoPreparation *preparation)
{
  return preparation->bands;
}

gboolean
pheno_preparation_is_plain (const PhenoPreparation *preparation)
{
  const PhenoPreparation *self = preparation;

  return pheno_band_selection_is_all (self->bands) && self->radiometry != RADIOMETRY_IMAGE
         && self->radiometry != RADIOMETRY_REFLECTANCE && self->mask.kind == MASK_AUTO
         && self->fill == FILL_KEEP && !self->crop && !self->white.is_there
         && !self->dark.is_there;
}

const char *
pheno_preparation_text (const PhenoPreparation *preparation)
{
  return preparation->text;
}

static gboolean
is_same_file (const Reference *reference, const char *path)
{
  g_autofree char *folder = NULL, *file = NULL, *other = NULL;

  if (reference->path == NULL)
    return FALSE;
  folder = g_path_get_dirname (path);
  file = g_path_is_absolute (reference->path)
             ? g_strdup (reference->path)
             : g_build_filename (folder, reference->path, NULL);
  if (g_str_equal (file, path))
    return TRUE;
  other = pheno_reader_companion (file, NULL); /* header or data, as the user named it */
  return g_strcmp0 (other, path) == 0;
}

gboolean
pheno_preparation_is_reference (const PhenoPreparation *preparation, const char *path)
{
  return is_same_file (&preparation->white, path)
         || is_same_file (&preparation->dark, path);
}

double
pheno_preparation_percentile (const PhenoPreparation *preparation)
{
  return preparation->radiometry == RADIOMETRY_PERCENTILE ? preparation->percentile : -1;
}

void
pheno_preparation_set_levels (PhenoPreparation *preparation, const PhenoLevels *levels)
{
  g_clear_pointer (&preparation->levels, pheno_levels_free);
  if (levels == NULL)
    return;

  preparation->levels = pheno_levels_new (levels->n);
  memcpy (preparation->levels->black, levels->black, levels->n * sizeof (double));
  memcpy (preparation->levels->white, levels->white, levels->n * sizeof (double));
}

const PhenoLevels *
pheno_preparation_levels (const PhenoPreparation *preparation)
{
  return preparation->levels;
}
