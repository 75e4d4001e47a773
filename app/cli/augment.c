/* augment.c - phenoscape-cli augment: a sheet of random views of one image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/training/training.h"

typedef struct
{
  char *recipe, *bands, *output;
  gboolean compare;
  int views, size;
  gint64 seed;
} Options;

static gboolean
check (const Options *options, GError **error)
{
  if (options->output == NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("there is no place for the sheet. Add “-o SHEET.png”."));
  else if (options->views < 1 || options->views > 400)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--views=%d” is out of range: 1 to 400."), options->views);
  else if (options->size < 16 || options->size > 1024)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--size=%d” is out of range: 16 to 1024."), options->size);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_photograph (const char *file)
{
  g_auto (PhenoImageHeader) header = { 0 };

  return !pheno_reader_read_header (file, &header, NULL)
         || header.modality == PHENO_MODALITY_RGB;
}

static gboolean
draw_sheet (const char *file, const Options *options, GError **error)
{
  g_autoptr (PhenoRecipe) recipe
      = pheno_recipe_load (options->recipe ? options->recipe : "simclr", error);
  PhenoPreparationOptions pixels = PHENO_PREPARATION_DEFAULTS;
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_autoptr (PhenoImage) image = NULL, sheet = NULL;
  gboolean changed;

  if (options->bands != NULL)
    pixels.bands = options->bands;
  if (options->bands != NULL || !is_photograph (file))
    pixels.radiometry = "image"; /* there is no collection whose percentiles could be */
  if (recipe == NULL || (preparation = pheno_preparation_new (&pixels, error)) == NULL
      || (image
          = pheno_preparation_read (preparation, file, 2 * options->size, NULL, error))
             == NULL)
    return FALSE;
  if (!pheno_recipe_fit (&recipe, image, &changed, error))
    return FALSE;
  sheet = pheno_augment_sheet (recipe, image, (guint64) options->seed, options->views,
                               options->size, error);
  return sheet != NULL && pheno_cli_make_folder_of (options->output, error)
         && pheno_augment_sheet_save (sheet, options->output, error);
}

/* Two recipes side by side: only what differs. */
static gboolean
compare (PhenoCli *cli, const char *one_name, const char *other_name, GError **error)
{
  g_autoptr (PhenoRecipe) one = pheno_recipe_load (one_name, error);
  g_autoptr (PhenoRecipe) other = one ? pheno_recipe_load (other_name, error) : NULL;
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  JsonBuilder *builder;

  if (other == NULL)
    return FALSE;
  differences = pheno_recipe_compare (one, other);
  builder = json_builder_begin_object (json_builder_new ());
  pheno_cli_add_text (builder, "one", one_name);
  pheno_cli_add_text (builder, "other", other_name);
  json_builder_set_member_name (builder, "differences");
  json_builder_begin_array (builder);
  for (guint i = 0; i < differences->len; i++)
    {
      const PhenoRecipeDifference *difference = differences->pdata[i];

      json_builder_begin_object (builder);
      pheno_cli_add_text (builder, "operation", difference->operation->name);
      pheno_cli_add_text (builder, "key", difference->key);
      pheno_cli_add_text (builder, "one", difference->one);
      pheno_cli_add_text (builder, "other", difference->other);
      json_builder_end_object (builder);
      g_string_append_printf (text, "%-20s %-14s %-24s %s\n", difference->operation->name,
                              difference->key, difference->one, difference->other);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (differences->len == 0)
    g_string_append (text, _ ("The two recipes make the same views.\n"));
  pheno_cli_result (cli, builder, text->str);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  Options options = { .views = 15, .size = 128, .seed = 1 };
  const GOptionEntry entries[] = {
    { "recipe", 0, 0, G_OPTION_ARG_FILENAME, &options.recipe,
      N_ ("A built-in recipe (simclr, colour, shape, uv-rgb, hyperspectral, none) or a "
          "file"),
      N_ ("NAME|FILE") },
    { "bands", 0, 0, G_OPTION_ARG_STRING, &options.bands,
      N_ ("Which bands: rgb, uv, 1,4-7, 450nm,550nm, cie, receptors:VIEWER ... (all)"),
      N_ ("BANDS") },
    { "views", 0, 0, G_OPTION_ARG_INT, &options.views, N_ ("Number of views (15)"), "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size,
      N_ ("Side of a view in pixels (128)"), "PX" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      N_ ("The same seed draws the same views (1)"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("The sheet: PNG, PDF or SVG"), N_ ("SHEET.png") },
    { "compare", 0, 0, G_OPTION_ARG_NONE, &options.compare,
      N_ ("Say in what two recipes differ, instead of drawing"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autofree char *recipe = NULL, *bands = NULL, *output = NULL, *name = NULL,
                  *text = NULL;
  gboolean parsed = pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 2, error);
  JsonBuilder *builder;

  recipe = options.recipe;
  bands = options.bands;
  output = options.output;
  if (!parsed)
    return FALSE;
  if (argc != (options.compare ? 3 : 2))
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                           options.compare
                               ? _ ("“--compare” needs two recipes: names or files.")
                               : _ ("one image is drawn at a time. Give one file."));
      return FALSE;
    }
  if (options.compare)
    return compare (cli, argv[1], argv[2], error);
  if (!check (&options, error) || !draw_sheet (argv[1], &options, error))
    return FALSE;

  builder = json_builder_begin_object (json_builder_new ());
  pheno_cli_add_text (builder, "file", argv[1]);
  pheno_cli_add_text (builder, "sheet", output);
  pheno_cli_add_count (builder, "views", options.views);
  json_builder_end_object (builder);
  name = pheno_display_name (output);
  text = g_strdup_printf (_ ("The image and %d views of it are in “%s”.\n"),
                          options.views, name);
  pheno_cli_result (cli, builder, text);
  return TRUE;
}

const PhenoCliVerb pheno_cli_augment = {
  .name = "augment",
  .arguments = N_ ("FILE | --compare ONE OTHER"),
  .summary = N_ ("Draw a sheet of random views of one image, as training would see them"),
  .details
  = N_ ("The first picture is the image itself. The same seed draws the same views.\n\n"
        "Examples:\n"
        "  phenoscape-cli augment wing.jpg -o views.png\n"
        "  phenoscape-cli augment wing.jpg --recipe=colour --views=24 -o views.pdf\n"
        "  phenoscape-cli augment --compare simclr colour\n"),
  .run = run,
};
