/* readout.c - options that say which numbers of which source become embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/readout.h"

#include "engine/collection/collection.h"

void
pheno_readout_clear (PhenoReadout *readout)
{
  g_strfreev (readout->collections);
  g_strfreev (readout->settings);
  g_free (readout->species);
  g_free (readout->layer);
  g_free (readout->pool);
  g_free (readout->whiten);
  g_free (readout->device);
}

int
pheno_readout_whiten (const PhenoReadout *readout, GError **error)
{
  guint64 components;

  if (readout->whiten == NULL || g_str_equal (readout->whiten, "none"))
    return 0;
  if (g_ascii_string_to_unsigned (readout->whiten, 10, 1, 65536, &components, NULL))
    return (int) components;
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“--whiten=%s” is neither “none” nor a number of components from 1 to 65536."),
      readout->whiten);
  return -1;
}

/* "mean" or "RxC". */
static gboolean
read_pool (const char *text, PhenoEmbedOptions *options, GError **error)
{
  g_auto (GStrv) cells = g_strsplit (text ? text : "mean", "x", 2);
  guint64 rows, columns;

  options->pool_rows = options->pool_columns = 1;
  if (text == NULL)
    return TRUE;
  if (g_str_equal (text, "mean") || g_str_equal (text, "cls")
      || g_str_equal (text, "both"))
    {
      options->tokens = text;
      return TRUE;
    }
  if (g_strv_length (cells) == 2
      && g_ascii_string_to_unsigned (cells[0], 10, 1, 64, &rows, NULL)
      && g_ascii_string_to_unsigned (cells[1], 10, 1, 64, &columns, NULL))
    {
      options->pool_rows = (int) rows;
      options->pool_columns = (int) columns;
      return TRUE;
    }
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“--pool=%s” is neither “mean” nor cells such as “2x2” (1 to 64 each)."), text);
  return FALSE;
}

static gboolean
check_choices (const PhenoReadout *readout, const char *source, GError **error)
{
  static const char *const layers[]
      = { "stem", "layer1", "layer2", "layer3", "layer4", "features", NULL };

  /* How many blocks there are only the encoder knows, and says it. */
  if (readout->layer != NULL && !g_strv_contains (layers, readout->layer)
      && !g_str_has_prefix (readout->layer, "block")
      && !g_str_equal (readout->layer, "tokens"))
    pheno_cli_set_choice_error (error, "layer", readout->layer, layers);
  else if (readout->size != 0 && (readout->size < 16 || readout->size > 2048))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--size=%d” is out of range: 16 to 2048."), readout->size);
  else if (g_str_has_prefix (source, "baseline:")
           && !g_strv_contains (pheno_embed_baselines (), source + strlen ("baseline:")))
    {
      g_autofree char *all = g_strjoinv (", ", (char **) pheno_embed_baselines ());

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("there is no “%s”. Baselines are: %s."), source, all);
    }
  else
    return TRUE;
  return FALSE;
}

const char *
pheno_readout_needs_images (const PhenoReadout *readout)
{
  if (readout->collections != NULL)
    return "collection";
  if (readout->layer != NULL)
    return "layer";
  if (readout->pool != NULL)
    return "pool";
  return readout->size != 0 ? "size" : NULL;
}

gboolean
pheno_readout_options (const PhenoReadout *readout, const char *source,
                       PhenoEmbedOptions *options, GError **error)
{
  *options = (PhenoEmbedOptions){
    .source = source,
    .collections = (const char *const *) readout->collections,
    .settings = (const char *const *) readout->settings,
    .species = readout->species,
    .layer = readout->layer ? readout->layer : "features",
    .size = readout->size,
    .device = readout->device ? readout->device : "auto",
    .threads = readout->threads,
    .normalise = readout->normalise,
  };
  options->whiten = pheno_readout_whiten (readout, error);
  return options->whiten >= 0 && read_pool (readout->pool, options, error)
         && check_choices (readout, source, error);
}

PhenoEmbedding *
pheno_readout_embed (const PhenoReadout *readout, const char *source, PhenoCli *cli,
                     guint *left_out, GError **error)
{
  g_autoptr (GPtrArray) problems
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  g_autoptr (PhenoEmbedding) embedding = NULL;
  PhenoEmbedOptions options;

  if (!pheno_readout_options (readout, source, &options, error))
    return NULL;
  embedding = pheno_embed (&options, problems, pheno_cli_progress, cli,
                           pheno_cli_cancellable (cli), error);
  pheno_cli_print_problems (problems);
  *left_out = problems->len;
  return g_steal_pointer (&embedding);
}
