/* measured.c - wavelengths in nanometres, and what kind of image has these bands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/measured.h"

#include <string.h>

/* From here on bands are a spectrum and stand in its order. */
#define MOST_FILTERS 30
#define FEWEST_OF_A_SPECTRUM 16
#define MOST_SEAMS 4

typedef enum
{
  UNIT_UNKNOWN,
  UNIT_NM,
  UNIT_ANGSTROM,
  UNIT_UM,
  UNIT_MM,
  UNIT_PER_CM
} Unit;

static const struct
{
  const char *word;
  Unit unit;
} units[] = {
  { "nm", UNIT_NM },
  { "nanometer", UNIT_NM },
  { "nanometre", UNIT_NM },
  { "um", UNIT_UM },
  { "µm", UNIT_UM },
  { "μm", UNIT_UM },
  { "micrometer", UNIT_UM },
  { "micrometre", UNIT_UM },
  { "micron", UNIT_UM },
  { "mm", UNIT_MM },
  { "millimeter", UNIT_MM },
  { "millimetre", UNIT_MM },
  { "angstrom", UNIT_ANGSTROM },
  { "cm-1", UNIT_PER_CM },
  { "1/cm", UNIT_PER_CM },
  { "cm^-1", UNIT_PER_CM },
  { "wavenumber", UNIT_PER_CM },
};

static Unit
unit_of (const char *text)
{
  g_autofree char *word = g_strstrip (g_ascii_strdown (text != NULL ? text : "", -1));
  gsize length = strlen (word);

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (word, units[i].word) == 0
        || (length > 3 && word[length - 1] == 's' && strlen (units[i].word) == length - 1
            && strncmp (word, units[i].word, length - 1) == 0))
      return units[i].unit;

  return UNIT_UNKNOWN;
}

/* What a number is multiplied by; wavenumbers are turned over. */
static double
nanometres_in (Unit unit)
{
  switch (unit)
    {
    case UNIT_ANGSTROM:
      return 0.1;
    case UNIT_UM:
      return 1000;
    case UNIT_MM:
      return 1e6;
    case UNIT_UNKNOWN:
    case UNIT_NM:
    case UNIT_PER_CM:
    default:
      return 1;
    }
}

static gboolean
check_numbers (const double *centres, const double *widths, int bands, const char *path,
               GError **error)
{
  for (int i = 0; i < bands; i++)
    {
      g_autofree char *value = NULL;

      if (centres[i] > 0 && isfinite (centres[i])
          && (widths == NULL || (widths[i] >= 0 && isfinite (widths[i]))))
        continue;
      value = g_strdup_printf (
          "%g", centres[i] > 0 && isfinite (centres[i]) ? widths[i] : centres[i]);
      return pheno_reader_fail (
          error, path,
          _ ("band %d has the wavelength or width %s, which cannot be. Correct the "
             "wavelengths, or take them out of the file."),
          i + 1, value);
    }
  return TRUE;
}

static gboolean
check_order (const PhenoImageHeader *header, const char *path, GError **error)
{
  const double *centres = header->wavelengths_nm;
  int last = header->bands - 1, turns = 0, first_turn = 0;
  double direction = centres[last] - centres[0];

  if (header->bands <= MOST_FILTERS)
    return TRUE;
  for (int i = 1; i <= last; i++)
    if ((centres[i] - centres[i - 1]) * direction < 0 && turns++ == 0)
      first_turn = i;
  if (turns <= MOST_SEAMS && direction != 0)
    return TRUE;

  g_autofree char *before = g_strdup_printf ("%.2f", centres[MAX (first_turn, 1) - 1]);
  g_autofree char *after = g_strdup_printf ("%.2f", centres[MAX (first_turn, 1)]);

  return pheno_reader_fail (
      error, path,
      _ ("its wavelengths go up and down (band %d: %s nm after %s nm), so they are not "
         "those of a spectrum. Correct the wavelengths, or take them out of the file."),
      MAX (first_turn, 1) + 1, after, before);
}

gboolean
pheno_measured_set_spectrum (PhenoImageHeader *header, double *centres, double *widths,
                             const char *unit_text, const char *path, GError **error)
{
  Unit unit = unit_of (unit_text);
  double largest = 0, factor;

  header->wavelengths_nm = centres;
  header->widths_nm = widths;
  if (!check_numbers (centres, widths, header->bands, path, error))
    return FALSE;

  for (int i = 0; i < header->bands; i++)
    largest = MAX (largest, centres[i]);
  if (unit == UNIT_UNKNOWN)
    unit = largest < 100 ? UNIT_UM : UNIT_NM;
  factor = nanometres_in (unit);
  for (int i = 0; i < header->bands; i++)
    {
      if (widths != NULL)
        widths[i] *= unit == UNIT_PER_CM ? 1e7 / (centres[i] * centres[i]) : factor;
      centres[i] = unit == UNIT_PER_CM ? 1e7 / centres[i] : centres[i] * factor;
    }

  return check_order (header, path, error);
}

PhenoModality
pheno_measured_modality (const PhenoImageHeader *header)
{
  return header->bands > MOST_FILTERS
                 || (header->bands >= FEWEST_OF_A_SPECTRUM
                     && header->wavelengths_nm != NULL)
             ? PHENO_MODALITY_HYPERSPECTRAL
             : PHENO_MODALITY_MULTISPECTRAL;
}
