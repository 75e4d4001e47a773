/* bands.c - which bands: the text and what it says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/bands-text.h"

#include <string.h>

#define MOST_BANDS 100000

static const char *const words[]
    = { [BANDS_ALL] = "all", [BANDS_EVERY] = "every", [BANDS_RGB] = "rgb",
        [BANDS_UV] = "uv",   [BANDS_CIE] = "cie",     NULL };

void
pheno_band_selection_free (PhenoBandSelection *bands)
{
  if (bands == NULL)
    return;

  g_free (bands->text);
  g_clear_pointer (&bands->viewer, pheno_viewer_free);
  g_array_unref (bands->items);
  g_free (bands);
}

static void
item_clear (gpointer data)
{
  g_free (((BandItem *) data)->name);
}

static gboolean
fail (const char *text, const char *part, GError **error)
{
  g_autofree char *shown = pheno_display_name (text), *piece = pheno_display_name (part);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“%s” does not say which bands (“%s” is not understood). Write all, rgb, "
         "uv, cie, numbers from 1 such as 1,4-7, names, wavelengths such as "
         "450nm,550nm or 400-700nm, uniform:16, random:16, pca:16 or "
         "receptors:VIEWER."),
      shown, piece);
  return FALSE;
}

/* A number that is all of the text, with or without what follows; NAN. */
static double
whole_number (const char *text, const char *unit, char **end)
{
  double value = g_ascii_strtod (text, end);

  if (*end == text || !isfinite (value) || value < 0 || !g_ascii_isdigit (*text))
    return NAN;
  while (g_ascii_isspace (**end))
    (*end)++;
  if (unit == NULL)
    return value;
  if (g_ascii_strcasecmp (*end, unit) != 0)
    return NAN;
  *end += strlen (unit);
  return value;
}

/* 7, 4-7, 550nm, 400-700nm, or a name. */
static gboolean
read_item (const char *text, BandItem *item)
{
  char *end;
  double first = whole_number (text, NULL, &end), last;

  *item = (BandItem){ .kind = ITEM_NAME };
  if (!isnan (first) && g_ascii_strcasecmp (end, "nm") == 0)
    *item = (BandItem){ .kind = ITEM_WAVELENGTH, .low = first };
  else if (!isnan (first) && *end == '\0' && first == floor (first))
    *item = (BandItem){ .kind = ITEM_NUMBERS, .low = first, .high = first };
  else if (!isnan (first) && (*end == '-' || g_str_has_prefix (end, "nm-")))
    {
      const char *rest = strchr (end, '-') + 1;

      last = whole_number (rest, NULL, &end);
      if (!isnan (last) && *end == '\0' && first == floor (first) && last == floor (last))
        *item = (BandItem){ .kind = ITEM_NUMBERS, .low = first, .high = last };
      else if (!isnan (last) && g_ascii_strcasecmp (end, "nm") == 0)
        *item = (BandItem){ .kind = ITEM_REGION, .low = first, .high = last };
    }
  if (item->kind == ITEM_NAME)
    item->name = g_strdup (text);
  if (item->kind == ITEM_NUMBERS)
    return item->low >= 1 && item->high >= item->low && item->high <= MOST_BANDS;
  if (item->kind != ITEM_NAME)
    return item->kind == ITEM_WAVELENGTH || item->high > item->low;
  /* A colon belongs to words such as uniform:16, of which this may be a misspelt one. */
  return *text != '\0' && strchr (text, ':') == NULL;
}

static gboolean
read_list (PhenoBandSelection *self, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  if (parts[0] == NULL)
    return fail (self->text, "", error);
  for (char **part = parts; *part != NULL; part++)
    {
      BandItem item;
      gboolean done = read_item (g_strstrip (*part), &item);

      g_array_append_val (self->items, item);
      if (!done)
        return fail (self->text, *part, error);
    }
  return TRUE;
}

/* uniform:16, random:16 and pca:16, with or without :LIST that they choose from. */
static gboolean
read_counted (PhenoBandSelection *self, const char *rest, GError **error)
{
  char *end;
  double k = whole_number (rest, NULL, &end);

  if (!(k >= 1 && k <= MOST_BANDS && k == floor (k)) || (*end != '\0' && *end != ':'))
    return fail (self->text, rest, error);
  self->k = (int) k;
  return *end == '\0' || read_list (self, end + 1, error);
}

static gboolean
read_text (PhenoBandSelection *self, GError **error)
{
  static const struct
  {
    const char *prefix;
    BandsKind kind;
  } counted[] = { { "uniform:", BANDS_UNIFORM },
                  { "random:", BANDS_RANDOM },
                  { "pca:", BANDS_IMPORTANT } };

  for (int i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (self->text, words[i]) == 0)
      {
        self->kind = i;
        return TRUE;
      }
  for (gsize i = 0; i < G_N_ELEMENTS (counted); i++)
    if (g_str_has_prefix (self->text, counted[i].prefix))
      {
        self->kind = counted[i].kind;
        return read_counted (self, self->text + strlen (counted[i].prefix), error);
      }
  if (g_str_has_prefix (self->text, "receptors:"))
    {
      self->kind = BANDS_RECEPTORS;
      self->viewer = pheno_viewer_new (self->text + strlen ("receptors:"), error);
      return self->viewer != NULL;
    }
  self->kind = BANDS_LIST;
  return read_list (self, self->text, error);
}

PhenoBandSelection *
pheno_band_selection_new (const char *text, GError **error)
{
  g_autoptr (PhenoBandSelection) self = g_new0 (PhenoBandSelection, 1);

  g_return_val_if_fail (text != NULL, NULL);

  self->text = g_strstrip (g_strdup (text));
  self->items = g_array_new (FALSE, FALSE, sizeof (BandItem));
  g_array_set_clear_func (self->items, item_clear);
  return read_text (self, error) ? g_steal_pointer (&self) : NULL;
}

const char *
pheno_band_selection_text (const PhenoBandSelection *bands)
{
  return bands->text;
}

gboolean
pheno_band_selection_is_all (const PhenoBandSelection *bands)
{
  return bands->kind == BANDS_ALL;
}

int
pheno_band_selection_drawn (const PhenoBandSelection *bands)
{
  return bands->kind == BANDS_RANDOM ? bands->k : 0;
}

int
pheno_band_selection_important (const PhenoBandSelection *bands)
{
  return bands->kind == BANDS_IMPORTANT ? bands->k : 0;
}

void
pheno_band_choice_clear (PhenoBandChoice *choice)
{
  g_clear_pointer (&choice->in, g_free);
  g_clear_pointer (&choice->mix, pheno_mix_free);
  g_clear_pointer (&choice->names, g_strfreev);
  g_clear_pointer (&choice->wavelengths_nm, g_free);
}

char *
pheno_band_name (const PhenoImageHeader *header, int band)
{
  if (header->band_names != NULL && *header->band_names[band] != '\0')
    return g_strdup (header->band_names[band]);
  if (header->wavelengths_nm != NULL)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      return g_strconcat (
          g_ascii_formatd (digits, sizeof digits, "%.5g", header->wavelengths_nm[band]),
          " nm", NULL);
    }
  if (header->modality == PHENO_MODALITY_RGB && header->bands == 3)
    return g_strdup (band == 0 ? "red" : band == 1 ? "green" : "blue");
  return g_strdup_printf ("%d", band + 1);
}

int
pheno_band_find (const PhenoImageHeader *header, const char *name)
{
  gint64 number;

  for (int i = 0; header->band_names != NULL && i < header->bands; i++)
    if (*name != '\0' && g_ascii_strcasecmp (header->band_names[i], name) == 0)
      return i;
  if (g_ascii_string_to_signed (name, 10, 1, header->bands, &number, NULL))
    return (int) number - 1;
  return -1;
}
