/* scan.c - phenoscape-cli scan: what is in the folders, and what is wrong with it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/collection/collection.h"

#define LINES_SHOWN 20

static void
append_modalities (GString *text, const PhenoCollection *collection)
{
  guint count[3] = { 0 };

  for (guint i = 0; i < collection->records->len; i++)
    count[((const PhenoRecord *) collection->records->pdata[i])->modality]++;
  for (guint m = 0; m < G_N_ELEMENTS (count); m++)
    if (count[m] > 0)
      g_string_append_printf (text, "  %-16s %u\n", pheno_modality_name (m), count[m]);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Each species with the number of its images, in the order of their names. */
static void
append_species (GString *text, const PhenoCollection *collection)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gpointer *names = NULL;
  guint n, without = 0;

  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];

      if (record->species == NULL)
        without++;
      else
        g_hash_table_insert (
            counts, record->species,
            GUINT_TO_POINTER (
                GPOINTER_TO_UINT (g_hash_table_lookup (counts, record->species)) + 1));
    }
  names = g_hash_table_get_keys_as_array (counts, &n);
  qsort (names, n, sizeof *names, compare_names);
  g_string_append_printf (text, ngettext ("%u species\n", "%u species\n", n), n);
  for (guint i = 0; i < MIN (n, 3 * LINES_SHOWN); i++)
    {
      g_autofree char *name = pheno_display_name (names[i]);

      g_string_append_printf (text, "  %-40s %u\n", name,
                              GPOINTER_TO_UINT (g_hash_table_lookup (counts, names[i])));
    }
  if (n > 3 * LINES_SHOWN)
    g_string_append_printf (text, _ ("  … and %u more\n"), n - 3 * LINES_SHOWN);
  if (without > 0)
    g_string_append_printf (
        text,
        ngettext ("%u image has no species\n", "%u images have no species\n", without),
        without);
}

/* @title: a format with the count. */
static void
append_names (GString *text, const char *title, const GPtrArray *names)
{
  if (names->len == 0)
    return;
  g_string_append_printf (text, title, names->len);
  for (guint i = 0; i < MIN (names->len, LINES_SHOWN); i++)
    {
      g_autofree char *name = pheno_display_name (names->pdata[i]);

      g_string_append_printf (text, "  %s\n", name);
    }
  if (names->len > LINES_SHOWN)
    g_string_append_printf (text, _ ("  … and %u more\n"), names->len - LINES_SHOWN);
}

static void
append_problems (GString *text, const GPtrArray *problems)
{
  g_string_append_printf (text, ngettext ("%u problem\n", "%u problems\n", problems->len),
                          problems->len);
  for (guint i = 0; i < MIN (problems->len, LINES_SHOWN); i++)
    {
      const PhenoProblem *problem = problems->pdata[i];
      g_autofree char *line = g_strdelimit (g_strdup (problem->reason), "\n\r", ' ');

      g_string_append_printf (text, "  %s\n", line);
    }
  if (problems->len > LINES_SHOWN)
    g_string_append_printf (text, _ ("  … and %u more; --json lists all\n"),
                            problems->len - LINES_SHOWN);
}

/* What is wrong with samples, after an examination. */
static void
append_samples (GString *text, const PhenoCollection *collection)
{
  guint shown = 0, found = 0;

  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];
      g_autofree char *name = pheno_display_name (record->file);
      g_autofree char *sentence
          = record->samples != NULL
                ? pheno_sample_counts_describe (&record->samples->counts)
                : NULL;

      if (sentence == NULL)
        continue;
      found++;
      if (shown++ < LINES_SHOWN)
        g_string_append_printf (text, "  %s: %s\n", name, sentence);
    }
  if (found > LINES_SHOWN)
    g_string_append_printf (text, _ ("  … and %u more; --json lists all\n"),
                            found - LINES_SHOWN);
}

static char *
describe (const PhenoCollection *collection)
{
  GString *text = g_string_new (NULL);
  guint n = collection->records->len;

  g_string_append_printf (text, ngettext ("%u image\n", "%u images\n", n), n);
  append_modalities (text, collection);
  append_species (text, collection);
  if (collection->columns->len > 0)
    {
      g_string_append (text, _ ("columns:"));
      for (guint i = 0; i < collection->columns->len; i++)
        g_string_append_printf (text, " %s",
                                (const char *) collection->columns->pdata[i]);
      g_string_append_c (text, '\n');
    }
  append_names (text,
                ngettext ("%u row of the metadata has no file:\n",
                          "%u rows of the metadata have no file:\n",
                          collection->unmatched_rows->len),
                collection->unmatched_rows);
  append_names (text,
                ngettext ("%u file has no row in the metadata:\n",
                          "%u files have no row in the metadata:\n",
                          collection->unmatched_files->len),
                collection->unmatched_files);
  append_samples (text, collection);
  append_problems (text, collection->problems);
  return g_string_free (text, FALSE);
}

/* The engine's object, member by member. */
static gboolean
print_result (PhenoCli *cli, const PhenoCollection *collection, GError **error)
{
  g_autofree char *json = pheno_collection_to_json (collection),
                  *text = describe (collection);
  g_autoptr (JsonNode) node = json_from_string (json, error);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;
  JsonBuilder *builder;

  if (node == NULL)
    return FALSE;
  builder = json_builder_begin_object (json_builder_new ());
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &value))
    {
      json_builder_set_member_name (builder, name);
      json_builder_add_value (builder, json_node_copy (value));
    }
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char *species = NULL, *metadata = NULL, *catalogue = NULL;
  int threads = 0;
  gboolean samples = FALSE;
  const GOptionEntry entries[] = {
    { "species", 0, 0, G_OPTION_ARG_STRING, &species,
      N_ ("auto, folder, metadata or a pattern such as {genus}_{species}_{number}_{sex}"),
      N_ ("RULE") },
    { "metadata", 0, 0, G_OPTION_ARG_FILENAME, &metadata,
      N_ ("Table joined by file name (DIR/metadata.csv)"), N_ ("FILE") },
    { "catalogue", 0, 0, G_OPTION_ARG_FILENAME, &catalogue,
      N_ ("SQLite file that remembers unchanged files for the next scan"), N_ ("FILE") },
    { "samples", 0, 0, G_OPTION_ARG_NONE, &samples,
      N_ ("Look at every sample: range, mean, what is no number or saturated"), NULL },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PhenoCollection) collection = NULL;
  PhenoScanOptions options;

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, -1, error))
    return FALSE;
  options
      = (PhenoScanOptions){ species ? species : "auto", metadata, catalogue, threads };
  collection = pheno_collection_scan ((const char *const *) argv + 1, &options,
                                      pheno_cli_progress, cli,
                                      pheno_cli_cancellable (cli), error);
  if (collection != NULL && samples
      && !pheno_collection_examine (collection, threads, pheno_cli_progress, cli,
                                    pheno_cli_cancellable (cli), error))
    return FALSE;
  if (collection == NULL || !print_result (cli, collection, error))
    return FALSE;
  if (collection->records->len == 0)
    {
      g_autofree char *name = pheno_display_name (argv[1]);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("“%s” holds no image that can be read. Choose a folder with "
                      "photographs (JPEG, PNG, "
                      "TIFF or WebP)."),
                   name);
      return FALSE;
    }
  return TRUE;
}

const PhenoCliVerb pheno_cli_scan = {
  .name = "scan",
  .arguments = N_ ("DIR..."),
  .summary = N_ ("List the images of folders, their species and what is wrong with them"),
  .details = N_ ("Files are only read. Status 4: not one image could be read.\n\n"
                 "Examples:\n"
                 "  phenoscape-cli scan photographs\n"
                 "  phenoscape-cli scan cubes --samples --json\n"
                 "  phenoscape-cli scan photographs "
                 "--species='{genus}_{species}_{number}_{sex}_{view}'\n"
                 "  phenoscape-cli scan drawer1 drawer2 --metadata=museum.csv --json\n"),
  .run = run,
};
