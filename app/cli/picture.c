/* picture.c - phenoscape-cli picture: any image as eyes can see it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "engine/reader/reader.h"

typedef struct
{
  char *bands, *mask, *stretch, *output;
  gboolean show_mask;
  int size;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->bands);
  g_free (options->mask);
  g_free (options->stretch);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check (const Options *options, PhenoStretch *stretch, GError **error)
{
  const char *const *names = pheno_stretch_names ();

  *stretch = PHENO_STRETCH_AUTO;
  while (options->stretch != NULL && names[*stretch] != NULL
         && !g_str_equal (names[*stretch], options->stretch))
    (*stretch)++;
  if (names[*stretch] == NULL)
    pheno_cli_set_choice_error (error, "stretch", options->stretch, names);
  else if (options->output == NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("there is no file for the picture. Add “-o PICTURE.png”."));
  else if (options->size < 0 || options->size > 65536)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--size=%d” is out of range: 0 to 65536."), options->size);
  else
    return TRUE;
  return FALSE;
}

/* What "auto" is for this file, so that it can be said. */
static gboolean
resolve (const char *file, PhenoStretch *stretch, GError **error)
{
  g_auto (PhenoImageHeader) header = { 0 };

  if (!pheno_reader_read_header (file, &header, error))
    return FALSE;
  if (*stretch == PHENO_STRETCH_AUTO && header.modality != PHENO_MODALITY_RGB)
    *stretch = PHENO_STRETCH_PERCENTILE;
  return TRUE;
}

static gboolean
draw (PhenoCli *cli, const char *file, const Options *options, GError **error)
{
  PhenoDisplayOptions display = { .bands = options->bands,
                                  .mask = options->mask,
                                  .show_mask = options->show_mask };
  g_autoptr (PhenoImage) picture = NULL;
  g_autofree char *name = pheno_display_name (options->output), *text = NULL;
  JsonBuilder *builder;

  if (!check (options, &display.stretch, error)
      || !resolve (file, &display.stretch, error)
      || (picture = pheno_display_read (file, &display, options->size, error)) == NULL)
    return FALSE;
  g_clear_pointer (&picture->mask, g_free); /* shown or not, but no hole in the picture */
  if (!pheno_cli_make_folder_of (options->output, error)
      || !pheno_image_save (picture, options->output, error))
    return FALSE;

  builder = json_builder_begin_object (json_builder_new ());
  pheno_cli_add_text (builder, "file", file);
  pheno_cli_add_text (builder, "picture", options->output);
  pheno_cli_add_count (builder, "width", picture->width);
  pheno_cli_add_count (builder, "height", picture->height);
  pheno_cli_add_text (builder, "stretch", pheno_stretch_names ()[display.stretch]);
  json_builder_end_object (builder);
  text = g_strdup_printf (_ ("The picture is in “%s”; black to white: %s.\n"), name,
                          pheno_stretch_describe (display.stretch));
  pheno_cli_result (cli, builder, text);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "bands", 0, 0, G_OPTION_ARG_STRING, &options.bands,
      N_ ("rgb, uv, cie, a number, a wavelength, receptors:VIEWER (what there is of "
          "rgb)"),
      N_ ("BANDS") },
    { "stretch", 0, 0, G_OPTION_ARG_STRING, &options.stretch,
      N_ ("What is black and white: auto, full, percentile, bands, root (auto)"),
      N_ ("NAME") },
    { "mask", 0, 0, G_OPTION_ARG_STRING, &options.mask,
      N_ ("Where the mask is: auto, none, band:7, file:PATTERN ... (auto)"),
      N_ ("MASK") },
    { "show-mask", 0, 0, G_OPTION_ARG_NONE, &options.show_mask,
      N_ ("Dim what the mask calls background"), NULL },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size,
      N_ ("Shorter side at most, in pixels; 0: as the file (0)"), "PX" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("The picture"),
      N_ ("PICTURE.png") },
    G_OPTION_ENTRY_NULL,
  };

  return pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error)
         && draw (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_picture = {
  .name = "picture",
  .arguments = N_ ("FILE"),
  .summary = N_ ("Draw an image of any number of bands as a picture"),
  .details
  = N_ ("The stretch is for eyes alone; it never touches the data.\n\n"
        "Examples:\n"
        "  phenoscape-cli picture stack.tif --bands=uv --stretch=bands -o uv.png\n"
        "  phenoscape-cli picture cube.bil --bands=receptors:honeybee -o bee.png\n"
        "  phenoscape-cli picture cube.bil --bands=550nm --size=512 -o green.png\n"),
  .run = run,
};
