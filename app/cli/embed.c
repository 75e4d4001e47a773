/* embed.c - phenoscape-cli embed: a row of numbers for each image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/readout.h"

static void
print_result (PhenoCli *cli, const char *output, const PhenoEmbedding *embedding,
              guint left_out)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autofree char *name = pheno_display_name (output);
  g_autoptr (GString) text = g_string_new (NULL);

  pheno_cli_add_text (builder, "embeddings", output);
  pheno_cli_add_count (builder, "images", (gint64) embedding->matrix->rows);
  pheno_cli_add_count (builder, "dimensions", (gint64) embedding->matrix->columns);
  pheno_cli_add_count (builder, "left_out", left_out);
  json_builder_end_object (builder);
  g_string_printf (text, _ ("%zu images x %zu numbers are in “%s”.\n"),
                   embedding->matrix->rows, embedding->matrix->columns, name);
  if (left_out > 0)
    g_string_append_printf (
        text, ngettext ("%u file was left out.\n", "%u files were left out.\n", left_out),
        left_out);
  pheno_cli_result (cli, builder, text->str);
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (PhenoReadout) readout = { 0 };
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    PHENO_READOUT_ENTRIES (&readout),
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("The table: .h5, .csv or .npy"), N_ ("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PhenoEmbedding) embedding = NULL;
  guint left_out = 0;

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error))
    return FALSE;
  if (output == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("there is no file for the embeddings. Add “-o FILE.h5”, “.csv” or “.npy”."));
      return FALSE;
    }
  embedding = pheno_readout_embed (&readout, argv[1], cli, &left_out, error);
  if (embedding == NULL || !pheno_cli_make_folder_of (output, error)
      || !pheno_embedding_save (embedding, output, error))
    return FALSE;
  print_result (cli, output, embedding, left_out);
  return TRUE;
}

const PhenoCliVerb pheno_cli_embed = {
  .name = "embed",
  .arguments = N_ ("RUN_DIR|WEIGHTS|baseline:NAME"),
  .summary = N_ ("Turn each image into a row of numbers: near rows look alike"),
  .details = N_ ("Baselines are what a trained encoder must beat: mean-colour, "
                 "histogram, pixels, untrained\n"
                 "and background, which sees the background alone and so tells how much "
                 "the studio gives away.\n\n"
                 "Examples:\n"
                 "  phenoscape-cli embed run -o embeddings.h5\n"
                 "  phenoscape-cli embed run --layer=layer2 --pool=4x4 --whiten=64 -o "
                 "embeddings.h5\n"
                 "  phenoscape-cli embed baseline:histogram --collection=photographs -o "
                 "histogram.csv\n"),
  .run = run,
};
