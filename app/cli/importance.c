/* importance.c - phenoscape-cli importance: what each band tells a trained encoder
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/readout.h"
#include "engine/collection/collection.h"
#include "engine/figure/figure.h"

typedef struct
{
  PhenoReadout readout;
  char *by, *exclude_same, *table, *output;
  int k, repeats;
  double region_nm;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  pheno_readout_clear (&options->readout);
  g_free (options->by);
  g_free (options->exclude_same);
  g_free (options->table);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check (const Options *options, GError **error)
{
  if (options->k < 1 || options->k > 1000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“-k %d” is out of range: 1 to 1000."), options->k);
  else if (options->repeats < 1 || options->repeats > 100)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--repeats=%d” is out of range: 1 to 100."), options->repeats);
  else if (!(options->region_nm >= 0 && options->region_nm <= 10000))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--region-nm=%g” is out of range: 0 to 10,000."),
                 options->region_nm);
  else
    return TRUE;
  return FALSE;
}

static PhenoImportanceTable *
measure (PhenoCli *cli, const char *source, const Options *options, GError **error)
{
  g_autoptr (GPtrArray) problems
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  PhenoImportanceOptions wanted = { .by = options->by,
                                    .exclude_same = options->exclude_same,
                                    .k = (gsize) options->k,
                                    .region_nm = options->region_nm,
                                    .repeats = options->repeats,
                                    .seed = (guint64) options->seed };
  PhenoImportanceTable *table;

  if (!pheno_readout_options (&options->readout, source, &wanted.embed, error))
    return NULL;
  table = pheno_importance (&wanted, problems, pheno_cli_progress, cli,
                            pheno_cli_cancellable (cli), error);
  pheno_cli_print_problems (problems);
  return table;
}

static void
append_number (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.6g", value));
}

static void
append_importance (GString *text, const PhenoImportance *importance)
{
  append_number (text, importance->accuracy_lost);
  append_number (text, importance->lost_low);
  append_number (text, importance->lost_high);
  append_number (text, importance->change);
  append_number (text, importance->change_error);
}

static gboolean
write_table (const PhenoImportanceTable *table, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("region,first_band,bands,from_nm,to_nm");
  static const char *const kinds[] = { "flat", "exchanged" };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    g_string_append_printf (text,
                            ",%s_accuracy_lost,%s_lost_low,%s_lost_high,%s_change,"
                            "%s_change_error",
                            kinds[k], kinds[k], kinds[k], kinds[k], kinds[k]);
  g_string_append_c (text, '\n');
  for (guint r = 0; r < table->regions->len; r++)
    {
      const PhenoRegionImportance *region = table->regions->pdata[r];

      pheno_append_field (text, region->name);
      g_string_append_printf (text, ",%d,%d", region->first + 1, region->count);
      append_number (text, region->from_nm);
      append_number (text, region->to_nm);
      append_importance (text, &region->flat);
      append_importance (text, &region->exchanged);
      g_string_append_c (text, '\n');
    }
  return pheno_cli_make_folder_of (path, error)
         && pheno_write_file (path, text->str, text->len, error);
}

/* What one kind of alteration cost, region by region, in per cent. */
typedef struct
{
  double *lost, *low, *high, *change, *change_low, *change_high;
} Values;

static Values
values_new (const PhenoImportanceTable *table, gboolean flat)
{
  guint n = table->regions->len;
  Values values = { g_new (double, n), g_new (double, n), g_new (double, n),
                    g_new (double, n), g_new (double, n), g_new (double, n) };

  for (guint r = 0; r < n; r++)
    {
      const PhenoRegionImportance *region = table->regions->pdata[r];
      const PhenoImportance *it = flat ? &region->flat : &region->exchanged;

      values.lost[r] = 100 * it->accuracy_lost;
      values.low[r] = 100 * it->lost_low;
      values.high[r] = 100 * it->lost_high;
      values.change[r] = it->change;
      values.change_low[r] = it->change - 1.96 * it->change_error;
      values.change_high[r] = it->change + 1.96 * it->change_error;
    }
  return values;
}

static void
values_clear (Values *values)
{
  g_free (values->lost);
  g_free (values->low);
  g_free (values->high);
  g_free (values->change);
  g_free (values->change_low);
  g_free (values->change_high);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Values, values_clear)

static gboolean
draw (const PhenoImportanceTable *table, const char *path, GError **error)
{
  g_auto (Values) flat = values_new (table, TRUE), exchanged = values_new (table, FALSE);
  const PhenoBarSeries lost[] = { { _ ("made flat"), flat.lost, flat.low, flat.high },
                                  { _ ("taken from other images"), exchanged.lost,
                                    exchanged.low, exchanged.high } };
  const PhenoBarSeries change[]
      = { { _ ("made flat"), flat.change, flat.change_low, flat.change_high },
          { _ ("taken from other images"), exchanged.change, exchanged.change_low,
            exchanged.change_high } };
  const PhenoBarPanel panels[]
      = { { _ ("balanced accuracy lost, percentage points"), lost, 2 },
          { _ ("change of the embedding, 1 − cosine"), change, 2 } };
  gboolean has_groups = isfinite (table->accuracy);
  g_autofree const char **names = g_new0 (const char *, table->regions->len + 1);
  PhenoFigureFile file = { .path = path, .provenance = table->provenance };

  for (guint r = 0; r < table->regions->len; r++)
    names[r] = ((const PhenoRegionImportance *) table->regions->pdata[r])->name;
  return pheno_cli_make_folder_of (path, error)
         && pheno_figure_bars (names, table->regions->len, panels + !has_groups,
                               1 + (gsize) has_groups, _ ("What each band tells"), &file,
                               error);
}

static void
add_importance (JsonBuilder *builder, const char *name, const PhenoImportance *importance)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  pheno_cli_add_number (builder, "accuracy_lost", importance->accuracy_lost);
  pheno_cli_add_number (builder, "lost_low", importance->lost_low);
  pheno_cli_add_number (builder, "lost_high", importance->lost_high);
  pheno_cli_add_number (builder, "change", importance->change);
  pheno_cli_add_number (builder, "change_error", importance->change_error);
  json_builder_end_object (builder);
}

static JsonBuilder *
make_json (const PhenoImportanceTable *table, const Options *options)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());

  pheno_cli_add_text (builder, "by", options->by ? options->by : "species");
  pheno_cli_add_count (builder, "images", (gint64) table->images);
  pheno_cli_add_count (builder, "groups", (gint64) table->n_groups);
  pheno_cli_add_count (builder, "k", options->k);
  pheno_cli_add_number (builder, "knn_balanced_accuracy", table->accuracy);
  pheno_cli_add_number (builder, "chance", table->chance);
  json_builder_set_member_name (builder, "regions");
  json_builder_begin_array (builder);
  for (guint r = 0; r < table->regions->len; r++)
    {
      const PhenoRegionImportance *region = table->regions->pdata[r];

      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "name", region->name);
      pheno_cli_add_count (builder, "first_band", region->first + 1);
      pheno_cli_add_count (builder, "bands", region->count);
      pheno_cli_add_number (builder, "from_nm", region->from_nm);
      pheno_cli_add_number (builder, "to_nm", region->to_nm);
      add_importance (builder, "flat", &region->flat);
      add_importance (builder, "exchanged", &region->exchanged);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return builder;
}

static char *
make_text (const PhenoImportanceTable *table, const Options *options)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_groups = isfinite (table->accuracy);

  g_string_append_printf (text, _ ("%zu images"), table->images);
  if (has_groups)
    g_string_append_printf (text,
                            _ (", balanced accuracy of %d nearest neighbours %.1f %% "
                               "(chance %.1f %%)"),
                            options->k, 100 * table->accuracy, 100 * table->chance);
  g_string_append (text, _ ("\nEach band made flat, and taken from other images: what it "
                            "costs\n"));
  for (guint r = 0; r < table->regions->len; r++)
    {
      const PhenoRegionImportance *region = table->regions->pdata[r];
      const PhenoImportance *flat = &region->flat, *exchanged = &region->exchanged;

      g_string_append_printf (text, "  %-14s", region->name);
      if (has_groups)
        g_string_append_printf (
            text, _ ("  accuracy %+6.1f (%+.1f to %+.1f) and %+6.1f (%+.1f to %+.1f);"),
            0 - 100 * flat->accuracy_lost, 0 - 100 * flat->lost_high,
            0 - 100 * flat->lost_low, 0 - 100 * exchanged->accuracy_lost,
            0 - 100 * exchanged->lost_high, 0 - 100 * exchanged->lost_low);
      g_string_append_printf (text, _ ("  1 − cosine %.4f and %.4f\n"), flat->change,
                              exchanged->change);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
importance (PhenoCli *cli, const char *source, const Options *options, GError **error)
{
  g_autoptr (PhenoImportanceTable) table = NULL;
  g_autofree char *text = NULL;

  if (!check (options, error) || (table = measure (cli, source, options, error)) == NULL
      || (options->table != NULL && !write_table (table, options->table, error))
      || (options->output != NULL && !draw (table, options->output, error)))
    return FALSE;
  text = make_text (table, options);
  pheno_cli_result (cli, make_json (table, options), text);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .k = 5, .repeats = 3, .seed = 1 };
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_ ("Metadata column whose groups are to be told (species)"), N_ ("COLUMN") },
    { "exclude-same", 0, 0, G_OPTION_ARG_STRING, &options.exclude_same,
      N_ ("Images with the same value in this column are no neighbours"), N_ ("COLUMN") },
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k,
      N_ ("Number of neighbours that vote (5)"), "N" },
    { "region-nm", 0, 0, G_OPTION_ARG_DOUBLE, &options.region_nm,
      N_ ("Width of a region of wavelengths (so that there are at most 24)"), "NM" },
    { "repeats", 0, 0, G_OPTION_ARG_INT, &options.repeats,
      N_ ("How often bands are taken from other images (3)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      N_ ("Of what is drawn at random (1)"), "N" },
    { "table", 0, 0, G_OPTION_ARG_FILENAME, &options.table,
      N_ ("Writes the numbers to a .csv"), N_ ("FILE.csv") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Figure: .svg, .pdf or .png"), N_ ("FIGURE") },
    PHENO_READOUT_ENTRIES (&options.readout),
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
         && importance (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_importance = {
  .name = "importance",
  .arguments = N_ ("RUN_DIR|WEIGHTS"),
  .summary = N_ ("Measure what each band or region of wavelengths tells an encoder"),
  .details
  = N_ ("Images are seen again with the bands of a region made flat, and with those of\n"
        "other images: what is lost is what these bands told.\n\n"
        "Examples:\n"
        "  phenoscape-cli importance run -o importance.svg --table=importance.csv\n"
        "  phenoscape-cli importance run --by=sex --layer=layer2 --whiten=64 --json\n"
        "  phenoscape-cli importance run --region-nm=20\n"),
  .run = run,
};
