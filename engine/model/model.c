/* model.c - an encoder and its head as one graph
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/model.h"
#include "engine/model/adapter.h"
#include "engine/model/head.h"
#include "engine/model/encoders.h"

/* Five halvings: below this the deepest map would be smaller than one pixel's reach. */
#define SMALLEST_SIZE 32
#define LARGEST_SIZE 4096
#define MOST_BANDS 65536

gboolean
pheno_model_is_surrounding (const char *parameter)
{
  return g_str_has_prefix (parameter, "adapter.")
         || g_str_has_prefix (parameter, "band_attention.")
         || g_str_has_prefix (parameter, "projection.");
}

gboolean
pheno_kernel_check (pk_status status, GError **error)
{
  const char *words = pk_message ();

  switch (status)
    {
    case PK_OK:
      return TRUE;
    case PK_OUT_OF_MEMORY:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DEVICE,
          _ ("There is not enough memory (%s). Choose a smaller batch or a smaller "
             "image size, or close other programs."),
          words);
      return FALSE;
    case PK_NO_DEVICE:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DEVICE,
          _ ("The device is not there (%s). “phenoscape-cli devices” lists what this "
             "machine has; “auto” takes the best of it."),
          words);
      return FALSE;
    case PK_UNSUPPORTED:
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DEVICE,
                   _ ("The device cannot compute this (%s). Choose another device or "
                      "precision=float32."),
                   words);
      return FALSE;
    case PK_BAD_ARGUMENT:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The model cannot be built with these settings (%s). Change the size, the "
             "batch or the encoder."),
          words);
      return FALSE;
    case PK_FAILED:
    default:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DEVICE,
          _ ("The device failed (%s). Try again, or use device=reference, which is slow "
             "but needs no library."),
          words);
      return FALSE;
    }
}

static gboolean
check_number (const char *key, int value, int low, int high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is %d; it must be from %d to %d."), key, value, low, high);
  return FALSE;
}

static gboolean
check_word (const char *key, const char *word, const char *const *known, GError **error)
{
  g_autofree char *all = NULL;

  if (word == NULL || g_strv_contains (known, word))
    return TRUE;

  all = g_strjoinv (", ", (char **) known);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is “%s”, which does not exist. Choose one of: %s."), key, word,
               all);
  return FALSE;
}

static gboolean
check_options (const PhenoModelOptions *options, GError **error)
{
  if (!g_strv_contains (pheno_model_encoders (), options->encoder))
    {
      const char *nearest
          = pheno_nearest_word (options->encoder, pheno_model_encoders ());
      g_autofree char *known = g_strjoinv (", ", (char **) pheno_model_encoders ());

      if (nearest != NULL)
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                     _ ("There is no encoder “%s”. Did you mean “%s”?"), options->encoder,
                     nearest);
      else
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                     _ ("There is no encoder “%s”. Choose one of: %s."), options->encoder,
                     known);
      return FALSE;
    }

  if (options->size % pheno_model_patch (options->encoder) != 0)
    {
      int patch = pheno_model_patch (options->encoder);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“size” is %d; “%s” cuts the picture into patches of %d pixels. "
                      "Choose %d or %d."),
                   options->size, options->encoder, patch,
                   MAX (options->size / patch, SMALLEST_SIZE / patch) * patch,
                   (options->size / patch + 1) * patch);
      return FALSE;
    }

  return check_word ("adapter", options->adapter, pheno_model_adapters (), error)
         && check_word ("loss", options->loss, pheno_model_losses (), error)
         && check_word ("attention", options->attention, pheno_model_attentions (), error)
         && check_number ("size", options->size, SMALLEST_SIZE, LARGEST_SIZE, error)
         && check_number ("bands", options->bands, 1, MOST_BANDS, error)
         && check_number ("projection", options->projection, 0, MOST_BANDS, error);
}

pk_graph *
pheno_model_new_graph (const PhenoModelOptions *options, GError **error)
{
  pk_graph *graph;
  pk_value value;

  if (!check_options (options, error))
    return NULL;

  if ((graph = pk_graph_new ()) == NULL)
    {
      pheno_kernel_check (PK_OUT_OF_MEMORY, error);
      return NULL;
    }

  value
      = pk_graph_input (graph, PHENO_INPUT, options->bands, options->size, options->size);
  value = pheno_band_attention_build (graph, options->attention, value);
  value = pheno_adapter_build (graph, options->adapter, value);
  value = pheno_encoder_build (graph, options->encoder, value);
  if (options->projection > 0)
    value = pheno_head_build (graph, value, options);

  if (value < 0)
    {
      pheno_kernel_check (PK_BAD_ARGUMENT, error);
      pk_graph_free (graph);
      return NULL;
    }

  return graph;
}
