/* encoder.c - what a network sees in images
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/augment/augment.h"
#include "engine/embedding/extractor.h"
#include "engine/model/model.h"

/* Views of a batch: as many as keep the maps of 224 px in the memory of a small machine.
 */
#define MOST_PIXELS (32 * 224 * 224)
#define LARGEST_BATCH 128

typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
  pk_plan *plan;
  PhenoRecipe *recipe;
  const char *output;
  char **band_names;
  double *wavelengths_nm;
  pk_shape shape; /* of the output of a batch */
  float *values;
  int size, threads, pool_rows, pool_columns;
  const char *tokens;
  gboolean normalise;
} Encoder;

static void
encoder_free (gpointer data)
{
  Encoder *self = data;

  g_strfreev (self->band_names);
  g_free (self->wavelengths_nm);
  g_clear_pointer (&self->plan, pk_plan_free);
  g_clear_pointer (&self->parameters, pk_parameters_free);
  g_clear_pointer (&self->graph, pk_graph_free);
  g_clear_pointer (&self->device, pk_device_close);
  g_clear_pointer (&self->recipe, pheno_recipe_free);
  g_free (self->values);
  g_free (self);
}

static gboolean
choose_layer (Encoder *self, const PhenoEmbedSource *source,
              const PhenoEmbedOptions *options, GError **error)
{
  const char *const *layers = pheno_model_layers (source->encoder);
  const char *layer = options->layer != NULL ? options->layer : PHENO_OUTPUT_FEATURES;
  const char *near;
  g_autofree char *all = NULL;

  self->tokens = options->tokens != NULL ? options->tokens : "cls";
  self->normalise = options->normalise;
  self->pool_rows = options->pool_rows == PHENO_POOL_NONE ? PHENO_POOL_NONE
                                                          : MAX (options->pool_rows, 1);
  self->pool_columns = MAX (options->pool_columns, 1);
  for (int i = 0; layers[i] != NULL; i++)
    if (strcmp (layers[i], layer) == 0)
      self->output = layers[i];
  if (self->output != NULL)
    {
      /* Features are the mean of the last map: to keep position, the map itself is
       * needed. */
      if (self->pool_rows * self->pool_columns != 1
          && strcmp (layer, PHENO_OUTPUT_FEATURES) == 0
          && g_strv_contains (layers, PHENO_OUTPUT_LAST_MAP))
        self->output = PHENO_OUTPUT_LAST_MAP;
      return TRUE;
    }

  near = pheno_nearest_word (layer, layers);
  all = g_strjoinv (", ", (char **) layers);
  if (near != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no layer “%s”. Did you mean “%s”?"), layer, near);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no layer “%s”. There are: %s."), layer, all);
  return FALSE;
}

/* All weights of the encoder must come from the file: what stays random gives wrong
 * numbers quietly. */
static gboolean
take_weights (Encoder *self, const char *path, GError **error)
{
  g_autoptr (PhenoTensors) tensors = pheno_tensors_load (path, error);
  g_autoptr (PhenoWeightsReport) report = NULL;
  GPtrArray *wrong;

  if (tensors == NULL
      || (report
          = pheno_model_take_weights (self->graph, self->parameters, tensors, error))
             == NULL)
    return FALSE;
  wrong = report->missing->len > 0 ? report->missing : report->mismatched;
  if (wrong->len > 0)
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” does not have all weights of the encoder: %s (%u in all). "
                      "Choose another file of weights."),
                   name, (const char *) wrong->pdata[0], wrong->len);
      return FALSE;
    }
  return TRUE;
}

static gboolean
open_model (Encoder *self, const PhenoEmbedSource *source,
            const PhenoEmbedOptions *options, GError **error)
{
  PhenoModelOptions model = {
    .encoder = source->encoder,
    .bands = source->bands,
    .size = source->size,
    .temperature = 1,
    .adapter = source->adapter,
    .attention = source->attention,
  };

  return pheno_kernel_check (
             pk_device_open (options->device != NULL ? options->device : "auto",
                             options->threads, &self->device),
             error)
         && (self->graph = pheno_model_new_graph (&model, error)) != NULL
         && pheno_kernel_check (
             pk_parameters_new (self->device, self->graph, &self->parameters), error)
         && (source->weights != NULL
                 ? take_weights (self, source->weights, error)
                 : pheno_model_initialise (self->graph, self->parameters, source->seed,
                                           error));
}

static gboolean
check_pool (Encoder *self, GError **error)
{
  if (self->pool_rows == PHENO_POOL_NONE)
    {
      self->pool_rows = self->shape.rank == 4 ? (int) self->shape.size[2] : 1;
      self->pool_columns = self->shape.rank == 4 ? (int) self->shape.size[3] : 1;
    }
  if (self->shape.rank == 4
      && (self->pool_rows > self->shape.size[2]
          || self->pool_columns > self->shape.size[3]))
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The feature map of %s is %d × %d at this image size, coarser than a "
             "pool of %d × %d. Choose an earlier "
             "layer, larger images or a smaller pool."),
          self->output, (int) self->shape.size[2], (int) self->shape.size[3],
          self->pool_rows, self->pool_columns);
      return FALSE;
    }
  return TRUE;
}

static gboolean
make_plan (Encoder *self, const PhenoEmbedSource *source, guint batch,
           GHashTable *provenance, GError **error)
{
  const char *const outputs[] = { self->output, NULL };
  const pk_device_info *info = pk_device_get_info (self->device);
  gboolean bfloat16 = g_strcmp0 (source->precision, "bfloat16") == 0 && info->bfloat16;
  pk_plan_options options = { .batch = (int) batch,
                              .precision = bfloat16 ? PK_BFLOAT16 : PK_FLOAT32,
                              .outputs = outputs };

  self->shape = pk_graph_output_shape (self->graph, self->output, (int) batch);
  if (!check_pool (self, error)
      || !pheno_kernel_check (pk_plan_new (self->device, self->graph, self->parameters,
                                           &options, &self->plan),
                              error))
    return FALSE;

  self->values = g_new (float, (gsize) pk_shape_count (self->shape));
  g_hash_table_insert (provenance, g_strdup ("precision"),
                       g_strdup (bfloat16 ? "bfloat16" : "float32"));
  g_hash_table_insert (provenance, g_strdup ("device"),
                       g_strdup_printf ("%s: %s, %s, %s", info->name, info->description,
                                        info->instructions, info->library));
  return TRUE;
}

/* Views are normalised as in training; nothing else of the recipe counts for a plain
 * view. */
static gboolean
find_recipe (Encoder *self, const PhenoEmbedSource *source, GError **error)
{
  g_autoptr (PhenoRecipe) base = pheno_recipe_load ("none", error);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  if (base == NULL)
    return FALSE;
  if (source->run_text == NULL
      || !g_key_file_load_from_data (key_file, source->run_text,
                                     strlen (source->run_text), G_KEY_FILE_NONE, NULL))
    self->recipe = g_steal_pointer (&base);
  else
    self->recipe = pheno_recipe_new_from_key_file (base, key_file, error);
  return self->recipe != NULL;
}

static gsize
count_columns (const Encoder *self)
{
  if (self->shape.rank == 4)
    return (gsize) self->shape.size[1] * self->pool_rows * self->pool_columns;
  if (self->shape.rank == 3)
    return (gsize) self->shape.size[2] * (g_str_equal (self->tokens, "both") ? 2 : 1);

  return (gsize) self->shape.size[1];
}

/* Of (T, D), the first the class token: that, the mean of the others, or both. */
static void
pool_tokens (const Encoder *self, const float *tokens, float *row)
{
  gsize count = (gsize) self->shape.size[1], width = (gsize) self->shape.size[2];

  if (!g_str_equal (self->tokens, "mean"))
    {
      memcpy (row, tokens, width * sizeof (float));
      row += width;
    }
  if (g_str_equal (self->tokens, "cls"))
    return;

  for (gsize k = 0; k < width; k++)
    {
      double sum = 0;

      for (gsize t = 1; t < count; t++)
        sum += tokens[t * width + k];
      row[k] = (float) (sum / (double) (count - 1));
    }
}

/* To length 1; a row of zeros stays one. */
static void
normalise (float *row, gsize columns)
{
  double squares = 0;

  for (gsize k = 0; k < columns; k++)
    squares += (double) row[k] * row[k];
  for (gsize k = 0; squares > 0 && k < columns; k++)
    row[k] = (float) (row[k] / sqrt (squares));
}

static gboolean
extract (PhenoExtractor *extractor, const PhenoImage *const *images, guint n, float *rows,
         GError **error)
{
  Encoder *self = extractor->extra;
  float *input = pk_plan_input (self->plan, PHENO_INPUT);
  gsize view = (gsize) extractor->bands * self->size * self->size,
        per_image = pk_shape_count (self->shape) / extractor->batch;

  /* What a last, smaller batch leaves free is not read, but must be numbers. */
  memset (input + n * view, 0, (extractor->batch - n) * view * sizeof (float));
  pheno_augment_batch (self->recipe, images, NULL, n, self->size, self->threads, input);
  if (extractor->alter != NULL && !extractor->alter (input, n, extractor->alter_data))
    return TRUE;
  if (!pheno_kernel_check (pk_plan_forward (self->plan), error)
      || !pheno_kernel_check (pk_plan_read (self->plan, self->output, self->values),
                              error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    if (self->shape.rank == 4)
      pheno_average_pool (self->values + i * per_image, self->shape.size[1],
                          self->shape.size[2], self->shape.size[3], self->pool_rows,
                          self->pool_columns, rows + i * extractor->columns);
    else if (self->shape.rank == 3)
      pool_tokens (self, self->values + i * per_image, rows + i * extractor->columns);
    else
      memcpy (rows + i * extractor->columns, self->values + i * per_image,
              per_image * sizeof (float));
  for (guint i = 0; self->normalise && i < n; i++)
    normalise (rows + i * extractor->columns, extractor->columns);
  for (gsize i = 0; i < n * extractor->columns; i++)
    if (!isfinite (rows[i]))
      {
        g_set_error_literal (
            error, PHENO_ERROR, PHENO_ERROR_DIVERGED,
            _ ("The encoder gives values that are no numbers: its training went wrong. "
               "Use an earlier "
               "checkpoint, or train again with a lower learning rate."));
        return FALSE;
      }
  return TRUE;
}

PhenoExtractor *
pheno_extractor_new_encoder (const PhenoEmbedSource *source,
                             const PhenoEmbedOptions *options, GHashTable *provenance,
                             GError **error)
{
  g_autoptr (PhenoExtractor) extractor = g_new0 (PhenoExtractor, 1);
  Encoder *self = g_new0 (Encoder, 1);
  gsize pixels = (gsize) source->size * source->size;

  extractor->extra = self;
  extractor->free_extra = encoder_free;
  extractor->extract = extract;
  extractor->batch = (guint) CLAMP (MOST_PIXELS / MAX (pixels, 1), 1, LARGEST_BATCH);
  extractor->shorter_side = 2 * source->size; /* as training reads them */
  extractor->bands = source->bands;
  extractor->band_names = self->band_names = g_strdupv (source->band_names);
  if (source->wavelengths_nm != NULL)
    extractor->wavelengths_nm = self->wavelengths_nm
        = g_memdup2 (source->wavelengths_nm, source->bands * sizeof (double));
  extractor->view_pixels = pixels;
  self->size = source->size;
  self->threads = options->threads;
  if ((extractor->preparation = pheno_run_preparation (source->run, error)) == NULL
      || !choose_layer (self, source, options, error) || !find_recipe (self, source, error)
      || !open_model (self, source, options, error)
      || !make_plan (self, source, extractor->batch, provenance, error))
    return NULL;

  extractor->map_rows = self->pool_rows;
  extractor->map_columns = self->pool_columns;
  extractor->columns = count_columns (self);
  return g_steal_pointer (&extractor);
}
