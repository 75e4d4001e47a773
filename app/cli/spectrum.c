/* spectrum.c - phenoscape-cli spectrum: what images have in each band
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Of one file the mean and deviation over a region's pixels; of folders those over the
 * specimens of each species, each specimen one spectrum.
 */
#include <stdio.h>

#include "app/cli/cli.h"
#include "engine/collection/collection.h"

/* One line of the table: a group in a band. */
typedef struct
{
  const char *group;
  int band;
  double mean, deviation;
  guint64 count;
} Line;

typedef struct
{
  GPtrArray *groups; /* names */
  GArray *lines;     /* Line */
  PhenoImageHeader header;
} Table;

static void
table_clear (Table *table)
{
  g_clear_pointer (&table->groups, g_ptr_array_unref);
  g_clear_pointer (&table->lines, g_array_unref);
  pheno_image_header_clear (&table->header);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static const char *
add_group (Table *table, const char *name)
{
  g_ptr_array_add (table->groups, g_strdup (name));
  return table->groups->pdata[table->groups->len - 1];
}

static gboolean
read_region (const char *text, PhenoRegion *region, GError **error)
{
  char rest;

  if (sscanf (text, "%d,%d,%d,%d%c", &region->x, &region->y, &region->width,
              &region->height, &rest)
      == 4)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“--region=%s” is no X,Y,WIDTH,HEIGHT in pixels from the upper left."),
               text);
  return FALSE;
}

static gboolean
of_file (const char *path, const char *region_text, gboolean specimen, Table *table,
         GError **error)
{
  PhenoRegion region;
  g_autoptr (PhenoSource) source = NULL;
  g_autoptr (PhenoSpectrum) spectrum = NULL;
  const char *group = add_group (table, region_text != NULL ? region_text : "");

  if ((region_text != NULL && !read_region (region_text, &region, error))
      || (source = pheno_source_open (path, error)) == NULL
      || (spectrum = pheno_spectrum_read (source, region_text != NULL ? &region : NULL,
                                          specimen, error))
             == NULL
      || !pheno_reader_read_header (path, &table->header, error))
    return FALSE;
  for (int band = 0; band < spectrum->n; band++)
    {
      Line line = { group, band, spectrum->mean[band], spectrum->deviation[band],
                    spectrum->pixels };

      g_array_append_val (table->lines, line);
    }
  return TRUE;
}

/* Means of the specimens that a species has in each band. */
static void
add_species (Table *table, GPtrArray *records, const char *species, int bands)
{
  const char *group = add_group (table, species);

  for (int band = 0; band < bands; band++)
    {
      Line line = { group, band, 0, 0, 0 };
      double squares = 0;

      for (guint i = 0; i < records->len; i++)
        {
          const PhenoRecord *record = records->pdata[i];
          double away;

          if (g_strcmp0 (record->species != NULL ? record->species : "", species) != 0
              || record->samples == NULL || record->samples->n != bands
              || !isfinite (record->samples->mean[band]))
            continue;
          away = record->samples->mean[band] - line.mean;
          line.mean += away / (double) ++line.count;
          squares += away * (record->samples->mean[band] - line.mean);
        }
      line.deviation = line.count > 1 ? sqrt (squares / (double) (line.count - 1)) : 0;
      if (line.count > 0)
        g_array_append_val (table->lines, line);
    }
}

static gboolean
of_folders (PhenoCli *cli, char **folders, const char *species, Table *table,
            GError **error)
{
  const PhenoScanOptions options = { .species = species };
  g_autoptr (PhenoCollection) collection = pheno_collection_scan (
      (const char *const *) folders, &options, pheno_cli_progress, cli,
      pheno_cli_cancellable (cli), error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const PhenoRecord *first;

  if (collection == NULL
      || !pheno_collection_examine (collection, 0, pheno_cli_progress, cli,
                                    pheno_cli_cancellable (cli), error))
    return FALSE;
  pheno_cli_print_problems (collection->problems);
  if (collection->records->len == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("there is no image that can be read."));
      return FALSE;
    }

  first = collection->records->pdata[0];
  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];
      const char *name = record->species != NULL ? record->species : "";

      if (g_hash_table_add (seen, (gpointer) name))
        add_species (table, collection->records, name, first->bands);
    }
  return pheno_reader_read_header (first->path, &table->header, error);
}

static double
wavelength_of (const Table *table, int band)
{
  return table->header.wavelengths_nm != NULL ? table->header.wavelengths_nm[band] : NAN;
}

static void
append_number (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
}

static char *
to_csv (const Table *table)
{
  g_autoptr (GString) text
      = g_string_new ("group,band,name,wavelength_nm,mean,deviation,count\n");

  for (guint i = 0; i < table->lines->len; i++)
    {
      const Line *line = &g_array_index (table->lines, Line, i);
      g_autofree char *name = pheno_band_name (&table->header, line->band);

      pheno_append_field (text, line->group);
      g_string_append_printf (text, ",%d,", line->band + 1);
      pheno_append_field (text, name);
      append_number (text, wavelength_of (table, line->band));
      append_number (text, line->mean);
      append_number (text, line->deviation);
      g_string_append_printf (text, ",%" G_GUINT64_FORMAT "\n", line->count);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
print_result (PhenoCli *cli, const Table *table, const char *csv)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());

  json_builder_set_member_name (builder, "spectra");
  json_builder_begin_array (builder);
  for (guint i = 0; i < table->lines->len; i++)
    {
      const Line *line = &g_array_index (table->lines, Line, i);

      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "group", line->group);
      pheno_cli_add_count (builder, "band", line->band + 1);
      pheno_cli_add_number (builder, "wavelength_nm", wavelength_of (table, line->band));
      pheno_cli_add_number (builder, "mean", line->mean);
      pheno_cli_add_number (builder, "deviation", line->deviation);
      pheno_cli_add_count (builder, "count", (gint64) line->count);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, csv);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char *region = NULL, *species = NULL, *output = NULL, *csv = NULL;
  gboolean specimen = FALSE;
  const GOptionEntry entries[] = {
    { "region", 0, 0, G_OPTION_ARG_STRING, &region,
      N_ ("Part of one file, in pixels from the upper left (all of it)"),
      N_ ("X,Y,WIDTH,HEIGHT") },
    { "specimen", 0, 0, G_OPTION_ARG_NONE, &specimen,
      N_ ("Pixels alone that the file's own mask calls specimen"), NULL },
    { "species", 0, 0, G_OPTION_ARG_STRING, &species,
      N_ ("auto, folder, metadata or a pattern of file names"), N_ ("RULE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("The table as a file"),
      N_ ("FILE.csv") },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (Table) table = { 0 };
  gboolean done;

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, -1, error))
    return FALSE;
  table.groups = g_ptr_array_new_with_free_func (g_free);
  table.lines = g_array_new (FALSE, FALSE, sizeof (Line));
  done = argc == 2 && !g_file_test (argv[1], G_FILE_TEST_IS_DIR)
             ? of_file (argv[1], region, specimen, &table, error)
             : of_folders (cli, argv + 1, species ? species : "auto", &table, error);
  if (!done)
    return FALSE;

  csv = to_csv (&table);
  if (output != NULL
      && (!pheno_cli_make_folder_of (output, error)
          || !pheno_write_file (output, csv, strlen (csv), error)))
    return FALSE;
  print_result (cli, &table, csv);
  return TRUE;
}

const PhenoCliVerb pheno_cli_spectrum = {
  .name = "spectrum",
  .arguments = N_ ("FILE|DIR..."),
  .summary = N_ ("Print mean and deviation of each band, of a region or of each species"),
  .details
  = N_ ("Of one file those over its pixels; of folders those over the specimens of each\n"
        "species, as large as they are in the files.\n\n"
        "Examples:\n"
        "  phenoscape-cli spectrum cube.bil --region=120,80,5,5\n"
        "  phenoscape-cli spectrum cubes -o species.csv\n"),
  .run = run,
};
