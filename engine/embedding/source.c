/* source.c - what is to embed: a run, a file of weights or a baseline
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "engine/embedding/extractor.h"
#include "engine/model/model.h"
#include "engine/training/training.h"

#define PREFIX "baseline:"

/* Weights of other programs were mostly trained on images of that size. */
#define FOREIGN_SIZE 224

void
pheno_embed_source_free (PhenoEmbedSource *source)
{
  if (source == NULL)
    return;
  g_free (source->baseline);
  g_strfreev (source->roots);
  g_free (source->species);
  g_free (source->metadata);
  g_strfreev (source->excluded);
  g_free (source->catalogue);
  g_free (source->weights);
  g_free (source->run_text);
  g_free (source->encoder);
  g_free (source->precision);
  g_clear_pointer (&source->run, pheno_run_free);
  g_strfreev (source->band_names);
  g_free (source->wavelengths_nm);
  g_free (source->adapter);
  g_free (source->attention);
  g_free (source);
}

static gboolean
set_baseline (PhenoEmbedSource *source, const char *name, GError **error)
{
  const char *const *known = pheno_embed_baselines ();
  const char *near;
  g_autofree char *all = NULL;

  if (g_strv_contains (known, name))
    {
      g_autoptr (PhenoRun) run = pheno_run_new ();

      source->baseline = g_strdup (name);
      source->encoder = g_strdup (run->encoder);
      source->size = run->size;
      source->seed = run->seed;
      return TRUE;
    }

  near = pheno_nearest_word (name, known);
  all = g_strjoinv (", ", (char **) known);
  if (near != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no baseline “%s”. Did you mean “%s”?"), name, near);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no baseline “%s”. There are: %s."), name, all);
  return FALSE;
}

static gboolean
set_run (PhenoEmbedSource *source, const char *directory, GError **error)
{
  g_autofree char *ini = g_build_filename (directory, "run.ini", NULL),
                  *name = pheno_display_name (directory);
  g_autofree char *best = g_build_filename (directory, "best.safetensors", NULL);
  g_autofree char *last = g_build_filename (directory, "last.safetensors", NULL);
  g_autoptr (PhenoRun) run = NULL;

  if (!g_file_test (ini, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("“%s” is no folder of a run: it has no run.ini. Name the folder "
                      "that “train” wrote, or a file "
                      "of weights."),
                   name);
      return FALSE;
    }
  if ((run = pheno_run_load (ini, error)) == NULL)
    return FALSE;
  source->weights = g_strdup (g_file_test (best, G_FILE_TEST_EXISTS) ? best : last);
  if (!g_file_test (source->weights, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                   _ ("The run “%s” has no weights yet: its first epoch is not done. "
                      "Train it further."),
                   name);
      return FALSE;
    }

  source->run_text = pheno_run_to_text (run);
  source->run = pheno_run_copy (run);
  source->roots = g_strdupv (run->roots);
  source->species = g_strdup (run->species);
  if (!g_str_equal (run->metadata, "auto"))
    source->metadata = g_strdup (run->metadata);
  source->excluded = g_strdupv (run->excluded);
  source->catalogue = pheno_run_folder_catalogue (directory);
  if (!g_file_test (source->catalogue, G_FILE_TEST_EXISTS))
    g_clear_pointer (&source->catalogue, g_free);
  source->encoder = g_strdup (run->encoder);
  source->precision = g_strdup (run->precision);
  source->adapter = g_strdup (run->adapter);
  source->attention = g_strdup (run->attention);
  source->size = run->size;
  source->seed = run->seed;
  return TRUE;
}

static gboolean
set_weights (PhenoEmbedSource *source, const char *path, GError **error)
{
  g_autoptr (PhenoTensors) tensors = pheno_tensors_load (path, error);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  const char *encoder, *text;

  if (tensors == NULL)
    return FALSE;
  if ((encoder = pheno_model_guess_encoder (tensors)) == NULL)
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” holds no weights of an encoder that is known here: "
             "ResNet, EfficientNet-Lite0 or a vision transformer with the names of "
             "torchvision or timm. Choose another file."),
          name);
      return FALSE;
    }

  source->weights = g_strdup (path);
  source->encoder = g_strdup (encoder);
  source->size = FOREIGN_SIZE;
  text = pheno_tensors_get_text (tensors, "run");
  if (text != NULL
      && g_key_file_load_from_data (key_file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    {
      int size = g_key_file_get_integer (key_file, "model", "size", NULL);

      source->run_text = g_strdup (text);
      source->precision = g_key_file_get_string (key_file, "training", "precision", NULL);
      source->adapter = g_key_file_get_string (key_file, "model", "adapter", NULL);
      source->attention = g_key_file_get_string (key_file, "model", "attention", NULL);
      if (size > 0)
        source->size = size;
    }
  return TRUE;
}

/* Only what is about images: the encoder is what it is. */
static gboolean
set_images (PhenoRun *run, const char *setting, GError **error)
{
  if (g_str_has_prefix (setting, "collection."))
    return pheno_run_set (run, setting, error);

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” cannot be set here. Settings of images begin with “collection.”, "
                  "such as collection.bands=uv."),
               setting);
  return FALSE;
}

/* Each view of a training had other bands; an embedding has evenly spread ones. */
static void
settle_random (PhenoRun *run)
{
  g_autoptr (PhenoBandSelection) bands = pheno_band_selection_new (run->bands, NULL);
  int k = bands != NULL ? pheno_band_selection_drawn (bands) : 0;
  g_autoptr (PhenoLevels) all = NULL, some = NULL;
  g_autofree char *text = NULL;
  g_autofree int *taken = NULL;

  if (k == 0)
    return;
  text = g_strconcat ("uniform:", run->bands + strlen ("random:"), NULL);
  g_free (run->bands);
  run->bands = g_steal_pointer (&text);
  if (g_str_equal (run->levels, "auto")
      || (all = pheno_levels_from_text (run->levels, NULL)) == NULL || all->n < k)
    return;
  some = pheno_levels_new (k);
  taken = g_new (int, k);
  pheno_bands_spread (all->n, taken, k);
  for (int i = 0; i < k; i++)
    {
      some->black[i] = all->black[taken[i]];
      some->white[i] = all->white[taken[i]];
    }
  g_free (run->levels);
  run->levels = pheno_levels_to_text (some);
}

gboolean
pheno_embed_source_look (PhenoEmbedSource *source, const char *path, GError **error)
{
  g_autoptr (PhenoPreparation) preparation = pheno_run_preparation (source->run, error);
  g_auto (PhenoImageHeader) header = { 0 };
  g_auto (PhenoBandChoice) choice = { 0 };

  if (preparation == NULL || !pheno_reader_read_header (path, &header, error)
      || !pheno_preparation_choose (preparation, &header, path, &choice, error))
    return FALSE;
  source->bands = choice.n;
  source->band_names = g_steal_pointer (&choice.names);
  source->wavelengths_nm = g_steal_pointer (&choice.wavelengths_nm);
  return TRUE;
}

PhenoEmbedSource *
pheno_embed_source_new (const PhenoEmbedOptions *options, GError **error)
{
  g_autoptr (PhenoEmbedSource) source = g_new0 (PhenoEmbedSource, 1);
  gboolean done;

  if (g_str_has_prefix (options->source, PREFIX))
    done = set_baseline (source, options->source + strlen (PREFIX), error);
  else if (g_file_test (options->source, G_FILE_TEST_IS_DIR))
    done = set_run (source, options->source, error);
  else
    done = set_weights (source, options->source, error);
  if (!done)
    return NULL;

  if (options->size > 0)
    source->size = options->size;
  if (source->run == NULL)
    source->run = source->run_text != NULL
                      ? pheno_run_parse (source->run_text, options->source, NULL)
                      : NULL;
  if (source->run == NULL)
    source->run = pheno_run_new ();
  for (char **setting = (char **) options->settings; setting != NULL && *setting != NULL;
       setting++)
    if (!set_images (source->run, *setting, error))
      return NULL;
  settle_random (source->run);
  return g_steal_pointer (&source);
}
