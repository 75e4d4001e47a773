/* learner.c - the model that learns
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/learner.h"

void
pheno_learner_free (PhenoLearner *learner)
{
  if (learner == NULL)
    return;

  g_clear_pointer (&learner->embedder, pk_plan_free);
  g_clear_pointer (&learner->plan, pk_plan_free);
  g_clear_pointer (&learner->parameters, pk_parameters_free);
  g_clear_pointer (&learner->graph, pk_graph_free);
  g_clear_pointer (&learner->device, pk_device_close);
  g_free (learner);
}

static pk_optimiser
optimiser_of_run (const PhenoRun *run)
{
  pk_optimiser optimiser = {
    .kind = g_str_equal (run->optimiser, "adamw") ? PK_ADAMW
            : g_str_equal (run->optimiser, "sgd") ? PK_SGD
                                                  : PK_LARS,
    .momentum = (float) run->momentum,
    .beta1 = 0.9f,
    .beta2 = 0.999f,
    .epsilon = 1e-8f,
    .weight_decay = (float) run->weight_decay,
    .trust = 0.001f,
  };

  return optimiser;
}

static gboolean
make_plan (PhenoLearner *learner, GError **error)
{
  static const char *const outputs[]
      = { PHENO_OUTPUT_LOSS, PHENO_OUTPUT_PROJECTION, NULL };
  pk_plan_options options = {
    .batch = 2 * learner->batch,
    .training = true,
    .checkpoint = learner->checkpoint,
    .precision = learner->precision,
    .outputs = outputs,
  };

  return pheno_kernel_check (pk_plan_new (learner->device, learner->graph,
                                          learner->parameters, &options, &learner->plan),
                             error);
}

PhenoLearner *
pheno_learner_new (const PhenoRun *run, int bands, pk_device *device, GError **error)
{
  g_autoptr (PhenoLearner) learner = g_new0 (PhenoLearner, 1);
  PhenoModelOptions options = {
    .encoder = run->encoder,
    .bands = bands,
    .size = run->size,
    .projection = run->projection,
    .temperature = (float) run->temperature,
    .loss = run->loss,
    .local_weight = (float) run->local_weight,
    .learned_temperature = g_strcmp0 (run->temperature_rule, "learned") == 0,
    .adapter = run->adapter,
    .attention = run->attention,
  };

  learner->device = device;
  learner->optimiser = optimiser_of_run (run);
  learner->precision
      = g_str_equal (run->precision, "bfloat16") ? PK_BFLOAT16 : PK_FLOAT32;
  learner->batch = run->batch;
  learner->accumulate = run->accumulate;
  learner->bands = bands;
  learner->size = run->size;
  learner->threads = run->threads;
  learner->clip = run->clip;
  learner->checkpoint = g_strcmp0 (run->checkpointing, "blocks") == 0;

  if ((learner->graph = pheno_model_new_graph (&options, error)) == NULL
      || !pheno_kernel_check (
          pk_parameters_new (device, learner->graph, &learner->parameters), error)
      || !pheno_model_initialise (learner->graph, learner->parameters, run->seed, error)
      || !pheno_model_set_rates (learner->graph, learner->parameters, run->freeze,
                                 run->layer_decay > 0 ? run->layer_decay : 1, error)
      || !make_plan (learner, error))
    return NULL;

  return g_steal_pointer (&learner);
}

float *
pheno_learner_views (PhenoLearner *learner)
{
  return pk_plan_input (learner->plan, PHENO_INPUT);
}

void
pheno_learner_set_labels (PhenoLearner *learner, const int *groups)
{
  float *labels = pk_plan_input (learner->plan, PHENO_LABELS);

  for (int i = 0; labels != NULL && i < 2 * learner->batch; i++)
    labels[i] = groups != NULL ? (float) groups[i % learner->batch] : -1;
}

void
pheno_learner_set_temperature (PhenoLearner *learner, double temperature)
{
  pk_plan_set_temperature (learner->plan, (float) temperature);
}

gboolean
pheno_learner_begin (PhenoLearner *learner, GError **error)
{
  return pheno_kernel_check (pk_parameters_clear_gradients (learner->parameters), error);
}

static gboolean
refuse_to_diverge (GError **error)
{
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_DIVERGED,
      _ ("The training has diverged: the loss or its gradient is no longer a number. "
         "The last checkpoint is as it was. Train again with a lower learning-rate, "
         "with clip=1, with a longer warm-up or with precision=float32."));
  return FALSE;
}

gboolean
pheno_learner_add (PhenoLearner *learner, double *loss, GError **error)
{
  float value;

  if (!pheno_kernel_check (pk_plan_forward (learner->plan), error)
      || !pheno_kernel_check (pk_plan_read (learner->plan, PHENO_OUTPUT_LOSS, &value),
                              error))
    return FALSE;

  *loss = value;
  if (!isfinite (value))
    return refuse_to_diverge (error);

  return pheno_kernel_check (
      pk_plan_backward (learner->plan, 1.0f / (float) learner->accumulate), error);
}

gboolean
pheno_learner_update (PhenoLearner *learner, double rate, guint64 step, double *norm,
                      GError **error)
{
  double scale = 1;

  if (!pheno_kernel_check (pk_parameters_gradient_norm (learner->parameters, norm),
                           error))
    return FALSE;
  if (!isfinite (*norm))
    return refuse_to_diverge (error);

  if (learner->clip > 0 && *norm > learner->clip)
    scale = learner->clip / *norm;

  return pheno_kernel_check (pk_parameters_update (learner->parameters,
                                                   &learner->optimiser, (float) rate,
                                                   (float) scale, (gint64) step),
                             error);
}

PhenoMatrix *
pheno_learner_projections (PhenoLearner *learner, GError **error)
{
  int rows = 2 * learner->batch;
  pk_shape shape = pk_graph_output_shape (learner->graph, PHENO_OUTPUT_PROJECTION, rows);
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new ((gsize) rows, (gsize) shape.size[1]);

  if (!pheno_kernel_check (
          pk_plan_read (learner->plan, PHENO_OUTPUT_PROJECTION, matrix->values), error))
    return NULL;

  return g_steal_pointer (&matrix);
}
