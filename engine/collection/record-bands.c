/* record-bands.c - what a header says of its bands, kept from one scan to the next
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * In the catalogue it is one line of text, of which only what is known stands there:
 *
 *     {'band-names': <['vR', 'vG', 'vB', 'uB', 'uR']>, 'scale-factor': <10000.0>}
 */
#include "engine/collection/scan.h"

#include <string.h>

void
pheno_record_take_header (PhenoRecord *record, PhenoImageHeader *header)
{
  record->width = header->width;
  record->height = header->height;
  record->bands = header->bands;
  record->type = header->type;
  record->modality = header->modality;
  record->has_mask = header->has_mask;
  record->wavelengths_nm = g_steal_pointer (&header->wavelengths_nm);
  record->widths_nm = g_steal_pointer (&header->widths_nm);
  record->band_names = g_steal_pointer (&header->band_names);
  record->bad_bands = g_steal_pointer (&header->bad_bands);
  memcpy (record->default_bands, header->default_bands, sizeof record->default_bands);
  record->dataset = g_steal_pointer (&header->dataset);
  record->scale_factor = header->scale_factor;
  record->has_ignored = header->has_ignored;
  record->ignored_value = header->ignored_value;
}

PhenoImageHeader
pheno_record_header (const PhenoRecord *record)
{
  PhenoImageHeader header = { .width = record->width,
                              .height = record->height,
                              .bands = record->bands,
                              .has_mask = record->has_mask,
                              .type = record->type,
                              .modality = record->modality,
                              .wavelengths_nm = record->wavelengths_nm,
                              .widths_nm = record->widths_nm,
                              .band_names = record->band_names,
                              .bad_bands = record->bad_bands,
                              .dataset = record->dataset,
                              .scale_factor = record->scale_factor,
                              .has_ignored = record->has_ignored,
                              .ignored_value = record->ignored_value };

  memcpy (header.default_bands, record->default_bands, sizeof header.default_bands);
  return header;
}

static void
add_array (GVariantDict *dict, const char *key, const char *type, const void *values,
           gsize count, gsize size)
{
  if (values != NULL)
    g_variant_dict_insert_value (
        dict, key,
        g_variant_new_fixed_array (G_VARIANT_TYPE (type), values, count, size));
}

char *
pheno_record_bands_to_text (const PhenoRecord *record)
{
  const int *shown = record->default_bands;
  gboolean plain = record->modality == PHENO_MODALITY_RGB;
  g_autoptr (GVariant) variant = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (record->has_mask)
    g_variant_dict_insert (&dict, "has-mask", "b", TRUE);
  if (record->band_names != NULL)
    g_variant_dict_insert (&dict, "band-names", "^as", record->band_names);
  add_array (&dict, "widths-nm", "d", record->widths_nm, record->bands, sizeof (double));
  add_array (&dict, "bad-bands", "i", record->bad_bands, record->bands, sizeof (gint32));
  if (!plain && shown[0] >= 0)
    add_array (&dict, "default-bands", "i", shown, 3, sizeof (gint32));
  if (record->dataset != NULL)
    g_variant_dict_insert (&dict, "dataset", "s", record->dataset);
  if (record->scale_factor != 0)
    g_variant_dict_insert (&dict, "scale-factor", "d", record->scale_factor);
  if (record->has_ignored)
    g_variant_dict_insert (&dict, "ignored-value", "d", record->ignored_value);
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));

  return g_variant_n_children (variant) > 0 ? g_variant_print (variant, FALSE) : NULL;
}

/* (transfer full) (nullable): @count values of @size bytes. */
static void *
take_array (GVariantDict *dict, const char *key, const char *type, gsize count,
            gsize size)
{
  g_autoptr (GVariant) value
      = g_variant_dict_lookup_value (dict, key, G_VARIANT_TYPE_ANY);
  g_autofree char *wanted = g_strconcat ("a", type, NULL);
  const void *values;
  gsize length;

  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE (wanted)))
    return NULL;
  values = g_variant_get_fixed_array (value, &length, size);

  return length == count ? g_memdup2 (values, count * size) : NULL;
}

void
pheno_record_bands_from_text (PhenoRecord *record, const char *text)
{
  g_autoptr (GVariant) variant = NULL;
  g_autofree int *shown = NULL;
  GVariantDict dict;

  for (int i = 0; i < 3; i++)
    record->default_bands[i] = record->modality == PHENO_MODALITY_RGB ? i : -1;
  if (text == NULL)
    return;
  variant = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, NULL);
  if (variant == NULL)
    return;

  g_variant_dict_init (&dict, variant);
  g_variant_dict_lookup (&dict, "has-mask", "b", &record->has_mask);
  g_variant_dict_lookup (&dict, "band-names", "^as", &record->band_names);
  if (record->band_names != NULL
      && g_strv_length (record->band_names) != (guint) record->bands)
    g_clear_pointer (&record->band_names, g_strfreev);
  record->widths_nm
      = take_array (&dict, "widths-nm", "d", record->bands, sizeof (double));
  record->bad_bands
      = take_array (&dict, "bad-bands", "i", record->bands, sizeof (gint32));
  shown = take_array (&dict, "default-bands", "i", 3, sizeof (gint32));
  if (shown != NULL)
    memcpy (record->default_bands, shown, sizeof record->default_bands);
  g_variant_dict_lookup (&dict, "dataset", "s", &record->dataset);
  g_variant_dict_lookup (&dict, "scale-factor", "d", &record->scale_factor);
  record->has_ignored
      = g_variant_dict_lookup (&dict, "ignored-value", "d", &record->ignored_value);
  g_variant_dict_clear (&dict);
}
