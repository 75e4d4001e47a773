/* collection-json.c - a collection for other programs
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * JSON is UTF-8, and a file name may be anything: names are written as
 * pheno_display_name() shows them, which changes only what is no plain text.
 */
#include "engine/collection/scan.h"

#include <json-glib/json-glib.h>

static void
add_name (JsonBuilder *builder, const char *file)
{
  g_autofree char *shown = pheno_display_name (file);

  json_builder_add_string_value (builder, shown);
}

static void
add_text (JsonBuilder *builder, const char *member, const char *value)
{
  json_builder_set_member_name (builder, member);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_int (JsonBuilder *builder, const char *member, gint64 value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, value);
}

static void
add_numbers (JsonBuilder *builder, const char *member, const double *values, int count)
{
  json_builder_set_member_name (builder, member);
  if (values == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  json_builder_begin_array (builder);
  for (int i = 0; i < count; i++)
    if (isfinite (values[i]))
      json_builder_add_double_value (builder, values[i]);
    else
      json_builder_add_null_value (builder);
  json_builder_end_array (builder);
}

static void
add_band_names (JsonBuilder *builder, const PhenoRecord *record)
{
  json_builder_set_member_name (builder, "band_names");
  if (record->band_names == NULL)
    {
      json_builder_add_null_value (builder);
      return;
    }

  json_builder_begin_array (builder);
  for (int i = 0; i < record->bands; i++)
    json_builder_add_string_value (builder, record->band_names[i]);
  json_builder_end_array (builder);
}

/* What an examination found: least and largest of all, and of each band. */
static void
add_samples (JsonBuilder *builder, const PhenoSpectrum *samples)
{
  double range[2] = { NAN, NAN };

  json_builder_set_member_name (builder, "samples");
  if (samples == NULL)
    {
      json_builder_add_null_value (builder);
      add_text (builder, "range", NULL);
      return;
    }

  json_builder_begin_object (builder);
  add_numbers (builder, "least", samples->least, samples->n);
  add_numbers (builder, "largest", samples->largest, samples->n);
  add_numbers (builder, "mean", samples->mean, samples->n);
  add_numbers (builder, "deviation", samples->deviation, samples->n);
  add_int (builder, "not_a_number", (gint64) samples->counts.not_a_number);
  add_int (builder, "infinite", (gint64) samples->counts.infinite);
  add_int (builder, "no_data", (gint64) samples->counts.ignored);
  add_int (builder, "saturated", (gint64) samples->counts.saturated);
  json_builder_end_object (builder);
  for (int i = 0; i < samples->n; i++)
    {
      range[0] = fmin (range[0], samples->least[i]);
      range[1] = fmax (range[1], samples->largest[i]);
    }
  add_numbers (builder, "range", range, 2);
}

static void
add_record (JsonBuilder *builder, const PhenoCollection *collection,
            const PhenoRecord *record)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "file");
  add_name (builder, record->file);
  add_text (builder, "modality", pheno_modality_name (record->modality));
  add_int (builder, "width", record->width);
  add_int (builder, "height", record->height);
  add_int (builder, "bands", record->bands);
  add_text (builder, "type", pheno_sample_type_name (record->type));
  add_numbers (builder, "wavelengths_nm", record->wavelengths_nm, record->bands);
  add_numbers (builder, "widths_nm", record->widths_nm, record->bands);
  add_band_names (builder, record);
  add_text (builder, "dataset", record->dataset);
  add_samples (builder, record->samples);
  add_int (builder, "bytes", record->bytes);
  add_text (builder, "species", record->species);
  json_builder_set_member_name (builder, "excluded");
  json_builder_add_boolean_value (builder, record->excluded);

  json_builder_set_member_name (builder, "metadata");
  json_builder_begin_object (builder);
  for (guint i = 0; i < collection->columns->len; i++)
    add_text (builder, collection->columns->pdata[i],
              record->values != NULL ? record->values[i] : NULL);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_problems (JsonBuilder *builder, const GPtrArray *problems)
{
  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; i < problems->len; i++)
    {
      const PhenoProblem *problem = problems->pdata[i];

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "file");
      add_name (builder, problem->file);
      add_text (builder, "reason", problem->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_names (JsonBuilder *builder, const char *member, const GPtrArray *names)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (guint i = 0; i < names->len; i++)
    add_name (builder, names->pdata[i]);
  json_builder_end_array (builder);
}

char *
pheno_collection_to_json (const PhenoCollection *collection)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  g_return_val_if_fail (collection != NULL, NULL);

  json_builder_begin_object (builder);
  add_names (builder, "roots", collection->roots);
  json_builder_set_member_name (builder, "images");
  json_builder_begin_array (builder);
  for (guint i = 0; i < collection->records->len; i++)
    add_record (builder, collection, collection->records->pdata[i]);
  json_builder_end_array (builder);
  add_problems (builder, collection->problems);
  add_names (builder, "unmatched_rows", collection->unmatched_rows);
  add_names (builder, "unmatched_files", collection->unmatched_files);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);

  return json_generator_to_data (generator, NULL);
}
