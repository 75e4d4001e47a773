/* figure.c - phenoscape-cli figure: figures for papers, with the numbers that they show
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/figure.h"

static const PhenoFigureKind *const kinds[]
    = { &pheno_figure_kind_confusion, &pheno_figure_kind_distances,
        &pheno_figure_kind_spectra, &pheno_figure_kind_bars };

/* Widths of columns that journals ask for. */
#define SINGLE_COLUMN_MM 89.0
#define DOUBLE_COLUMN_MM 183.0

static void
options_clear (PhenoFigureOptions *options)
{
  g_free (options->by);
  g_free (options->title);
  g_free (options->width);
  g_free (options->output);
  g_free (options->exclude_same);
  g_free (options->label);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoFigureOptions, options_clear)

void
pheno_figure_append_number (GString *table, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (table, ',');
  if (isfinite (value))
    g_string_append (table, g_ascii_formatd (digits, sizeof digits, "%.7g", value));
}

static const PhenoFigureKind *
find_kind (const char *name, GError **error)
{
  const char *known[G_N_ELEMENTS (kinds) + 1] = { NULL };
  g_autofree char *all = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_str_equal (kinds[i]->name, name))
        return kinds[i];
      known[i] = kinds[i]->name;
    }
  all = g_strjoinv (", ", (char **) known);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("There is no figure “%s”. There are: %s."), name, all);
  return NULL;
}

static gboolean
find_width (const char *text, double *width_mm, GError **error)
{
  char *end;

  if (text == NULL || g_str_equal (text, "double"))
    *width_mm = DOUBLE_COLUMN_MM;
  else if (g_str_equal (text, "single"))
    *width_mm = SINGLE_COLUMN_MM;
  else
    {
      *width_mm = g_ascii_strtod (text, &end);
      if (end == text || *end != '\0' || !(*width_mm >= 20 && *width_mm <= 5000))
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("“--width=%s” is neither “single” (89 mm), “double” (183 mm) "
                          "nor a number of mm from 20 to 5,000."),
                       text);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check (const PhenoFigureOptions *options, GError **error)
{
  if (options->output == NULL)
    g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                         _ ("there is no place for the figure. Add “-o FIGURE.svg” (or "
                            ".pdf, .png, .tif)."));
  else if (options->k < 1 || options->k > 1000)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“-k %d” is out of range: 1 to 1000."), options->k);
  else if (options->font_size != 0
           && !(options->font_size >= 3 && options->font_size <= 40))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--font-size=%g” is out of range: 3 to 40 points."),
                 options->font_size);
  else if (options->dots_per_inch != 0
           && !(options->dots_per_inch >= 36 && options->dots_per_inch <= 2400))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--dpi=%g” is out of range: 36 to 2400."), options->dots_per_inch);
  else
    return TRUE;
  return FALSE;
}

/* (transfer full): FIGURE.csv of FIGURE.svg. */
static char *
table_beside (const char *path)
{
  const char *dot = strrchr (path, '.');
  g_autofree char *stem
      = g_strndup (path, dot != NULL ? (gsize) (dot - path) : strlen (path));

  return g_strconcat (stem, ".csv", NULL);
}

static gboolean
figure (PhenoCli *cli, const char *name, const char *source,
        const PhenoFigureOptions *options, GError **error)
{
  const PhenoFigureKind *kind;
  PhenoFigureFile file = { .path = options->output,
                           .height_mm = options->height_mm,
                           .dots_per_inch = options->dots_per_inch,
                           .font_size = options->font_size };
  g_autoptr (GHashTable) provenance
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) table = g_string_new (NULL);
  g_autofree char *path = NULL, *text = NULL, *shown = NULL, *shown_table = NULL;
  JsonBuilder *builder;

  if ((kind = find_kind (name, error)) == NULL || !check (options, error)
      || !find_width (options->width, &file.width_mm, error))
    return FALSE;
  path = table_beside (options->output);
  file.provenance = provenance;
  g_hash_table_insert (provenance, g_strdup ("version"), g_strdup (PHENO_VERSION));
  g_hash_table_insert (provenance, g_strdup ("figure"), g_strdup (name));
  g_hash_table_insert (provenance, g_strdup ("source"), pheno_display_name (source));
  if (!pheno_cli_make_folder_of (options->output, error)
      || !kind->draw (cli, source, options, &file, table, error)
      || !pheno_write_file (path, table->str, table->len, error))
    return FALSE;

  builder = json_builder_begin_object (json_builder_new ());
  pheno_cli_add_text (builder, "figure", options->output);
  pheno_cli_add_text (builder, "table", path);
  json_builder_end_object (builder);
  shown = pheno_display_name (options->output);
  shown_table = pheno_display_name (path);
  text = g_strdup_printf (_ ("The figure is in “%s”, what it shows in “%s”.\n"), shown,
                          shown_table);
  pheno_cli_result (cli, builder, text);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (PhenoFigureOptions) options = { .k = 5 };
  const GOptionEntry entries[] = {
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_ ("Metadata column with the groups (species)"), N_ ("COLUMN") },
    { "exclude-same", 0, 0, G_OPTION_ARG_STRING, &options.exclude_same,
      N_ ("Images with the same value in this column are no neighbours"), N_ ("COLUMN") },
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k,
      N_ ("Number of neighbours that vote (5)"), "N" },
    { "title", 0, 0, G_OPTION_ARG_STRING, &options.title, N_ ("Title; empty: none"),
      N_ ("TEXT") },
    { "label", 0, 0, G_OPTION_ARG_STRING, &options.label, N_ ("Name of the values"),
      N_ ("TEXT") },
    { "width", 0, 0, G_OPTION_ARG_STRING, &options.width,
      N_ ("single (89 mm), double (183 mm), or mm (double)"), N_ ("single|double|MM") },
    { "height", 0, 0, G_OPTION_ARG_DOUBLE, &options.height_mm,
      N_ ("Height in mm (what the content needs)"), "MM" },
    { "dpi", 0, 0, G_OPTION_ARG_DOUBLE, &options.dots_per_inch,
      N_ ("Dots per inch of a .png or .tif (300)"), "N" },
    { "font-size", 0, 0, G_OPTION_ARG_DOUBLE, &options.font_size,
      N_ ("Points of the small words (7)"), N_ ("POINTS") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Figure: .svg, .pdf, .png or .tif; its numbers go to the .csv beside it"),
      N_ ("FIGURE") },
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 2, 2, error)
         && figure (cli, argv[1], argv[2], &options, error);
}

const PhenoCliVerb pheno_cli_figure = {
  .name = "figure",
  .arguments = N_ ("KIND EMBEDDINGS|TABLE.csv"),
  .summary = N_ ("Draw a figure for a paper, with the numbers that it shows beside it"),
  .details
  = N_ ("Kinds:\n"
        "  confusion   EMBEDDINGS   which group the nearest neighbours tell\n"
        "  distances   EMBEDDINGS   mean cosine distances within and between groups\n"
        "  spectra     TABLE.csv    lines over the first column, such as wavelength_nm\n"
        "  bars        TABLE.csv    bars of the columns; NAME_low and NAME_high are the\n"
        "                           ends of intervals\n\n"
        "Examples:\n"
        "  phenoscape-cli figure confusion embeddings.h5 --by=species -o confusion.pdf\n"
        "  phenoscape-cli figure distances embeddings.h5 --width=single -o between.svg\n"
        "  phenoscape-cli figure spectra butterflies/spectra.csv -o spectra.tif "
        "--dpi=600\n"),
  .run = run,
};
